"""Credentials that ride in bodies, known by their place: what a vendor's type calls an authorization, a header
for another server or a secret, is one whatever it looks like.

Dialects name those places (`Kind.CREDENTIAL`). Where a text has no places, a label does: `authorization_token:`.
What stands in such a place is not looked at; behind a label it only must not be a placeholder or a type.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import regex

from grille.detectors.base import Sight
from grille.detectors.shapes import chosen
from grille.entities import Entity
from grille.exchange import Finding, Growing, Kind, Segment

DETECTOR: Final = "credential"
_LABELLED = regex.compile(
    r"(?i)(?<![a-z])[\"']?(?:authorization_token|domain_secrets?)[\"']?[ \t]{0,3}[:=][ \t]{0,3}"
    r"[\"']?(?P<value>[^\s\"',;{}\[\]]{8,512})"
)


class Credentials:
    """The detector."""

    name = DETECTOR
    patterns: Sequence[str] = (_LABELLED.pattern,)

    def __init__(self, entities: Iterable[Entity]) -> None:
        self._entities = tuple(entity for entity in entities if _serves(entity))
        self.entities = frozenset(entity.name for entity in self._entities)

    def looks_at(self, segment: Segment, wanted: frozenset[str]) -> bool:
        return segment.kind is Kind.CREDENTIAL and not wanted.isdisjoint(self.entities)

    def find(self, segments: Sequence[Segment], wanted: frozenset[str]) -> list[Finding]:
        served = [entity for entity in self._entities if entity.name in wanted]
        return [
            Finding(number, start, end, entity.name, entity.score_with_context, DETECTOR)
            for number, segment in enumerate(segments)
            for start, end in _spans(segment)
            for entity in served
        ]

    def watch(self, texts: Sequence[Growing], wanted: frozenset[str], edges: Sequence[int]) -> list[Sight]:
        """No place of an answer holds the caller's credentials, and what it says of them is words."""
        return [Sight((), len(each.segment.text)) for each in texts]


def _serves(entity: Entity) -> bool:
    """Whether places announce this entity."""
    return entity.recognizer == DETECTOR


def _spans(segment: Segment) -> list[tuple[int, int]]:
    if segment.kind is Kind.CREDENTIAL:
        return [(0, len(segment.text))] if segment.text else []
    return [match.span("value") for match in _LABELLED.finditer(segment.text) if chosen(match["value"])]
