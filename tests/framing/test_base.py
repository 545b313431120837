"""The laws of every framing, each on a stream that is as nasty as its format allows."""

from __future__ import annotations

import json
import random
import time
import tracemalloc
from collections.abc import Iterator, Sequence
from itertools import batched, combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grille.errors import TooLarge
from grille.framing import eventstream
from grille.framing.base import Frame, Framing, added, end, framer

LIMIT = 1 << 20
MARK = "4111111111111111"


def message(payload: str, **headers: str) -> bytes:
    return eventstream.message([(f":{name}", value) for name, value in headers.items()], payload.encode())


def wrapped(inside: str) -> bytes:
    return added(Framing.EVENT_CHUNKS, inside, "chunk")


NASTY = {
    Framing.SSE: "\ufeff: a comment\r\n\r\nevent: e\ndata: {\"a\": \"€ 🔒\"}\n\ndata: one\r\ndata:two\r\nid: 7\r\n\r\n"
    "data: cr\r\rdata\r\r\n\r\n\rdata: mixed\r\nx: y\r\n\ndata: [DONE]\n\ndata: more".encode(),
    Framing.NDJSON: '{"a": "€ 🔒"}\n\n \r\n{"b": "\\n\\r\\u2028"}\r\n\r\r\n\r{"c":\r1}\r\r\n\u2028\x85\x0b\n'
    '[DONE]\n\t\n{"end": "\\""}'.encode(),
    Framing.EVENT_STREAM: message('{"a": "€ 🔒"}', event="contentBlockDelta")
    + message("")
    + message("", **{"error-message": "é"})
    + message('{"b": "\\n"}', **{"content-type": "application/octet-stream"})
    + eventstream.message([(":content-type", "application/octet-stream")], b"\xff\x00\xfe")
    + message("[DONE]"),
    Framing.EVENT_CHUNKS: wrapped('{"a": "€ 🔒"}')
    + message("")
    + message('{"message": "no"}', **{"message-type": "exception"})
    + message('{ "p" : "ab", "byt\\u0065s":"W10=" , "q": [1] }')
    + eventstream.message([(":content-type", "application/octet-stream")], b"\xff\x00\xfe")
    + wrapped("[DONE]"),
    Framing.JSON_ARRAY: ' \r\n[{"a": "€ 🔒", "b\\\\": "\\"]}\\\\", "c": [{}, [], [[]]]}\n,\r\n {"d": "][}{,"}\r\n,'
    '1,-2.5e+3 ,true\t,null,"\\\\","\\"","",[], {}\n,"\\u005d"]\r\n \t\n'.encode(),
}  # fmt: skip

SHORT = {
    Framing.SSE: "data: é\r\n\r\n:🔒\r\rid\n\ndata".encode(),
    Framing.NDJSON: '{"é":1}\r\n\n\r\r\n"🔒"\n1'.encode(),
    Framing.EVENT_STREAM: message('"é"', a="🔒") + message(""),
    Framing.EVENT_CHUNKS: wrapped('"é"') + message('"🔒"'),
    Framing.JSON_ARRAY: '[{"\\"é]":[1]}\r\n,1 ,"🔒"] '.encode(),
}

EVERY = pytest.mark.parametrize("framing", Framing)


def fed(framing: Framing, *chunks: bytes, limit: int = LIMIT) -> list[Frame]:
    stream = framer(framing, limit)
    frames: list[Frame] = [frame for chunk in chunks for frame in stream.feed(chunk)]
    return [*frames, *stream.close()]


def at(stream: bytes, cuts: Sequence[int]) -> Iterator[bytes]:
    return (stream[start:end] for start, end in pairwise([0, *sorted(cuts), len(stream)]))


def says(framing: Framing, frames: Sequence[Frame]) -> list[tuple[object, ...]]:
    """Frames without the empty lines that an SSE block may or may not have in it."""
    if framing is not Framing.SSE:
        return [(frame.raw, frame.data, frame.fields, frame.binary, frame.complete) for frame in frames]
    return [(frame.data, frame.fields, frame.complete) for frame in frames if frame.fields or frame.data is not None]


def holds(framing: Framing, stream: bytes, cuts: Sequence[int]) -> None:
    frames = fed(framing, *at(stream, cuts))
    assert b"".join(frame.raw for frame in frames) == stream
    assert says(framing, frames) == says(framing, fed(framing, stream))


# -- no byte is lost ------------------------------------------------------------------------------


@EVERY
def test_no_byte_is_lost_at_any_split(framing: Framing) -> None:
    for cut in range(len(NASTY[framing]) + 1):
        holds(framing, NASTY[framing], [cut])


