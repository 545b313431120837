"""Streams that do not end as they should: whoever goes away, there is one record and the next request is served."""

from __future__ import annotations

import json
import time
from typing import Any

import anthropic
import botocore.exceptions
import httpx
import httpx2
import ollama
import openai
import pytest
import urllib3
from google.genai import errors
from model_others import frame
from saying import CARD, EMAIL, IBAN, QUESTION, READ, STRANGE, say
from speaking import SPEAKING, Speak, chat
from streams import HOSTS, Way, answers

from oracle import leaks
from streaming_upstream import Manner, Tap

FAILURES = (
    openai.OpenAIError, anthropic.AnthropicError, errors.APIError, ollama.ResponseError, json.JSONDecodeError,
    botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError, urllib3.exceptions.HTTPError,
    httpx.HTTPError, httpx2.HTTPError, errors.UnknownApiResponseError,
)  # fmt: skip
"""What the clients raise when an answer breaks off or cannot be read; each its own."""

GARBAGE = {
    "chat": b'data: {"id": "chatcmpl-1", "choices": [\n\n',
    "responses": b'event: response.output_text.delta\ndata: {"type": "response.output_text.delta", "delta": \n\n',
    "messages": b'event: content_block_delta\ndata: {"type": "content_block_delta", "index": 1, "delta"\n\n',
    "gemini": b'data: {"candidates": [{"content": {"parts": [}\r\n\r\n',
    "ollama": b'{"model": "m", "message": {"content": \n',
    "bedrock": frame("contentBlockDelta", {"contentBlockIndex": 1, "delta": {"text": "x"}, "p": "a"})[:-1] + b"\0",
}


@pytest.fixture(autouse=True)
def _bearer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_BEARER_TOKEN_BEDROCK", "k")


def serves_on(way: Way, speak: Speak = chat) -> None:
    """The next request is answered as if nothing had been."""
    assert "".join(speak(way, say(f"alpha {CARD}"), "")) == f"alpha {CARD}"


def since(way: Way) -> int:
    assert way.proxy
    return len(way.proxy.records())


def outcome(way: Way, before: int) -> str:
    """The verdict of the one answer that was recorded."""
    assert way.proxy
    (record,) = answers(way.proxy, before)
    verdict: str = record["verdict"]
    return verdict


def has_left(way: Way, before: int) -> bool:
    """Whether the one record says that the client left, or the answer came through before anybody could notice."""
    assert way.proxy
    (record,) = answers(way.proxy, before)
    reasons = {reason["code"] for reason in record["reasons"]}
    return record["verdict"] == "rewrite" or not reasons.isdisjoint({"client_left", "upstream_failed"})


def heard(way: Way, speak: Speak, question: str = QUESTION) -> str:
    """What a client gets of a stream that breaks off."""
    said: list[str] = []
    with pytest.raises(FAILURES):
        said.extend(speak(way, question, ""))
    return "".join(said).removeprefix("0: ")


@pytest.mark.parametrize("speak", SPEAKING.values(), ids=SPEAKING)
def test_a_client_that_goes_away(guarded: Way, speak: Speak) -> None:
    before, tap = since(guarded), Tap()
    with guarded.upstream.behaving(Manner(tap=tap)):
        tap.let(200)
        pieces = speak(guarded, QUESTION, "")
        assert any(pieces)
        pieces.close()  # type: ignore[attr-defined]
        tap.open()
    assert has_left(guarded, before)
    serves_on(guarded, speak)


def test_an_upstream_that_falls_silent(guarded: Way) -> None:
    """The client gives up first."""
    before, tap = since(guarded), Tap(60)
    messages: Any = [{"role": "user", "content": QUESTION}]
    with (
        guarded.upstream.behaving(Manner(tap=tap)),
        openai.OpenAI(api_key="k", base_url=f"{guarded.to(HOSTS['openai'])}/v1", timeout=1, max_retries=0) as client,
        pytest.raises(openai.APITimeoutError),
    ):
        list(client.chat.completions.create(model="m", messages=messages, stream=True))
    assert has_left(guarded, before)
    serves_on(guarded)


@pytest.mark.parametrize("name", SPEAKING)
@pytest.mark.parametrize("breaks_at", [0, 60])
def test_an_upstream_that_goes_away(way: Way, name: str, breaks_at: int) -> None:
    before = len(way.proxy.records()) if way.proxy else 0
    with way.upstream.behaving(Manner(breaks_at=breaks_at)):
        said = heard(way, SPEAKING[name])
    if way.proxy:
        assert READ.text.startswith(said)
        assert outcome(way, before) == "error"
        serves_on(way, SPEAKING[name])


@pytest.mark.parametrize("name", SPEAKING)
def test_an_upstream_that_sends_what_nobody_can_read(guarded: Way, name: str) -> None:
    """What came before may have arrived; what comes after does not."""
    before = since(guarded)
    with guarded.upstream.behaving(Manner(breaks_at=60, garbage=GARBAGE[name])):
        said = heard(guarded, SPEAKING[name])
    assert READ.text.startswith(said)
    assert outcome(guarded, before)
    serves_on(guarded, SPEAKING[name])


def test_nothing_of_all_this_is_written_anywhere(guarded: Way) -> None:
    assert guarded.proxy
    with guarded.upstream.behaving(Manner(breaks_at=60)):
        heard(guarded, chat)
    time.sleep(0.2)
    written = guarded.proxy.state.audit.read_bytes() + "".join(guarded.proxy.said).encode()
    assert not leaks(written, [CARD, EMAIL, IBAN, *STRANGE])
