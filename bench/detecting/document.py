"""`docs/detection.md`: its figures, between two marks; the words around them are written by hand.

This module must not change a word outside the marks, and must not write figures of only one of the two engines.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from showing import table

from detecting import goals
from detecting.engines import OURS
from detecting.goals import STOCK
from detecting.names import NAMES
from detecting.running import Result
from detecting.spelt import ALL, Sighted
from detecting.tables import milliseconds, shown, spellings, times

DOCUMENT: Final = Path(__file__).parent.parent.parent / "docs" / "detection.md"
BEGIN, END = "<!-- figures: written by bench/detection.py --write -->", "<!-- end of figures -->"
_MEASURES: Final = ("recall", "precision", "F2", "spans leaked")


def written(document: str, results: Sequence[Result], seen: Sequence[Sighted]) -> str:
    """The document with these figures in it.

    Raises:
        ValueError: the marks are not there once each, in order, or an engine is missing.
    """
    head, begun, rest = document.partition(BEGIN)
    _, ended, tail = rest.partition(END)
    if not begun or not ended:
        raise ValueError(f"there must be {BEGIN} and then {END}")
    columns = {run.column for result in results for run in result.runs}
    if not {STOCK, OURS} <= columns:
        raise ValueError(f"the document shows {STOCK} and {OURS}: run both")
    return f"{head}{BEGIN}\n\n{chr(10).join(_figures(results, seen))}\n{END}{tail}"


def _figures(results: Sequence[Result], seen: Sequence[Sighted]) -> Iterator[str]:
    yield "### Goals\n"
    yield table(("goal", STOCK, OURS), goals.lines(results, seen)) + "\n"
    for result in results:
        yield from _of_set(result)
    yield "### Spellings and encodings\n"
    yield spellings(seen) + "\n"
    ours = next(each for each in seen if each.column == OURS)
    for entity, names in ours.missed.items():
        yield f"Of the {ALL} spellings of {entity}, grille misses: {', '.join(names)}.\n"
    yield "### Time\n"
    yield times(results)


def _of_set(result: Result) -> Iterator[str]:
    texts = result.texts
    yield f"### {texts.name[0].upper()}{texts.name[1:]}\n"
    labels = f", {result.labels:,} labels" if result.labels else ""
    yield f"{len(texts.texts):,} texts, {texts.size / 1000:.0f} kB{labels}.\n"
    if not result.labels:
        yield _nothing(result) + "\n"
        return
    lines: list[list[str]] = []
    for entity in ("", *result.entities):
        line = [entity or "all"]
        for measure in _MEASURES:
            for column in (STOCK, OURS):
                run = result.run(column)
                line.append(shown((result.of(run, entity) if entity else result.overall(run))[measure]))
        lines.append(line)
    heads = [f"{measure}, {engine}" for measure in _MEASURES for engine in ("stock", "grille")]
    yield table(("entity", *heads), lines) + "\n"


def _nothing(result: Result) -> str:
    lines = [
        [
            run.column,
            shown(result.flagged(run)),
            *(f"{result.false_finds(run, NAMES, others):.1f}" for others in (True, False)),
            f"{milliseconds([result], run.column):.1f}",
        ]
        for run in result.runs
    ]
    return table(("engine", "texts flagged", "identifiers per 100 kB", "names per 100 kB", "CPU ms/kB"), lines)
