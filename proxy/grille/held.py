"""The text of one channel of a stream, and how much of it has to be held.

A channel is a text that comes in pieces: the words of a choice, the arguments of a tool call. What is
settled goes out, what could still become a token or a finding stays. A text that is a JSON document
(arguments, structured output) is read as one while it comes: each string in it is a text of its own, judged
as it reads and written escaped, also where it is itself a document. A text that stops being JSON is plain
words from where it has gone out.

Offsets come in two kinds: those of the channel, as it is written, and those of a stretch, as it reads.
`Held` knows no stream, no bytes and no policy, and gives nothing away before it was told that it is settled.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from grille.dialects.gathering import MAX_NESTED_DOCUMENTS
from grille.errors import Malformed, TooLarge
from grille.framing.json_pieces import Begin, Chars, Scanner
from grille.framing.json_spans import escape

CONTEXT = 4096
"""Characters of what went out that are remembered: a link may have begun there."""

MAX_HELD = 64 * 1024
"""Characters that one channel may hold. Whatever needs more is no name, number or token."""

_SPARE = 1024  # how far a text grows over its context before it is cut: cutting costs


@dataclass(frozen=True, slots=True)
class Change:
    """Write `text` in place of [start, end)."""

    start: int
    end: int
    text: str = field(repr=False)


@dataclass(slots=True)
class Stretch:
    """A text of its own within a channel: all of it, or one string, key or number of its JSON.

    `text` is its end: `settled` characters that went out or may, and those that wait; `waited` are those that
    still did when it was last judged. `depth` says in how
    many strings it stands, and so how often it is escaped. A `closed` stretch gets no more characters.
    """

    depth: int = 0
    label: str = ""
    is_key: bool = False
    is_number: bool = False
    text: str = field(default="", repr=False)
    settled: int = 0
    waited: int = 0
    closed: bool = False
    _starts: list[int] = field(default_factory=list, repr=False)
    _end: int = 0

    @property
    def waits(self) -> bool:
        return self.settled < len(self.text)

    def append(self, text: str, starts: Sequence[int], end: int) -> None:
        self.text += text
        self._starts += starts
        self._end = end

    def written_at(self, offset: int) -> int:
        """Where in the channel the character at `offset` is written; the end, behind the last one."""
        return self._starts[offset] if offset < len(self.text) else self._end

    def read_at(self, place: int) -> int:
        """The offset of the first character that is written at `place` of the channel or behind it."""
        return bisect_left(self._starts, place)

    def settle(self, edge: int) -> None:
        """What stands before `edge` may go out; of that, some is remembered."""
        self.settled = edge
        self.waited = len(self.text) - edge
        if edge > CONTEXT + _SPARE:
            gone = edge - CONTEXT
            self.text = self.text[gone:]
            del self._starts[:gone]
            self.settled -= gone

    def written(self, changes: Sequence[Change]) -> Iterator[Change]:
        """`changes` of the text as changes of the channel. A number becomes a string, whole."""
        if self.is_number and changes:
            text = self.text
            for change in sorted(changes, key=lambda each: each.start, reverse=True):
                text = text[: change.start] + change.text + text[change.end :]
            changes = (Change(0, len(self.text), f'"{escape(text)}"'),)
        for change in changes:
            text = change.text
            for _ in range(self.depth):
                text = escape(text)
            yield Change(self.written_at(change.start), self.written_at(change.end), text)


class Held:
    """One channel: `add` what comes, judge what `waiting` shows, `settle` each, then ask what has `changed`.
    Unless it `opens`, it is plain words whatever it looks like."""

    def __init__(self, *, opens: bool = True) -> None:
        self.length = 0
        self._text = _Text(Stretch(), opens=opens)
        self._changes: list[Change] = []

    def add(self, piece: str) -> None:
        """More of the channel. Raises `TooLarge` when more is held than `MAX_HELD`."""
        start, self.length = self.length, self.length + len(piece)
        self._text.add(piece, range(start, self.length), self.length)
        if self.length - self.settled > MAX_HELD:
            raise TooLarge(f"more than {MAX_HELD} characters of an answer would have to be held back")

    def close(self) -> None:
        """Nothing more comes."""
        self._text.close()

    @property
    def settled(self) -> int:
        """Before it, every character of the channel may go out, with `changed` applied."""
        return self._text.settled

    def waiting(self) -> list[Stretch]:
        """The texts that have to be judged, in their order."""
        return list(self._text.waiting())

    def settle(self, stretch: Stretch, edge: int, changes: Sequence[Change]) -> None:
        """Up to `edge` of `stretch` all is judged, and `changes` is what becomes of it."""
        self._changes += stretch.written(changes)
        self._changes.sort(key=lambda each: each.start)
        stretch.settle(edge)

    def changed(self, start: int, end: int) -> list[Change]:
        """The changes in [start, end) of the channel, counted from `start`. The first part of the channel
        that a change touches takes all of its text, the others lose their share."""
        return [
            Change(
                max(change.start - start, 0),
                min(change.end, end) - start,
                change.text if change.start >= start else "",
            )
            for change in self._changes
            if change.start < end and start < change.end
        ]

    def forget(self, end: int) -> None:
        """Everything before `end` has gone out."""
        self._changes = [change for change in self._changes if change.end > end]


class _Text:
    """A stretch, and the document that it is read as while it can be one."""

    def __init__(self, stretch: Stretch, *, opens: bool = True) -> None:
        self.stretch = stretch
        may_open = opens and not stretch.is_number and not stretch.is_key and stretch.depth < MAX_NESTED_DOCUMENTS
        self._decided = not may_open
        self._document: _Document | None = None

    def add(self, text: str, starts: Sequence[int], end: int) -> None:
        self.stretch.append(text, starts, end)
        if not self._decided and (rest := text.lstrip(" \t\r\n")):
            self._decided = True
            if rest[0] in "{[":
                self._document = _Document(self.stretch.depth, self.stretch.label)
                starts = starts[len(text) - len(rest) :]
                text = rest
        if self._document is not None:
            try:
                self._document.add(text, starts, end)
            except Malformed:
                self._give_up()

    def close(self) -> None:
        if self._document is not None and not self._document.complete:
            self._give_up()
        self.stretch.closed = True

    def _give_up(self) -> None:
        """It is no JSON after all: plain words, from where it has gone out."""
        self._keep_up()
        self._document = None

    def _keep_up(self) -> None:
        if self._document is not None:
            self.stretch.settle(max(self.stretch.settled, self.stretch.read_at(self._document.settled)))

    @property
    def settled(self) -> int:
        self._keep_up()
        return self.stretch.written_at(self.stretch.settled)

    @property
    def done(self) -> bool:
        self._keep_up()
        return self.stretch.closed and not self.stretch.waits

    def waiting(self) -> Iterator[Stretch]:
        if self._document is not None:
            yield from self._document.waiting()
        elif self.stretch.waits:
            yield self.stretch


class _Document:
    """The texts of a JSON document that comes in pieces."""

    def __init__(self, depth: int, label: str) -> None:
        self._depth = depth
        self._label = label
        self._scanner = Scanner()
        self._texts: list[_Text] = []
        self._confirmed = 0
        self._places: list[int] = []
        self._first = 0

    @property
    def complete(self) -> bool:
        return self._scanner.complete

    @property
    def settled(self) -> int:
        """The place of the first text that waits; without one, everything that is certain to be JSON."""
        while self._texts and self._texts[0].done:
            self._texts.pop(0)
        return self._texts[0].settled if self._texts else self._confirmed

    def waiting(self) -> Iterator[Stretch]:
        for each in self._texts:
            yield from each.waiting()

    def add(self, text: str, starts: Sequence[int], end: int) -> None:
        """Raises `Malformed`."""
        self._places += starts
        for event in self._scanner.feed(text):
            if isinstance(event, Begin):
                self._begin(event, self._place(event.at, end))
            elif isinstance(event, Chars):
                places = [self._place(at, end) for at in event.starts]
                self._texts[-1].add(event.text, places, self._place(event.end, end))
            else:
                self._end(self._place(event.at, end))
        if not self._texts or self._texts[-1].stretch.closed:
            self._confirmed = self._place(self._scanner.confirmed, end)
        gone = self._scanner.pending - self._first
        del self._places[:gone]
        self._first += gone

    def _begin(self, event: Begin, place: int) -> None:
        depth = self._depth if event.is_number else self._depth + 1
        stretch = Stretch(depth, "" if event.is_key else self._label, event.is_key, event.is_number)
        stretch.append("", (), place)
        self._texts.append(_Text(stretch))

    def _end(self, place: int) -> None:
        ended = self._texts[-1]
        ended.stretch.append("", (), place)
        ended.close()
        if ended.stretch.is_key:
            self._label = ended.stretch.text

    def _place(self, at: int, end: int) -> int:
        """Where in the channel character number `at` is written; `end` is behind the last that has come."""
        number = at - self._first
        return end if number == len(self._places) else self._places[number]
