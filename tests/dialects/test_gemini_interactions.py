"""`grille.dialects.gemini_interactions`: what only this dialect knows, and that Google's client agrees."""

from __future__ import annotations

import json
from typing import Any

import pytest
from goldens import LIMIT, streamed
from google import genai
from google.genai import types
from refusals import DENIAL, refused
from serving import recorded, serving
from stops import cuts, stopped

from grille.dialects import DIALECTS, Ended, read
from grille.exchange import Direction, Kind, Segment, Touch
from grille.framing.json_parser import parse
from grille.framing.message import Message


def client(url: str) -> genai.Client:
    return genai.Client(api_key="not-a-real-one", http_options=types.HttpOptions(base_url=url))


def segments(body: object) -> dict[str, Segment]:
    message = Message((), json.dumps(body).encode())
    return {s.address: s for s in read(DIALECTS["gemini_interactions"], Direction.REQUEST, message, LIMIT).segments}


def test_a_refusal_is_raised_once_with_its_text() -> None:
    with serving(refused("gemini_interactions")[0]) as served, client(served.url) as caller:
        with pytest.raises(Exception, match=r"403.*The request holds US_SSN\."):
            caller.interactions.create(model="gemini-3-pro", input="x", store=False)
        assert len(served.requests) == 1


def test_the_client_joins_the_same_text_from_a_stream() -> None:
    reply = recorded("gemini_interactions/answer.sse", "text/event-stream")
    with serving(reply) as served, client(served.url) as caller:
        stream: Any = caller.interactions.create(model="gemini-3-pro", input="4111", store=False, stream=True)
        said, called = "", ""
        for event in stream:
            if event.event_type == "step.start" and event.step.type == "model_output":
                said += "".join(content.text for content in event.step.content)
            elif event.event_type == "step.delta":
                said += event.delta.text if event.delta.type == "text" else ""
                called += event.delta.arguments if event.delta.type == "arguments_delta" else ""
    assert said == streamed("gemini_interactions/answer.sse", "text/index=1")
    assert json.loads(called)["number"] == streamed("gemini_interactions/answer.sse", "arguments/index=2#/number")
    reading = read(DIALECTS["gemini_interactions"], Direction.REQUEST, served.requests[0], LIMIT)
    assert "4111" in [segment.text for segment in reading.segments if segment.touch is Touch.FREE]


@pytest.mark.parametrize("name", ["system_instruction", "systemInstruction"])
def test_what_the_system_is_told_is_known_in_both_spellings(name: str) -> None:
    assert segments({name: "4111"})[f"/{name}"].kind is Kind.SYSTEM


@pytest.mark.parametrize("body", [{"input": {"data": "SmFuZQ=="}}, {"input": [{"data": "SmFuZQ=="}]}])
def test_a_file_is_opened_wherever_content_may_stand(body: object) -> None:
    assert [s.text for s in segments(body).values() if (s.kind, s.touch) == (Kind.TEXT, Touch.FIXED)] == ["Jane"]


def test_a_credential_for_another_server_is_judged_and_never_changed() -> None:
    tool = {"type": "mcp_server", "url": "https://example.com", "headers": {"Authorization": "4111"}}
    assert segments({"tools": [tool]})["/tools/0/headers/Authorization"].touch is Touch.FIXED


NAME = "gemini_interactions/answer.sse"


def events(how: str, after: int) -> list[Any]:
    with serving(stopped(NAME, how, after)) as served, client(served.url) as caller:
        stream: Any = caller.interactions.create(model="gemini-3-pro", input="x", store=False, stream=True)
        return list(stream)


@pytest.mark.parametrize("after", cuts(NAME))
def test_a_hard_stop_is_the_event_for_errors_because_the_client_raises_for_none(after: int) -> None:
    last = events("hard", after)[-1]
    assert (last.event_type, last.error.message) == ("error", DENIAL.text)


@pytest.mark.parametrize("after", cuts(NAME))
def test_a_soft_stop_completes_the_interaction_and_leaves_no_step_open(after: int) -> None:
    got = events("soft", after)
    assert (got[-1].event_type, got[-1].interaction.status) == ("interaction.completed", "incomplete")
    assert got[-1].interaction.id == ("int_1" if after else f"int_{DENIAL.incident}")
    started = [event.index for event in got if event.event_type == "step.start"]
    assert started == sorted(event.index for event in got if event.event_type == "step.stop")


def test_a_step_ends_with_its_stop_and_everything_with_the_interaction() -> None:
    ended = DIALECTS["gemini_interactions"].streaming.ended
    assert ended(parse('{"event_type": "step.stop", "index": 2}').root) == (Ended(("index=2",)),)
    assert ended(parse('{"event_type": "interaction.completed"}').root) == (Ended(),)
    assert ended(parse('{"event_type": "step.start", "index": 2}').root) == ()
