"""Content codings (RFC 9110 §8.4): from the bytes of a body as received to the bytes that are meant.

Strict: every member is decoded, every checksum is verified, and a byte that belongs to no member is an
error, because a lenient receiver further on might read what was not judged. Bounded: output is produced
in pieces and stops at the limit, so that a bomb costs the limit and not its own size.

What stands beside the content (a gzip file name or comment, a zstd skippable frame) is dropped and not
judged. So whoever decodes a body must send it on in the clear, even when nothing in it was changed.

This module must not guess: a coding that it does not know is refused, never passed on, and nothing is
looked up in Python's codec registry. It does not choose a limit and does not encode.

Accepted miss: brotli and deflate have no magic number, so a body in one of them that does not say so is
recognised only by not being text.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Generator, Iterator, Sequence
from enum import Enum
from io import BytesIO

import brotli
import zstandard

from grille.errors import TooLarge, Undecodable

MAX_STACK = 2
"""Codings on top of each other."""

MAX_MEMBERS = 10_000
"""Members (gzip) or frames (zstd) in one body. Each costs a decoder of its own."""

_SLICE = 1 << 16
_ENOUGH = 1 << 20
_ZSTD_SLICE = 128  # one byte of zstd can stand for 32 KiB: a slice yields 4 MiB at most
_ZSTD_WINDOW = 1 << 23  # RFC 9659 §3: a window over 8 MiB must not be used as a content coding
_GZIP_WBITS, _ZLIB_WBITS, _RAW_WBITS = 31, 15, -15
_GZIP_MAGIC = b"\x1f\x8b"
_ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"


class Coding(Enum):
    """The codings that are understood, by their registered names (RFC 9110 §18.6, RFC 8878)."""

    GZIP = "gzip"
    DEFLATE = "deflate"
    BROTLI = "br"
    ZSTD = "zstd"


_NAMES = {coding.value: coding for coding in Coding} | {"x-gzip": Coding.GZIP}


def decode(body: bytes, content_encoding: Sequence[str], limit: int) -> bytes:
    """`body` without its content codings.

    `content_encoding` holds the values of every `Content-Encoding` header, in order, as received.
    `limit` is the greatest number of bytes that the result, and each step toward it, may have. An empty
    body is empty in every coding: a HEAD or 304 answer names one without having a body.

    Raises `Undecodable` for whatever is unknown, stacked too deep, truncated, corrupt or followed by
    other bytes, and `TooLarge` over the limit.
    """
    codings = _parse(content_encoding)
    for coding in reversed(codings):
        body = _collect(_DECODERS[coding](body), limit) if body else body
    if len(body) > limit:
        raise _too_large(limit)
    if body.startswith((_GZIP_MAGIC, _ZSTD_MAGIC)):
        raise Undecodable(
            "the body is compressed once more than Content-Encoding says; send it uncompressed, or name the coding"
        )
    return body


def _parse(values: Sequence[str]) -> list[Coding]:
    """The codings in the order in which they were applied. An unknown name is not repeated in the error,
    because whoever chose it may have written a value there."""
    names = [name.strip(" \t").lower() for value in values for name in value.split(",")]
    names = [name for name in names if name not in ("", "identity")]
    if any(name not in _NAMES for name in names):
        raise Undecodable(
            "Content-Encoding names a coding other than gzip, deflate, br and zstd; send the body uncompressed"
        )
    if len(names) > MAX_STACK:
        raise Undecodable(f"more than {MAX_STACK} content codings are stacked; send the body uncompressed")
    return [_NAMES[name] for name in names]


def _collect(pieces: Iterator[bytes], limit: int) -> bytes:
    out = BytesIO()
    for piece in pieces:
        if out.tell() + len(piece) > limit:
            raise _too_large(limit)
        out.write(piece)
    return out.getvalue()


def _gzip(body: bytes) -> Iterator[bytes]:
    """RFC 1952: every member; zlib itself verifies CRC and length at the end of each."""
    position = members = 0
    while position < len(body):
        members = _one_more(members)
        position = yield from _inflate(body, position, _GZIP_WBITS, Coding.GZIP)


def _deflate(body: bytes) -> Iterator[bytes]:
    """The zlib format, as RFC 9110 §8.4.1.2 says, or else the raw one that some senders mistake for it.

    A body that can be read both ways is refused: the receiver might choose the other reading.
    """
    zlib_format = _is_zlib(body)
    if zlib_format and _reads_as_raw(body):
        raise _undecodable(Coding.DEFLATE, "can be read in two ways")
    end = yield from _inflate(body, 0, _ZLIB_WBITS if zlib_format else _RAW_WBITS, Coding.DEFLATE)
    if end != len(body):
        raise _undecodable(Coding.DEFLATE, "is followed by other bytes")


def _is_zlib(body: bytes) -> bool:
    """RFC 1950 §2.2: method 8, a window of at most 32 KiB, and a header that is a multiple of 31."""
    header = int.from_bytes(body[:2])
    return header & 0x8F00 == 0x0800 and header % 31 == 0


def _reads_as_raw(body: bytes) -> bool:
    """Whether a raw deflate stream begins here and goes well to its end, or for the first MiB.

    By accident it does not: a zlib header read as raw is a stored block, so the four bytes after it
    would have to be a length and its complement, and what follows that block a deflate stream as well.
    """
    produced = 0
    try:
        for piece in _inflate(body, 0, _RAW_WBITS, Coding.DEFLATE):
            produced += len(piece)
            if produced > _ENOUGH:
                break
    except Undecodable:
        return False
    return True


def _inflate(body: bytes, start: int, wbits: int, coding: Coding) -> Generator[bytes, None, int]:
    """One deflate stream from `start`, in pieces; returns the offset of the first byte after it."""
    stream = zlib.decompressobj(wbits)
    position, pending = start, b""
    while not stream.eof:
        if not pending:
            pending = body[position : position + _SLICE]
            position += len(pending)
        try:
            piece = stream.decompress(pending, _SLICE)
        except zlib.error:
            raise _undecodable(coding, "is corrupt") from None
        if not pending and not piece and not stream.eof:
            raise _undecodable(coding, "is cut off")
        pending = stream.unconsumed_tail
        yield piece
    return position - len(stream.unused_data)


def _brotli(body: bytes) -> Iterator[bytes]:
    """RFC 7932; the library itself refuses bytes after the end of the stream."""
    stream = brotli.Decompressor()
    position = 0
    while not (stream.is_finished() and position == len(body)):
        pending = b""
        if stream.can_accept_more_data():
            pending = body[position : position + _SLICE]
            position += len(pending)
        try:
            piece: bytes = stream.process(pending, output_buffer_limit=_SLICE)
        except brotli.error:
            raise _undecodable(Coding.BROTLI, "is corrupt or followed by other bytes") from None
        if not pending and not piece and not stream.is_finished():
            raise _undecodable(Coding.BROTLI, "is cut off")
        yield piece


def _zstd(body: bytes) -> Iterator[bytes]:
    """RFC 8878: every frame, with its checksum if it has one; a skippable frame yields nothing."""
    decompressor = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW)
    position = frames = 0
    while position < len(body):
        frames = _one_more(frames)
        frame = decompressor.decompressobj()
        while not frame.eof:
            pending = body[position : position + _ZSTD_SLICE]
            position += len(pending)
            if not pending:
                raise _undecodable(Coding.ZSTD, "is cut off")
            try:
                yield frame.decompress(pending)
            except zstandard.ZstdError:
                raise _undecodable(Coding.ZSTD, "is corrupt or has a window over 8 MiB") from None
        position -= len(frame.unused_data)


_DECODERS: dict[Coding, Callable[[bytes], Iterator[bytes]]] = {
    Coding.GZIP: _gzip,
    Coding.DEFLATE: _deflate,
    Coding.BROTLI: _brotli,
    Coding.ZSTD: _zstd,
}


def _one_more(members: int) -> int:
    if members == MAX_MEMBERS:
        raise TooLarge(f"the compressed body has more than {MAX_MEMBERS} members; send it uncompressed")
    return members + 1


def _undecodable(coding: Coding, problem: str) -> Undecodable:
    return Undecodable(f"the {coding.value} body {problem}; send it whole, or uncompressed")


def _too_large(limit: int) -> TooLarge:
    return TooLarge(f"the decoded body has more than {limit} bytes; send it in smaller parts")
