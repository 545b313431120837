"""Which lines of a text are chat: written as people talk, where capitals say little and one name is enough.

Models that learned from newspapers and forms doubt whatever stands there. So of a name in such a line less is asked for
(`arbiter`). Abbreviations, letters that are drawn out, signs of pleasure and haste, handles and hashtags tell; one of
them is enough. This module must not find names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

import regex

from grille.detectors.lane import Lane
from grille.detectors.sieve import Worth
from grille.detectors.vocabulary_chat import CHAT_WORDS, I_DO
from grille.detectors.words import any_of, by_letter

_ALONE: Final = r"(?<![\p{L}\p{N}.@/'’-])"
_U, _WITH, _I = "u", "w/", "i"
_SAID = regex.compile(
    rf"{_ALONE}(?:(?i:{by_letter(CHAT_WORDS)})(?![\p{{L}}\p{{N}}@/-])"
    rf"|{_U}(?![\p{{L}}\p{{N}}.)-])|{_WITH}[ ]|{_I}[ ](?:{any_of(I_DO)})(?![\p{{L}}\p{{N}}]))"
)
_WORD = re.compile(r"[A-Za-z0-9']+/?")
_DRAWN_OUT: Final = "|".join(f"{letter}{{3}}" for letter in "aefhilmnoprstuyz")
_SIGNS: Final = Worth(
    map(
        regex.compile,
        (
            rf"{_ALONE}\p{{L}}{{1,12}}(?:{_DRAWN_OUT})\p{{L}}{{0,12}}(?![\p{{L}}\p{{N}}])",
            rf"{_ALONE}(?:@\p{{L}}\w{{2,30}}+(?=[ ,:!?])|#(?![0-9A-Fa-f]{{3,8}}\b)\p{{L}}\w{{2,30}}+(?!\())",
            r"(?<=[ ])@\p{L}\w{2,30}+(?![.@(])",
            r"(?<=\p{L})[!?]{2}",
            r"(?<=\s)[:;]-?[)(DPp](?!\S)",
            "[\U0001f300-\U0001faff\u2764]",
        ),
    )
)
_NEAR: Final = 300
"""Characters of a line before and behind a mark for which it tells."""


class _Line(NamedTuple):
    start: int
    end: int


def chat(text: str) -> Lane[_Line]:
    """The lines that are chat, or of long ones what is near a mark."""
    return Lane(_lines(text))


def _lines(text: str) -> Iterator[_Line]:
    """Reckoned from where marks begin, so that the lines of two marks begin and end in the same order."""
    for at in (mark.start() for mark in _marks(text)):
        begin, stop = max(0, at - _NEAR), min(at + _NEAR, len(text))
        end = text.find("\n", at, stop)
        yield _Line(max(begin, text.rfind("\n", begin, at) + 1), stop if end < 0 else end)


def _marks(text: str) -> Iterator[regex.Match[str]]:
    words = frozenset(_WORD.findall(text))
    if not words.isdisjoint((_U, _WITH, _I)) or not CHAT_WORDS.isdisjoint(map(str.lower, words)):
        yield from _SAID.finditer(text)
    for rule in _SIGNS.rules(text):
        yield from rule.finditer(text)
