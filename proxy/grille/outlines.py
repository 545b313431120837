"""Which documents in strings are known, and what it takes to know one: the other half of `once.py`.

A tool answers with JSON in a string, thousands of values, and it is sent again with every turn. What is kept of it is
an outline (`dialects/outline.py`): the leaves in which something stands, and that nothing stands in the rest. The rest
is then one text. Should a value that was found elsewhere in the message stand in it after all, the document is taken
apart after all, because only so can it be rewritten value by value; if that changes nothing, it is taken apart from
then on.

What cannot be told from the rest as it is written keeps a document open or its leaf apart: escapes, numbers that are
not what they read, what looks like a token, and a word of which the order of the leaves says whether it is a name. This
module must not keep a text, and looks for nothing itself.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from grille import tokens
from grille.detectors import is_also_a_word
from grille.dialects import Inner, Outline, Reading, outline
from grille.dialects.reading import Lexeme, Words
from grille.entities import Entity
from grille.exchange import Finding, Hits, Segment
from grille.framing.json_spans import Number, String

type HitsOf = Callable[[Sequence[Segment]], Sequence[Hits | None]]
"""What was found in texts by themselves; None where nobody remembers."""

SHORTEST: Final = 200
"""Characters below which a document is taken apart as fast as it is known."""
_SHORT_NUMBER: Final = 6
"""Characters; a shorter number is no value that is looked for elsewhere (`detectors/propagate.py`)."""
_WRITTEN_OTHERWISE: Final = re.compile(
    r"\\(?!u(?:00(?:2[267]|3[CEce]|[89A-Fa-f])|0[1-9A-Fa-f]|[Dd][0-7]|[1-9A-CEFa-cef]))"
)
"""An escape in a document that is not read where values are looked for (`detectors/normalize.py`), or makes another one
when it is read: its values do not stand in the text as they are said. What encoders write so of plain letters and
signs (`\\u00e9`, `\\u003c`) is none."""


class _Kept(NamedTuple):
    """`holds` is false for a document that had to be taken apart in spite of this outline."""

    outline: Outline
    holds: bool = True


class Outlines:
    """The outlines of documents in which the same entities were looked for, each under a name. `most` are the
    leaves and documents that are kept together; the document that was not met for longest goes first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: dict[bytes, _Kept] = {}
        self._size = 0

    def get(self, name: bytes) -> Outline | None:
        kept = self._kept.get(name)
        return kept.outline if kept is not None and kept.holds else None

    def keep(self, name: bytes, drawn: Outline) -> None:
        before = self._kept.pop(name, None)
        self._size += _size(drawn) - (_size(before.outline) if before else 0)
        self._kept[name] = _Kept(drawn, before is None or before.holds or before.outline != drawn)
        while self._size > self._most:
            first = next(iter(self._kept))
            self._size -= _size(self._kept.pop(first).outline)

    def does_not_hold(self, name: bytes) -> None:
        """A document was taken apart after all."""
        if kept := self._kept.get(name):
            self._kept[name] = kept._replace(holds=False)

    def met(self, names: Iterable[bytes]) -> None:
        for name in names:
            if kept := self._kept.pop(name, None):
                self._kept[name] = kept


def _size(drawn: Outline) -> int:
    return 1 + len(drawn.hits)


def to_open(reading: Reading, findings: Sequence[Finding]) -> set[int]:
    """The closed documents, by the number of the segment, that have to be taken apart: something was found in the
    rest, or it cannot be told whether a word in a leaf is a name."""
    segments = reading.segments
    closed = [number for number, each in enumerate(segments) if each.closed]
    opened = {each.segment for each in findings}.intersection(closed)
    for each in findings if closed else ():
        if segments[each.segment].known is not None:
            number = closed[bisect(closed, each.segment)]
            if number not in opened and is_also_a_word(each, segments[each.segment], text_of(reading, number)):
                opened.add(number)
    return opened


def text_of(reading: Reading, number: int) -> str:
    """The whole text of a closed document, by the number of the segment."""
    place = reading.places[number]
    assert isinstance(place, Words)
    return place.text


def drawn(
    reading: Reading, findings: Sequence[Finding], hits_of: HitsOf, entities: Mapping[str, Entity]
) -> Iterator[tuple[Inner, Outline]]:
    """The outlines of documents that were taken apart, of those that may stay closed the next time."""
    found: dict[int, list[Finding]] = {}
    for finding in findings:
        found.setdefault(finding.segment, []).append(finding)
    for each in reading.taken_apart:
        if _may_stay_closed(reading, each, found, entities):
            known = _outline(reading, each, found, hits_of)
            if known is not None and not _WRITTEN_OTHERWISE.search(known.rest(each.text)):
                yield each, known


def _may_stay_closed(
    reading: Reading, document: Inner, found: Mapping[int, Sequence[Finding]], entities: Mapping[str, Entity]
) -> bool:
    segments, text = reading.segments, document.text
    return (
        len(text) >= SHORTEST
        and not any(tokens.look_alikes(each, entities) for each in _said(reading, document))
        and all(
            (number not in found and len(segments[number].text) < _SHORT_NUMBER) or _is_as_written(reading, number)
            for number in document.segments
        )
        and not any(
            is_also_a_word(each, segments[number], text)
            for number in document.segments
            for each in found.get(number, ())
        )
    )


def _said(reading: Reading, document: Inner) -> Iterator[str]:
    """A document, and where escapes may hide a token what each of its strings says."""
    yield document.text
    if "\\" in document.text:
        yield from (reading.segments[number].text for number in document.segments)


def _leaf(reading: Reading, number: int) -> tuple[int, String | Number] | None:
    """The document and the node of a segment that is just one."""
    match reading.places[number]:
        case Words(pieces=(piece,)):
            return piece.document, piece.node
        case Lexeme(document=document, node=node):
            return document, node
        case _:
            return None


def _written(reading: Reading, number: int) -> str:
    """A segment as it stands in its document."""
    if (leaf := _leaf(reading, number)) is None:
        return ""
    document, node = leaf
    return reading.parts[document].document.source[node.start : node.end]


def _is_as_written(reading: Reading, number: int) -> bool:
    """`1e5` is not; what is an escape is told by `_WRITTEN_OTHERWISE`."""
    return not isinstance(reading.places[number], Lexeme) or _written(reading, number) == reading.segments[number].text


def _outline(
    reading: Reading, document: Inner, found: Mapping[int, Sequence[Finding]], hits_of: HitsOf
) -> Outline | None:
    """None if a leaf of it stands in a document of its own, is a key, or what was found in it has been let go."""
    numbers, root = document.segments, reading.parts[document.part].document.root
    apart = {number for number in numbers if number in found}
    if _WRITTEN_OTHERWISE.search(document.text):
        apart |= {number for number in numbers if _WRITTEN_OTHERWISE.search(_written(reading, number))}
    hits = hits_of(reading.segments[numbers.start : numbers.stop]) if apart else ()
    held: dict[int, Hits] = {}
    for number in apart:
        leaf, known = _leaf(reading, number), hits[number - numbers.start]
        if leaf is None or leaf[0] != document.part or known is None:
            return None
        held[leaf[1].start] = known
    return outline(root, held)
