"""Streamed chat completions: OpenAI's client, straight to a model and through the proxy."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import openai
import pytest
import speaking
from model_openai import FINGERPRINT, USAGE
from saying import OWN, QUESTION, SAID, STRANGE, say, seen_in, tokens_in
from streams import HOSTS, Heard, Way, named

from oracle import leaks
from streaming_upstream import Cut, Manner, by_event, ragged, single_bytes

ASKED = [{"role": "user", "content": QUESTION}]
TOOLS = [{"type": "function", "function": {"name": name, "parameters": {}}} for name in ("raise_limit", "send_mail")]


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


def test_the_helper_reads_its_own_values_and_nobody_elses(way: Way, gpt: openai.OpenAI, heard: Heard) -> None:
    with gpt.chat.completions.stream(
        model="m", messages=ASKED, tools=TOOLS, stream_options={"include_usage": True}
    ) as stream:
        deltas = "".join(event.delta for event in stream if event.type == "content.delta")
        final = stream.get_final_completion()
    (choice,) = final.choices
    assert deltas == choice.message.content == f"0: {way.reads.text}"
    assert choice.message.model_extra["reasoning_content"] == way.reads.thought
    calls = choice.message.tool_calls
    assert [json.loads(call.function.arguments) for call in calls] == [way.reads.first, way.reads.second]
    assert [(call.id, call.function.name) for call in calls] == [("call_0", "raise_limit"), ("call_1", "send_mail")]
    assert (final.id, final.system_fingerprint, choice.finish_reason) == ("chatcmpl-1", FINGERPRINT, "tool_calls")
    assert (choice.message.role, final.usage.to_dict()) == ("assistant", USAGE)
    received = heard.raw + final.to_json().encode() + deltas.encode()
    assert leaks(received, STRANGE) == (set() if way.proxy else set(STRANGE))


@pytest.mark.parametrize("cut", [by_event, single_bytes, ragged])
def test_choices_in_turns_are_each_their_own_text(way: Way, gpt: openai.OpenAI, heard: Heard, cut: Cut) -> None:
    texts: dict[int, str] = defaultdict(str)
    finished = {}
    with way.upstream.behaving(Manner(cut=cut)):
        for chunk in gpt.chat.completions.create(model="m", messages=ASKED, n=2, stream=True):
            for choice in chunk.choices:
                texts[choice.index] += choice.delta.content or ""
                if choice.finish_reason:
                    finished[choice.index] = choice.finish_reason
    assert texts == {each: f"{each}: {way.reads.text}" for each in (0, 1)}
    assert finished == {0: "stop", 1: "stop"}
    assert heard.raw.endswith(b"data: [DONE]\n\n")


def test_fragments_of_parallel_calls_that_come_in_turns(way: Way, gpt: openai.OpenAI) -> None:
    calls: dict[int, str] = defaultdict(str)
    for chunk in gpt.chat.completions.create(model="m", messages=ASKED, tools=TOOLS, stream=True):
        for call in chunk.choices[0].delta.tool_calls or []:
            calls[call.index] += call.function.arguments or ""
    assert {index: json.loads(whole) for index, whole in calls.items()} == {0: way.reads.first, 1: way.reads.second}


def test_streams_side_by_side_do_not_mix(way: Way) -> None:
    cards = ["4111 1111 1111 1111", "5105 1051 0510 5100", "3782 822463 10005", "6011 1111 1111 1117"]
    texts = [f"alpha {card} bravo {card} charlie" for card in cards]
    with way.upstream.behaving(Manner(cut=single_bytes)), ThreadPoolExecutor(len(texts)) as threads:
        said = threads.map(lambda text: "".join(speaking.chat(way, say(text))), texts)
        assert list(said) == texts


def test_the_asynchronous_helper(way: Way) -> None:
    async def converse() -> tuple[str, str]:
        async with (
            openai.AsyncOpenAI(api_key="k", base_url=f"{way.to(HOSTS['openai'])}/v1") as gpt,
            gpt.chat.completions.stream(model="m", messages=ASKED) as stream,
        ):
            deltas = "".join([event.delta async for event in stream if event.type == "content.delta"])
            return deltas, (await stream.get_final_completion()).choices[0].message.content

    assert asyncio.run(converse()) == (f"0: {way.reads.text}",) * 2


def test_the_model_never_sees_a_value_and_keeps_its_tokens_over_turns(guarded: Way, heard: Heard) -> None:
    with client(guarded, heard) as gpt:
        first, before = ask(gpt, ASKED), len(guarded.upstream.requests)
        ask(gpt, [*ASKED, {"role": "assistant", "content": first}, {"role": "user", "content": "Thanks."}])
    one, two = guarded.upstream.requests[before - 1 :]
    assert tokens_in(one) == tokens_in(two)
    assert len(tokens_in(one)) == len(OWN)
    assert not leaks(one + two, OWN)


def test_arguments_keep_their_tokens_unless_the_policy_says_all(guarded: Way, heard: Heard) -> None:
    with client(guarded, heard, named("text", "openai")) as gpt:
        message = final(gpt)
    known = seen_in(guarded.upstream.requests[-1])
    arguments = json.loads(message.tool_calls[0].function.arguments)
    assert arguments == {**guarded.reads.first, "number": known.card, "mail": [known.email]}
    assert message.content == f"0: {guarded.reads.text}"


def test_without_rows_the_same_stream_leaks(guarded: Way, heard: Heard) -> None:
    with client(guarded, heard, named("open", "openai")) as gpt:
        message = final(gpt)
    assert message.content == f"0: {SAID.text}"
    assert json.loads(message.tool_calls[0].function.arguments) == SAID.first
    assert leaks(heard.raw + message.to_json().encode(), STRANGE) == set(STRANGE)
    assert leaks(guarded.upstream.requests[-1], OWN) == set(OWN)


def ask(gpt: openai.OpenAI, messages: list[dict[str, str]]) -> str:
    chunks = gpt.chat.completions.create(model="m", messages=messages, stream=True)
    return "".join(chunk.choices[0].delta.content or "" for chunk in chunks)


def final(gpt: openai.OpenAI) -> Any:
    with gpt.chat.completions.stream(model="m", messages=ASKED, tools=TOOLS) as stream:
        return stream.get_final_completion().choices[0].message
