"""Things that stand one after another in a text, asked what stands in a stretch of it.

A text of 100 kB has twenty thousand words and as many pieces that a model has read: whoever asks for each
word must not walk all of them. This module must not know what the things are.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import Protocol


class Placed(Protocol):
    """What stands at [start, end)."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


class Lane[T: Placed]:
    """Things in the order of their places. Those that overlap must begin and end in the same order."""

    def __init__(self, things: Iterable[T]) -> None:
        self._things: Sequence[T] = sorted(things, key=lambda each: (each.start, each.end))
        self._starts = [each.start for each in self._things]
        self._ends = [each.end for each in self._things]

    def over(self, start: int, end: int) -> Sequence[T]:
        """Those that share a character with [start, end)."""
        return self._things[bisect_right(self._ends, start) : bisect_left(self._starts, end)]
