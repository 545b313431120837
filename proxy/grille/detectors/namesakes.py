"""Who is called by a surname only, after or before the text has the full name: `Jane Lindqvist … as Lindqvist says`.

A model that knows somebody by the full name takes the surname alone for a town or a firm, or for nothing. So a
surname is that person's wherever it stands alone in the same text. Surnames that are words as well (`Young`), short
ones, and words that the text also writes in lower case are left to the models, and so are given names. That a firm is
called like its founder is an accepted mistake: either way it is found.

This module must not know a model, nor believe in a full name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

import regex

from grille.detectors.lane import Lane, Placed
from grille.detectors.names import is_full_name
from grille.detectors.vocabulary import COMMON_WORDS

type Span = tuple[int, int]

_SHORTEST: Final = 4
_SURNAME = regex.compile(r"(?<=[ -])\p{Lu}[\p{Ll}\p{M}'’]{2,30}\Z")
_WORD = regex.compile(
    r"(?<![\p{L}\p{N}@/_.'’-])\p{L}(?:(?!['’]s\b)[\p{L}\p{M}'’]){2,30}(?=['’]s\b|(?![\p{L}\p{N}@/_'’-]))"
)


def namesakes(
    text: str, people: Iterable[Span], taken: Lane[Placed], is_ordinary: Callable[[str], bool]
) -> Iterator[Span]:
    """Where a surname of `people` stands alone; not in what is `taken` by them or is something else."""
    surnames = {surname for start, end in people if (surname := _surname(text[start:end], is_ordinary))}
    if not surnames:
        return
    words = [(match[0], match.start()) for match in _WORD.finditer(text)]
    low = {word for word, _ in words if word.islower()}
    for word, start in words:
        if word in surnames and word.lower() not in low and not taken.over(start, start + len(word)):
            yield start, start + len(word)


def _surname(name: str, is_ordinary: Callable[[str], bool]) -> str | None:
    """The last word of a full name, if nobody takes it for another word."""
    match = _SURNAME.search(name)
    if match is None or len(match[0]) < _SHORTEST or match[0].lower() in COMMON_WORDS or is_ordinary(match[0]):
        return None
    return match[0] if is_full_name(name) else None
