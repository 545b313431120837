"""Server-Sent Events: no byte is lost, wherever the stream is cut."""

from __future__ import annotations

import random
import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grille.errors import CannotRewrite, Malformed, TooLarge
from grille.framing.sse import MAX_EVENTS, Decoder, Event

BOM = b"\xef\xbb\xbf"

NASTY = (
    BOM + b": a comment\r\n\r\n"
    b'event: message_start\ndata: {"a": "\xe2\x82\xac \xf0\x9f\x94\x92"}\n\n'
    b"id: 7\r\nretry: 3000\r\ndata: one\r\ndata:two\r\ndata:  three\r\n\r\n"
    b"data: cr only\r\rdata\r\r"
    b"data: mixed\r\ndata: endings\ndata: here\r\n\n"
    b"unknown: field\nDATA: not data\n:4111\n\n"
    b"\n\r\n\r"
    b"data: \xc3\xa9\xe4\xb8\xad\r\n\n"
    b"event: ping\ndata:\n\n"
    b"data: [DONE]\n\ndata: more after the end"
)  # fmt: skip


def fed(*chunks: bytes) -> list[Event]:
    decoder = Decoder()
    events = [event for chunk in chunks for event in decoder.feed(chunk)]
    return events + decoder.close()


def joined(events: list[Event]) -> bytes:
    return b"".join(event.raw for event in events)


def meaning(events: list[Event]) -> list[tuple[tuple[tuple[str, str], ...], str, str | None]]:
    """What a judge sees, without the blocks that say nothing."""
    return [(event.fields, event.name, event.data) for event in events if event.fields or event.data is not None]


# -- the law --------------------------------------------------------------------------------------


@pytest.mark.parametrize("cut", range(len(NASTY) + 1))
def test_no_byte_is_lost_at_any_split(cut: int) -> None:
    events = fed(NASTY[:cut], NASTY[cut:])
    assert joined(events) == NASTY
    assert meaning(events) == meaning(fed(NASTY))


def test_no_byte_is_lost_one_byte_at_a_time() -> None:
    events = fed(*(NASTY[at : at + 1] for at in range(len(NASTY))))
    assert joined(events) == NASTY
    assert meaning(events) == meaning(fed(NASTY))


@pytest.mark.parametrize("seed", range(200))
def test_no_byte_is_lost_at_random_splits(seed: int) -> None:
    rng = random.Random(seed)
    cuts = [0, *sorted(rng.choices(range(len(NASTY)), k=rng.randint(1, 30))), len(NASTY)]
    events = fed(*(NASTY[start:end] for start, end in pairwise(cuts)))
    assert joined(events) == NASTY
    assert meaning(events) == meaning(fed(NASTY))


PIECES = st.sampled_from(
    ["\r", "\n", "\r\n", "data", ":", " ", "event", "id", "x", "é", "🔒", "\ufeff", "\0", "\u2028"]
)


@given(text=st.lists(PIECES, max_size=60).map("".join), cuts=st.lists(st.integers(0, 200), max_size=6))
def test_any_text_survives_any_split(text: str, cuts: list[int]) -> None:
    stream = text.encode()
    bounds = [0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]
    events = fed(*(stream[start:end] for start, end in pairwise(bounds)))
    assert joined(events) == stream
    assert meaning(events) == meaning(fed(stream))


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_with_one_kind_of_ending_the_events_do_not_depend_on_the_split(ending: str) -> None:
    stream = NASTY.decode().replace("\r\n", "\n").replace("\r", "\n").replace("\n", ending).encode()
    whole = fed(stream)
    for cut in range(len(stream) + 1):
        assert fed(stream[:cut], stream[cut:]) == whole


# -- fields ---------------------------------------------------------------------------------------


