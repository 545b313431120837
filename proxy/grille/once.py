"""What was judged once is not judged again: agents send everything that was said before with every turn.

Kept for a text, under a keyed hash of it, is what stands in it: offsets, entities and scores, never a word of
it. Kept for a JSON document in a string (the answer of a tool, thousands of values) is that nothing stands in
it: then it is not taken apart again, and passes as the one text it is. Should a value that was found elsewhere
in the message stand in such a document after all, it is taken apart after all, because only so can it be
rewritten value by value.

Only what does not hang on other texts is kept, but for what stands in the same record, which is a part of the key.
That a value found once is found everywhere is seen to anew in each message. The key is made when the process starts
and never leaves it, so that a hash of a short text tells nothing to whoever reads memory later. This module must not
keep a text, and knows no policy: the entities that were looked for are a part of every key.
"""

from __future__ import annotations

import os
import re
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from hashlib import blake2b
from itertools import islice
from typing import Final

from grille import tokens
from grille.aside import aside
from grille.detectors import Quiet, Standing, everywhere, records_of, standings, telling
from grille.dialects import Inner, IsEmpty, Reading
from grille.entities import Entity
from grille.exchange import Finding, Kind, Segment
from grille.record import Record

type FindEach = Callable[[Sequence[Segment], frozenset[str]], Awaitable[tuple[Finding, ...]]]
"""Where detection is done, of each segment by itself. Raises `DetectionFailed`."""

MOST: Final = 100_000
"""Texts that are known at once, for each set of entities; the one that was not met for longest goes first."""
_SHORTEST_DOCUMENT: Final = 200
"""Characters below which a document is taken apart as fast as it is known."""
_OF_EACH: Final = 50
"""Characters that cost as much as a text by itself."""
_SHORT_NUMBER: Final = 6
"""Characters; a shorter number is no value that is looked for elsewhere (`detectors/propagate.py`)."""
_WRITTEN_OTHERWISE: Final = re.compile(
    r"\\(?!u(?:00(?:2[267]|3[CEce]|[89A-Fa-f])|0[1-9A-Fa-f]|[Dd][0-7]|[1-9A-CEFa-cef]))"
)
"""An escape in a document that is not read where values are looked for (`detectors/normalize.py`), or makes another one
when it is read: its values do not stand in the text as they are said. What encoders write so of plain letters and
signs (`\\u00e9`, `\\u003c`) is none."""

type _Hit = tuple[int, int, str, float, str]
type _Hits = tuple[_Hit, ...]


@dataclass(slots=True)
class _Known:
    """What is known of texts in which the same entities were looked for."""

    hits: dict[bytes, _Hits] = field(default_factory=dict)
    empty_documents: dict[bytes, None] = field(default_factory=dict)


class Once:
    """One for a process. `find` is an `engine.Find`; `quiet` knows texts that nobody has to read; `met` and
    `searched` count texts that were known and were not."""

    def __init__(
        self, entities: Iterable[Entity], find_each: FindEach, most: int = MOST, quiet: Quiet | None = None
    ) -> None:
        entities = tuple(entities)
        self._entities: Mapping[str, Entity] = {entity.name: entity for entity in entities}
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
        known |= hits  # others may have let go of some of it meanwhile
        _met(known, hits, self._most)
        if not found:
            return ()
        return await aside(partial(everywhere, segments, found, self._standings), size)

    async def _look(self, new: Sequence[tuple[bytes, Segment]], wanted: frozenset[str]) -> dict[bytes, _Hits]:
        """What stands in texts that are not known."""
        hits: dict[bytes, list[_Hit]] = {name: [] for name, _ in new}
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

    def is_empty(self, wanted: frozenset[str]) -> IsEmpty:
        """Whether a document in a string is known to hold nothing that is wanted."""
        documents = self._of(wanted).empty_documents
        return lambda text, kind: len(text) >= _SHORTEST_DOCUMENT and self._document(text, kind) in documents

    def learn(self, reading: Reading, findings: Sequence[Finding], wanted: frozenset[str]) -> bool:
        """Keep which documents of a message hold nothing: no finding, and nothing that looks like a token. False, and
        nothing is kept, when a value stands in one that stayed closed: then the message has to be read again."""
        documents = self._of(wanted).empty_documents
        hit = {finding.segment for finding in findings}
        closed = {number: each for number, each in enumerate(reading.segments) if each.closed}
        if full := hit.intersection(closed):
            for number in full:
                documents.pop(self._document(closed[number].text, closed[number].kind), None)
            return False
        for each in reading.taken_apart:
            if wanted and hit.isdisjoint(each.segments) and self._may_stay_closed(reading, each):
                documents[self._document(each.text, each.kind)] = None
        _met(documents, (self._document(each.text, each.kind) for each in closed.values()), self._most)
        return True

    def _may_stay_closed(self, reading: Reading, document: Inner) -> bool:
        text = document.text
        return (
            len(text) >= _SHORTEST_DOCUMENT
            and not _WRITTEN_OTHERWISE.search(text)
            and not any(tokens.look_alikes(each, self._entities) for each in self._said(reading, document))
            and all(
                reading.is_as_written(number) or len(reading.segments[number].text) < _SHORT_NUMBER
                for number in document.segments
            )
        )

    @staticmethod
    def _said(reading: Reading, document: Inner) -> Iterator[str]:
        """A document, and where escapes may hide a token what each of its strings says."""
        yield document.text
        if "\\" in document.text:
            yield from (reading.segments[number].text for number in document.segments)

    def _of(self, wanted: frozenset[str]) -> _Known:
        return self._known.setdefault(wanted, _Known())

    def _named(self, segments: Sequence[Segment]) -> tuple[list[Record], dict[int, bytes]]:
        """The record of each segment, and what each that is not closed is known by; a record may be that of many."""
        records = records_of(segments, self._telling)
        said = {key: repr(record) for key, record in {id(record): record for record in records}.items()}
        # A message says most of its keys many times.
        known: dict[tuple[str, str, str, str], bytes] = {}
        names: dict[int, bytes] = {}
        for number, (each, record) in enumerate(zip(segments, records, strict=True)):
            if not each.closed:
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
