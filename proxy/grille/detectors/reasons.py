"""Why something was found: a second look at a message, for whoever asks.

A `Finding` says where and what, because millions are made and few are ever explained. Why is found out again
here, with the same views, patterns, checks and words around as the first time; finding itself pays nothing for
it. A reason names places, numbers of patterns, checks and words of packs: it never holds any of the text, and
can be shown. This module must not decide anything, and what it says must not be used to.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial

from grille.detectors import credentials, labelled, labelled_secrets, placed, propagate, telling
from grille.detectors.deciding import Around, Cue, Where
from grille.detectors.halves import HALVES
from grille.detectors.normalize import View, view
from grille.detectors.patterns import DETECTOR, Patterns, Read, compiled, read_match
from grille.detectors.readings import Reading, readings
from grille.detectors.records import with_records
from grille.detectors.vocabulary import BARE_NAME_LABELS, NAME_LABELS, ROLE_LABELS
from grille.detectors.vocabulary_companies import COMPANY_LABELS, PARTY_LABELS
from grille.entities import Entity
from grille.exchange import Finding, Kind, Segment, Source

_ANNOUNCING = (*NAME_LABELS, *COMPANY_LABELS, *PARTY_LABELS, *ROLE_LABELS, *BARE_NAME_LABELS, *HALVES)


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern of an entity: its number, where it is written, whether what it matched counts only beside a cue
    (`weak`), and whether it read what announces the value itself (`announces`)."""

    number: int
    source: Source
    weak: bool
    announces: bool


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a finding is one. What does not apply is None or empty.

    `check` is one that holds; `otherwise` says that the text had to be read in another way; `same_as` is the
    finding whose value recurs here, and then that one's reason is the reason.
    """

    rule: Rule | None = None
    check: str = ""
    cue: Cue | None = None
    against: Cue | None = None
    otherwise: bool = False
    same_as: Finding | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A segment as detectors see it: in plain spelling, or read `otherwise`; `original` leads back."""

    segment: Segment
    original: Callable[[Finding], Finding | None]
    around: Around = field(repr=False)
    otherwise: bool = False


class Look:
    """The second look at one message. It holds the message, and lives as long as whoever explains it."""

    def __init__(
        self, entities: Mapping[str, Entity], segments: Sequence[Segment], findings: Sequence[Finding]
    ) -> None:
        self._entities = entities
        self._segments = with_records(segments, telling(entities.values()))
        self._findings = findings
        self._shown: dict[int, tuple[Shown, ...]] = {}
        self._known: dict[tuple[int, str], list[tuple[Finding, Reason]]] = {}

    def reason(self, finding: Finding) -> Reason:
        """Why `finding`, which is one of the message's, was found."""
        entity = self._entities[finding.entity]
        match finding.detector:
            case propagate.DETECTOR:
                return Reason(same_as=self._origin(finding))
            case credentials.DETECTOR if self._segments[finding.segment].kind is Kind.CREDENTIAL:
                return Reason(cue=Cue("", Where.PLACE))
            case labelled_secrets.DETECTOR:
                return Reason(cue=Cue("", Where.NAMED))
            case labelled.DETECTOR:
                return Reason(cue=self._cue(finding, _ANNOUNCING))
            case placed.DETECTOR:
                return Reason(cue=self._cue(finding, placed.LABELS))
            case _ if finding.detector == DETECTOR:
                return self._matched(finding, entity) or Reason()
            case _:
                return Reason(cue=self._cue(finding, entity.context))

    def shown(self, number: int) -> tuple[Shown, ...]:
        """Segment `number` in every way that it is read."""
        if number not in self._shown:
            self._shown[number] = tuple(_shown(self._segments[number], number))
        return self._shown[number]

    def _matched(self, finding: Finding, entity: Entity) -> Reason | None:
        """Of the candidates that cover the finding, the one that is most like it."""
        key = (finding.segment, entity.name)
        if key not in self._known:
            self._known[key] = [
                found for shown in self.shown(finding.segment) for found in _candidates(shown, finding.segment, entity)
            ]
        covering = [each for each in self._known[key] if each[0].start <= finding.start and finding.end <= each[0].end]
        best = min(covering, key=lambda each: _difference(each[0], finding), default=None)
        return best[1] if best else None

    def _cue(self, finding: Finding, phrases: Sequence[str]) -> Cue | None:
        shown = self.shown(finding.segment)[0]
        start, end = _place(view(self._segments[finding.segment]), finding)
        return shown.around.cue(start, end, phrases)

    def _origin(self, finding: Finding) -> Finding | None:
        value = _run(self._segments, finding)
        return next(
            (
                each
                for each in self._findings
                if each.detector != propagate.DETECTOR
                and each.entity == finding.entity
                and _run(self._segments, each) == value
            ),
            None,
        )


