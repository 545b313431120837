"""A running proxy in a thread of this process, and clients for it.

Real mitmproxy, real sockets, real hooks; the engine has the small policy of `engines.py`, and finding is
done in the loop by patterns, unless a test brings another `find`.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import socket
import ssl
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from mitmproxy.http import HTTPFlow

import engines
from grille.addon import journal
from grille.addon.addon import Grille
from grille.addon.chaining import NextProxy
from grille.addon.destination import Address
from grille.addon.guard import guarded
from grille.addon.identity import Checks, Identities
from grille.addon.kept import Kept
from grille.addon.stack import FORWARD, Loop, Stack, Wiring
from grille.addon.telemetry import Telemetry
from grille.addon.workers import Workers
from grille.engine import Engine, Find, Search, Watch
from grille.sinks.audit import Audit

CONFDIR = "confdir"
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
HOSTS = [host for host, _ in engines.PLACES.values()]
CHAT = "/v1/chat/completions"


def is_guarded(hook: object) -> bool:
    """Whether a function is what `guarded` makes of a hook, sync or async: all of those have its code."""

    def now(addon: Grille, subject: HTTPFlow) -> None: ...

    async def later(addon: Grille, subject: HTTPFlow) -> None: ...

    return getattr(hook, "__code__", None) in [guarded(each).__code__ for each in (now, later)]


def chat(text: str | list[object]) -> dict[str, object]:
    """A chat request that the small policy lets through."""
    return {"model": "m", "messages": [{"role": "user", "content": text}]}


@dataclass(frozen=True)
class Seen:
    """An HTTP answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def document(self) -> Any:
        return json.loads(self.body)


PROVIDERS = {"openai": "openai", "strict": "anthropic"}


@dataclass
class Live:
    """`with Live(folder, up.port, up.ca_file) as live:` serves on 127.0.0.1:live.port.

    Every host of the small policy is at `upstream`. `addon` may change or wrap the addon before it runs.
    """

    folder: Path
    upstream: int = 9
    ca_file: str | None = None
    policy: str = engines.POLICY
    find: Find = engines.find
    watch: Watch = engines.watch
    checks: Checks = field(default_factory=Checks)
    reverse: str = ""
    mode: str = FORWARD
    next_proxy: NextProxy | None = None
    limit: int = 8 * 1024 * 1024
    audit: str = ""
    otlp: str = ""
    hosts: Sequence[str] = tuple(HOSTS)
    addon: Callable[[Grille], Grille] = lambda grille: grille
    kept: Callable[[AsyncExitStack], Kept] = lambda _: Kept()
    client_certificates: bool = False
    workers: Workers | None = None
    drain_seconds: float = 10

    @property
    def ca(self) -> str:
        return str(self.folder / CONFDIR / "mitmproxy-ca-cert.pem")

    def records(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self.folder / "audit.jsonl").read_text().splitlines()]

    @property
    def engine(self) -> Engine:
        made = engines.engine(self.folder, self.policy)
        return Engine(made.policy, made.key, self.limit)

    def __enter__(self) -> Live:
        self._ready = threading.Event()
        self._failed: BaseException | None = None
        self.port = 0
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        assert self._ready.wait(20)
        if self._failed:
            raise self._failed
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(20)
        assert not self._thread.is_alive()

    def _run(self) -> None:
        elsewhere: dict[Address, Address] = {
            (host, port): ("127.0.0.1", self.upstream) for host in self.hosts for port in (80, 443)
        }
        notes = journal.install()
        notes.starting = False
        try:
            with asyncio.Runner(loop_factory=lambda: Loop(elsewhere)) as runner:
                runner.run(self._serve())
        except BaseException as error:
            self._failed = error
        finally:
            journal.uninstall(notes)
            self._ready.set()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        sent = Telemetry(self.otlp, PROVIDERS) if self.otlp else None
        audit = Audit(self.audit or str(self.folder / "audit.jsonl"), None, sent.record if sent else None)
        ends = AsyncExitStack()
        search = (
            Search(self.find, self.watch) if self.workers is None else Search(self.workers.find, self.workers.watch)
        )
        grille = Grille(self.engine, search, audit, Identities(self.checks), lambda: NOW, self.ca_file, self.kept(ends))
        confdir = self.folder / CONFDIR
        wiring = Wiring(confdir, self.limit, self.ca_file, self.client_certificates, self.drain_seconds)
        stack = Stack(self.addon(grille), wiring, sent)
        if self.workers is not None:
            await self.workers.start()
        await stack.start()
        stack.chain(self.next_proxy)
        mode = f"reverse:{self.reverse}" if self.reverse else self.mode
        _, self.port = await stack.listen(("127.0.0.1", 0), mode)
        self._ready.set()
        await self._stop.wait()
        await stack.stop()
        if self.workers is not None:
            await self.workers.stop()
        if sent is not None:
            await sent.stop()
        audit.close()
        await ends.aclose()

    def redirect(self, host: str, port: int) -> None:
        """From now on `host` is at that loopback port."""
        loop = self._loop
        assert isinstance(loop, Loop)
        loop.elsewhere[host, 443] = ("127.0.0.1", port)

    # -- clients ------------------------------------------------------------------------------------

    def tunnel(self, host: str, port: int = 443, sni: str | None = None, **headers: str) -> ssl.SSLSocket:
        """A connection to `host` through CONNECT, with TLS."""
        plain = socket.create_connection(("127.0.0.1", self.port), timeout=10)
        extra = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
        plain.sendall(f"CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n{extra}\r\n".encode())
        said = b""
        while b"\r\n\r\n" not in said:
            data = plain.recv(4096)
            if not data:
                break
            said += data
        if b" 200 " not in said.split(b"\r\n", 1)[0]:
            plain.close()
            raise ConnectionRefusedError(said.decode("latin-1"))
        context = ssl.create_default_context(cafile=self.ca)
        context.check_hostname = False
        return context.wrap_socket(plain, server_hostname=sni or host)

    def post(
        self,
        body: bytes | dict[str, object],
        path: str = CHAT,
        host: str = "api.openai.com",
        method: str = "POST",
        headers: Mapping[str, str] | None = None,
        timeout: float = 10,
    ) -> Seen:
        """One request through a tunnel of its own."""
        connection = http.client.HTTPSConnection(
            "127.0.0.1", self.port, timeout=timeout, context=ssl.create_default_context(cafile=self.ca)
        )
        connection.set_tunnel(host)
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        try:
            connection.request(method, path, raw, {"Content-Type": "application/json", **(headers or {})})
            answer = connection.getresponse()
            return Seen(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    def raw(self, request: bytes, host: str = "api.openai.com", sni: str | None = None) -> bytes:
        """The bytes of a request through a tunnel, and whatever comes back until the end or 3 seconds."""
        with self.tunnel(host, sni=sni) as connection:
            connection.sendall(request)
            return drain(connection)

    def plain(self, request: bytes) -> bytes:
        """The bytes of a request to the proxy itself, without TLS."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as connection:
            connection.sendall(request)
            return drain(connection)


def drain(connection: socket.socket, seconds: float = 3) -> bytes:
    """Everything until the other end closes, a whole answer with a length is there, or time is up."""
    connection.settimeout(seconds)
    said = b""
    with suppress(TimeoutError, OSError):
        while data := connection.recv(65536):
            said += data
            head, separator, rest = said.partition(b"\r\n\r\n")
            length = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
            if separator and length and len(rest) >= int(length[0].partition(b":")[2]):
                break
    return said
