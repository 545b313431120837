"""AWS event streams against botocore's own reader. The laws are in test_base.py."""

from __future__ import annotations

import json
import struct
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID
from zlib import crc32

import pytest
from botocore.eventstream import EventStream, EventStreamBuffer, EventStreamMessage
from botocore.exceptions import EventStreamError
from botocore.parsers import EventStreamJSONParser
from botocore.session import Session
from hypothesis import given
from hypothesis import strategies as st

from grille.errors import CannotRewrite, Malformed, TooLarge
from grille.framing import eventstream
from grille.framing.eventstream import MAX_HEADERS, Decoder, EventMessage, message

JSON_TYPE = (":content-type", "application/json")
BYTES_TYPE = (":content-type", "application/octet-stream")


class Header(NamedTuple):
    """A header as it is packed, and how it reads."""

    name: str
    type: int
    value: bytes
    text: str

    def packed(self) -> bytes:
        name = self.name.encode()
        return bytes([len(name)]) + name + bytes([self.type]) + self.value


def sized(value: bytes) -> bytes:
    return struct.pack(">H", len(value)) + value


WHEN = int(datetime(2026, 11, 23, tzinfo=UTC).timestamp() * 1000)
ID = UUID("6f1d2c3b-0000-4000-8000-123456789abc")
EVERY_TYPE = [
    Header("yes", 0, b"", "true"),
    Header("no", 1, b"", "false"),
    Header("byte", 2, struct.pack(">b", -128), "-128"),
    Header("short", 3, struct.pack(">h", -32768), "-32768"),
    Header("integer", 4, struct.pack(">i", 2**31 - 1), "2147483647"),
    Header("long", 5, struct.pack(">q", 4111111111111111), "4111111111111111"),
    Header("bytes", 6, sized(b"4111\xff\xc3\xa9"), "4111\ufffdé"),
    Header(":string", 7, sized("é 🔒".encode()), "é 🔒"),
    Header("when", 8, struct.pack(">q", WHEN), str(WHEN)),
    Header("id", 9, ID.bytes, str(ID)),
]


def framed(headers: bytes, payload: bytes) -> bytes:
    """A message by the book, written apart from the code under test."""
    prelude = struct.pack(">II", 16 + len(headers) + len(payload), len(headers))
    start = prelude + struct.pack(">I", crc32(prelude)) + headers + payload
    return start + struct.pack(">I", crc32(start))


def fed(*chunks: bytes) -> list[EventMessage]:
    decoder = Decoder(1 << 20)
    messages = [each for chunk in chunks for each in decoder.feed(chunk)]
    return messages + decoder.close()


def seen_by_botocore(stream: bytes) -> list[EventStreamMessage]:
    buffer = EventStreamBuffer()
    buffer.add_data(stream)
    return list(buffer)


# -- headers and payloads -------------------------------------------------------------------------


def test_every_type_of_header_is_read_as_a_person_would_and_as_botocore_does() -> None:
    raw = framed(b"".join(header.packed() for header in EVERY_TYPE), b"{}")
    (ours,), (theirs,) = fed(raw), seen_by_botocore(raw)
    assert ours.fields == tuple((header.name, header.text) for header in EVERY_TYPE)
    assert list(theirs.headers) == [name for name, _ in ours.fields]
    assert ours.data == theirs.payload.decode() == "{}"


@pytest.mark.parametrize("header", EVERY_TYPE, ids=lambda header: header.name)
def test_new_data_leaves_a_header_of_every_type_byte_for_byte(header: Header) -> None:
    (ours,) = fed(framed(header.packed(), b'{"a": "b"}'))
    text = '{"a": "€ and much longer than before"}'
    new = ours.with_data(text)
    assert new == framed(header.packed(), text.encode())
    (before,), (after,) = seen_by_botocore(ours.raw), seen_by_botocore(new)
    assert (after.headers, after.payload) == (before.headers, text.encode())


def test_a_changed_payload_without_new_checksums_is_what_botocore_refuses() -> None:
    (ours,) = fed(message([JSON_TYPE], b'{"a":1}'))
    with pytest.raises(Exception, match="Checksum mismatch"):
        seen_by_botocore(ours.raw.replace(b'{"a":1}', b'{"a":2}'))
    assert seen_by_botocore(ours.with_data('{"a":2}'))[0].payload == b'{"a":2}'


HEADERS = st.lists(
    st.one_of(
        st.sampled_from(EVERY_TYPE),
        st.builds(
            lambda name, value: Header(name, 7, sized(value.encode()), value),
            st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60),
            st.text(st.characters(exclude_categories=["Cs"]), max_size=60),
        ),
    ),
    unique_by=lambda header: header.name,
)
PAYLOADS = st.text(st.characters(exclude_categories=["Cs"]))


