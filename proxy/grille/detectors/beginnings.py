"""Words with which something begins, looked for in a text, and at its end while it still comes.

This module must not find anything, nor know what the words announce.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Beginnings:
    """Something begins with one of `words`; none: nothing is known. `heads` are what words begin with, but for the
    words themselves, and `longest` is the length of the longest."""

    words: tuple[str, ...]
    heads: frozenset[str]
    longest: int

    @classmethod
    def of(cls, words: Iterable[str]) -> Beginnings:
        """These; of two that begin alike the shorter one is enough."""
        kept: list[str] = []
        for word in sorted(set(words), key=lambda word: (len(word), word)):
            if not word.startswith(tuple(kept)):
                kept.append(word)
        heads = frozenset(word[:end] for word in kept for end in range(1, len(word)))
        return cls(tuple(kept), heads, max(map(len, heads), default=0))

    def occur(self, text: str) -> bool:
        """Whether it can stand in `text`."""
        for word in self.words:  # a loop, because it runs for every word of every text
            if word in text:
                return True
        return not self.words

    def begun(self, text: str, at: int) -> int | None:
        """From `at` on: where one can have begun, if the rest of its beginning is still to come, the end if none
        has; None if one can stand there."""
        coming = text[at:]
        if self.occur(coming):
            return None
        for length in range(min(self.longest, len(coming)), 0, -1):
            if coming[-length:] in self.heads:
                return len(text) - length
        return len(text)
