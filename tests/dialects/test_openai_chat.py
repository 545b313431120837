"""`grille.dialects.openai_chat`: what only this dialect knows, and that OpenAI's client agrees."""

from __future__ import annotations

import json

import pytest
from goldens import LIMIT
from openai import APIError, ContentFilterFinishReasonError, OpenAI
from openai.types.chat import ChatCompletionChunk
from refusals import refused
from serving import serving
from stops import cuts, stopped

from grille.dialects import DIALECTS, Ended, Reply, read
from grille.exchange import Direction, Kind, Touch
from grille.framing.json_parser import parse
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
def test_pictures_sound_and_films_are_files_to_be_opened(kind: str) -> None:
    """OpenAI wants an object with the address, vLLM takes the address alone as well."""
    address = "data:application/octet-stream;base64,gIGCgw=="
    for said, where in (({"url": address}, f"{kind}/url"), (address, kind)):
        body = json.dumps({"messages": [{"role": "user", "content": [{"type": kind, kind: said}]}]}).encode()
        (file,) = read(DIALECTS["openai_chat"], Direction.REQUEST, Message((), body), LIMIT).files
        assert (file.address, file.data) == (f"/messages/0/content/0/{where}", b"\x80\x81\x82\x83")


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


@pytest.mark.parametrize(
    "halves",
    [
        ({"content": [{"type": "text", "text": "4111 "}]}, {"content": [{"type": "text", "text": "1111"}]}),
        ({"role": "assistant", "thinking": "4111 "}, {"thinking": "1111"}),
    ],
)
def test_words_in_parts_and_words_that_a_host_adds_are_one_text_however_they_are_cut(halves: object) -> None:
    assert isinstance(halves, tuple)
    chunks = [{"choices": [{"index": 0, "delta": delta}]} for delta in halves]
    body = b"".join(b"data: " + json.dumps(chunk).encode() + b"\n\n" for chunk in chunks)
    message = Message((("Content-Type", "text/event-stream"),), body)
    segments = read(DIALECTS["openai_chat"], Direction.RESPONSE, message, LIMIT).segments
    assert "4111 1111" in [each.text for each in segments]


NAME = "openai_chat/answer.sse"


def chunks(reply: Reply) -> list[ChatCompletionChunk]:
    with (
        serving(reply) as served,
        OpenAI(api_key="not-a-real-one", base_url=served.url, max_retries=0) as client,
    ):
        return list(client.chat.completions.create(model="m", messages=[], stream=True))


@pytest.mark.parametrize("after", cuts(NAME))
def test_a_hard_stop_is_raised_with_its_text(after: int) -> None:
    with pytest.raises(APIError, match=r"^The request holds US_SSN\.$"):
        chunks(stopped(NAME, "hard", after))


@pytest.mark.parametrize("after", cuts(NAME))
def test_a_soft_stop_finishes_every_open_choice_as_filtered(after: int) -> None:
    finished: dict[int, str | None] = {}
    for chunk in chunks(stopped(NAME, "soft", after)):
        finished |= {choice.index: choice.finish_reason for choice in chunk.choices}
    assert finished.pop(0) == ("tool_calls" if after == 10 else "content_filter")
    assert set(finished.values()) <= {"content_filter"}


def test_the_helper_of_the_sdk_raises_for_a_filtered_choice() -> None:
    with (
        serving(stopped(NAME, "soft", 3)) as served,
        OpenAI(api_key="not-a-real-one", base_url=served.url, max_retries=0) as client,
        client.chat.completions.stream(model="m", messages=[]) as stream,
    ):
        list(stream)
        with pytest.raises(ContentFilterFinishReasonError):
            stream.get_final_completion()


REASONING = frozenset({"reasoning", "reasoning text", "details", "summary"})


@pytest.mark.parametrize(
    ("choice", "ended"),
    [
        ({"delta": {"reasoning": "a"}}, ()),
        ({"delta": {"reasoning": "a", "content": ""}, "finish_reason": None}, ()),
        ({"delta": {"content": "a"}}, (Ended(("index=0",), REASONING),)),
        ({"delta": {"tool_calls": [{"index": 0}]}}, (Ended(("index=0",), REASONING),)),
        ({"delta": {"function_call": {"name": "f"}}}, (Ended(("index=0",), REASONING),)),
        ({"delta": {"tool_calls": []}}, ()),
        ({"delta": {"content": "a"}, "finish_reason": "stop"}, (Ended(("index=0",)),)),
    ],
)
def test_a_reason_ends_a_choice_and_the_first_words_or_call_its_reasoning(
    choice: dict[str, object], ended: tuple[Ended, ...]
) -> None:
    event = json.dumps({"choices": [{**choice, "index": 0}, {"index": 1, "delta": {}}]})
    assert DIALECTS["openai_chat"].streaming.ended(parse(event).root) == ended


def test_reasoning_that_a_gateway_hands_on_in_blocks_is_one_text_a_block() -> None:
    body = b"".join(
        b"data: " + json.dumps({"choices": [{"index": 0, "delta": {"reasoning_details": [block]}}]}).encode() + b"\n\n"
        for block in ({"index": 1, "text": "4111 "}, {"index": 0, "text": "other"}, {"index": 1, "text": "1111"})
    )
    message = Message((("Content-Type", "text/event-stream"),), body)
    segments = read(DIALECTS["openai_chat"], Direction.RESPONSE, message, LIMIT).segments
    assert [s.text for s in segments if s.touch is Touch.FREE] == ["4111 1111", "other"]


@pytest.mark.parametrize(
    "call",
    [
        {"function_call": {"arguments": {"card": "4111"}}},
        {"tool_calls": [{"index": 0, "function": {"arguments": {"card": "4111"}}}]},
        {"tool_calls": [{"index": 0, "type": "new", "new": {"input": "4111"}}]},
    ],
)
def test_whatever_a_host_writes_into_a_call_is_an_argument(call: dict[str, object]) -> None:
    streamed = (("Content-Type", "text/event-stream"),)
    for head, member, prefix in (((), "message", b""), (streamed, "delta", b"data: ")):
        body = prefix + json.dumps({"choices": [{"index": 0, member: call}]}).encode() + b"\n\n"
        segments = read(DIALECTS["openai_chat"], Direction.RESPONSE, Message(head, body), LIMIT).segments
        assert [s.kind for s in segments if s.text == "4111"] == [Kind.ARGUMENTS]
