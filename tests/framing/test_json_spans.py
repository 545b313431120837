"""`grille.framing.json_spans`: byte-exact under any edit."""

from __future__ import annotations

import json
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grille.exchange import Scalar
from grille.framing.json_parser import parse
from grille.framing.json_spans import (
    Array,
    Document,
    Node,
    Object,
    Splice,
    String,
    escape,
    find,
    pointer,
    scalar,
)
from json_documents import LAYOUTS, TEXT, VALUES


def strings(node: Node) -> list[String]:
    match node:
        case String():
            return [node]
        case Array(items=items):
            return [found for item in items for found in strings(item)]
        case Object(members=members):
            return [found for key, value in members for found in (key, *strings(value))]
        case _:
            return []


@pytest.mark.parametrize(
    ("lexeme", "value"),
    [("7", 7), ("-7", -7), ("1.5", 1.5), ("1e400", float("inf")), ("9" * 5000, float("inf")), ("true", True)],
)
def test_the_value_of_a_number_is_a_number_whatever_its_length(lexeme: str, value: Scalar) -> None:
    assert scalar(parse(lexeme).root) == value


@given(VALUES, LAYOUTS)
def test_a_document_without_edits_comes_back_character_for_character(value: object, layout: dict[str, object]) -> None:
    source = json.dumps(value, **layout)  # type: ignore[arg-type]
    assert parse(source).splice([]) == source


@given(VALUES, LAYOUTS, st.data())
def test_an_edit_of_any_stretch_changes_that_stretch_and_nothing_else(
    value: object, layout: dict[str, object], data: st.DataObject
) -> None:
    source = json.dumps(value, **layout)  # type: ignore[arg-type]
    document = parse(source)
    found = strings(document.root)
    if not found:
        return
    node = data.draw(st.sampled_from(found))
    start = data.draw(st.integers(0, len(node.text)))
    end = data.draw(st.integers(start, len(node.text)))
    text = data.draw(TEXT)
    edited = parse(document.splice([document.within(node, start, end, text)]))
    at = found.index(node)
    after = strings(edited.root)
    assert after[at].text == node.text[:start] + text + node.text[end:]
    assert [each.text for each in after[:at] + after[at + 1 :]] == [each.text for each in found[:at] + found[at + 1 :]]


def test_escapes_outside_the_edited_stretch_stay_as_they_were_written() -> None:
    document = parse(r'{"a": "\u00e9\n card \ud83d\ude00 \/ end"}')
    node = find(document.root, "/a")
    assert isinstance(node, String)
    at = node.text.index("card")
    assert document.splice([document.within(node, at, at + 4, "X")]) == r'{"a": "\u00e9\n X \ud83d\ude00 \/ end"}'


@pytest.mark.parametrize("escaped", [r"\ud83d\ude00", r"\"", r"\\", r"\/", r"\u0041", r"\n", "é", "😀"])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_every_escape_is_counted_as_the_character_that_it_is(escaped: str, place: int) -> None:
    pieces = ["ab", "cd", "ef"]
    pieces.insert(place, escaped)
    document = parse('"' + "".join(pieces) + '"')
    assert isinstance(document.root, String)
    at = document.root.text.index("ef")
    spliced = document.splice([document.within(document.root, at, at + 2, "-")])
    assert spliced == '"' + "".join(pieces).replace("ef", "-") + '"'


def test_a_replacement_is_escaped_and_stays_ascii_where_the_document_is() -> None:
    document = parse('"abc"')
    assert isinstance(document.root, String)
    assert document.splice([document.within(document.root, 1, 2, '"é\n')]) == '"a\\"\\u00e9\\nc"'
    document = parse('"abcé"')
    assert isinstance(document.root, String)
    assert document.splice([document.within(document.root, 1, 2, "é")]) == '"aécé"'


def test_overlapping_edits_are_a_mistake_of_the_caller() -> None:
    document = parse("[1, 2]")
    with pytest.raises(ValueError, match="overlap"):
        document.splice([Splice(1, 4, "x"), Splice(2, 3, "y")])


@given(st.lists(st.one_of(st.text(string.printable, max_size=5), st.integers(0, 3)), max_size=4))
def test_a_pointer_leads_back_to_its_node(steps: list[str | int]) -> None:
    value: object = "here"
    for step in reversed(steps):
        value = {step: value} if isinstance(step, str) else [None] * step + [value]
    found = find(parse(json.dumps(value)).root, pointer(steps))
    assert isinstance(found, String)
    assert found.text == "here"


def test_a_pointer_to_nowhere_finds_nothing() -> None:
    root = parse('{"a": [1]}').root
    assert [find(root, address) for address in ("/b", "/a/1", "/a/x", "/a/0/b")] == [None] * 4


@given(TEXT)
def test_an_escaped_text_reads_back(text: str) -> None:
    document: Document = parse(f'"{escape(text)}"')
    assert isinstance(document.root, String)
    assert document.root.text == text


def test_a_string_of_many_escapes_is_read_once_for_all_its_edits() -> None:
    document = parse(json.dumps("\n1" * 50_000))
    assert isinstance(document.root, String)
    edits = [document.within(document.root, at, at + 1, "x") for at in range(1, 100_000, 2)]
    assert document.splice(edits) == json.dumps("\nx" * 50_000)


def test_no_repr_shows_words() -> None:
    document = parse('{"4111": ["4111", 4111, {"a": "4111"}]}')
    shown = repr((document, document.root, Splice(0, 1, "4111")))
    assert "4111" not in shown
