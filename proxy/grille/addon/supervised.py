"""One of several proxies on one port, forked by `cradle.py`.

It is the proxy of `run.py`, with a socket to its supervisor in place of a port for probes: its first words say where
it listens, or why it does not; afterwards it says how it is whenever it is asked. When the supervisor is gone, it
stops as at a signal.

This module must not judge traffic, and says nothing over the socket that a probe may not know.
"""

from __future__ import annotations

import asyncio
import json
import socket
from contextlib import AsyncExitStack, suppress
from dataclasses import asdict, dataclass

from grille.addon import journal
from grille.addon.destination import Address
from grille.addon.health import Readiness
from grille.addon.pac import pac
from grille.addon.pools import Nurseries
from grille.addon.run import Running, Signals, process, started, under_way
from grille.addon.settings import Settings

HOW = b"how\n"
"""The supervisor's question."""


@dataclass(frozen=True, slots=True)
class Serving:
    """First words."""

    address: Address
    policy: str
    mode: str
    pac: str
    digest: str


def supervised(settings: Settings, control: socket.socket, nurseries: Nurseries = ()) -> int:
    """Be that proxy, until the supervisor or a signal ends it; the exit code."""

    def failed(sentence: str) -> None:
        with suppress(OSError):
            control.sendall(json.dumps({"failed": sentence}).encode() + b"\n")

    return process(settings, lambda notes: _scene(settings, control, nurseries, notes), failed)


async def _scene(settings: Settings, control: socket.socket, nurseries: Nurseries, notes: journal.Journal) -> None:
    signals, ready = Signals(), Readiness()
    async with AsyncExitStack() as ends:
        proxy = await started(settings, ends, ready, signals.hurry, nurseries)
        under_way(notes)
        control.setblocking(False)
        reader, writer = await asyncio.open_connection(sock=control)
        config = pac(proxy.policy, settings.pac).decode() if settings.pac else ""
        words = Serving(proxy.address, proxy.policy.name, proxy.policy.mode.value, config, proxy.policy.digest)
        writer.write(json.dumps(asdict(words)).encode() + b"\n")
        answering = asyncio.create_task(_answer(reader, writer, ready, proxy))
        answering.add_done_callback(lambda _: signals.stop.set())
        await signals.stop.wait()
        ready.missing.add("draining")
    answering.cancel()
    with suppress(OSError):
        writer.write(json.dumps(_memory(proxy)).encode() + b"\n")  # last words: now its records are complete
        await writer.drain()


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, ready: Readiness, proxy: Running) -> None:
    """Say how it is, as long as somebody may ask."""
    with suppress(OSError):
        while await reader.readline() == HOW:
            said = {"missing": ready.lacks(), "metrics": proxy.metrics.text().decode()}
            writer.write(json.dumps({**said, **_memory(proxy)}).encode() + b"\n")
            await writer.drain()


def _memory(proxy: Running) -> dict[str, object]:
    return {"memory": asdict(proxy.audit.memory)} if proxy.audit.memory else {}
