"""What stands in the same record as a segment: the key of the object around it, and the keys beside it.

A body that is JSON comes as one segment for every string and number, so what a person sees at one glance,
`{"bank": {"bsb": …, "number": …}}`, is spread over several texts. Their addresses say what belongs together.
Of the other members only those are kept that say something to somebody (`telling`): the rest would make
every record another one, and equal texts could not be judged once. This module must not judge.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Final

from grille.detectors.words import Words, words_of
from grille.exchange import Segment
from grille.record import NO_RECORD, Record

_LEVELS: Final = 3
"""How many objects around a segment are looked into: the line, the payment, the message that holds them."""
_LONGEST_VALUE: Final = 24
"""Characters of a text that may name a country or a currency."""
_MOST_MEMBERS: Final = 64


def with_records(segments: Sequence[Segment], telling: Collection[str]) -> list[Segment]:
    """The segments with what stands in their records, in their order."""
    if not telling:
        return list(segments)
    objects: dict[str, list[Words]] = {}
    for segment in segments:
        if words := tuple(_telling(segment, telling)):
            members = objects.setdefault(segment.address.rpartition("/")[0], [])
            members.extend(words[: _MOST_MEMBERS - len(members)])
    known: dict[str, Record] = {}
    found: list[Segment] = []
    for segment in segments:
        around = segment.address.rpartition("/")[0]
        if around not in known:
            known[around] = Record(_above(around), _members(around, objects))
        record = known[around]
        found.append(segment if record == NO_RECORD else replace(segment, record=record))
    return found


def _telling(segment: Segment, telling: Collection[str]) -> Iterator[Words]:
    said = (segment.label, segment.text if len(segment.text) <= _LONGEST_VALUE and segment.text.isalpha() else "")
    for text in said:
        words = words_of(text)[::-1] if text else ()
        if any(word in telling for word in words):
            yield words


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
    for _ in range(_LEVELS):
        if members := objects.get(around):
            levels.append(tuple(dict.fromkeys(members)))
        if not around or around.endswith("#"):  # a document in a string says for itself what its members are
            break
        while (around := around.rpartition("/")[0]).rpartition("/")[2].isdecimal():
            pass
    return tuple(levels)
