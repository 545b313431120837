"""`grille.framing.json_parser`: strict RFC 8259, and bounded."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import NoReturn

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grille.errors import Malformed, TooLarge
from grille.framing.json_parser import MAX_DEPTH, decode, parse
from grille.framing.json_spans import (
    Array,
    Document,
    Node,
    Number,
    Object,
    String,
    find,
    scalar,
)
from json_documents import LAYOUTS, VALUES


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


_TOKENS = st.lists(
    st.sampled_from(
        [
            *'{}[],:" \t\n\x0b\x0c\x00\u00a0\ufeff\u2028',
            *("{}", "[]", '"a"', '"a": ', '"\\u0061":', '"\\ud83d\\ude00"', '"\\ud83d"',),
            *('"\\ude00\\ud83d"', '"\\\\ud83d"', "9" * 30, "1e9999999999999999999"),
            *('"\x7fé𝄞"', '"\\/"', '"\\x"', "0", "-0", "01", "1.", "-1.5e+3", "1e5", "1e400"),
            *("true", "null", "nul", "NaN", "-Infinity", "//"),
        ]
    ),
    max_size=8,
).map("".join)  # fmt: skip


class _OtherwiseJson(Exception):
    """Python's library reads it, and RFC 8259 does not."""


def _refused(word: str) -> NoReturn:
    raise _OtherwiseJson(word)


def _says(source: str) -> object:
    """What the standard library reads, each number as it is written; an object is a pair of its own."""
    numbers = {"parse_int": str, "parse_float": str}
    return json.loads(source.removeprefix("\ufeff"), object_pairs_hook=_Pairs, parse_constant=_refused, **numbers)  # type: ignore[arg-type]


class _Pairs(list[tuple[str, object]]):
    """The members of an object."""


def _read(document: Document, node: Node) -> object:
    """The same of ours, by its places alone."""
    slice_of = document.source[node.start : node.end]
    match node:
        case Object(members=members):
            assert slice_of[0] + slice_of[-1] == "{}"
            return _Pairs((str(_read(document, key)), _read(document, value)) for key, value in members)
        case Array(items=items):
            assert slice_of[0] + slice_of[-1] == "[]"
            return [_read(document, item) for item in items]
        case String(text=text):
            assert json.loads(f'"{slice_of}"') == text
            return text
        case Number():
            return slice_of
        case _:
            return json.loads(slice_of)


@given(st.one_of(_TOKENS, st.tuples(_TOKENS, _TOKENS, _TOKENS).map(lambda three: f'[{three[0]}, {{"a": {three[1]}}}]')))
@settings(max_examples=300)
def test_what_is_read_and_refused_is_what_the_standard_library_reads_and_refuses(source: str) -> None:
    try:
        expected = _says(source)
        json.dumps(expected, ensure_ascii=False).encode()  # a surrogate that stands alone
    except (ValueError, _OtherwiseJson):
        with pytest.raises(Malformed):
            parse(source)
        return
    document = parse(source)
    assert _read(document, document.root) == expected


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
        ("1e-99999999999999999999", "1e-99999999999999999999"),
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
