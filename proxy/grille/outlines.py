"""Which documents in strings are known, and what it takes to know one: the other half of `once.py`.

A tool answers with JSON in a string, thousands of values, and it is sent again with every turn. What is kept of it is
an outline (`dialects/outline.py`): the leaves in which something stands, and that nothing stands in the rest. The rest
is then one text. Should a value that was found elsewhere in the message stand in it after all, the document is taken
apart after all, because only so can it be rewritten value by value; the next time its leaf is one of the outline. If
that changes nothing, the document is taken apart from then on.

A leaf is held as well if what it says cannot be told from the rest as it is written: escapes, what may be a token, and
words like `null`. A document of which anything else cannot be told (a number that is not what it reads, a finding in a
key, a word of which the order of the leaves says whether it is a name) is not known. This module must not keep a text,
and looks for nothing itself.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from grille import tokens
from grille.detectors import LITERALS, Alone, Sayings, hangs_on_order
from grille.dialects import Inner, Outline, Reading, outline
from grille.dialects.reading import Lexeme, Words
from grille.exchange import Finding, Hits
from grille.framing.json_spans import Number, String

type Found = Mapping[int, Sequence[Finding]]
"""Findings by their segments."""

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
_SAYS_LITERAL: Final = re.compile(rf"(?<![^\W_])(?:{'|'.join(sorted(LITERALS))})(?![^\W_])")


class _Kept(NamedTuple):
    """Without an outline the document is taken apart each time. `holds` is false while one that was taken apart in
    spite of its outline waits for another."""

    outline: Outline | None
    holds: bool = True


class Outlines:
    """The outlines of documents in which the same entities were looked for, each under a name. `most` are the
    documents, leaves and findings that are kept together; the document that was not met for longest goes first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: dict[bytes, _Kept] = {}
        self._size = 0

    def get(self, name: bytes) -> Outline | None:
        kept = self._kept.get(name)
        return kept.outline if kept is not None and kept.holds else None

    def former(self, name: bytes) -> Outline | None:
        """That of a document that was taken apart in spite of it."""
        kept = self._kept.get(name)
        return kept.outline if kept is not None and not kept.holds else None

    def is_hopeless(self, name: bytes) -> bool:
        """Whether there is no outline of the document."""
        kept = self._kept.get(name)
        return kept is not None and kept.outline is None

    def keep(self, name: bytes, drawn: Outline | None) -> None:
        """None: there is none. One that did not hold before will not hold now."""
        before = self._kept.pop(name, None)
        if before is not None:
            self._size -= _size(before.outline)
            if not before.holds and before.outline == drawn:
                drawn = None
        if _size(drawn) > self._most:
            drawn = None
        self._size += _size(drawn)
        self._kept[name] = _Kept(drawn)
        while self._size > self._most:
            first = next(iter(self._kept))
            self._size -= _size(self._kept.pop(first).outline)

    def does_not_hold(self, name: bytes, leaves: int) -> None:
        """A document that was read with so many leaves has to be taken apart after all. With another number it was
        read before the outline that is there now: leaves only become more."""
        kept = self._kept.get(name)
        if kept is not None and kept.outline is not None and len(kept.outline.hits) == leaves:
            self._kept[name] = kept._replace(holds=False)

    def met(self, names: Iterable[bytes]) -> None:
        for name in names:
            if kept := self._kept.pop(name, None):
                self._kept[name] = kept


def _size(drawn: Outline | None) -> int:
    return 1 if drawn is None else 1 + len(drawn.ways) // 3 + len(drawn.hits) + sum(map(len, drawn.hits))


def to_open(reading: Reading, findings: Sequence[Finding]) -> dict[int, int]:
    """The closed documents, by the number of the segment, that have to be taken apart, and how many leaves each was
    read with: something was found in the rest, or it cannot be told whether a word in a leaf is a name."""
    segments = reading.segments
    closed = [number for number, each in enumerate(segments) if each.closed]
    said, alone = {number: Sayings(text_of(reading, number)) for number in closed}, Alone(segments, findings)
    opened = {each.segment for each in findings}.intersection(closed)
    for each in findings if closed else ():
        segment = segments[each.segment]
        if segment.known is not None:
            number = closed[bisect(closed, each.segment)]
            if number not in opened and hangs_on_order(each, segment.known, segment, said[number], alone):
                opened.add(number)
    if not opened:
        return {}
    held = Counter(closed[bisect(closed, number)] for number, each in enumerate(segments) if each.known is not None)
    return {number: held[number] for number in opened}


def text_of(reading: Reading, number: int) -> str:
    """The whole text of a closed document, by the number of the segment."""
    place = reading.places[number]
    assert isinstance(place, Words)
    return place.text


def leaves(reading: Reading, document: Inner, found: Found, former: Outline | None) -> set[int]:
    """The segments of a document that was taken apart which are leaves of its outline, those of a `former` one
    among them. `found` is what was found in the message."""
    before = former.starts if former else frozenset[int]()
    return {number for number in document.segments if number in found or _is_held(reading, number, document, before)}


def drawn(reading: Reading, document: Inner, hits: Mapping[int, Hits], found: Found, alone: Alone) -> Outline | None:
    """The outline of a document with these `leaves` and what was found in each by itself; None if it may not stay
    closed: a leaf stands in a document of its own, or is a key, or the order of its texts counts. `found` and `alone`
    are those of the message."""
    if not all(_reads_as_written(reading, number, number in hits) for number in document.segments):
        return None
    held: dict[int, Hits] = {}
    said = Sayings(document.text)
    for number, own in hits.items():
        leaf, segment = _leaf(reading, number), reading.segments[number]
        if leaf is None or leaf[0] != document.part:
            return None
        if any(hangs_on_order(each, own, segment, said, alone) for each in found.get(number, ())):
            return None
        held[leaf[1].start] = own
    known = outline(reading.parts[document.part].document.root, held)
    rest = known.rest(document.text) if known else ""
    return None if _WRITTEN_OTHERWISE.search(rest) or tokens.may_hold(rest) else known


def _is_held(reading: Reading, number: int, document: Inner, before: frozenset[int]) -> bool:
    """Whether a text in which nothing was found is a leaf of its own."""
    leaf = _leaf(reading, number)
    if leaf is None or tokens.may_hold(reading.segments[number].text):
        return True
    part, node = leaf
    if part != document.part:  # in a document of its own: whatever may be amiss there is seen in the rest
        return False
    written = document.text[node.start : node.end]
    return node.start in before or bool(_WRITTEN_OTHERWISE.search(written) or _SAYS_LITERAL.search(written))


def _leaf(reading: Reading, number: int) -> tuple[int, String | Number] | None:
    """The document and the node of a segment that is just one."""
    match reading.places[number]:
        case Words(pieces=(piece,)):
            return piece.document, piece.node
        case Lexeme(document=document, node=node):
            return document, node
        case _:
            return None


def _reads_as_written(reading: Reading, number: int, held: bool) -> bool:
    """Whether a number stands in its document as it reads, or is none that is looked for: `1e5` does not."""
    place, text = reading.places[number], reading.segments[number].text
    if not isinstance(place, Lexeme) or (len(text) < _SHORT_NUMBER and not held):
        return True
    return reading.parts[place.document].document.source[place.node.start : place.node.end] == text
