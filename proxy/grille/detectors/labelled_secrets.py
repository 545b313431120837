"""Secrets that a name announces: `DB_PASSWORD=…`, `"client_secret": "…"`, the password is …, a column `password`.

Serves `recognizer: labelled_password` and `recognizer: labelled_key`. What announces and what is believed
stand in `announcing.py` and `shapes.py`; here is how a text is walked. The span is the secret alone. This
module must not guess at secrets that nothing announces: patterns find those by their form.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final

import regex

from grille.detectors.announcing import KEYS, LONGEST_BEFORE, PASSWORDS, Announcement, Shape
from grille.detectors.base import Sight, Stretch, label_beside
from grille.detectors.beginnings import Beginnings
from grille.detectors.columns import Columns
from grille.detectors.edges import begun
from grille.detectors.shapes import spoken
from grille.detectors.sieve import Sieve
from grille.entities import Entity
from grille.exchange import Finding, Growing, Segment

DETECTOR: Final = "labelled_secret"
_ANNOUNCED: Final[Mapping[str, tuple[Announcement, ...]]] = {"labelled_password": PASSWORDS, "labelled_key": KEYS}
RECOGNIZERS: Final = frozenset(_ANNOUNCED)
_ALL: Final = (*PASSWORDS, *KEYS)
_SIEVE: Final = Sieve([each.names.pattern for each in _ALL])
"""A text without any of these names announces nothing, and most texts have none."""
_STEMS: Final = Beginnings.of(stem for each in _ALL for stem in each.stems.words)
_LONGEST: Final = 512
"""Characters of a value that is all of its text, as behind a JSON key."""
_LONGEST_WORD: Final = 24
"""Characters before a name in which a word may stand that makes it none."""
_BEHIND: Final = ".,:;)]}\"'*_`"
"""What may stand behind a value and is no part of it."""


class LabelledSecrets:
    """The detector: one look at the label, one pass over the names in the text, one over the cells of tables."""

    name = DETECTOR
    patterns: Sequence[str] = tuple(each.names.pattern for each in _ALL)

    def __init__(self, entities: Iterable[Entity]) -> None:
        self._entities = tuple(entity for entity in entities if serves(entity))
        self.entities = frozenset(entity.name for entity in self._entities)

    def looks_at(self, segment: Segment, wanted: frozenset[str]) -> bool:
        return bool(segment.label) and not wanted.isdisjoint(self.entities) and bool(_SIEVE.passes(segment.label))

    def find(self, segments: Sequence[Segment], wanted: frozenset[str]) -> list[Finding]:
        served = [entity for entity in self._entities if entity.name in wanted]
        called: dict[str, frozenset[int]] = {}
        findings: list[Finding] = []
        for number, segment in enumerate(segments):
            asked = _SIEVE.passes(segment.text)
            if segment.label:
                if segment.label not in called:
                    called[segment.label] = _SIEVE.passes(segment.label)
                asked |= called[segment.label]
            if asked:
                read = _Text(segment)
                announcing = [_ALL[each] for each in asked]
                findings += (finding for entity in served for _, finding in _found(number, read, entity, announcing))
        return findings

    def watch(self, texts: Sequence[Growing], wanted: frozenset[str], edges: Sequence[int]) -> list[Sight]:
        served = [entity for entity in self._entities if entity.name in wanted]
        return [
            _sight(number, _Text(each.segment, each.settled, growing=True), each, served)
            for number, each in enumerate(texts)
        ]

    def edge_of_silence(self, growing: Growing) -> int | None:
        """Where a name may have begun in a text in which none stands, nor is its label one; None if there is one."""
        read = _Text(growing.segment, growing.settled, growing=True)
        if _STEMS.occur(read.lower) or (read.label and _SIEVE.passes(read.label)):
            return None
        return _STEMS.begun(read.lower, read.settled)


class _Text:
    """A text, the same in lower case, its label if it may be nothing but a value, and its tables, which are looked for
    when they are asked for; of what stands before `settled` nothing is asked. It lives as long as one call."""

    def __init__(self, segment: Segment, settled: int = 0, *, growing: bool = False) -> None:
        label = label_beside(segment) if settled == 0 else ""
        words = segment.text.split(None, 2) if label else ()
        self.text = segment.text
        self.lower = _lower(segment.text)
        self.label = label if len(words) == 1 and len(words[0]) <= _LONGEST else ""
        self.settled = settled
        self.growing = growing

    @cached_property
    def columns(self) -> Columns:
        return Columns(self.text, growing=self.growing)


def serves(entity: Entity) -> bool:
    """Whether names announce this entity."""
    return entity.recognizer in RECOGNIZERS


def _sight(number: int, read: _Text, growing: Growing, served: Sequence[Entity]) -> Sight:
    """A value waits for its end, a name for its value, and a row for the end of its line."""
    edge = len(read.text) if growing.closed else _edge(read, served)
    if edge <= read.settled and not growing.closed:
        return Sight((), edge)
    announcing = _ALL if read.label or _STEMS.occur(read.lower) else ()
    seen = [pair for entity in served for pair in _found(number, read, entity, announcing)]
    findings = tuple(finding for _, finding in seen if finding.end <= edge)
    return Sight(findings, edge, tuple((begin, finding.end) for begin, finding in seen))


def _edge(read: _Text, served: Sequence[Entity]) -> int:
    edge = _STEMS.begun(read.lower, read.settled)
    if edge is not None and not read.label and not _STEMS.occur(read.lower):
        return edge
    return min((_edge_of(read, each) for entity in served for each in _of(entity)), default=len(read.text))


def _edge_of(read: _Text, announcement: Announcement) -> int:
    if read.label and announcement.is_name(read.label):
        return 0
    edge = announcement.stems.begun(read.lower, read.settled)
    if edge is None:
        edge = begun(announcement.opened, read.text, read.settled)
    if announcement.stems.occur(read.lower):
        last = read.columns.last
        if last is not None and any(map(announcement.is_name, last.headings)):
            edge = min(edge, last.start)
    return edge


def _found(
    number: int, read: _Text, entity: Entity, announcing: Sequence[Announcement]
) -> Iterator[tuple[int, Finding]]:
    """Each finding behind the place where its announcement begins."""
    spans: dict[Stretch, int] = {}
    for announcement in _of(entity):
        if announcement not in announcing:
            continue
        for begin, start, end in _announced(read, announcement):
            spans.setdefault((start, end), begin)
    for (start, end), begin in sorted(spans.items()):
        yield begin, Finding(number, start, end, entity.name, entity.score_with_context, DETECTOR)


def _of(entity: Entity) -> tuple[Announcement, ...]:
    return _ANNOUNCED[entity.recognizer]


def _announced(read: _Text, announcement: Announcement) -> Iterator[tuple[int, int, int]]:
    if read.label and announcement.is_name(read.label):
        yield from _believed(read.text, 0, 0, len(read.text), announcement.alone)
    if not announcement.stems.occur(read.lower):
        return
    headings = {heading for row in read.columns.rows for heading in row.headings}
    if named := {heading for heading in headings if announcement.is_name(heading)}:
        for heading, start, end in read.columns.cells():
            if start >= read.settled and heading in named:
                yield from _believed(read.text, start, start, end, announcement.alone)
    for name in _names(read, announcement):
        if announcement.before is not None and not read.growing:
            yield from _before(read.text, name.start(), announcement.before)
        for form, shape in announcement.forms:
            if value := form.match(read.text, name.end()):
                for start, end in value.spans("value"):
                    yield from _believed(read.text, name.start(), start, end, shape)


def _before(text: str, name: int, form: regex.Pattern[str]) -> Iterator[tuple[int, int, int]]:
    """A password in front of its name; not in a text that grows, where it has left before its name comes."""
    start = max(0, name - LONGEST_BEFORE)
    if value := form.search(text[start:name]):
        begin, end = value.span("value")
        yield from _believed(text, start + begin, start + begin, start + end, spoken)


def _names(read: _Text, announcement: Announcement) -> Iterator[regex.Match[str]]:
    for stem in announcement.stems.words:
        at = read.lower.find(stem, read.settled)
        while at >= 0:
            name = announcement.names.match(read.text, at)
            if name and not announcement.unless.search(read.text, max(0, at - _LONGEST_WORD), at):
                yield name
            at = read.lower.find(stem, at + 1)


def _believed(text: str, begin: int, start: int, end: int, shape: Shape) -> Iterator[tuple[int, int, int]]:
    """The value, without what merely stands around it, if it has the shape."""
    while start < end and (text[start].isspace() or text[start] in "\"'`"):
        start += 1
    for stop in _ends(text, start, end):
        if shape(text[start:stop]):
            yield begin, start, stop
            return


def _ends(text: str, start: int, end: int) -> Iterator[int]:
    """Where a value may end: before what closes a sentence, a bracket that it did not open or a quotation, or
    else where it ended."""
    stop = end
    while stop > start and (text[stop - 1].isspace() or text[stop - 1] in _BEHIND):
        stop -= 1
    yield stop
    if stop < end:
        yield end


def _lower(text: str) -> str:
    """In lower case, every character where it was."""
    low = text.lower()
    return low if len(low) == len(text) else text.translate({ord("İ"): "i"}).lower()
