"""The leak oracle: does a value stand anywhere in these bytes, in any of the forms that hide it?

The decode closure follows what a curious receiver could undo: content codings, base-N, percent, HTML and
`\\u` escapes, rot13, quoted-printable, UTF-16/32, compatibility forms, invisible characters, separators,
reversal; up to three deep. It is used with a negative control: with the policy off it must find the leak.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import html
import quopri
import re
import unicodedata
import zlib
from collections.abc import Callable, Iterable, Iterator
from urllib.parse import unquote_to_bytes

import brotli
import zstandard

DEPTH = 3
_RUNS = re.compile(rb"[A-Za-z0-9+/_=-]{12,}")
_HEX_RUNS = re.compile(rb"(?:[0-9A-Fa-f]{2}){6,}")
_U_ESCAPES = re.compile(r"\\u([0-9A-Fa-f]{4})")
_INVISIBLE = {"Cf", "Mn", "Cc"}
_LIMIT = 1 << 22


def leaks(recorded: bytes, values: Iterable[str]) -> set[str]:
    """Those of `values` that stand in `recorded` in some form."""
    wanted = {value: _squeezed(value) for value in values}
    found: set[str] = set()
    seen: set[bytes] = set()
    layer = {recorded}
    for _ in range(DEPTH + 1):
        below: set[bytes] = set()
        for each in layer - seen:
            seen.add(each)
            text = _squeezed(_text(each))
            found |= {value for value, form in wanted.items() if form in text or form[::-1] in text}
            below |= {opened for opened in _opened(each) if 3 < len(opened) <= _LIMIT}
        layer = below
    return found


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")


def _squeezed(text: str) -> str:
    """Letters and digits only, folded: separators and invisible characters do not hide a value."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(str(unicodedata.digit(char)) if char.isdigit() else char for char in folded if char.isalnum())


def _opened(raw: bytes) -> Iterator[bytes]:
    for opening in _WHOLE:
        yield from _tried(opening, raw)
    for run in set(_RUNS.findall(raw)):
        for decode in (_base64, _base32):
            yield from _tried(decode, run)
    for run in set(_HEX_RUNS.findall(raw)):
        yield from _tried(binascii.unhexlify, run)


def _tried(opening: Callable[[bytes], bytes], raw: bytes) -> Iterator[bytes]:
    try:
        opened = opening(raw)
    except (ValueError, zlib.error, brotli.error, zstandard.ZstdError, EOFError):
        return
    if opened != raw:
        yield opened


def _gzip(raw: bytes) -> bytes:
    """Every member, and whatever follows."""
    pieces = b""
    while raw.startswith(b"\x1f\x8b"):
        member = zlib.decompressobj(31)
        pieces += member.decompress(raw, _LIMIT)
        raw = member.unused_data
    return pieces + raw


def _base64(run: bytes) -> bytes:
    run = run.translate(bytes.maketrans(b"-_", b"+/")).rstrip(b"=")
    return base64.b64decode(run + b"=" * (-len(run) % 4))


def _base32(run: bytes) -> bytes:
    run = run.upper().rstrip(b"=")
    return base64.b32decode(run + b"=" * (-len(run) % 8))


def _escapes(raw: bytes) -> bytes:
    return _U_ESCAPES.sub(lambda found: chr(int(found[1], 16)), _text(raw)).encode("utf-8", "replace")


_WHOLE: tuple[Callable[[bytes], bytes], ...] = (
    _gzip,
    lambda raw: zlib.decompressobj(15).decompress(raw, _LIMIT),
    lambda raw: zlib.decompressobj(-15).decompress(raw, _LIMIT),
    brotli.decompress,
    lambda raw: zstandard.ZstdDecompressor().decompress(raw, max_output_size=_LIMIT),
    unquote_to_bytes,
    lambda raw: html.unescape(_text(raw)).encode(),
    _escapes,
    quopri.decodestring,
    lambda raw: codecs.encode(_text(raw), "rot13").encode(),
    lambda raw: raw.decode("utf-16").encode() if b"\0" in raw else raw,
    lambda raw: raw.decode("utf-32").encode() if b"\0" in raw else raw,
)
