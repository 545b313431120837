"""What a policy can ask of a stream: to stop it, hard or soft, to collect it, or only to watch.

The SSN in the answer may not come back. What stands before it may have arrived; it has not, and nothing after it.
"""

from __future__ import annotations

from typing import Any

import anthropic
import anyio
import botocore.exceptions
import mcp
import ollama
import openai
import pytest
from ending import ENDING
from google.genai import errors
from ledger import STEPS, Ledger
from model_sockets import Talker
from saying import CARD, QUESTION, READ, SAID, SSN, STRANGE, say
from speaking import SPEAKING, chat
from streams import ASKED_SOCKETS, STRICT_LEDGER, STRICT_SOCKETS, Way, answers, named

from oracle import leaks

BEFORE = READ.text.partition("[US_SSN")[0]
"""The part of the answer that is nobody else's business."""

PROVIDERS = {
    "chat": "openai", "responses": "openai", "messages": "anthropic", "gemini": "gemini", "ollama": "ollama_cloud",
    "bedrock": "bedrock",
}  # fmt: skip
HARD: dict[str, type[Exception]] = {
    "chat": openai.APIError, "responses": openai.APIError, "messages": anthropic.APIStatusError,
    "gemini": errors.APIError, "ollama": ollama.ResponseError, "bedrock": botocore.exceptions.EventStreamError,
}  # fmt: skip


def host(setting: str, name: str) -> str:
    return named(setting, PROVIDERS[name])


@pytest.fixture
def way(guarded: Way, monkeypatch: pytest.MonkeyPatch) -> Way:
    monkeypatch.setenv("AWS_BEARER_TOKEN_BEDROCK", "k")
    return guarded


def since(way: Way) -> int:
    assert way.proxy
    return len(way.proxy.records())


def the_answer(way: Way, before: int) -> dict[str, Any]:
    assert way.proxy
    (record,) = answers(way.proxy, before)
    return record


@pytest.mark.parametrize("name", SPEAKING)
def test_a_hard_stop_is_the_clients_own_error(way: Way, name: str) -> None:
    before = since(way)
    said: list[str] = []
    with pytest.raises(HARD[name], match="US_SSN") as caught:
        said.extend(SPEAKING[name](way, QUESTION, host("hard", name)))
    text = "".join(said).removeprefix("0: ")
    assert BEFORE.startswith(text)
    assert CARD in text
    record = the_answer(way, before)
    assert (record["verdict"], [reason["code"] for reason in record["reasons"]]) == ("block", ["entity_blocked"])
    assert record["incident"] in str(caught.value)
    assert not leaks(f"{caught.value!r} {text}".encode(), STRANGE)


@pytest.mark.parametrize("setting", ["collect", "judged"])
@pytest.mark.parametrize("name", SPEAKING)
def test_a_collected_answer_is_refused_before_anything_came(way: Way, name: str, setting: str) -> None:
    before = since(way)
    said: list[str] = []
    refused = botocore.exceptions.ClientError if name == "bedrock" else HARD[name]
    with pytest.raises(refused, match="US_SSN"):
        said.extend(SPEAKING[name](way, QUESTION, host(setting, name)))
    assert "".join(said) == ""
    assert the_answer(way, before)["verdict"] == "block"
    assert "".join(SPEAKING[name](way, say(f"alpha {CARD}"), host(setting, name))) == f"alpha {CARD}"


def test_who_only_watches_changes_nothing(way: Way) -> None:
    before = since(way)
    assert "".join(chat(way, QUESTION, host("watched", "chat"))) == f"0: {SAID.text}"
    record = the_answer(way, before)
    assert (record["verdict"], record["enforced"]) == ("block", False)


@pytest.mark.parametrize("name", ["chat", "messages"])
def test_names_wait_for_their_sentence(way: Way, name: str) -> None:
    """They are found by a language model, which works in processes of its own."""
    words = "Yesterday I spoke to Jane Doe about the invoice. She will call back. The rest is settled."
    said = "".join(SPEAKING[name](way, say(words), host("names", name)))
    assert said == words.replace("Jane Doe", "[PERSON removed]")


