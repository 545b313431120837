"""Other readings of a text: what it says once its encodings are undone and its odd spellings are made plain.

    text ─▶ decoded, three times at most ─▶ spelled out ─▶ backwards (only beside a cue)

A reading is the whole text with those runs in plain words, so that what stands around a value still speaks
for it. What is found there counts only where the reading differs from the text, and covers the whole of the
run. Texts that say nothing twice have no other reading, and cost a look.

This module must not find anything itself, and a reading is never sent.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from grille.detectors import encodings, spellings
from grille.detectors.encodings import Said, decoded
from grille.detectors.spellings import spelled, turned
from grille.exchange import Finding, Segment

PATTERNS: Final = (*encodings.PATTERNS, *spellings.PATTERNS)
"""One of these stands in every text that has another reading."""
DEPTH: Final = 3
"""Encodings inside encodings that are undone."""


@dataclass(frozen=True, slots=True)
class Reading:
    """`segment` as it reads otherwise. `places[i]` is where its character `i` stands in the text, from and to;
    `said[i]` whether the text says it in another way. With `beside_cue` only what a cue announces is believed."""

    segment: Segment
    places: tuple[tuple[int, int], ...] = field(repr=False)
    said: tuple[bool, ...] = field(repr=False)
    beside_cue: bool = False

    def original(self, finding: Finding, number: int) -> Finding | None:
        """The finding at its place in segment `number`, None when the text says it plainly."""
        if not any(self.said[finding.start : finding.end]):
            return None
        start, end = self.places[finding.start][0], self.places[finding.end - 1][1]
        return finding._replace(segment=number, start=start, end=end)

    def with_said(self, runs: Sequence[Said]) -> Reading:
        """This reading with `runs` of it in plain words."""
        text = self.segment.text
        words: list[str] = []
        places: list[tuple[int, int]] = []
        said: list[bool] = []
        at = 0
        for run in (*runs, Said(len(text), len(text), "")):
            words += text[at : run.start], run.text
            places += self.places[at : run.start]
            said += self.said[at : run.start]
            if run.text:
                places += [(self.places[run.start][0], self.places[run.end - 1][1])] * len(run.text)
                said += [True] * len(run.text)
            elif said and run.start < run.end:
                said[-1] = True  # what stood behind it is gone: over that place it is said in another way
            at = run.end
        return Reading(self.segment._replace(text="".join(words)), tuple(places), tuple(said), self.beside_cue)


def readings(segment: Segment) -> Iterator[Reading]:
    """The other readings of a segment as detectors see it, most often none."""
    reading: Reading | None = None
    for _ in range(DEPTH):
        runs = decoded(reading.segment.text if reading else segment.text)
        if not runs:
            break
        if reading:
            yield reading  # its digits may pass for hexadecimal: `5555 4444` also says `UUDD`
        reading = (reading or _plain(segment)).with_said(runs)
    if runs := spelled(reading.segment.text if reading else segment.text):
        reading = (reading or _plain(segment)).with_said(runs)
    if reading:
        yield reading
    if runs := turned(reading.segment.text if reading else segment.text):
        yield replace((reading or _plain(segment)).with_said(runs), beside_cue=True)


def _plain(segment: Segment) -> Reading:
    length = len(segment.text)
    return Reading(segment, tuple((at, at + 1) for at in range(length)), (False,) * length)
