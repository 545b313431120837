"""`grille.exchange`: the types that everything is built on."""

from __future__ import annotations

import dataclasses

import pytest

from grille import exchange
from grille.exchange import Action, Edit, Outcome, Refusal, Segment, Source, TokenMap, Verdict
from grille.exchange import Kind as SegmentKind

TYPES = [each for each in vars(exchange).values() if dataclasses.is_dataclass(each) and isinstance(each, type)]


@pytest.mark.parametrize("type_", TYPES, ids=lambda each: each.__name__)
def test_every_type_is_frozen_and_slotted(type_: type) -> None:
    assert type_.__dataclass_params__.frozen  # type: ignore[attr-defined]
    assert "__slots__" in vars(type_)


@pytest.mark.parametrize(
    "holder",
    [Segment("/a", SegmentKind.TEXT, "4111"), Edit(0, 0, 4, "4111"), TokenMap({"CREDIT_CARD_K7Q2M9XA": "4111"})],
    ids=lambda holder: type(holder).__name__,
)
def test_what_holds_a_value_does_not_show_it(holder: object) -> None:
    assert "4111" not in f"{holder!r} {holder}"


def test_actions_are_ordered_by_how_little_the_far_side_learns() -> None:
    assert sorted(Action) == [
        Action.ALLOW,
        Action.LOG,
        Action.MASK,
        Action.HASH,
        Action.TOKENIZE,
        Action.REDACT,
        Action.BLOCK,
    ]
    assert [action for action in Action if action.hides] == [
        Action.MASK,
        Action.HASH,
        Action.TOKENIZE,
        Action.REDACT,
    ]


def test_a_source_reads_like_a_compiler_error() -> None:
    assert str(Source("p.yaml", 12, "profiles.out.CREDIT_CARD")) == "p.yaml:12 profiles.out.CREDIT_CARD"


@pytest.mark.parametrize(
    ("outcome", "enforced", "stops"),
    [
        (Outcome.BLOCK, True, True),
        (Outcome.BLOCK, False, False),
        (Outcome.ERROR, True, True),
        (Outcome.ERROR, False, True),
        (Outcome.REWRITE, True, False),
        (Outcome.ALLOW, True, False),
    ],
)
def test_an_error_stops_in_every_mode_and_a_block_only_when_enforced(
    outcome: Outcome, enforced: bool, stops: bool
) -> None:
    assert Verdict(outcome, refusals=(Refusal("c", "t", Source("p", 1, "r")),), enforced=enforced).stops is stops
