"""What really stands on the wire to an upstream: raw bytes, outside TLS.

`Tap` stands in front of an upstream and writes down what it is sent; `Scripted` is an upstream that answers
the greeting with bytes of a test's own making, as no TLS library would. Neither knows any key.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable
from types import TracebackType

from mitmproxy.proxy.layers.tls import parse_client_hello
from mitmproxy.tls import ClientHello

APPLICATION, ALERT, GREETING = 23, 21, 22
"""Kinds of TLS records (RFC 8446 §5.1)."""
SUPPORTED_VERSIONS, SESSION_TICKET, PRE_SHARED_KEY, EARLY_DATA, POST_HANDSHAKE_AUTH = 43, 35, 41, 42, 49
"""Kinds of TLS extensions (RFC 8446 §4.2, RFC 5077 §3.2)."""


class Listening:
    """Listens on 127.0.0.1 until the `with` block ends, one thread for each connection."""

    def __init__(self) -> None:
        self.sent: list[bytearray] = []
        self._open: list[socket.socket] = []

    def __enter__(self) -> Listening:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for each in (self._listener, *self._open):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    @property
    def hellos(self) -> list[ClientHello]:
        """The greeting of each connection."""
        return [hello for each in self.sent if (hello := parse_client_hello(bytes(each))) is not None]

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                plain, _ = self._listener.accept()
                self._open.append(plain)
                self.sent.append(bytearray())
                threading.Thread(target=self._quietly, args=(plain, self.sent[-1]), daemon=True).start()

    def _quietly(self, plain: socket.socket, sent: bytearray) -> None:
        with contextlib.suppress(OSError):
            self.serve(plain, sent)

    def serve(self, plain: socket.socket, sent: bytearray) -> None:
        """Speak on one connection, and write down in `sent` what comes."""
        while data := plain.recv(65536):
            sent += data


class Tap(Listening):
    """In front of the upstream at `port`."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self._port = port

    def serve(self, plain: socket.socket, sent: bytearray) -> None:
        behind = socket.create_connection(("127.0.0.1", self._port), timeout=10)
        self._open.append(behind)
        threading.Thread(target=self._back, args=(behind, plain), daemon=True).start()
        while data := plain.recv(65536):
            sent += data
            behind.sendall(data)
        behind.shutdown(socket.SHUT_WR)

    def _back(self, behind: socket.socket, plain: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := behind.recv(65536):
                plain.sendall(data)
            plain.shutdown(socket.SHUT_WR)


class Scripted(Listening):
    """Answers a greeting with what `script` makes of it."""

    def __init__(self, script: Callable[[ClientHello], bytes]) -> None:
        super().__init__()
        self._script = script

    def serve(self, plain: socket.socket, sent: bytearray) -> None:
        while (hello := parse_client_hello(bytes(sent))) is None:
            sent += plain.recv(65536)
        plain.sendall(self._script(hello))
        super().serve(plain, sent)


def records(sent: bytes) -> list[tuple[int, bytes]]:
    """The TLS records of what was sent: kind and content."""
    found: list[tuple[int, bytes]] = []
    while len(sent) >= 5:
        end = 5 + int.from_bytes(sent[3:5])
        found.append((sent[0], sent[5:end]))
        sent = sent[end:]
    return found


def server_hello(
    version: int, cipher: int, *, newer: int = 0, random: bytes = bytes(32), session: bytes = b""
) -> bytes:
    """A record with a ServerHello (RFC 5246 §7.4.1.3); `newer` is the version in its extension, if any."""
    extensions = b""
    if newer:
        extensions = SUPPORTED_VERSIONS.to_bytes(2) + (2).to_bytes(2) + newer.to_bytes(2)
    body = version.to_bytes(2) + random + bytes([len(session)]) + session + cipher.to_bytes(2) + b"\0"
    body += len(extensions).to_bytes(2) + extensions if extensions else b""
    message = b"\2" + len(body).to_bytes(3) + body
    return bytes([GREETING]) + b"\3\3" + len(message).to_bytes(2) + message


def versions(hello: ClientHello) -> set[int]:
    """The versions that are offered."""
    listed = [body for number, body in hello.extensions if number == SUPPORTED_VERSIONS]
    return {int.from_bytes(listed[0][at : at + 2]) for at in range(1, len(listed[0]), 2)} if listed else {0x0303}
