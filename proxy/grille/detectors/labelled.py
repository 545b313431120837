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

from grille.detectors.columns import Columns
from grille.detectors.edges import line_edge
from grille.detectors.names import is_name, is_name_label
from grille.detectors.vocabulary import NAME_LABELS
from grille.entities import Entity
from grille.exchange import Finding, Segment

DETECTOR: Final = "labelled_name"
_LONGEST_VALUE = 80
_LABELS = "|".join(
    label.replace(" ", "[ _-]?") for label in sorted(NAME_LABELS, key=lambda label: (-len(label), label))
)
_LINE = regex.compile(
    rf"(?i:(?<![a-z])(?:{_LABELS}))\\?[\"'*]{{0,2}}[ \t]{{0,3}}[:=][ \t*]{{0,4}}\\?[\"']?"
    r"(?P<value>[^\n\r,;|\"<>{}\[\]()\\\t]{2,80})"
)


class LabelledNames:
    """The detector: one look at the label, one pass over the lines, one over the cells of tables."""

    name = DETECTOR

    def __init__(self, entities: Iterable[Entity]) -> None:
        self._entities = tuple(entity for entity in entities if serves(entity))
        self.entities = frozenset(entity.name for entity in self._entities)

    def find(self, segments: Sequence[Segment], wanted: frozenset[str]) -> list[Finding]:
        served = [entity for entity in self._entities if entity.name in wanted]
        return [
            Finding(number, start, end, entity.name, entity.score_with_context, DETECTOR)
            for number, segment in enumerate(segments)
            for start, end in _names(segment)
            for entity in served
            if entity.score_with_context >= entity.threshold
        ]

    def edges(self, segments: Sequence[Segment], wanted: frozenset[str]) -> list[int]:
        serving = any(entity.name in wanted for entity in self._entities)
        return [line_edge(segment.text) if serving else len(segment.text) for segment in segments]


def serves(entity: Entity) -> bool:
    """Whether labels announce this entity: it asks for them, or is the person that a model looks for."""
    return entity.recognizer == DETECTOR or (entity.recognizer == "spacy" and entity.name == "PERSON")


def _names(segment: Segment) -> Iterator[tuple[int, int]]:
    spans: set[tuple[int, int]] = set()
    if len(segment.text) <= _LONGEST_VALUE and is_name_label(segment.label):
        spans.add((0, len(segment.text)))
    spans.update(match.span("value") for match in _LINE.finditer(segment.text))
    spans.update((start, end) for heading, start, end in Columns(segment.text).cells() if is_name_label(heading))
    for start, end in sorted(spans):
        value = segment.text[start:end].strip(" \t\r\n\"'.")
        if is_name(value):
            begin = segment.text.index(value, start)
            yield begin, begin + len(value)
