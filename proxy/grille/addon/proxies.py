"""What the supervisor knows of the proxies: a process each, a socket to it, and the cradle that they come from.

This module must not decide when one is started or ended.
"""

from __future__ import annotations

import asyncio
import json
import os
import pickle
import signal
import socket
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

from grille.addon.ancestors import Ancestor
from grille.addon.settings import Settings
from grille.addon.supervised import HOW
from grille.sinks.chain import Link, Memory

_ANSWER_SECONDS = 0.8
"""Less than a kubelet waits for a probe."""


@dataclass(frozen=True, slots=True)
class Child:
    """A process that the cradle has forked: `handle` is a pidfd, of this process and no other."""

    pid: int
    handle: int

    async def over(self) -> None:
        """Wait until it has ended."""
        loop, over = asyncio.get_running_loop(), asyncio.Event()
        loop.add_reader(self.handle, over.set)
        try:
            await over.wait()
        finally:
            loop.remove_reader(self.handle)

    def signal(self, number: int) -> None:
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.handle, number)


@dataclass(slots=True)
class Proxy:
    """One process, and the socket to it. `owed` are answers that came too late to be taken."""

    process: Child
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    asking: asyncio.Lock = field(default_factory=asyncio.Lock)
    serving: bool = False
    owed: int = 0
    memory: Memory | None = None

    async def how(self) -> dict[str, object]:
        """How it is; empty when it does not say so in time."""
        said: dict[str, object] = {}
        if self.serving:
            with suppress(OSError, TimeoutError, ValueError):
                async with asyncio.timeout(_ANSWER_SECONDS), self.asking:
                    self.writer.write(HOW)
                    self.owed += 1
                    while self.owed:
                        said = self._heard(await self.reader.readline())
                        self.owed -= 1
                    return said
        return {}

    async def last_words(self) -> None:
        """What it said before it ended."""
        with suppress(OSError, TimeoutError, ValueError):
            async with asyncio.timeout(_ANSWER_SECONDS), self.asking:
                while True:
                    self._heard(await self.reader.readline())

    def _heard(self, line: bytes) -> dict[str, object]:
        said: dict[str, object] = json.loads(line)
        match said.get("memory"):
            case {"link": dict(link), "ended": bool(ended)}:
                self.memory = Memory(Link(**link), ended)
        return said


class Cradle:
    """The cradle of proxies with these `settings`; it is started when there is none."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._ancestor: Ancestor | None = None
        self._asking = asyncio.Lock()

    async def forked(self, settings: Settings, channel: socket.socket) -> Child:
        """A process that becomes a proxy with `settings`, at the other end of `channel`. Raises `SettingsError` and
        OSError."""
        async with self._asking:
            if self._ancestor is None:
                seconds = self._settings.limits.start_seconds
                start = partial(Ancestor.started, "grille.addon.cradle", self._settings, seconds, quiet=False)
                self._ancestor = await asyncio.to_thread(start)
            pid, handles = await self._answer(self._ancestor, settings, channel)
            return Child(int(pid), *handles)

    async def exit(self, child: Child) -> str:
        """How it ended, in brackets, if anybody knows."""
        os.close(child.handle)
        async with self._asking:
            if self._ancestor is not None:
                with suppress(OSError):
                    code, _ = await self._answer(self._ancestor, child.pid)
                    return f" ({int(code)})"
        return ""

    async def _answer(
        self, ancestor: Ancestor, question: Settings | int, *handed: socket.socket
    ) -> tuple[bytes, list[int]]:
        """One that does not answer is given up. Raises OSError."""
        try:
            return await asyncio.to_thread(ancestor.ask, pickle.dumps(question), *handed)
        except OSError:
            self._ancestor = None
            await asyncio.to_thread(ancestor.close)
            raise

    async def close(self) -> None:
        """End it; what it has forked goes on."""
        if self._ancestor is not None:
            await asyncio.to_thread(self._ancestor.close)