@cache
def patterns_of(entity: Entity) -> Patterns | None:
    """The patterns of an entity that has some, ready to run."""
    if entity.patterns:
        return compiled(entity)
    if entity.recognizer == "presidio":
        from grille.detectors.presidio import stock_patterns

        return stock_patterns(entity)
    return None


def rule_of(entity: Entity, number: int, read: Read) -> Rule:
    """Pattern `number` of an entity, as it matched; without a line of its own it stands where the entity does."""
    line = entity.lines[number - 1] if entity.lines else entity.source.line
    return Rule(number, replace(entity.source, line=line), read.weak, read.announces)


def _shown(segment: Segment, number: int) -> Iterator[Shown]:
    seen = view(segment)
    yield Shown(seen.segment, seen.original, Around(seen.segment))
    for reading in readings(seen.segment):
        yield Shown(reading.segment, partial(_original, seen, reading, number), Around(reading.segment), otherwise=True)


def _original(seen: View, reading: Reading, number: int, finding: Finding) -> Finding | None:
    found = reading.original(finding, number)
    return seen.original(found) if found else None


def _candidates(shown: Shown, number: int, entity: Entity) -> Iterator[tuple[Finding, Reason]]:
    """What the patterns of an entity find in a text, and why."""
    patterns = patterns_of(entity)
    if patterns is None:
        return
    text, around = shown.segment.text, shown.around
    for position, rule in enumerate(patterns.rules, 1):
        for each in patterns.candidates(text, around.surroundings, (rule,)):
            found = Finding(number, each.start, each.end, entity.name, each.score, DETECTOR)
            original = shown.original(found)
            if original is not None:
                match = rule.pattern.match(text, each.whole[0])
                yield original, _reason(shown, entity, patterns, rule_of(entity, position, read_match(match)), found)


def _reason(shown: Shown, entity: Entity, patterns: Patterns, rule: Rule, found: Finding) -> Reason:
    return Reason(
        rule=rule,
        check=entity.check or entity.recognizer,
        cue=shown.around.cue(found.start, found.end, patterns.entity.context)
        or shown.around.companion(found.start, found.end, patterns.entity.companions),
        against=shown.around.against(found.start, found.end, patterns.entity.context),
        otherwise=shown.otherwise,
    )


def _difference(candidate: Finding, finding: Finding) -> tuple[bool, int]:
    """How unlike a finding a candidate is that covers it. Another may have taken a part of its characters."""
    same_score = candidate.score == finding.score
    return not same_score, (candidate.end - candidate.start) - (finding.end - finding.start)


def _place(seen: View, finding: Finding) -> tuple[int, int]:
    """Where a finding of the original text stands in a view of it."""
    if seen.places is None:
        return finding.start, finding.end
    begins = [start for start, _ in seen.places]
    return bisect_left(begins, finding.start), bisect_left(begins, finding.end)


def _run(segments: Sequence[Segment], finding: Finding) -> str:
    """The letters and digits of a value, by which it is known again."""
    text = segments[finding.segment].text[finding.start : finding.end]
    return "".join(filter(str.isalnum, text)).lower()