@given(st.lists(st.tuples(HEADERS, PAYLOADS), max_size=4), st.integers(0, 400))
def test_whatever_is_sent_reads_as_botocore_reads_it(sent: list[tuple[list[Header], str]], cut: int) -> None:
    stream = b"".join(framed(b"".join(each.packed() for each in headers), text.encode()) for headers, text in sent)
    ours, theirs = fed(stream[:cut], stream[cut:]), seen_by_botocore(stream)
    assert (
        [each.data or "" for each in ours] == [each.payload.decode() for each in theirs] == [text for _, text in sent]
    )
    assert [dict(each.fields) for each in ours] == [{each.name: each.text for each in headers} for headers, _ in sent]
    assert [[name for name, _ in each.fields] for each in ours] == [list(each.headers) for each in theirs]
    assert b"".join(each.raw for each in ours) == stream


def test_a_payload_is_text_whatever_it_is_called() -> None:
    for headers in ([], [JSON_TYPE], [BYTES_TYPE], [(":content-type", "image/png")]):
        (ours,) = fed(message(headers, "é".encode()))
        assert (ours.data, ours.binary) == ("é", False)


@pytest.mark.parametrize("name", ["application/octet-stream", "Application/Octet-Stream ; charset=binary"])
def test_a_binary_payload_is_kept_and_marked_as_nothing_that_was_read(name: str) -> None:
    (ours,) = fed(message([(":content-type", name)], b"\x89PNG\xff"))
    assert (ours.data, ours.binary, ours.raw[-9:-4]) == (None, True, b"\x89PNG\xff")


@pytest.mark.parametrize(
    "headers", [[], [JSON_TYPE], [(":content-type", "image/png")], [(":message-type", "exception")]]
)
def test_a_payload_that_is_neither_text_nor_called_binary_is_refused(headers: list[tuple[str, str]]) -> None:
    with pytest.raises(Malformed, match="the payload of a message is not UTF-8") as caught:
        fed(message(headers, b"4111\xff"))
    assert "4111" not in f"{caught.value!r} {caught.value.__cause__!r}"


def test_no_payload_is_no_data() -> None:
    (ours,) = fed(message([(":error-message", "too slow")], b""))
    assert (ours.data, ours.binary, ours.fields) == (None, False, ((":error-message", "too slow"),))


def test_a_message_is_there_as_soon_as_its_last_byte_is() -> None:
    first, second = message([JSON_TYPE], b"{}"), message([], b"[]")
    decoder = Decoder(1000)
    assert decoder.feed(first[:-1]) == []
    assert [each.data for each in decoder.feed(first[-1:] + second[:5])] == ["{}"]
    assert [each.data for each in decoder.feed(second[5:])] == ["[]"]


# -- messages of our own --------------------------------------------------------------------------


def test_botocore_reads_a_message_of_ours() -> None:
    headers = [(":message-type", "event"), ("é" * 127, "x" * 32767), ("empty", "")]
    (theirs,) = seen_by_botocore(message(headers, b"\x00\xff"))
    assert (theirs.headers, theirs.payload) == (dict(headers), b"\x00\xff")


def test_an_exception_of_ours_stops_a_bedrock_stream_with_its_text() -> None:
    delta = {"contentBlockIndex": 0, "delta": {"text": "Hello"}}
    stream = message(
        [(":message-type", "event"), (":event-type", "contentBlockDelta"), JSON_TYPE], json.dumps(delta).encode()
    ) + message(
        [(":message-type", "exception"), (":exception-type", "validationException"), JSON_TYPE],
        b'{"message": "Stopped by policy."}',
    )
    operation = Session().get_service_model("bedrock-runtime").operation_model("ConverseStream")
    shape = operation.get_event_stream_output()

    class Raw:
        def stream(self) -> list[bytes]:
            return [stream[:50], stream[50:]]

    events = iter(EventStream(Raw(), shape, EventStreamJSONParser(), "ConverseStream"))
    assert next(events) == {"contentBlockDelta": delta}
    with pytest.raises(EventStreamError, match=r"validationException.*Stopped by policy\."):
        next(events)


