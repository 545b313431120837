"""The head of the audit, kept up to date while a run lasts: every ten seconds, and after the last record.

Requests never wait for it. What cannot be written is said on stderr and tried again: the records are the truth, and
nothing is refused for want of a head. But one run keeps a head: two would take turns in forgetting each other's chains.
This module must not read records.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from grille.errors import AuditFailed
from grille.sinks import heads
from grille.sinks.chain import Memory
from grille.sinks.heads import Head

SECONDS = 10.0

type Memories = Callable[[], Awaitable[Mapping[str, Memory]]]
"""What is known of each writer's chain, by the name of its file."""


def place(audit: Path) -> Path:
    """Where the head is: beside the records."""
    return audit.with_name(f"{audit.stem}.head.json")


@asynccontextmanager
async def kept(file: Path, memories: Memories) -> AsyncIterator[Head]:
    """Keep the head, and write it once more at the end, when no writer is left. Yields the one that a former run left;
    raises `AuditFailed` when that is none, or another run keeps it."""
    with _alone(file):
        former, ended = heads.found(file), asyncio.Event()
        keeping = asyncio.create_task(_keep(file, memories, former.writers, ended))
        try:
            yield former
        finally:
            ended.set()
            await keeping


@contextmanager
def _alone(file: Path) -> Iterator[None]:
    """Hold what only one run may hold, a file beside the head; where none can be made, nothing is held."""
    with ExitStack() as held:
        with suppress(OSError):
            descriptor = os.open(file.with_suffix(".lock"), os.O_WRONLY | os.O_CREAT, 0o600)
            held.callback(os.close, descriptor)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise AuditFailed(f"another run keeps {file}: name another state directory or audit file") from None
        yield


async def _keep(file: Path, memories: Memories, written: Mapping[str, Memory], ended: asyncio.Event) -> None:
    last = False
    while not last:
        with suppress(TimeoutError):
            async with asyncio.timeout(SECONDS):
                last = await ended.wait()
        said = await memories()
        if not said or said == written:
            continue
        try:
            await asyncio.to_thread(heads.write, file, said, datetime.now(UTC))
            written = said
        except OSError as error:
            print(f"grille: {file} could not be written: {error.strerror}", file=sys.stderr, flush=True)
