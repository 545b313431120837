"""The words of texts run together in lower case, and where a part of such a run stands in its text.

`4111 1111-1111` and `4111.11111111` are the same run. Looking for all values in the runs of a whole message (Aho and
Corasick, 1975) costs a hundredth of reading its words one by one; only where one stands the text itself is looked at.
This module must not judge whether what stands there is the value.
"""

from __future__ import annotations

import string
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import accumulate, compress, count
from typing import Final

import regex
from ahocorasick_rs import AhoCorasick, Implementation

WORD: Final = regex.compile(r"[^\W_]+")
_LOWER = bytes.maketrans(string.ascii_uppercase.encode(), string.ascii_lowercase.encode())
_NO_WORDS = bytes(code for code in range(128) if not chr(code).isalnum())
_APART = "\0"
_SIGMA, _FINAL_SIGMA = "\u03c3", "\u03c2"
_EDGE: Final = regex.compile(r"[^\W_]")
_BLOCK: Final = 512
"""Characters of a text whose words are counted at a time."""
_LOOKED_AT: Final = 4096
"""Characters of all runs that are searched at a time."""
_MOST: Final = 1000
"""Places of one run, within words too, beyond which it is not looked for so: in `1111…` it stands everywhere."""


def run_of(text: str) -> str:
    """The words of a text run together in lower case. Every character of a word has one in the run, whatever its
    lower case is."""
    if text.isascii():
        return text.encode("ascii").translate(_LOWER, _NO_WORDS).decode("ascii")
    return "".join(lower(word) for word in WORD.findall(text))


def lower(word: str) -> str:
    """A word in lower case, character by character: a part of it is then the same part of this."""
    return word.lower() if word.isascii() else "".join(map(_lower, word))


def _lower(char: str) -> str:
    low = char.lower()
    return _SIGMA if low == _FINAL_SIGMA else low if len(low) == 1 else char


class Runs:
    """The runs of some texts. What is asked for twice is counted once."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts
        runs = _runs_of(texts)
        self._everything = "\n".join(runs)
        self._ends = list(accumulate(len(run) + 1 for run in runs))
        self._offsets: dict[int, _Offsets] = {}

    def places(self, runs: Sequence[str]) -> tuple[dict[str, list[int]], set[str]]:
        """Where each of some runs stands, within words too (`span` tells), found in one pass for all of them; and those
        that stand at so many places that it is not told where."""
        found: dict[str, list[int]] = {run: [] for run in runs}
        looked_for: tuple[str, ...] = ()
        longest = max(map(len, runs), default=0)
        for begin in range(0, len(self._everything), _LOOKED_AT):
            if len(looked_for) != len(found):
                looked_for = tuple(found)
                searching = AhoCorasick(looked_for, implementation=Implementation.ContiguousNFA)
            block = self._everything[begin : begin + _LOOKED_AT + longest - 1]
            for number, start, _ in searching.find_matches_as_indexes(block, overlapping=True) if found else ():
                if start < _LOOKED_AT:
                    found[looked_for[number]].append(begin + start)
            found = {run: places for run, places in found.items() if len(places) <= _MOST}
        return found, set(runs) - found.keys()

    def span(self, place: int, length: int) -> tuple[int, int, int] | None:
        """The number of the text, and [start, end) in it, of a place from which a run of that length goes on; None
        when it begins or ends within a word."""
        number = bisect_right(self._ends, place)
        if number not in self._offsets:
            self._offsets[number] = _Offsets(self._texts[number])
        offsets = self._offsets[number]
        at = place - (self._ends[number - 1] if number else 0)
        start, end = offsets.at(at), offsets.at(at + length - 1) + 1
        return (number, start, end) if _is_whole(self._texts[number], start, end) else None


def _runs_of(texts: Sequence[str]) -> list[str]:
    """The run of each text. Those of plain ASCII are made together: most texts are so short that a call costs more."""
    plain = [text if text.isascii() and _APART not in text else "" for text in texts]
    together = _APART.join(plain).encode("ascii").translate(_LOWER, _NO_WORDS.replace(_APART.encode(), b""))
    runs = together.decode("ascii").split(_APART)
    return [run if run or not text else run_of(text) for run, text in zip(runs, texts, strict=True)]


class _Offsets:
    """Where the characters of a text's run stand in the text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._short = _of_words(text, 0) if len(text) <= _BLOCK else None
        self._blocks: dict[int, list[int]] = {}

    @cached_property
    def _counts(self) -> list[int]:
        """How many there are up to the end of each block."""
        blocks = range(0, len(self._text), _BLOCK)
        return list(accumulate(len(run_of(self._text[start : start + _BLOCK])) for start in blocks))

    def at(self, number: int) -> int:
        if self._short is not None:
            return self._short[number]
        block = bisect_right(self._counts, number)
        before = self._counts[block - 1] if block else 0
        if block not in self._blocks:
            self._blocks[block] = _of_words(self._text, block * _BLOCK)
        return self._blocks[block][number - before]


def _of_words(text: str, start: int) -> list[int]:
    """Where characters of words stand in the block of a text that begins at `start`."""
    block = text[start : start + _BLOCK]
    if block.isascii():
        return list(compress(count(start), map(str.isalnum, block)))
    return [start + match.start() for match in _EDGE.finditer(block)]


def holds_word(text: str, word: str) -> bool:
    """Whether a word stands in a text in just these letters, and not within another."""
    return any(_is_whole(text, place, place + len(word)) for place in _places(text, word))


def _is_whole(text: str, start: int, end: int) -> bool:
    return not (start and _EDGE.match(text, start - 1)) and not _EDGE.match(text, end)


def _places(text: str, run: str) -> Iterator[int]:
    place = text.find(run)
    while place >= 0:
        yield place
        place = text.find(run, place + 1)
