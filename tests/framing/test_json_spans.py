"""`grille.framing.json_spans`: strict, bounded, and byte-exact under any edit."""

from __future__ import annotations

import json
import string
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grille.errors import Malformed, TooLarge
from grille.framing.json_parser import MAX_DEPTH, decode, parse
from grille.framing.json_spans import (
    Array,
    Document,
    Node,
    Number,
    Object,
    Splice,
    String,
    escape,
    find,
    pointer,
    scalar,
)

TEXT = st.text(st.characters(codec="utf-8"), max_size=20)
NUMBERS = st.one_of(st.integers(), st.floats(allow_nan=False, allow_infinity=False))
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBERS, TEXT),
    lambda below: st.one_of(st.lists(below, max_size=4), st.dictionaries(TEXT, below, max_size=4)),
    max_leaves=12,
)
LAYOUTS = st.sampled_from([{}, {"indent": 2}, {"separators": (",", ":")}, {"ensure_ascii": False}])


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


@given(VALUES, LAYOUTS)
def test_what_python_writes_is_read_as_python_reads_it(value: object, layout: dict[str, object]) -> None:
    source = json.dumps(value, **layout)  # type: ignore[arg-type]
    assert _plain(parse(source).root) == json.loads(source, parse_float=Decimal, parse_int=Decimal)


def _plain(node: Node) -> object:
    match node:
        case Object(members=members):
            return {key.text: _plain(value) for key, value in members}
        case Array(items=items):
            return [_plain(item) for item in items]
        case Number(text=text):
            return Decimal(text)
        case _:
            return scalar(node)


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


@pytest.mark.parametrize(
    "source",
    [
        *("", " ", "{", "}", "[1,]", "[,1]", '{"a" 1}', "[1 2]", '{"a":1,}', '{"a"}', '{"a":}', "{1:2}", "{,}"),
        *("nul", "tru", "truex", "True", "NaN", "Infinity", "-Infinity", "01", "1.", ".5", "-", "+1", "1e", "0x10"),
        *("'a'", "[1]]", "1 x", '"\x01"', '"a\nb"', '"\\x41"', '"\\u12"', '"abc', "// c\n1", "1 /* c */"),
        *('"\\ud800"', '"\\udc00\\ud800"', "[1}", '{"a":1]', "\ufeff\ufeff1", "\x0b1", "\u00a01"),
    ],
)
def test_whatever_is_not_rfc_8259_is_refused_with_a_place(source: str) -> None:
    with pytest.raises(Malformed, match="JSON"):
        parse(source)


def test_an_error_never_repeats_the_document() -> None:
    with pytest.raises(Malformed) as caught:
        parse('{"card": "4111111111111111" x}')
    assert "4111" not in str(caught.value)


@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_a_nesting_bomb_is_refused_at_the_limit(opening: str) -> None:
    with pytest.raises(TooLarge, match=str(MAX_DEPTH)):
        parse(opening * 100_000)


def test_the_deepest_allowed_document_is_read() -> None:
    source = "[" * MAX_DEPTH + "]" * MAX_DEPTH
    assert parse(source).splice([]) == source


def test_a_million_values_are_refused() -> None:
    with pytest.raises(TooLarge):
        parse("[" + "0," * 600_000 + "0]")


def test_keys_that_stand_twice_are_seen_however_they_are_escaped() -> None:
    document = parse(r'{"a": 1, "b": {"c": 1, "\u0063": 2}, "a": 3}')
    assert len(document.duplicates) == 2
    assert scalar(find(document.root, "/a") or document.root) == 3


@pytest.mark.parametrize(
    ("lexeme", "text"),
    [
        ("4111111111111111", "4111111111111111"),
        ("4.111111111111111e15", "4111111111111111"),
        ("4111111111111111.0", "4111111111111111"),
        ("41111111111111110e-1", "4111111111111111"),
        ("0.25", "0.25"),
        ("1e400", "1e400"),
        ("-0", "-0"),
    ],
)
def test_digits_cannot_hide_in_the_form_of_a_number(lexeme: str, text: str) -> None:
    root = parse(lexeme).root
    assert isinstance(root, Number)
    assert root.text == text


def test_a_byte_order_mark_is_kept_and_other_encodings_are_refused() -> None:
    assert parse(decode(b"\xef\xbb\xbf{}")).source == "\ufeff{}"
    for encoded in (
        "{}".encode("utf-16"),
        "{}".encode("utf-32"),
        b'"\xff"',
        b'"\xed\xa0\x80"',
        b'"\xc0\xaf"',
    ):
        with pytest.raises(Malformed):
            parse(decode(encoded))


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
