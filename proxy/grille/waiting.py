"""The frames of a stream that wait for their words, and the order in which they may go.

A frame waits until every piece in it is settled; then it goes out once, in its place, with what was changed
written into it. Frames leave in the order in which they came, but for two: one that only keeps the
connection alive waits for nobody, and where nothing numbers or nests a dialect's events, one may go ahead
of frames of other channels that wait.

A frame with a long piece need not wait for the end of it: where a client cannot tell, its settled beginning
goes out ahead, in a frame like it (`LONGEST_WAIT`).

This module must not judge anything, and it changes nothing that it was not told to.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from grille.dialects import Ended, FrameReading, Seen, Streaming
from grille.dialects.alike import Alike, Said
from grille.dialects.streaming import Indices
from grille.errors import TooLarge
from grille.exchange import Edit, Touch
from grille.framing.base import Frame
from grille.framing.json_spans import Object, Word
from grille.held import Held

LONGEST_WAIT = 64
"""Characters of a piece that may wait although they are settled: those of the longest token."""

_MOST_WAITING = 4096
"""Frames: whenever words of one channel settle, the frames of all others are looked at again."""

_MOST_TOLD = 10_000
_MOST_OPEN = 1000
"""A session that lasts for hours begins a great many things, and only the latest of them can be open."""


@dataclass(slots=True)
class Span:
    """A piece of a frame: segment number `segment` of its reading, [start, end) of its channel."""

    segment: int
    held: Held
    start: int
    end: int
    gone: int = 0

    @property
    def ready(self) -> bool:
        return self.end <= self.held.settled

    def edits(self, end: int) -> Iterator[Edit]:
        """What becomes of the piece up to `end` of the channel; what went out ahead is left out."""
        if self.gone:
            yield Edit(self.segment, 0, self.gone, "")
        start = self.start + self.gone
        for change in self.held.changed(start, end):
            yield Edit(self.segment, change.start + self.gone, change.end + self.gone, change.text)


@dataclass(slots=True)
class Entry:
    """A frame that waits. `edits` are those of the texts that stand whole in it; `ended` are the channels
    that it ends."""

    frame: Frame
    said: Said
    spans: list[Span] = field(default_factory=list)
    ended: Sequence[Ended] = ()
    keeps_alive: bool = False
    edits: list[Edit] = field(default_factory=list, repr=False)

    @property
    def ready(self) -> bool:
        return all(span.ready for span in self.spans)

    @property
    def whole(self) -> FrameReading:
        """All that the frame says."""
        return self.said.said if isinstance(self.said, Alike) else self.said

    def written(self) -> bytes:
        """The frame as it goes out. Raises `CannotRewrite`."""
        edits = [*self.edits, *(edit for span in self.spans for edit in span.edits(span.end))]
        for span in self.spans:
            span.held.forget(span.end)
        return self.whole.reading.rewrite(edits).body if edits else self.frame.raw

    def ahead(self) -> bytes | None:
        """The settled beginning of the one piece, in a frame like this one; None while it is short."""
        if len(self.spans) != 1 or self.edits or any(not each.names for each in self.ended):
            return None
        (span,) = self.spans
        if span.start == 0:
            return None  # the first piece of a channel often comes with what is said once: a role, a tool's name
        settled = span.held.settled
        if settled - span.start - span.gone <= LONGEST_WAIT or not _may_repeat(self):
            return None
        rest = Edit(span.segment, settled - span.start, span.end - span.start, "")
        written = self.whole.reading.rewrite([*span.edits(settled), rest]).body
        span.held.forget(settled)
        span.gone = settled - span.start
        return written


class Waiting:
    """The frames of one stream, `limit` bytes of them at most."""

    def __init__(self, streaming: Streaming, limit: int) -> None:
        self._streaming = streaming
        self._limit = limit
        self._entries: list[Entry] = []
        self._looked_at = 0
        self._edges: dict[int, tuple[Held, int]] = {}
        self._bytes = 0
        self._first: Entry | None = None
        self._latest: Entry | None = None
        self._open: dict[Indices, None] = {}
        self._told: set[Indices] = set()

    @property
    def seen(self) -> Seen:
        """What a client knows of the stream."""
        first, latest = (each.whole.root if each is not None else None for each in (self._first, self._latest))
        return Seen(latest, tuple(self._open), first)

    def put(self, entry: Entry) -> None:
        """Raises `TooLarge`, and takes nothing, when too much waits."""
        size = self._bytes + len(entry.frame.raw)
        if size > self._limit:
            raise TooLarge(f"more than {self._limit} bytes of an answer would have to be held back")
        if len(self._entries) == _MOST_WAITING:
            raise TooLarge(f"more than {_MOST_WAITING} events of an answer would have to be held back")
        self._entries.append(entry)
        self._bytes = size

    def release(self) -> Iterator[bytes]:
        """The frames that may go. Raises `CannotRewrite`."""
        for entry in self._worth_a_look():
            may_pass = self._may_pass(entry)
            if entry.ready and (entry.keeps_alive or may_pass):
                self._bytes -= len(entry.frame.raw)
                yield entry.written()
                self._went(entry)
                continue
            if self._streaming.repeats and may_pass and (written := entry.ahead()):
                yield written
                self._latest = entry
            self._entries.append(entry)
            self._edges |= {id(span.held): (span.held, span.held.settled) for span in entry.spans}
        self._looked_at = len(self._entries)

    def _worth_a_look(self) -> list[Entry]:
        """The entries that may have come to be free, taken out: all, when words have settled, else those that are
        new. A text may grow for long before any of it settles, and looking at every frame with each that
        comes would cost the square of their number."""
        if any(held.settled != at for held, at in self._edges.values()):
            self._looked_at = 0
        if self._looked_at == 0:
            self._edges.clear()
        fresh = self._entries[self._looked_at :]
        del self._entries[self._looked_at :]
        return fresh

    def _may_pass(self, entry: Entry) -> bool:
        if not self._entries:
            return True
        return (
            self._streaming.overtakes
            and bool(entry.spans)
            and self._edges.keys().isdisjoint(id(span.held) for span in entry.spans)
            # Clients count choices and calls as they first hear of them.
            and not (self._says_new(entry) and any(map(self._says_new, self._entries)))
        )

    def _says_new(self, entry: Entry) -> bool:
        """Whether a client first hears of a choice, a block or a call in it."""
        return not self._told.issuperset(entry.said.groups)

    def _went(self, entry: Entry) -> None:
        if isinstance(entry.said, Alike) or entry.said.root is not None:
            self._latest = entry
            self._first = self._first or entry
        self._open |= dict.fromkeys(entry.said.groups)
        if len(self._told) < _MOST_TOLD:
            self._told.update(entry.said.groups)
        for oldest in list(self._open)[: max(0, len(self._open) - _MOST_OPEN)]:
            del self._open[oldest]
        for ended in entry.ended:
            if not ended.names:
                self._open = {each: None for each in self._open if each[: len(ended.indices)] != ended.indices}


def _may_repeat(entry: Entry) -> bool:
    """Whether what the frame says besides its one piece may be said twice: names and ids may, words and
    figures that a client would add up may not."""
    root, (span,) = entry.whole.root, entry.spans
    others = (each for number, each in enumerate(entry.whole.reading.segments) if number != span.segment)
    if not isinstance(root, Object) or any(each.touch is not Touch.FIXED for each in others):
        return False
    counted = root.get("usage")
    return (counted is None or isinstance(counted, Word)) and "id" not in dict(entry.frame.fields)
