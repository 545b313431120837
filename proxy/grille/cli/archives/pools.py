"""Where chunks are judged: in this process, in others, or on a Dask cluster. What comes back is in order, whatever
was done first, and a bounded number of chunks is ahead of it.

This module must not know what is in a chunk. The one file that knows Dask, which comes with the extra `dask`.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, contextmanager
from itertools import chain
from typing import Protocol

from grille.addon.ancestors import ONE_THREAD
from grille.cli.archives.chunks import Chunk
from grille.cli.archives.judging import Judged, judge
from grille.errors import SettingsError

AHEAD = 2
"""Chunks in flight for each process."""
_DASK_WAITS = 15.0


class Promise(Protocol):
    """A chunk that is being judged."""

    def result(self) -> Judged: ...


type Judging = Generator[tuple[Chunk, Judged]]
"""Chunks with what became of each, in order. Closing it gives up what is ahead."""
type Submit = Callable[[Chunk], Promise]


def here(plan: bytes, chunks: Iterator[Chunk]) -> Judging:
    """One after the other, in this process."""
    for chunk in chunks:
        yield chunk, judge(plan, chunk.records)


def in_processes(plan: bytes, chunks: Iterator[Chunk], count: int) -> Judging:
    """In `count` processes; here, if there is but one chunk. Raises `SettingsError` when a process was killed."""
    first = next(chunks, None)
    second = next(chunks, None) if count > 1 else None
    rest = chain(filter(None, (first, second)), chunks)
    if second is None:
        yield from here(plan, rest)
        return
    with _one_thread_each(), ExitStack() as ends:
        pool = ProcessPoolExecutor(count, _context(), _begin)
        ends.callback(pool.shutdown, wait=False, cancel_futures=True)
        try:
            yield from _in_order(lambda chunk: pool.submit(judge, plan, chunk.records), rest, AHEAD * count)
        except BrokenProcessPool:
            raise SettingsError(
                "a process that judges was killed, perhaps for want of memory: --processes says how many there are"
            ) from None


def on_dask(plan: bytes, chunks: Iterator[Chunk], address: str) -> Judging:
    """On the Dask cluster at `address`, whose workers have this version of grille. Raises `SettingsError`."""
    try:
        import distributed
    except ImportError:
        raise SettingsError("--dask needs Dask: pip install 'grille[dask]'") from None
    with ExitStack() as ends:
        try:
            client = ends.enter_context(distributed.Client(address, timeout=_DASK_WAITS))
        except (OSError, ValueError) as error:
            raise SettingsError(f"--dask {address}: there is no scheduler ({type(error).__name__})") from None
        threads = sum(client.nthreads().values())
        if not threads:
            raise SettingsError(f"--dask {address}: the cluster has no workers")
        everywhere = client.scatter(plan, broadcast=True)

        def submit(chunk: Chunk) -> Promise:
            promise: Promise = client.submit(judge, everywhere, chunk.records, pure=False)
            return promise

        try:
            yield from _in_order(submit, chunks, AHEAD * threads)
        except distributed.KilledWorker:
            raise SettingsError("workers of the cluster died of a chunk, perhaps for want of memory") from None


def _in_order(submit: Submit, chunks: Iterator[Chunk], ahead: int) -> Judging:
    waiting: deque[tuple[Chunk, Promise]] = deque()
    for chunk in chunks:
        waiting.append((chunk, submit(chunk)))
        if len(waiting) >= ahead:
            yield _done(waiting)
    while waiting:
        yield _done(waiting)


def _done(waiting: deque[tuple[Chunk, Promise]]) -> tuple[Chunk, Judged]:
    chunk, promise = waiting.popleft()
    return chunk, promise.result()


def _context() -> multiprocessing.context.ForkServerContext:
    """Forked from a process without threads; what it takes long to import is imported there, once."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([judge.__module__, "grille.detectors.presidio"])
    return context


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """The processes are the parallelism: numeric libraries in them get one thread."""
    before = {name: os.environ.get(name) for name in ONE_THREAD}
    os.environ.update(ONE_THREAD)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _begin() -> None:
    """In a process of the pool: Ctrl-C is its parent's to answer, and without a parent it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
