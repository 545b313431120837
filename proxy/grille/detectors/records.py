"""What stands in the same record as a segment: the key of the object around it, and the keys beside it.

A body that is JSON comes as one segment for every string and number, so what a person sees at one glance,
`{"bank": {"bsb": …, "number": …}}`, is spread over several texts. Their addresses say what belongs together.
Of the other members only those are kept that say something to somebody (`telling`): the rest would make
every record another one, and equal texts could not be judged once. This module must not judge.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from grille.detectors.words import Words, words_of
from grille.exchange import Segment
from grille.record import NO_RECORD, Record

_LEVELS: Final = 3
"""How many objects around a segment are looked into: the line, the payment, the message that holds them."""
_LONGEST_VALUE: Final = 24
"""Characters of a text that may name a country or a currency."""
_MOST_MEMBERS: Final = 64


def with_records(segments: Sequence[Segment], telling: frozenset[str]) -> list[Segment]:
    """The segments with what stands in their records, in their order."""
    found = zip(segments, records_of(segments, telling), strict=True)
    return [segment if record == NO_RECORD else segment._replace(record=record) for segment, record in found]


def records_of(segments: Sequence[Segment], telling: frozenset[str]) -> list[Record]:
    """What stands in the record of each segment; those of one object are one and the same."""
    if not telling:
        return [NO_RECORD] * len(segments)
    around = [segment.address.rpartition("/")[0] for segment in segments]
    said: dict[str, Words] = {"": ()}
    objects: dict[str, list[Words]] = {}
    for segment, place in zip(segments, around, strict=True):
        text, label = segment.text, segment.label
        for each in (label, text) if len(text) <= _LONGEST_VALUE and text.isalpha() else (label,):
            words = said.get(each)
            if words is None:
                words = said[each] = _telling(each, telling)
            if words and len(members := objects.setdefault(place, [])) < _MOST_MEMBERS:
                members.append(words)
    known = {place: Record(_above(place), _members(place, objects)) for place in dict.fromkeys(around)}
    return [known[place] for place in around]


def _telling(text: str, telling: frozenset[str]) -> Words:
    """The words of a text, backwards; none if they tell nothing."""
    if text.isascii() and not _any_of(telling).search(text):
        return ()
    words = words_of(text)[::-1]
    return words if any(word in telling for word in words) else ()


@lru_cache(maxsize=8)
def _any_of(telling: frozenset[str]) -> re.Pattern[str]:
    """Where none of these letters stands, no such word does: that is seen ten times as fast as the words."""
    return re.compile("|".join(map(re.escape, sorted(telling))), re.IGNORECASE)


def _above(around: str) -> Words:
    """The nearest key in the address of an object; none in an array of them at the top of a document."""
    for step in reversed(around.split("/")):
        if step.endswith("#"):
            return ()
        if step and not step.isdecimal():
            return words_of(step)[::-1]
    return ()


def _members(around: str, objects: dict[str, list[Words]]) -> tuple[tuple[Words, ...], ...]:
    levels: list[tuple[Words, ...]] = []
    for level in range(_LEVELS):
        if (members := objects.get(around)) or level == 0:
            levels.append(tuple(dict.fromkeys(members or ())))
        if not around or around.endswith("#"):  # a document in a string says for itself what its members are
            break
        while (around := around.rpartition("/")[0]).rpartition("/")[2].isdecimal():
            pass
    return tuple(levels) if any(levels) else ()
