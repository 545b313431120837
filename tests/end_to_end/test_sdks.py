"""The official SDKs through `grille run`, with nothing but the variables of `grille env`.

The upstream is a raw socket that keeps every byte, and each leak test has its negative control.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import anthropic
import openai
import pytest
from proxies import Proxy, environment, proxy

from oracle import leaks
from upstream import RecordingUpstream, answer

CARD, IBAN, SSN, EMAIL = "4111 1111 1111 1111", "GB82 WEST 1234 5698 7654 32", "219-09-9999", "jane.doe@example.com"
SECRETS = [CARD, IBAN, SSN, EMAIL]
HOSTS = ("api.openai.com", "api.anthropic.com")
QUESTION = f"Why was card {CARD} of {EMAIL} declined? IBAN {IBAN}."
_TOKEN = re.compile(rb"CREDIT_CARD_[A-Z][0-9A-Z]{7}")
_EVENT_STREAM = "text/event-stream"


def _events(*events: dict[str, object], named: bool) -> bytes:
    lines = [(f"event: {event['type']}\n" if named else "") + f"data: {json.dumps(event)}\n\n" for event in events]
    return "".join(lines).encode()


def model(request: bytes) -> bytes:
    """A model that repeats the card's token, or the card itself when nobody hid it."""
    found = _TOKEN.search(request)
    card = found[0].decode() if found else CARD
    body = request.partition(b"\r\n\r\n")[2]
    path = request.split(b" ", 2)[1].decode()
    streamed = b'"stream": true' in body or b'"stream":true' in body
    halves = [f"Card {card[:7]}", f"{card[7:]} is over its limit."]
    if path == "/v1/chat/completions" and streamed:
        chunks = [_chunk({"content": half}) for half in halves]
        return answer(_events(*chunks, named=False) + b"data: [DONE]\n\n", content_type=_EVENT_STREAM)
    if path == "/v1/chat/completions":
        message = {"role": "assistant", "content": "".join(halves)}
        choice = {"index": 0, "finish_reason": "stop", "message": message}
        return answer({"id": "c", "object": "chat.completion", "created": 0, "model": "m", "choices": [choice]})
    if path == "/v1/messages" and streamed:
        deltas = [_delta(half) for half in halves]
        return answer(_events(_START, _BLOCK, *deltas, _BLOCK_END, _END, {"type": "message_stop"}, named=True),
                      content_type=_EVENT_STREAM)  # fmt: skip
    if path == "/v1/messages":
        return answer({**_MESSAGE, "content": [{"type": "text", "text": "".join(halves)}]})
    text = {"type": "output_text", "text": "".join(halves), "annotations": []}
    item = {"type": "message", "id": "m", "role": "assistant", "status": "completed", "content": [text]}
    return answer({"id": "r", "object": "response", "created_at": 0, "model": "m", "output": [item]})


def _chunk(delta: dict[str, object]) -> dict[str, object]:
    choice = {"index": 0, "delta": delta, "finish_reason": None}
    return {"id": "c", "object": "chat.completion.chunk", "created": 0, "model": "m", "choices": [choice]}