@pytest.mark.parametrize(
    ("headers", "text"),
    [
        ([("", "x")], "1 to 255"),
        ([("n" * 256, "x")], "1 to 255"),
        ([("é" * 128, "x")], "1 to 255"),
        ([("n", "x" * 32768)], "32767"),
        ([(f"n{number}", "x" * 32767) for number in range(4)], "131072"),
    ],
)
def test_headers_that_no_message_can_hold_are_refused(headers: list[tuple[str, str]], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        message(headers, b"")


def test_half_a_surrogate_pair_cannot_be_written() -> None:
    (ours,) = fed(message([], b"{}"))
    with pytest.raises(CannotRewrite):
        ours.with_data("\ud83d")


# -- what is wrong --------------------------------------------------------------------------------

SMALL = framed(b"".join(header.packed() for header in EVERY_TYPE), b'{"a": "4111"}')


@pytest.mark.parametrize("flip", [0x01, 0x20, 0x80, 0xFF])
def test_a_flip_in_any_byte_is_refused(flip: int) -> None:
    for at in range(len(SMALL)):
        broken = SMALL[:at] + bytes([SMALL[at] ^ flip]) + SMALL[at + 1 :]
        with pytest.raises(Malformed, match="checksum") as caught:
            Decoder(1 << 20).feed(broken)
        assert "4111" not in f"{caught.value!r}"


def test_a_stream_that_ends_inside_a_message_is_refused_wherever_it_ends() -> None:
    for end in range(1, len(SMALL)):
        decoder = Decoder(1 << 20)
        assert decoder.feed(SMALL[:end]) == []
        with pytest.raises(Malformed, match="ends inside a message"):
            decoder.close()


@pytest.mark.parametrize(
    ("total", "headers", "error", "text"),
    [
        (0, 0, Malformed, "contradict"),
        (15, 0, Malformed, "contradict"),
        (16, 1, Malformed, "contradict"),
        (100, 85, Malformed, "contradict"),
        (100, 0xFFFFFFFF, Malformed, "contradict"),
        (1_000_001, 0, TooLarge, "more than 1000000 bytes"),
        (0xFFFFFFFF, 0, TooLarge, "more than 1000000 bytes"),
        (MAX_HEADERS + 17, MAX_HEADERS + 1, TooLarge, "more than 131072 bytes"),
    ],
)
def test_lengths_that_cannot_be_are_refused_before_anything_is_held_back(
    total: int, headers: int, error: type[Malformed], text: str
) -> None:
    lengths = struct.pack(">II", total, headers)
    decoder = Decoder(1_000_000)
    assert decoder.feed(lengths + struct.pack(">I", crc32(lengths))[:3]) == []
    with pytest.raises(error, match=text):
        decoder.feed(struct.pack(">I", crc32(lengths))[3:])


def test_headers_may_be_as_long_as_the_specification_says() -> None:
    value = b"x" * 32767
    headers = b"".join(Header(f"h{number}", 6, sized(value), "").packed() for number in range(3))
    headers += Header("h3", 6, sized(b"x" * (MAX_HEADERS - len(headers) - 6)), "").packed()
    assert len(headers) == MAX_HEADERS
    assert len(fed(framed(headers, b""))[0].fields) == 4


WRONG_HEADERS = [
    (b"\x00\x00", "no name"),
    (b"\x00\x07\x00\x00", "no name"),
    (b"\x01a", "runs over"),
    (b"\x05a\x00", "runs over"),
    (b"\x01a\x02", "runs over"),
    (b"\x01a\x05\0\0\0\0\0\0\0", "runs over"),
    (b"\x01a\x07\x00", "runs over"),
    (b"\x01a\x07\x00\x05abcd", "runs over"),
    (b"\x01a\x09" + bytes(15), "runs over"),
    (b"\x01a\x0a", "a type that does not exist"),
    (b"\x01a\xff", "a type that does not exist"),
    (b"\x01a\x07\x80\x00" + b"x" * 32768, "more than 32767 bytes"),
    (b"\x01a\x06\x80\x00" + b"x" * 32768, "more than 32767 bytes"),
    (b"\x01\xff\x00", "the name of a header is not UTF-8"),
    (b"\x01a\x07\x00\x01\xff", "the value of a header is not UTF-8"),
    (b"\x01a\x00\x01a\x01", "twice"),
    (b"\x01a\x00\x01b\x00\x01a\x07\x00\x00", "twice"),
]


@pytest.mark.parametrize(("headers", "text"), WRONG_HEADERS)
def test_headers_that_readers_would_read_differently_are_refused(headers: bytes, text: str) -> None:
    with pytest.raises(Malformed, match=text):
        fed(framed(headers, b"{}"))


def test_too_many_messages_at_once_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(eventstream, "MAX_MESSAGES", 3)
    assert len(Decoder(100).feed(message([], b"") * 3 + b"\0")) == 3
    with pytest.raises(TooLarge, match="at once"):
        Decoder(100).feed(message([], b"") * 4)


def test_what_begins_as_an_event_stream_is_known() -> None:
    whole = message(((":event-type", "chunk"),), b"{}")
    assert eventstream.begins(whole)
    assert eventstream.begins(whole[:12])
    assert not eventstream.begins(whole[:11])
    assert not eventstream.begins(b'{"message": "no"}')
