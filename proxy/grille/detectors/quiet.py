"""Texts in which nothing can stand, told without a search, so that no worker has to read them.

    a whole text       no pattern can match in it, and no detector looks at it for its label or kind
    a text that grows  none can match in what is not settled; what may have begun with its last word waits for more

What is asked are the questions of `sieve`, two looks by RE2 for all patterns together, and whether words occur. That
takes a time that grows with the text and with nothing else, whatever a stranger wrote, so it may be done in the process
that listens, where nothing is searched for. A no is final. A yes is not: whoever gets one asks a worker, which asks
again. Names have no pattern: where they are wanted, nothing is quiet. This module must not find anything, run a pattern
of a pack, or keep a text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from grille.detectors import readings
from grille.detectors.base import Sight
from grille.detectors.credentials import Credentials
from grille.detectors.growing import shown
from grille.detectors.labelled_secrets import LabelledSecrets
from grille.detectors.normalize import Views, view_growing
from grille.detectors.overlap import Standing
from grille.detectors.questions import asked_about_the_end
from grille.detectors.sieve import Turns
from grille.detectors.staged import start_of_last_word, unsettled
from grille.entities import Entity
from grille.exchange import Growing, Known, Segment, Watched

MOST: Final = 4_000
"""Characters, of texts that grow and of values that were found before, over which a worker is asked at once."""
_MOST_KNOWN: Final = 20


class Quiet:
    """What can tell silence, for the entities of one policy."""

    def __init__(self, entities: Sequence[Entity], standings: Mapping[str, Standing]) -> None:
        self._standings = standings
        self._secrets = LabelledSecrets(entities)
        self._labelled = Credentials(entities), self._secrets
        searched = [each for each in entities if not each.recognizer]
        self._names = [each.name for each in searched]
        self._known = frozenset(self._names).union(*(each.entities for each in self._labelled))
        others = [*(pattern for each in self._labelled for pattern in each.patterns), *readings.PATTERNS]
        self._matching = Turns([*(each.patterns for each in searched), others])
        self._begun = Turns([each.patterns for each in searched], asked_about_the_end)
        self._asked: dict[frozenset[str], frozenset[int]] = {}

    def in_whole(self, segments: Sequence[Segment], wanted: frozenset[str]) -> list[bool]:
        """Of each segment, whether no `wanted` entity can stand in it."""
        if not wanted <= self._known:
            return [False] * len(segments)
        asked = self._numbers(wanted) | {len(self._names)}
        seen = Views(segments).segments
        return [
            asked.isdisjoint(turn) and not any(detector.looks_at(each, wanted) for detector in self._labelled)
            for each, turn in zip(seen, self._matching.of(each.text for each in seen), strict=True)
        ]

    def in_growing(self, texts: Sequence[Growing], wanted: frozenset[str], known: Sequence[Known]) -> Watched | None:
        """What is settled of texts in which nothing `wanted` can stand, but for values that are `known`; None if a
        worker has to be asked."""
        size = sum(len(each.segment.text) for each in texts) + sum(len(each.text) for each in known)
        if not wanted <= self._known or size > MOST or len(known) > _MOST_KNOWN:
            return None
        asked = self._numbers(wanted)
        views = [view_growing(each) for each in texts]
        sights: list[Sight] = []
        for each in views:
            edge = self._edge(each.growing, asked)
            if edge is None:
                return None
            sights.append(Sight((), edge))
        return shown(views, sights, self._standings, [each for each in known if each.entity in wanted])

    def _edge(self, growing: Growing, asked: frozenset[int]) -> int | None:
        """The edge of a text; None if something may stand behind `settled`, or have begun before the last word."""
        text, settled = growing.segment.text, growing.settled
        last = settled + start_of_last_word(text[settled:])
        edge = self._secrets.edge_of_silence(growing)
        (matching,) = self._matching.of([text[settled:]])
        if edge is None or not asked.isdisjoint(matching):
            return None
        if growing.closed:
            return len(text)
        begun, early = self._begun.of([unsettled(growing), unsettled(growing, last)])
        if asked.isdisjoint(begun):
            return edge
        return min(edge, last) if last == settled or asked.isdisjoint(early) else None

    def _numbers(self, wanted: frozenset[str]) -> frozenset[int]:
        """Whose turn matters: the numbers of these entities."""
        if wanted not in self._asked:
            self._asked[wanted] = frozenset(number for number, name in enumerate(self._names) if name in wanted)
        return self._asked[wanted]
