"""An upstream that writes down everything it is sent: the witness of every leak test.

    with RecordingUpstream([answer({"ok": True})]) as up:
        ...                      # speak to 127.0.0.1:up.port, trusting up.ca_file
        assert b"4111" not in up.received
        assert up.snis == ["api.example.com"]

It speaks HTTP/1.1 over raw sockets, with TLS unless told otherwise, and judges nothing: what arrives is
kept as it arrived. A certificate for any name asked for is made on the spot, from a CA of its own.
"""

from __future__ import annotations

import contextlib
import datetime
import ipaddress
import json
import re
import shutil
import socket
import ssl
import tempfile
import threading
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from types import TracebackType

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

type Answer = bytes | Iterable[bytes]
"""One HTTP response as raw bytes, or in pieces that are written one after the other. An `OSError` of the
iterable closes the connection."""

_NEWEST = ssl.TLSVersion.TLSv1_3


def answer(
    body: bytes | str | dict[str, object],
    status: int = 200,
    content_type: str = "application/json",
    headers: Sequence[tuple[str, str]] = (),
) -> bytes:
    """A whole HTTP/1.1 response with the right length."""
    raw = body if isinstance(body, bytes) else (body if isinstance(body, str) else json.dumps(body)).encode()
    fields = (("Content-Type", content_type), *headers, ("Content-Length", str(len(raw))))
    head = "".join(f"{name}: {value}\r\n" for name, value in fields)
    return f"HTTP/1.1 {status} Recorded\r\n{head}\r\n".encode() + raw


class Authority:
    """A CA for tests, with the certificates it signs; `parent` signs its own, else it does. Everything is valid
    for a day."""

    def __init__(self, name: str = "grille test CA", parent: Authority | None = None) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
        key_id = x509.SubjectKeyIdentifier.from_public_key(self.key.public_key())
        above = parent or self
        self.certificate = (
            above._builder(self.name, self.key)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(usage, critical=True)
            .add_extension(key_id, critical=False)
            .sign(above.key, hashes.SHA256())
        )

    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    def issue(
        self,
        names: Sequence[str],
        uris: Sequence[str] = (),
        *,
        client: bool = False,
        expired: bool = False,
        itself: bool = False,
    ) -> bytes:
        """Key and certificate in one PEM. `names` are DNS names or IP addresses; with `itself` the certificate is
        of this CA's own name and key, and so signed by itself."""
        key = self.key if itself else ec.generate_private_key(ec.SECP256R1())
        subject = self.name if itself else x509.Name([])
        sans = [_general_name(name) for name in names] + [x509.UniformResourceIdentifier(uri) for uri in uris]
        purpose = ExtendedKeyUsageOID.CLIENT_AUTH if client else ExtendedKeyUsageOID.SERVER_AUTH
        issuer_key = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
        certificate = (
            self._builder(subject, key, -2 if expired else 1)
            .add_extension(x509.SubjectAlternativeName(sans), critical=True)
            .add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(issuer_key, critical=False)
            .sign(self.key, hashes.SHA256())
        )
        secret = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return secret + certificate.public_bytes(serialization.Encoding.PEM)

    def _builder(self, subject: x509.Name, key: ec.EllipticCurvePrivateKey, days: int = 1) -> x509.CertificateBuilder:
        now = datetime.datetime.now(datetime.UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self.name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=3))
            .not_valid_after(now + datetime.timedelta(days=days))
        )


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


