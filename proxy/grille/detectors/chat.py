"""Which lines of a text are chat: written as people talk, where capitals say little and one name is enough.

Models that learned from newspapers and forms doubt whatever stands there. So of a name in such a line less is asked for
(`arbiter`). Abbreviations, letters that are drawn out, signs of pleasure and haste, handles and hashtags tell; one of
them is enough. This module must not find names.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

import regex

from grille.detectors.lane import Lane
from grille.detectors.vocabulary_chat import CHAT_WORDS, I_DO
from grille.detectors.words import any_of, by_letter

_MARK = regex.compile(
    rf"(?<![\p{{L}}\p{{N}}.@/'’-])(?:(?i:{by_letter(CHAT_WORDS)})(?![\p{{L}}\p{{N}}@/-])"
    r"|@\p{L}\w{2,30}+(?=[ ,:!?])|(?<=[ ])@\p{L}\w{2,30}+(?![.@(])|#(?![0-9A-Fa-f]{3,8}\b)\p{L}\w{2,30}+(?!\()"
    rf"|u(?![\p{{L}}\p{{N}}.)-])|w/[ ]|i[ ](?:{any_of(I_DO)})(?![\p{{L}}\p{{N}}])"
    r"|\p{L}{1,12}([aefhilmnoprstuyz])\1\1+\p{Ll}{0,3}(?![\p{L}\p{N}]))"
    r"|(?<=\p{L})[!?]{2}|(?<=\s)[:;]-?[)(DPp](?!\S)|\p{Emoji_Presentation}"
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
    for mark in _MARK.finditer(text):
        begin, stop = max(0, mark.start() - _NEAR), mark.end() + _NEAR
        end = text.find("\n", mark.end(), stop)
        yield _Line(max(begin, text.rfind("\n", begin, mark.start()) + 1), min(stop, len(text)) if end < 0 else end)
