"""What a key in a text stands beside: the other keys of its record, in JSON, XML, lines of keys, a log.

`name` is the key of products, files and tools as well as of people. What else the record holds says which it is, so
the keys around a place are asked for companions: of `name=…` those in its line, otherwise those in its object or
element if it is in one, otherwise those in its paragraph; at most `REACH` characters to either side, which is less
than a text that grows keeps. Only keys are asked: words in values and sentences say nothing of a record.
This module must not know what a companion means.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

import regex

from grille.detectors.cues import Cues, phrase_at
from grille.detectors.vocabulary import BARE_LABELS, DETAIL_WORDS, KEY_SUFFIXES
from grille.detectors.words import Words, words_of

REACH: Final = 240
_KEY = regex.compile(
    r"(?<![\p{L}\p{N}_.-])(?P<key>\p{L}[\p{L}\p{N}_-]{0,39}(?:[ .][\p{L}\p{N}_-]{1,20}){0,3})"
    r"\\?[\"'*]{0,3}[ \t]{0,3}(?:[:=]|/?>)"
)
_QUOTED_KEY = regex.compile(r"\\?[\"'](?P<key>[^\"'\\{}\[\]:,\n]{1,40})\\?[\"']\s{0,4}:")
_QUOTED = regex.compile(r"[\"']\s{0,4}:\s{0,4}\\?[\"']?\Z")
_ENDS = regex.compile(r"\n[ \t\r]{0,8}(?:\n|-{3})")
_NESTED = regex.compile(
    r"(?:\\?[\"'](?P<key>[^\"'\\{}\[\]:,\n]{1,40})\\?[\"']\s{0,4}:\s{0,8})?\{(?P<body>[^{}]*+)(?:\}|\Z)"
)
_OPENED: Final = {"{": 1, "}": -1}
_TAG = regex.compile(r"<(?P<close>/)?[A-Za-z][^<>]{0,80}?(?P<empty>/)?>")
_SUFFIXES: Final = BARE_LABELS | KEY_SUFFIXES


class Beside(NamedTuple):
    """Whether a companion stands in the record, and whether more of the text could still bring one."""

    companion: bool
    open: bool


def beside(text: str, start: int, end: int, wanted: Cues) -> Beside:
    """What the record says in which [start, end) is a member with its key."""
    stretch = text[max(0, start - REACH) : start]
    ahead = text[end : end + REACH]
    if text[end : end + 2] == "</":
        before, after = _element(stretch, ahead)
    elif "=" in stretch[-2:]:
        before, after = stretch.rpartition("\n")[2], ahead.partition("\n")[0]
    else:
        before, after = _object(stretch, ahead)
    key = _QUOTED_KEY if _QUOTED.search(stretch) else _KEY
    found = any(is_companion(words_of(each)[::-1], wanted) for part in (before, after) for each in _keys(part, key))
    return Beside(found, not found and len(after) == len(ahead) < REACH)


def is_companion(backwards: Words, wanted: Cues) -> bool:
    """Whether a key or a heading is a companion: its last words are one, but for those that say it is a number."""
    for place, word in enumerate(backwards):
        if phrase_at(backwards, place, wanted):
            return True
        if word not in _SUFFIXES:
            return False
    return False


def _keys(part: str, key: regex.Pattern[str]) -> Iterator[str]:
    """The keys of a part of an object, without those of the objects in it, but for its details."""
    while (flat := _NESTED.sub(_of_details, part)) != part:
        part = flat
    for match in key.finditer(part):
        yield match["key"]


def _of_details(nested: regex.Match[str]) -> str:
    details = nested["key"] and not DETAIL_WORDS.isdisjoint(words_of(nested["key"]))
    return f",{nested['body']}," if details else ","


def _object(stretch: str, ahead: str) -> tuple[str, str]:
    """What belongs to the same object, or where there is none to the same paragraph."""
    begins = max((match.end() for match in _ENDS.finditer(stretch)), default=0)
    ends = _ENDS.search(ahead)
    before, after = stretch[begins:], ahead[: ends.start()] if ends else ahead
    depth = 0
    for at in range(len(before) - 1, -1, -1):
        depth += _OPENED.get(before[at], 0)
        if depth > 0:
            before = before[at + 1 :]
            break
    depth = 0
    for at, char in enumerate(after):
        depth += _OPENED.get(char, 0)
        if depth < 0:
            return before, after[:at]
    return before, after


def _element(stretch: str, ahead: str) -> tuple[str, str]:
    """What belongs to the same element: the one around the value's own."""
    depth = 0
    before, after = stretch, ahead
    for tag in reversed(list(_TAG.finditer(stretch))):
        depth += 0 if tag["empty"] else -1 if tag["close"] else 1
        if depth > 1:
            before = stretch[tag.end() :]
            break
    depth = 0
    for tag in _TAG.finditer(ahead):
        depth += 0 if tag["empty"] else 1 if tag["close"] else -1
        if depth > 1:
            after = ahead[: tag.start()]
            break
    return before, after
