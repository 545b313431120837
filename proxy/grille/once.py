"""What was judged once is not judged again: agents send everything that was said before with every turn.

Kept for a text, under a keyed hash of it, is what stands in it: offsets, entities and scores, never a word of
it. Kept for a JSON document in a string (the answer of a tool, thousands of values) is in which of its leaves something
stands (`outlines.py`): then it is not taken apart again.

Only what does not hang on other texts is kept, but for what stands in the same record, which is a part of the key.
That a value found once is found everywhere is seen to anew in each message. The key is made when the process starts
and never leaves it, so that a hash of a short text tells nothing to whoever reads memory later. This module must not
keep a text, and knows no policy: the entities that were looked for are a part of every key.
"""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from hashlib import blake2b
from itertools import islice
from typing import Final

from grille import outlines
from grille.aside import aside
from grille.detectors import Alone, Quiet, Standing, everywhere, records_of, standings, telling
from grille.dialects import Outline, Reading, Recall
from grille.entities import Entity
from grille.exchange import Finding, Hits, Kind, Segment
from grille.outlines import Outlines
from grille.record import Record

type FindEach = Callable[[Sequence[Segment], frozenset[str]], Awaitable[tuple[Finding, ...]]]
"""Where detection is done, of each segment by itself. Raises `DetectionFailed`."""

MOST: Final = 100_000
"""Texts that are known at once, for each set of entities, and as many documents with their leaves; what was not met for
longest goes first."""
_OF_EACH: Final = 50
"""Characters that cost as much as a text by itself."""


@dataclass(slots=True)
class _Known:
    """What is known of texts in which the same entities were looked for."""

    outlines: Outlines
    hits: dict[bytes, Hits] = field(default_factory=dict)


