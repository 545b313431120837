"""`grille.dialects.anthropic`: what only this dialect knows, and that Anthropic's client agrees."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from anthropic import Anthropic, APIStatusError
from anthropic.lib.streaming import MessageStream
from goldens import LIMIT
from refusals import DENIAL, refused
from serving import serving
from stops import cuts, stopped

from grille.dialects import DIALECTS, Ended, read
from grille.exchange import Direction, Touch
from grille.framing.json_parser import parse
from grille.framing.message import Message


def test_blocks_that_the_provider_signed_are_sealed_and_ciphertext_is_not_read() -> None:
    blocks = [
        {"type": "thinking", "thinking": "4111", "signature": "sig"},
        {"type": "redacted_thinking", "data": "cipher"},
        {"type": "compaction", "content": "4111", "signature": "sig"},
    ]
    body = json.dumps({"messages": [{"role": "assistant", "content": blocks}]}).encode()
    reading = read(DIALECTS["anthropic"], Direction.REQUEST, Message((), body), LIMIT)
    sealed = [segment.address for segment in reading.segments if segment.touch is Touch.SEALED]
    assert sealed == ["/messages/0/content/0/thinking", "/messages/0/content/2/content"]
    assert not any(segment.text in ("sig", "cipher") for segment in reading.segments)
    answer = read(
        DIALECTS["anthropic"], Direction.RESPONSE, Message((), json.dumps({"content": blocks}).encode()), LIMIT
    )
    sealed = [segment.address for segment in answer.segments if segment.touch is Touch.SEALED]
    assert sealed == ["/content/0/thinking", "/content/2/content"]


def test_what_the_provider_signed_is_sealed_in_the_results_of_a_batch_too() -> None:
    block = {"type": "thinking", "thinking": "4111", "signature": "5555"}
    line = json.dumps({"custom_id": "1", "result": {"type": "succeeded", "message": {"content": [block]}}})
    answer = Message((("Content-Type", "application/x-jsonl"),), f"{line}\n{line}\n".encode())
    segments = read(DIALECTS["anthropic"], Direction.RESPONSE, answer, LIMIT).segments
    assert [each.touch for each in segments if each.text == "4111"] == [Touch.SEALED] * 2
    assert "5555" not in [each.text for each in segments]


def test_a_refusal_has_the_shape_that_the_sdk_raises_and_does_not_retry() -> None:
    reply, body = refused("anthropic")
    assert reply.status == 403
    assert ("x-should-retry", "false") in reply.headers
    assert (body["type"], body["error"]["type"], body["request_id"]) == ("error", "permission_error", "K7Q2M9XA")
    assert body["error"]["message"] == "The request holds US_SSN."


NAME = "anthropic/answer.sse"


@contextmanager
def streaming(url: str) -> Iterator[MessageStream[None]]:
    with (
        Anthropic(api_key="not-a-real-one", base_url=url, max_retries=0) as client,
        client.messages.stream(model="m", max_tokens=9, messages=[{"role": "user", "content": "x"}]) as stream,
    ):
        yield stream


@pytest.mark.parametrize("after", cuts(NAME))
def test_a_hard_stop_is_raised_with_its_text(after: int) -> None:
    complaint = pytest.raises(APIStatusError, match=r"The request holds US_SSN\.")
    with serving(stopped(NAME, "hard", after)) as served, streaming(served.url) as stream, complaint:
        list(stream)


@pytest.mark.parametrize("after", cuts(NAME))
def test_a_soft_stop_is_a_refusal_that_leaves_no_block_open(after: int) -> None:
    with serving(stopped(NAME, "soft", after)) as served, streaming(served.url) as stream:
        kinds = [event.type for event in stream]
        final = stream.get_final_message()
    assert (final.stop_reason, kinds[-1]) == ("refusal", "message_stop")
    assert final.stop_details is not None
    assert final.stop_details.explanation == DENIAL.text
    assert kinds.count("content_block_start") == kinds.count("content_block_stop")


def test_a_block_ends_with_its_own_stop_and_everything_with_the_message() -> None:
    ended = DIALECTS["anthropic"].streaming.ended
    assert ended(parse('{"index": 1, "type": "content_block_stop"}').root) == (Ended(("index=1",)),)
    assert ended(parse('{"type": "content_block_start", "index": 1}').root) == ()
    for last in ("message_stop", "error"):
        assert ended(parse(f'{{"type": "{last}"}}').root) == (Ended(),)


def test_the_pieces_of_an_unknown_kind_of_delta_are_one_text() -> None:
    deltas = [{"type": "telepathy_delta", "words": words} for words in ("4111 ", "1111")]
    events = [{"type": "content_block_delta", "index": 0, "delta": delta} for delta in deltas]
    body = b"".join(b"data: " + json.dumps(event).encode() + b"\n\n" for event in events)
    answer = Message((("Content-Type", "text/event-stream"),), body)
    segments = read(DIALECTS["anthropic"], Direction.RESPONSE, answer, LIMIT).segments
    assert "4111 1111" in [each.text for each in segments]
