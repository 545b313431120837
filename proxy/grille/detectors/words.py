"""How this room splits a text into words, so that a label and a cue are compared alike.

`cardNumbers`, `card_number` and `Card No.` are split at case, underscores and digits; words are lower case
and in the singular. This module must not know what a word means.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter
from typing import Final

import regex

type Words = tuple[str, ...]

WORD: Final = regex.compile(r"\p{Lu}{2,}s?(?!\p{Ll})|\p{Lu}?\p{Ll}+|\p{L}+|[0-9]+")
_IN_ASCII: Final = re.compile(r"[A-Z]{2,}s?(?![a-z])|[A-Z]?[a-z]+|[A-Za-z]+|[0-9]+")
"""The same, for a text that has no other letters: in half of the time."""

SPELT: Final = "[ _-]?"
"""Between the words of a label, as people and programs spell it: a pattern."""


def listed(words: str) -> frozenset[str]:
    """The words of a table, with blanks and line ends between them."""
    return frozenset(words.split())


def phrases(written: str) -> tuple[str, ...]:
    """The phrases of a table, with `|` between them, however its lines are broken."""
    return tuple(" ".join(phrase.split()) for phrase in written.split("|"))


def any_of(phrases: Iterable[str], blank: str = " ") -> str:
    """The phrases as alternatives of a pattern, the longest first: the first that fits is taken. `blank` is the
    pattern for what stands between the words of one."""
    longest_first = sorted(phrases, key=lambda phrase: (-len(phrase), phrase))
    return "|".join(blank.join(map(regex.escape, phrase.split(" "))) for phrase in longest_first)


def by_letter(phrases: Iterable[str], blank: str = " ") -> str:
    """The same for many phrases, by their first letters: at most places in a text most are ruled out at once."""
    same = groupby(sorted(phrases), key=itemgetter(0))
    return "|".join(f"{letter}(?:{any_of((each[1:] for each in some), blank)})" for letter, some in same)


def words_of(text: str) -> Words:
    """The words of a label, lower case, in the singular: `cardNumbers` is card, number."""
    return tuple(plain(word) for word in written(text) if not word.isdigit())


def written(text: str) -> list[str]:
    """The words and numbers of a text as they stand there."""
    return (_IN_ASCII if text.isascii() else WORD).findall(text)


def plain(word: str) -> str:
    word = word.lower()
    return word[:-1] if len(word) > 3 and word[-1] == "s" and word[-2] != "s" else word
