"""`grille.dialects.mistral`: what only this dialect knows, and that Mistral's client agrees."""

from __future__ import annotations

import json
from typing import Any

import pytest
from goldens import LIMIT, streamed
from mistralai.client import Mistral
from mistralai.client.errors import ResponseValidationError, SDKError
from mistralai.client.models import TextChunk
from refusals import DENIAL, refused
from serving import recorded, serving
from stops import cuts, stopped

from grille.dialects import DIALECTS, read
from grille.exchange import Direction, Kind, Segment, Touch
from grille.framing.json_parser import parse
from grille.framing.message import Message


def segments(body: object) -> dict[str, Segment]:
    message = Message((), json.dumps(body).encode())
    return {s.address: s for s in read(DIALECTS["mistral"], Direction.REQUEST, message, LIMIT).segments}


def test_a_refusal_is_that_of_openai_and_raised_once() -> None:
    assert refused("mistral") == refused("openai_chat")
    with serving(refused("mistral")[0]) as served, Mistral(api_key="not-a-real-one", server_url=served.url) as caller:
        with pytest.raises(SDKError, match=r"Status 403.*The request holds US_SSN\."):
            caller.chat.complete(model="m", messages=[{"role": "user", "content": "x"}])
        assert len(served.requests) == 1


def test_the_client_joins_the_same_text_from_a_stream_of_chunks() -> None:
    reply = recorded("mistral/answer.sse", "text/event-stream")
    said = ""
    with serving(reply) as served, Mistral(api_key="not-a-real-one", server_url=served.url) as caller:
        for event in caller.chat.stream(model="m", messages=[{"role": "user", "content": "4111"}]):
            content = event.data.choices[0].delta.content or ""
            chunks = [TextChunk(text=content)] if isinstance(content, str) else content
            said += "".join(chunk.text for chunk in chunks if isinstance(chunk, TextChunk))
    assert said == streamed("mistral/answer.sse", "content/index=0")
    reading = read(DIALECTS["mistral"], Direction.REQUEST, served.requests[0], LIMIT)
    assert "4111" in [segment.text for segment in reading.segments]


def test_the_client_joins_the_same_text_from_a_conversation() -> None:
    reply = recorded("mistral/answer_conversation.sse", "text/event-stream")
    with serving(reply) as served, Mistral(api_key="not-a-real-one", server_url=served.url) as caller:
        events = list(caller.beta.conversations.start_stream(model="m", inputs="4111", store=False))
    said = "".join(event.data.content for event in events if event.event == "message.output.delta")
    assert said == streamed("mistral/answer_conversation.sse", "content/content_index=0/output_index=0")
    reading = read(DIALECTS["mistral"], Direction.REQUEST, served.requests[0], LIMIT)
    assert reading.flag("/store").value is False


def test_only_thinking_with_a_signature_is_sealed() -> None:
    signed = {"type": "thinking", "thinking": [{"type": "text", "text": "signed 4111"}], "signature": "c2ln"}
    plain = {"type": "thinking", "thinking": [{"type": "text", "text": "4111"}], "signature": None}
    found = segments({"messages": [{"role": "assistant", "content": [signed, plain]}]})
    assert found["/messages/0/content/0/thinking/0/text"].touch is Touch.SEALED
    assert found["/messages/0/content/1/thinking/0/text"].touch is Touch.FREE
    assert not any(segment.text == "c2ln" for segment in found.values())


@pytest.mark.parametrize(
    "chunk",
    [
        {"type": "image_url", "image_url": "data:text/plain;base64,SmFuZQ=="},
        {"type": "image_url", "image_url": {"url": "data:text/plain;base64,SmFuZQ=="}},
        {"type": "document_url", "document_url": "data:text/plain;base64,SmFuZQ=="},
        {"type": "input_audio", "input_audio": "SmFuZQ=="},
        {"type": "resource", "content": {"type": "image_url", "image_url": {"url": "data:text/plain;base64,SmFuZQ=="}}},
    ],
    ids=lambda chunk: chunk["type"],
)
@pytest.mark.parametrize("messages", ["messages", "input", "inputs"])
def test_a_file_is_opened_in_every_kind_of_chunk(messages: str, chunk: dict[str, object]) -> None:
    if messages == "inputs" and chunk["type"] == "resource":
        chunk = {"type": "document_url", "document_url": "SmFuZQ=="}
    found = segments({messages: [{"role": "user", "content": [chunk]}]})
    assert [s.text for s in found.values() if (s.kind, s.touch) == (Kind.TEXT, Touch.FIXED)] == ["Jane"]


