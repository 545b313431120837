"""`grille.held`: one channel of a stream."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grille.errors import TooLarge
from grille.held import CONTEXT, MAX_HELD, Change, Held, Stretch
from json_documents import LAYOUTS, VALUES

type Judge = Callable[[Stretch], tuple[int, Sequence[Change]]]


def pieces(text: str, cuts: list[int]) -> list[str]:
    places = sorted({cut % (len(text) + 1) for cut in cuts})
    return [text[start:end] for start, end in zip([0, *places], [*places, len(text)], strict=True)]


def everything(stretch: Stretch) -> tuple[int, Sequence[Change]]:
    return len(stretch.text), ()


def whole_words(stretch: Stretch) -> tuple[int, Sequence[Change]]:
    """Lets go up to the last blank, and writes every `secret` out."""
    edge = len(stretch.text) if stretch.closed else max(stretch.settled, stretch.text.rfind(" ") + 1)
    found, at = [], stretch.text.find("secret", stretch.settled, edge)
    while at >= 0:
        found.append(Change(at, at + 6, '"x\\'))
        at = stretch.text.find("secret", at + 6, edge)
    return edge, found


def flowing(more: Sequence[str], judge: Judge) -> tuple[str, list[str]]:
    """What goes out of a channel whose pieces are `more`, and what waited after each of them."""
    held, written, gone, waited, outs = Held(), "", 0, [], []
    for piece in [*more, None]:
        if piece is None:
            held.close()
        else:
            held.add(piece)
            written += piece
        for stretch in held.waiting():
            held.settle(stretch, *judge(stretch))
        waited.append(written[held.settled :])
        out = written[gone : held.settled]
        for change in reversed(held.changed(gone, held.settled)):
            out = out[: change.start] + change.text + out[change.end :]
        outs.append(out)
        gone = held.settled
        held.forget(gone)
    return "".join(outs), waited


@given(st.one_of(VALUES, st.text(max_size=30)), LAYOUTS, st.lists(st.integers(0, 300), max_size=8))
def test_what_nobody_changes_goes_out_as_it_came(value: object, layout: dict[str, object], cuts: list[int]) -> None:
    source = json.dumps([value], **layout) if not isinstance(value, str) else value  # type: ignore[arg-type]
    for judge in (everything, whole_words):
        assert flowing(pieces(source.replace("secret", ""), cuts), judge)[0] == source.replace("secret", "")


WORDS = st.lists(st.sampled_from(["secret", "a", "\u20ac", "\\", '"', "\U0001f600", "\n", " "]), max_size=9).map(
    "".join
)
TREES = st.recursive(
    WORDS,
    lambda below: st.one_of(st.lists(below, max_size=3), st.dictionaries(WORDS, below, max_size=3)),
    max_leaves=6,
)


def rewritten(value: object) -> object:
    if isinstance(value, str):
        return value.replace("secret", '"x\\')
    if isinstance(value, dict):
        return {rewritten(key): rewritten(below) for key, below in value.items()}
    return [rewritten(below) for below in value] if isinstance(value, list) else value


@given(TREES, LAYOUTS, st.lists(st.integers(0, 400), max_size=8), st.integers(0, 2))
def test_every_string_of_a_document_is_judged_as_it_reads_and_written_escaped(
    value: object, layout: dict[str, object], cuts: list[int], nested: int
) -> None:
    expected: object = [rewritten(value)]
    source = json.dumps([value], **layout)  # type: ignore[arg-type]
    for _ in range(nested):
        source = json.dumps({"body": source})
    out, _ = flowing(pieces(source, cuts), whole_words)
    for _ in range(nested):
        out = json.loads(out)["body"]
    assert json.loads(out) == expected


@pytest.mark.parametrize(
    "text", ['["one", 17] secret [', '{"a": secret "', '["a", "b" secret', "[secret", '{"x": "secret\\q secret']
)
def test_a_text_that_stops_being_json_is_plain_words(text: str) -> None:
    for cut in range(len(text) + 1):
        assert flowing([text[:cut], text[cut:]], whole_words)[0].count("secret") == 0


def test_numbers_that_are_no_json_after_all_were_not_let_go_of() -> None:
    held = Held()
    held.add("[4111")
    assert (held.settled, held.waiting()) == (1, [])
    held.add(" 1111 ")
    assert [stretch.text for stretch in held.waiting()] == ["[4111 1111 "]
    assert held.settled == 1


def test_a_number_that_is_changed_becomes_a_string() -> None:
    out, _ = flowing(['{"n": 4111', '1111, "m": 2}'], lambda each: (len(each.text), [Change(0, 4, "x")] * (
        each.is_number and each.text.startswith("4"))))  # fmt: skip
    assert out == '{"n": "x1111", "m": 2}'


def test_keys_and_values_know_what_they_are() -> None:
    held = Held()
    held.add('{"card": "4111", "list": [1, "two"], "open": "unfin')
    seen = [(each.text, each.label, each.is_key, each.is_number, each.closed) for each in held.waiting()]
    assert seen == [
        ("card", "", True, False, True),
        ("4111", "card", False, False, True),
        ("list", "", True, False, True),
        ("1", "list", False, True, True),
        ("two", "list", False, False, True),
        ("open", "", True, False, True),
        ("unfin", "open", False, False, False),
    ]


def test_nothing_is_settled_before_it_was_judged() -> None:
    held = Held()
    held.add('{"a": "b')
    assert held.settled == 2
    for stretch in held.waiting():
        held.settle(stretch, len(stretch.text), ())
    assert held.settled == len('{"a": "b')


def test_a_change_that_spans_pieces_is_written_into_the_first() -> None:
    held = Held()
    for piece in ("Card 41", "11", " 1 x"):
        held.add(piece)
    (stretch,) = held.waiting()
    held.settle(stretch, 12, [Change(5, 11, "****")])
    assert [held.changed(*span) for span in ((0, 7), (7, 9), (9, 13))] == [
        [Change(5, 7, "****")],
        [Change(0, 2, "")],
        [Change(0, 2, "")],
    ]


def test_too_much_to_hold_is_an_error() -> None:
    held = Held()
    held.add("a" * MAX_HELD)
    with pytest.raises(TooLarge):
        held.add("b")


def test_memory_does_not_grow_with_the_text() -> None:
    held = Held()
    for _ in range(100):
        held.add("word " * 1000)
        for stretch in held.waiting():
            held.settle(stretch, len(stretch.text), ())
        held.forget(held.settled)
    held.add("x")
    (stretch,) = held.waiting()
    assert len(stretch.text) < 3 * CONTEXT


def test_no_text_is_shown() -> None:
    held = Held()
    held.add("4111 1111")
    assert "4111" not in repr(held.waiting()) + repr(Change(0, 1, "4111"))
