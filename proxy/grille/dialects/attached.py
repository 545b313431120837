"""Files as they ride in bodies: out of base64 and data URLs, and those that are plain text at once.

The name and the media type that a sender gives are never believed. What is not plain text is opened elsewhere
(`documents/`), because opening it is work that a hostile file could make endless. This module must not
open anything else than text and JSON.
"""

from __future__ import annotations

import base64
import re
from urllib.parse import unquote_to_bytes

from grille.documents import kinds
from grille.documents.kinds import Format
from grille.errors import Malformed
from grille.files import Unreadable
from grille.framing import utf8
from grille.framing.json_parser import parse
from grille.framing.json_spans import Document

_DATA_URL = re.compile(r"data:([^,]{0,200}),", re.IGNORECASE)
_BLANKS = re.compile(r"[ \t\r\n]+")
_PACKED = re.compile(
    r"[ \t\r\n]*+(?:(?i:data:[^,]{0,200};base64),[ \t\r\n]*+)?"
    r"((?:UEsDB|JVBERi0|0M8R4KGx)[A-Za-z0-9+/_= \t\r\n-]{40,}+)"
)
"""How packages (ZIP, Word, Excel), PDF and old documents of Office begin in base64."""


def decoded(text: str, address: str) -> tuple[str, bytes]:
    """The media type that is written there, empty without one, and the bytes of a file. Raises `Malformed`."""
    kind = ""
    if head := _DATA_URL.match(text):
        kind, text = head[1], text[head.end() :]
        if utf8.is_said_otherwise(kind):
            raise Malformed("a file in the body is in another charset than UTF-8; send it in UTF-8", address)
        if not kind.lower().endswith(";base64"):
            return kind, unquote_to_bytes(text)
    try:
        return kind, _unpacked(text)
    except ValueError:
        raise Malformed("a file in the body is neither base64 nor a data URL", address) from None


def _unpacked(text: str) -> bytes:
    """What is in base64. Raises `ValueError`."""
    text = _BLANKS.sub("", text)
    # Google's client writes base64 in the alphabet of URLs. A text in both alphabets is in neither.
    if "+" not in text and "/" not in text:
        text = text.replace("-", "+").replace("_", "/")
    return base64.b64decode(text, validate=True)


def packed(text: str) -> bytes | None:
    """The document that a text is and nothing else, packed in base64 or a data URL; None for any other text. Where no
    vendor keeps files, in the answers of tools and what nobody knows yet, it is known by how it begins, whatever its
    media type says."""
    match = _PACKED.fullmatch(text)
    try:
        return None if match is None else _unpacked(match[1])
    except ValueError:
        return None


def is_document(data: bytes) -> bool:
    """Whether a text is the source of a document, in which words may stand that no reader of the text sees."""
    return kinds.kind_of(data) in (Format.PDF, Unreadable.DAMAGED)


def plain(data: bytes) -> str | None:
    """The words of a file that is plain text, and nothing that a reader would take for a document."""
    return kinds.text_of(data) if kinds.kind_of(data) is Format.TEXT else None


def documents(text: str) -> tuple[tuple[str, Document], ...]:
    """The JSON documents that a plain text is made of, with their places: one, or one a line. Empty if any of
    it is no JSON, or no object or array: then it is words."""
    if text.lstrip()[:1] not in ("{", "["):
        return ()
    try:
        return (("", parse(text)),)
    except Malformed:
        lines = [(number, line) for number, line in enumerate(text.split("\n")) if line.strip()]
    try:
        return tuple((f"/line/{number}", parse(line)) for number, line in lines)
    except Malformed:
        return ()
