"""`grille.dialects.openai_text`: what only this dialect knows, and that OpenAI's client agrees."""

from __future__ import annotations

import json

import openai
import pytest
from goldens import LIMIT, WIRE, reading_of, streamed
from openai import APIError, OpenAI
from openai.types import Completion
from refusals import refused
from serving import recorded, serving
from stops import cuts, stopped

from grille.dialects import DIALECTS, Denial, Ended, Seen, read
from grille.dialects.openai_text import ended, soft_stop
from grille.errors import Unscannable
from grille.exchange import Direction, Edit, Kind
from grille.framing.json_parser import parse
from grille.framing.message import Message


def test_a_refusal_is_that_of_the_sister_dialect() -> None:
    assert refused("openai_text") == refused("openai_chat")


def test_the_client_joins_the_same_text_from_a_stream() -> None:
    reply = recorded("openai_text/answer.sse", "text/event-stream")
    with serving(reply) as served, openai.OpenAI(api_key="not-a-real-one", base_url=served.url) as caller:
        stream = caller.completions.create(model="gpt-3.5-turbo-instruct", prompt="4111", stream=True)
        said = "".join(chunk.choices[0].text for chunk in stream)
    assert said == streamed("openai_text/answer.sse", "text/index=0")
    reading = read(DIALECTS["openai_text"], Direction.REQUEST, served.requests[0], LIMIT)
    assert "4111" in [segment.text for segment in reading.segments]


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"prompt": [4321, 876]}, "/prompt/0"),
        ({"prompt": [[4321], [876]]}, "/prompt/0/0"),
        ({"prompt": ["words", 876]}, "/prompt/1"),
        ({"input": [4321, 876]}, "/input/0"),
        ({"input": [[4321, 876]]}, "/input/0/0"),
    ],
)
def test_words_that_come_as_token_ids_are_refused(body: object, where: str) -> None:
    with pytest.raises(Unscannable, match=f"send the text itself at {where}$"):
        read(DIALECTS["openai_text"], Direction.REQUEST, Message((), json.dumps(body).encode()), LIMIT)


def test_pictures_and_vectors_that_come_back_are_not_looked_at() -> None:
    for name in ("answer_embeddings", "answer_images"):
        texts = [segment.text for segment in reading_of(WIRE / f"openai_text/{name}.json").segments]
        assert not {"iVBORw0KGgr/", "AACAPw==", "0.4111111111111111"} & set(texts)


def test_probabilities_are_emptied_when_the_words_change() -> None:
    reading = reading_of(WIRE / "openai_text/answer.json")
    number = next(at for at, segment in enumerate(reading.segments) if segment.kind is Kind.TEXT)
    changed = json.loads(reading.rewrite([Edit(number, 0, 4, "Cart")]).body)
    assert changed["choices"][0]["logprobs"] is None


NAME = "openai_text/answer.sse"


def chunks(how: str, after: int) -> list[Completion]:
    with (
        serving(stopped(NAME, how, after)) as served,
        OpenAI(api_key="not-a-real-one", base_url=served.url, max_retries=0) as caller,
    ):
        return list(caller.completions.create(model="m", prompt="x", stream=True))


@pytest.mark.parametrize("after", cuts(NAME))
def test_a_hard_stop_is_raised_with_its_text(after: int) -> None:
    with pytest.raises(APIError, match=r"^The request holds US_SSN\.$"):
        chunks("hard", after)


@pytest.mark.parametrize("after", cuts(NAME))
def test_a_soft_stop_finishes_the_choice_as_filtered(after: int) -> None:
    (choice,) = chunks("soft", after)[-1].choices
    assert (choice.finish_reason, choice.text) == ("content_filter", "")


def test_the_client_hears_the_same_transcript_from_a_stream() -> None:
    reply = recorded("openai_text/answer_transcript.sse", "text/event-stream")
    with serving(reply) as served, openai.OpenAI(api_key="not-a-real-one", base_url=served.url) as caller:
        stream = caller.audio.transcriptions.create(
            model="gpt-4o-transcribe", file=("a.wav", b"RIFF"), stream=True, response_format="json"
        )
        said = "".join(event.delta for event in stream if event.type == "transcript.text.delta")
    assert said == streamed("openai_text/answer_transcript.sse", "transcript")


def test_the_pieces_of_a_transcript_are_emptied_when_its_text_changes() -> None:
    reading = reading_of(WIRE / "openai_text/answer_transcript.json")
    (number,) = [at for at, each in enumerate(reading.segments) if each.address == "/text"]
    changed = json.loads(reading.rewrite([Edit(number, 8, 27, "****")]).body)
    assert changed["text"] == "Why was **** declined?"
    assert (changed["segments"], changed["words"]) == ([], [])
    assert json.loads(reading.message.body)["words"]


def test_a_transcript_that_stops_softly_ends_without_its_text() -> None:
    event = parse('{"type": "transcript.text.delta", "delta": "x"}').root
    (last,) = soft_stop(Denial("c", "t", "i"), Seen(latest=event, first=event))
    assert json.loads(last.data) == {"type": "transcript.text.done", "text": ""}
    assert ended(parse(last.data).root) == (Ended(),)
    assert ended(event) == ()
