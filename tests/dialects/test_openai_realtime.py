"""`grille.dialects.openai_realtime`: what only this dialect knows."""

from __future__ import annotations

import json
from typing import Any

import pytest
from goldens import LIMIT, WIRE, payloads, reading_of, streamed
from openai.types.realtime import RealtimeClientEvent, RealtimeErrorEvent, RealtimeServerEvent, ResponseDoneEvent
from pydantic import TypeAdapter
from refusals import DENIAL, refused

from grille.dialects import DIALECTS, Seen, read
from grille.exchange import Direction, Kind, Segment, Touch
from grille.framing.json_parser import parse
from grille.framing.message import Message

REALTIME = DIALECTS["openai_realtime"]


def segments(event: object) -> dict[str, Segment]:
    message = Message((), json.dumps(event).encode())
    return {s.address: s for s in read(DIALECTS["openai_realtime"], Direction.REQUEST, message, LIMIT).segments}


def test_a_refusal_is_that_of_the_sister_dialect() -> None:
    assert refused("openai_realtime") == refused("openai_chat")


def test_the_golden_events_are_events_to_the_vendors_own_types() -> None:
    server: TypeAdapter[object] = TypeAdapter(RealtimeServerEvent)
    for payload in payloads(WIRE / "openai_realtime/answer.jsonl"):
        assert server.validate_json(payload)
    client: TypeAdapter[object] = TypeAdapter(RealtimeClientEvent)
    for path in (WIRE / "openai_realtime").glob("request*.json"):
        assert client.validate_json(path.read_bytes())


def test_sound_that_goes_out_is_a_file_to_be_opened() -> None:
    for event in (
        {"type": "input_audio_buffer.append", "audio": "gIGCgw=="},
        {"type": "conversation.item.create", "item": {"content": [{"type": "input_audio", "audio": "gIGCgw=="}]}},
    ):
        body = json.dumps(event).encode()
        (file,) = read(DIALECTS["openai_realtime"], Direction.REQUEST, Message((), body), LIMIT).files
        assert file.data == b"\x80\x81\x82\x83"


def test_sound_that_comes_back_is_not_looked_at_and_its_transcript_is() -> None:
    texts = [segment.text for segment in reading_of(WIRE / "openai_realtime/answer.jsonl").segments]
    assert "AAAA" not in texts
    heard = "heard/content_index=0/item_id=item_1/type=conversation.item.input_audio_transcription.delta"
    assert streamed("openai_realtime/answer.jsonl", heard) == "Why was 4111 1111 1111 1111 declined?"
    said = "said/content_index=0/item_id=item_2/output_index=0/type=response.output_audio_transcript.delta"
    assert streamed("openai_realtime/answer.jsonl", said) == "Card CREDIT_CARD_K7Q2M9XA was over its limit."


def test_the_pieces_of_an_unknown_kind_of_delta_are_one_text() -> None:
    pieces = [
        {"type": "response.invented.delta", "item_id": "i", "delta": text} for text in ("4111 1111", " 1111 1111")
    ]
    body = b"".join(b"data: " + json.dumps(piece).encode() + b"\n\n" for piece in pieces)
    message = Message((("Content-Type", "text/event-stream"),), body)
    reading = read(DIALECTS["openai_realtime"], Direction.RESPONSE, message, LIMIT)
    assert "4111 1111 1111 1111" in [segment.text for segment in reading.segments]


def test_what_a_session_is_told_is_read_in_an_update_and_in_a_response() -> None:
    told = {"instructions": "4111", "tools": [{"type": "function", "name": "f", "description": "5555"}]}
    for event, where in (({"session": told}, "/session"), ({"response": told}, "/response")):
        found = segments({"type": "any", **event})
        assert found[f"{where}/instructions"].kind is Kind.SYSTEM
        assert found[f"{where}/tools/0/description"].kind is Kind.SYSTEM
        assert found[f"{where}/tools/0/name"].touch is Touch.FIXED


def test_the_stops_are_events_to_the_vendors_own_types() -> None:
    server: TypeAdapter[Any] = TypeAdapter(RealtimeServerEvent)
    latest = parse('{"type": "response.output_text.delta", "response_id": "resp_1"}').root
    for seen in (Seen(), Seen(latest)):
        (hard,), (soft,) = REALTIME.hard_stop(DENIAL, seen), REALTIME.soft_stop(DENIAL, seen)
        error, done = server.validate_json(hard.data), server.validate_json(soft.data)
        assert isinstance(error, RealtimeErrorEvent)
        assert (error.error.message, error.error.code) == (DENIAL.text, DENIAL.code)
        assert isinstance(done, ResponseDoneEvent)
        assert done.response.id == ("resp_1" if seen.latest else "")
        assert done.response.status_details is not None
        assert (done.response.status, done.response.status_details.reason) == ("incomplete", "content_filter")


HEARD = ("heard", ("content_index=0", "item_id=i", "type=conversation.item.input_audio_transcription.delta"))
UNNUMBERED = ("heard", ("item_id=i", "type=conversation.item.input_audio_transcription.delta"))
WORDS = ("said", ("content_index=0", "item_id=i", "output_index=0", "type=response.output_text.delta"))
SPOKEN = ("said", ("content_index=0", "item_id=i", "output_index=0", "type=response.output_audio_transcript.delta"))
CALL = ("said", ("item_id=i", "output_index=0", "type=response.function_call_arguments.delta"))


@pytest.mark.parametrize(
    ("kind", "ended"),
    [
        ("response.output_text.done", [WORDS]),
        ("response.output_audio_transcript.done", [SPOKEN]),
        ("response.function_call_arguments.done", [CALL]),
        ("response.output_text.delta", []),
        ("response.done", [WORDS, SPOKEN, CALL]),
    ],
)
def test_what_is_done_ends_the_text_of_its_deltas_and_what_is_heard_goes_on(kind: str, ended: list[object]) -> None:
    event = {"type": kind, "item_id": "i", "output_index": 0, **({} if "arguments" in kind else {"content_index": 0})}
    found = REALTIME.streaming.ended(parse(json.dumps(event)).root)
    channels = (HEARD, UNNUMBERED, WORDS, SPOKEN, CALL)
    assert [channel for channel in channels if any(each.holds(*channel) for each in found)] == ended


@pytest.mark.parametrize("what", ["completed", "failed"])
def test_what_was_heard_ends_with_its_own_event(what: str) -> None:
    event = {"type": f"conversation.item.input_audio_transcription.{what}", "item_id": "i", "content_index": 0}
    found = REALTIME.streaming.ended(parse(json.dumps(event)).root)
    channels = (HEARD, UNNUMBERED, WORDS, SPOKEN, CALL)
    assert [each for each in channels if any(end.holds(*each) for end in found)] == [HEARD, UNNUMBERED]
