"""Streams in other framings than events: Ollama's lines, Gemini's array and events, Amazon's event stream."""

from __future__ import annotations

import asyncio
import base64
import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import boto3
import httpx2
import ollama
import pytest
from google import genai
from google.genai import types
from model_others import SIGNATURE
from saying import OWN, QUESTION, STRANGE, Names, seen_in, tokens_in
from streams import HOSTS, Heard, Way, named

from oracle import leaks
from streaming_upstream import Cut, Manner, by_event, ragged, single_bytes

CUTS = [by_event, single_bytes, ragged]


@pytest.fixture
def heard() -> Heard:
    return Heard()


def gone(way: Way, received: bytes) -> None:
    """No value of a stranger came; without the proxy each of them does."""
    assert leaks(received, STRANGE) == (set() if way.proxy else set(STRANGE))


def kept(way: Way, first: int) -> None:
    """The requests from the number `first` on hold the same tokens and no value."""
    requests = way.upstream.requests[first:]
    assert len(requests) == 2
    assert [tokens_in(each) for each in requests] == [tokens_in(requests[0])] * 2
    assert len(tokens_in(requests[0])) == len(OWN)
    assert not leaks(b"".join(requests), OWN)


# -- Ollama ----------------------------------------------------------------------------------------


@pytest.fixture
def llama(way: Way, heard: Heard) -> Iterator[ollama.Client]:
    with ollama.Client(host=way.to(HOSTS["ollama_cloud"]), event_hooks=heard.hooks) as made:
        yield made


def chats(client: ollama.Client, messages: list[Any]) -> tuple[str, str, list[Any], ollama.ChatResponse]:
    content = thinking = ""
    calls: list[Any] = []
    for part in client.chat(model="m", messages=messages, stream=True):
        content += part.message.content or ""
        thinking += part.message.thinking or ""
        calls += part.message.tool_calls or []
    return content, thinking, calls, part


@pytest.mark.parametrize("cut", CUTS)
def test_ollamas_lines(way: Way, llama: ollama.Client, heard: Heard, cut: Cut) -> None:
    with way.upstream.behaving(Manner(cut=cut)):
        content, thinking, calls, last = chats(llama, [{"role": "user", "content": QUESTION}])
    assert (content, thinking) == (way.reads.text, way.reads.thought)
    assert [call.function.arguments for call in calls] == [way.reads.first]
    assert (last.done, last.done_reason, last.eval_count, last.total_duration) == (True, "stop", 17, 4111111111111111)
    gone(way, heard.raw + content.encode() + str(calls).encode())


def test_ollama_sees_the_same_tokens_in_the_next_turn(guarded: Way) -> None:
    asked, before = {"role": "user", "content": QUESTION}, len(guarded.upstream.requests)
    with ollama.Client(host=guarded.to(HOSTS["ollama_cloud"])) as client:
        content, *_ = chats(client, [asked])
        chats(client, [asked, {"role": "assistant", "content": content}])
    kept(guarded, before)


# -- Gemini ----------------------------------------------------------------------------------------


def gemini(way: Way, heard: Heard, host: str = HOSTS["gemini"]) -> genai.Client:
    options = types.HttpOptions(
        base_url=way.to(host),
        client_args={"event_hooks": heard.hooks},
    )
    return genai.Client(api_key="k", http_options=options)


def joined(chunks: list[Any]) -> tuple[str, str, list[Any]]:
    """Text, thought and calls of the chunks; `chunks` have parts as the SDK makes them."""
    parts = [part for chunk in chunks for part in chunk.candidates[0].content.parts or []]
    text, thought = (
        "".join(part.text or "" for part in parts if bool(part.thought) is which) for which in (False, True)
    )
    return text, thought, [part for part in parts if part.function_call]


