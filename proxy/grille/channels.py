"""The texts of a stream that come in pieces, and which of them are judged in a step.

This module must not judge a text or decide when a frame goes on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from grille.dialects.alike import Alike
from grille.dialects.fields import OTHER
from grille.dialects.frames import StreamPiece
from grille.dialects.gathering import said_again
from grille.dialects.streaming import Ended, Indices
from grille.errors import TooLarge
from grille.exchange import Kind, Segment, Touch
from grille.held import Held, Stretch
from grille.waiting import Entry, Span
from grille.watching import Asked, Watching

_MOST_CHANNELS = 1000
_LONGEST_UNKNOWN = 256
"""So many characters wait in a place that nobody knows. It may be an id that is another in each event: these grow
together like one word without an end. What is longer than this in such a place, a private key, is an accepted miss."""


@dataclass(slots=True)
class Channel:
    """`first` is its first piece as a segment: it says where the words are and of what kind. `held` is what waits;
    `noted`, if there is one, runs along for what is only recorded. `latest` is the text of its last piece."""

    first: Segment
    held: Held
    noted: Held | None = None
    latest: str = field(default="", repr=False)

    @property
    def helds(self) -> tuple[Held, ...]:
        return (self.held,) if self.noted is None else (self.held, self.noted)

    def asked(self, stretch: Stretch) -> Asked:
        """A text of the channel, to be judged."""
        kind = Kind.NAME if stretch.is_key or stretch.is_number else self.first.kind
        mark = "#" if stretch.depth or stretch.is_key or stretch.is_number else ""
        address = f"{self.first.address}{mark}{'~' if stretch.is_key else ''}"
        segment = Segment(address, kind, stretch.text, stretch.label or self.first.label, self.first.touch)
        return Asked(segment, stretch.settled, stretch.closed, stretch.waited)


class Channels:
    """Those of one stream that have begun and not ended; with `noted`, each with what is only recorded beside it."""

    def __init__(self, *, noted: bool) -> None:
        self._noted = noted
        self._open: dict[tuple[str, Indices], Channel] = {}

    def added(self, entry: Entry, texts: Sequence[str]) -> list[Channel]:
        """Those of the pieces of a frame, which has these texts: they wait in it now. Raises `TooLarge`."""
        touched: list[Channel] = []
        for piece, text in zip(entry.said.pieces, texts, strict=True):
            key = (piece.channel, piece.indices)
            channel = self._open.get(key)
            if channel is not None and _is_over(channel, piece, text):
                touched.append(self._closed(key))
                channel = None
            if channel is None:
                touched += self._made_room()
                channel = self._open[key] = self._begun(entry.whole.reading.segments[piece.segment])
            channel.latest = text
            start = channel.held.length
            for held in channel.helds:
                held.add(text)
            entry.spans.append(Span(piece.segment, channel.held, start, channel.held.length))
            touched.append(channel)
        return touched

    def ended(self, ended: Sequence[Ended]) -> list[Channel]:
        """Those that have ended by this; they are closed."""
        if not ended:
            return []
        keys = [key for key in self._open if any(each.holds(*key) for each in ended)]
        return [self._closed(key) for key in keys]

    def _made_room(self) -> list[Channel]:
        """One that is closed for the next: of places that nobody knows a list may have any number."""
        if len(self._open) < _MOST_CHANNELS:
            return []
        unknown = next((key for key in self._open if key[0] == OTHER), None)
        return [] if unknown is None else [self._closed(unknown)]

    def _closed(self, key: tuple[str, Indices]) -> Channel:
        channel = self._open.pop(key)
        for held in channel.helds:
            held.close()
        return channel

    def _begun(self, segment: Segment) -> Channel:
        """One whose first piece is `segment`."""
        if len(self._open) == _MOST_CHANNELS:
            raise TooLarge(f"an answer has more than {_MOST_CHANNELS} texts at a time")
        opens = segment.touch is Touch.FREE
        return Channel(segment, Held(opens=opens), Held(opens=opens) if self._noted else None)


def _is_over(channel: Channel, piece: StreamPiece, text: str) -> bool:
    """Whether a text of which nobody knows how it goes on has ended: no frame may wait for it for ever."""
    if piece.channel != OTHER:
        return False
    waits = channel.held.length - channel.held.settled
    return waits > _LONGEST_UNKNOWN or said_again(piece.field, channel.latest, text)


@dataclass(frozen=True, slots=True)
class Text:
    """What is asked, and whose it is: a segment of the frame, or a stretch of a channel."""

    asked: Asked
    segment: int = 0
    held: Held | None = None
    stretch: Stretch | None = None


def texts_of(watching: Watching, entry: Entry | None, channels: Sequence[tuple[Channel, Held]]) -> Iterator[Text]:
    """What is judged in a step: the texts that stand whole in the frame, and those of channels that wait."""
    if entry is not None and not (isinstance(entry.said, Alike) and watching.are_clean(entry.said.whole)):
        pieces = {piece.segment for piece in entry.said.pieces}
        for number, segment in enumerate(entry.whole.reading.segments):
            if number not in pieces and not watching.is_clean(segment):
                yield Text(Asked(segment), number)
    for channel, held in channels:
        for stretch in held.waiting():
            yield Text(channel.asked(stretch), 0, held, stretch)