@EVERY
def test_no_byte_is_lost_at_any_two_splits(framing: Framing) -> None:
    for cuts in combinations(range(len(SHORT[framing]) + 1), 2):
        holds(framing, SHORT[framing], cuts)


@EVERY
def test_no_byte_is_lost_one_byte_at_a_time(framing: Framing) -> None:
    for stream in (NASTY[framing], SHORT[framing]):
        holds(framing, stream, range(1, len(stream)))


@EVERY
@pytest.mark.parametrize("seed", range(200))
def test_no_byte_is_lost_at_random_splits(framing: Framing, seed: int) -> None:
    rng = random.Random(seed)
    stream = NASTY[framing]
    holds(framing, stream, rng.choices(range(len(stream)), k=rng.randint(1, 30)))


@EVERY
def test_an_empty_stream_has_no_frames(framing: Framing) -> None:
    assert fed(framing) == fed(framing, b"", b"") == []


@EVERY
def test_a_closed_stream_has_nothing_left(framing: Framing) -> None:
    stream = framer(framing, LIMIT)
    stream.feed(NASTY[framing])
    stream.close()
    assert stream.close() == []


# -- new data -------------------------------------------------------------------------------------


@EVERY
@given(st.data())
def test_new_data_is_read_back_and_every_other_frame_stays(framing: Framing, data: st.DataObject) -> None:
    frames = fed(framing, NASTY[framing])
    number = data.draw(st.sampled_from([at for at, frame in enumerate(frames) if frame.data is not None]))
    text = json.dumps(data.draw(st.text(st.characters(exclude_categories=["Cs"]))), ensure_ascii=False)
    pieces = [frame.raw for frame in frames]
    pieces[number] = frames[number].with_data(text)
    again = fed(framing, b"".join(pieces))
    assert [frame.data for frame in again] == [text if at == number else each.data for at, each in enumerate(frames)]
    assert [frame.fields for frame in again] == [frame.fields for frame in frames]
    assert [frame.raw for frame in again] == pieces


@pytest.mark.parametrize("framing", [framing for framing in Framing if framing is not Framing.SSE])
def test_the_same_data_gives_the_same_frame(framing: Framing) -> None:
    for frame in fed(framing, NASTY[framing]):
        assert frame.data is None or frame.with_data(frame.data) == frame.raw


@EVERY
def test_a_frame_without_data_has_no_place_for_it(framing: Framing) -> None:
    bare = [frame for frame in fed(framing, NASTY[framing]) if frame.data is None]
    assert bare
    for frame in bare:
        with pytest.raises(ValueError, match="no place for"):
            frame.with_data("x")


# -- what it costs --------------------------------------------------------------------------------

UNITS = {
    Framing.SSE: b'event: delta\ndata: {"text": "%s"}\n\n',
    Framing.NDJSON: b'{"text": "%s"}\n',
    Framing.EVENT_STREAM: b"%s",
    Framing.EVENT_CHUNKS: b'{"text": "%s"}',
    Framing.JSON_ARRAY: b',{"text": ["%s", {}]}\r\n',
}