# -- soft stops: each client ends as if the vendor had filtered --------------------------------------

FILTERED = {
    "chat": {"content_filter"}, "responses": {"content_filter"}, "messages": {"refusal"},
    "gemini": {"SAFETY", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII"}, "ollama": {"stop", "content_filter"},
    "bedrock": {"guardrail_intervened", "content_filtered"},
}  # fmt: skip


@pytest.mark.parametrize("name", ENDING)
def test_a_soft_stop_ends_as_the_vendors_filter_does(way: Way, name: str) -> None:
    before = since(way)
    ended = ENDING[name](way.to(host("soft", name)), QUESTION)
    text = ended.text.removeprefix("0: ")
    assert ended.reason in FILTERED[name]
    assert BEFORE.startswith(text)
    assert CARD in text
    assert not leaks(ended.received, STRANGE)
    assert the_answer(way, before)["verdict"] == "block"


# -- MCP and sockets -------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["legacy", "2026-07-28"])
def test_a_result_in_a_stream_of_mcp_becomes_an_error_and_the_session_goes_on(
    way: Way, ledger: Ledger, mode: str
) -> None:
    reports: list[str] = []

    async def report(progress: float, total: float | None, message: str | None) -> None:
        reports.append(message or "")

    async def converse() -> tuple[mcp.MCPError, str]:
        with anyio.fail_after(20):
            async with mcp.Client(f"{way.to(STRICT_LEDGER)}/mcp", mode=mode) as client:
                with pytest.raises(mcp.MCPError) as caught:
                    await client.call_tool("look_up", {"search": CARD}, progress_callback=report)
                again = await client.call_tool("greet", {"name": CARD})
                return caught.value, again.content[0].text

    error, greeting = anyio.run(converse)
    assert (error.error.code, error.error.data["code"]) == (-32010, "entity_blocked")
    assert "US_SSN" in error.error.message
    assert reports == [f"{step}: {CARD}, not {READ.other}" for step in range(STEPS)]
    assert greeting == f"Hello {CARD}."
    assert not leaks(f"{error!r} {reports}".encode(), STRANGE)


@pytest.mark.usefixtures("of_two_threads")
def test_a_frame_that_may_not_come_back_is_an_error_event(way: Way) -> None:
    with (
        openai.OpenAI(api_key="k", base_url=f"{way.to(STRICT_SOCKETS)}/v1") as gpt,
        gpt.responses.connect() as socket,
    ):
        socket.response.create(model="m", input=QUESTION, store=False)
        events = []
        for event in socket:
            events.append(event)
            if event.type in {"error", "response.failed", "response.completed"}:
                break
    assert events[-1].type == "error"
    assert "US_SSN" in events[-1].to_json()
    text = "".join(event.delta for event in events if event.type == "response.output_text.delta")
    assert BEFORE.startswith(text)
    assert CARD in text
    received = "\n".join([*(event.to_json() for event in events), text])
    assert not leaks(received.encode(), STRANGE)


@pytest.mark.usefixtures("of_two_threads")
def test_a_frame_that_may_not_leave_is_dropped_and_the_session_goes_on(way: Way, talker: Talker) -> None:
    before = len(talker.received)
    item: Any = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": f"SSN {SSN}"}]}
    with (
        openai.OpenAI(api_key="k", base_url=f"{way.to(ASKED_SOCKETS)}/v1") as gpt,
        gpt.realtime.connect(model="gpt-realtime") as session,
    ):
        assert session.recv().type == "session.created"
        session.conversation.item.create(item=item)
        refused = session.recv()
        assert (refused.type, refused.error.code) == ("error", "entity_blocked")
        assert "US_SSN" in refused.error.message
        assert SSN not in refused.to_json()
        session.response.create()
        kinds = [session.recv().type]
        while kinds[-1] != "response.done":
            kinds.append(session.recv().type)
        assert kinds[0] == "response.created"
    assert not leaks("".join(talker.received[before:]).encode(), [SSN])
