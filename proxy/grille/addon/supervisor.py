"""`grille run --workers N`: N proxies on one port, and one process that keeps them.

Each proxy is a whole one, with an event loop, detectors and an audit file of its own; they share a port
(SO_REUSEPORT: the kernel deals out connections) and the files of the state directory, and nothing else. The
supervisor touches no traffic: it starts them, starts another in the place of one that ended, answers probes for all,
passes signals on, and waits for the last.

    the first     is started alone. What keeps it from serving would keep all: its sentence ends the start
    one policy    is enforced, that of the first: another process does not start while the file says something else
    one that ended    is replaced, at once the first time, then after a pause that doubles, 30 seconds at most
    ready         as long as one of them serves: the kernel deals out connections to those that listen

This module must not know a policy, and lets go of the port only at the end.
"""

from __future__ import annotations

import asyncio
import errno
import json
import signal
import socket
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from types import MappingProxyType

from grille.addon import authority, heads
from grille.addon.destination import Address, addresses, cannot_listen, written
from grille.addon.health import Health, Page, pages
from grille.addon.proxies import Cradle, Proxy
from grille.addon.run import STOPPED, UNUSABLE, Signals
from grille.addon.settings import Settings
from grille.addon.supervised import Serving
from grille.errors import GrilleError, SettingsError
from grille.sinks.audit import STDOUT
from grille.sinks.chain import Memory
from grille.sinks.metrics import merged, of_processes

_LONGEST_PAUSE, _GOOD_RUN = 30.0, 60.0
"""Seconds. After a good run the first pause is short again."""
_GRACE = 5.0
"""Seconds after the drain in which a proxy may close what is left."""
_LONGEST_ANSWER = 1 << 24
_NO_FAMILY = (errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL)
"""Of two families one may be missing on a machine, as it may for one process."""


def supervise(settings: Settings) -> int:
    """Serve until SIGTERM or SIGINT; the exit code. What is wrong is said on stderr."""
    try:
        settings.state.prepare()
        with ExitStack() as ends:
            where = reserved(settings.listen, ends)
            asyncio.run(_Supervisor(replace(settings, listen=where)).run())
    except GrilleError as error:
        print(f"grille: not started: {error}", file=sys.stderr, flush=True)
        return UNUSABLE
    return STOPPED


def reserved(where: Address, ends: ExitStack) -> Address:
    """Take the port for the proxies to share; nothing else may listen there. Raises `SettingsError`."""
    host, port = where
    wanted, taken = addresses(host), 0
    for each in wanted:
        try:
            family, kind, protocol, _, found = socket.getaddrinfo(each, port, type=socket.SOCK_STREAM)[0]
            _bound(family, kind, protocol, (str(found[0]), port), shared=False).close()
            holder = _bound(family, kind, protocol, (str(found[0]), port), shared=True)
        except OSError as error:
            if error.errno in _NO_FAMILY and (taken or each != wanted[-1]):
                continue
            raise cannot_listen(where, error) from None
        ends.callback(holder.close)
        taken, port = taken + 1, holder.getsockname()[1]
    return host, port


def _bound(family: int, kind: int, protocol: int, where: Address, *, shared: bool) -> socket.socket:
    made = socket.socket(family, kind, protocol)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if shared:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    if family == socket.AF_INET6:
        made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    try:
        made.bind(where)
    except OSError:
        made.close()
        raise
    return made


def share(settings: Settings, number: int, memories: Mapping[str, Memory] = MappingProxyType({})) -> Settings:
    """What the proxy of that number is started with: an audit file of its own, and what is known of it. Raises
    `SettingsError`."""
    if settings.audit == STDOUT:
        raise SettingsError("several processes on one standard output would mix their records: name a file (--audit)")
    file = settings.records.with_name(records(settings, number))
    return replace(settings, audit=str(file), memory=memories.get(file.name), health=None, authority="")


def records(settings: Settings, number: int) -> str:
    """The name of the audit file of that proxy."""
    return f"{settings.records.stem}.{number}{settings.records.suffix}"


