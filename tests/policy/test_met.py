"""`grille.policy.met`: equality and names as JSON and callers have them."""

from __future__ import annotations

from grille.exchange import Refusal, Source
from grille.policy.met import Met, named, same, together


def test_what_parts_show_is_shown_together_and_in_order() -> None:
    no = Refusal("code", "text", Source("f", 1, "n"))
    parts = [Met((no,), ("a",)), Met(evidence=("b",), to_set=(("/store", False),))]
    assert together(parts) == Met((no,), ("a", "b"), (("/store", False),))


def test_equality_is_that_of_json() -> None:
    assert same(False, False)
    assert same(1, 1.0)
    assert not same(False, 0)
    assert not same("1", 1)
    assert not same(None, False)


def test_a_field_is_named_as_its_caller_would() -> None:
    assert named("/prompt/id") == "`prompt.id`"
    assert named("/a~1b/c~0d") == "`a/b.c~d`"
