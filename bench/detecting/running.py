"""Engines over sets of texts: every column's texts scored, and the time that the engine took.

One engine reads one text at a time, as a proxy would hand them over. Times are CPU seconds of the process, so
what else the machine does disturbs them little. This module must not know what a set is for.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from detecting.engines import Engine
from detecting.names import Names, asked_of
from detecting.sampling import Figure, Sample, by_entity
from detecting.scoring import Scored, score
from detecting.texts import Span, TextSet


@dataclass(frozen=True, slots=True)
class Run:
    """One column of one set; `seconds` are its engine's, of CPU, over the whole set."""

    column: str
    scored: tuple[Scored, ...] = field(repr=False)
    seconds: float


@dataclass(frozen=True, slots=True)
class Result:
    """What every column made of one set, on the same draws."""

    texts: TextSet
    runs: tuple[Run, ...]
    sample: Sample = field(repr=False)

    @property
    def labels(self) -> int:
        return sum(len(each.spans) for each in self.texts.texts)

    @property
    def entities(self) -> list[str]:
        return sorted({span.entity for text in self.texts.texts for span in text.spans} & asked_of(self.texts))

    def run(self, column: str) -> Run:
        return next(run for run in self.runs if run.column == column)

    def overall(self, run: Run) -> Mapping[str, Figure]:
        return self.sample.figures([each.overall for each in run.scored])

    def of(self, run: Run, entity: str) -> Mapping[str, Figure]:
        return self.sample.figures(by_entity(run.scored, entity))

    def flagged(self, run: Run) -> Figure:
        """The share of texts in which an identifier was found."""
        return self.sample.share([each.flagged_as_identifier for each in run.scored])

    def false_finds(self, run: Run, of: frozenset[str], others: bool) -> float:
        """Wrong finds per 100 kB, of these entities or of all others."""
        wrong = sum((span.entity in of) != others for each in run.scored for span in each.wrong)
        return 100_000 * wrong / self.texts.size


def results(sets: Iterable[TextSet], engines: Sequence[Engine], names: Names, seed: int) -> Iterator[Result]:
    """Each set once it has been read by all."""
    for texts in sets:
        runs = tuple(run for engine in engines for run in _runs(engine, texts, names))
        yield Result(texts, runs, Sample(len(texts.texts), seed))


def _runs(engine: Engine, texts: TextSet, names: Names) -> Iterator[Run]:
    """Every column of an engine; the texts are read once."""
    print(f"{texts.name}: {engine.name} reads {len(texts.texts)} texts", file=sys.stderr)
    started = time.process_time()
    found: list[list[Span]] = [engine.find(each.text) for each in texts.texts]
    seconds = time.process_time() - started
    asked = asked_of(texts)
    for column, least in engine.columns:
        kept = ([span for span in spans if span.score >= least] for spans in found)
        scored = (score(text, names.predicted(spans, asked)) for text, spans in zip(texts.texts, kept, strict=True))
        yield Run(column, tuple(scored), seconds)


def parts(texts: TextSet) -> Iterator[TextSet]:
    """Values that nothing announces are another question: they are a set of their own."""
    alone = tuple(each for each in texts.texts if each.carrier == "nocue")
    if not alone or len(alone) == len(texts.texts):
        yield texts
        return
    rest = tuple(each for each in texts.texts if each.carrier != "nocue")
    yield replace(texts, name=f"{texts.name}, announced", texts=rest)
    yield replace(texts, name=f"{texts.name}, alone", texts=alone)