def check_gemini(chunks: list[Any], reads: Names) -> None:
    text, thought, (call,) = joined(chunks)
    assert (text, thought) == (reads.text, reads.thought)
    assert (call.function_call.id, call.function_call.args) == ("fc_1", reads.first)
    assert call.thought_signature == base64.b64decode(SIGNATURE)
    assert chunks[-1].candidates[0].finish_reason is types.FinishReason.STOP
    assert chunks[-1].usage_metadata.total_token_count == 48
    assert {chunk.response_id for chunk in chunks} == {"r_1"}


@pytest.mark.parametrize("cut", CUTS)
def test_geminis_events(way: Way, heard: Heard, cut: Cut) -> None:
    with way.upstream.behaving(Manner(cut=cut)), gemini(way, heard) as client:
        chunks = list(client.models.generate_content_stream(model="gemini-3-pro", contents=QUESTION))
    check_gemini(chunks, way.reads)
    gone(way, heard.raw + "".join(joined(chunks)[0]).encode() + str(chunks).encode())


def test_geminis_events_asynchronously(way: Way) -> None:
    async def converse() -> list[Any]:
        client = genai.Client(api_key="k", http_options=types.HttpOptions(base_url=way.to(HOSTS["gemini"])))
        async with client.aio as models:
            stream = await models.models.generate_content_stream(model="gemini-3-pro", contents=QUESTION)
            return [chunk async for chunk in stream]

    check_gemini(asyncio.run(converse()), way.reads)


@pytest.mark.parametrize("cut", CUTS)
def test_geminis_array(way: Way, heard: Heard, cut: Cut) -> None:
    """Without `alt=sse` an answer is one JSON array, and is one still."""
    url = f"{way.to(HOSTS['gemini'])}/v1beta/models/gemini-3-pro:streamGenerateContent"
    body = {"contents": [{"role": "user", "parts": [{"text": QUESTION}]}]}
    with way.upstream.behaving(Manner(cut=cut)), httpx2.Client(event_hooks=heard.hooks) as client:
        answer = client.post(url, json=body, headers={"x-goog-api-key": "k"})
    chunks = [types.GenerateContentResponse.model_validate(item) for item in answer.json()]
    check_gemini(chunks, way.reads)
    gone(way, heard.raw + joined(chunks)[0].encode())


def test_gemini_sees_the_same_tokens_in_the_next_turn(guarded: Way, heard: Heard) -> None:
    before = len(guarded.upstream.requests)
    with gemini(guarded, heard) as client:
        chat = client.chats.create(model="gemini-3-pro")
        for message in (QUESTION, "Thanks."):
            assert list(chat.send_message_stream(message))
    kept(guarded, before)


# -- Bedrock ---------------------------------------------------------------------------------------


def bedrock(way: Way, host: str = HOSTS["bedrock"]) -> Any:
    return boto3.client("bedrock-runtime", region_name="us-east-1", endpoint_url=way.to(host))


@pytest.fixture(autouse=True)
def _bearer(monkeypatch: pytest.MonkeyPatch) -> None:
    """A token in place of a signature over the body: such a request may be changed."""
    monkeypatch.setenv("AWS_BEARER_TOKEN_BEDROCK", "k")


def converse(client: Any, messages: list[Any]) -> tuple[dict[str, str], list[dict[str, Any]]]:
    events = list(client.converse_stream(modelId="anthropic.claude", messages=messages)["stream"])
    return joined_deltas(events), events


def invoke(client: Any, messages: list[Any]) -> tuple[dict[str, str], list[dict[str, Any]]]:
    body = json.dumps({"messages": messages})
    model = "arn:aws:bedrock:us-east-1:1:application-inference-profile/any"
    chunks = list(client.invoke_model_with_response_stream(modelId=model, body=body)["body"])
    events = [json.loads(each["chunk"]["bytes"]) for each in chunks]
    return joined_deltas(events), events


