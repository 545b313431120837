"""Answers of 200 events, as `streams.py` measures them, without the variants that buffer.

This module must not measure in another way than `streams.py` does.
"""

from __future__ import annotations

from collections import defaultdict

from showing import amount, percentile, spread
from speed_goals import Effort, Goal, Reached, Report
from speed_variants import Stage
from streams import BARE, BURST, COLUMNS, DIRECT, PACED, Measured, measure, rows, variants

EVENTS, GAP = 200, 0.005
_ASKED = (DIRECT, BARE, "grille, tokens only", "grille, patterns", "grille, names")


def measured(effort: Effort, stage: Stage) -> Report:
    found: dict[tuple[str, str], Measured] = defaultdict(Measured)
    with variants(EVENTS, GAP) as running:
        asked = [variant for variant in running if variant.name in _ASKED]
        for _ in effort.each_round():
            for manner in (PACED, BURST):
                for variant in asked:
                    measure(variant, manner, EVENTS, found[variant.name, manner])
    ordered = dict(sorted(found.items(), key=lambda pair: pair[0][1] == BURST))
    figures = [_figures(found, name) for name in _ASKED[-2:]]
    text = "; ".join(figure for figure, _ in figures)
    note = f"{EVENTS} events {1000 * GAP:g} ms apart, and the same at once; `bench/README.md` explains the columns."
    met = all(met for _, met in figures)
    return Report("Streams", note, COLUMNS, list(rows(ordered)), {Goal.STREAM: Reached(text, met)})


def _figures(found: dict[tuple[str, str], Measured], name: str) -> tuple[str, bool]:
    """How many events later the first one comes, and the CPU of an event against bare mitmdump."""
    each, bare = found[name, PACED], found[BARE, PACED]
    later = (percentile(each.first, 50) - percentile(bare.first, 50)) / 1000 / GAP
    ratios = [one / other for one, other in zip(each.cpu, bare.cpu, strict=True)]
    return f"{name.removeprefix('grille, ')}: {amount(later)} / {spread(ratios)}", (
        later <= 1 and percentile(ratios, 50) <= 1.3
    )
