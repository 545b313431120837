"""How far a run is: a bar on a terminal, elsewhere a line of counts on stderr every ten seconds.

This module must not show anything but numbers.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self, TextIO

from rich.console import Console
from rich.filesize import decimal
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn

_EVERY = 10.0
_COLUMNS = (
    BarColumn(),
    TaskProgressColumn(),
    TextColumn("{task.description}"),
    TimeElapsedColumn(),
    TimeRemainingColumn(),
)


class Shown:
    """`size` is of all sources in bytes, 0 when nobody knows; `before` of it was done, with so many `messages`."""

    def __init__(self, size: int, before: int, messages: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._err: TextIO = sys.stderr
        console = Console(file=self._err)
        self._size, self._clock = size, clock
        self._first, self._start, self._said = messages, clock(), clock()
        self._plain = not console.is_terminal
        self._bar = Progress(*_COLUMNS, console=console, transient=True, disable=self._plain)
        self._task = self._bar.add_task("reading", total=size or None, completed=before)

    def reached(self, used: int, messages: int) -> None:
        """So many bytes are done, and so many messages."""
        now = self._clock()
        rate = (messages - self._first) / max(now - self._start, 1e-9)
        said = f"{messages:,} messages, {rate:,.0f} a second"
        self._bar.update(self._task, completed=used, description=said)
        if self._plain and now - self._said >= _EVERY:
            self._said = now
            part = f"{100 * used // self._size} % of {decimal(self._size)}, " if self._size else ""
            print(f"grille: {part}{said}", file=self._err, flush=True)

    def name(self, problem: str) -> None:
        """Name what could not be judged, above the bar."""
        if self._plain:
            print(f"grille: not judged: {problem}", file=self._err, flush=True)
        else:
            self._bar.console.print(f"grille: not judged: {problem}", markup=False, highlight=False)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._bar.stop()
