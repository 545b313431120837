"""The entries of a HAR file, one after the other, without reading the file whole.

    {"log": {"version": "1.2", …, "entries": [{…}, {…}, …], …}}

Strings and brackets are followed, and nothing else is parsed. This module must not look into an entry, and never
holds more than one and what was read ahead.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Protocol

from grille.errors import Malformed

_BLOCK = 1 << 18
_MARK = re.compile(rb'"(?:[^"\\]++|\\.)*+("?)|[{}\[\]]|[^\s,:"{}\[\]]++', re.DOTALL)
"""A string, without its closing quote where that has not come yet, a bracket, or anything else that is a value."""
_WHERE = ((b"{", b""), (b"{", b'"log"'), (b"[", b'"entries"'))
"""What is opened on the way to the entries, and the key before it."""
_NOT_HERE = "this is not a HAR file: it has no `entries` in a `log`"
_CUT_OFF = "the file is cut off here"


class Readable(Protocol):
    """What a file is here."""

    def read(self, size: int, /) -> bytes: ...


def entries(stream: Readable, largest: int, offset: int = 0) -> Iterator[tuple[bytes, int]]:
    """Each entry with the offset behind it. A stream that was sought to such an offset is read on from there: say
    which. Raises `Malformed`."""
    marks = _Marks(stream, largest, offset)
    if not offset:
        _reach(marks)
    depth = 0
    for mark, start, end in marks:
        if mark in b"{[":
            if depth == 0:
                marks.begin(start)
            depth += 1
        elif mark in b"}]":
            depth -= 1
            if depth < 0:
                return
            if depth == 0:
                yield marks.taken(end), marks.offset(end)
        elif depth == 0:
            raise Malformed("an entry is no object")
    raise Malformed(_CUT_OFF)


def _reach(marks: _Marks) -> None:
    """Go on to the first entry."""
    depth, found, key = 0, 0, b""
    for mark, start, end in marks:
        if mark == b'"':
            key = marks.text(start, end)
            continue
        if mark in b"{[":
            if depth == found and (mark, key if found else b"") == _WHERE[found]:
                found += 1
            depth += 1
        elif mark in b"}]":
            depth -= 1
            if depth < found:
                raise Malformed(_NOT_HERE)
        key = b""
        if found == len(_WHERE):
            return
    raise Malformed(_NOT_HERE)


class _Marks:
    """Strings and brackets of a stream, with where they stand in what is held. What is held begins at `begin`."""

    def __init__(self, stream: Readable, largest: int, offset: int) -> None:
        self._stream, self._largest = stream, largest
        self._held = b""
        self._at, self._base = 0, offset
        self._begun: int | None = None

    def begin(self, start: int) -> None:
        self._begun = start

    def taken(self, end: int) -> bytes:
        """What stands between `begin` and `end`."""
        start, self._begun = self._begun or 0, None
        return self._held[start:end]

    def text(self, start: int, end: int) -> bytes:
        return self._held[start:end]

    def offset(self, end: int) -> int:
        return self._base + end

    def __iter__(self) -> Iterator[tuple[bytes, int, int]]:
        while True:
            found = _MARK.search(self._held, self._at)
            if found is None or (found[0][:1] == b'"' and not found[1]):
                self._at = len(self._held) if found is None else found.start()
                if not self._more():
                    return
                continue
            self._at = found.end()
            yield found[0][:1], found.start(), found.end()

    def _more(self) -> bool:
        """Read on, as much again as is held: a long string is looked at a bounded number of times."""
        keep = min(self._at, self._at if self._begun is None else self._begun)
        if len(self._held) - keep > self._largest:
            raise Malformed(f"it is larger than {self._largest >> 20} MB, and the rest of the file was not read")
        fresh = self._stream.read(max(_BLOCK, len(self._held) - keep))
        self._held = self._held[keep:] + fresh
        self._at, self._base = self._at - keep, self._base + keep
        if self._begun is not None:
            self._begun -= keep
        return bool(fresh)
