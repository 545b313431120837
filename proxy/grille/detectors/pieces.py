"""Pieces of words that a model has read, put together again: what stands side by side is one name.

What is a part of code is none, and without capitals nothing in a line of code is. This module must not know what a name
is, nor whether one is believed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

import regex

from grille.detectors.rampart import Token
from grille.detectors.vocabulary_languages import ELISIONS

type Span = tuple[int, int]

_ELIDED = regex.compile(rf"(?i)(?<!\p{{L}})(?:{'|'.join(sorted(frozenset().union(*ELISIONS.values())))})'$")
_LONGEST_ELISION: Final = 8
CAPITAL_OR_DIGIT: Final = regex.compile(r"[\p{Lu}0-9]")
_CODE = regex.compile(r"[`_[\]{}=<>|*+@]|\\(?![\"'nrt])|\w\(|\w\.\w{2}|\n[ \t]{4}")
_CODE_BEFORE = frozenset("`_[{=\\/*|+@#.'")
_CODE_AFTER = frozenset("`_([{=*|+@")


def runs(
    text: str, tokens: Iterable[Token], of: Callable[[Token], float], least: float, between: regex.Pattern[str]
) -> list[Span]:
    """Neighbouring pieces that are likely enough, as whole words."""
    found: list[Span] = []
    for token in tokens:
        if of(token) < least:
            continue
        if found and (token.start <= found[-1][1] or between.fullmatch(text, found[-1][1], token.start)):
            found[-1] = found[-1][0], token.end
        else:
            found.append((token.start, token.end))
    words = (_whole_words(text, *each) for each in found)
    return [each for each in words if reads_as_words(text, *each)]


def reads_as_words(text: str, start: int, end: int) -> bool:
    """Whether [start, end) is not a part of code: an identifier, a call, a value. Without capitals, nothing in
    its line may be code."""
    if text[end : end + 1] in _CODE_AFTER or _CODE.search(text, start, end):
        return False
    if text[start - 1 : start] in _CODE_BEFORE and not _ELIDED.search(text, max(0, start - _LONGEST_ELISION), start):
        return False
    if CAPITAL_OR_DIGIT.search(text, start, end) is not None:
        return True
    line_end = text.find("\n", end)
    return _CODE.search(text, text.rfind("\n", 0, start) + 1, len(text) if line_end < 0 else line_end) is None


def _whole_words(text: str, start: int, end: int) -> Span:
    while start > 0 and text[start].isalnum() and text[start - 1].isalnum():
        start -= 1
    while end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
        end += 1
    return start, end
