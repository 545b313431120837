"""`bench/detecting/sampling.py`: shares, and intervals that are the same in every run."""

from __future__ import annotations

import pytest
from detecting.sampling import Figure, Sample
from detecting.scoring import Count

FOUND = Count(hits=1, chars=4, masked=4, shown=4, meant=4, spans=1)
LOST = Count(missed=1, chars=4, spans=1, leaked=1)
EXTRA = Count(wrong=1, shown=4)


def test_figures_are_shares_over_all_texts() -> None:
    figures = Sample(4, 1).figures([FOUND, FOUND, LOST, EXTRA])
    values = {name: figure.value for name, figure in figures.items()}
    assert values == {
        "recall": pytest.approx(2 / 3), "precision": pytest.approx(2 / 3), "F2": pytest.approx(2 / 3),
        "characters recalled": pytest.approx(2 / 3), "character precision": pytest.approx(2 / 3),
        "spans leaked": pytest.approx(1 / 3),
    }  # fmt: skip


def test_recall_weighs_more_than_precision() -> None:
    assert Sample(2, 1).figures([FOUND, LOST])["F2"].value == pytest.approx(5 / 9)
    assert Sample(2, 1).figures([FOUND, EXTRA])["F2"].value == pytest.approx(5 / 6)


def test_a_share_of_nothing_is_no_figure() -> None:
    assert Sample(1, 1).figures([LOST])["precision"] == Figure(None)


def test_intervals_hold_the_figure_and_depend_on_the_seed_only() -> None:
    counts = [FOUND] * 80 + [LOST] * 20
    first, again, other = (Sample(100, seed).figures(counts)["recall"] for seed in (1, 1, 2))
    assert first == again != other
    assert 0.65 < first.low < 0.8 < first.high < 0.95
