"""Figures as text: percentiles, and a Markdown table whose columns stand under each other.

This module must not know what the figures mean.
"""

from __future__ import annotations

from collections.abc import Sequence


def percentile(values: Sequence[float], part: float) -> float:
    """The value that `part` per cent of all are not above; 50 is the median, 100 the largest."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part / 100))]


def amount(value: float) -> str:
    """With as many digits as mean something."""
    return f"{value:.2f}" if abs(value) < 10 else f"{value:.0f}"


def spread(values: Sequence[float]) -> str:
    """The median, and what lay around it."""
    if len(values) == 1:
        return amount(values[0])
    return f"{amount(percentile(values, 50))} ({amount(min(values))}–{amount(max(values))})"


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """The first column is text and stands left, the others right."""
    widths = [max(2, *(len(line[at]) for line in (columns, *rows))) for at in range(len(columns))]
    marks = [("-" * width if at == 0 else "-" * (width - 1) + ":") for at, width in enumerate(widths)]
    lines = []
    for line in (columns, marks, *rows):
        cells = [
            cell.rjust(width) if at else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(line, widths, strict=True))
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)
