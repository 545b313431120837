"""AWS event streams (`application/vnd.amazon.eventstream`), incremental, lossless, checked.

    u32 total | u32 headers | u32 CRC of these | headers | payload | u32 CRC of all before it

Source: Amazon Event Stream Specification (smithy.io/2.0/aws/amazon-eventstream.html). Big-endian; a
header is u8 length, name, u8 type, value. Both checksums are verified, so nothing is judged that a
receiver would not get, and a wrong length is refused before anything is held back for it. Strict where
receivers differ: a header name that stands twice or is empty, a value over 32767 bytes, a header that
runs over the end.

This module must not know what an event means, and it does not look into a payload: not into JSON, and not
into the base64 that `InvokeModelWithResponseStream` puts there. A message signed inside the stream
(`:chunk-signature`) is framed like any other; whoever changes its payload breaks the signature.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import ClassVar
from uuid import UUID
from zlib import crc32

from grille.errors import Malformed, TooLarge
from grille.framing import utf8

MAX_HEADERS = 128 * 1024
"""Bytes of all headers of a message (the specification's own limit)."""

MAX_MESSAGES = 500_000
"""Messages that one call of `feed` may yield; sixteen bytes can make one."""

_PRELUDE = struct.Struct(">III")
_LENGTHS = struct.Struct(">II")
_CRC = struct.Struct(">I")
_SMALLEST = _PRELUDE.size + _CRC.size
_LONGEST_NAME, _LONGEST_VALUE = 0xFF, 0x7FFF
_INTEGER_SIZES = {2: 1, 3: 2, 4: 4, 5: 8, 8: 8}
_TRUE, _FALSE, _BYTES, _STRING, _UUID = 0, 1, 6, 7, 9
_BINARY_TYPE = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class EventMessage:
    """One message; see `base.Frame`.

    `data` is the payload as text, whatever its content type says; None when there is none. A payload that
    is not UTF-8 is refused, unless the message calls it `application/octet-stream`: then `data` is None
    and `binary` is true. `fields` holds every header, in order, as a person would read it: integers and
    timestamps (milliseconds) in decimal, `true`, `false`, a UUID in its usual form, bytes as UTF-8 with
    U+FFFD for what is none.
    """

    raw: bytes = field(repr=False)
    data: str | None = field(repr=False)
    fields: tuple[tuple[str, str], ...] = field(repr=False)
    binary: bool = False

    complete: ClassVar[bool] = True

    def with_data(self, text: str) -> bytes:
        """The message with `text` as its payload: lengths and checksums are new, the headers stay byte
        for byte. The message must have data."""
        if self.data is None:
            raise ValueError("a message without data has no place for it")
        _, headers = _LENGTHS.unpack_from(self.raw)
        return _message(self.raw[_PRELUDE.size : _PRELUDE.size + headers], utf8.encode(text))


class Decoder:
    """Bytes in, messages out. One for each stream; after an error it is of no further use.

    `limit` bounds the length of a message in bytes, and so what is held back.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._held = bytearray()
        self._total: int | None = None

    def feed(self, chunk: bytes) -> list[EventMessage]:
        """The messages that `chunk` completes. Raises `Malformed` for a checksum that does not match and
        for whatever else is not as specified, and `TooLarge` over a limit."""
        self._held += chunk
        messages: list[EventMessage] = []
        start = 0
        while (end := self._end_of_message(start)) is not None:
            if len(messages) == MAX_MESSAGES:
                raise TooLarge(f"more than {MAX_MESSAGES} messages arrived at once; send them in smaller pieces")
            messages.append(_parse(bytes(self._held[start:end])))
            self._total = None
            start = end
        del self._held[:start]
        return messages

    def close(self) -> list[EventMessage]:
        """Nothing: a message is whole or it is none. Raises `Malformed` where the stream ends inside one,
        because what has come of it cannot be checked, and no receiver could use it."""
        if self._held:
            raise Malformed("the event stream ends inside a message; send the rest of it")
        return []

    def _end_of_message(self, start: int) -> int | None:
        arrived = len(self._held) - start
        if self._total is None:
            if arrived < _PRELUDE.size:
                return None
            self._total = self._checked_total(start)
        return start + self._total if arrived >= self._total else None

    def _checked_total(self, start: int) -> int:
        total, headers, checksum = _PRELUDE.unpack_from(self._held, start)
        if crc32(self._held[start : start + _LENGTHS.size]) != checksum:
            raise Malformed("the checksum of a message's lengths does not match; send it as it was computed")
        if _SMALLEST + headers > total:
            raise Malformed("the lengths of a message contradict each other; send the real ones")
        if total > self._limit:
            raise TooLarge(f"a message has more than {self._limit} bytes; send it in smaller ones")
        if headers > MAX_HEADERS:
            raise TooLarge(f"the headers of a message have more than {MAX_HEADERS} bytes; send fewer")
        return int(total)


def begins(body: bytes) -> bool:
    """Whether `body` begins with the lengths of a message and their checksum."""
    if len(body) < _PRELUDE.size:
        return False
    _, _, checksum = _PRELUDE.unpack_from(body)
    return crc32(body[: _LENGTHS.size]) == int(checksum)


def message(headers: Iterable[tuple[str, str]], payload: bytes) -> bytes:
    """A message with string headers, such as an exception that stops a stream.

    A name has 1 to 255 bytes, a value at most 32767 (ValueError).
    """
    packed = bytearray()
    for name, value in headers:
        named, valued = utf8.encode(name), utf8.encode(value)
        if not 0 < len(named) <= _LONGEST_NAME or len(valued) > _LONGEST_VALUE:
            raise ValueError("a header's name has 1 to 255 bytes, and its value at most 32767")
        packed += struct.pack(">B", len(named)) + named + struct.pack(">BH", _STRING, len(valued)) + valued
    if len(packed) > MAX_HEADERS:
        raise ValueError(f"the headers of a message have at most {MAX_HEADERS} bytes")
    return _message(bytes(packed), payload)


def _message(headers: bytes, payload: bytes) -> bytes:
    lengths = _LENGTHS.pack(_SMALLEST + len(headers) + len(payload), len(headers))
    checked = b"".join((lengths, _CRC.pack(crc32(lengths)), headers, payload))
    return checked + _CRC.pack(crc32(checked))


def _parse(raw: bytes) -> EventMessage:
    """The message that `raw` is, from its first byte to its last; its lengths are known to be right."""
    end = len(raw) - _CRC.size
    if _CRC.pack(crc32(raw[:end])) != raw[end:]:
        raise Malformed("the checksum of a message does not match; send it as it was computed")
    _, length = _LENGTHS.unpack_from(raw)
    fields = tuple(_headers(raw[_PRELUDE.size : _PRELUDE.size + length]))
    by_name = dict(fields)
    if len(by_name) != len(fields):
        raise Malformed("a header stands twice in one message; send it once")
    payload = raw[_PRELUDE.size + length : end]
    if by_name.get(":content-type", "").partition(";")[0].strip().lower() == _BINARY_TYPE and not _is_text(payload):
        return EventMessage(raw, None, fields, binary=True)
    return EventMessage(raw, utf8.decode(payload, "the payload of a message") if payload else None, fields)


def _headers(packed: bytes) -> Iterator[tuple[str, str]]:
    at = 0
    while at < len(packed):
        length, at = packed[at], at + 1
        name, at = _taken(packed, at, length)
        if not name:
            raise Malformed("a header of a message has no name; send one")
        kind, at = _taken(packed, at, 1)
        value, at = _value(packed, at, kind[0])
        yield utf8.decode(name, "the name of a header"), value


def _value(packed: bytes, at: int, kind: int) -> tuple[str, int]:
    """The value of type `kind` at `at`, and where the next header begins."""
    if kind in (_TRUE, _FALSE):
        return "true" if kind == _TRUE else "false", at
    if kind in _INTEGER_SIZES:
        value, at = _taken(packed, at, _INTEGER_SIZES[kind])
        return str(int.from_bytes(value, signed=True)), at
    if kind == _UUID:
        value, at = _taken(packed, at, 16)
        return str(UUID(bytes=value)), at
    if kind not in (_BYTES, _STRING):
        raise Malformed("a header has a type that does not exist; send one of 0 to 9")
    length, at = _taken(packed, at, 2)
    if int.from_bytes(length) > _LONGEST_VALUE:
        raise Malformed(f"the value of a header has more than {_LONGEST_VALUE} bytes; send a shorter one")
    value, at = _taken(packed, at, int.from_bytes(length))
    return utf8.decode(value, "the value of a header") if kind == _STRING else value.decode(errors="replace"), at


def _taken(packed: bytes, at: int, length: int) -> tuple[bytes, int]:
    if at + length > len(packed):
        raise Malformed("a header runs over the end of the headers; send its real length")
    return packed[at : at + length], at + length


def _is_text(payload: bytes) -> bool:
    try:
        payload.decode()
    except UnicodeDecodeError:
        return False
    return True
