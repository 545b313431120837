"""The texts of a stream that come in pieces, and which of them are judged in a step.

This module must not judge a text or decide when a frame goes on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grille.exchange import Kind, Segment
from grille.held import Held, Stretch
from grille.waiting import Entry
from grille.watching import Asked, Watching


@dataclass(frozen=True, slots=True)
class Channel:
    """`first` is its first piece as a segment: it says where the words are and of what kind. `held` is what waits;
    `noted`, if there is one, runs along for what is only recorded."""

    first: Segment
    held: Held
    noted: Held | None = None

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


@dataclass(frozen=True, slots=True)
class Text:
    """What is asked, and whose it is: a segment of the frame, or a stretch of a channel."""

    asked: Asked
    segment: int = 0
    held: Held | None = None
    stretch: Stretch | None = None


def texts_of(watching: Watching, entry: Entry | None, channels: Sequence[tuple[Channel, Held]]) -> Iterator[Text]:
    """What is judged in a step: the texts that stand whole in the frame, and those of channels that wait."""
    if entry is not None:
        pieces = {piece.segment for piece in entry.said.pieces}
        for number, segment in enumerate(entry.said.reading.segments):
            if number not in pieces and not watching.is_clean(segment):
                yield Text(Asked(segment), number)
    for channel, held in channels:
        for stretch in held.waiting():
            yield Text(channel.asked(stretch), 0, held, stretch)
