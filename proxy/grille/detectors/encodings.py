"""What a text says in an encoding: Base64, Base32, hexadecimal, quoted-printable, octal, HTML entities, and
percent-encoding and Unicode escapes that stand in another encoding.

A run counts as encoded only if it decodes to text that a person could read, so hashes, identifiers and keys
stay what they are. This module must not find anything in what it decodes, and must not decode without end:
each run is looked at once, and nothing becomes longer than it was.

Source of the alphabets: RFC 4648 (Base64 and Base32), RFC 2045 (quoted-printable), HTML Living Standard
(character references).
"""

from __future__ import annotations

import base64
import binascii
import codecs
import html
import re
from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

import regex

from grille.detectors import normalize
from grille.detectors.checksums import CHECKS
from grille.detectors.sieve import Sieve


class Said(NamedTuple):
    """What [start, end) of a text says."""

    start: int
    end: int
    text: str


type _Runs = re.Pattern[str] | regex.Pattern[str]

_LEAST: Final = 5
"""Characters: what is shorter is no value that anybody looks for."""
# `re` looks for these two in half of the time that `regex` takes, or less.
_BASE64 = re.compile(r"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{14,}+={0,2}")
_HEX = re.compile(r"(?<![A-Za-z0-9])(?:0x|\\x)?[0-9A-Fa-f]{2}(?:[ :,]?(?:0x|\\x)?[0-9A-Fa-f]{2}){6,}(?![A-Za-z0-9])")
_BASE32 = regex.compile(r"(?<![A-Za-z0-9])[A-Z2-7]{16,}+={0,6}")
_OCTAL = regex.compile(r"(?:\\[0-3][0-7]{2}){5,}+")
_QUOTED = regex.compile(r"(?:[\w.@-]{0,16}=[0-9A-F]{2}){2,}+[\w.@-]{0,16}")
_SOFT_BREAK = regex.compile(r"(?<!=|[A-Za-z0-9+/_-]{20})=\r?\n(?=[!-~])")
"""Where quoted-printable cuts a line: between any two characters. Behind a long word it is how Base64 ends."""
_PERCENT = regex.compile(r"(?:[\w.@-]{0,16}%[0-9A-Fa-f]{2}){1,}+[\w.@-]{0,16}")
_ESCAPES = regex.compile(r"(?:[\w.@-]{0,16}\\{1,8}u[0-9A-Fa-f]{4}){1,}+[\w.@-]{0,16}")
_ENTITIES = regex.compile(
    r"(?:&(?:amp;)*(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|commat|period|hyphen|[nm]dash|nbsp|e[nm]sp|thinsp|shy);)++"
)
"""References alone and not the words beside them: between those they mostly stand for a blank."""
_ROTATED = regex.compile(r"(?<![A-Za-z0-9])[A-Z]{2}[0-9]{2}(?:[ -]?[A-Z0-9]{1,4}){3,8}(?![A-Za-z0-9])")


def decoded(text: str) -> list[Said]:
    """The encoded runs of `text` and what they say, in their order; none overlaps another."""
    found: list[Said] = []
    for number in _SIEVE.passes(text):
        runs, read = _ENCODINGS[number]
        found += (
            Said(run.start(), run.end(), said)
            for run in runs.finditer(text)
            if (said := read(run[0])) is not None and said != run[0]
        )
    return apart(found)


def apart(found: Iterable[Said]) -> list[Said]:
    """Of those that overlap the first one, and of those that begin together the longest; in their order."""
    kept: list[Said] = []
    for each in sorted(found, key=lambda said: (said.start, -said.end)):
        if not kept or each.start >= kept[-1].end:
            kept.append(each)
    return kept


def _readable(data: bytes) -> str | None:
    try:
        said = normalize.plain(data.decode())
    except UnicodeDecodeError:
        return None
    return said if len(said) >= _LEAST and _is_readable(said) else None


def _is_readable(said: str) -> bool:
    return all(char.isprintable() or char in "\t\r\n" for char in said)


def _base64(run: str) -> str | None:
    plain = run.rstrip("=").replace("-", "+").replace("_", "/")
    if len(plain) % 4 == 1:
        return None
    try:
        return _readable(base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True))
    except binascii.Error:
        return None


def _base32(run: str) -> str | None:
    plain = run.rstrip("=")
    try:
        return _readable(base64.b32decode(plain + "=" * (-len(plain) % 8)))
    except binascii.Error:
        return None


_NOT_HEX = re.compile(r"0x|\\x|[ :,]")


def _hexadecimal(run: str) -> str | None:
    return _readable(bytes.fromhex(_NOT_HEX.sub("", run)))


def _octal(run: str) -> str | None:
    return _readable(bytes(int(code, 8) for code in run.split("\\")[1:]))


def _quoted(run: str) -> str | None:
    return _readable(binascii.a2b_qp(run.encode()))


def _percent(run: str) -> str | None:
    return _readable(binascii.a2b_qp(run.replace("=", "=3D").replace("%", "=").encode()))


_ESCAPE = regex.compile(r"\\{1,8}u([0-9A-Fa-f]{4})")


def _escapes(run: str) -> str | None:
    units = _ESCAPE.sub(lambda escape: chr(int(escape[1], 16)), run)
    try:
        return _readable(units.encode("utf-16-be", "surrogatepass").decode("utf-16-be").encode())
    except UnicodeDecodeError:
        return None


def _entities(run: str) -> str | None:
    said = normalize.plain(html.unescape(html.unescape(run)))
    return said if _is_readable(said) else None


def _rotated(run: str) -> str | None:
    """An IBAN behind rot13, known by its check digits; a rotated e-mail address still looks like one."""
    said = codecs.decode(run, "rot13")
    return said if CHECKS["iban"](said) else None


def _nothing(run: str) -> str:
    return ""


_ENCODINGS: Final[tuple[tuple[_Runs, Callable[[str], str | None]], ...]] = (
    (_BASE64, _base64),
    (_BASE32, _base32),
    (_HEX, _hexadecimal),
    (_OCTAL, _octal),
    (_QUOTED, _quoted),
    (_SOFT_BREAK, _nothing),
    (_PERCENT, _percent),
    (_ESCAPES, _escapes),
    (_ENTITIES, _entities),
    (_ROTATED, _rotated),
)
PATTERNS: Final = tuple(runs.pattern for runs, _ in _ENCODINGS)
"""One of these stands in every text that says something in an encoding."""
_SIEVE: Final = Sieve(PATTERNS)
