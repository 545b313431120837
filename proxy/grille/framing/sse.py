"""Server-Sent Events (WHATWG HTML §9.2), incremental and lossless.

Every byte that goes in comes out again in exactly one event: the joined `raw` of all events is the input.
So whoever changes nothing forwards the very stream, and pings, comments, unknown fields, mixed line
endings and an unfinished last block survive.

This module must not know JSON, `[DONE]`, or what any provider's event means, and it holds back nothing
longer than one block. Where browsers throw a block away (no data, no blank line at the end) it is an
event here all the same, because other receivers may read it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import ClassVar

from grille.errors import TooLarge
from grille.framing import utf8

MAX_BLOCK = 16 << 20
"""Bytes in one block, its blank line included."""

MAX_EVENTS = 500_000
"""Events that one call of `feed` may yield; two bytes can make one."""

_OVERLAP = 3  # a blank line whose end is not known yet: CR LF CR
_BOM = b"\xef\xbb\xbf"
_LINE = re.compile(r"([^\r\n]*+)(\r\n|\r|\n|\Z)")
_NEWLINE = re.compile(r"\r\n|\r|\n")
_BLANK_LINE = re.compile(rb"(?>\r\n|\r|\n)(?>\r\n|\r|\n)")
_EMPTY_LINE = re.compile(rb"(?>\r\n|\r|\n)")


@dataclass(frozen=True, slots=True)
class Event:
    """One block of the stream; see `base.Frame`.

    `raw` is the block exactly as received, with the blank line that ends it. `name` is the event type
    (`message` when the block names none). `data` is the text of its data lines joined by line feeds,
    None when it has no data line: a comment, a ping, a byte order mark, an empty line. `complete` is
    false for the last block of a stream that ended without a blank line. `fields` is every line but the data lines
    as (name, value), in order, the unknown ones too; a comment has the name "".
    """

    raw: bytes = field(repr=False)
    name: str = field(repr=False)
    data: str | None = field(repr=False)
    complete: bool = True
    fields: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    binary: ClassVar[bool] = False

    @property
    def id(self) -> str | None:
        """The value of the last `id` line, None when there is none."""
        ids = [value for name, value in self.fields if name == "id"]
        return ids[-1] if ids else None

    @property
    def comments(self) -> tuple[str, ...]:
        return tuple(value for name, value in self.fields if name == "")

    def with_data(self, text: str) -> bytes:
        """The same block with `text` in place of its data; every other line stays byte for byte.

        The new data lines stand where the first one stood and copy its ending and its blank after the
        colon. Every kind of newline in `text` starts another data line, so a receiver gets line feeds.
        The event must have data.
        """
        if self.data is None:
            raise ValueError("an event without data has no place for it")
        lines = _lines(self.raw)
        first = next(number for number, (line, _) in enumerate(lines) if _split(line)[0] == "data")
        style = next((ending for _, ending in (lines[first], *lines) if ending), "\n")
        prefix = "data: " if lines[first][0].startswith("data: ") else "data:"
        new = style.join(_data_line(prefix, piece) for piece in _NEWLINE.split(text))
        kept = [
            new + ending if number == first else line + ending
            for number, (line, ending) in enumerate(lines)
            if number == first or _split(line)[0] != "data"
        ]
        return utf8.encode("".join(kept))


class Decoder:
    """Bytes in, events out. One for each stream; after an error it is of no further use.

    `limit` bounds the length of a block in bytes, and so what is held back.
    """

    def __init__(self, limit: int = MAX_BLOCK) -> None:
        self._limit = limit
        self._held = bytearray()
        self._searched = 0
        self._started = False
        self._last = b"\r\n"

    def feed(self, chunk: bytes) -> list[Event]:
        """The events that `chunk` completes. Raises `Malformed` for bytes that are not UTF-8, and
        `TooLarge` for a block over the limit or too many events at once."""
        self._held += chunk
        events = self._byte_order_mark()
        start = 0
        while self._started and start < len(self._held) and (end := self._end_of_block(start)) is not None:
            if len(events) == MAX_EVENTS:
                raise TooLarge(f"more than {MAX_EVENTS} events arrived at once; send them in smaller pieces")
            events.append(self._event(start, end))
            start = end
        del self._held[:start]
        self._searched = max(0, len(self._held) - _OVERLAP)
        if len(self._held) > self._limit:
            raise self._too_large()
        return events

    def close(self) -> list[Event]:
        """What was held back: at most one block, which no blank line ended."""
        held = bytes(self._held)
        self._held.clear()
        self._searched = 0
        if not held:
            return []
        return [_parse(held, complete=bool(_EMPTY_LINE.fullmatch(held) or _BLANK_LINE.search(held)))]

    def _byte_order_mark(self) -> list[Event]:
        """A mark at the very start is an event of its own, so that no other has to remember it."""
        head = bytes(self._held[: len(_BOM)])
        if self._started or (_BOM.startswith(head) and head != _BOM):
            return []
        self._started = True
        if head != _BOM:
            return []
        del self._held[: len(_BOM)]
        return [Event(_BOM, "message", None)]

    def _end_of_block(self, start: int) -> int | None:
        """Where the block that starts at `start` ends, None while that is not known.

        A carriage return at the end of what has arrived may be half of a pair. Where the line before
        ended in a pair, it is, and the other half is awaited. Where it did not, waiting could stall a
        stream that only uses carriage returns: the block ends here, and should a line feed follow after
        all, it is an empty block, which means nothing to a receiver.
        """
        empty = _EMPTY_LINE.match(self._held, start)
        found = empty or _BLANK_LINE.search(self._held, max(start, self._searched))
        if found is None:
            return None
        before = self._last if empty else found[0]
        if found.end() == len(self._held) and found[0].endswith(b"\r") and before.startswith(b"\r\n"):
            return None
        self._last = b"\r\n" if found[0].endswith(b"\r\n") else b""
        return found.end()

    def _event(self, start: int, end: int) -> Event:
        if end - start > self._limit:
            raise self._too_large()
        return _parse(bytes(self._held[start:end]), complete=True)

    def _too_large(self) -> TooLarge:
        return TooLarge(f"an event has more than {self._limit} bytes; send it in smaller pieces")


def _parse(raw: bytes, *, complete: bool) -> Event:
    text = utf8.decode(raw, "an event")
    name = ""
    data: list[str] = []
    fields: list[tuple[str, str]] = []
    for line in text.split("\n") if "\r" not in text else _NEWLINE.split(text):
        if not line:
            continue
        key, value = _split(line)
        if key == "data":
            data.append(value)
            continue
        fields.append((key, value))
        if key == "event":
            name = value
    return Event(raw, name or "message", "\n".join(data) if data else None, complete, tuple(fields))


def _lines(raw: bytes) -> list[tuple[str, str]]:
    """Every line with its ending; the ending of the last one is empty if the stream broke off there."""
    return [(line, ending) for line, ending in _LINE.findall(utf8.decode(raw, "an event")) if line or ending]


def _split(line: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    return name, value.removeprefix(" ")


def _data_line(prefix: str, value: str) -> str:
    """One blank after the colon is not part of the value; a value that begins with one needs another."""
    return f"{prefix} {value}" if prefix.endswith(":") and value.startswith(" ") else prefix + value
