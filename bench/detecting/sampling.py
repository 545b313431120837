"""Figures from counts, each with the interval in which it falls 95 times of 100 when texts are drawn anew.

Whole texts are drawn, with replacement, because what stands in one text is found or missed together. The
draws are seeded and the same for every engine, so two engines are compared on the same texts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
import numpy.typing as npt

from detecting.scoring import Count, Scored

DRAWS: Final = 400
_EDGES: Final = (2.5, 97.5)
type Sums = npt.NDArray[np.float64]
"""The columns of `Count.values`, added up over the texts of one draw; a row a draw."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A share, or nothing when it is a share of nothing."""

    value: float | None
    low: float = 0.0
    high: float = 0.0


def _share(part: Sums, whole: Sums) -> Sums:
    return np.divide(part, whole, out=np.full_like(part, np.nan), where=whole > 0)


def _f2(sums: Sums) -> Sums:
    hits, wrong, missed = sums[..., 0], sums[..., 1], sums[..., 2]
    return _share(5 * hits, 5 * hits + 4 * missed + wrong)


MEASURES: Final[Mapping[str, Callable[[Sums], Sums]]] = MappingProxyType(
    {
        "recall": lambda sums: _share(sums[..., 0], sums[..., 0] + sums[..., 2]),
        "precision": lambda sums: _share(sums[..., 0], sums[..., 0] + sums[..., 1]),
        "F2": _f2,
        "characters recalled": lambda sums: _share(sums[..., 4], sums[..., 3]),
        "character precision": lambda sums: _share(sums[..., 6], sums[..., 5]),
        "spans leaked": lambda sums: _share(sums[..., 8], sums[..., 7]),
    }
)


class Sample:
    """The draws from the texts of one set: how often each text is in each of them."""

    def __init__(self, texts: int, seed: int) -> None:
        self._weights = np.random.default_rng(seed).multinomial(texts, np.full(texts, 1 / texts), DRAWS)

    def figures(self, counts: Sequence[Count]) -> dict[str, Figure]:
        """Every measure over all texts, one count a text."""
        table = np.array([count.values() for count in counts], float)
        whole, drawn = table.sum(axis=0), self._weights @ table
        return {name: _figure(measure(whole[np.newaxis])[0], measure(drawn)) for name, measure in MEASURES.items()}

    def share(self, flags: Sequence[bool]) -> Figure:
        """The share of texts of which something holds."""
        table = np.array(flags, float)
        return _figure(table.mean(), (self._weights @ table) / len(table))


def _figure(value: float, drawn: Sums) -> Figure:
    if np.isnan(value):
        return Figure(None)
    low, high = np.nanpercentile(drawn, _EDGES)
    return Figure(float(value), float(low), float(high))


def by_entity(scored: Sequence[Scored], entity: str) -> list[Count]:
    """One count a text, of one entity."""
    nothing = Count()
    return [each.entities.get(entity, nothing) for each in scored]
