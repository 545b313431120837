"""What is counted of a run: verdicts, findings, and what could not be judged. Counts can be added, and written down.

This module must not hold anything of a message but names of the policy.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from grille.engine import Inspection
from grille.exchange import Action, Outcome

type Row = tuple[str, str, str, int]
"""What is counted, of what, and how often."""

_VERDICT, _FINDING, _CHANGE, _OTHER = "verdict", "finding", "change", "other"
_UNREAD, _LEFT_OUT, _NOT_REACHED = "unread", "left out", "not reached"


@dataclass(frozen=True, slots=True)
class Tally:
    """`verdicts` count messages, `findings` entities with what becomes of them, `changes` messages of which another
    policy would make something else, by both verdicts; `others` what could not be judged, or holds nothing to
    judge."""

    verdicts: Counter[str] = field(default_factory=Counter)
    findings: Counter[tuple[str, str]] = field(default_factory=Counter)
    changes: Counter[tuple[str, str]] = field(default_factory=Counter)
    others: Counter[str] = field(default_factory=Counter)

    def judged(self, inspection: Inspection) -> None:
        self.verdicts[inspection.verdict.outcome.value] += 1
        for ruling in inspection.verdict.rulings:
            self.findings[ruling.finding.entity, ruling.action.name.lower()] += 1

    def changed(self, one: Inspection, other: Inspection) -> None:
        self.changes[one.verdict.outcome.value, other.verdict.outcome.value] += 1

    def unread(self) -> None:
        """A record could not be read or judged."""
        self.others[_UNREAD] += 1

    def left_out(self) -> None:
        """A recording was none of HTTP."""
        self.others[_LEFT_OUT] += 1

    def not_reached(self) -> None:
        """A recorded answer belongs to a request that would have been stopped."""
        self.others[_NOT_REACHED] += 1

    def add(self, more: Tally) -> None:
        self.verdicts.update(more.verdicts)
        self.findings.update(more.findings)
        self.changes.update(more.changes)
        self.others.update(more.others)

    @property
    def has_unread(self) -> bool:
        return self.others[_UNREAD] > 0

    @property
    def differs(self) -> bool:
        """Whether another policy would do anything else."""
        return self.changes.total() > 0

    @property
    def clean(self) -> bool:
        return set(self.verdicts) <= {Outcome.ALLOW.value} and not any(
            action != Action.ALLOW.name.lower() for _, action in self.findings
        )

    def rows(self) -> Iterator[Row]:
        yield from ((_VERDICT, verdict, "", count) for verdict, count in self.verdicts.items())
        yield from ((_FINDING, entity, action, count) for (entity, action), count in self.findings.items())
        yield from ((_CHANGE, one, other, count) for (one, other), count in self.changes.items())
        yield from ((_OTHER, what, "", count) for what, count in self.others.items())

    def take(self, rows: Iterable[Row]) -> None:
        """Count what `rows` said."""
        for kind, one, other, count in rows:
            match kind:
                case "verdict":
                    self.verdicts[one] += count
                case "finding":
                    self.findings[one, other] += count
                case "change":
                    self.changes[one, other] += count
                case _:
                    self.others[one] += count

    def sentences(self) -> Iterator[str]:
        """For people, in a few lines."""
        total = self.verdicts.total()
        verdicts = ", ".join(f"{count} {verdict}" for verdict, count in sorted(self.verdicts.items()))
        yield f"{_many(total, 'message')}: {verdicts or 'none'}. Nothing was sent."
        if count := self.others[_NOT_REACHED]:
            yield f"{_many(count, 'answer')} of requests that are stopped: not judged."
        if count := self.others[_LEFT_OUT]:
            yield f"{_many(count, 'recording')} left out: not HTTP."
        if count := self.others[_UNREAD]:
            yield f"{_many(count, 'record')} could not be judged; each was named above."


def _many(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
