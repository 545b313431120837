"""`grille webhook`: injection for clusters without a MutatingAdmissionPolicy, asked by the API server over TLS.

    POST /inject/explicit | redirect | cni    an AdmissionReview, answered with a patch
    GET  /readyz                              200

It speaks to nobody, and holds nothing but its certificate, which it reads again when its files change. It is small on
purpose: where a cluster can do without it, it should (deploy/kubernetes/admission).
"""

from __future__ import annotations

import argparse
import signal
import socket
import ssl
import sys
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from grille.addon.destination import Address
from grille.cli.inject import add_images
from grille.cli.inject.review import reviewed
from grille.cli.inject.sidecar import GRADES, Sidecar, of_grade
from grille.cli.running import address
from grille.cli.verb import GOOD, Verb
from grille.errors import CannotInject, SettingsError

_LARGEST = 8 * 1024 * 1024
"""An API server takes objects of 3 MiB at most, and may send an old one beside."""
_PATIENCE = 10.0
"""Seconds for a handshake, for each read, and for the next request of a connection."""


class Certificate:
    """`tls.crt` and `tls.key` of a directory, as a mounted Secret has them, for whoever connects next."""

    def __init__(self, folder: Path) -> None:
        self._files = folder / "tls.crt", folder / "tls.key"
        self._lock = threading.Lock()
        self._seen = self._read()
        self._context = self._loaded()

    def context(self) -> ssl.SSLContext:
        """Of the files as they are now; of those before, while they do not fit each other."""
        with self._lock:
            now = self._read()
            if now != self._seen:
                try:
                    self._context, self._seen = self._loaded(), now
                    print("the certificate was read again", file=sys.stderr, flush=True)
                except SettingsError as error:
                    print(error, file=sys.stderr, flush=True)
            return self._context

    def _read(self) -> tuple[bytes, ...]:
        try:
            return tuple(file.read_bytes() for file in self._files)
        except OSError:
            return ()

    def _loaded(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        try:
            context.load_cert_chain(*self._files)
        except (OSError, ssl.SSLError):
            raise SettingsError(f"{self._files[0]} and {self._files[1].name} are no certificate and its key") from None
        return context


class Server(ThreadingHTTPServer):
    """Handshakes are made by the thread of a connection: a slow client is in nobody's way."""

    daemon_threads = True

    def __init__(self, listen: Address, certificate: Certificate, sidecars: dict[str, Sidecar]) -> None:
        anywhere = "::" if socket.has_dualstack_ipv6() else ""
        host = anywhere if listen[0] == "*" else listen[0]
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.certificate = certificate
        self.sidecars = sidecars
        super().__init__((host, listen[1]), _Handler)

    def server_bind(self) -> None:
        if self.address_family == socket.AF_INET6:
            self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        super().server_bind()

    def finish_request(self, request: socket.socket | tuple[bytes, socket.socket], client_address: object) -> None:
        assert isinstance(request, socket.socket)
        request.settimeout(_PATIENCE)
        with self.certificate.context().wrap_socket(request, server_side=True) as secure:
            super().finish_request(secure, client_address)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hung up, or is none: no traceback."""
        print("a connection ended in an error", file=sys.stderr, flush=True)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = _PATIENCE
    server: Server

    def do_GET(self) -> None:
        if self.path == "/readyz":
            self._answer(HTTPStatus.OK, b"ready\n", "text/plain")
        else:
            self._answer(HTTPStatus.NOT_FOUND, b"", "text/plain")

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not length.isascii() or not length.isdigit() or int(length) > _LARGEST:
            self.close_connection = True
            self._answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, b"", "text/plain")
            return
        asked = self.rfile.read(int(length))
        sidecar = self.server.sidecars.get(self.path.partition("?")[0].removeprefix("/inject/"))
        if sidecar is None:
            self._answer(HTTPStatus.NOT_FOUND, b"", "text/plain")
            return
        try:
            body, said = reviewed(asked, sidecar)
        except CannotInject as error:
            self._answer(HTTPStatus.BAD_REQUEST, f"{error}\n".encode(), "text/plain")
            return
        print(said, file=sys.stderr, flush=True)
        self._answer(HTTPStatus.OK, body, "application/json")

    def _answer(self, status: HTTPStatus, body: bytes, content_type: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def version_string(self) -> str:
        return "grille"

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the name is the base class's
        """What was done is said by `do_POST`."""


def _add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--listen", default="*:8443", metavar="HOST:PORT", help="`*` is everywhere (default: *:8443)")
    parser.add_argument(
        "--certificate", required=True, metavar="DIR", help="tls.crt and tls.key, which may change while it runs"
    )
    add_images(parser)


def _run(arguments: argparse.Namespace) -> int:
    images = arguments.image, arguments.redirect_image
    sidecars = {grade: of_grade(grade, *images, checked=not arguments.unchecked) for grade in GRADES}
    with Server(address("--listen", arguments.listen), Certificate(Path(arguments.certificate)), sidecars) as server:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
        print(f"ready, listening on port {server.server_address[1]}", file=sys.stderr, flush=True)
        server.serve_forever()
    return GOOD


VERB = Verb(
    "webhook",
    "put grille beside the applications of a cluster's new pods, asked by its API server",
    "grille webhook --certificate /run/secrets/webhook",
    _add,
    _run,
)