def joined_deltas(events: list[dict[str, Any]]) -> dict[str, str]:
    said: dict[str, str] = defaultdict(str)
    for event in events:
        delta = event.get("contentBlockDelta", {}).get("delta", {})
        said["text"] += delta.get("text", "")
        said["input"] += delta.get("toolUse", {}).get("input", "")
        for name in ("text", "signature"):
            said[f"reasoning {name}"] += delta.get("reasoningContent", {}).get(name, "")
    return said


def check_bedrock(said: dict[str, str], events: list[dict[str, Any]], reads: Names, seen: Names) -> None:
    assert said["text"] == reads.text
    assert json.loads(said["input"]) == reads.first
    assert (said["reasoning text"], said["reasoning signature"]) == (seen.thought, SIGNATURE)
    assert events[0] == {"messageStart": {"role": "assistant"}}
    assert events[-2] == {"messageStop": {"stopReason": "tool_use"}}
    assert events[-1]["metadata"]["usage"] == {"inputTokens": 31, "outputTokens": 17, "totalTokens": 48}
    assert [event["contentBlockStop"]["contentBlockIndex"] for event in events if "contentBlockStop" in event] == [
        0,
        1,
        2,
    ]


@pytest.mark.parametrize("cut", CUTS)
def test_amazons_event_stream(way: Way, cut: Cut) -> None:
    """The client checks both checksums of every message."""
    with way.upstream.behaving(Manner(cut=cut)):
        said, events = converse(bedrock(way), [{"role": "user", "content": [{"text": QUESTION}]}])
    check_bedrock(said, events, way.reads, seen_in(way.upstream.requests[-1]))
    gone(way, "".join(said.values()).encode() + json.dumps(events, ensure_ascii=False).encode())


@pytest.mark.parametrize("cut", CUTS)
def test_amazons_event_stream_of_wrapped_events(way: Way, cut: Cut) -> None:
    with way.upstream.behaving(Manner(cut=cut)):
        said, events = invoke(bedrock(way), [{"role": "user", "content": [{"text": QUESTION}]}])
    assert (said["text"], json.loads(said["input"])) == (way.reads.text, way.reads.first)
    assert said["reasoning signature"] == SIGNATURE
    gone(way, "".join(said.values()).encode() + json.dumps(events, ensure_ascii=False).encode())


def test_bedrock_sees_the_same_tokens_in_the_next_turn(guarded: Way) -> None:
    asked, before = {"role": "user", "content": [{"text": QUESTION}]}, len(guarded.upstream.requests)
    said, _ = converse(bedrock(guarded), [asked])
    thought = {"text": said["reasoning text"], "signature": said["reasoning signature"]}
    call = {"toolUseId": "tooluse_1", "name": "raise_limit", "input": json.loads(said["input"])}
    answer = [{"reasoningContent": {"reasoningText": thought}}, {"text": said["text"]}, {"toolUse": call}]
    converse(bedrock(guarded), [asked, {"role": "assistant", "content": answer}])
    kept(guarded, before)
    assert seen_in(guarded.upstream.requests[-1]).thought.encode() in guarded.upstream.requests[-1]


# -- the negative control --------------------------------------------------------------------------


def test_without_rows_the_same_streams_leak(guarded: Way, heard: Heard) -> None:
    with ollama.Client(host=guarded.to(named("open", "ollama_cloud"))) as client:
        content, *_ = chats(client, [{"role": "user", "content": QUESTION}])
    with gemini(guarded, heard, named("open", "gemini")) as google:
        chunks = list(google.models.generate_content_stream(model="gemini-3-pro", contents=QUESTION))
    said, _ = converse(bedrock(guarded, named("open", "bedrock")), [{"role": "user", "content": [{"text": QUESTION}]}])
    client = bedrock(guarded, named("open", "bedrock"))
    wrapped, _ = invoke(client, [{"role": "user", "content": [{"text": QUESTION}]}])
    for received in (content, joined(chunks)[0], said["text"], wrapped["text"]):
        assert leaks(received.encode(), STRANGE) == set(STRANGE)
    for request in guarded.upstream.requests[-4:]:
        assert leaks(request, OWN) == set(OWN)
