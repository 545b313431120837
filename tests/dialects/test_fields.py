"""`grille.dialects.fields`: which row of a table decides a place."""

from __future__ import annotations

import pytest

from grille.dialects.fields import Care, Field, Table
from grille.framing.json_parser import parse
from grille.framing.json_spans import Array, Object


def decides(rows: dict[str, Care], source: str, *steps: str | int) -> Care | None:
    """Walk `steps` through `source` and say what decides the place where they end."""
    table = Table([Field(where, care) for where, care in rows.items()])
    state, node = table.start, parse(source).root
    for step in steps:
        if isinstance(node, Object):
            state = table.enter(state, node)
            node = node.get(str(step)) or node
            state = table.step(state, str(step))
        elif isinstance(node, Array):
            node = node.items[int(step)]
            state = table.step(state, None)
    if isinstance(node, Object):
        state = table.enter(state, node)
    field = table.field(state)
    return field.care if field else None


CHAT = '{"messages": [{"role": "user", "content": [{"type": "text", "text": "hi"}]}], "metadata": {"a": {"b": "c"}}}'


@pytest.mark.parametrize(
    ("where", "fits"),
    [
        ("messages[].content[].text", True),
        ("messages[]{role=user}.content[]{type=text}.text", True),
        ("messages[]{role=user|system}.content[].text", True),
        ("messages[]{role=system}.content[].text", False),
        ("messages[].content[]{type=image}.text", False),
        ("messages[].content.text", False),
        ("messages.content[].text", False),
        ("**.text", True),
        ("messages[].**", True),
        ("messages[].*[].text", True),
        ("**{type=text}.text", True),
        ("**{type=image}.text", False),
        ("text", False),
        ("**", True),
    ],
)
def test_a_place_fits_as_the_notation_says(where: str, fits: bool) -> None:
    care = decides({where: Care.DATA}, CHAT, "messages", 0, "content", 0, "text")
    assert (care is Care.DATA) == fits


def test_the_last_row_that_fits_decides() -> None:
    rows = {"**": Care.DATA, "**.text": Care.FIXED, "messages[].content[].text": Care.WORDS}
    assert decides(rows, CHAT, "messages", 0, "content", 0, "text") is Care.WORDS
    assert decides(dict(reversed(rows.items())), CHAT, "messages", 0, "content", 0, "text") is Care.DATA


def test_two_stars_also_stand_for_nothing() -> None:
    assert decides({"metadata.**": Care.DATA}, CHAT, "metadata") is Care.DATA
    assert decides({"metadata.**": Care.DATA}, CHAT, "metadata", "a", "b") is Care.DATA
    assert decides({"metadata.**.b": Care.FIXED}, '{"metadata": {"b": "x"}}', "metadata", "b") is Care.FIXED


def test_a_condition_looks_at_the_object_itself_and_not_at_its_parent() -> None:
    source = '{"kind": "a", "below": {"kind": "b", "x": "1"}}'
    assert decides({"below{kind=b}.x": Care.FIXED}, source, "below", "x") is Care.FIXED
    assert decides({"below{kind=a}.x": Care.FIXED}, source, "below", "x") is None


def test_two_conditions_on_one_object_must_both_hold() -> None:
    source = '{"a": "1", "b": "2", "x": "y"}'
    assert decides({"{a=1}{b=2}.x": Care.FIXED}, source, "x") is Care.FIXED
    assert decides({"{a=1}{b=3}.x": Care.FIXED}, source, "x") is None


def test_a_condition_may_be_any_string_or_the_word_true() -> None:
    source = '{"signature": "s", "thought": true, "x": "y"}'
    assert decides({"{signature=*}.x": Care.SEALED}, source, "x") is Care.SEALED
    assert decides({"{thought=true}.x": Care.FIXED}, source, "x") is Care.FIXED
    for other in ('{"x": "y"}', '{"signature": null, "thought": false, "x": "y"}', '{"signature": 1, "x": "y"}'):
        assert decides({"{signature=*}.x": Care.SEALED, "{thought=true}.x": Care.SEALED}, other, "x") is None


def test_a_place_that_no_row_names_is_left_to_the_reader() -> None:
    assert decides({"messages": Care.WORDS}, CHAT, "metadata", "a", "b") is None


def test_names_that_a_caller_invents_do_not_fill_the_memory() -> None:
    table = Table([Field("a.**.b", Care.DATA)])
    state = table.step(table.start, "a")
    for number in range(1000):
        table.step(state, f"invented{number}")
    assert len(table._steps) < 10


@pytest.mark.parametrize("where", ["a..b", "a[0]", "{a", "a]"])
def test_a_place_that_cannot_be_read_is_a_mistake_of_the_table(where: str) -> None:
    with pytest.raises(ValueError, match="not a place"):
        Table([Field(where, Care.WORDS)])
