"""The words of a text where they are asked for, in lower case and in the singular, with their places.

A text is cut into blocks at its blanks, and a block is split into words when somebody first asks about a place in it:
of a long text with one number in it, the words near that number. This module must not know what a word means, and
holds the text only as long as whoever asks.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import Final

import regex

from grille.detectors.words import WORD, plain

type Word = tuple[int, int, str]
"""A word at [start, end); empty where a number stands."""

_BLOCK: Final = 256
_LONGEST: Final = 64
"""Characters after the least of a block in which a blank has to stand for it to end there: what is split from its
middle is another word."""
_BETWEEN: Final = regex.compile(r"[\s,]")


class Spoken:
    """The words of one text."""

    def __init__(self, text: str) -> None:
        self._text = text
        blanks = (_BETWEEN.search(text, at, at + _LONGEST) for at in range(_BLOCK, len(text), _BLOCK))
        self._begins = [0, *(blank.start() for blank in blanks if blank)]
        self._blocks: dict[int, list[Word]] = {}

    def near(self, start: int, end: int) -> Sequence[Word]:
        """The words that share a character with [start, end), and perhaps one before them, in their order."""
        first = max(0, bisect_right(self._begins, start) - 1)
        last = bisect_left(self._begins, end, first + 1)
        words = self._block(first)
        for number in range(first + 1, last):
            words = words + self._block(number)
        place = bisect_left(words, (start,))
        return words[max(0, place - 1) : bisect_left(words, (end,), place)]

    def _block(self, number: int) -> list[Word]:
        if number not in self._blocks:
            begin, *more = self._begins[number : number + 2]
            self._blocks[number] = list(_split(self._text, begin, more[0] if more else len(self._text)))
        return self._blocks[number]


def _split(text: str, start: int, end: int) -> Iterator[Word]:
    for match in WORD.finditer(text, start):
        begin, stop = match.span()
        if begin >= end:
            return
        word = match[0]
        yield begin, stop, "" if word.isdigit() else plain(word)
