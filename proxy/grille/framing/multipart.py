"""A multipart request body (RFC 2046 §5.1; form-data: RFC 7578; related: RFC 2387), with the byte span of
every part.

Strict, because parsers of multipart disagree more than those of any other format, and what was judged must be
what the receiver reads. The body is cut wherever the delimiter stands, and everything else must be exactly as
senders write it: no preamble, no epilogue, CRLF line ends, no folded or unknown parameters, no transfer coding,
no charset but UTF-8, no escapes in quoted names. Whatever differs raises `Malformed` with what to change.

Tried against python-multipart (0.0.34): it accepts words after the end, a missing end, a header twice and any
transfer coding, so all of the rules but the line ends would still have to be written here.

This module must not know what a field means, and does not join two fields of one name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from grille.errors import Malformed, TooLarge

MOST_PARTS = 1000
MOST_HEAD_BYTES = 16 * 1024

_TYPE = re.compile(r'(multipart/[a-z-]+)((?:[ \t]*;[ \t]*[A-Za-z-]+=(?:"[^"\\]*"|[^\s";]+))*)[ \t]*', re.IGNORECASE)
_PARAMETER = re.compile(r';[ \t]*([A-Za-z-]+)=(?:"([^"\\]*)"|([^\s";]+))')
_BOUNDARY = re.compile(r"[0-9A-Za-z'()+_,./:=?-]{1,70}")
_HEADER = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\r\n\x00]*?)[ \t]*\r\n")
_DISPOSITION = re.compile(rb'form-data((?:;[ \t]*(?:name|filename)="[^"\\\x00-\x1f\x7f]*")+)', re.IGNORECASE)
_NAMED = re.compile(rb';[ \t]*(name|filename)="([^"]*)"', re.IGNORECASE)
_CHARSETS = frozenset({"utf-8", "us-ascii"})
_KNOWN = {"multipart/form-data": frozenset({"boundary"}), "multipart/related": frozenset({"boundary", "type"})}


@dataclass(frozen=True, slots=True)
class Stretch:
    """The bytes [start, end) of a body, which are `text` in UTF-8; `quoted` if they stand between quotes."""

    start: int
    end: int
    text: str = field(repr=False)
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class FormPart:
    """One part. [start, end) are the bytes of its content. `name` and `filename` are None where the part has
    none; `headers` are all but Content-Disposition, in order."""

    start: int
    end: int
    name: Stretch | None
    filename: Stretch | None
    headers: tuple[tuple[str, str], ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Form:
    """The parts of a body. `boundary` and `type` (of multipart/related) are the sender's words."""

    boundary: str = field(repr=False)
    parts: tuple[FormPart, ...]
    type: str = field(default="", repr=False)


def is_multipart(content_types: Iterable[str]) -> bool:
    """Whether a message with these Content-Type headers calls its body multipart."""
    return any("multipart/" in value.lower() for value in content_types)


def parse(body: bytes, content_types: Iterable[str]) -> Form:
    """The parts of `body`. Raises `Malformed` or `TooLarge`."""
    boundary, kind = _boundary(content_types)
    delimiter = b"--" + boundary.encode()
    pieces = body.split(delimiter)
    if len(pieces) - 2 > MOST_PARTS:
        raise TooLarge(f"the body has more than {MOST_PARTS} parts; send them in several requests")
    if len(pieces) < 3 or pieces[0] or pieces[-1] not in (b"--", b"--\r\n"):
        raise Malformed("the multipart body does not begin and end with its boundary, with nothing outside")
    parts: list[FormPart] = []
    at = len(delimiter)
    for number, piece in enumerate(pieces[1:-1]):
        where = f"part:{number}"
        if not (piece.startswith(b"\r\n") and piece.endswith(b"\r\n")) or len(piece) < 4:
            raise Malformed("a boundary does not stand on a line of its own, or stands inside a part", where)
        parts.append(_part(body, at + 2, at + len(piece) - 2, where))
        at += len(piece) + len(delimiter)
    return Form(boundary, tuple(parts), kind)


