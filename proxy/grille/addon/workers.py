"""Detection in other processes, and the opening of files: one hostile text stalls a worker, never the proxy.

Each worker has a socket of its own and does one job at a time. A job that is late, or whose worker dies,
fails with `DetectionFailed`; the worker is killed and another is forked in its place, so nothing that a
text did to a process is there for the next. Work that waits is bounded in bytes and in time: over that it
fails too, instead of piling up. No job runs in the proxy's own process, however small: a round trip costs
0.2 ms, and there is no bound on what a pattern can do with a few characters. Most texts are no job: that nothing can
stand in them is told without running a pattern (`detectors/quiet.py`).

Measured against the pebble library (5.2.3): as fast, and as quick to kill a late job. But its pool breaks
for good when an idle worker dies, and one stopped worker holds the lock of the pipe that all of them
share; it also takes pickles from the workers. Measured against `forkserver` and `spawn`: there, a
replacement loads the language model anew, two seconds without a worker.

This module must not look at a text or a finding.
"""

from __future__ import annotations

import asyncio
import os
import pickle
import signal
import socket
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass

from grille.addon import replies
from grille.addon.ancestors import Ancestor
from grille.addon.nursery import FORK, HEAD, NURSERY, START_SECONDS, Job, Recipe
from grille.errors import DetectionFailed, SettingsError
from grille.exchange import Finding, Growing, Known, Segment, Watched
from grille.files import File, Opened
from grille.sinks.metrics import Pool

_NAME = "workers"


@dataclass(frozen=True, slots=True)
class Limits:
    """`seconds` and `seconds_per_kb` (1,024 characters) make the time one job may take. Jobs may wait for
    a worker for `patience` seconds, and those in hand may be `waiting_bytes` large together. The first
    worker must be there after `start_seconds`."""

    workers: int = max(1, (os.cpu_count() or 1) - 1)
    seconds: float = 1.2
    seconds_per_kb: float = 0.025
    patience: float = 10.0
    waiting_bytes: int = 64 * 1024 * 1024
    start_seconds: float = START_SECONDS


OPENING = Limits(workers=2, seconds=10.0, seconds_per_kb=0.002)
"""For a pool of its own that opens files: a document may take seconds, and no other exchange waits for it."""


def nursery(recipe: Recipe, seconds: float = START_SECONDS) -> Ancestor:
    """A process that workers can be forked from. Raises `SettingsError` and OSError."""
    return Ancestor.started(NURSERY, recipe, seconds)


@dataclass(frozen=True, slots=True)
class _Worker:
    """`handle` is a pidfd: it means this process and never another that was given its number."""

    handle: int
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def ask(self, seconds: float, job: bytes) -> bytes:
        self.writer.write(HEAD.pack(seconds, len(job)) + job)
        await self.writer.drain()
        _, length = HEAD.unpack(await self.reader.readexactly(HEAD.size))
        return await self.reader.readexactly(length)

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.handle, signal.SIGKILL)
        os.close(self.handle)
        self.writer.close()


