"""The words of a text where they are asked for, in lower case and in the singular, with their places.

Whoever asks about a few places of a long text has only the words near them split; whoever asks about many has all
of them split, once. This module must not know what a word means, and holds the text only as long as whoever asks.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from grille.detectors.words import WORD, plain

_LONGEST_RUN: Final = 64
"""Characters before a stretch in which a blank is looked for: a word that is split from its middle is another word."""


class Word(NamedTuple):
    """A word at [start, end); empty where a number stands."""

    start: int
    end: int
    plain: str


class Spoken:
    """The words of one text; nothing is asked about what stands before `since`."""

    def __init__(self, text: str, since: int) -> None:
        self._text = text
        self._since = since
        self._left = len(text)
        self._words: Sequence[Word] = ()
        self._starts: Sequence[int] | None = None

    def near(self, start: int, end: int) -> Sequence[Word]:
        """The words that share a character with [start, end) or begin in it, and perhaps some before them."""
        if self._starts is None:
            blank = self._text.rfind(" ", max(0, start - _LONGEST_RUN), max(0, start))
            self._left -= end - blank
            if self._left > 0 and (blank >= 0 or start <= _LONGEST_RUN):
                return list(_split(self._text, blank + 1, end))
            blank = self._text.rfind(" ", 0, max(0, self._since))
            self._words = list(_split(self._text, blank + 1, len(self._text)))
            self._starts = [word.start for word in self._words]
        first = bisect_left(self._starts, start)
        return self._words[max(0, first - 1) : bisect_left(self._starts, end, first)]


def _split(text: str, start: int, end: int) -> Iterator[Word]:
    for match in WORD.finditer(text, start):
        begin, stop = match.span()
        if begin >= end:
            return
        word = match[0]
        yield Word(begin, stop, "" if word.isdigit() else plain(word))
