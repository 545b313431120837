"""Both ends of a WebSocket connection, down to the frames; for tests of what passes between them."""

from __future__ import annotations

import base64
import hashlib
import queue
import select
import socket
import ssl
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from live import Live
from wsproto.connection import Connection, ConnectionState, ConnectionType
from wsproto.events import CloseConnection, Event, Ping, Pong

from upstream import Authority

HOST = "api.openai.com"
_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
UPGRADE = (
    f"GET /v1/realtime HTTP/1.1\r\nHost: {HOST}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
)


@dataclass(frozen=True)
class Frame:
    """A frame of a message."""

    data: str | bytes
    last: bool


class Peer:
    """One end. What it receives can be taken out, in order: `Frame`, `Ping`, `Pong`, `CloseConnection`; None
    is the end of the connection. A close is answered, as long as `answers`."""

    def __init__(self, connection: socket.socket, kind: ConnectionType, early: bytes = b"") -> None:
        self.socket = connection
        self._lock = threading.Lock()
        self.ws = Connection(kind)
        self.raw = bytearray(early)
        self._queue: queue.Queue[Frame | Event | None] = queue.Queue()
        self._part: Any = None
        self._early = early
        self.answers = True
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        data = self._early
        with suppress(OSError, ValueError):
            while data or (data := self._receive()):
                self.raw += data
                self.ws.receive_data(data)
                for event in self.ws.events():
                    self._take(event)
                data = b""
        self._queue.put(None)

    def _receive(self) -> bytes:
        """What comes next. Before Python 3.13.1, reading and writing one TLS socket at once breaks it."""
        while True:
            if not (isinstance(self.socket, ssl.SSLSocket) and self.socket.pending()):
                select.select([self.socket], [], [], 1)
            with self._lock, suppress(TimeoutError):
                self.socket.settimeout(0.02)
                return self.socket.recv(65536)

    def _take(self, event: Any) -> None:
        if isinstance(event, Ping | Pong | CloseConnection):
            self._queue.put(event)
            if isinstance(event, CloseConnection) and self.answers and self.ws.state is ConnectionState.REMOTE_CLOSING:
                with suppress(OSError):
                    self.send(event.response())
            return
        self._part = event.data if self._part is None else self._part + event.data
        if event.frame_finished:
            self._queue.put(Frame(self._part, event.message_finished))
            self._part = None

    def next(self) -> Frame | Event | None:
        return self._queue.get(timeout=10)

    def message(self) -> str | bytes:
        """The next message, whatever its frames are."""
        parts: list[Any] = []
        while True:
            frame = self.next()
            assert isinstance(frame, Frame), frame
            parts.append(frame.data)
            if frame.last:
                return parts[0][:0].join(parts)

    def nothing(self) -> bool:
        return self._queue.empty()

    def send(self, *sent: Event) -> None:
        self.send_raw(b"".join(self.ws.send(event) for event in sent))

    def send_raw(self, data: bytes) -> None:
        with self._lock:
            self.socket.settimeout(10)
            self.socket.sendall(data)

    def close(self) -> None:
        with suppress(OSError):
            # That of a TLS socket would take the TLS away under the reader, which then sees what is on the wire.
            socket.socket.shutdown(self.socket, socket.SHUT_RDWR)
        self._reader.join(5)  # or it would read from whatever gets the number of this socket next
        self.socket.close()


def open_socket(live: Live, extra: str = "", early: bytes = b"", head: str = UPGRADE) -> Peer:
    """The client's end."""
    connection = live.tunnel(HOST)
    connection.sendall(f"{head}{extra}\r\n".encode())
    said = b""
    while b"\r\n\r\n" not in said:
        data = connection.recv(1)
        assert data, said
        said += data
    assert said.startswith(b"HTTP/1.1 101 "), said
    return Peer(connection, ConnectionType.CLIENT, early)


class SocketUpstream:
    """Accepts every upgrade; `peer()` is its end of the next connection. `head` is added to the 101, `early`
    sent right with it."""

    def __init__(self, folder: Path, head: str = "", early: bytes = b"") -> None:
        authority = Authority()
        self.ca_file = str(folder / "ws-ca.pem")
        Path(self.ca_file).write_bytes(authority.pem())
        leaf = folder / "ws-leaf.pem"
        leaf.write_bytes(authority.issue([HOST]))
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(leaf)
        self._head, self._early = head, early
        self._peers: queue.Queue[Peer] = queue.Queue()
        self._all: list[Peer] = []
        self.heads: list[bytes] = []

    def __enter__(self) -> SocketUpstream:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for peer in self._all:
            peer.close()

    def peer(self) -> Peer:
        return self._peers.get(timeout=10)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                plain, _ = self._listener.accept()
                threading.Thread(target=self._greet, args=(plain,), daemon=True).start()

    def _greet(self, plain: socket.socket) -> None:
        connection = self.context.wrap_socket(plain, server_side=True)
        said = b""
        while b"\r\n\r\n" not in said:
            data = connection.recv(65536)
            if not data:
                connection.close()
                return
            said += data
        head, _, rest = said.partition(b"\r\n\r\n")
        self.heads.append(head)
        key = next(line for line in head.split(b"\r\n") if line.lower().startswith(b"sec-websocket-key:"))
        accept = base64.b64encode(hashlib.sha1(key.partition(b":")[2].strip() + _GUID).digest())
        answer = (
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + accept + b"\r\n" + self._head.encode() + b"\r\n"
        )
        connection.sendall(answer + self._early)
        peer = Peer(connection, ConnectionType.SERVER, rest)
        self._all.append(peer)
        self._peers.put(peer)
