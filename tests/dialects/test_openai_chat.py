"""`grille.dialects.openai_chat`: what only this dialect knows."""

from __future__ import annotations

import json

import pytest
from goldens import LIMIT
from refusals import refused

from grille.dialects import DIALECTS, read
from grille.errors import Unscannable
from grille.exchange import Direction, Touch
from grille.framing.message import Message


def test_a_refusal_has_the_shape_that_the_sdk_raises_and_does_not_retry() -> None:
    reply, body = refused("openai_chat")
    assert reply.status == 403
    assert ("x-should-retry", "false") in reply.headers
    assert body["error"] == {
        "message": "The request holds US_SSN.",
        "type": "invalid_request_error",
        "param": None,
        "code": "entity_blocked",
    }


@pytest.mark.parametrize("kind", ["image_url", "audio_url", "video_url"])
def test_pictures_sound_and_films_are_opened_and_refused_when_they_are_no_text(kind: str) -> None:
    part = {"type": kind, kind: {"url": "data:application/octet-stream;base64,//79/A=="}}
    body = json.dumps({"messages": [{"role": "user", "content": [part]}]}).encode()
    with pytest.raises(Unscannable):
        read(DIALECTS["openai_chat"], Direction.REQUEST, Message((), body), LIMIT)


def test_nothing_hides_under_the_name_of_a_ciphertext() -> None:
    body = json.dumps({"messages": [], "encrypted_content": "4111", "signature": "5555"}).encode()
    segments = read(DIALECTS["openai_chat"], Direction.REQUEST, Message((), body), LIMIT).segments
    assert {"4111", "5555"} <= {segment.text for segment in segments}


def test_both_names_of_reasoning_are_texts_of_their_own() -> None:
    deltas = [{"reasoning": "4111 ", "reasoning_content": "4111 "}, {"reasoning": "1111", "reasoning_content": "1111"}]
    body = b"".join(
        b"data: " + json.dumps({"choices": [{"index": 0, "delta": delta}]}).encode() + b"\n\n" for delta in deltas
    )
    message = Message((("Content-Type", "text/event-stream"),), body)
    segments = read(DIALECTS["openai_chat"], Direction.RESPONSE, message, LIMIT).segments
    assert [s.text for s in segments if s.touch is Touch.FREE] == ["4111 1111", "4111 1111"]
