"""What a file is, by its bytes alone.

Where a reader might look elsewhere than at the first byte (PDF within the first KiB, zip from the end), a
file that is one thing at its beginning and another where that reader looks is damaged. This module must not
open anything.
"""

from __future__ import annotations

import codecs
import re
from enum import Enum

from grille.documents.base import Damaged
from grille.files import Unreadable


class Format(Enum):
    """What can be opened."""

    TEXT = "text"
    MARKUP = "markup"
    PACKAGE = "package"
    PDF = "pdf"


_MAGIC: tuple[tuple[bytes, Unreadable], ...] = (
    (b"\x89PNG", Unreadable.IMAGE),
    (b"\xff\xd8\xff", Unreadable.IMAGE),
    (b"GIF8", Unreadable.IMAGE),
    (b"BM", Unreadable.IMAGE),
    (b"II*\x00", Unreadable.IMAGE),
    (b"MM\x00*", Unreadable.IMAGE),
    (b"\x00\x00\x01\x00", Unreadable.IMAGE),
    (b"\xd7\xcd\xc6\x9a", Unreadable.IMAGE),
    (b"ID3", Unreadable.SOUND),
    (b"\xff\xfb", Unreadable.SOUND),
    (b"\xff\xf3", Unreadable.SOUND),
    (b"fLaC", Unreadable.SOUND),
    (b"OggS", Unreadable.SOUND),
    (b"\x1aE\xdf\xa3", Unreadable.VIDEO),
)
_RIFF = {b"WEBP": Unreadable.IMAGE, b"WAVE": Unreadable.SOUND, b"AVI ": Unreadable.VIDEO}
_BOXES = {b"heic": Unreadable.IMAGE, b"heix": Unreadable.IMAGE, b"avif": Unreadable.IMAGE, b"M4A ": Unreadable.SOUND}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_OFFICE = "EncryptedPackage".encode("utf-16-le")
_PACKAGE, _PACKAGE_END = b"PK\x03\x04", b"PK\x05\x06"
_END_WITHIN = 65_536 + 22
_PDF, _PDF_WITHIN = b"%PDF-", 1024
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_MARKUP = re.compile(r"\s*<[A-Za-z!?/]")
_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


def kind_of(data: bytes) -> Format | Unreadable:
    """What can be opened, or why nothing here can be read."""
    pdf, package = data[:_PDF_WITHIN].find(_PDF), _PACKAGE_END in data[-_END_WITHIN:]
    if data.startswith(_PACKAGE):
        return Format.PACKAGE if package and pdf < 0 else Unreadable.DAMAGED
    if pdf >= 0 or package:
        return Unreadable.DAMAGED if pdf or package else Format.PDF
    if data.startswith(_OLE):
        return Unreadable.ENCRYPTED if _ENCRYPTED_OFFICE in data else Unreadable.UNKNOWN
    try:
        text = text_of(data)
    except Damaged:
        return _medium(data)
    if text.startswith("{\\rtf"):
        return Unreadable.UNKNOWN
    return Format.MARKUP if _MARKUP.match(text) else Format.TEXT


def text_of(data: bytes) -> str:
    """The words of a plain text in UTF-8, or in UTF-16 that says so. Raises `Damaged` for what is none."""
    coding = next((name for mark, name in _BOMS.items() if data.startswith(mark)), "utf-8")
    try:
        text = data.decode(coding)
    except UnicodeDecodeError:
        raise Damaged(Unreadable.UNKNOWN) from None
    if _CONTROLS.search(text):
        raise Damaged(Unreadable.UNKNOWN)
    return text


def _medium(data: bytes) -> Unreadable:
    if data.startswith(b"RIFF"):
        return _RIFF.get(data[8:12], Unreadable.UNKNOWN)
    if data[4:8] == b"ftyp":
        return _BOXES.get(data[8:12], Unreadable.VIDEO)
    return next((why for magic, why in _MAGIC if data.startswith(magic)), Unreadable.UNKNOWN)
