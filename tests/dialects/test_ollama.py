"""`grille.dialects.ollama`: what only this dialect knows, and that Ollama's client agrees."""

from __future__ import annotations

import json

import ollama
import pytest
from goldens import LIMIT, WIRE, reading_of, streamed
from refusals import DENIAL, refused
from serving import recorded, serving

from grille.dialects import DIALECTS, read
from grille.errors import Unscannable
from grille.exchange import Direction, Edit
from grille.framing.message import Message

ASKED = [ollama.Message(role="user", content="Why was 4111 declined?", images=[ollama.Image(value=b"4111")])]


def test_a_refusal_is_raised_once_with_its_text() -> None:
    reply, body = refused("ollama")
    assert body["error"] == DENIAL.text
    with serving(reply) as served, pytest.raises(ollama.ResponseError, match=r"^The request holds US_SSN\.") as raised:
        ollama.Client(host=served.url).chat(model="m", messages=ASKED)
    assert (raised.value.status_code, len(served.requests)) == (403, 1)


def test_the_client_joins_the_same_text_from_a_stream() -> None:
    with serving(recorded("ollama/answer.ndjson", "application/x-ndjson")) as served:
        chunks = list(ollama.Client(host=served.url).chat(model="m", messages=ASKED, stream=True))
    assert "".join(chunk.message.content or "" for chunk in chunks) == streamed("ollama/answer.ndjson", "content")
    assert "".join(chunk.message.thinking or "" for chunk in chunks) == streamed("ollama/answer.ndjson", "thinking")
    reading = read(DIALECTS["ollama"], Direction.REQUEST, served.requests[0], LIMIT)
    texts = {segment.address: segment.text for segment in reading.segments}
    assert (texts["/messages/0/content"], texts["/messages/0/images/0"]) == ("Why was 4111 declined?", "4111")


def test_a_conversation_as_token_ids_cannot_be_read() -> None:
    body = json.dumps({"prompt": "Go on.", "context": [4321, 876]}).encode()
    with pytest.raises(Unscannable, match="send the text itself at /context/0"):
        read(DIALECTS["ollama"], Direction.REQUEST, Message((), body), LIMIT)


def test_token_ids_that_come_back_are_emptied_when_their_words_change() -> None:
    reading = reading_of(WIRE / "ollama/answer_generate.json")
    number = next(at for at, segment in enumerate(reading.segments) if segment.address == "/response")
    changed = json.loads(reading.rewrite([Edit(number, 0, 4, "Cart")]).body)
    assert changed["response"].startswith("Cart")
    assert changed["context"] == []
