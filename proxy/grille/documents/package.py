"""A zip: an office document (OOXML, ODF), a skill, or files that somebody packed.

Readers find entries by the directory at the end, by walking from the beginning, or by both. So an archive
counts only if both ways lead to the same entries, with nothing between, before or behind them. Every part is
read: main text, headers, footers, comments, notes, tracked changes, hidden sheets, shared strings, properties
and names are all parts, and all their texts and attributes are words. This module must not trust a size that
an archive states, or know one office format from another.
"""

from __future__ import annotations

import struct
import zipfile
from io import BytesIO

from grille.documents.base import Damaged, Findings, Open, below
from grille.documents.markup import open_xml
from grille.files import Unreadable

MOST_ENTRIES = 2000
MOST_RATIO = 200
"""How many times larger than the archive what is in it may be; XML of spreadsheets reaches fifty."""

_LOCAL = struct.Struct("<4s5H3L2H")
_ENCRYPTED, _LENGTH_BEHIND = 0x1, 0x8
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_DESCRIPTORS = frozenset({12, 16, 20, 24})
_END_BYTES = 22
_XML = (b"<?xml", b"\xef\xbb\xbf<?xml")


def open_package(data: bytes, found: Findings, where: str, inner: Open) -> None:
    """Every entry. Raises `Damaged` when the archive as a whole cannot be believed."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_ENTRIES:
                raise Damaged(Unreadable.TOO_LARGE)
            _check_layout(data, archive)
            names = [entry.filename for entry in entries]
            found.values(below(where, "names"), [*names, *_beside(data, archive)])
            for number, entry in enumerate(entries):
                if not entry.is_dir():
                    _open_entry(archive, entry, found, below(where, "entry", number), inner, MOST_RATIO * len(data))
                elif entry.file_size:
                    raise Damaged
    except zipfile.BadZipFile:
        raise Damaged from None


def _open_entry(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, found: Findings, where: str, inner: Open, most: int
) -> None:
    if entry.flag_bits & _ENCRYPTED:
        found.unread(where, Unreadable.ENCRYPTED)
        return
    if entry.compress_type not in _METHODS:
        found.unread(where, Unreadable.UNKNOWN)
        return
    room = min(found.room, most)
    with archive.open(entry) as stream:
        content = stream.read(room + 1)
    if len(content) > room:
        raise Damaged(Unreadable.TOO_LARGE)
    found.unpacked(len(content))
    if content.startswith(_XML) or entry.filename.lower().endswith((".xml", ".rels", ".vml")):
        _open_part(content, found, where)
    elif content:
        inner(content, found, where)


def _open_part(content: bytes, found: Findings, where: str) -> None:
    try:
        open_xml(content, found, where)
    except Damaged as damaged:
        found.unread(where, damaged.why)


def _beside(data: bytes, archive: zipfile.ZipFile) -> list[str]:
    """Comments, and fields that programs may add to an entry, in the directory and before the entry itself."""
    found = [archive.comment]
    for entry in archive.infolist():
        head = _LOCAL.unpack_from(data, entry.header_offset)
        start = entry.header_offset + _LOCAL.size + head[9]
        found += [entry.comment, entry.extra, data[start : start + head[10]]]
    return [each.decode("utf-8", "replace") for each in found]


def _check_layout(data: bytes, archive: zipfile.ZipFile) -> None:
    """The entries lie one behind the other from the first byte to the directory, and that to the end."""
    names = [entry.filename.lower() for entry in archive.infolist()]
    if len(set(names)) != len(names):
        raise Damaged
    at, behind = 0, False
    for entry in sorted(archive.infolist(), key=lambda each: each.header_offset):
        gap = entry.header_offset - at
        if gap and not (behind and gap in _DESCRIPTORS):
            raise Damaged
        head = _LOCAL.unpack_from(data, entry.header_offset)
        behind = bool(entry.flag_bits & _LENGTH_BEHIND)
        at = entry.header_offset + _LOCAL.size + head[9] + head[10] + entry.compress_size
    gap = archive.start_dir - at
    if gap and not (behind and gap in _DESCRIPTORS):
        raise Damaged
    end = len(data) - _END_BYTES - len(archive.comment)
    if data[end : end + 4] != b"PK\x05\x06" or data.count(b"PK\x05\x06", archive.start_dir) != 1:
        raise Damaged
