"""Newline-delimited JSON: what is a line, and what a line may become. The laws are in test_base.py."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grille.errors import CannotRewrite, Malformed, TooLarge
from grille.framing import ndjson
from grille.framing.ndjson import Decoder, Line

JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda below: st.lists(below, max_size=3))


def fed(*chunks: bytes) -> list[Line]:
    decoder = Decoder(1 << 20)
    lines = [line for chunk in chunks for line in decoder.feed(chunk)]
    return lines + decoder.close()


# -- lines ----------------------------------------------------------------------------------------

LINES = [
    (b'{"a":1}\n{"b":2}\n', ['{"a":1}', '{"b":2}']),
    (b'{"a":1}\r\n{"b":2}', ['{"a":1}', '{"b":2}']),
    (b"\n\r\n \t\r \n1\n", [None, None, None, "1"]),
    (b" 1 \n", [" 1 "]),
    (b"1\r\r\n2\r", ["1\r", "2\r"]),
    (b"1\r2\n", ["1\r2"]),
    ("1\u20282\x853\x0b4\x0c5\x1c6\n".encode(), ["1\u20282\x853\x0b4\x0c5\x1c6"]),
    ("\ufeff1\n\ufeff\n".encode(), ["\ufeff1", "\ufeff"]),
    (b"no json\n", ["no json"]),
    (b"\0\n", ["\0"]),
]


@pytest.mark.parametrize(("stream", "expected"), LINES)
def test_only_a_line_feed_ends_a_line(stream: bytes, expected: list[str | None]) -> None:
    assert [line.data for line in fed(stream)] == expected


def test_a_line_is_there_as_soon_as_its_line_feed_is() -> None:
    decoder = Decoder(100)
    assert decoder.feed(b'{"a":1}\r') == []
    assert [line.raw for line in decoder.feed(b'\n{"b"')] == [b'{"a":1}\r\n']
    assert [line.data for line in decoder.feed(b":2}\n\n")] == ['{"b":2}', None]


def test_a_last_line_without_a_line_feed_is_marked_and_judged_like_any_other() -> None:
    first, last = fed(b'{"a":1}\n{"b":2}')
    assert (first.complete, last.complete) == (True, False)
    assert (last.raw, last.data) == (b'{"b":2}', '{"b":2}')


@given(values=st.lists(JSON, max_size=8), ending=st.sampled_from(["\n", "\r\n"]), cut=st.integers(0, 400))
def test_whatever_json_is_written_comes_back(values: list[object], ending: str, cut: int) -> None:
    stream = "".join(json.dumps(value, ensure_ascii=False) + ending for value in values).encode()
    lines = fed(stream[:cut], stream[cut:])
    assert [json.loads(line.data or "") for line in lines] == values
    assert all(line.complete and line.fields == () and not line.binary for line in lines)


# -- what is wrong --------------------------------------------------------------------------------


@pytest.mark.parametrize("bad", [b"\xff", b"\xc3\n", b"\xed\xa0\x80", b"\xc0\xaf", b" \xe2\x82"])
def test_bytes_that_are_not_utf_8_are_refused_without_being_repeated(bad: bytes) -> None:
    for stream in (b'{"a": 4111' + bad + b"}\n", b'{"a": 4111' + bad):
        with pytest.raises(Malformed, match="a line is not UTF-8") as caught:
            fed(stream)
        assert "4111" not in f"{caught.value!r} {caught.value.__cause__!r}"


def test_a_line_of_bytes_that_are_no_blanks_is_never_passed_over() -> None:
    for stream in ("\u00a0\n", "\ufeff\n", "\x1f\n", "\u3000\n"):
        (line,) = fed(stream.encode())
        assert line.data == stream[:-1]


def test_too_many_lines_at_once_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ndjson, "MAX_LINES", 3)
    assert len(Decoder(10).feed(b"\n\n\n1")) == 3
    with pytest.raises(TooLarge, match="at once"):
        Decoder(10).feed(b"\n\n\n\n")


# -- new data -------------------------------------------------------------------------------------

REWRITES = [
    (b'{"a":1}\n', '{"a":2}', b'{"a":2}\n'),
    (b'{"a":1}\r\n', '{"é":2}', '{"é":2}\r\n'.encode()),
    (b'{"a":1}', "2", b"2"),
    (b"1\n", "a\rb", b"a\rb\n"),
    (b"1\r\n", "2\r", b"2\r\r\n"),
    (b"1\n", "", b"\n"),
]


@pytest.mark.parametrize(("raw", "text", "expected"), REWRITES)
def test_only_what_stands_before_the_ending_is_replaced(raw: bytes, text: str, expected: bytes) -> None:
    (line,) = fed(raw)
    assert line.with_data(text) == expected


@pytest.mark.parametrize(
    ("raw", "text"), [(b"1\n", "4111\n2"), (b"1\r\n", "4111\n"), (b"1", "4111\n"), (b"1\n", "4111\r")]
)
def test_new_data_that_would_not_stay_one_line_is_refused(raw: bytes, text: str) -> None:
    (line,) = fed(raw)
    with pytest.raises(CannotRewrite, match="line break") as caught:
        line.with_data(text)
    assert "4111" not in repr(caught.value)
