from __future__ import annotations

from dataclasses import dataclass

from grille.detectors.lane import Lane


@dataclass(frozen=True)
class Thing:
    start: int
    end: int


def test_what_shares_a_character_with_a_stretch_is_over_it() -> None:
    first, second, third = Thing(0, 4), Thing(4, 6), Thing(9, 12)
    lane = Lane([third, first, second])
    assert list(lane.over(3, 5)) == [first, second]
    assert list(lane.over(4, 9)) == [second]
    assert list(lane.over(6, 9)) == []
    assert list(lane.over(0, 99)) == [first, second, third]
