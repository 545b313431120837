"""`grille.dialects.bedrock_invoke`: every family's members, and that Amazon's and Anthropic's clients agree."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import boto3
import pytest
from anthropic import AnthropicBedrock, APIStatusError, PermissionDeniedError
from botocore.exceptions import EventStreamError
from goldens import LIMIT, WIRE, streamed
from refusals import DENIAL, refused
from serving import Served, recorded, serving
from stops import cuts, frames_of, stopped

from grille.dialects import DIALECTS, Ended, Reply, read
from grille.errors import Malformed, Unscannable
from grille.exchange import Direction, Kind, Segment, Touch
from grille.framing.base import Framing, added
from grille.framing.json_parser import parse
from grille.framing.message import Message

INVOKE = DIALECTS["bedrock_invoke"]
CLAUDE, NOVA = "bedrock_invoke/answer.jsonl", "bedrock_invoke/answer_nova.jsonl"
STREAMS = sorted(f"bedrock_invoke/{path.name}" for path in (WIRE / "bedrock_invoke").glob("*.jsonl"))
ASKED: dict[str, Any] = {"max_tokens": 9, "messages": [{"role": "user", "content": "Why was 4111 declined?"}]}


@contextmanager
def amazons(served: Served) -> Iterator[Any]:
    keys = {"aws_access_key_id": "not-a-real-one", "aws_secret_access_key": "nor-this"}
    with closing(boto3.client("bedrock-runtime", region_name="eu-west-1", endpoint_url=served.url, **keys)) as caller:
        yield caller


@contextmanager
def anthropics(served: Served) -> Iterator[AnthropicBedrock]:
    with AnthropicBedrock(base_url=served.url, api_key="k", aws_region="eu-west-1") as caller:
        yield caller


def segments(body: dict[str, Any], direction: Direction = Direction.REQUEST) -> dict[str, Segment]:
    read_ = read(INVOKE, direction, Message((), json.dumps(body).encode()), LIMIT)
    return {each.address: each for each in read_.segments}


def stream(name: str) -> Reply:
    body = b"".join(frame.raw for frame in frames_of(name)[1])
    return Reply(200, (("Content-Type", "application/vnd.amazon.eventstream"),), body)


def test_a_refusal_is_raised_once_with_its_text_by_both_clients() -> None:
    with serving(refused("bedrock_invoke")[0]) as served:
        with amazons(served) as caller, pytest.raises(caller.exceptions.AccessDeniedException, match=DENIAL.text):
            caller.invoke_model(modelId="meta.llama3", body=b"{}")
        with anthropics(served) as claude, pytest.raises(PermissionDeniedError, match=DENIAL.text):
            claude.messages.create(model="us.anthropic.claude", **ASKED)
        assert len(served.requests) == 2


def test_anthropics_client_reads_an_answer_and_its_request_is_read_as_claudes() -> None:
    with serving(recorded("bedrock_invoke/answer.json")) as served, anthropics(served) as caller:
        answer = caller.messages.create(model="us.anthropic.claude", system="Be brief.", **ASKED)
    assert answer.content[1].text.startswith("Card")  # type: ignore[union-attr]
    body = json.loads(served.requests[0].body)
    assert "model" not in body
    assert segments(body)["/system"].kind is Kind.SYSTEM


def test_anthropics_client_joins_the_same_text_from_a_stream() -> None:
    with serving(stream(CLAUDE)) as served, anthropics(served) as caller:
        events = list(caller.messages.create(model="us.anthropic.claude", stream=True, **ASKED))
    said = "".join(getattr(getattr(event, "delta", None), "text", None) or "" for event in events)
    found = read(INVOKE, Direction.RESPONSE, Message(stream(CLAUDE).headers, stream(CLAUDE).body), LIMIT).segments
    assert said == {each.address: each.text for each in found}["stream:text/index=1"]


@pytest.mark.parametrize("name", STREAMS)
def test_amazons_client_gets_what_is_wrapped(name: str) -> None:
    with serving(stream(name)) as served, amazons(served) as caller:
        events = caller.invoke_model_with_response_stream(modelId="arn:aws:bedrock:eu:1:x/y", body=b"{}")["body"]
        inside = [event["chunk"]["bytes"].decode() for event in events]
    assert [json.loads(each) for each in inside] == [
        json.loads(line) for line in (WIRE / name).read_text("utf-8").splitlines()
    ]


@pytest.mark.parametrize("name", STREAMS)
def test_a_hard_stop_is_raised_with_its_text(name: str) -> None:
    for after in cuts(name):
        with serving(stopped(name, "hard", after)) as served, amazons(served) as caller:
            events = caller.invoke_model_with_response_stream(modelId="m", body=b"{}")["body"]
            with pytest.raises(EventStreamError) as raised:
                list(events)
        assert raised.value.response["Error"] == {"Code": "validationException", "Message": DENIAL.text}


def test_a_hard_stop_is_raised_by_anthropics_client() -> None:
    served_ = serving(stopped(CLAUDE, "hard", 5))
    with served_ as served, anthropics(served) as caller, pytest.raises(APIStatusError, match=DENIAL.text):
        list(caller.messages.create(model="us.anthropic.claude", stream=True, **ASKED))


def test_a_soft_stop_ends_claude_as_a_refusal() -> None:
    with serving(stopped(CLAUDE, "soft", 8)) as served, anthropics(served) as caller:
        events = list(caller.messages.create(model="us.anthropic.claude", stream=True, **ASKED))
    assert [event.type for event in events[-3:]] == ["content_block_stop", "message_delta", "message_stop"]
    assert events[-2].delta.stop_reason == "refusal"  # type: ignore[union-attr]


def test_a_soft_stop_ends_nova_as_a_guardrail_does() -> None:
    with serving(stopped(NOVA, "soft", 6)) as served, amazons(served) as caller:
        events = caller.invoke_model_with_response_stream(modelId="m", body=b"{}")["body"]
        inside = [json.loads(event["chunk"]["bytes"]) for event in events]
    assert inside[-2:] == [
        {"contentBlockStop": {"contentBlockIndex": 1}},
        {"messageStop": {"stopReason": "guardrail_intervened"}},
    ]


def test_a_soft_stop_of_another_family_says_nothing_more() -> None:
    assert (
        stopped("bedrock_invoke/answer_llama.jsonl", "soft", 1).body
        == stream("bedrock_invoke/answer_llama.jsonl").body[
            : len(stopped("bedrock_invoke/answer_llama.jsonl", "soft", 1).body)
        ]
    )


def test_only_claudes_bodies_have_sealed_thoughts() -> None:
    thought = {"messages": [{"content": [{"type": "thinking", "thinking": "4111", "signature": "c2ln"}]}]}
    claudes = segments({"anthropic_version": "bedrock-2023-05-31", **thought})
    assert claudes["/messages/0/content/0/thinking"].touch is Touch.SEALED
    assert "/messages/0/content/0/signature" not in claudes
    others = segments(thought)
    assert others["/messages/0/content/0/thinking"].touch is Touch.FREE
    assert others["/messages/0/content/0/signature"].text == "c2ln"


@pytest.mark.parametrize("body", [{"prompt": [1, 2]}, {"prompt": [[1]]}, {"inputText": 5}])
def test_token_ids_are_refused(body: dict[str, Any]) -> None:
    with pytest.raises(Unscannable, match="send the text itself"):
        segments(body)


@pytest.mark.parametrize(
    "body",
    [
        {"inputImage": "iVBORw0KGgo="},
        {"images": ["iVBORw0KGgo="]},
        {"imageVariationParams": {"images": ["iVBORw0KGgo="]}},
        {"mediaSource": {"base64String": "iVBORw0KGgo="}},
    ],
)
def test_a_picture_in_a_request_cannot_be_read(body: dict[str, Any]) -> None:
    message = Message((), json.dumps(body).encode())
    assert len(read(INVOKE, Direction.REQUEST, message, LIMIT).files) == 1


def test_vectors_and_pictures_that_come_back_are_not_looked_at() -> None:
    body = {"embedding": [4111111111111111], "embeddings": {"float": [[0.5]]}, "images": ["iVBORw0KGgo="]}
    assert not [each for each in segments(body, Direction.RESPONSE).values() if each.text in ("0.5", "iVBORw0KGgo=")]


def test_a_chunk_that_wraps_no_text_is_refused() -> None:
    body = added(Framing.EVENT_STREAM, '{"bytes": "/w=="}', "chunk")
    message = Message((("Content-Type", "application/vnd.amazon.eventstream"),), body)
    with pytest.raises(Malformed, match="wraps"):
        read(INVOKE, Direction.RESPONSE, message, LIMIT)


def test_a_stream_that_calls_itself_something_else_is_unwrapped_all_the_same() -> None:
    message = Message((("Content-Type", "application/json"),), stream(CLAUDE).body)
    addresses = [each.address for each in read(INVOKE, Direction.RESPONSE, message, LIMIT).segments]
    assert "stream:text/index=1" in addresses


def test_the_pieces_of_a_call_of_commands_are_one_text() -> None:
    name = "bedrock_invoke/answer_command_tools.jsonl"
    assert streamed(name, "parameters/index=0#/number") == "CREDIT_CARD_K7Q2M9XA"
    assert streamed(name, "plan") == "I will raise the limit of CREDIT_CARD_K7Q2M9XA."


def test_what_command_called_ends_with_the_whole_of_it() -> None:
    whole = parse('{"event_type": "tool-calls-generation", "tool_calls": []}').root
    piece = parse('{"event_type": "tool-calls-chunk", "tool_call_delta": {"index": 0, "parameters": "{"}}').root
    assert INVOKE.streaming.ended(whole) == (Ended(names=frozenset({"parameters", "plan"})),)
    assert INVOKE.streaming.ended(piece) == ()


def test_a_search_that_cohere_runs_is_a_tool_of_the_provider_and_its_token_a_secret() -> None:
    body = json.dumps({"message": "hi", "connectors": [{"id": "web-search", "user_access_token": "of-jane"}]}).encode()
    read_ = read(INVOKE, Direction.REQUEST, Message((), body), LIMIT)
    assert [(each.text, each.is_tool) for each in read_.reached] == [("web-search", True)]
    assert [each.kind for each in read_.segments if each.text == "of-jane"] == [Kind.CREDENTIAL]
