"""Secrets that a name announces: `DB_PASSWORD=…`, `"client_secret": "…"`, the password is …, a column `password`.

Serves `recognizer: labelled_password` and `recognizer: labelled_key`. What announces and what is believed
stand in `announcing.py` and `shapes.py`; here is how a text is walked. The span is the secret alone. This
module must not guess at secrets that nothing announces: patterns find those by their form.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

import regex

from grille.detectors.announcing import KEYS, PASSWORDS, Announcement, Shape
from grille.detectors.base import Sight, Stretch
from grille.detectors.columns import Columns
from grille.detectors.edges import begun
from grille.entities import Entity
from grille.exchange import Finding, Growing, Segment

DETECTOR: Final = "labelled_secret"
_ANNOUNCED: Final[Mapping[str, tuple[Announcement, ...]]] = {"labelled_password": PASSWORDS, "labelled_key": KEYS}
RECOGNIZERS: Final = frozenset(_ANNOUNCED)
_LONGEST: Final = 512
"""Characters of a value that is all of its text, as behind a JSON key."""
_LONGEST_WORD: Final = 24
"""Characters before a name in which a word may stand that makes it none."""
_BEHIND: Final = ".,:;)]}\"'*_`"
"""What may stand behind a value and is no part of it."""


class LabelledSecrets:
    """The detector: one look at the label, one pass over the names in the text, one over the cells of tables."""

    name = DETECTOR

    def __init__(self, entities: Iterable[Entity]) -> None:
        self._entities = tuple(entity for entity in entities if serves(entity))
        self.entities = frozenset(entity.name for entity in self._entities)

    def find(self, segments: Sequence[Segment], wanted: frozenset[str]) -> list[Finding]:
        return [
            finding
            for number, segment in enumerate(segments)
            for entity in self._entities
            if entity.name in wanted
            for _, finding in _found(number, segment, Columns(segment.text), 0, entity)
        ]

    def watch(self, texts: Sequence[Growing], wanted: frozenset[str], edges: Sequence[int]) -> list[Sight]:
        served = [entity for entity in self._entities if entity.name in wanted]
        return [_sight(number, each, served) for number, each in enumerate(texts)]


def serves(entity: Entity) -> bool:
    """Whether names announce this entity."""
    return entity.recognizer in RECOGNIZERS


def _sight(number: int, growing: Growing, served: Sequence[Entity]) -> Sight:
    """A value waits for its end, a name for its value, and a row for the end of its line."""
    text = growing.segment.text
    columns = Columns(text, growing=True)
    edge = len(text)
    if not growing.closed:
        edge = min((_edge(growing, columns, each) for entity in served for each in _of(entity)), default=edge)
    seen = [pair for entity in served for pair in _found(number, growing.segment, columns, growing.settled, entity)]
    findings = tuple(finding for _, finding in seen if finding.end <= edge)
    return Sight(findings, edge, tuple((begin, finding.end) for begin, finding in seen))


def _edge(growing: Growing, columns: Columns, announcement: Announcement) -> int:
    text = growing.segment.text
    if _may_be_all(text) and announcement.ends.search(growing.segment.label):
        return 0
    if (to_come := announcement.stems.begun(_lower(text), growing.settled)) is not None:
        edge = to_come
    else:
        edge = begun(announcement.opened, text, growing.settled)
    if columns.last is not None and any(announcement.ends.search(heading) for heading in columns.last.headings):
        edge = min(edge, columns.last.start)
    return edge


def _found(
    number: int, segment: Segment, columns: Columns, settled: int, entity: Entity
) -> Iterator[tuple[int, Finding]]:
    """Each finding behind the place where its announcement begins."""
    spans: dict[Stretch, int] = {}
    for announcement in _of(entity):
        for begin, start, end in _announced(segment, columns, settled, announcement):
            spans.setdefault((start, end), begin)
    for (start, end), begin in sorted(spans.items()):
        yield begin, Finding(number, start, end, entity.name, entity.score_with_context, DETECTOR)


def _of(entity: Entity) -> tuple[Announcement, ...]:
    return _ANNOUNCED[entity.recognizer]


def _announced(
    segment: Segment, columns: Columns, settled: int, announcement: Announcement
) -> Iterator[tuple[int, int, int]]:
    text = segment.text
    if settled == 0 and _may_be_all(text) and announcement.ends.search(segment.label):
        yield from _believed(text, 0, 0, len(text), announcement.alone)
    for heading, start, end in columns.cells():
        if start >= settled and announcement.ends.search(heading):
            yield from _believed(text, start, start, end, announcement.alone)
    for name in _names(text, settled, announcement):
        for form, shape in announcement.forms:
            if value := form.match(text, name.end()):
                start, end = value.span("value")
                yield from _believed(text, name.start(), start, end, shape)


def _names(text: str, settled: int, announcement: Announcement) -> Iterator[regex.Match[str]]:
    low = _lower(text)
    for stem in announcement.stems.words:
        at = low.find(stem, settled)
        while at >= 0:
            name = announcement.names.match(text, at)
            if name and not announcement.unless.search(text, max(0, at - _LONGEST_WORD), at):
                yield name
            at = low.find(stem, at + 1)


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


def _may_be_all(text: str) -> bool:
    stripped = text.strip()
    return 0 < len(stripped) <= _LONGEST and not any(map(str.isspace, stripped))


def _lower(text: str) -> str:
    """In lower case, every character where it was."""
    low = text.lower()
    return low if len(low) == len(text) else text.translate({ord("İ"): "i"}).lower()
