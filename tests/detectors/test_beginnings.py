"""`grille.detectors.beginnings`: what matches begin with."""

from __future__ import annotations

import pytest

from grille.detectors.beginnings import Beginnings


def test_of_words_that_begin_alike_the_shortest_is_enough() -> None:
    assert Beginnings.of(["token", "tok", "key"]).words == ("key", "tok")


@pytest.mark.parametrize(
    ("text", "at", "place"),
    [
        ("see glpat-", 0, None),
        ("see glpat-", 6, 10),
        ("see glp", 0, 4),
        ("see glp", 5, 7),
        ("see gl pat", 0, 10),
        ("", 0, 0),
    ],
)
def test_the_beginning_of_a_beginning_is_where_one_may_come(text: str, at: int, place: int | None) -> None:
    assert Beginnings.of(["glpat-"]).begun(text, at) == place
