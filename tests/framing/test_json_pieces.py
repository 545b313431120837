"""`grille.framing.json_pieces`: a JSON document that comes in pieces."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grille.errors import Malformed
from grille.framing.json_parser import parse
from grille.framing.json_pieces import Begin, Chars, End, Event, Scanner
from grille.framing.json_spans import Array, Node, Number, Object, String
from json_documents import LAYOUTS, VALUES


def told(source: str, cuts: list[int]) -> list[Event]:
    scanner = Scanner()
    places = sorted({cut % (len(source) + 1) for cut in cuts})
    events: list[Event] = []
    for start, end in zip([0, *places], [*places, len(source)], strict=True):
        events += scanner.feed(source[start:end])
    assert scanner.complete
    return events


def texts(events: list[Event]) -> list[tuple[int, int, str, bool]]:
    """Start, end, text and whether it is a key, of every string and number."""
    found: list[tuple[int, int, str, bool]] = []
    begun, text = Begin(0), ""
    for event in events:
        match event:
            case Begin():
                begun, text = event, ""
            case Chars():
                assert len(event.text) == len(event.starts)
                text += event.text
            case End(at=at):
                found.append((begun.at, at, text, begun.is_key))
    return found


def expected(node: Node, source: str) -> list[tuple[int, int, str, bool]]:
    match node:
        case String(start, end, text):
            return [(start, end, text, False)]
        case Number(start, end, _):
            return [(start, end, source[start:end], False)]
        case Array(items=items):
            return [each for item in items for each in expected(item, source)]
        case Object(members=members):
            return [
                each
                for key, value in members
                for each in ((key.start, key.end, key.text, True), *expected(value, source))
            ]
        case _:
            return []


@given(VALUES, LAYOUTS, st.lists(st.integers(0, 400)))
def test_every_string_number_and_key_is_told_as_the_parser_reads_it(
    value: object, layout: dict[str, object], cuts: list[int]
) -> None:
    source = json.dumps([value], **layout)  # type: ignore[arg-type]
    assert texts(told(source, cuts)) == expected(parse(source).root, source)


@pytest.mark.parametrize(
    "text",
    ["[1 2]", "[1,]", "{,}", '{"a" 1}', '["\\x"]', '["\\ud800"]', '["\\udc00"]', '["\\ud800\\n"]', "[01]", "[tru]",
     "[1}", '{"a":1]', "[1] 2", "[[]] x", '["\n"]', "[+1]", "{1:2}", "[nul", '{"a"}', "[.5]", "[1.]", "[" * 65],
)  # fmt: skip
def test_what_is_no_json_is_refused_wherever_it_is_cut(text: str) -> None:
    text = text if text.startswith("[" * 9) else text + "]"
    for cut in range(len(text) + 1):
        with pytest.raises(Malformed):
            told(text, [cut])


def test_a_number_is_told_only_when_the_mark_after_it_has_come() -> None:
    scanner = Scanner()
    assert scanner.feed("[4111 ") == []
    assert scanner.confirmed == 1
    assert texts(scanner.feed("]")) == [(1, 5, "4111", False)]


def test_a_key_is_told_only_when_its_colon_has_come() -> None:
    scanner = Scanner()
    assert scanner.feed('{ "a\\u0062" ') == []
    assert scanner.confirmed == 2
    assert scanner.pending == 2
    assert texts(scanner.feed(":")) == [(3, 10, "ab", True)]
    assert scanner.confirmed == 13


def test_half_an_escape_is_pending() -> None:
    scanner = Scanner()
    scanner.feed('["a\\u00')
    assert scanner.pending == 3
    assert scanner.confirmed == 2
