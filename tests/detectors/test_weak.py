"""`grille.detectors.weak`: what cannot be found without a cue, and what can."""

from __future__ import annotations

import pytest

from grille.detectors.weak import all_weak


@pytest.mark.parametrize("pattern", [r"(?P<weak>\d{9})", r"(?<!x)(?:a|b)[|](?P<weak>\d{9})(?!\d)", r"(?P<weak>a|b)+"])
def test_every_match_rests_on_its_weak_part(pattern: str) -> None:
    assert all_weak(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        r"\d{9}",
        r"(?P<weak>\d{9})|x",
        r"x(?P<weak>\d{9})?",
        r"x(?P<weak>\d{9})*",
        r"x(?P<weak>\d{9}){0,1}",
        r"x(?P<weak>\d{9}){,1}",
        r"(?x) x (?P<weak>\d{9}) ?",
        r"(?:x|(?P<weak>\d{9}))",
    ],
)
def test_a_match_can_do_without_it(pattern: str) -> None:
    assert not all_weak(pattern)