def test_the_fields_of_the_nasty_stream_are_read_as_the_standard_says() -> None:
    events = fed(NASTY)
    assert [(event.name, event.data) for event in events] == [
        ("message", None),
        ("message", None),
        ("message_start", '{"a": "€ 🔒"}'),
        ("message", "one\ntwo\n three"),
        ("message", "cr only"),
        ("message", ""),
        ("message", "mixed\nendings\nhere"),
        ("message", None),
        ("message", None),
        ("message", None),
        ("message", None),
        ("message", "é中"),
        ("ping", ""),
        ("message", "[DONE]"),
        ("message", "more after the end"),
    ]
    assert events[1].comments == ("a comment",)
    assert events[3].id == "7"
    assert events[3].fields[:2] == (("id", "7"), ("retry", "3000"))
    assert events[7].fields == (("unknown", "field"), ("DATA", "not data"), ("", "4111"))
    assert [event.complete for event in events] == [True] * 14 + [False]


def test_the_last_name_and_the_last_id_win() -> None:
    (event,) = fed(b"event: a\nid: 1\nevent: b\nid: 2\ndata: x\n\n")
    assert (event.name, event.id) == ("b", "2")
    (event,) = fed(b"event: a\nevent:\ndata: x\n\n")
    assert (event.name, event.id) == ("message", None)


def test_a_byte_order_mark_is_one_only_at_the_very_start() -> None:
    first, second, third = fed(BOM + b"data: a\n\n" + BOM + b"data: b\n\n")
    assert (first.raw, first.fields) == (BOM, ())
    assert second.data == "a"
    assert third.data is None
    assert third.fields == (("\ufeffdata", "b"),)


def test_only_carriage_returns_and_line_feeds_end_a_line() -> None:
    (event,) = fed("data: a\u2028b\x0bc\x85d\n\n".encode())
    assert event.data == "a\u2028b\x0bc\x85d"


def test_nothing_of_the_stream_is_in_the_representation() -> None:
    (event,) = fed(b"event: 4111\nid: 4111\ndata: 4111\n\n")
    assert "4111" not in repr(event)


# -- time -----------------------------------------------------------------------------------------


def test_a_carriage_return_that_is_half_of_a_pair_waits_for_the_other_half() -> None:
    decoder = Decoder()
    assert decoder.feed(b"data: a\r\n\r") == []
    assert decoder.feed(b"") == []
    (event,) = decoder.feed(b"\n")
    assert event.raw == b"data: a\r\n\r\n"
    assert decoder.close() == []


def test_a_stream_that_uses_carriage_returns_only_never_waits() -> None:
    decoder = Decoder()
    assert [event.data for event in decoder.feed(b"data: a\r\r")] == ["a"]
    assert [event.raw for event in decoder.feed(b"\n")] == [b"\n"]


def test_a_waiting_carriage_return_at_the_end_still_completes_its_block() -> None:
    decoder = Decoder()
    assert decoder.feed(b"data: a\r\n\r") == []
    (event,) = decoder.close()
    assert (event.data, event.complete) == ("a", True)
    assert decoder.close() == []


def test_an_event_is_there_as_soon_as_its_blank_line_is() -> None:
    decoder = Decoder()
    assert [event.data for event in decoder.feed(b"data: a\n\ndata: b")] == ["a"]
    assert [event.data for event in decoder.feed(b"\n\n")] == ["b"]


# -- what is wrong --------------------------------------------------------------------------------


@pytest.mark.parametrize("bad", [b"\xff", b"\xc3\n", b"\xed\xa0\x80", b"\xc0\xaf", b"4111 \x80"])
def test_bytes_that_are_not_utf_8_are_refused_without_being_repeated(bad: bytes) -> None:
    with pytest.raises(Malformed, match="not UTF-8") as caught:
        fed(b"data: 4111" + bad + b"\n\n")
    assert "4111" not in f"{caught.value!r} {caught.value.__cause__!r}"


def test_a_character_that_the_end_of_the_stream_cuts_off_is_refused() -> None:
    for stream in (b"data: \xe2\x82", b"\xef\xbb"):
        decoder = Decoder()
        assert decoder.feed(stream) == []
        with pytest.raises(Malformed):
            decoder.close()


def test_a_block_over_the_limit_is_refused_whether_it_ends_or_not() -> None:
    block = b"data: " + b"x" * 92 + b"\n\n"
    assert len(Decoder(limit=100).feed(block * 3)) == 3
    for stream in (block[:-1], block):
        with pytest.raises(TooLarge, match="more than 98 bytes"):
            Decoder(limit=98).feed(stream)


