"""`grille.dialects.cohere`: what only this dialect knows, and that Cohere's client agrees."""

from __future__ import annotations

import json
from typing import Any

import cohere
import pytest
from cohere.errors import ForbiddenError
from goldens import LIMIT, WIRE, reading_of, streamed
from refusals import DENIAL, refused
from serving import recorded, serving
from stops import cuts, stopped

from grille.dialects import DIALECTS, read
from grille.exchange import Direction, Kind, Touch
from grille.framing.json_parser import parse

ASKED: list[Any] = [cohere.UserChatMessageV2(content="Why was 4111 declined?")]


def client(url: str) -> cohere.ClientV2:
    return cohere.ClientV2(api_key="not-a-real-one", base_url=url)


def test_a_refusal_is_raised_once_with_its_text() -> None:
    with serving(refused("cohere")[0]) as served, pytest.raises(ForbiddenError) as raised:
        client(served.url).chat(model="m", messages=ASKED)
    assert (raised.value.body["message"], len(served.requests)) == (DENIAL.text, 1)


def test_the_client_joins_the_same_text_from_a_stream_and_its_request_is_read() -> None:
    documents: list[Any] = ["Jane Doe", cohere.Document(data={"digits": 4111})]
    said, planned = "", ""
    with serving(recorded("cohere/answer.sse", "text/event-stream")) as served:
        stream: Any = client(served.url).chat_stream(model="m", messages=ASKED, documents=documents)
        for event in stream:
            if event.type == "content-delta":
                said += event.delta.message.content.text
            elif event.type == "tool-plan-delta":
                planned += event.delta.message.tool_plan
    assert said == streamed("cohere/answer.sse", "text/index=0")
    assert planned == streamed("cohere/answer.sse", "plan")
    found = {s.address: s for s in read(DIALECTS["cohere"], Direction.REQUEST, served.requests[0], LIMIT).segments}
    assert found["/documents/0"].text == "Jane Doe"
    assert (found["/documents/1/data/digits"].text, found["/documents/1/data/digits"].touch) == ("4111", Touch.FREE)


def test_a_vector_has_no_words_and_the_text_beside_it_has() -> None:
    segments = reading_of(WIRE / "cohere/answer_embed.json").segments
    assert [s.text for s in segments if s.kind is Kind.TEXT] == ["Card CREDIT_CARD_K7Q2M9XA"]
    assert not any(s.address.startswith("/embeddings/") for s in segments)


NAME = "cohere/answer.sse"


def events(how: str, after: int) -> list[Any]:
    with serving(stopped(NAME, how, after)) as served:
        return list(client(served.url).chat_stream(model="m", messages=ASKED))


@pytest.mark.parametrize("after", cuts(NAME))
def test_a_hard_stop_is_an_end_with_an_error_because_the_client_raises_for_no_event(after: int) -> None:
    last = events("hard", after)[-1]
    assert (last.type, last.delta.finish_reason, last.delta.error) == ("message-end", "ERROR", DENIAL.text)


@pytest.mark.parametrize("after", cuts(NAME))
def test_a_soft_stop_ends_what_is_open_and_the_message(after: int) -> None:
    got = events("soft", after)
    kinds = [event.type for event in got]
    assert (kinds[0], kinds[-1], got[-1].delta.finish_reason) == ("message-start", "message-end", "MAX_TOKENS")
    for part in ("content", "tool-call"):
        assert kinds.count(f"{part}-start") == kinds.count(f"{part}-end")


@pytest.mark.parametrize(
    ("event", "ended"),
    [
        ({"type": "content-end", "index": 0}, {("text", "index=0"), ("thinking", "index=0")}),
        ({"type": "tool-call-end", "index": 0}, {("arguments", "index=0")}),
        ({"type": "content-start", "index": 0}, {("plan", "")}),
        ({"type": "tool-call-start", "index": 1}, {("plan", "")}),
        ({"type": "citation-end", "index": 0}, set()),
    ],
)
def test_content_and_calls_of_one_number_end_apart(event: object, ended: set[tuple[str, str]]) -> None:
    found = DIALECTS["cohere"].streaming.ended(parse(json.dumps(event)).root)
    channels = [(name, f"index={at}") for name in ("text", "thinking", "arguments") for at in (0, 1)] + [("plan", "")]
    assert {(n, at) for n, at in channels for each in found if each.holds(n, (at,) if at else ())} == ended
