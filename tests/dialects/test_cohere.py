"""`grille.dialects.cohere`: what only this dialect knows, and that Cohere's client agrees."""

from __future__ import annotations

from typing import Any

import cohere
import pytest
from cohere.errors import ForbiddenError
from goldens import LIMIT, WIRE, reading_of, streamed
from refusals import DENIAL, refused
from serving import recorded, serving

from grille.dialects import DIALECTS, read
from grille.exchange import Direction, Kind, Touch

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
