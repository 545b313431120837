"""Names that a label announces: `Contact: Jane Doe`, `"first_name": "Jane"`, a column `payee`.

A model reads such lines badly, because there is no sentence, and answers of ledgers consist of them.
The label is the evidence, so the value only has to read like a name; one that names an organisation
(`Contact: Ridgeway University`) is left to whoever looks for organisations.

Serves `recognizer: labelled_name`, and PERSON under `recognizer: spacy` as well. It must not guess
at names that no label announces.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import regex

from grille.detectors.base import Sight, Stretch
from grille.detectors.columns import Columns
from grille.detectors.edges import begun, opened
from grille.detectors.names import is_name, is_name_label
from grille.detectors.sieve import Worth
from grille.detectors.vocabulary import NAME_LABELS
from grille.detectors.words import SPELT, any_of
from grille.entities import Entity
from grille.exchange import Finding, Growing, Segment

DETECTOR: Final = "labelled_name"
_LONGEST_VALUE = 80
_LINE = (
    rf"(?i:(?<![a-z])(?:{any_of(NAME_LABELS, SPELT)}))\\?[\"'*]{{0,2}}[ \t]{{0,3}}[:=][ \t*]{{0,4}}\\?[\"']?"
    rf"(?P<value>[^\n\r,;|\"<>{{}}\[\]()\\\t]{{2,{_LONGEST_VALUE}}})"
)
_ANNOUNCED = Worth((regex.compile(_LINE),))
_BEGUN = opened(_LINE)


class LabelledNames:
    """The detector: one look at the label, one pass over the lines, one over the cells of tables."""

    name = DETECTOR
    patterns: Sequence[str] = ()

    def __init__(self, entities: Iterable[Entity]) -> None:
        self._entities = tuple(entity for entity in entities if _serves(entity))
        self.entities = frozenset(entity.name for entity in self._entities)

    def looks_at(self, segment: Segment, wanted: frozenset[str]) -> bool:
        return not wanted.isdisjoint(self.entities)

    def find(self, segments: Sequence[Segment], wanted: frozenset[str]) -> list[Finding]:
        served = self._served(wanted)
        return [
            finding
            for number, segment in enumerate(segments)
            for _, start, end in _names(segment, Columns(segment.text), 0)
            for finding in _findings(number, start, end, served)
        ]

    def watch(self, texts: Sequence[Growing], wanted: frozenset[str], edges: Sequence[int]) -> list[Sight]:
        served = self._served(wanted)
        return [
            _sight(number, each, served) if served else Sight((), len(each.segment.text))
            for number, each in enumerate(texts)
        ]

    def _served(self, wanted: frozenset[str]) -> list[Entity]:
        return [each for each in self._entities if each.name in wanted and each.score_with_context >= each.threshold]


def _serves(entity: Entity) -> bool:
    """Whether labels announce this entity: it asks for them, or is the person that a model looks for."""
    return entity.recognizer == DETECTOR or (entity.recognizer == "spacy" and entity.name == "PERSON")


def _findings(number: int, start: int, end: int, served: Iterable[Entity]) -> Iterator[Finding]:
    for entity in served:
        yield Finding(number, start, end, entity.name, entity.score_with_context, DETECTOR)


def _sight(number: int, growing: Growing, served: Sequence[Entity]) -> Sight:
    """A value waits for its end, a label for its value, and a row for the end of its line."""
    columns = Columns(growing.segment.text, growing=True)
    edge = len(growing.segment.text) if growing.closed else _edge(growing, columns)
    named = list(_names(growing.segment, columns, growing.settled))
    findings = [finding for _, start, end in named for finding in _findings(number, start, end, served) if end <= edge]
    return Sight(tuple(findings), edge, tuple((begin, end) for begin, _, end in named))


def _edge(growing: Growing, columns: Columns) -> int:
    text = growing.segment.text
    if len(text) <= _LONGEST_VALUE and is_name_label(growing.segment.label):
        return 0
    edge = begun(_BEGUN, text, growing.settled)
    if columns.last is not None and any(is_name_label(heading) for heading in columns.last.headings):
        return min(edge, columns.last.start)
    return edge


def _names(segment: Segment, columns: Columns, settled: int) -> Iterator[tuple[int, int, int]]:
    """Where names stand, before each where what announces it begins: (begin, start, end)."""
    spans: dict[Stretch, int] = {}
    for heading, start, end in columns.cells():
        if start >= settled and is_name_label(heading):
            spans[start, end] = start
    for rule in _ANNOUNCED.rules(segment.text):
        for match in rule.finditer(segment.text, settled, overlapped=True):
            spans.setdefault(match.span("value"), match.start())
    if settled == 0 and len(segment.text) <= _LONGEST_VALUE and is_name_label(segment.label):
        spans[0, len(segment.text)] = 0
    for (start, end), begin in sorted(spans.items()):
        value = segment.text[start:end].strip(" \t\r\n\"'.")
        if is_name(value):
            at = segment.text.index(value, start)
            yield min(begin, at), at, at + len(value)