def _delta(text: str) -> dict[str, object]:
    return {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": text}}


_MESSAGE: dict[str, object] = {
    "id": "m", "type": "message", "role": "assistant", "model": "m", "content": [], "stop_reason": "end_turn",
    "stop_sequence": None, "usage": {"input_tokens": 1, "output_tokens": 1},
}  # fmt: skip
_START: dict[str, object] = {"type": "message_start", "message": _MESSAGE}
_BLOCK: dict[str, object] = {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}
_BLOCK_END: dict[str, object] = {"type": "content_block_stop", "index": 0}
_END: dict[str, object] = {
    "type": "message_delta", "delta": {"stop_reason": "end_turn", "stop_sequence": None}, "usage": {"output_tokens": 2},
}  # fmt: skip


@pytest.fixture(scope="module")
def witness() -> Iterator[RecordingUpstream]:
    with RecordingUpstream(model) as upstream:
        yield upstream


@pytest.fixture(scope="module")
def running(witness: RecordingUpstream, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    with proxy(tmp_path_factory.mktemp("run"), "starter", witness.port, witness.ca_file, HOSTS) as started:
        yield started


@pytest.fixture
def through(running: Proxy) -> Iterator[Proxy]:
    with environment(running.variables):
        yield running


@pytest.fixture
def gpt(through: Proxy) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(api_key="k") as client:
        yield client


@pytest.fixture
def claude(through: Proxy) -> Iterator[anthropic.Anthropic]:
    with anthropic.Anthropic(api_key="k") as client:
        yield client


def chats(client: openai.OpenAI) -> str:
    made = client.chat.completions.create(model="m", messages=[{"role": "user", "content": QUESTION}])
    return made.choices[0].message.content or ""


def test_openai_chat_is_hidden_on_the_way_out_and_restored_on_the_way_back(
    through: Proxy, gpt: openai.OpenAI, witness: RecordingUpstream
) -> None:
    before = len(witness.received)
    assert chats(gpt) == f"Card {CARD} is over its limit."
    seen = witness.received[before:]
    assert _TOKEN.search(seen)
    assert not leaks(seen, SECRETS)


def test_without_a_policy_the_same_call_leaks(tmp_path: Path) -> None:
    policy = tmp_path / "off.yaml"
    policy.write_text(
        "version: 1\npolicy: nothing\nmode: enforce\nprofiles: {nothing: {}}\n"
        "otherwise: {endpoint: block, client: block, body: block, failure: block}\n"
        "endpoints:\n  openai: {provider: openai, request: nothing, response: nothing}\n"
        "clients:\n  anyone: {match: anyone, endpoints: [openai]}\n"
    )
    with (
        RecordingUpstream(model) as upstream,
        proxy(tmp_path, str(policy), upstream.port, upstream.ca_file, HOSTS) as started,
        environment(started.variables),
        openai.OpenAI(api_key="k") as client,
    ):
        chats(client)
        assert leaks(upstream.received, SECRETS) == {CARD, IBAN, EMAIL}


def test_an_openai_stream_is_restored(through: Proxy, gpt: openai.OpenAI) -> None:
    made = gpt.chat.completions.create(model="m", messages=[{"role": "user", "content": QUESTION}], stream=True)
    assert "".join(chunk.choices[0].delta.content or "" for chunk in made) == f"Card {CARD} is over its limit."


def test_openai_responses_must_say_that_nothing_is_kept(
    through: Proxy, gpt: openai.OpenAI, witness: RecordingUpstream
) -> None:
    before = len(witness.received)
    with pytest.raises(openai.PermissionDeniedError, match="store"):
        gpt.responses.create(model="m", input="hello")
    assert witness.received[before:] == b""
    made = gpt.responses.create(model="m", input=QUESTION, store=False)
    assert made.output_text == f"Card {CARD} is over its limit."
    assert not leaks(witness.received[before:], SECRETS)


def test_a_blocked_openai_call_is_the_sdks_own_error_and_is_made_once(
    through: Proxy, gpt: openai.OpenAI, witness: RecordingUpstream
) -> None:
    before, records = len(witness.received), len(through.records())
    with pytest.raises(openai.PermissionDeniedError) as caught:
        gpt.chat.completions.create(model="m", messages=[{"role": "user", "content": f"SSN {SSN}"}])
    assert caught.value.code == "entity_blocked"
    assert "US_SSN" in caught.value.message
    assert SSN not in str(caught.value)
    assert witness.received[before:] == b""
    fresh = through.records()[records:]
    assert [record["verdict"] for record in fresh] == ["block"]


def test_anthropic_messages_whole_and_streamed(
    through: Proxy, claude: anthropic.Anthropic, witness: RecordingUpstream
) -> None:
    before = len(witness.received)
    asked = [{"role": "user", "content": QUESTION}]
    whole = claude.messages.create(model="m", max_tokens=9, messages=asked)  # type: ignore[arg-type]
    assert whole.content[0].text == f"Card {CARD} is over its limit."  # type: ignore[union-attr]
    with claude.messages.stream(model="m", max_tokens=9, messages=asked) as stream:  # type: ignore[arg-type]
        assert "".join(stream.text_stream) == f"Card {CARD} is over its limit."
    assert not leaks(witness.received[before:], SECRETS)


def test_a_blocked_anthropic_call_is_the_sdks_own_error_and_is_made_once(
    through: Proxy, claude: anthropic.Anthropic, witness: RecordingUpstream
) -> None:
    before, records = len(witness.received), len(through.records())
    with pytest.raises(anthropic.PermissionDeniedError, match="US_SSN"):
        claude.messages.create(model="m", max_tokens=9, messages=[{"role": "user", "content": f"SSN {SSN}"}])
    assert witness.received[before:] == b""
    assert len(through.records()[records:]) == 1


def test_tool_calls_of_earlier_turns_are_hidden_too(
    through: Proxy, gpt: openai.OpenAI, witness: RecordingUpstream
) -> None:
    before = len(witness.received)
    function = {"name": "find_card", "arguments": json.dumps({"number": CARD, "mail": [EMAIL]})}
    turns = [
        {"role": "user", "content": "Look it up."},
        {"role": "assistant", "tool_calls": [{"id": "c1", "type": "function", "function": function}]},
        {"role": "tool", "tool_call_id": "c1", "content": f"IBAN: {IBAN}"},
    ]
    gpt.chat.completions.create(model="m", messages=turns)  # type: ignore[call-overload]
    assert not leaks(witness.received[before:], SECRETS)


def test_two_turns_hide_the_same_value_behind_the_same_token(
    through: Proxy, gpt: openai.OpenAI, witness: RecordingUpstream
) -> None:
    before = len(witness.requests)
    first = chats(gpt)
    turns = [
        {"role": "user", "content": QUESTION},
        {"role": "assistant", "content": first},
        {"role": "user", "content": "Thanks."},
    ]
    gpt.chat.completions.create(model="m", messages=turns)  # type: ignore[call-overload]
    one, two = witness.requests[before:]
    assert len(set(_TOKEN.findall(one + two))) == 1
    assert not leaks(two, SECRETS)


def test_no_value_is_in_anything_that_the_proxy_wrote(through: Proxy, gpt: openai.OpenAI) -> None:
    chats(gpt)
    written = b"".join(path.read_bytes() for path in sorted(through.state.directory.rglob("*")) if path.is_file())
    assert not leaks(written + "".join(through.said).encode(), SECRETS)
    assert through.records()