def stream_of(framing: Framing, size: int, words: int) -> bytes:
    """A stream of about `size` bytes, whose frames hold `words` bytes each."""
    unit = UNITS[framing] % (b"x" * words)
    if framing is Framing.EVENT_STREAM:
        unit = eventstream.message([(":event-type", "delta")], unit)
    if framing is Framing.EVENT_CHUNKS:
        unit = wrapped(unit.decode())
    whole = unit * max(1, size // len(unit))
    return b"[" + whole[1:] + b"]" if framing is Framing.JSON_ARRAY else whole


@EVERY
@pytest.mark.parametrize(("words", "size"), [(40, 64), (10_000_000, 16)])
def test_ten_megabytes_in_small_chunks_take_linear_time(framing: Framing, words: int, size: int) -> None:
    whole = stream_of(framing, 10_000_000, words)
    started = time.process_time()
    stream = framer(framing, 16 << 20)
    passed = 0
    for chunk in batched(whole, size, strict=False):
        passed += sum(len(frame.raw) for frame in stream.feed(bytes(chunk)))
    passed += sum(len(frame.raw) for frame in stream.close())
    assert passed == len(whole)
    assert time.process_time() - started < 20


@EVERY
@pytest.mark.parametrize("words", [40, 300_000])
def test_single_bytes_take_linear_time(framing: Framing, words: int) -> None:
    whole = stream_of(framing, 300_000, words)
    started = time.process_time()
    assert sum(len(frame.raw) for frame in fed(framing, *(bytes([byte]) for byte in whole))) == len(whole)
    assert time.process_time() - started < 10


@EVERY
def test_what_has_passed_is_forgotten(framing: Framing) -> None:
    whole = stream_of(framing, 1_000_000, 40)
    stream = framer(framing, 4096)
    tracemalloc.start()
    for start in range(0, len(whole), 1000):
        stream.feed(whole[start : start + 1000])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 200_000


@EVERY
def test_a_whole_frame_over_the_limit_is_refused(framing: Framing) -> None:
    whole = stream_of(framing, 1, 100)
    longest = max(len(frame.raw) for frame in fed(framing, whole))
    assert fed(framing, whole, limit=longest)
    with pytest.raises(TooLarge, match=f"more than {longest - 1} bytes"):
        fed(framing, whole, limit=longest - 1)


@EVERY
def test_an_endless_frame_is_refused_as_soon_as_the_limit_is_passed(framing: Framing) -> None:
    whole = stream_of(framing, 1, 10_000)
    stream = framer(framing, 1000)
    with pytest.raises(TooLarge):
        _ = [stream.feed(whole[start : start + 100]) for start in range(0, 1100, 100)]


# -- what must not be seen ------------------------------------------------------------------------


@EVERY
def test_no_word_of_a_stream_is_in_a_representation(framing: Framing) -> None:
    streams = {
        Framing.SSE: f"event: {MARK}\nid: {MARK}\n{MARK}\ndata: {MARK}\n\n".encode(),
        Framing.NDJSON: f'"{MARK}"\n'.encode(),
        Framing.EVENT_STREAM: eventstream.message([(MARK, MARK)], MARK.encode()),
        Framing.EVENT_CHUNKS: eventstream.message([(MARK, MARK)], MARK.encode()) + wrapped(MARK),
        Framing.JSON_ARRAY: f'["{MARK}"]'.encode(),
    }
    frames = fed(framing, streams[framing])
    assert MARK in str([frame.raw for frame in frames])
    assert MARK not in str(frames)


# -- frames that are added ------------------------------------------------------------------------


STREAMED = {
    Framing.SSE: b'data: {"a": 1}\n\n',
    Framing.NDJSON: b'{"a": 1}\n',
    Framing.EVENT_STREAM: message('{"a": 1}', **{"event-type": "e", "message-type": "event"}),
    Framing.EVENT_CHUNKS: wrapped('{"a": 1}'),
    Framing.JSON_ARRAY: b'[{"a": 1}\n',
}


@EVERY
def test_what_is_added_ends_a_stream_well(framing: Framing) -> None:
    events = added(framing, '{"é": "\\n"}', "stop") + added(framing, "{}") + end(framing)
    frames = [frame for frame in fed(framing, STREAMED[framing] + events) if frame.data is not None]
    assert [frame.data for frame in frames] == ['{"a": 1}', '{"é": "\\n"}', "{}"]
    assert all(frame.complete for frame in frames)


@EVERY
def test_what_is_added_may_come_first_and_a_stream_may_end_without_anything(framing: Framing) -> None:
    events = added(framing, "{}", begun=False) + added(framing, "{}") + end(framing)
    assert [frame.data for frame in fed(framing, events) if frame.data is not None] == ["{}", "{}"]
    assert all(frame.data is None for frame in fed(framing, end(framing, begun=False)))


def test_an_array_is_an_array_however_it_is_stopped() -> None:
    empty = end(Framing.JSON_ARRAY, begun=False)
    first = added(Framing.JSON_ARRAY, "1", begun=False) + added(Framing.JSON_ARRAY, "2") + end(Framing.JSON_ARRAY)
    later = STREAMED[Framing.JSON_ARRAY] + added(Framing.JSON_ARRAY, "2") + end(Framing.JSON_ARRAY)
    assert [json.loads(text) for text in (empty, first, later)] == [[], [1, 2], [{"a": 1}, 2]]


def test_a_name_is_written_where_the_framing_has_room_for_it() -> None:
    assert added(Framing.SSE, "{}", "error", error=True) == b"event: error\ndata: {}\n\n"
    assert added(Framing.SSE, "{}") == b"data: {}\n\n"
    assert added(Framing.NDJSON, "{}", "error") == b"{}\n"
    json_payload = (":content-type", "application/json")
    (event,) = fed(Framing.EVENT_STREAM, added(Framing.EVENT_STREAM, "{}", "messageStop"))
    assert event.fields == ((":event-type", "messageStop"), json_payload, (":message-type", "event"))
    (failure,) = fed(Framing.EVENT_STREAM, added(Framing.EVENT_STREAM, "{}", "validationException", error=True))
    assert failure.fields == (
        (":exception-type", "validationException"), json_payload, (":message-type", "exception"),
    )  # fmt: skip


@EVERY
@pytest.mark.parametrize("data", ["{\n}", "{\r}"])
def test_what_is_added_is_one_line(framing: Framing, data: str) -> None:
    with pytest.raises(ValueError, match="one line"):
        added(framing, data)
