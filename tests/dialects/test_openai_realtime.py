"""`grille.dialects.openai_realtime`: what only this dialect knows."""

from __future__ import annotations

import json

import pytest
from goldens import LIMIT, WIRE, payloads, reading_of, streamed
from openai.types.realtime import RealtimeClientEvent, RealtimeServerEvent
from pydantic import TypeAdapter
from refusals import refused

from grille.dialects import DIALECTS, read
from grille.errors import Unscannable
from grille.exchange import Direction, Kind, Segment, Touch
from grille.framing.message import Message


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


def test_sound_that_goes_out_cannot_be_judged() -> None:
    for event in (
        {"type": "input_audio_buffer.append", "audio": "//79/A=="},
        {"type": "conversation.item.create", "item": {"content": [{"type": "input_audio", "audio": "//79/A=="}]}},
    ):
        with pytest.raises(Unscannable):
            segments(event)


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
