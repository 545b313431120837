"""What nearly was a finding of one message, for `grille explain --near-misses`.

Two things are told: what was found, but with a score that no row asks for, and what patterns matched that lacked a
check or a cue. Of both only places are shown, and the words around with every digit and every candidate hidden.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from grille.cli import showing, why
from grille.cli.dry import DryRun
from grille.detectors import find_all
from grille.detectors.misses import Miss, misses
from grille.engine import Inspection
from grille.exchange import Finding
from grille.policy import Policy

_HIDDEN = "…"


@dataclass(frozen=True, slots=True)
class NearMisses:
    """`low` are findings that no row counts; `missed` is what became no finding."""

    low: tuple[Finding, ...] = ()
    missed: tuple[Miss, ...] = ()

    def lines(self, policy: Policy, inspection: Inspection) -> Iterator[str]:
        """For people: a line for each place, and below it one for each entity."""
        last: tuple[int, int, int] | None = None
        where = self._places(inspection)
        if self.low or self.missed:
            yield "\nDid not count"
        for each, text in self._told(policy, inspection):
            if (each.segment, each.start, each.end) != last:
                last = each.segment, each.start, each.end
                yield f"  {why.place(where, each)}   {self._words(inspection, each)}"
            yield f"    {each.entity:<18} {text}"

    def as_json(self, inspection: Inspection) -> dict[str, object]:
        where = self._places(inspection)
        low = [
            {
                "address": where[each.segment],
                "start": each.start,
                "end": each.end,
                "entity": each.entity,
                "score": round(each.score, 3),
            }
            for each in self.low
        ]
        return {"below_threshold": low, "near_misses": [why.miss_as_json(each, where) for each in self.missed]}

    def _told(self, policy: Policy, inspection: Inspection) -> list[tuple[Finding, str]]:
        rows = [each.rows for each in policy.bearing(inspection.exchange)]
        told = [(each.candidate, why.missed(each, policy.entities[each.candidate.entity])) for each in self.missed]
        for each in self.low:
            asked = [row.threshold for of_entity in rows for row in of_entity.get(each.entity, ())]
            least = min(policy.entities[each.entity].threshold if one is None else one for one in asked)
            told.append((each, f"found by {each.detector} with {each.score:.2f}: rows count it from {least:.2f}"))
        return sorted(told, key=lambda each: (each[0].segment, each[0].start, each[0].end, each[0].entity))

    def _words(self, inspection: Inspection, shown: Finding) -> str:
        ruled = [each.finding for each in inspection.verdict.rulings]
        hidden = _joined(self._nearly())
        return showing.context(inspection.segments, [*ruled, *hidden], shown)

    def _places(self, inspection: Inspection) -> showing.Places:
        ruled = [each.finding for each in inspection.verdict.rulings]
        return showing.Places(inspection.segments, [*ruled, *self._nearly()])

    def _nearly(self) -> list[Finding]:
        return [*(each.candidate for each in self.missed), *self.low]


def _joined(findings: Iterable[Finding]) -> list[Finding]:
    """The stretches that findings cover, named after none of them."""
    joined: list[Finding] = []
    for each in sorted(findings, key=lambda each: (each.segment, each.start)):
        last = joined[-1] if joined else None
        if last and last.segment == each.segment and each.start <= last.end:
            joined[-1] = last._replace(end=max(last.end, each.end))
        else:
            joined.append(each._replace(entity=_HIDDEN))
    return joined


def near_misses(run: DryRun, inspection: Inspection) -> NearMisses:
    """What nearly was found in a message that was judged, of all that its rows look for."""
    segments, policy = inspection.segments, run.policy
    wanted = policy.wanted(inspection.exchange)
    findings = find_all(run.detectors, segments, wanted)
    ruled = {each.finding for each in inspection.verdict.rulings}
    entities = [policy.entities[name] for name in sorted(wanted)]
    look = why.look(policy, inspection)
    missed = (miss for number in range(len(segments)) for miss in misses(look, number, entities, findings))
    return NearMisses(tuple(each for each in findings if each not in ruled), tuple(missed))
