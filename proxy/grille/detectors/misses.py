"""What nearly was found, and what it lacked: candidates of patterns that did not count.

Only for whoever asks why nothing was found: every pattern of every entity that is looked for is tried on every
text, and each match that became no finding says what stood in its way. Several patterns meet at most numbers, so
only the nearest misses of a place are told: those that lacked least. A model's guesses that nobody believed are
not among them, nor what no pattern matches. This module must not decide anything, nor show any of the text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from grille.detectors.deciding import Cue
from grille.detectors.patterns import DETECTOR, Patterns, read_match
from grille.detectors.reasons import Look, Rule, Shown, patterns_of, rule_of
from grille.entities import Entity
from grille.exchange import Finding

MOST: Final = 1000
"""Matches of one pattern in one text that are looked at."""
_FEWEST_DIGITS: Final = 3


@dataclass(frozen=True, slots=True)
class Miss:
    """A candidate, as a finding that none was made of, and what it lacked: `check` is one that it fails,
    `unannounced` says that its pattern counts only beside a cue and there is none, `against` is the word that
    says it is something else."""

    candidate: Finding
    rule: Rule
    check: str = ""
    unannounced: bool = False
    against: Cue | None = None

    @property
    def lacks(self) -> int:
        return bool(self.check) + self.unannounced


def misses(look: Look, number: int, entities: Iterable[Entity], findings: Sequence[Finding]) -> list[Miss]:
    """The near misses in segment `number` outside of its findings, by place and entity."""
    held = [each for each in findings if each.segment == number]
    found: dict[tuple[int, int, str], Miss] = {}
    for entity in entities:
        for miss in _of_entity(look, number, entity):
            at = miss.candidate
            if not any(each.start < at.end and at.start < each.end for each in held) and (miss.lacks or miss.against):
                key = at.start, at.end, entity.name
                found[key] = min(miss, found.get(key, miss), key=lambda each: each.lacks)
    return list(_nearest(_outermost(sorted(found.values(), key=_order))))


def _of_entity(look: Look, number: int, entity: Entity) -> Iterator[Miss]:
    patterns = patterns_of(entity)
    if patterns is not None:
        for shown in look.shown(number):
            for position in range(1, len(patterns.rules) + 1):
                yield from _of_rule(shown, number, patterns, position)


def _of_rule(shown: Shown, number: int, patterns: Patterns, position: int) -> Iterator[Miss]:
    entity, text = patterns.entity, shown.segment.text
    for match in islice(patterns.rules[position - 1].pattern.finditer(text), MOST):
        read = read_match(match)
        start, end = read.start, read.end
        unannounced = read.weak and not patterns.is_announced(start, end, shown.around.surroundings)
        original = shown.original(Finding(number, start, end, entity.name, 0.0, DETECTOR)) if start < end else None
        if original is None or (unannounced and sum(map(str.isdigit, text[start:end])) < _FEWEST_DIGITS):
            continue  # a word that nothing announces is a word
        yield Miss(
            original,
            rule_of(entity, position, read),
            "" if patterns.check_of(read)(text[start:end]) else entity.check or entity.recognizer,
            unannounced,
            shown.around.against(start, end, entity.context),
        )


def _order(miss: Miss) -> tuple[int, int, str]:
    return miss.candidate.start, -miss.candidate.end, miss.candidate.entity


def _outermost(ordered: Sequence[Miss]) -> Iterator[Miss]:
    """Those that do not lie inside of another: three digits of a card number are no verification code."""
    start, end = -1, -1
    for miss in ordered:
        at = miss.candidate
        if at.end > end:
            start, end = at.start, at.end
        if (at.start, at.end) == (start, end):
            yield miss


def _nearest(ordered: Iterable[Miss]) -> Iterator[Miss]:
    """Of misses that share characters, those that lack least."""
    place: list[Miss] = []
    end = 0
    for miss in ordered:
        if miss.candidate.start >= end:
            yield from _least(place)
            place = []
        place.append(miss)
        end = max(end, miss.candidate.end)
    yield from _least(place)


def _least(place: Sequence[Miss]) -> Iterator[Miss]:
    least = min((each.lacks for each in place), default=0)
    yield from (each for each in place if each.lacks == least)
