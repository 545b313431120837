"""`grille.stream`: answers that stream, judged piece by piece."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from itertools import pairwise, zip_longest
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import engines
from channels import SPEAKERS, Script, Speaker
from grille.dialects import DIALECTS, read
from grille.exchange import Direction, Kind, Touch
from grille.framing.base import Framing
from grille.framing.message import Message
from rewriting import MINTED, STREAMS, TOKEN, cut, engine_for, rewriter, rewritten

TYPES = {
    Framing.SSE: "text/event-stream",
    Framing.NDJSON: "application/x-ndjson",
    Framing.EVENT_STREAM: "application/vnd.amazon.eventstream",
    Framing.JSON_ARRAY: "application/json",
}


def texts(dialect: str, framing: Framing, body: bytes) -> list[tuple[str, str, Touch, Kind]]:
    """What a client reads: every text with its address, channels joined."""
    message = Message((("Content-Type", TYPES[framing]),), body, "/v1/chat/completions")
    reading = read(DIALECTS[dialect], Direction.RESPONSE, message, 1 << 20)
    return [(each.address, each.text, each.touch, each.kind) for each in reading.segments]


def places(read: list[tuple[str, str, Touch, Kind]]) -> list[str]:
    """The addresses without the numbers of events: where nothing numbers them, their order may change."""
    return sorted(re.sub("^event:[0-9]+", "event", address) for address, *_ in read)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("policy")


@pytest.mark.parametrize("name", STREAMS)
def test_every_split_gives_the_same_bytes_and_every_value_comes_back(name: str, folder: Path) -> None:
    dialect, framing, body = STREAMS[name]
    running = engine_for(folder, dialect)
    whole = rewritten(rewriter(running, dialect, framing), [body])
    for place in range(1, len(body)):
        assert rewritten(rewriter(running, dialect, framing), cut(body, [place])) == whole, place
    before, after = texts(dialect, framing, body), texts(dialect, framing, whole)
    assert places(after) == places(before)
    free = [text for _, text, touch, kind in after if touch is Touch.FREE and kind is not Kind.NAME]
    assert not any(TOKEN in text for text in free)
    assert any(engines.CARD in text for text in free)


@pytest.mark.parametrize("name", STREAMS)
def test_a_stream_in_which_nothing_changes_leaves_byte_for_byte(name: str, folder: Path) -> None:
    dialect, framing, body = STREAMS[name]
    running = engine_for(folder, dialect, restore="never")
    random = Random(name)
    for _ in range(20):
        chunks = cut(body, random.sample(range(len(body)), 9))
        out = rewritten(rewriter(running, dialect, framing, replace(MINTED, values={})), chunks)
        # A comment that keeps the connection alive waits for nobody.
        assert out == body or sorted(out.split(b"\n\n")) == sorted(body.split(b"\n\n"))


# -- every dialect, every channel, every split --------------------------------------------------------

SSN_REMOVED = "[US_SSN removed]"


def said(speaker: Speaker, body: bytes) -> dict[str, str]:
    """The text of each channel, by its address."""
    return {
        address: text
        for address, text, _, _ in joined(texts(speaker.dialect, speaker.framing, body))
        if address.startswith("stream:") and text
    }


def joined(read: list[tuple[str, str, Touch, Kind]]) -> list[tuple[str, str, Touch, Kind]]:
    """A document inside a channel as one text."""
    whole: dict[str, tuple[str, Touch, Kind]] = {}
    for address, text, touch, kind in read:
        place = address.partition("#")[0]
        before = whole.get(place, ("", touch, kind))[0]
        whole[place] = (before + text, touch, kind)
    return [(address, *each) for address, each in whole.items()]


def script(speaker: Speaker, text: str, places: list[int], escaped: bool = False) -> Script:
    """`text` in pieces in every channel at once, interleaved; reasoning comes first, as models have it."""
    first: list[tuple[str, str]] = []
    pieces: list[list[tuple[str, str]]] = []
    for channel in speaker.channels:
        whole = text
        if channel in speaker.arguments:
            whole = json.dumps({"note": text, "list": [1, text]})
            if escaped:
                whole = whole.replace("9", "\\u0039").replace("_", "\\u005f")
        ends = sorted({place % (len(whole) + 1) for place in places})
        cuts = [(channel, whole[a:b]) for a, b in pairwise([0, *ends, len(whole)])]
        if channel == "reasoning":
            first += cuts
        else:
            pieces.append(cuts)
    return [*first, *(each for step in zip_longest(*pieces) for each in step if each is not None)]


TEXT = f"The card {TOKEN} of number {engines.SSN}, and again {TOKEN}: {engines.SSN}."
EXPECTED = TEXT.replace(TOKEN, engines.CARD).replace(engines.SSN, SSN_REMOVED)


@pytest.mark.parametrize("escaped", [False, True])
@pytest.mark.parametrize("name", SPEAKERS)
def test_at_every_split_of_the_words_values_come_back_and_nothing_redacted_passes(
    name: str, escaped: bool, folder: Path
) -> None:
    speaker = SPEAKERS[name]
    running = engine_for(folder, speaker.dialect)
    for place in range(len(TEXT) + 30):
        body = speaker.speak(script(speaker, TEXT, [place], escaped))
        out = rewritten(rewriter(running, speaker.dialect, speaker.framing), [body])
        assert engines.SSN not in out.decode("utf-8", "replace"), place
        heard = said(speaker, out)
        assert len(heard) == len(speaker.channels)
        for address, text in heard.items():
            assert EXPECTED in text, (place, address)


@pytest.mark.parametrize("name", SPEAKERS)
def test_with_the_policy_off_the_same_streams_leak(name: str, folder: Path) -> None:
    speaker = SPEAKERS[name]
    running = engine_for(folder, speaker.dialect, ssn="allow", restore="never")
    out = rewritten(rewriter(running, speaker.dialect, speaker.framing), [speaker.speak(script(speaker, TEXT, [17]))])
    assert all(engines.SSN in text and TOKEN in text for text in said(speaker, out).values())


WORDS = [TOKEN, engines.SSN, "a", " ", ". ", "\u20ac", '"', "\\", "\n", "{", "[1, "]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    name=st.sampled_from(sorted(SPEAKERS)),
    words=st.lists(
        st.sampled_from([TOKEN, engines.SSN, "a", " ", ". ", "\u20ac", '"', "\\", "\n", "{", "[1, "]), max_size=8
    ),
    places=st.lists(st.integers(0, 300), max_size=12),
    cuts=st.lists(st.integers(0, 5000), max_size=12),
    escaped=st.booleans(),
)
def test_any_words_in_any_pieces_at_any_splits(
    name: str, words: list[str], places: list[int], cuts: list[int], escaped: bool, folder: Path
) -> None:
    speaker = SPEAKERS[name]
    running = engine_for(folder, speaker.dialect)
    text = " ".join(words)
    body = speaker.speak(script(speaker, text, places, escaped))
    whole = rewritten(rewriter(running, speaker.dialect, speaker.framing), [body])
    assert (
        rewritten(rewriter(running, speaker.dialect, speaker.framing), cut(body, [c % len(body) for c in cuts]))
        == whole
    )
    assert engines.SSN not in json.dumps(said(speaker, whole), ensure_ascii=False)
    assert TOKEN not in json.dumps(said(speaker, whole))
