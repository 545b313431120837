"""`grille.dialects.ollama`: what only this dialect knows, and that Ollama's client agrees."""

from __future__ import annotations

import json

import ollama
import pytest
from goldens import LIMIT, WIRE, reading_of, streamed
from refusals import DENIAL, refused
from serving import recorded, serving
from stops import cuts, stopped

from grille.dialects import DIALECTS, Ended, read
from grille.errors import Unscannable
from grille.exchange import Direction, Edit
from grille.framing.json_parser import parse
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


NAME = "ollama/answer.ndjson"


@pytest.mark.parametrize("after", cuts(NAME))
def test_a_hard_stop_is_raised_with_its_text(after: int) -> None:
    with serving(stopped(NAME, "hard", after)) as served:
        stream = ollama.Client(host=served.url).chat(model="m", messages=ASKED, stream=True)
        with pytest.raises(ollama.ResponseError, match=r"^The request holds US_SSN\."):
            list(stream)


@pytest.mark.parametrize("after", cuts(NAME))
def test_a_soft_stop_is_a_last_line_for_chat_and_completion(after: int) -> None:
    with serving(stopped(NAME, "soft", after)) as served:
        caller = ollama.Client(host=served.url)
        last = list(caller.chat(model="m", messages=ASKED, stream=True))[-1]
        assert (last.done, last.done_reason, last.message.content) == (True, "content_filter", "")
        if after == 0:
            *_, end = caller.generate(model="m", prompt="x", stream=True)
            assert (end.done, end.done_reason, end.response) == (True, "content_filter", "")


@pytest.mark.parametrize(
    ("line", "ended"),
    [
        ({"message": {"content": "", "thinking": "a"}, "done": False}, ()),
        ({"message": {"content": "a"}}, (Ended(names=frozenset({"thinking"})),)),
        ({"response": "a", "done": False}, (Ended(names=frozenset({"thinking"})),)),
        ({"message": {"content": "", "tool_calls": []}}, (Ended(names=frozenset({"thinking"})),)),
        ({"message": {"content": "a"}, "done": True}, (Ended(),)),
    ],
)
def test_the_first_words_end_the_thinking_and_the_last_line_all(line: object, ended: tuple[Ended, ...]) -> None:
    assert DIALECTS["ollama"].streaming.ended(parse(json.dumps(line)).root) == ended