class _Supervisor:
    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._proxies: dict[int, Proxy] = {}
        self._restarts = 0
        self._cradle = Cradle(replace(settings, authority=""))
        self._pac = b""
        self._memories: dict[str, Memory] = {}

    async def run(self) -> None:
        """Raises `SettingsError` when the first proxy does not serve."""
        self._signals = Signals()
        health = Health(pages(self._readiness, self._metrics, (lambda: self._pac) if self._settings.pac else None))
        try:
            if self._settings.health is not None:
                print(f"grille: probes on {written(await health.listen(self._settings.health))}", file=sys.stderr)
            if self._settings.authority:
                authority.adopt(self._settings.state, Path(self._settings.authority))
            async with heads.kept(self._settings.head, self._remembered) as former:
                names = {records(self._settings, number) for number in range(self._settings.processes)}
                self._memories = {name: known for name, known in former.writers.items() if name in names}
                await self._serve()
        finally:
            for each in self._proxies.values():
                each.process.signal(signal.SIGKILL)
            await self._cradle.close()
            health.close()

    async def _serve(self) -> None:
        first = await self._started(0)
        self._settings = replace(self._settings, digest=first.digest)
        others = range(1, self._settings.processes)
        keeping = [asyncio.create_task(self._keep(0)), *(asyncio.create_task(self._keep(each)) for each in others)]
        policy = f"policy {first.policy} ({first.mode}), {self._settings.processes} processes"
        print(f"grille: ready, {policy}, listening on {written(first.address)}", file=sys.stderr, flush=True)
        await self._signals.stop.wait()
        await self._end(keeping)

    async def _started(self, number: int) -> Serving:
        """Start a proxy and wait until it serves. Raises `SettingsError` with its sentence."""
        ours, theirs = socket.socketpair()
        with theirs, ExitStack() as undone:
            undone.callback(ours.close)
            child = await self._cradle.forked(share(self._settings, number, self._memories), theirs)
            undone.pop_all()
        ours.setblocking(False)
        reader, writer = await asyncio.open_connection(sock=ours, limit=_LONGEST_ANSWER)
        self._proxies[number] = proxy = Proxy(child, reader, writer)
        line = await reader.readline()
        said = json.loads(line) if line else {"failed": "a process ended while it started"}
        if "failed" in said:
            raise SettingsError(said["failed"])
        proxy.serving = True
        self._pac = said["pac"].encode()
        return Serving(self._settings.listen, said["policy"], said["mode"], said["pac"], said["digest"])

    async def _keep(self, number: int) -> None:
        """See to it that there is a proxy of that number, until the end."""
        pause = 0.0
        while not self._signals.stop.is_set():
            began = time.monotonic()
            try:
                if number not in self._proxies:
                    await self._started(number)
                await self._proxies[number].process.over()
                ended = "ended"
            except (SettingsError, OSError) as error:
                ended = f"did not start: {error}"
            proxy = self._proxies.pop(number, None)
            if proxy is not None:
                await proxy.last_words()
                self._remember(number, proxy)
                proxy.writer.close()
                ended += await self._cradle.exit(proxy.process)
            if self._signals.stop.is_set():
                return
            self._restarts += 1
            pause = 0.0 if time.monotonic() - began > _GOOD_RUN else pause
            print(f"grille: process {number} {ended}; the next one in {pause:g} s", file=sys.stderr, flush=True)
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._signals.stop.wait()
            pause = min(_LONGEST_PAUSE, pause * 2 + 0.5)

    async def _end(self, keeping: list[asyncio.Task[None]]) -> None:
        """Pass the signal on, wait for all, and leave to be killed what does not end."""
        self._signal()
        hurrying = asyncio.create_task(self._hurry())
        await asyncio.wait(keeping, timeout=self._settings.drain + _GRACE)
        hurrying.cancel()

    async def _hurry(self) -> None:
        await self._signals.hurry.wait()
        self._signal()  # its second there, too

    def _signal(self) -> None:
        for each in self._proxies.values():
            each.process.signal(signal.SIGTERM)

    async def _all(self) -> dict[int, dict[str, object]]:
        proxies = dict(self._proxies)
        said = await asyncio.gather(*(each.how() for each in proxies.values()))
        return dict(zip(proxies, said, strict=True))

    async def _remembered(self) -> Mapping[str, Memory]:
        """What is known of all chains."""
        proxies = dict(self._proxies)
        await self._all()
        for number, each in proxies.items():
            self._remember(number, each)
        return dict(self._memories)

    def _remember(self, number: int, proxy: Proxy) -> None:
        if proxy.memory is not None:
            self._memories[records(self._settings, number)] = proxy.memory

    async def _readiness(self) -> Page:
        if self._signals.stop.is_set():
            return Page(HTTPStatus.SERVICE_UNAVAILABLE, b"draining\n")
        serving = [number for number, said in (await self._all()).items() if said.get("missing") == []]
        text = f"{len(serving)} of {self._settings.processes} processes serve\n".encode()
        return Page(HTTPStatus.OK if serving else HTTPStatus.SERVICE_UNAVAILABLE, text)

    async def _metrics(self) -> bytes:
        said = await self._all()
        texts = {str(number): str(each["metrics"]) for number, each in said.items() if "metrics" in each}
        return merged(texts) + of_processes(len(texts), self._restarts)