def splice(body: bytes, content_types: Iterable[str], changes: Iterable[tuple[Stretch, str]]) -> bytes:
    """`body` with each stretch replaced by a text. Raises ValueError when that made other parts of it."""
    pieces: list[bytes] = []
    at = 0
    for stretch, text in sorted(changes, key=lambda each: each[0].start):
        written = _quoted(text) if stretch.quoted else text
        pieces += (body[at : stretch.start], written.encode())
        at = stretch.end
    pieces.append(body[at:])
    changed = b"".join(pieces)
    try:
        same = len(parse(changed, content_types).parts) == len(parse(body, content_types).parts)
    except Malformed:
        same = False
    if not same:
        raise ValueError("the parts would become others")
    return changed


def _quoted(text: str) -> str:
    """As browsers and httpx write names: what would end the line or the quotes is percent-encoded."""
    return text.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


def _boundary(content_types: Iterable[str]) -> tuple[str, str]:
    values = tuple(content_types)
    found = _TYPE.fullmatch(values[0].strip()) if len(values) == 1 else None
    if found is None or (known := _KNOWN.get(found[1].lower())) is None:
        raise Malformed("the Content-Type is not one multipart/form-data or multipart/related with a plain boundary")
    pairs = [(name.lower(), quoted or plain) for name, quoted, plain in _PARAMETER.findall(found[2])]
    parameters = dict(pairs)
    if len(parameters) != len(pairs) or not parameters.keys() <= known:
        raise Malformed("the Content-Type of the multipart body has a parameter twice, or one that is not known")
    boundary = parameters.get("boundary", "")
    if not _BOUNDARY.fullmatch(boundary):
        raise Malformed("the Content-Type of the multipart body names no valid boundary")
    return boundary, parameters.get("type", "")


def _part(body: bytes, start: int, end: int, where: str) -> FormPart:
    """The part that lies in [start, end), its head included."""
    at = start
    name: Stretch | None = None
    filename: Stretch | None = None
    headers: list[tuple[str, str]] = []
    seen: set[str] = set()
    while not body.startswith(b"\r\n", at) or at + 2 > end:
        found = _HEADER.match(body, at, end)
        if found is None or found.end() - start > MOST_HEAD_BYTES:
            raise Malformed("the head of a part is not lines of `Name: value` that end with CRLF", where)
        header = found[1].decode().lower()
        if header in seen:
            raise Malformed("a header of a part stands twice", where)
        seen.add(header)
        if header == "content-disposition":
            name, filename = _disposition(found[2], found.start(2), where)
        else:
            headers.append((found[1].decode(), _checked(header, _text(found[2], where), where)))
        at = found.end()
    return FormPart(at + 2, end, name, filename, tuple(headers))


def _disposition(value: bytes, at: int, where: str) -> tuple[Stretch | None, Stretch | None]:
    whole = _DISPOSITION.fullmatch(value)
    if whole is None:
        raise Malformed('a Content-Disposition is not `form-data; name="…"; filename="…"`, without escapes', where)
    stretches: dict[bytes, Stretch] = {}
    for found in _NAMED.finditer(value, whole.start(1)):
        key = found[1].lower()
        if key in stretches:
            raise Malformed("a Content-Disposition has a parameter twice", where)
        stretches[key] = Stretch(at + found.start(2), at + found.end(2), _text(found[2], where), quoted=True)
    if b"name" not in stretches:
        raise Malformed("a Content-Disposition names no field", where)
    return stretches[b"name"], stretches.get(b"filename")


def _checked(header: str, value: str, where: str) -> str:
    if header == "content-transfer-encoding":
        raise Malformed("a part has a Content-Transfer-Encoding, which receivers ignore or undo; leave it out", where)
    if header == "content-type":
        lower = value.lower()
        if lower.startswith(("multipart/", "message/")):
            raise Malformed("a part is multipart itself; send its parts one by one", where)
        charsets = re.findall(r"charset[ \t]*=[ \t]*\"?([^\s\";]*)", lower)
        if not _CHARSETS.issuperset(charsets):
            raise Malformed("a part is in another charset than UTF-8; send it in UTF-8", where)
    return value


def _text(value: bytes, where: str) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        raise Malformed("the head of a part is not valid UTF-8", where) from None
