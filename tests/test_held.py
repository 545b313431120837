"""`grille.held`: one channel of a stream."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grille.errors import Malformed, TooLarge
from grille.held import MAX_HELD, Held, Stretch

TEXT = st.text(st.characters(codec="utf-8"), max_size=12)
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), TEXT),
    lambda below: st.one_of(st.lists(below, max_size=3), st.dictionaries(TEXT, below, max_size=3)),
    max_leaves=8,
)
LAYOUTS = st.sampled_from([{}, {"indent": 1}, {"ensure_ascii": False}])


def pieces(text: str, cuts: list[int]) -> list[str]:
    places = sorted({cut % (len(text) + 1) for cut in cuts})
    return [text[start:end] for start, end in zip([0, *places], [*places, len(text)], strict=True)]


def flowing(held: Held, more: list[str]) -> tuple[str, list[str]]:
    """Everything that goes out when all is let go of at once, and the texts that were judged."""
    out, texts = [], []
    for piece in more:
        held.add(piece)
        for stretch in held.settled():
            out.append(stretch.take(len(stretch.text), []))
            if stretch.closed and stretch.is_words:
                texts.append(stretch.before)
    held.close()
    for stretch in held.settled():
        out.append(stretch.take(len(stretch.text), []))
        texts.append(stretch.before)
    return "".join(out), texts


def words(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [found for key, below in value.items() for found in (key, *words(below))]
    return [found for below in value for found in words(below)] if isinstance(value, list) else []


@given(VALUES, LAYOUTS, st.lists(st.integers(0, 200), max_size=8))
def test_arguments_go_out_as_they_came_and_every_string_is_seen(
    value: object, layout: dict[str, object], cuts: list[int]
) -> None:
    source = json.dumps(value, **layout)  # type: ignore[arg-type]
    out, texts = flowing(Held(is_json=True), pieces(source, cuts))
    assert out == source
    for word in words(value):
        if len(word) <= 12:
            assert word in texts


@given(st.text(max_size=30), st.lists(st.integers(0, 30), max_size=4))
def test_plain_words_go_out_as_they_came(text: str, cuts: list[int]) -> None:
    assert flowing(Held(is_json=False), pieces(text, cuts))[0] == text


def taken(source: str, old: str, new: str) -> str:
    held = Held(is_json=True)
    held.add(source)
    held.close()
    out = []
    for stretch in held.settled():
        at = stretch.text.find(old) if stretch.is_words else -1
        edits = [(at, at + len(old), new)] if at >= 0 else []
        out.append(stretch.take(len(stretch.text), edits))
    return "".join(out)


@pytest.mark.parametrize(
    ("source", "old", "new", "after"),
    [
        ('{"a": "4111"}', "4111", 'say "hi"', '{"a": "say \\"hi\\""}'),
        ('{"a": "\\u0034111 \\u00e9"}', "4111", "X", '{"a": "X \\u00e9"}'),
        ('{"a": 4111111111111111, "b": 2}', "4111111111111111", "CARD", '{"a": "CARD", "b": 2}'),
        ("4111", "4111", "CARD", '"CARD"'),
        ('{"4111": 1}', "4111", "CARD", '{"CARD": 1}'),
        ('["\\ud83d\\ude00 4111"]', "4111", "X", '["\\ud83d\\ude00 X"]'),
    ],
)
def test_an_edit_is_written_as_json_and_its_neighbours_stay(source: str, old: str, new: str, after: str) -> None:
    assert taken(source, old, new) == after
    json.loads(after)


def test_a_value_knows_the_key_that_it_stands_under() -> None:
    held = Held(is_json=True)
    held.add('{"card_number": "4111", "list": ["a", "b"], "n": 5}')
    labels = {each.text: each.label for each in held.stretches if each.is_words}
    assert (labels["4111"], labels["a"], labels["b"], labels["5"]) == ("card_number", "list", "list", "n")


def test_what_is_not_settled_stays_and_what_follows_it_waits() -> None:
    held = Held(is_json=True)
    held.add('{"a": "one tw')
    out = [each.take(len(each.text) if each.closed else 4, []) for each in held.settled()]
    assert "".join(out) == '{"a": "one '
    assert not held.empty
    held.add('o", "b": 1}')
    held.close()
    assert "".join(stretch.take(len(stretch.text), []) for stretch in held.settled()) == 'two", "b": 1}'
    assert held.empty


def test_a_window_remembers_what_went_out() -> None:
    stretch = Stretch(text="one two three")
    stretch.take(8, [])
    assert stretch.window(100) == "one two three"
    assert stretch.window(4) == "two three"
    assert stretch.window(0) == "three"


@pytest.mark.parametrize("wrong", ['"\\x', '"\\u12g4', '"\\ud83dabc', '"\\ud83d\\n', '"\\udc00'])
def test_an_escape_that_is_none_is_refused(wrong: str) -> None:
    with pytest.raises(Malformed, match="escape"):
        Held(is_json=True).add(wrong + '00000000"')


def test_no_channel_holds_without_end() -> None:
    held = Held(is_json=False)
    held.add("a" * MAX_HELD)
    with pytest.raises(TooLarge):
        held.add("a")


def test_nothing_that_is_held_shows() -> None:
    assert "4111" not in repr(Stretch(before="4111", text="4111", raws=list("4111")))
