"""Streams over WebSockets: OpenAI's realtime sessions, and responses whose events are frames."""

from __future__ import annotations

import json
import socket
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import openai
import pytest
from model_openai import CIPHER, TOKENS_USED
from model_sockets import SPEECH, Talker
from saying import CARD, OWN, QUESTION, STRANGE, seen_in, tokens_in
from streams import SOCKETS, Way
from websockets.sync.client import connect

from oracle import leaks

pytestmark = pytest.mark.usefixtures("of_two_threads")


@pytest.fixture
def gpt(way: Way, talker: Talker) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(api_key="k", base_url=f"{way.to(SOCKETS, talker.port)}/v1") as client:
        yield client


def item(text: str) -> Any:
    return {"type": "message", "role": "user", "content": [{"type": "input_text", "text": text}]}


def until(events: Any, last: str) -> list[Any]:
    """The events up to one of the kind `last`."""
    found = []
    for event in events:
        found.append(event)
        if event.type == last:
            break
    return found


def joined(events: list[Any]) -> dict[str, str]:
    said: dict[str, str] = defaultdict(str)
    for event in events:
        kind, _, end = event.type.rpartition(".")
        if end == "delta":
            said[kind.removeprefix("response.")] += event.delta
    return dict(said)


def received(events: list[Any]) -> bytes:
    whole = [event.to_json() for event in events]
    return "\n".join([*whole, *joined(events).values()]).encode()


def check_leaks(way: Way, events: list[Any], frames: list[str]) -> None:
    assert leaks(received(events), STRANGE) == (set() if way.proxy else set(STRANGE))
    assert leaks("".join(frames).encode(), OWN) == (set() if way.proxy else set(OWN))


def test_a_realtime_session(way: Way, gpt: openai.OpenAI, talker: Talker) -> None:
    before = len(talker.received)
    with gpt.realtime.connect(model="gpt-realtime") as session:
        assert session.recv().session.id == "sess_1"
        session.conversation.item.create(item=item(SPEECH + QUESTION))
        session.response.create()
        events = until(session, "response.done")
    said = joined(events)
    assert said["output_audio_transcript"] == SPEECH + way.reads.text
    assert said["output_text"] == way.reads.text
    assert json.loads(said["function_call_arguments"]) == way.reads.first
    spoken, written, call = events[-1].response.output
    assert spoken.content[0].transcript == SPEECH + way.reads.text
    assert written.content[0].text == way.reads.text
    assert json.loads(call.arguments) == way.reads.first
    assert events[-1].response.usage.to_dict() == TOKENS_USED
    assert [event.event_id for event in events] == [f"event_{each}" for each in range(2, len(events) + 2)]
    frames = talker.received[before:]
    sent = json.loads(frames[0])["item"]["content"][0]["text"]
    names = seen_in(frames[0].encode())
    assert sent == f"{SPEECH}Why was card {names.card} of {names.email} declined? IBAN {names.iban}."
    check_leaks(way, events, frames)


def test_a_session_has_the_same_tokens_in_every_turn(guarded: Way, talker: Talker) -> None:
    before = len(talker.received)
    with (
        openai.OpenAI(api_key="k", base_url=f"{guarded.to(SOCKETS, talker.port)}/v1") as gpt,
        gpt.realtime.connect(model="gpt-realtime") as session,
    ):
        text = QUESTION
        for _ in range(2):
            session.conversation.item.create(item=item(text))
            session.response.create()
            text = joined(until(session, "response.done"))["output_text"]
            assert text == guarded.reads.text
    first, _, second, _ = talker.received[before:]
    assert tokens_in(first.encode()) == tokens_in(second.encode())
    assert len(tokens_in(first.encode())) == len(OWN)
    assert not leaks((first + second).encode(), OWN)


def test_responses_as_frames(way: Way, gpt: openai.OpenAI, talker: Talker) -> None:
    before = len(talker.received)
    with gpt.responses.connect() as opened:
        for _ in range(2):
            opened.response.create(model="m", input=QUESTION, store=False)
            events = until(opened, "response.completed")
            said = joined(events)
            assert (said["output_text"], said["reasoning_summary_text"]) == (way.reads.text, way.reads.summary)
            assert json.loads(said["function_call_arguments"]) == way.reads.first
            reasoning, message, call = events[-1].response.output
            assert (message.content[0].text, reasoning.encrypted_content) == (way.reads.text, CIPHER)
            assert json.loads(call.arguments) == way.reads.first
            check_leaks(way, events, talker.received[before:])
    one, two = talker.received[before:]
    assert one == two


def test_a_client_of_its_own_that_sends_in_fragments(way: Way, talker: Talker) -> None:
    """A message may come in several frames, cut anywhere in a value."""
    before = len(talker.received)
    body = json.dumps({"type": "response.create", "model": "m", "input": QUESTION, "store": False})
    middle = body.index(CARD) + 7
    address = way.to(SOCKETS, talker.port).replace("https", "wss")
    with connect(f"{address}/v1/responses", additional_headers={"Authorization": "Bearer k"}) as opened:
        opened.send(iter([body[:middle], body[middle : middle + 3], body[middle + 3 :]]))
        frames = []
        while not frames or json.loads(frames[-1])["type"] != "response.completed":
            frames.append(opened.recv(20))
    said = "".join(json.loads(frame)["delta"] for frame in frames if '"response.output_text.delta"' in frame)
    assert said == way.reads.text
    assert leaks("\n".join([*frames, said]).encode(), STRANGE) == (set() if way.proxy else set(STRANGE))
    assert leaks("".join(talker.received[before:]).encode(), OWN) == (set() if way.proxy else set(OWN))


def test_a_socket_that_is_left_open_does_not_stop_the_next(way: Way, talker: Talker) -> None:
    address = way.to(SOCKETS, talker.port).replace("https", "wss")
    body = json.dumps({"type": "response.create", "model": "m", "input": QUESTION, "store": False})
    left = connect(f"{address}/v1/responses", additional_headers={"Authorization": "Bearer k"})
    left.send(body)
    left.recv(20)
    left.socket.shutdown(socket.SHUT_RDWR)
    left.recv_events_thread.join(10)  # who reads a descriptor that is closed reads the next one of that number
    with connect(f"{address}/v1/responses", additional_headers={"Authorization": "Bearer k"}) as following:
        following.send(body)
        kinds = []
        while kinds[-1:] != ["response.completed"]:
            kinds.append(json.loads(following.recv(20))["type"])
    assert kinds[0] == "response.created"
