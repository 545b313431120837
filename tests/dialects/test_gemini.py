"""`grille.dialects.gemini`: what only this dialect knows, and that Google's client agrees."""

from __future__ import annotations

import json
import random
import re
from collections import Counter

import pytest
from goldens import LIMIT, WIRE, reading_of, streamed
from google import genai
from google.genai import errors, types
from hypothesis import given
from hypothesis import strategies as st
from refusals import DENIAL, refused
from serving import recorded, serving
from stops import cuts, events, frames_of, stopped

from grille.dialects import DIALECTS, Ended, Reading, read
from grille.dialects.fields import Care, Field
from grille.dialects.gemini import both
from grille.exchange import Direction, Kind, Touch
from grille.framing.base import Framing, added, end
from grille.framing.json_parser import parse
from grille.framing.message import Message


def client(url: str) -> genai.Client:
    return genai.Client(api_key="not-a-real-one", http_options=types.HttpOptions(base_url=url))


def reading(body: object) -> Reading:
    return read(DIALECTS["gemini"], Direction.REQUEST, Message((), json.dumps(body).encode()), LIMIT)


def test_a_refusal_is_raised_once_with_its_text() -> None:
    reply, body = refused("gemini")
    assert body["error"]["details"][0]["reason"] == "ENTITY_BLOCKED"
    with serving(reply) as served, client(served.url) as caller, pytest.raises(errors.ClientError) as raised:
        caller.models.generate_content(model="gemini-3-pro", contents="x")
    assert (raised.value.code, raised.value.status, raised.value.message) == (403, "PERMISSION_DENIED", DENIAL.text)
    assert len(served.requests) == 1


def test_the_client_joins_the_same_text_from_a_stream_and_its_request_is_read() -> None:
    parts = [
        types.Part.from_text(text="Why was 4111 declined?"),
        types.Part.from_bytes(data=b"Jane Doe", mime_type="text/plain"),
        types.Part.from_function_response(name="find_card", response={"digits": 4111}),
    ]
    asked = types.Content(role="user", parts=parts)
    settings = types.GenerateContentConfig(system_instruction="You help.")
    with serving(recorded("gemini/answer.sse", "text/event-stream")) as served, client(served.url) as caller:
        stream = caller.models.generate_content_stream(model="gemini-3-pro", contents=asked, config=settings)
        texts = [chunk.text or "" for chunk in stream]
    assert "".join(texts) == streamed("gemini/answer.sse", "text/index=0")
    found = {s.address: s for s in read(DIALECTS["gemini"], Direction.REQUEST, served.requests[0], LIMIT).segments}
    assert found["/systemInstruction/parts/0/text"].kind is Kind.SYSTEM
    assert found["/contents/0/parts/1/inlineData/data"].text == "Jane Doe"
    assert found["/contents/0/parts/2/functionResponse/response/digits"].touch is Touch.FREE


def spelt(node: object, snake: random.Random) -> object:
    """The same body with some of the vendor's names in snake_case; what is the caller's own stays."""
    if isinstance(node, list):
        return [spelt(item, snake) for item in node]
    if not isinstance(node, dict):
        return node
    free = {"args", "response", "labels"}
    return {
        re.sub("[A-Z]", lambda capital: "_" + capital[0].lower(), name) if snake.random() < 0.5 else name: (
            below if name in free else spelt(below, snake)
        )
        for name, below in node.items()
    }


def judged(reading: Reading) -> Counter[tuple[str, Kind, Touch]]:
    return Counter((s.text, s.kind, s.touch) for s in reading.segments if not s.address.endswith("~"))


@given(st.integers())
def test_every_name_may_be_written_in_both_ways(seed: int) -> None:
    body = json.loads((WIRE / "gemini/request.json").read_bytes())
    assert judged(reading(spelt(body, random.Random(seed)))) == judged(reading(body))


def test_a_field_is_spelt_in_every_mixture() -> None:
    wheres = {field.where for field in both([Field("**.inlineData{role=user}.displayName[].x", Care.WORDS)])}
    assert wheres == {
        f"**.{data}{{role=user}}.{name}[].x"
        for data in ("inlineData", "inline_data")
        for name in ("displayName", "display_name")
    }


def test_signatures_are_not_looked_at_and_thoughts_are_words() -> None:
    part = {"text": "4111", "thought": True, "thoughtSignature": "c2lnbmF0dXJl"}
    (text,) = [s for s in reading({"contents": [{"parts": [part]}]}).segments if s.text in ("4111", "c2lnbmF0dXJl")]
    assert (text.text, text.touch) == ("4111", Touch.FREE)


