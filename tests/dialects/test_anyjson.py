"""`grille.dialects.anyjson`: what only this dialect knows."""

from __future__ import annotations

import json

import pytest
from openai import APIError, OpenAI, PermissionDeniedError
from refusals import DENIAL, refused
from serving import serving

from grille.dialects import DIALECTS, Ended, Reply, Seen, read
from grille.exchange import Direction, Kind
from grille.framing.base import Framing, added
from grille.framing.json_parser import parse
from grille.framing.message import Message


def test_a_refusal_is_problem_details() -> None:
    reply, body = refused("anyjson")
    assert ("Content-Type", "application/problem+json") in reply.headers
    assert (reply.status, body["status"], body["code"]) == (403, 403, "entity_blocked")
    assert body["detail"] == "The request holds US_SSN."


def test_a_stop_is_the_same_problem_as_an_event() -> None:
    known = DIALECTS["anyjson"]
    assert known.hard_stop is not None
    (stop,) = known.hard_stop(DENIAL, Seen())
    assert (json.loads(stop.data), stop.name) == (refused("anyjson")[1], "error")
    assert known.soft_stop is None


def test_the_client_of_a_provider_whose_routes_are_any_json_shows_the_sentence() -> None:
    """As OpenAI's files, batches and threads are."""
    with (
        serving(refused("anyjson")[0]) as served,
        OpenAI(api_key="not-a-real-one", base_url=served.url, max_retries=0) as client,
        pytest.raises(PermissionDeniedError, match="The request holds US_SSN") as caught,
    ):
        client.vector_stores.create(name="x")
    assert caught.value.code == "entity_blocked"


def test_the_client_of_such_a_stream_raises_the_sentence() -> None:
    stop = DIALECTS["anyjson"].hard_stop
    assert stop is not None
    events = b"".join(added(Framing.SSE, each.data, each.name, error=each.error) for each in stop(DENIAL, Seen()))
    streamed = Reply(200, (("Content-Type", "text/event-stream"),), events)
    with (
        serving(streamed) as served,
        OpenAI(api_key="not-a-real-one", base_url=served.url, max_retries=0) as client,
        pytest.raises(APIError, match=r"^The request holds US_SSN\.$"),
    ):
        list(client.chat.completions.create(model="m", messages=[], stream=True))


def test_an_event_without_a_delta_ends_the_deltas_before_it() -> None:
    ended = DIALECTS["anyjson"].streaming.ended
    for going_on in ('{"delta": "one"}', '{"choices": [{"delta": {}}]}', '[{"a": {"delta": 1}}]'):
        assert ended(parse(going_on).root) == ()
    for over in ("{}", "1", '{"a": [{"deltas": "delta"}]}'):
        assert ended(parse(over).root) == (Ended(),)


def test_the_arguments_of_a_call_in_an_answer_are_arguments() -> None:
    calls = [{"function": {"arguments": {"card": "4111"}}}]
    streamed = (("Content-Type", "text/event-stream"),)
    for head, body in (((), {"tool_calls": calls}), (streamed, {"delta": {"step": {"tool_calls": calls}}})):
        raw = (b"data: " if head else b"") + json.dumps(body).encode() + b"\n\n"
        segments = read(DIALECTS["anyjson"], Direction.RESPONSE, Message(head, raw), 1 << 20).segments
        assert [each.kind for each in segments if each.text == "4111"] == [Kind.ARGUMENTS]
