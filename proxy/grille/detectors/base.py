"""The protocol of this room: segments go in, findings come out.

A detector sees every segment of one message at once, as `normalize` shows them, and says where
something stands. It must not keep anything between two calls, do I/O, decide what becomes of a
finding, or put a value into a finding, a log or an exception. It must not stay silent about work it
could not do: it raises `DetectionFailed`, and the exchange is refused.

How sure a finding is follows from three facts, and nothing else:

    beside a cue (`Entity.context`)     score_with_context
    alone                               score
    alone, and its pattern says `weak`  not found; beside a cue: score

A pattern says so with a group of that name: `(?P<weak>[0-9]{9})` reads "nine digits are a routing
number only where something says that they are".
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from grille.exchange import Finding, Segment


class Detector(Protocol):
    """One way of finding. `name` stands in its failures; `entities` are those it answers for."""

    name: str
    entities: frozenset[str]

    def find(self, segments: Sequence[Segment], wanted: frozenset[str]) -> list[Finding]:
        """Find the `wanted` entities; `Finding.segment` indexes `segments`. Order does not matter.

        Raises:
            DetectionFailed: something was skipped, failed, or ran out of time.
        """
        ...

    def edges(self, segments: Sequence[Segment], wanted: frozenset[str]) -> list[int]:
        """For each segment, the offset before which its findings stay as they are, whatever words are
        added to its end. The end of a text that nothing can change is its length.

        Raises:
            DetectionFailed: as for `find`.
        """
        ...
