"""Streamed JSON arrays: where an element begins and ends. The laws are in test_base.py."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grille.errors import Malformed, TooLarge
from grille.framing import json_array
from grille.framing.json_array import Decoder, Element

TRICKY = st.text(st.sampled_from('"\\{}[],: \n\u0000aé🔒'), max_size=8)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TRICKY,
    lambda below: st.lists(below, max_size=3) | st.dictionaries(TRICKY, below, max_size=3),
)
BLANKS = st.text(st.sampled_from(" \t\r\n"), max_size=3)


def fed(*chunks: bytes) -> list[Element]:
    decoder = Decoder(1 << 20)
    elements = [element for chunk in chunks for element in decoder.feed(chunk)]
    return elements + decoder.close()


# -- elements -------------------------------------------------------------------------------------


def test_each_element_carries_what_stands_before_it() -> None:
    elements = fed(b' [{"a":1}\r\n,\r\n{"b":2} ,3\n]\n ')
    assert [(element.raw, element.data, element.start) for element in elements] == [
        (b' [{"a":1}', '{"a":1}', 2),
        (b'\r\n,\r\n{"b":2}', '{"b":2}', 5),
        (b" ,3", "3", 2),
        (b"\n]", None, 0),
        (b"\n ", None, 0),
    ]
    assert all(element.complete and element.fields == () and not element.binary for element in elements)


@pytest.mark.parametrize(
    "element",
    ["{}", "[]", '""', '{"a":[{"b":"]}"}]}', '"\\""', '"\\\\"', '["\\\\\\"]"]', '{"\\u007d":"}"}', '"é"'],
)
def test_an_element_is_there_as_soon_as_its_last_byte_is(element: str) -> None:
    decoder = Decoder(100)
    stream = f"[{element}".encode()
    for number, byte in enumerate(stream, 1):
        assert [each.data for each in decoder.feed(bytes([byte]))] == ([element] if number == len(stream) else [])


@pytest.mark.parametrize("scalar", ["0", "-12.5e+7", "true", "null", "nonsense"])
@pytest.mark.parametrize("after", [",", "]", " ", "\n"])
def test_a_number_or_a_word_is_there_as_soon_as_something_else_follows(scalar: str, after: str) -> None:
    decoder = Decoder(100)
    assert decoder.feed(f"[{scalar}".encode()) == []
    assert next(each.data for each in decoder.feed(after.encode())) == scalar


@given(
    values=st.lists(JSON, max_size=6),
    ascii_only=st.booleans(),
    indent=st.sampled_from([None, 0, 2]),
    around=st.tuples(BLANKS, BLANKS, BLANKS, BLANKS),
    cuts=st.lists(st.integers(0, 300), max_size=5),
)
def test_whatever_array_is_written_comes_back(
    values: list[object], ascii_only: bool, indent: int | None, around: tuple[str, str, str, str], cuts: list[int]
) -> None:
    texts = [json.dumps(value, ensure_ascii=ascii_only, indent=indent) for value in values]
    before, after_opening, between, after = around
    stream = f"{before}[{after_opening}{f'{between},{between}'.join(texts)}{between}]{after}".encode()
    elements = fed(*(stream[start:end] for start, end in pairwise([0, *sorted(cuts), max([*cuts, len(stream)])])))
    assert json.loads(stream) == values
    assert [element.data for element in elements if element.data is not None] == texts
    assert b"".join(element.raw for element in elements) == stream


def test_what_is_no_json_between_matching_brackets_is_an_element_to_be_judged() -> None:
    assert [element.data for element in fed(b"[{4111 1111},[1 1,']]")] == [
        "{4111 1111}",
        "[1 1,']",
        None,
    ]


def test_an_own_element_can_stop_the_stream_after_any_number_of_elements() -> None:
    elements = fed(b'[{"a":1},\r\n{"b":2}]')
    stop = b'{"error":{}}]'
    assert json.loads(elements[0].raw + elements[1].raw + b"," + stop) == [{"a": 1}, {"b": 2}, {"error": {}}]
    assert json.loads(elements[0].raw + b"," + stop) == [{"a": 1}, {"error": {}}]
    assert json.loads(b"[" + stop) == [{"error": {}}]


# -- the end --------------------------------------------------------------------------------------

UNFINISHED = [
    (b"[", None, 0),
    (b" ", None, 0),
    (b"[{},", None, 0),
    (b"[{} ,\n", None, 0),
    (b'[{"a": "4111', '{"a": "4111', 1),
    (b'[{"a": "4111\\', '{"a": "4111\\', 1),
    (b"[{},[[1]", "[[1]", 1),
    (b"[1, 23", "23", 2),
    (b'["', '"', 1),
]


@pytest.mark.parametrize(("stream", "data", "start"), UNFINISHED)
def test_what_the_end_of_the_stream_cuts_off_is_a_frame_that_says_so(
    stream: bytes, data: str | None, start: int
) -> None:
    last = fed(stream)[-1]
    assert (last.data, last.start, last.complete) == (data, start, False)
    assert fed(stream[:3], stream[3:])[-1] == last


def test_unfinished_text_can_be_replaced_too() -> None:
    (element,) = fed(b' [ {"a": "4111')
    assert element.with_data('{"a": "') == b' [ {"a": "'


def test_blanks_after_the_array_are_one_frame_however_they_arrive() -> None:
    assert [(each.raw, each.complete) for each in fed(b"[]", b" ", b"\n")] == [(b"[]", True), (b" \n", True)]


# -- what is wrong --------------------------------------------------------------------------------

NOT_AN_ARRAY = [
    b'{"error": 4111}',
    b"4111",
    b'"4111"',
    b"]",
    b",",
    b"\xef\xbb\xbf[]",
    b"[,",
    b"[1,]",
    b"[1,,",
    b"[1 2",
    b'[{} "4111"',
    b"[{}{",
    b'["a"b',
    b"[1[",
    b"[}",
    b"[:",
    b"[\x0b",
    b"[\xc2\xa0",
    b"[/* 4111 */",
    b"[{]",
    b"[[}",
    b'[{"a":"}"]',
    b"[]4111",
    b"[] ,",
    b"[1]]",
    b"[][",
    b"[]\0",
    b'["\xff4111"',
]


@pytest.mark.parametrize("stream", NOT_AN_ARRAY)
def test_what_is_not_one_array_is_refused_at_once_and_without_being_repeated(stream: bytes) -> None:
    for chunks in ((stream,), tuple(bytes([byte]) for byte in stream)):
        decoder = Decoder(100)
        with pytest.raises(Malformed) as caught:
            _ = [decoder.feed(chunk) for chunk in chunks]
        assert "4111" not in f"{caught.value!r} {caught.value.__cause__!r}"


@pytest.mark.parametrize("stream", [b'["\xe2\x82', b'[{"a": "\xf0'])
def test_a_character_that_the_end_of_the_stream_cuts_off_is_refused(stream: bytes) -> None:
    with pytest.raises(Malformed, match="not UTF-8"):
        fed(stream)


@pytest.mark.parametrize(
    "stream", [b" " * 101, b"[]" + b" " * 101, b"[" + b"[" * 100, b'["' + b"\\" * 99, b"[" + b"1" * 100]
)
def test_whatever_is_held_back_counts_toward_the_limit(stream: bytes) -> None:
    with pytest.raises(TooLarge, match="more than 100 bytes"):
        Decoder(100).feed(stream)


def test_too_many_elements_at_once_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_array, "MAX_ELEMENTS", 3)
    assert len(Decoder(10).feed(b"[1,1,1,1")) == 3
    with pytest.raises(TooLarge, match="at once"):
        Decoder(10).feed(b"[1,1,1,1,")
