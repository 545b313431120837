"""Newline-delimited JSON (Ollama's streams, JSON Lines), incremental and lossless.

A line ends with a line feed, which a carriage return may precede; the last one may end with the stream.
Only these end a line: a receiver that also breaks at a lone carriage return or at U+2028 sees halves of a
line that was judged whole.

This module must not parse JSON, and it holds back nothing longer than one line. A line that is no JSON is
a line all the same: whoever reads it judges its text.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from grille.errors import CannotRewrite, TooLarge
from grille.framing import utf8

MAX_LINES = 500_000
"""Lines that one call of `feed` may yield; one byte can make one."""

_BLANKS = b" \t\r\n"


@dataclass(frozen=True, slots=True)
class Line:
    """One line; see `base.Frame`.

    `raw` includes the line's ending. `data` is the line without it, None for a line of blanks only.
    `complete` is false for a last line that no line feed ended; it may well be whole.
    """

    raw: bytes = field(repr=False)
    data: str | None = field(repr=False)
    complete: bool = True

    fields: ClassVar[tuple[tuple[str, str], ...]] = ()
    binary: ClassVar[bool] = False

    def with_data(self, text: str) -> bytes:
        """The line with `text` in place of its data, and the same ending.

        Raises `CannotRewrite` for a text that would not stay one line: JSON needs no line feed. The line
        must have data.
        """
        if self.data is None:
            raise ValueError("a line without data has no place for it")
        ending = _ending(self.raw)
        line = utf8.encode(text) + ending
        if line.count(b"\n") != ending.count(b"\n") or _ending(line) != ending:
            raise CannotRewrite("the new data holds a line break, which would make two lines of one")
        return line


class Decoder:
    """Bytes in, lines out. One for each stream; after an error it is of no further use.

    `limit` bounds the length of a line in bytes, its ending included, and so what is held back.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._held = bytearray()

    def feed(self, chunk: bytes) -> list[Line]:
        """The lines that `chunk` completes. Raises `Malformed` for bytes that are not UTF-8, and
        `TooLarge` for a line over the limit or too many lines at once."""
        searched = len(self._held)
        self._held += chunk
        lines: list[Line] = []
        start = 0
        while (found := self._held.find(b"\n", max(start, searched))) >= 0:
            if len(lines) == MAX_LINES:
                raise TooLarge(f"more than {MAX_LINES} lines arrived at once; send them in smaller pieces")
            lines.append(self._line(start, found + 1))
            start = found + 1
        del self._held[:start]
        if len(self._held) > self._limit:
            raise self._too_large()
        return lines

    def close(self) -> list[Line]:
        """What was held back: at most one line, which no line feed ended. Raises `Malformed` where the
        stream ended inside a character."""
        held = bytes(self._held)
        self._held.clear()
        return [_parse(held, complete=False)] if held else []

    def _line(self, start: int, end: int) -> Line:
        if end - start > self._limit:
            raise self._too_large()
        return _parse(bytes(self._held[start:end]), complete=True)

    def _too_large(self) -> TooLarge:
        return TooLarge(f"a line has more than {self._limit} bytes; send it in smaller pieces")


def _parse(raw: bytes, *, complete: bool) -> Line:
    if not raw.strip(_BLANKS):
        return Line(raw, None, complete)
    return Line(raw, utf8.decode(raw.removesuffix(_ending(raw)), "a line"), complete)


def _ending(line: bytes) -> bytes:
    return next((ending for ending in (b"\r\n", b"\n") if line.endswith(ending)), b"")
