"""Streamed responses: OpenAI's client, straight to a model and through the proxy. Every text comes twice or more."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import Iterator

import openai
import pytest
from model_openai import CIPHER, TOKENS_USED
from openai.types.responses import ParsedResponse
from saying import OWN, QUESTION, SAID, STRANGE, Names, seen_in, tokens_in
from streams import HOSTS, Heard, Way, named

from oracle import leaks
from streaming_upstream import Cut, Manner, by_event, ragged, single_bytes


def client(way: Way, heard: Heard, host: str = HOSTS["openai"]) -> openai.OpenAI:
    http = openai.DefaultHttpxClient(event_hooks=heard.hooks)
    return openai.OpenAI(api_key="k", base_url=f"{way.to(host)}/v1", http_client=http)


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def gpt(way: Way, heard: Heard) -> Iterator[openai.OpenAI]:
    with client(way, heard) as made:
        yield made


def check(final: ParsedResponse[None], reads: Names) -> None:
    reasoning, message, call = final.output
    assert reasoning.summary[0].text == reads.summary
    assert message.content[0].text == final.output_text == reads.text
    assert json.loads(call.arguments) == reads.first
    assert (reasoning.id, reasoning.encrypted_content, message.id, call.id) == ("rs_1", CIPHER, "msg_1", "fc_1")
    assert (final.id, final.status, call.call_id, call.name) == ("resp_1", "completed", "call_1", "raise_limit")
    assert final.usage.to_dict() == TOKENS_USED


def test_the_helper_reads_every_text_and_its_copies(way: Way, gpt: openai.OpenAI, heard: Heard) -> None:
    deltas: dict[str, str] = defaultdict(str)
    whole: dict[str, list[str]] = defaultdict(list)
    numbers = []
    with gpt.responses.stream(model="m", input=QUESTION, store=False) as stream:
        for event in stream:
            numbers.append(event.sequence_number)
            kind, _, end = event.type.rpartition(".")
            if end == "delta":
                deltas[kind] += event.delta
            elif end == "done" and (text := getattr(event, "text", None) or getattr(event, "arguments", None)):
                whole[kind].append(text)
        final = stream.get_final_response()
    check(final, way.reads)
    said = dict(deltas)
    arguments = said.pop("response.function_call_arguments")
    assert json.loads(arguments) == way.reads.first
    texts = {"response.reasoning_summary_text": way.reads.summary, "response.output_text": way.reads.text}
    assert said == texts
    assert {kind: set(texts) for kind, texts in whole.items()} == {kind: {text} for kind, text in deltas.items()}
    assert numbers == sorted(set(numbers))
    received = heard.raw + final.to_json().encode() + json.dumps(deltas, ensure_ascii=False).encode()
    assert leaks(received, STRANGE) == (set() if way.proxy else set(STRANGE))


def test_the_asynchronous_helper(way: Way, heard: Heard) -> None:
    async def converse() -> ParsedResponse[None]:
        http = openai.DefaultAsyncHttpxClient(event_hooks=heard.async_hooks)
        async with (
            openai.AsyncOpenAI(api_key="k", base_url=f"{way.to(HOSTS['openai'])}/v1", http_client=http) as gpt,
            gpt.responses.stream(model="m", input=QUESTION, store=False) as stream,
        ):
            return await stream.get_final_response()

    check(asyncio.run(converse()), way.reads)
    assert bool(leaks(heard.raw, STRANGE)) is not bool(way.proxy)


@pytest.mark.parametrize("cut", [by_event, single_bytes, ragged])
def test_events_as_they_come(way: Way, gpt: openai.OpenAI, cut: Cut) -> None:
    with way.upstream.behaving(Manner(cut=cut)):
        events = list(gpt.responses.create(model="m", input=QUESTION, store=False, stream=True))
    said = "".join(event.delta for event in events if event.type == "response.output_text.delta")
    assert said == way.reads.text
    assert events[-1].type == "response.completed"
    assert events[-1].response.output_text == way.reads.text


def test_the_model_never_sees_a_value_and_keeps_its_tokens_over_turns(guarded: Way, heard: Heard) -> None:
    asked = {"role": "user", "content": QUESTION}
    with client(guarded, heard) as gpt:
        first, before = final(gpt), len(guarded.upstream.requests)
        history = [asked, *(item.to_dict() for item in first.output)]
        output = {"type": "function_call_output", "call_id": "call_1", "output": "done"}
        with gpt.responses.stream(model="m", input=[*history, output], store=False) as stream:
            check(stream.get_final_response(), guarded.reads)
    one, two = guarded.upstream.requests[before - 1 :]
    assert tokens_in(one) == tokens_in(two)
    assert len(tokens_in(one)) == len(OWN)
    assert CIPHER.encode() in two
    assert not leaks(one + two, OWN)


def test_arguments_keep_their_tokens_unless_the_policy_says_all(guarded: Way, heard: Heard) -> None:
    with client(guarded, heard, named("text", "openai")) as gpt:
        made = final(gpt)
    known = seen_in(guarded.upstream.requests[-1])
    assert json.loads(made.output[2].arguments) == {**guarded.reads.first, "number": known.card, "mail": [known.email]}
    assert made.output_text == guarded.reads.text


def test_without_rows_the_same_stream_leaks(guarded: Way, heard: Heard) -> None:
    with client(guarded, heard, named("open", "openai")) as gpt:
        made = final(gpt)
    check(made, SAID)
    assert leaks(heard.raw, STRANGE) == set(STRANGE)
    assert leaks(guarded.upstream.requests[-1], OWN) == set(OWN)


def final(gpt: openai.OpenAI) -> ParsedResponse[None]:
    with gpt.responses.stream(model="m", input=QUESTION, store=False) as stream:
        return stream.get_final_response()
