"""When the words of a stream arrive, told without a clock: the upstream waits for what the client has read."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from itertools import pairwise
from queue import Empty, Queue

import httpx2
import pytest
from saying import CARD, say
from speaking import SPEAKING, Speak
from streams import HOSTS, Way

from streaming_upstream import Manner, StreamingUpstream, Tap

WORDS = ["alpha", "bravo", "charlie", "dora", "echo", "foxtrot", "golf", "hotel"]
WITH_CARD = f"alpha bravo {CARD} charlie dora"
SOON = 10.0
"""Seconds in which what was sent must have arrived."""


class Reading:
    """A text that is read in a thread of its own."""

    def __init__(self, pieces: Iterator[str]) -> None:
        self.text = ""
        self._pieces: Queue[str | BaseException | None] = Queue()
        self._thread = threading.Thread(target=self._read, args=(pieces,), daemon=True)
        self._thread.start()

    def _read(self, pieces: Iterator[str]) -> None:
        try:
            for piece in pieces:
                self._pieces.put(piece)
            self._pieces.put(None)
        except BaseException as error:
            self._pieces.put(error)

    def until(self, words: str, times: int = 1) -> None:
        """Wait until `words` have come, so many times."""
        while self.text.count(words) < times:
            try:
                piece = self._pieces.get(timeout=SOON)
            except Empty:
                pytest.fail(f"{words!r} has not come, but {self.text!r}")
            if isinstance(piece, BaseException):
                raise piece
            assert piece is not None, f"{words!r} has not come, and nothing more will"
            self.text += piece

    def whole(self) -> str:
        """Wait for the end."""
        while (piece := self._pieces.get(timeout=SOON)) is not None:
            if isinstance(piece, BaseException):
                raise piece
            self.text += piece
        self._thread.join(SOON)
        return self.text


def told(upstream: StreamingUpstream, so_far: int) -> list[bytes]:
    """The events of the answer after `so_far` answers, as soon as its request is there."""
    for _ in range(round(SOON / 0.01)):
        if len(upstream.told) > so_far:
            return list(upstream.told[so_far].events)
        threading.Event().wait(0.01)
    pytest.fail("the request has not reached the upstream")


def position(events: list[bytes], word: str) -> int:
    return next(number for number, event in enumerate(events) if word.encode() in event)


@pytest.fixture(autouse=True)
def _bearer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_BEARER_TOKEN_BEDROCK", "k")


@pytest.mark.parametrize("speak", SPEAKING.values(), ids=SPEAKING)
def test_a_word_has_come_before_the_one_after_the_next_is_sent(way: Way, speak: Speak) -> None:
    """At most one event later than without a proxy, from the first word to the last."""
    tap, before = Tap(), len(way.upstream.told)
    with way.upstream.behaving(Manner(tap=tap)):
        reading = Reading(speak(way, say(" ".join(WORDS)), ""))
        events = told(way.upstream, before)
        for word, following in pairwise(WORDS):
            tap.let_in_all(position(events, following) + 1)
            reading.until(word)
        tap.open()
        assert reading.whole() == " ".join(WORDS)


@pytest.mark.parametrize("speak", SPEAKING.values(), ids=SPEAKING)
def test_what_may_become_a_token_waits_alone(way: Way, speak: Speak) -> None:
    """With a token begun and not ended, every word before it has come."""
    tap, before = Tap(), len(way.upstream.told)
    with way.upstream.behaving(Manner(tap=tap)):
        reading = Reading(speak(way, say(WITH_CARD), ""))
        tap.let_in_all(position(told(way.upstream, before), "bravo") + 2)
        reading.until("bravo")
        assert "CREDIT" not in reading.text
        tap.open()
        assert reading.whole() == WITH_CARD


SIGNS = {"/v1/chat/completions": ("openai", ": keep-alive"), "/v1/messages": ("anthropic", "event: ping")}


@pytest.mark.parametrize("path", SIGNS)
def test_a_sign_of_life_passes_what_waits(way: Way, path: str) -> None:
    """The upstream falls silent in the middle of a token but for a ping, which must not wait for the rest."""
    provider, sign = SIGNS[path]
    tap, before = Tap(), len(way.upstream.told)
    with way.upstream.behaving(Manner(tap=tap)):
        reading = Reading(lines(way.to(HOSTS[provider]) + path))
        events = told(way.upstream, before)
        card = position(events, "bravo") + 1
        signed = card + position(events[card:], sign) + 1
        tap.let_in_all(signed)
        reading.until(sign, sum(sign.encode() in event for event in events[:signed]))
        assert "CREDIT" not in reading.text
        tap.open()
        assert "dora" in reading.whole()


def lines(url: str) -> Iterator[str]:
    """An answer as it comes, line by line."""
    asked = [{"role": "user", "content": say(WITH_CARD)}]
    body = {"model": "m", "stream": True, "max_tokens": 9, "messages": asked}
    headers = {"authorization": "Bearer k", "anthropic-version": "2023-06-01"}
    with httpx2.stream("POST", url, json=body, headers=headers) as answer:
        yield from (f"{line}\n" for line in answer.iter_lines())
