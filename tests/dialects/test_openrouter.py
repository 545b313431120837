"""`grille.dialects.openrouter`: what it adds to OpenAI's chat."""

from __future__ import annotations

import openai
import pytest
from goldens import WIRE, reading_of, streamed
from openai import APIError, OpenAI
from openai.types.chat import ChatCompletionChunk
from refusals import DENIAL, refused
from serving import recorded, serving
from stops import cuts, stopped

from grille.dialects import DIALECTS
from grille.exchange import Touch
from grille.framing.json_parser import parse


def test_a_refusal_is_raised_once_with_its_text() -> None:
    reply, body = refused("openrouter")
    assert body["error"]["metadata"] == {"code": "entity_blocked", "incident": "K7Q2M9XA"}
    with serving(reply) as served, openai.OpenAI(api_key="not-a-real-one", base_url=served.url) as caller:
        with pytest.raises(openai.PermissionDeniedError, match=r"The request holds US_SSN\."):
            caller.chat.completions.create(model="m", messages=[{"role": "user", "content": "x"}])
        assert len(served.requests) == 1
    assert body["error"]["message"] == DENIAL.text


def test_the_client_joins_the_same_text_from_a_stream() -> None:
    reply = recorded("openrouter/answer.sse", "text/event-stream")
    with serving(reply) as served, openai.OpenAI(api_key="not-a-real-one", base_url=served.url) as caller:
        stream = caller.chat.completions.create(model="m", messages=[{"role": "user", "content": "x"}], stream=True)
        said = "".join(chunk.choices[0].delta.content or "" for chunk in stream)
    assert said == streamed("openrouter/answer.sse", "content/index=0")


def test_only_reasoning_with_a_signature_is_sealed_and_a_stream_of_it_always() -> None:
    sealed = [s.address for s in reading_of(WIRE / "openrouter/request.json").segments if s.touch is Touch.SEALED]
    assert sealed == ["/messages/1/reasoning_details/0/text"]
    streams = [s.address for s in reading_of(WIRE / "openrouter/answer.sse").segments if s.touch is Touch.SEALED]
    assert streams == ["stream:details/index=0/index=0"]


NAME = "openrouter/answer.sse"


def chunks(how: str, after: int) -> list[ChatCompletionChunk]:
    with (
        serving(stopped(NAME, how, after)) as served,
        OpenAI(api_key="not-a-real-one", base_url=served.url, max_retries=0) as caller,
    ):
        return list(caller.chat.completions.create(model="m", messages=[], stream=True))


@pytest.mark.parametrize("after", cuts(NAME))
def test_a_hard_stop_is_raised_with_its_text_by_openais_client(after: int) -> None:
    with pytest.raises(APIError, match=r"^The request holds US_SSN\.$"):
        chunks("hard", after)


@pytest.mark.parametrize("after", cuts(NAME))
def test_a_soft_stop_finishes_the_choice_as_filtered(after: int) -> None:
    assert chunks("soft", after)[-1].choices[0].finish_reason == "content_filter"


def test_the_first_words_end_every_kind_of_reasoning() -> None:
    event = '{"choices": [{"index": 0, "delta": {"content": "a"}}]}'
    (ended,) = DIALECTS["openrouter"].streaming.ended(parse(event).root)
    for channel, indices in (("details", ("index=0", "index=0")), ("summary", ("index=0", "index=1"))):
        assert ended.holds(channel, indices)
    assert not ended.holds("content", ("index=0",))
