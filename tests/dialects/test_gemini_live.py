"""`grille.dialects.gemini_live`: what only this dialect knows, and that Google's types agree."""

from __future__ import annotations

import json
from typing import Any

import pytest
from goldens import LIMIT, WIRE, payloads, streamed
from google.genai import types
from refusals import DENIAL, refused

from grille.dialects import DIALECTS, Ended, Seen, read
from grille.exchange import Direction, Kind, Segment
from grille.files import File
from grille.framing.json_parser import parse
from grille.framing.message import Message

LIVE = DIALECTS["gemini_live"]
NAME = "gemini_live/answer.jsonl"


def segments(message: object) -> dict[str, Segment]:
    body = Message((), json.dumps(message).encode())
    return {each.address: each for each in read(LIVE, Direction.REQUEST, body, LIMIT).segments}


def files(message: object) -> tuple[File, ...]:
    return read(LIVE, Direction.REQUEST, Message((), json.dumps(message).encode()), LIMIT).files


def test_a_refusal_is_that_of_the_sister_dialect() -> None:
    assert refused("gemini_live") == refused("gemini")


def test_the_golden_messages_are_messages_to_the_vendors_own_types() -> None:
    for payload in payloads(WIRE / NAME):
        assert types.LiveServerMessage.model_validate_json(payload)
    for path in (WIRE / "gemini_live").glob("request*.json"):
        assert types.LiveClientMessage.model_validate_json(path.read_bytes())


def test_what_is_said_thought_heard_and_transcribed_are_texts_of_their_own() -> None:
    assert streamed(NAME, "text") == "Card CREDIT_CARD_K7Q2M9XA was over its limit."
    assert streamed(NAME, "thought") == "CREDIT_CARD_K7Q2M9XA is over."
    assert streamed(NAME, "heard") == "Why was 4111 1111 1111 1111 declined?"
    assert streamed(NAME, "transcript") == "Card CREDIT_CARD_K7Q2M9XA was over."


@pytest.mark.parametrize("spelt", ["realtimeInput", "realtime_input"])
@pytest.mark.parametrize("name", ["audio", "video"])
def test_sound_and_pictures_that_go_out_cannot_be_judged(spelt: str, name: str) -> None:
    assert len(files({spelt: {name: {"mimeType": "audio/pcm", "data": "gIGCgw=="}}})) == 1


def test_the_picture_of_an_avatar_cannot_be_judged_either() -> None:
    for setup, avatar, customized, data in (
        ("setup", "avatarConfig", "customizedAvatar", "imageData"),
        ("setup", "avatar_config", "customized_avatar", "image_data"),
    ):
        assert len(files({setup: {avatar: {customized: {data: "gIGCgw=="}}}})) == 1


@pytest.mark.parametrize("spelt", ["mediaChunks", "media_chunks"])
def test_the_former_name_of_sound_is_known_too(spelt: str) -> None:
    sound = {"mimeType": "audio/pcm", "data": "gIGCgw=="}
    assert len(files({"realtimeInput": {spelt: [sound]}})) == 1
    assert len(files({"realtimeInput": {spelt: sound}})) == 1


def test_instructions_are_those_of_the_system_in_either_spelling() -> None:
    for spelt in ("systemInstruction", "system_instruction"):
        found = segments({"setup": {spelt: {"parts": [{"text": "Be brief."}]}}})
        assert found[f"/setup/{spelt}/parts/0/text"].kind is Kind.SYSTEM


SAID = Ended(names=frozenset({"text", "thought"}))


@pytest.mark.parametrize(
    ("message", "ends"),
    [
        ({"serverContent": {"turnComplete": True}}, (Ended(),)),
        ({"server_content": {"turn_complete": True}}, (Ended(),)),
        ({"serverContent": {"interrupted": True}}, (Ended(),)),
        ({"serverContent": {"turnComplete": False}}, ()),
        ({"serverContent": {"generationComplete": True}}, (SAID,)),
        ({"toolCall": {"functionCalls": []}}, (SAID,)),
        ({"serverContent": {"modelTurn": {"parts": [{"text": "a"}]}}}, (Ended(names=frozenset({"thought"})),)),
        ({"serverContent": {"modelTurn": {"parts": {"text": "a", "thought": True}}}}, ()),
        (
            {"serverContent": {"inputTranscription": {"finished": True}}},
            (Ended(names=frozenset({"heard"})),),
        ),
        (
            {"serverContent": {"outputTranscription": {"finished": True}}},
            (Ended(names=frozenset({"transcript"})),),
        ),
        ({"serverContent": {"outputTranscription": {"text": "a"}}}, ()),
    ],
)
def test_the_member_says_what_a_message_ends(message: dict[str, Any], ends: tuple[Ended, ...]) -> None:
    assert LIVE.streaming.ended(parse(json.dumps(message)).root) == ends


def test_a_soft_stop_is_a_turn_that_is_complete() -> None:
    assert LIVE.soft_stop is not None
    (closing,) = LIVE.soft_stop(DENIAL, Seen())
    content = types.LiveServerMessage.model_validate_json(closing.data).server_content
    assert content is not None
    assert content.turn_complete
    assert content.turn_complete_reason is types.TurnCompleteReason.RESPONSE_REJECTED
