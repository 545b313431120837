"""What every match of a pattern begins with, so that most texts are not searched for it at all.

A token of a vendor begins with words of its own (`glpat-`, `npm_`), and a hundred such patterns cost no more
than looking a hundred times for a few letters. What cannot be said of a pattern for sure is not said: it is
then searched for, as without this module. It must not find anything, nor know what a pattern is for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Final

import regex

_LEAST: Final = 2
"""Letters: what begins with one alone begins everywhere."""
_MOST: Final = 32
"""Beginnings of one pattern: looking for more takes as long as searching."""
_ATOM = regex.compile(
    r"(?P<around>\(\?<?[!=](?:\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[^\\()\[])*\)|\\b)"
    r"|(?P<char>[A-Za-z0-9_ :/~!\"'=@-]|\\[^A-Za-z0-9])"
    r"|(?P<some>\[[A-Za-z0-9_]{1,8}\])"
    r"|\(\?:(?P<either>[A-Za-z0-9_|: -]+)\)"
)
_FLAGGED = regex.compile(r"\(\?[A-Za-z0-9]+\)")
_REPEATED = regex.compile(r"[?*+{]")
_PART = regex.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|(?P<open>\()|(?P<close>\))|(?P<or>\|)|.", regex.DOTALL)


@dataclass(frozen=True, slots=True)
class Beginnings:
    """Every match begins with one of `words`; none: nothing is known. `heads` are what words begin with, but for
    the words themselves, and `longest` is the length of the longest."""

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
        """Whether a match can stand in `text`."""
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


def beginnings(pattern: str) -> Beginnings:
    """What the matches of a case-sensitive pattern begin with."""
    if _FLAGGED.search(pattern) or _chooses(pattern):
        return Beginnings.of(())
    words = _words(pattern)
    return Beginnings.of(() if min(map(len, words)) < _LEAST else words)


def _words(pattern: str) -> tuple[str, ...]:
    words: tuple[str, ...] = ("",)
    for atom in _atoms(pattern):
        longer = tuple("".join(pair) for pair in product(words, atom))
        if len(longer) > _MOST:
            break
        words = longer
    return words


def _atoms(pattern: str) -> Iterator[Iterable[str]]:
    """What a pattern begins with, piece by piece, as the ways in which each piece can read."""
    at = 0
    while (atom := _ATOM.match(pattern, at)) and not _REPEATED.match(pattern, atom.end()):
        at = atom.end()
        if atom["char"]:
            yield (atom["char"][-1],)
        elif atom["some"]:
            yield atom["some"][1:-1]
        elif atom["either"]:
            yield atom["either"].split("|")


def _chooses(pattern: str) -> bool:
    """Whether a pattern is one of several as a whole."""
    depth = 0
    for part in _PART.finditer(pattern):
        depth += bool(part["open"]) - bool(part["close"])
        if part["or"] and depth == 0:
            return True
    return False