@pytest.mark.parametrize("arguments", [{"card": "4111"}, json.dumps({"card": "4111"})])
def test_arguments_are_read_as_an_object_and_as_a_text(arguments: object) -> None:
    call = {"id": "c", "function": {"name": "f", "arguments": arguments}}
    found = segments({"messages": [{"role": "assistant", "content": "", "tool_calls": [call]}]})
    (card,) = (s for s in found.values() if s.text == "4111")
    assert (card.kind, card.touch) == (Kind.ARGUMENTS, Touch.FREE)


CHAT, CONVERSATION = "mistral/answer.sse", "mistral/answer_conversation.sse"


def events(name: str, how: str, after: int) -> list[Any]:
    reply = stopped(name, how, after)
    with serving(reply) as served, Mistral(api_key="not-a-real-one", server_url=served.url) as caller:
        if name == CHAT:
            return list(caller.chat.stream(model="m", messages=[{"role": "user", "content": "x"}]))
        return list(caller.beta.conversations.start_stream(model="m", inputs="x", store=False))


@pytest.mark.parametrize(("name", "after"), [*((CHAT, after) for after in cuts(CHAT)), (CONVERSATION, 0)])
def test_a_hard_stop_is_raised_as_a_complaint_whose_body_holds_its_text(name: str, after: int) -> None:
    with pytest.raises(ResponseValidationError) as raised:
        events(name, "hard", after)
    assert DENIAL.text in raised.value.body


@pytest.mark.parametrize("after", cuts(CONVERSATION)[1:])
def test_a_hard_stop_of_a_conversation_is_its_own_event(after: int) -> None:
    last = events(CONVERSATION, "hard", after)[-1]
    assert (last.event, last.data.message) == ("conversation.response.error", DENIAL.text)


@pytest.mark.parametrize("after", cuts(CHAT))
def test_a_soft_stop_finishes_the_choice_as_filtered(after: int) -> None:
    assert events(CHAT, "soft", after)[-1].data.choices[0].finish_reason == "content_filter"


@pytest.mark.parametrize("after", cuts(CONVERSATION))
def test_a_soft_stop_ends_a_conversation(after: int) -> None:
    assert events(CONVERSATION, "soft", after)[-1].data.type == "conversation.response.done"


@pytest.mark.parametrize(
    ("content", "ended"),
    [
        ([{"type": "thinking", "thinking": []}], ()),
        ("", ()),
        ([{"type": "text", "text": "a"}], ("thinking",)),
        ("a", ("thinking",)),
    ],
)
def test_the_first_chunk_that_is_no_thinking_ends_it(content: object, ended: tuple[str, ...]) -> None:
    event = json.dumps({"choices": [{"index": 0, "delta": {"content": content}}]})
    found = DIALECTS["mistral"].streaming.ended(parse(event).root)
    assert tuple(name for each in found for name in ("thinking", "content") if each.holds(name, ("index=0",))) == ended


def test_calls_at_once_are_texts_of_their_own() -> None:
    pieces = [
        {"type": "function.call.delta", "output_index": 0, "tool_call_id": call, "name": "f", "arguments": text}
        for call, text in (("a", "4111"), ("b", "5555"), ("a", " 1111"), ("b", " 5555"))
    ]
    body = b"".join(b"data: " + json.dumps(piece).encode() + b"\n\n" for piece in pieces)
    message = Message((("Content-Type", "text/event-stream"),), body)
    texts = [segment.text for segment in read(DIALECTS["mistral"], Direction.RESPONSE, message, LIMIT).segments]
    assert {"4111 1111", "5555 5555"} <= set(texts)
