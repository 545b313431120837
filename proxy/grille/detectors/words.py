"""How this room splits a text into words, so that a label and a cue are compared alike.

`cardNumbers`, `card_number` and `Card No.` are split at case, underscores and digits; words are lower case
and in the singular. This module must not know what a word means.
"""

from __future__ import annotations

from typing import Final

import regex

type Words = tuple[str, ...]

WORD: Final = regex.compile(r"\p{Lu}{2,}s?(?!\p{Ll})|\p{Lu}?\p{Ll}+|\p{L}+|[0-9]+")


def words_of(text: str) -> Words:
    """The words of a label, lower case, in the singular: `cardNumbers` is card, number."""
    return tuple(plain(word) for word in WORD.findall(text) if not word.isdigit())


def plain(word: str) -> str:
    word = word.lower()
    return word[:-1] if len(word) > 3 and word[-1] == "s" and word[-2] != "s" else word