class Once:
    """One for a process. `find` is an `engine.Find`; `quiet` knows texts that nobody has to read; `met` and
    `searched` count texts that were known and were not."""

    def __init__(
        self, entities: Iterable[Entity], find_each: FindEach, most: int = MOST, quiet: Quiet | None = None
    ) -> None:
        entities = tuple(entities)
        self._standings: Mapping[str, Standing] = standings(entities)
        self._telling = telling(entities)
        self._find_each = find_each
        self._most = most
        self._quiet = quiet
        self._key = os.urandom(32)
        self._known: dict[frozenset[str], _Known] = {}
        self.met, self.searched = 0, 0

    @property
    def known(self) -> int:
        """How many texts need no search."""
        return sum(len(each.hits) for each in self._known.values())

    async def find(self, segments: Sequence[Segment], wanted: frozenset[str]) -> tuple[Finding, ...]:
        """Every finding in one message: what is known, what is found in the rest, and where else it stands.

        Raises:
            DetectionFailed: as `find_each`; nothing is kept then.
        """
        if not wanted:
            return ()
        known = self._of(wanted).hits
        size = sum(len(segment.text) + _OF_EACH for segment in segments)
        records, names = await aside(partial(self._named, segments), size)
        hits = {name: known[name] for name in names.values() if name in known}
        new = {name: number for number, name in names.items() if name not in hits}
        self.met += len(hits)
        self.searched += len(new)
        if new:
            look_at = [(name, segments[number]._replace(record=records[number])) for name, number in new.items()]
            hits |= await self._look(look_at, wanted)
        found = [Finding(number, *hit) for number, name in names.items() for hit in hits[name]]
        found += [Finding(number, *hit) for number, each in enumerate(segments) for hit in each.known or ()]
        known |= hits  # others may have let go of some of it meanwhile
        _met(known, hits, self._most)
        if not found:
            return ()
        return await aside(partial(everywhere, segments, found, self._standings), size)

    async def _look(self, new: Sequence[tuple[bytes, Segment]], wanted: frozenset[str]) -> dict[bytes, Hits]:
        """What stands in texts that are not known."""
        hits: dict[bytes, list[tuple[int, int, str, float, str]]] = {name: [] for name, _ in new}
        if loud := await self._loud(new, wanted):
            for each in await self._find_each([segment for _, segment in loud], wanted):
                hits[loud[each.segment][0]].append((each.start, each.end, each.entity, each.score, each.detector))
        return {name: tuple(found) for name, found in hits.items()}

    async def _loud(
        self, new: Sequence[tuple[bytes, Segment]], wanted: frozenset[str]
    ) -> Sequence[tuple[bytes, Segment]]:
        """Those texts in which something may stand."""
        if self._quiet is None:
            return new
        segments = [segment for _, segment in new]
        size = sum(len(segment.text) + _OF_EACH for segment in segments)
        quiet = await aside(partial(self._quiet.in_whole, segments, wanted), size)
        return [pair for pair, silent in zip(new, quiet, strict=True) if not silent]

    def recall(self, wanted: frozenset[str]) -> Recall:
        """Where what is wanted stands in a document in a string, if that is known."""
        known = self._of(wanted).outlines

        def recalled(text: str, kind: Kind) -> Outline | None:
            return known.get(self._document(text, kind)) if len(text) >= outlines.SHORTEST else None

        return recalled

    async def learn(self, reading: Reading, findings: Sequence[Finding], wanted: frozenset[str]) -> bool:
        """Keep the outlines of the documents in a message. False, and none is kept, when one that stayed closed should
        not have: then the message has to be read again."""
        known, size = self._of(wanted).outlines, len(reading.message.body)
        closed, full = await aside(partial(self._closed, reading, findings), size)
        for number, leaves in full.items():
            known.does_not_hold(closed[number], leaves)
        if full:
            return False
        for name, drawn in await aside(partial(self._drawn, reading, findings, wanted), size):
            known.keep(name, drawn)
        known.met(closed.values())
        return True

    def _closed(self, reading: Reading, findings: Sequence[Finding]) -> tuple[dict[int, bytes], dict[int, int]]:
        """What the documents that stayed closed are known by, and which should not have, with their leaves."""
        closed = [(number, each.kind) for number, each in enumerate(reading.segments) if each.closed]
        names = {number: self._document(outlines.text_of(reading, number), kind) for number, kind in closed}
        return names, outlines.to_open(reading, findings)

    def _drawn(
        self, reading: Reading, findings: Sequence[Finding], wanted: frozenset[str]
    ) -> list[tuple[bytes, Outline | None]]:
        """The outlines of documents that were taken apart, but for those of which something has been let go."""
        known = self._of(wanted)
        found, alone = dict[int, list[Finding]](), Alone(reading.segments, findings)
        for each in findings:
            found.setdefault(each.segment, []).append(each)
        drawn = []
        for document in reading.taken_apart:
            name, first = self._document(document.text, document.kind), document.segments.start
            if len(document.text) < outlines.SHORTEST or known.outlines.is_hopeless(name):
                continue
            apart = outlines.leaves(reading, document, found, known.outlines.former(name))
            names = self._named(reading.segments[first : document.segments.stop])[1] if apart and wanted else {}
            hits = {number: known.hits.get(names[number - first]) if wanted else () for number in apart}
            kept = {number: each for number, each in hits.items() if each is not None}
            if len(kept) == len(hits):
                drawn.append((name, outlines.drawn(reading, document, kept, found, alone)))
        return drawn

    def _of(self, wanted: frozenset[str]) -> _Known:
        if wanted not in self._known:
            self._known[wanted] = _Known(Outlines(self._most))
        return self._known[wanted]

    def _named(self, segments: Sequence[Segment]) -> tuple[dict[int, Record], dict[int, bytes]]:
        """The record of each segment that has to be looked up, and what it is known by; a record may be that of
        many."""
        asked = [number for number, each in enumerate(segments) if each.known is None and not each.closed]
        records = dict(zip(asked, records_of([segments[number] for number in asked], self._telling), strict=True))
        said = {key: repr(record) for key, record in {id(record): record for record in records.values()}.items()}
        # A message says most of its keys many times.
        known: dict[tuple[str, str, str, str], bytes] = {}
        names: dict[int, bytes] = {}
        for number, record in records.items():
            each = segments[number]
            what = each.kind, each.label, said[id(record)], each.text
            if what not in known:
                known[what] = self._hash(*what)
            names[number] = known[what]
        return records, names

    def _document(self, text: str, kind: Kind) -> bytes:
        return self._hash(kind, "", "document", text)

    def _hash(self, kind: str, label: str, record: str, text: str) -> bytes:
        said = f"{kind}\0{len(label)}\0{len(record)}\0{label}{record}{text}"
        return blake2b(said.encode("utf-8", "surrogatepass"), digest_size=16, key=self._key).digest()


def _met[T](known: dict[bytes, T], names: Iterable[bytes], most: int) -> None:
    """Put what was met at the end, and let go of what is over the limit at the beginning."""
    for name in names:
        if name in known:
            known[name] = known.pop(name)
    for name in list(islice(known, max(0, len(known) - most))):
        del known[name]