def test_too_many_events_at_once_are_refused() -> None:
    assert len(Decoder().feed(b"\n" * MAX_EVENTS)) == MAX_EVENTS
    with pytest.raises(TooLarge, match="at once"):
        Decoder().feed(b"\n" * (MAX_EVENTS + 1))


def test_a_long_block_in_small_pieces_takes_linear_time() -> None:
    started = time.process_time()
    decoder = Decoder()
    decoder.feed(b"data: ")
    for _ in range(40_000):
        assert not decoder.feed(b"x" * 100)
    assert len(decoder.feed(b"\n\n")) == 1
    assert len(fed(b"data:\n" * 300_000 + b"\n")) == 1
    assert time.process_time() - started < 5


# -- new data -------------------------------------------------------------------------------------

REWRITES = [
    (b"data: a\n\n", "b", b"data: b\n\n"),
    (b"data:a\n\n", "b", b"data:b\n\n"),
    (b"data:a\n\n", " b", b"data:  b\n\n"),
    (b"data: a\n\n", " b", b"data:  b\n\n"),
    (b"data\n\n", "b", b"data:b\n\n"),
    (b"data: a\n\n", "", b"data: \n\n"),
    (b"data: a\r\n\r\n", "b\nc", b"data: b\r\ndata: c\r\n\r\n"),
    (b"data: a\r\r", "b\nc", b"data: b\rdata: c\r\r"),
    (b"event: e\ndata: a\r\nid: 1\n\n", "b\nc", b"event: e\ndata: b\r\ndata: c\r\nid: 1\n\n"),
    (b":c\ndata: a\nid:  1\nDATA: x\ndata: b\nretry\n\n", "z", b":c\ndata: z\nid:  1\nDATA: x\nretry\n\n"),
    (b"data: a\ndata: b\ndata: c\n\n", "x\r\ny\rz", b"data: x\ndata: y\ndata: z\n\n"),
    (b"id: 1\r\ndata: a", "b\nc", b"id: 1\r\ndata: b\r\ndata: c"),
    (b"data: a", "b\nc", b"data: b\ndata: c"),
]


@pytest.mark.parametrize(("block", "text", "expected"), REWRITES)
def test_only_the_data_lines_are_replaced(block: bytes, text: str, expected: bytes) -> None:
    (event,) = fed(block)
    assert event.with_data(text) == expected


@given(
    lines=st.lists(st.sampled_from(["data: a", "data:b", "data", "event: e", "id: 9", ": c", "x: y"]), min_size=1),
    endings=st.lists(st.sampled_from(["\n", "\r\n"]), min_size=1),
    text=st.text(st.characters(exclude_categories=["Cs"])),
)
def test_new_data_is_read_back_and_nothing_else_changes(lines: list[str], endings: list[str], text: str) -> None:
    block = "".join(line + endings[number % len(endings)] for number, line in enumerate(["data: 1", *lines])) + "\n"
    (event,) = fed(block.encode())
    (again,) = fed(event.with_data(text))
    assert again.data == text.replace("\r\n", "\n").replace("\r", "\n")
    assert again.name == event.name
    assert [pair for pair in again.fields if pair[0] != "data"] == [pair for pair in event.fields if pair[0] != "data"]


@given(st.text(st.sampled_from("ab :\n"), min_size=1))
def test_the_same_data_gives_the_same_block(text: str) -> None:
    (event,) = fed(b"event: e\n" + "".join(f"data: {line}\n" for line in text.split("\n")).encode() + b"\n")
    assert event.data == text
    assert event.with_data(text) == event.raw


def test_half_a_surrogate_pair_cannot_be_written() -> None:
    (event,) = fed(b"data: a\n\n")
    with pytest.raises(CannotRewrite) as caught:
        event.with_data("4111 \ud83d")
    assert "4111" not in f"{caught.value!r} {caught.value.__cause__!r}"


def test_an_event_without_data_has_no_place_for_it() -> None:
    (event,) = fed(b": ping\n\n")
    with pytest.raises(ValueError, match="without data"):
        event.with_data("x")
