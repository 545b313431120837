"""`grille.dialects.bedrock`: what only this dialect knows, and that Amazon's client agrees."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any
from zlib import crc32

import boto3
import pytest
from botocore.exceptions import EventStreamError
from goldens import LIMIT, WIRE, kinds, streamed
from refusals import DENIAL, refused
from serving import recorded, serving
from stops import cuts, stopped

from grille.dialects import DIALECTS, Ended, Reply, read
from grille.exchange import Direction, Touch
from grille.framing.json_parser import parse
from grille.framing.message import Message

ASKED = [{"role": "user", "content": [{"text": "Why was 4111 declined?"}]}]
MODEL = "arn:aws:bedrock:eu-west-1:1:inference-profile/any"


@contextmanager
def client(url: str) -> Iterator[Any]:
    keys = {"aws_access_key_id": "not-a-real-one", "aws_secret_access_key": "nor-this"}
    with closing(boto3.client("bedrock-runtime", region_name="eu-west-1", endpoint_url=url, **keys)) as caller:
        yield caller


def frame(kind: str, payload: bytes) -> bytes:
    """One message of an AWS event stream."""
    fields = {":event-type": kind, ":content-type": "application/json", ":message-type": "event"}
    headers = b"".join(
        struct.pack(">B", len(name)) + name.encode() + struct.pack(">BH", 7, len(value)) + value.encode()
        for name, value in fields.items()
    )
    prelude = struct.pack(">II", 16 + len(headers) + len(payload), len(headers))
    message = prelude + struct.pack(">I", crc32(prelude)) + headers + payload
    return message + struct.pack(">I", crc32(message))


@pytest.mark.parametrize("operation", ["converse", "converse_stream"])
def test_a_refusal_is_raised_once_with_its_text(operation: str) -> None:
    with serving(refused("bedrock")[0]) as served, client(served.url) as caller:
        with pytest.raises(caller.exceptions.AccessDeniedException) as raised:
            getattr(caller, operation)(modelId=MODEL, messages=ASKED)
        assert raised.value.response["Error"]["Message"] == DENIAL.text
        assert len(served.requests) == 1


def test_the_client_reads_an_answer_and_its_request_is_read() -> None:
    document = {"document": {"format": "txt", "name": "note", "source": {"bytes": b"Jane Doe"}}}
    asked = [{"role": "user", "content": [*ASKED[0]["content"], document]}]
    with serving(recorded("bedrock/answer.json")) as served, client(served.url) as caller:
        answer = caller.converse(modelId=MODEL, messages=asked)
    assert answer["output"]["message"]["content"][1]["text"].startswith("Card")
    segments = read(DIALECTS["bedrock"], Direction.REQUEST, served.requests[0], LIMIT).segments
    texts = {segment.address: segment.text for segment in segments}
    assert texts["/messages/0/content/0/text"] == "Why was 4111 declined?"
    assert texts["/messages/0/content/1/document/source/bytes"] == "Jane Doe"


def test_the_client_joins_the_same_text_from_a_stream() -> None:
    body = b"".join(frame(kind, payload) for kind, payload in kinds(WIRE / "bedrock/answer.jsonl"))
    reply = Reply(200, (("Content-Type", "application/vnd.amazon.eventstream"),), body)
    texts = {"text": "", "input": "", "reasoning": ""}
    with serving(reply) as served, client(served.url) as caller:
        for event in caller.converse_stream(modelId=MODEL, messages=ASKED)["stream"]:
            delta = event.get("contentBlockDelta", {}).get("delta", {})
            texts["text"] += delta.get("text", "")
            texts["input"] += delta.get("toolUse", {}).get("input", "")
            texts["reasoning"] += delta.get("reasoningContent", {}).get("text", "")
    assert texts["text"] == streamed("bedrock/answer.jsonl", "text/contentBlockIndex=1")
    assert texts["reasoning"] == streamed("bedrock/answer.jsonl", "reasoning/contentBlockIndex=0")
    assert json.loads(texts["input"])["number"] == "CREDIT_CARD_K7Q2M9XA"


def test_only_reasoning_with_a_signature_is_sealed() -> None:
    blocks = [
        {"reasoningContent": {"reasoningText": {"text": "signed 4111", "signature": "c2ln"}}},
        {"reasoningContent": {"reasoningText": {"text": "4111"}}},
        {"reasoningContent": {"redactedContent": "Y2lwaGVy"}},
    ]
    body = json.dumps({"messages": [{"role": "assistant", "content": blocks}]}).encode()
    segments = read(DIALECTS["bedrock"], Direction.REQUEST, Message((), body), LIMIT).segments
    touches = {segment.text: segment.touch for segment in segments}
    assert (touches["signed 4111"], touches["4111"]) == (Touch.SEALED, Touch.FREE)
    assert not {"c2ln", "Y2lwaGVy"} & set(touches)


@pytest.mark.parametrize("where", ["", "/input/converse"])
def test_counting_tokens_is_read_like_conversing(where: str) -> None:
    body: dict[str, Any] = {"messages": [{"content": [{"toolUse": {"input": {"card": 4111}}}]}]}
    if where:
        body = {"input": {"converse": body}}
    message = Message((), json.dumps(body).encode())
    found = {s.address: s for s in read(DIALECTS["bedrock"], Direction.REQUEST, message, LIMIT).segments}
    card = found[f"{where}/messages/0/content/0/toolUse/input/card"]
    assert (card.text, card.touch) == ("4111", Touch.FREE)


def test_a_body_for_a_model_is_opened_when_its_tokens_are_counted() -> None:
    body = json.dumps({"input": {"invokeModel": {"body": "eyJwcm9tcHQiOiAiNDExMSJ9"}}}).encode()
    segments = read(DIALECTS["bedrock"], Direction.REQUEST, Message((), body), LIMIT).segments
    (prompt,) = [segment for segment in segments if segment.label == "prompt" and not segment.address.endswith("~")]
    assert (prompt.address, prompt.text, prompt.touch) == ("/input/invokeModel/body#/prompt", "4111", Touch.FIXED)


NAME = "bedrock/answer.jsonl"


def stream_of(caller: Any) -> list[dict[str, Any]]:
    return list(caller.converse_stream(modelId=MODEL, messages=ASKED)["stream"])


@pytest.mark.parametrize("after", cuts(NAME))
def test_a_hard_stop_is_raised_with_its_text(after: int) -> None:
    reply = stopped(NAME, "hard", after)
    with serving(reply) as served, client(served.url) as caller, pytest.raises(EventStreamError) as raised:
        stream_of(caller)
    assert raised.value.response["Error"] == {"Code": "validationException", "Message": DENIAL.text}


@pytest.mark.parametrize("after", cuts(NAME)[:-1])
def test_a_soft_stop_is_that_of_a_guardrail_and_leaves_no_block_open(after: int) -> None:
    with serving(stopped(NAME, "soft", after)) as served, client(served.url) as caller:
        events = stream_of(caller)
    assert "messageStart" in events[0]
    assert events[-1] == {"messageStop": {"stopReason": "guardrail_intervened"}}
    said = {event["contentBlockDelta"]["contentBlockIndex"] for event in events if "contentBlockDelta" in event}
    stopped_blocks = [e["contentBlockStop"]["contentBlockIndex"] for e in events if "contentBlockStop" in e]
    assert said <= set(stopped_blocks)
    assert len(stopped_blocks) == len(set(stopped_blocks))


def test_only_what_names_a_block_and_nothing_else_ends_it() -> None:
    ended = DIALECTS["bedrock"].streaming.ended
    assert ended(parse('{"contentBlockIndex": 1, "p": "ab"}').root) == (Ended(("contentBlockIndex=1",)),)
    assert ended(parse('{"contentBlockIndex": 1, "start": {"toolUse": {}}}').root) == ()
    assert ended(parse('{"contentBlockIndex": 1, "delta": {"text": "a"}}').root) == ()
    assert ended(parse('{"stopReason": "end_turn"}').root) == (Ended(),)
