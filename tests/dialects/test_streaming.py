"""`grille.dialects.streaming`: what ends, and what does not; and the streams and stops of every dialect."""

from __future__ import annotations

import json

import pytest
from goldens import messages
from refusals import DENIAL
from stops import frames_of

from grille.dialects import DIALECTS, Ended, Seen, Streaming, read_frame
from grille.framing.json_parser import parse

STREAMS = [f"{path.parent.name}/{path.name}" for path in messages() if path.suffix != ".json"]


def test_what_ends_is_said_by_indices_and_by_names() -> None:
    choice = Ended(("index=0",))
    assert choice.holds("content", ("index=0",))
    assert choice.holds("arguments", ("index=0", "index=1"))
    assert not choice.holds("content", ("index=1",))
    assert not choice.holds("content", ())
    assert Ended().holds("content", ("index=1",))
    named = Ended(("index=0",), frozenset({"reasoning"}))
    assert named.holds("reasoning", ("index=0",))
    assert not named.holds("content", ("index=0",))


def test_a_dialect_that_says_nothing_of_streams_has_channels_that_end_with_them() -> None:
    assert Streaming().ended(parse("{}").root) == ()


@pytest.mark.parametrize("name", STREAMS)
def test_no_channel_ends_too_early_and_all_have_ended_before_the_stream_does(name: str) -> None:
    dialect = DIALECTS[name.partition("/")[0]]
    alive: set[tuple[str, tuple[str, ...]]] = set()
    gone: set[tuple[str, tuple[str, ...]]] = set()
    for frame in frames_of(name)[1]:
        if frame.data in dialect.streaming.marks:
            gone |= alive
        read = read_frame(dialect, frame)
        came = {(piece.channel, piece.indices) for piece in read.pieces if read.reading.segments[piece.segment].text}
        assert not came & gone
        alive |= came
        for each in dialect.streaming.ended(read.root) if read.root is not None else ():
            gone |= {channel for channel in alive if each.holds(*channel)}
    assert alive == gone


@pytest.mark.parametrize("dialect", sorted(DIALECTS.keys() - {"anyjson"}))
@pytest.mark.parametrize("event", ["{}", "[]", "1", '"x"', "null", '{"type": 1, "choices": 1, "candidates": [1]}'])
def test_an_event_of_no_known_form_ends_nothing(dialect: str, event: str) -> None:
    assert DIALECTS[dialect].streaming.ended(parse(event).root) == ()


@pytest.mark.parametrize("dialect", sorted(DIALECTS))
def test_every_dialect_can_stop_hard_and_says_why_even_before_its_first_event(dialect: str) -> None:
    stop = DIALECTS[dialect].hard_stop
    assert stop is not None
    (closing,) = stop(DENIAL, Seen())
    assert DENIAL.text in str(json.loads(closing.data))
    assert closing.error


@pytest.mark.parametrize("dialect", sorted(set(DIALECTS) - {"mcp", "anyjson"}))
def test_every_dialect_of_a_model_can_stop_softly_without_a_failure(dialect: str) -> None:
    stop, marks = DIALECTS[dialect].soft_stop, DIALECTS[dialect].streaming.marks
    assert stop is not None
    for closing in stop(DENIAL, Seen()):
        assert closing.data in marks or isinstance(json.loads(closing.data), dict)
        assert not closing.error
