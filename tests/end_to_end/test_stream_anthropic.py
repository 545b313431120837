"""Streamed messages: Anthropic's client, straight to a model and through the proxy."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import anthropic
import pytest
from anthropic.types import ParsedMessage
from model_anthropic import SIGNATURE
from saying import OWN, QUESTION, SAID, STRANGE, Names, seen_in, tokens_in
from streams import HOSTS, Heard, Way, named

from oracle import leaks
from streaming_upstream import Cut, Manner, by_event, ragged, single_bytes

ASKED: list[Any] = [{"role": "user", "content": QUESTION}]


def client(way: Way, heard: Heard, host: str = HOSTS["anthropic"]) -> anthropic.Anthropic:
    http = anthropic.DefaultHttpxClient(event_hooks=heard.hooks)
    return anthropic.Anthropic(api_key="k", base_url=way.to(host), http_client=http)


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def claude(way: Way, heard: Heard) -> Iterator[anthropic.Anthropic]:
    with client(way, heard) as made:
        yield made


def check(final: ParsedMessage[None], reads: Names, said: Names) -> None:
    thinking, text, first, second = final.content
    assert (thinking.thinking, thinking.signature) == (said.thought, SIGNATURE)
    assert text.text == reads.text
    assert [first.input, second.input] == [reads.first, reads.second]
    assert [first.id, second.id, final.id] == ["toolu_2", "toolu_3", "msg_1"]
    assert (final.stop_reason, final.usage.input_tokens, final.usage.output_tokens) == ("tool_use", 31, 17)


@pytest.mark.parametrize("cut", [by_event, single_bytes, ragged])
def test_the_helper_reads_its_own_values_and_nobody_elses(
    way: Way, claude: anthropic.Anthropic, heard: Heard, cut: Cut
) -> None:
    text = partial = ""
    with (
        way.upstream.behaving(Manner(cut=cut)),
        claude.messages.stream(model="m", max_tokens=9, messages=ASKED) as stream,
    ):
        for event in stream:
            text += event.text if event.type == "text" else ""
            partial += event.partial_json if event.type == "input_json" else ""
        final = stream.get_final_message()
    check(final, way.reads, seen_in(way.upstream.requests[-1]))
    assert text == way.reads.text
    assert heard.raw.count(b"event: ping\n") > 1
    received = heard.raw + final.to_json().encode() + (text + partial).encode()
    assert leaks(received, STRANGE) == (set() if way.proxy else set(STRANGE))


def test_the_asynchronous_helper(way: Way) -> None:
    async def converse() -> tuple[str, ParsedMessage[None]]:
        async with (
            anthropic.AsyncAnthropic(api_key="k", base_url=way.to(HOSTS["anthropic"])) as claude,
            claude.messages.stream(model="m", max_tokens=9, messages=ASKED) as stream,
        ):
            text = "".join([piece async for piece in stream.text_stream])
            return text, await stream.get_final_message()

    text, final = asyncio.run(converse())
    assert text == way.reads.text
    check(final, way.reads, seen_in(way.upstream.requests[-1]))


def test_events_as_they_come_close_every_block_that_they_open(way: Way, claude: anthropic.Anthropic) -> None:
    open_now: list[int] = []
    for event in claude.messages.create(model="m", max_tokens=9, messages=ASKED, stream=True):
        if event.type == "content_block_start":
            assert not open_now
            open_now.append(event.index)
        elif event.type == "content_block_delta":
            assert open_now == [event.index]
        elif event.type == "content_block_stop":
            assert open_now == [event.index]
            open_now.clear()
    assert event.type == "message_stop"


def test_the_model_never_sees_a_value_and_gets_its_thought_back_as_it_was(guarded: Way, heard: Heard) -> None:
    with client(guarded, heard) as claude:
        first, before = final(claude), len(guarded.upstream.requests)
        results = [{"type": "tool_result", "tool_use_id": f"toolu_{each}", "content": "done"} for each in (2, 3)]
        turn = {"role": "assistant", "content": [block.to_dict() for block in first.content]}
        final(claude, [*ASKED, turn, {"role": "user", "content": results}])
    one, two = guarded.upstream.requests[before - 1 :]
    assert tokens_in(one) == tokens_in(two)
    assert len(tokens_in(one)) == len(OWN)
    assert not leaks(one + two, OWN)
    assert seen_in(one).thought.encode() in two
    assert SIGNATURE.encode() in two


def test_arguments_keep_their_tokens_unless_the_policy_says_all(guarded: Way, heard: Heard) -> None:
    with client(guarded, heard, named("text", "anthropic")) as claude:
        made = final(claude)
    known = seen_in(guarded.upstream.requests[-1])
    assert made.content[2].input == {**guarded.reads.first, "number": known.card, "mail": [known.email]}
    assert made.content[1].text == guarded.reads.text


def test_without_rows_the_same_stream_leaks(guarded: Way, heard: Heard) -> None:
    with client(guarded, heard, named("open", "anthropic")) as claude:
        made = final(claude)
    check(made, SAID, SAID)
    assert leaks(made.to_json().encode(), STRANGE) == set(STRANGE)
    assert leaks(guarded.upstream.requests[-1], OWN) == set(OWN)


def final(claude: anthropic.Anthropic, messages: list[Any] = ASKED) -> ParsedMessage[None]:
    with claude.messages.stream(model="m", max_tokens=9, messages=messages) as stream:
        return stream.get_final_message()