def test_below_the_arguments_of_a_function_nothing_is_the_vendors() -> None:
    call = {"name": "f", "args": {"inlineData": {"data": "not base64!"}, "type": "x", "apiKey": "y"}}
    found = {s.address: s for s in reading({"contents": [{"parts": [{"functionCall": call}]}]}).segments}
    below = [s for address, s in found.items() if "/args/" in address and not address.endswith("~")]
    assert [(s.kind, s.touch) for s in below] == [(Kind.ARGUMENTS, Touch.FREE)] * 3


def test_one_value_may_stand_for_a_list() -> None:
    lenient = reading({"contents": {"parts": {"inlineData": {"data": "SmFuZSBEb2U="}}}})
    assert [s.text for s in lenient.segments if (s.kind, s.touch) == (Kind.TEXT, Touch.FIXED)] == ["Jane Doe"]


def test_a_vector_has_no_words() -> None:
    assert reading_of(WIRE / "gemini/answer_embed.json").segments == ()


NAME = "gemini/answer.sse"


def chunks(how: str, after: int) -> list[types.GenerateContentResponse]:
    with serving(stopped(NAME, how, after)) as served, client(served.url) as caller:
        return list(caller.models.generate_content_stream(model="gemini-3-pro", contents="x"))


@pytest.mark.parametrize("after", cuts(NAME))
def test_a_hard_stop_is_raised_with_its_text(after: int) -> None:
    with pytest.raises(errors.ClientError) as raised:
        chunks("hard", after)
    assert (raised.value.code, raised.value.message) == (403, DENIAL.text)


@pytest.mark.parametrize("after", cuts(NAME))
def test_a_soft_stop_finishes_the_candidate_for_personal_data(after: int) -> None:
    (candidate,) = chunks("soft", after)[-1].candidates or []
    assert candidate.finish_reason is types.FinishReason.SPII


THOUGHT, ARGUMENTS = frozenset({"thought"}), frozenset({"arguments"})


def call(*arguments: dict[str, object], **more: object) -> dict[str, object]:
    partial = {"partialArgs": [{"jsonPath": "$.n", **each} for each in arguments]} if arguments else {}
    return {"functionCall": partial | more}


@pytest.mark.parametrize(
    ("part", "ended"),
    [
        ({"text": "a", "thought": True}, ()),
        ({"text": ""}, ()),
        ({"text": "a"}, [Ended(("index=0",), THOUGHT)]),
        (call({"stringValue": "a", "willContinue": True}), [Ended(("index=0",), THOUGHT)]),
        (call({"stringValue": "a"}),
         [Ended(("index=0",), THOUGHT), Ended(("index=0", "jsonPath=$.n"), ARGUMENTS)]),
        (call({"stringValue": "a", "will_continue": True}), [Ended(("index=0",), THOUGHT)]),
        (call(willContinue=True), [Ended(("index=0",), THOUGHT)]),
        (call(), [Ended(("index=0",), THOUGHT), Ended(("index=0",), ARGUMENTS)]),
    ],
)  # fmt: skip
def test_what_follows_thoughts_ends_them_and_an_argument_ends_when_it_will_not_continue(
    part: object, ended: list[Ended]
) -> None:
    event = json.dumps({"candidates": [{"content": {"parts": [part]}, "index": 0}]})
    assert list(DIALECTS["gemini"].streaming.ended(parse(event).root)) == list(ended)


@pytest.mark.parametrize("name", ["finishReason", "finish_reason"])
def test_a_reason_to_finish_ends_the_candidate(name: str) -> None:
    event = json.dumps({"candidates": [{"index": 1, name: "STOP"}]})
    assert DIALECTS["gemini"].streaming.ended(parse(event).root) == (Ended(("index=1",)),)


@pytest.mark.parametrize("how", ["hard", "soft"])
def test_a_stream_that_is_an_array_stays_one(how: str) -> None:
    frames = frames_of(NAME)[1][:2]
    elements = [frame.data or "" for frame in frames] + [each.data for each in events("gemini", how, frames)]
    written = [added(Framing.JSON_ARRAY, text, begun=number > 0) for number, text in enumerate(elements)]
    body = b"".join((*written, end(Framing.JSON_ARRAY)))
    assert len(json.loads(body)) == 3
    message = Message((("Content-Type", "application/json"),), body)
    found = {s.address: s.text for s in read(DIALECTS["gemini"], Direction.RESPONSE, message, LIMIT).segments}
    assert found["stream:thought/index=0"] == "CREDIT_CARD_K7Q2M9XA is over its limit."
    assert DENIAL.text in found.values()
    assert (found.get("event:2/candidates/0/finishReason") == "SPII") is (how == "soft")
