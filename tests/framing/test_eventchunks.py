"""Wrapped documents in AWS event streams. The laws are in test_base.py; what a client reads is botocore's own."""

from __future__ import annotations

import base64
import json

import pytest
from botocore.eventstream import EventStreamBuffer

from grille.errors import Malformed
from grille.framing.base import Framing, added
from grille.framing.eventchunks import Chunk, Decoder
from grille.framing.eventstream import EventMessage, message

HEADERS = ((":event-type", "chunk"), (":content-type", "application/json"), (":message-type", "event"))
LIMIT = 1 << 20


def chunk(payload: str) -> bytes:
    return message(HEADERS, payload.encode())


def wrapped(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def read(*messages: bytes) -> list[Chunk | EventMessage]:
    decoder = Decoder(LIMIT)
    return [*decoder.feed(b"".join(messages)), *decoder.close()]


def test_the_data_of_a_chunk_is_what_it_wraps() -> None:
    (frame,) = read(chunk(f'{{"bytes":"{wrapped('{"a": "é"}')}","p":"abc"}}'))
    assert frame.data == '{"a": "é"}'
    assert frame.fields == HEADERS


def test_another_text_goes_in_and_all_else_stays() -> None:
    (frame,) = read(chunk(f'{{ "p" : "abc", "bytes" : "{wrapped("{}")}" }}'))
    (event,) = parsed(frame.with_data('{"b": "🔒"}'))
    assert event.payload.decode() == f'{{ "p" : "abc", "bytes" : "{wrapped('{"b": "🔒"}')}" }}'


def parsed(raw: bytes) -> list[object]:
    """As botocore reads it, which checks both checksums."""
    buffer = EventStreamBuffer()
    buffer.add_data(raw)
    return list(buffer)


def test_what_stands_beside_it_is_a_field_and_only_a_text_is_padding() -> None:
    (frame,) = read(chunk(f'{{"bytes":"{wrapped("{}")}","p":{{"x":4111}},"note":"Jane Doe"}}'))
    assert frame.fields[len(HEADERS) :] == (("p", '{"x":4111}'), ("note", "Jane Doe"))


def test_headers_do_not_tell_whether_a_message_wraps_another() -> None:
    inside = f'{{"bytes":"{wrapped("Jane Doe")}"}}'.encode()
    assert [frame.data for frame in read(message([(":message-type", "exception")], inside))] == ["Jane Doe"]


@pytest.mark.parametrize("payload", ['{"message":"no"}', "[1]", "no JSON", '"bytes"', '{"a":{"bytes":"W10="}}'])
def test_a_message_that_wraps_nothing_says_its_payload(payload: str) -> None:
    (frame,) = read(chunk(payload))
    assert (type(frame), frame.data) == (EventMessage, payload)


@pytest.mark.parametrize(
    "payload",
    [
        '{"bytes":"W10=","bytes":"e30="}',
        '{"bytes":"W10=","a":{"b":1,"b":2}}',
        '{"bytes":["W10="]}',
        '{"bytes":"W1 0="}',
        '{"bytes":"W10"}',
        '{"bytes":"W10-"}',
        '{"bytes":"/w=="}',
    ],
)
def test_what_receivers_could_read_differently_is_refused(payload: str) -> None:
    with pytest.raises(Malformed) as caught:
        read(chunk(payload))
    assert "W10" not in str(caught.value)


def test_what_is_added_is_read_by_the_client() -> None:
    (event,) = parsed(added(Framing.EVENT_CHUNKS, '{"a": 1}', "anything"))
    assert base64.b64decode(json.loads(event.payload)["bytes"]) == b'{"a": 1}'
    (error,) = parsed(added(Framing.EVENT_CHUNKS, '{"message": "no"}', "validationException", error=True))
    assert (error.headers[":exception-type"], error.payload) == ("validationException", b'{"message": "no"}')
