"""What every benchmark needs around the thing it measures: an upstream, proxies, and a client.

Upstreams and proxies are processes of their own, so that none of them waits for the interpreter of another.
Everything listens on 127.0.0.1 and ends with its `with` block. Stamps are `time.monotonic()`, which all
processes of a machine share.

This module must not measure anything by itself, and knows no wire format beyond HTTP/1.1.
"""

from __future__ import annotations

import http.client
import multiprocessing
import re
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from mitmproxy.certs import CertStore

PATIENCE = 60.0
"""Seconds that a process may take to start."""
_READY = re.compile(r"ready.* 127\.0\.0\.1:(\d+)")

type Serve = Callable[[socket.socket, ssl.SSLContext], None]
"""Serves a listening socket for ever, in a process of its own."""
type Answer = Callable[[ssl.SSLSocket, bytes], None]
"""Writes the answer to a request, whose body it is given."""


@dataclass(frozen=True, slots=True)
class Upstream:
    port: int
    ca_file: Path


@dataclass(frozen=True, slots=True)
class Proxy:
    """`seconds` passed before it listened."""

    port: int
    pid: int
    seconds: float


@contextmanager
def upstream(folder: Path, hosts: Sequence[str], serve: Serve) -> Iterator[Upstream]:
    """A TLS server with a certificate for `localhost` and `hosts`."""
    store = CertStore.from_store(folder / "ca", "bench", 2048)
    entry = store.get_cert("localhost", [x509.DNSName(host) for host in ["localhost", *hosts]])
    pem = folder / "upstream.pem"
    secret = entry.privatekey.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    pem.write_bytes(secret + entry.cert.to_pem())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        process = multiprocessing.get_context("fork").Process(
            target=_alone, args=(serve, listener, context), daemon=True
        )
        process.start()
        try:
            yield Upstream(listener.getsockname()[1], folder / "ca" / "bench-ca-cert.pem")
        finally:
            process.terminate()
            process.join(5)


def _alone(serve: Serve, listener: socket.socket, context: ssl.SSLContext) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # it was forked in the middle of the blocks of its parent
    serve(listener, context)


def answering(answer: Answer) -> Serve:
    """An HTTP/1.1 server, a thread a connection, that answers every request with `answer`."""

    def serve(listener: socket.socket, context: ssl.SSLContext) -> None:
        while True:
            connection, _ = listener.accept()
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=_converse, args=(connection, context, answer), daemon=True).start()

    return serve


def _converse(connection: socket.socket, context: ssl.SSLContext, answer: Answer) -> None:
    with suppress(OSError), context.wrap_socket(connection, server_side=True) as secured:
        requests = secured.makefile("rb")
        while requests.readline():
            fields = http.client.parse_headers(requests)
            answer(secured, requests.read(int(fields["content-length"])))


@contextmanager
def mitmdump(folder: Path, ca_file: Path, script: str = "") -> Iterator[Proxy]:
    """Stock mitmproxy without a display, with an addon of a few lines."""
    folder.mkdir()
    command = [str(Path(sys.executable).with_name("mitmdump")), "-q", "--listen-host", "127.0.0.1"]
    command += ["--set", f"confdir={folder}", "--set", f"ssl_verify_upstream_trusted_ca={ca_file}"]
    if script:
        (folder / "addon.py").write_text(script, "utf-8")
        command += ["-s", str(folder / "addon.py")]
    with listening([*command, "--listen-port"], folder / "log") as proxy:
        yield proxy


@contextmanager
def listening(command: Sequence[str], log: Path) -> Iterator[Proxy]:
    """A proxy whose command line ends with the port at which it is to listen."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]

    def listens(_: str) -> int | None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return port
        return None

    with _started([*command, str(port)], log, listens) as proxy:
        yield proxy


@contextmanager
def grille(folder: Path, policy: str, hosts: Sequence[str], there: Upstream, *options: str) -> Iterator[Proxy]:
    """`grille run` with the text of a policy and more options, every one of `hosts` at the upstream."""
    folder.mkdir()
    (folder / "policy.yaml").write_text(policy, "utf-8")
    command = [sys.executable, "-m", "grille.cli", "run", "--policy", str(folder / "policy.yaml")]
    command += [
        "--listen",
        "127.0.0.1:0",
        "--state",
        str(folder / "state"),
        "--upstream-ca",
        str(there.ca_file),
        *options,
    ]
    for host in hosts:
        command += ["--resolve", f"{host}:443:127.0.0.1:{there.port}"]

    def says(log: str) -> int | None:
        found = _READY.search(log)
        return int(found[1]) if found else None

    with _started(command, folder / "log", says) as proxy:
        yield proxy


@contextmanager
def _started(command: Sequence[str], log: Path, port: Callable[[str], int | None]) -> Iterator[Proxy]:
    """The process, as soon as `port` can tell from what it wrote where it listens."""
    with log.open("wb") as out, subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT) as process:
        try:
            start = time.monotonic()
            deadline = start + PATIENCE
            while (found := port(log.read_text("utf-8"))) is None:
                if process.poll() is not None or time.monotonic() > deadline:
                    raise SystemExit(f"{command[0]} has not started: {log.read_text('utf-8')}")
                time.sleep(0.05)
            yield Proxy(found, process.pid, time.monotonic() - start)
        finally:
            process.terminate()
            process.wait(20)


def end_on_sigterm() -> None:
    """Leave every `with` block when somebody stops the benchmark, so that no proxy outlives it."""
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))


def trusting_everybody() -> ssl.SSLContext:
    """For a client: what its handshake verifies is not what is measured."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def connection(host: str, port: int, proxy: Proxy | None) -> http.client.HTTPSConnection:
    """To `host`, through `CONNECT`; without a proxy to `port` on loopback."""
    context = trusting_everybody()
    if proxy is None:
        return http.client.HTTPSConnection("127.0.0.1", port, context=context, timeout=PATIENCE)
    through = http.client.HTTPSConnection("127.0.0.1", proxy.port, context=context, timeout=PATIENCE)
    through.set_tunnel(host, port)
    return through
