"""An upstream that streams: the events of an answer one after the other, cut, paced and broken as a test wants.

    with StreamingUpstream(script) as up, up.behaving(Manner(cut=single_bytes)):
        ...                      # speak to 127.0.0.1:up.port, trusting up.ca_file

`script` is given each request and says which events answer it. They are sent in chunks (HTTP/1.1), each
chunk in a write of its own. Nothing here knows a wire format or grille.
"""

from __future__ import annotations

import json
import random
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from upstream import RecordingUpstream

PATIENCE = 30.0
"""Seconds that a tap waits for its test before it gives the connection up."""


class Tap:
    """Lets events through as a test says, none at first; `taken` is how many went."""

    def __init__(self, let: int = 0) -> None:
        self._changed = threading.Condition()
        self._allowed = let
        self.taken = 0

    def let(self, events: int = 1) -> None:
        with self._changed:
            self._allowed += events
            self._changed.notify_all()

    def let_in_all(self, events: int) -> None:
        """As many as make `events` since the beginning."""
        self.let(events - self._allowed)

    def open(self) -> None:
        """Everything from now on."""
        self.let(1 << 30)

    def take(self) -> None:
        """Wait for leave to send one event. Raises `OSError` when no test gives it."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._allowed > self.taken, PATIENCE):
                raise TimeoutError("no test let this event through")
            self.taken += 1


type Cut = Callable[[Iterable[bytes]], Iterator[bytes]]


def by_event(events: Iterable[bytes]) -> Iterator[bytes]:
    """An event a chunk."""
    yield from events


def single_bytes(events: Iterable[bytes]) -> Iterator[bytes]:
    """A byte a chunk."""
    for event in events:
        yield from (event[at : at + 1] for at in range(len(event)))


def ragged(events: Iterable[bytes]) -> Iterator[bytes]:
    """Between 1 and 60 bytes a chunk, over the ends of events too; every time the same. Not for a tap:
    the end of an event waits for the next one."""
    sizes = random.Random(b"ragged")
    held = b""
    size = sizes.randint(1, 60)
    for event in events:
        held += event
        while len(held) >= size:
            piece, held = held[:size], held[size:]
            yield piece
            size = sizes.randint(1, 60)
    if held:
        yield held


@dataclass(frozen=True)
class Manner:
    """How an answer is sent. Before the event number `breaks_at` comes `garbage`, or, without any, the
    connection ends there."""

    cut: Cut = by_event
    tap: Tap | None = None
    breaks_at: int | None = None
    garbage: bytes = b""


@dataclass(frozen=True)
class Asked:
    """A request, taken apart. `path` has no query."""

    method: str
    path: str
    raw: bytes

    @property
    def body(self) -> bytes:
        return self.raw.partition(b"\r\n\r\n")[2]

    @property
    def json(self) -> dict[str, Any]:
        return dict(json.loads(self.body))


@dataclass(frozen=True)
class Told:
    """The events that answer a request, in the bytes of their framing."""

    events: Sequence[bytes]
    content_type: str = "text/event-stream; charset=utf-8"


type Script = Callable[[Asked], Told]


class StreamingUpstream(RecordingUpstream):
    """Answers every request with the events of `script`, in the present `manner`."""

    def __init__(self, script: Script) -> None:
        super().__init__(self._stream)
        self._script = script
        self._manner = Manner()
        self.told: list[Told] = []
        """What was answered so far, or would have been."""

    @contextmanager
    def behaving(self, manner: Manner) -> Iterator[None]:
        """Answer in this manner for a while. A tap is opened at the end: nothing waits for a test that is over."""
        self._manner = manner
        try:
            yield
        finally:
            self._manner = Manner()
            if manner.tap is not None:
                manner.tap.open()

    def _stream(self, request: bytes) -> Iterator[bytes]:
        method, target, _ = request.split(b" ", 2)
        told = self._script(Asked(method.decode(), target.decode().partition("?")[0], request))
        self.told.append(told)
        manner = self._manner
        head = f"HTTP/1.1 200 OK\r\nContent-Type: {told.content_type}\r\nCache-Control: no-cache\r\n"
        yield f"{head}Transfer-Encoding: chunked\r\n\r\n".encode()
        for piece in manner.cut(_events(told, manner)):
            yield b"%x\r\n%b\r\n" % (len(piece), piece)
        yield b"0\r\n\r\n"


def _events(told: Told, manner: Manner) -> Iterator[bytes]:
    for number, event in enumerate(told.events):
        if manner.tap is not None:
            manner.tap.take()
        if number == manner.breaks_at:
            if not manner.garbage:
                raise ConnectionAbortedError("the upstream goes away, as the test wants")
            yield manner.garbage
        yield event
