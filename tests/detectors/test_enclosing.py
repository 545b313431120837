from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grille.detectors.enclosing import REACH, keys_above


def above(text: str) -> tuple[str, ...]:
    return keys_above(text, text.index("@"))


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ('{"card": {"name": "Jane", "number": "@"}}', ("number", "card")),
        ('{"old": {"x": 1}, "bank": {"to": {"y": 2}, "number": @', ("number", "bank")),
        ('{"cards": ["4", "@"]}', ("card",)),
        ("{'bank': {'number': '@'}}", ("number", "bank")),
        (r"{\"card\": {\"number\": \"@\"}}", ("number", "card")),
        ("<Card><Name>Jane</Name><Number>@</Number></Card>", ("number", "card")),
        ('<ns:card id="7"><br/><ns:number>@', ("number", "card")),
        ("<Bank><Routing>021<Number>@", ("number", "bank")),
        ("card:\n  name: Jane\n  number: @", ("number", "card")),
        ("cards:\n  - name: Jane\n    number: @", ("number", "card")),
    ],
)
def test_the_keys_of_data_are_read_from_the_value_upwards(text: str, keys: tuple[str, ...]) -> None:
    assert above(text) == keys


@pytest.mark.parametrize("text", ["the card number is @", "call us: @", "if x < 7 @", "[1] @", '{"a": 1}, @'])
def test_words_have_none(text: str) -> None:
    assert above(text) == ()


def test_what_opens_far_back_is_not_seen() -> None:
    assert above('{"card": {"note": "' + "x" * REACH + '", "number": "@') == ("number",)


def test_a_look_costs_its_reach_and_no_more() -> None:
    text = '{"a":[' * 20_000
    started = time.process_time()
    for place in range(0, len(text), 100):
        keys_above(text, place)
    assert time.process_time() - started < 5


@given(st.text(alphabet='{}[]":<>/ab \n-\\', max_size=60), st.integers(0, 60))
def test_any_place_in_any_text_gets_an_answer(text: str, place: int) -> None:
    assert isinstance(keys_above(text, min(place, len(text))), tuple)
