"""How well stock Presidio and grille find what must not leave: recall, precision, leaks, decoys, time.

    python bench/detection.py [--data FILE]... [--engines md,ours] [--map THEIRS=OURS]... [--errors FILE]

Every engine reads the same texts in one run. `bench/README.md` says how texts are counted.

This module must not judge what it measures: it prints.
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from detecting.engines import ENGINES, OURS, Engine, engines, packs
from detecting.names import Names, asked_of
from detecting.sampling import Figure, Sample, by_entity
from detecting.scoring import Scored, score
from detecting.tables import heads, lines, markdown, shown
from detecting.texts import BadLine, Span, TextSet, read


@dataclass(frozen=True, slots=True)
class Run:
    """One column of one set: its texts scored, and the CPU time of the engine per 1,000 characters."""

    column: str
    scored: Sequence[Scored]
    ms: float


def run(engine: Engine, texts: TextSet, names: Names) -> Iterator[Run]:
    """Every column of an engine; the texts are read once."""
    print(f"{texts.name}: {engine.name} reads {len(texts.texts)} texts", file=sys.stderr)
    started = time.process_time()
    found: list[list[Span]] = [engine.find(each.text) for each in texts.texts]
    ms = 1e6 * (time.process_time() - started) / texts.size
    asked = asked_of(texts)
    for column, least in engine.columns:
        kept = [[span for span in spans if span.score >= least] for spans in found]
        scored = [score(text, names.predicted(spans, asked)) for text, spans in zip(texts.texts, kept, strict=True)]
        yield Run(column, scored, ms)


def split(texts: TextSet) -> Iterator[TextSet]:
    """Values that nothing announces are another question: they are a set of their own."""
    bare = tuple(each for each in texts.texts if each.carrier == "nocue")
    if bare and len(bare) < len(texts.texts):
        rest = tuple(each for each in texts.texts if each.carrier != "nocue")
        yield TextSet(f"{texts.name}, beside a label, key or header", rest)
        yield TextSet(f"{texts.name}, alone", bare)
    else:
        yield texts


def tables(texts: TextSet, runs: Sequence[Run], seed: int) -> Iterator[str]:
    """What one set says, as Markdown."""
    sample = Sample(len(texts.texts), seed)
    spans = sum(len(each.spans) for each in texts.texts)
    yield f"\n## {texts.name}: {len(texts.texts)} texts, {texts.size / 1000:.0f} kB, {spans} labels\n"
    overall = {run.column: sample.figures([each.overall for each in run.scored]) for run in runs}
    if spans:
        yield markdown(heads("all"), lines("all", overall)) + "\n"
        rows: list[list[str]] = []
        for entity in sorted(asked_of(texts)):
            columns = {run.column: sample.figures(by_entity(run.scored, entity)) for run in runs}
            rows += lines(entity, columns)
        yield markdown(heads("entity"), rows) + "\n"
    least = min(run.ms for run in runs)
    yield markdown(
        ("engine", "texts flagged as an identifier", "false finds per 100 kB", "CPU ms/kB", "÷ fastest"),
        [
            [
                run.column,
                shown(flagged(sample, run)),
                f"{100_000 * sum(len(each.wrong) for each in run.scored) / texts.size:.1f}",
                f"{run.ms:.2f}",
                f"{run.ms / least:.1f}",
            ]
            for run in runs
        ],
    )


def flagged(sample: Sample, run: Run) -> Figure:
    return sample.share([each.flagged_as_identifier for each in run.scored])


def errors(texts: TextSet, runs: Sequence[Run]) -> Iterator[str]:
    """What ours missed and what it found wrongly, a JSON object a text."""
    for each in runs:
        if each.column != OURS:
            continue
        for text, scored in zip(texts.texts, each.scored, strict=True):
            if scored.missed or scored.wrong:
                said = {
                    side: [[span.entity, text.text[span.start : span.end]] for span in spans]
                    for side, spans in (("missed", scored.missed), ("wrong", scored.wrong))
                }
                yield json.dumps({"set": texts.name, **said, "text": text.text}, ensure_ascii=False)


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, action="append", default=[], metavar="FILE", help="labelled texts, JSONL")
    parser.add_argument("--map", action="append", default=[], metavar="THEIRS=OURS", help="another name of an entity")
    parser.add_argument("--engines", default=",".join(ENGINES), help=f"of {', '.join(ENGINES)}")
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--errors", type=Path, metavar="FILE", help="what ours missed or found wrongly goes there")
    asked = parser.parse_args()
    asked.engines = asked.engines.split(",")
    if unknown := set(asked.engines) - set(ENGINES):
        parser.error(f"there is no engine {', '.join(sorted(unknown))}; choose of {', '.join(ENGINES)}")
    if wrong := [pair for pair in asked.map if not all(pair.partition("="))]:
        parser.error(f"--map {wrong[0]}: write THEIRS=OURS")
    return asked


def main() -> None:
    asked = options()
    logging.getLogger("presidio-analyzer").setLevel(logging.ERROR)
    known = packs()
    names = Names(dict(pair.split("=", 1) for pair in asked.map), known.secrets)
    try:
        sets = [part for path in asked.data for part in split(names.labelled(read(path)))]
    except BadLine as bad:
        raise SystemExit(str(bad)) from None
    compared = engines(asked.engines, known)
    wrong: list[str] = []
    for texts in sets:
        runs = [each for engine in compared for each in run(engine, texts, names)]
        print("\n".join(tables(texts, runs, asked.seed)), flush=True)
        wrong += errors(texts, runs)
    if asked.errors:
        asked.errors.write_text("".join(f"{line}\n" for line in wrong), "utf-8")


if __name__ == "__main__":
    main()
