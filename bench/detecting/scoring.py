"""Two rules that say how well an engine's spans fit the labels of one text. `bench/README.md` explains them.

Rule A asks for the right type at about the right place; rule B asks what a reader of the masked text would
still learn. Both give counts, text by text, that can be added up. This module must not average anything.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from detecting.names import EVERYDAY, UNSCORED
from detecting.texts import Span, Text

LEAST_OVERLAP: Final = 0.5
"""Intersection over union, in characters, from which two spans are the same find."""
_HONORIFIC = re.compile(r"(?i)(?:(?:mr|mrs|ms|miss|mx|dr|prof|professor|sir|madam|lord|lady|mme|herr|frau)\b\.?\s+)+")
_POSSESSIVE = re.compile(r"['’]s$")
_JOINTS: Final[Mapping[str, re.Pattern[str]]] = {
    "LOCATION": re.compile(r"[\s,;:/-]{0,4}"),
    "PERSON": re.compile(r"[ \t\n]"),
}
"""Between two pieces of one entity: an address is one find however its lines are cut."""


@dataclass(frozen=True, slots=True)
class Count:
    """Of one entity in one text, or of all: typed hits, and characters that are letters or digits."""

    hits: int = 0
    wrong: int = 0
    missed: int = 0
    chars: int = 0
    """Of the labels."""
    masked: int = 0
    """Of the labels, masked as whatever."""
    shown: int = 0
    """Masked by the engine."""
    meant: int = 0
    """Masked by the engine, and of some label."""
    spans: int = 0
    leaked: int = 0
    """Labels that are not masked from end to end."""

    def values(self) -> tuple[int, ...]:
        return (
            self.hits, self.wrong, self.missed, self.chars, self.masked, self.shown, self.meant, self.spans,
            self.leaked,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scored:
    """One text: what was counted, and the spans that made it so."""

    overall: Count
    entities: Mapping[str, Count]
    missed: tuple[Span, ...] = ()
    wrong: tuple[Span, ...] = ()
    flagged: frozenset[str] = field(default_factory=frozenset)
    """Entities found at all."""

    @property
    def flagged_as_identifier(self) -> bool:
        return bool(self.flagged - EVERYDAY)


def score(text: Text, found: Sequence[Span]) -> Scored:
    """Count one text. Both sides speak our names; labels of `UNSCORED` entities excuse what overlaps them."""
    excused = [span for span in text.spans if span.entity in UNSCORED]
    labels = [span for span in text.spans if span.entity not in UNSCORED]
    found = [span for span in found if not any(_overlap(span, other) for other in excused)]
    gold = joined(_trimmed(labels, text.text), text.text)
    shown = joined(resolved(_trimmed(found, text.text)), text.text)
    hits, missed, wrong = matched(gold, shown)
    names = {span.entity for span in (*labels, *found, *gold, *shown)}
    right = Counter(span.entity for span in hits)
    lost, extra = (Counter(span.entity for span in side) for side in (missed, wrong))
    marks = _Marks(text.text, labels, found)
    entities = {name: marks.count(name, right[name], extra[name], lost[name]) for name in sorted(names)}
    overall = marks.count(None, len(hits), len(wrong), len(missed))
    return Scored(overall, entities, tuple(missed), tuple(wrong), frozenset(span.entity for span in shown))


# -- rule A --------------------------------------------------------------------------------------------


def resolved(found: Iterable[Span]) -> list[Span]:
    """One entity a character: of overlapping spans of one entity their union, else the surer, else the longer."""
    unions: list[Span] = []
    for span in sorted(found, key=lambda span: (span.entity, span.start)):
        last = unions[-1] if unions else None
        if last and last.entity == span.entity and _overlap(last, span):
            unions[-1] = Span(last.start, max(last.end, span.end), last.entity, max(last.score, span.score))
        else:
            unions.append(span)
    kept: list[Span] = []
    for span in sorted(unions, key=lambda span: (-span.score, span.start - span.end, span.start)):
        if not any(_overlap(span, other) for other in kept):
            kept.append(span)
    return sorted(kept, key=lambda span: span.start)


def joined(spans: Iterable[Span], text: str) -> list[Span]:
    """Pieces of one place or person as one."""
    pieces: list[Span] = []
    for span in sorted(spans, key=lambda span: span.start):
        last = pieces[-1] if pieces else None
        joint = _JOINTS.get(span.entity)
        if last and joint and last.entity == span.entity and joint.fullmatch(text[last.end : span.start]):
            pieces[-1] = Span(last.start, max(last.end, span.end), last.entity, max(last.score, span.score))
        else:
            pieces.append(span)
    return pieces


def matched(gold: Sequence[Span], found: Sequence[Span]) -> tuple[list[Span], list[Span], list[Span]]:
    """Hits, missed labels, wrong finds. Each find serves one label; the best fits are paired first."""
    pairs = sorted(
        (
            (fit, one, other)
            for one, label in enumerate(gold)
            for other, find in enumerate(found)
            if label.entity == find.entity and (fit := _fit(label, find)) >= LEAST_OVERLAP
        ),
        key=lambda pair: (-pair[0], pair[1], pair[2]),
    )
    taken: dict[int, int] = {}
    used: set[int] = set()
    for _, one, other in pairs:
        if one not in taken and other not in used:
            taken[one] = other
            used.add(other)
    hits = [label for one, label in enumerate(gold) if one in taken]
    missed = [label for one, label in enumerate(gold) if one not in taken]
    return hits, missed, [find for other, find in enumerate(found) if other not in used]


def _trimmed(spans: Iterable[Span], text: str) -> list[Span]:
    """Persons without the honorific before and the possessive behind."""
    return [_without_honorific(span, text) if span.entity == "PERSON" else span for span in spans]


def _without_honorific(span: Span, text: str) -> Span:
    said = text[span.start : span.end]
    before, behind = _HONORIFIC.match(said), _POSSESSIVE.search(said)
    start = span.start + (before.end() if before else 0)
    end = span.end - (len(behind[0]) if behind else 0)
    return Span(start, end, span.entity, span.score) if start < end else span


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def _fit(one: Span, other: Span) -> float:
    shared = min(one.end, other.end) - max(one.start, other.start)
    return max(0, shared) / (max(one.end, other.end) - min(one.start, other.start))


# -- rule B --------------------------------------------------------------------------------------------


class _Marks:
    """Which letters and digits of a text are of a label, and which an engine masks."""

    def __init__(self, text: str, labels: Sequence[Span], found: Sequence[Span]) -> None:
        self.labels, self.found = labels, found
        self.counts = [char.isalnum() for char in text]
        self.gold = self._covered(labels)
        self.masked = self._covered(found)

    def _covered(self, spans: Iterable[Span]) -> set[int]:
        return {at for span in spans for at in range(span.start, span.end) if self.counts[at]}

    def count(self, entity: str | None, hits: int, wrong: int, missed: int) -> Count:
        """Of one entity, or of all when it is None."""
        labels = [span for span in self.labels if entity in (None, span.entity)]
        gold = self.gold if entity is None else self._covered(labels)
        shown = self.masked if entity is None else self._covered(span for span in self.found if span.entity == entity)
        leaked = sum(not self._covered([span]) <= self.masked for span in labels)
        return Count(
            hits, wrong, missed, len(gold), len(gold & self.masked), len(shown), len(shown & self.gold), len(labels),
            leaked,
        )  # fmt: skip