class RecordingUpstream:
    """Listens on 127.0.0.1 until the `with` block ends.

    `answers` are given out in order; after the last, and without any, it is `{}`. A function is called
    with each raw request instead. `names` fixes the names in the certificate: then a request for another
    name gets a certificate that does not fit. `expired` makes one that has ended. `newest` and `ciphers`
    (OpenSSL's spelling, TLS 1.2 and older) limit what the handshake offers. `authority` is the CA to trust,
    `signer` the one below it that signs the certificates, if any, and `sent` are the certificates that are sent
    after the server's own. `itself` makes a certificate that nobody else has signed.
    """

    def __init__(
        self,
        answers: Sequence[Answer] | Callable[[bytes], Answer] = (),
        *,
        tls: bool = True,
        names: Sequence[str] = (),
        expired: bool = False,
        newest: ssl.TLSVersion = _NEWEST,
        ciphers: str = "",
        authority: Authority | None = None,
        signer: Authority | None = None,
        sent: bytes = b"",
        itself: bool = False,
    ) -> None:
        self._answers = answers
        self._names = tuple(names)
        self._expired = expired
        self._newest = newest
        self._ciphers = ciphers
        self.authority = authority or Authority()
        self._signer = signer or self.authority
        self._sent = sent
        self._itself = itself
        self._folder = Path(tempfile.mkdtemp(prefix="grille-upstream-"))
        self._lock = threading.Lock()
        self._contexts: dict[str, ssl.SSLContext] = {}
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self.tls = tls
        self.ca_file = str(self._folder / "ca.pem")
        self.requests: list[bytes] = []
        self.snis: list[str] = []
        self.connections = 0
        self._received = bytearray()
        (self._folder / "ca.pem").write_bytes(self.authority.pem())

    @property
    def received(self) -> bytes:
        """Every byte of every connection, inside TLS, in the order of arrival."""
        with self._lock:
            return bytes(self._received)

    def __enter__(self) -> RecordingUpstream:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._start(self._accept)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _close(self._listener)
        self.hang_up()
        for thread in self._threads:
            thread.join(5)
        shutil.rmtree(self._folder)

    def hang_up(self) -> None:
        """Close every connection, in the middle of whatever it is doing."""
        with self._lock:
            open_now = list(self._open)
        for connection in open_now:
            _close(connection)

    # -- one thread accepts, one thread a connection ----------------------------------------------

    def _start(self, target: Callable[..., None], *args: socket.socket) -> None:
        thread = threading.Thread(target=target, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                self.connections += 1
            self._start(self._serve, connection)

    def _serve(self, connection: socket.socket) -> None:
        try:
            wrapped = self._context("").wrap_socket(connection, server_side=True) if self.tls else connection
        except OSError:
            _close(connection)
            return
        with self._lock:
            self._open.add(wrapped)
        try:
            self._converse(wrapped)
        except OSError:
            pass
        finally:
            with self._lock:
                self._open.discard(wrapped)
            _close(wrapped)

    def _converse(self, connection: socket.socket) -> None:
        buffer = b""
        while data := connection.recv(65536):
            with self._lock:
                self._received += data
            buffer += data
            while (end := _end_of_request(buffer)) is not None:
                request, buffer = buffer[:end], buffer[end:]
                reply = self._answer(request)
                for piece in [reply] if isinstance(reply, bytes) else reply:
                    connection.sendall(piece)

    def _answer(self, request: bytes) -> Answer:
        with self._lock:
            self.requests.append(request)
            number = len(self.requests) - 1
        if callable(self._answers):
            return self._answers(request)
        return self._answers[number] if number < len(self._answers) else answer({})

    # -- TLS ----------------------------------------------------------------------------------------

    def _context(self, name: str) -> ssl.SSLContext:
        with self._lock:
            if name not in self._contexts:
                self._contexts[name] = self._new_context(name)
            return self._contexts[name]

    def _new_context(self, name: str) -> ssl.SSLContext:
        names = self._names or (name or "localhost", "127.0.0.1")
        file = self._folder / f"leaf-{len(self._contexts)}.pem"
        file.write_bytes(self._signer.issue(names, expired=self._expired, itself=self._itself) + self._sent)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        context.maximum_version = self._newest
        if self._ciphers:
            context.set_ciphers(self._ciphers)
        context.sni_callback = self._asked_for
        return context

    def _asked_for(self, connection: ssl.SSLObject, name: str | None, context: ssl.SSLContext) -> None:
        with self._lock:
            self.snis.append(name or "")
        connection.context = self._context(name or "")


def _end_of_request(buffer: bytes) -> int | None:
    """Where the first request ends; None while it is not all there."""
    head, separator, rest = buffer.partition(b"\r\n\r\n")
    if not separator:
        return None
    start = len(head) + len(separator)
    if re.search(rb"(?im)^transfer-encoding:[^\r\n]*chunked", head):
        ends = re.search(rb"(?:^|\r\n)0[^\r\n]*\r\n(?:[^\r\n]+\r\n)*\r\n", rest)
        return start + ends.end() if ends else None
    length = re.search(rb"(?im)^content-length:[ \t]*([0-9]+)", head)
    end = start + (int(length[1]) if length else 0)
    return end if len(buffer) >= end else None


def _close(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()
