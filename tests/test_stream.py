"""`grille.stream`: answers that stream, judged piece by piece."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

import engines
from grille.dialects import DIALECTS, read
from grille.exchange import Direction, Kind, Touch
from grille.framing.base import Framing
from grille.framing.message import Message
from streams import MINTED, STREAMS, TOKEN, cut, engine_for, rewriter, rewritten

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
