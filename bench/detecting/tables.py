"""Figures as Markdown. This module must not compute any."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from showing import table

from detecting.sampling import MEASURES, Figure


def shown(figure: Figure, interval: bool = True) -> str:
    """`.93 [.91, .95]`; a dash where there was nothing to be right or wrong about."""
    if figure.value is None:
        return "-"
    value = share(figure.value)
    return f"{value} [{share(figure.low)}, {share(figure.high)}]" if interval else value


def share(value: float) -> str:
    """A share with as many digits as tell it from all and nothing."""
    if value in (0, 1):
        return f"{value:.0f}"
    text = f"{value:.2f}" if 0.005 <= value < 0.995 else f"{value:.3f}"
    return text.lstrip("0") or "0"


def lines(label: str, columns: Mapping[str, Mapping[str, Figure]], interval: bool = True) -> list[list[str]]:
    """A line an engine, the label before the first of them."""
    return [
        [label if not number else "", engine, *(shown(figures[name], interval) for name in MEASURES)]
        for number, (engine, figures) in enumerate(columns.items())
    ]


def heads(first: str) -> tuple[str, ...]:
    return (first, "engine", *MEASURES)


def markdown(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return table(columns, rows)
