"""Where sentences end: at a mark that ends one, or at the end of a line; at last anywhere.

Shared by whoever reads sentence by sentence. An initial and a title end with a full stop and no sentence.
A name in a sentence of more than `LONGEST_SENTENCE` characters may be cut, an accepted miss. This module
must not know what a sentence is read for.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import regex

LONGEST_SENTENCE: Final = 600
_TAIL_OF_LONG_SENTENCE: Final = 120
_END = regex.compile(
    r"\n|(?:[!?…。！？]|(?<!\b(?:\p{Lu}|Mr|Mrs|Ms|Mx|Dr|Prof|St|Jr|Sr|Inc|Ltd|Co|Corp|No|vs|e\.g|i\.e))\.)"
    r"[\"'”’)\]]{0,3}\s"
)

_MARKED = regex.compile(r"(?:[!?…。！？]|(?<!\b(?:[0-9]{1,2}|[IVX]{1,5}))\.)[\"'”’)\]»«]{0,3}\s$")
_LONGEST_MARK: Final = 5
_BEGINS = regex.compile(r"(?:^|[.!?:]\s|[\r\n])[^\p{L}\p{N}]*$")
_LONGEST_GAP: Final = 200
"""Characters before a word, in which its sentence is seen to begin."""


def sentence_end(text: str, start: int) -> int | None:
    """The end of the sentence that begins at `start`; None if it has not come."""
    stop = start + LONGEST_SENTENCE
    match = _END.search(text, start, stop)
    if match is not None:
        return int(match.end())
    if len(text) < stop:
        return None
    blank = text.rfind(" ", start, stop - _TAIL_OF_LONG_SENTENCE)
    return blank + 1 if blank > start else stop


def sentence_ends(text: str) -> Iterator[tuple[int, int]]:
    """The sentences of a whole text."""
    start = 0
    while start < len(text):
        end = sentence_end(text, start) or len(text)
        yield start, end
        start = end


def ends_sentence(text: str, end: int) -> bool:
    """Whether what ends there is a whole sentence: not a line of one, nor its beginning up to `am 3.` or `Karl V.`"""
    return _MARKED.search(text, max(0, end - _LONGEST_MARK), end) is not None


def begins_sentence(text: str, start: int) -> bool:
    """Whether the word at `start` is the first of its sentence or line, or of what a colon announces."""
    return _BEGINS.search(text, max(0, start - _LONGEST_GAP), start) is not None
