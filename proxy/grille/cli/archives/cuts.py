"""A stream into raw records, one after the other, each with the place behind it.

Nothing is parsed but where a record ends, so that parsing is done where judging is. A record that cannot be had is
a cut with a `problem`, never silence: a line that is too long, a file that is cut off or was compressed badly. This
module must not hold more than one record.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import BinaryIO

import zstandard

from grille.cli.archives import har, parquet
from grille.cli.archives.sources import Opened, Source
from grille.errors import Malformed

LARGEST = 64 * 1024 * 1024
"""Bytes of a record. What the engine judges is smaller (`--body-limit` of the proxy); a recording is an exchange with
its answer, in base64 perhaps."""

_DAMAGED = (OSError, EOFError, zlib.error, zstandard.ZstdError)
_RECORDED = frozenset({".har", ".flow", ".flows", ".mitm", ".dump"})
_LINES = frozenset({".jsonl", ".ndjson"})
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class Form(Enum):
    """What the bytes of a record are."""

    WHOLE = "a text or a body"
    LINE = "a line of JSON lines, or a cell"
    ENTRY = "an entry of a HAR file"
    FLOW = "a flow of a flow dump"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a source may be read on: behind record `number`, at `offset` bytes of what is decompressed (in Parquet:
    of rows)."""

    number: int = 0
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Raw:
    """A record that nobody has parsed yet, or the `problem` that there is none."""

    name: str
    form: Form
    data: bytes = field(default=b"", repr=False)
    problem: str = ""


type Cut = tuple[Raw, Place]
"""A record and the place behind it."""


def cut(opened: Opened, start: Place = Place(), column: str = "") -> Iterator[Cut]:
    """Every record of a source from `start` on."""
    source = opened.source
    at = start
    try:
        for raw, at in _cut(opened, start, column):
            yield raw, at
    except _DAMAGED as error:
        yield _problem(source, at, f"the file cannot be read on from here ({type(error).__name__})")
    except Malformed as error:
        yield _problem(source, at, str(error))


def _problem(source: Source, after: Place, said: str) -> Cut:
    number = after.number + 1
    return Raw(f"{source.name}#{number}", Form.WHOLE, problem=said), Place(number, after.offset)


def _cut(opened: Opened, start: Place, column: str) -> Iterator[Cut]:
    source, stream = opened.source, opened.stream
    if source.suffix == ".parquet":
        for number, cell in parquet.cells(stream, source.name, column, start.offset):
            yield Raw(f"{source.name}#{number}", Form.LINE, cell), Place(number, number)
        return
    if source.suffix in _RECORDED:
        yield from _recorded(source, stream, start)
        return
    _skip(stream, start.offset)
    if source.suffix in _LINES:
        yield from _lines(source, stream, start)
    elif start.number == 0:
        yield _fitting(source.name, Form.WHOLE, stream.read(LARGEST + 1), Place(1))


def _recorded(source: Source, stream: BinaryIO, start: Place) -> Iterator[Cut]:
    """What a flow dump begins with is a digit, a HAR file with a bracket, whatever the file is called."""
    first = stream.read(64)
    rest = _Rest(first, stream)
    is_har = first.removeprefix(_BYTE_ORDER_MARK).lstrip()[:1] == b"{"
    rest.skip(start.offset)
    if is_har:
        for number, (entry, end) in enumerate(har.entries(rest, LARGEST, start.offset), start.number + 1):
            yield Raw(f"{source.name}#{number}", Form.ENTRY, entry), Place(number, end)
    else:
        yield from _flows(source, rest, start)


def _lines(source: Source, stream: BinaryIO, start: Place) -> Iterator[Cut]:
    number, offset = start.number, start.offset
    while line := stream.readline(LARGEST + 1):
        number, offset = number + 1, offset + len(line)
        too_long = len(line) > LARGEST
        while too_long and not line.endswith(b"\n") and (more := stream.readline(LARGEST)):
            line, offset = more, offset + len(more)
        name = f"{source.name}:{number}"
        if too_long:
            yield _too_large(name), Place(number, offset)
        elif line.strip():
            yield Raw(name, Form.LINE, line.rstrip(b"\r\n")), Place(number, offset)


def _flows(source: Source, stream: _Rest, start: Place) -> Iterator[Cut]:
    """Each is a netstring: its length in digits, a colon, so many bytes, and a byte for its type."""
    number, offset = start.number, start.offset
    while head := stream.until_colon():
        number += 1
        name = f"{source.name}#{number}"
        if not head[:-1].isdigit() or head[-1:] != b":":
            said = "this is not a flow dump of mitmproxy or a HAR file, or it is cut off"
            yield Raw(name, Form.FLOW, problem=said), Place(number, offset)
            return
        length = int(head[:-1]) + 1
        offset += len(head) + length
        if length > LARGEST:
            stream.skip(length)
            yield _too_large(name), Place(number, offset)
            continue
        data = stream.read(length)
        if len(data) < length:
            yield Raw(name, Form.FLOW, problem="the file is cut off here"), Place(number, offset)
            return
        yield Raw(name, Form.FLOW, head + data), Place(number, offset)


class _Rest:
    """A stream of which some was read already."""

    def __init__(self, first: bytes, stream: BinaryIO) -> None:
        self._first, self._stream = first, stream

    def read(self, size: int) -> bytes:
        taken, self._first = self._first[:size], self._first[size:]
        while len(taken) < size and (more := self._stream.read(size - len(taken))):
            taken += more
        return taken

    def skip(self, size: int) -> None:
        taken = min(size, len(self._first))
        self._first = self._first[taken:]
        _skip(self._stream, size - taken)

    def until_colon(self) -> bytes:
        """Up to twelve digits and the colon; less at the end."""
        head = b""
        while len(head) < 13 and not head.endswith(b":") and (one := self.read(1)):
            head += one
        return head


def _skip(stream: BinaryIO, size: int) -> None:
    """Go on by `size` bytes. What can be sought is; what is compressed has to be read."""
    if size and not isinstance(stream, zstandard.ZstdDecompressionReader) and stream.seekable():
        stream.seek(size, 1)
        return
    while size > 0 and (taken := stream.read(min(size, 1 << 20))):
        size -= len(taken)


def _fitting(name: str, form: Form, data: bytes, after: Place) -> Cut:
    return (_too_large(name) if len(data) > LARGEST else Raw(name, form, data)), after


def _too_large(name: str) -> Raw:
    return Raw(name, Form.WHOLE, problem=f"it is larger than {LARGEST >> 20} MB")
