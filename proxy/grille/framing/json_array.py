"""A streamed JSON array (Gemini without `alt=sse`), incremental and lossless: one frame for each element.

An element is there as soon as its last byte is. What stands before it (`[`, a comma, blanks) belongs to
its frame, so whoever stops a stream after some elements writes a comma, an element of their own and the
closing bracket; after none, an opening bracket first.

    [{"a": 1}   |   ,{"a": 2}   |   ,{"a": 3}   |   ]

Only the edges are found here: quotes, escapes and brackets are followed, over bytes and never twice, and
what stands between elements is checked. This module must not parse an element: whoever reads it does, and
judges what is no JSON as plain text. Refused is what could put an edge elsewhere for another reader:
brackets that do not match, text outside elements, a comma too many, a byte order mark.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum
from typing import ClassVar

from grille.errors import Malformed, TooLarge
from grille.framing import utf8

MAX_ELEMENTS = 500_000
"""Elements that one call of `feed` may yield; two bytes can make one."""

_BLANKS = re.compile(rb"[ \t\r\n]*+")
_SCALAR = re.compile(rb"[-+.0-9A-Za-z]*+")
_IN_STRING = re.compile(rb'["\\]')
_IN_CONTAINER = re.compile(rb'["{}\[\]]')
_QUOTE, _BACKSLASH, _COMMA, _OPENING, _CLOSING = b'"\\,[]'
_CLOSER_OF = dict(zip(b'"{[', b'"}]', strict=True))


class _Expect(Enum):
    """What may come next, outside an element."""

    ARRAY = "an opening bracket"
    ELEMENT_OR_END = "an element or a closing bracket"
    ELEMENT = "an element"
    COMMA_OR_END = "a comma or a closing bracket"
    NOTHING = "nothing but blanks"


_MARKS = {
    (_Expect.ARRAY, _OPENING): _Expect.ELEMENT_OR_END,
    (_Expect.ELEMENT_OR_END, _CLOSING): _Expect.NOTHING,
    (_Expect.COMMA_OR_END, _COMMA): _Expect.ELEMENT,
    (_Expect.COMMA_OR_END, _CLOSING): _Expect.NOTHING,
}
_ELEMENT_FITS = (_Expect.ELEMENT_OR_END, _Expect.ELEMENT)


@dataclass(frozen=True, slots=True)
class Element:
    """An element with what stands before it; see `base.Frame`.

    `start` is the offset in `raw`, in bytes, where the element begins. `data` is its text, None for a
    frame of delimiters only (the closing bracket, what follows it). `complete` is false where the stream
    ended inside an element: `data` is then what came of it, and has to be judged like any other.
    """

    raw: bytes = field(repr=False)
    data: str | None = field(repr=False)
    start: int = 0
    complete: bool = True

    fields: ClassVar[tuple[tuple[str, str], ...]] = ()
    binary: ClassVar[bool] = False

    def with_data(self, text: str) -> bytes:
        """The frame with `text`, which must be JSON, as its element. It must have data."""
        if self.data is None:
            raise ValueError("a frame without an element has no place for data")
        return self.raw[: self.start] + utf8.encode(text)


class Decoder:
    """Bytes in, elements out. One for each stream; after an error it is of no further use.

    `limit` bounds the length of a frame in bytes, and so what is held back.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._held = bytearray()
        self._at = 0
        self._begun: int | None = None
        self._closers = bytearray()
        self._expect = _Expect.ARRAY

    def feed(self, chunk: bytes) -> list[Element]:
        """The elements that `chunk` completes. Raises `Malformed` for what is not one array in UTF-8, and
        `TooLarge` for an element over the limit or too many at once."""
        self._held += chunk
        elements: list[Element] = []
        start = 0
        while self._reaches_an_end():
            if len(elements) == MAX_ELEMENTS:
                raise TooLarge(f"more than {MAX_ELEMENTS} elements arrived at once; send them in smaller pieces")
            elements.append(self._element(start, self._at, complete=True))
            start = self._at
        del self._held[:start]
        self._at -= start
        if self._begun is not None:
            self._begun -= start
        self._check(len(self._held))
        return elements

    def close(self) -> list[Element]:
        """What was held back: delimiters, or the beginning of an element. Raises `Malformed` where the
        stream ended inside a character."""
        if not self._held:
            return []
        whole = self._begun is None and self._expect is _Expect.NOTHING
        rest = self._element(0, len(self._held), complete=whole)
        self._held.clear()
        self._at = 0
        return [rest]

    def _reaches_an_end(self) -> bool:
        """Go on to where a frame ends; false when that has not arrived."""
        if self._begun is None and self._passes_delimiters():
            return True
        if self._begun is None:
            return False
        if not (self._passes_container() if self._closers else self._passes_scalar()):
            return False
        self._expect = _Expect.COMMA_OR_END
        return True

    def _passes_delimiters(self) -> bool:
        """Go on to where an element begins; true after the bracket that ends the array."""
        while (at := self._after(_BLANKS)) < len(self._held):
            mark = self._held[at]
            step = _MARKS.get((self._expect, mark))
            if step is None:
                self._begin(at, mark)
                return False
            self._expect = step
            self._at = at + 1
            if step is _Expect.NOTHING:
                return True
        return False

    def _begin(self, at: int, mark: int) -> None:
        if self._expect not in _ELEMENT_FITS:
            raise Malformed(f"this is not a JSON array: expected {self._expect.value}; send one array and no more")
        self._begun = at
        if mark in _CLOSER_OF:
            self._closers.append(_CLOSER_OF[mark])
            self._at = at + 1
        elif self._after(_SCALAR) == at:
            raise Malformed("this is not a JSON array: expected an element; send values between the commas")

    def _passes_container(self) -> bool:
        """Go on to the closing quote or bracket of the element. An offset one beyond what has arrived says
        that the byte to come is escaped."""
        while self._closers:
            inside = _IN_STRING if self._closers[-1] == _QUOTE else _IN_CONTAINER
            found = inside.search(self._held, self._at)
            if found is None:
                self._at = max(self._at, len(self._held))
                return False
            at = found.start()
            mark = self._held[at]
            if mark == _BACKSLASH:
                self._at = at + 2
                continue
            self._at = at + 1
            if mark == self._closers[-1]:
                self._closers.pop()
            elif mark in _CLOSER_OF:
                self._closers.append(_CLOSER_OF[mark])
            else:
                raise Malformed("this is not JSON: a bracket closes what another one opened")
        return True

    def _passes_scalar(self) -> bool:
        """Go on to the first byte that a number, true, false or null cannot have."""
        return self._after(_SCALAR) < len(self._held)

    def _after(self, pattern: re.Pattern[bytes]) -> int:
        """Go on over what fits `pattern`, which fits anywhere."""
        found = pattern.match(self._held, self._at)
        self._at = found.end() if found else self._at
        return self._at

    def _element(self, start: int, end: int, *, complete: bool) -> Element:
        self._check(end - start)
        raw = bytes(self._held[start:end])
        if self._begun is None:
            return Element(raw, None, complete=complete)
        begun, self._begun = self._begun - start, None
        return Element(raw, utf8.decode(raw[begun:], "an element"), begun, complete)

    def _check(self, length: int) -> None:
        if length > self._limit:
            raise TooLarge(f"an element has more than {self._limit} bytes; send it in smaller pieces")
