"""The protocol of this room: segments go in, findings come out.

A detector sees every segment of one message at once, as `normalize` shows them, and says where
something stands. Of a text that still grows it also says what is settled: what no further words can
change. It must not keep anything between two calls, do I/O, decide what becomes of a finding, or put a
value into a finding, a log or an exception. It must not stay silent about work it could not do: it
raises `DetectionFailed`, and the exchange is refused.

How sure a finding is follows from three facts, and nothing else:

    beside a cue (`Entity.context`)     score_with_context
    alone                               score
    alone, and its pattern says `weak`  not found; beside a cue: score

A pattern says so with a group of that name: `(?P<weak>[0-9]{9})` reads "nine digits are a routing
number only where something says that they are".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from grille.exchange import Finding, Growing, Segment

type Stretch = tuple[int, int]
"""[start, end) of a text."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What a detector sees in a text that still grows, from `Growing.settled` on.

    Before `edge` its findings stay as they are, whatever words come. `whole` are stretches that belong
    together, with a finding or without one: no one may settle a part of one. A detector that looks at the
    text again from any other place before the edge sees the same.
    """

    findings: tuple[Finding, ...]
    edge: int
    whole: tuple[Stretch, ...] = ()

    def and_so(self, other: Sight) -> Sight:
        """Both of one text."""
        return Sight(self.findings + other.findings, min(self.edge, other.edge), self.whole + other.whole)


def label_beside(segment: Segment) -> str:
    """What stands beside a text and may announce it. A key is its own label, and does not announce itself."""
    return "" if segment.text == segment.label else segment.label


class Detector(Protocol):
    """One way of finding. `name` stands in its failures; `entities` are those it answers for. Of its `patterns` one
    matches in every text in which it finds something, but for what `looks_at` says."""

    name: str
    entities: frozenset[str]
    patterns: Sequence[str]

    def looks_at(self, segment: Segment, wanted: frozenset[str]) -> bool:
        """Whether it may find a `wanted` entity in a segment in whose text none of its `patterns` matches."""
        ...

    def find(self, segments: Sequence[Segment], wanted: frozenset[str]) -> list[Finding]:
        """Find the `wanted` entities; `Finding.segment` indexes `segments`. Order does not matter.

        Raises:
            DetectionFailed: something was skipped, failed, or ran out of time.
        """
        ...

    def watch(self, texts: Sequence[Growing], wanted: frozenset[str], edges: Sequence[int]) -> list[Sight]:
        """What is settled of each text, as far as this detector knows. Others hold what lies behind `edges`
        already: work there would be done again.

        Raises:
            DetectionFailed: as for `find`.
        """
        ...