class Workers:
    """The pool. `find` is an `engine.Find`, `watch` an `engine.Watch` and `open` a `files.Opening`; which of them a
    pool does is up to its recipe."""

    def __init__(self, recipe: Recipe, limits: Limits | None = None, nursery: Ancestor | None = None) -> None:
        """`nursery` is one that was made from the recipe already."""
        self._recipe = recipe
        self._limits = limits or Limits()
        self._nursery = nursery
        self._hiring = asyncio.Lock()
        self._idle: asyncio.Queue[_Worker] = asyncio.Queue()
        self._all: set[_Worker] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._waiting_bytes = self._jobs = 0
        self._replaced = 0
        self._stopped = False

    def pool(self, name: str) -> Pool:
        """How they are at this moment."""
        limit = self._limits.waiting_bytes
        return Pool(name, len(self._all), self._idle.qsize(), self._jobs, self._waiting_bytes, limit, self._replaced)

    async def start(self) -> None:
        """Start the nursery and all workers. Raises `SettingsError` when there is nothing to start."""
        try:
            for _ in range(self._limits.workers):
                await self._hire()
        except OSError:
            raise SettingsError("no worker process could be started: look for limits on processes") from None

    async def stop(self) -> None:
        """End all processes, whatever they are doing. Jobs in hand fail."""
        self._stopped = True
        for task in self._tasks:
            task.cancel()
        for worker in tuple(self._all):
            self._dismiss(worker)
        if self._nursery is not None:
            await asyncio.to_thread(self._nursery.close)

    async def find(self, segments: Sequence[Segment], wanted: frozenset[str]) -> tuple[Finding, ...]:
        """The findings of one message. Raises `DetectionFailed`."""
        if not wanted or not segments:
            return ()
        reply = await self._reply((tuple(segments), wanted), sum(len(segment.text) for segment in segments))
        return replies.found(reply, segments, wanted)

    async def watch(self, texts: Sequence[Growing], wanted: frozenset[str], known: Sequence[Known] = ()) -> Watched:
        """What is settled of growing texts. Raises `DetectionFailed`."""
        lengths = [len(each.segment.text) for each in texts]
        if not wanted or not texts:
            return Watched((), tuple(lengths))
        reply = await self._reply(
            (tuple(texts), wanted, tuple(known)), sum(lengths) + sum(len(each.text) for each in known)
        )
        return replies.watched(reply, texts, wanted)

    async def open(self, files: Sequence[File]) -> tuple[Opened, ...]:
        """What is in files. Raises `DetectionFailed`."""
        reply = await self._reply((tuple(files),), sum(len(file.data) for file in files))
        return replies.opened(reply, files)

    async def _reply(self, job: Job, characters: int) -> bytes:
        """What a worker says to a job, in the time that its characters, or bytes, may take."""
        written = pickle.dumps(job)
        if self._waiting_bytes + len(written) > self._limits.waiting_bytes:
            raise DetectionFailed(_NAME, "too much is waiting to be searched")
        self._waiting_bytes += len(written)
        self._jobs += 1
        try:
            return await self._done(self._limits.seconds + self._limits.seconds_per_kb * characters / 1024, written)
        finally:
            self._waiting_bytes -= len(written)
            self._jobs -= 1

    async def _done(self, seconds: float, job: bytes) -> bytes:
        worker = await self._free()
        finished = False
        try:
            async with asyncio.timeout(seconds):
                reply = await worker.ask(seconds, job)
            finished = True
        except TimeoutError:
            raise DetectionFailed(_NAME, f"not done after {seconds:.1f} seconds") from None
        except (OSError, asyncio.IncompleteReadError):
            raise DetectionFailed(_NAME, "the worker ended") from None
        finally:
            # Also when the caller was cancelled: a worker in the middle of a job is of no use to others.
            if finished:
                self._idle.put_nowait(worker)
            else:
                self._replace(worker)
        return reply

    async def _free(self) -> _Worker:
        """A worker that is free and alive. Mostly there is one, and nobody has to be woken if there is none in time."""
        while self._idle.qsize():
            if not (worker := self._idle.get_nowait()).reader.at_eof():
                return worker
            self._replace(worker)
        try:
            async with asyncio.timeout(self._limits.patience):
                while (worker := await self._idle.get()).reader.at_eof():
                    self._replace(worker)
        except TimeoutError:
            raise DetectionFailed(_NAME, "no worker was free in time") from None
        return worker

    # -- hiring and dismissing ----------------------------------------------------------------------

    async def _hire(self) -> None:
        ours, theirs = socket.socketpair()
        with theirs, ExitStack() as undone:
            undone.callback(ours.close)
            async with self._hiring:
                handle = await asyncio.to_thread(self._fork, theirs)
            undone.pop_all()
        reader, writer = await asyncio.open_connection(sock=ours)
        worker = _Worker(handle, reader, writer)
        self._all.add(worker)
        self._idle.put_nowait(worker)

    def _fork(self, channel: socket.socket) -> int:
        """A new worker at the other end of `channel`, as a pidfd. Raises `SettingsError` and OSError."""
        if self._nursery is None:
            self._nursery = nursery(self._recipe, self._limits.start_seconds)
        try:
            said, _ = self._nursery.ask(FORK, channel)
            return os.pidfd_open(int(said))
        except OSError:
            self._nursery.close()
            self._nursery = None
            raise

    def _dismiss(self, worker: _Worker) -> None:
        if worker in self._all:
            self._all.remove(worker)
            worker.kill()

    def _replace(self, worker: _Worker) -> None:
        self._dismiss(worker)
        if not self._stopped:
            self._replaced += 1
            task = asyncio.create_task(self._hire_again())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _hire_again(self) -> None:
        """Until it succeeds: meanwhile there is a worker less, and without any every job fails."""
        pause = 0.0
        while True:
            try:
                return await self._hire()
            except (OSError, SettingsError):
                pause = min(10.0, pause * 2 + 0.1)
                await asyncio.sleep(pause)
