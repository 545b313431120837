"""Raw records into chunks of a bounded size, over all sources, each with how far it reaches.

This module must not hold more than a chunk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from grille.cli.archives.cuts import Place, Raw, cut
from grille.cli.archives.sources import Source, opened

MOST, LARGEST = 100, 1 << 20
"""Records and bytes of a chunk; one large record is a chunk of its own."""


@dataclass(frozen=True, slots=True)
class Reached:
    """How far a source is read. `used` are bytes of it as stored; `place` is None when there is no more."""

    source: Source
    place: Place | None
    used: int


@dataclass(slots=True)
class Chunk:
    """What is judged in one go."""

    records: list[Raw] = field(default_factory=list)
    reached: list[Reached] = field(default_factory=list)

    def takes(self, raw: Raw) -> bool:
        size = sum(len(each.data) for each in self.records)
        return not self.records or (len(self.records) < MOST and size + len(raw.data) <= LARGEST)


def chunks(sources: Iterable[Source], start: Callable[[Source], Place | None], column: str) -> Iterator[Chunk]:
    """Every record of every source that `start` does not say is done (None), from where it says on."""
    chunk = Chunk()
    for source in sources:
        place = start(source)
        if place is None:
            continue
        with opened(source) as file:
            for raw, behind in cut(file, place, column):
                if not chunk.takes(raw):
                    yield chunk
                    chunk = Chunk()
                chunk.records.append(raw)
                _reach(chunk, Reached(source, behind, file.used()))
            _reach(chunk, Reached(source, None, source.size))
    if chunk.reached:
        yield chunk


def _reach(chunk: Chunk, reached: Reached) -> None:
    if chunk.reached and chunk.reached[-1].source == reached.source:
        chunk.reached.pop()
    chunk.reached.append(reached)
