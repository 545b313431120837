"""PDF: the text of every page and form, and every string of every object, shown or not.

Strings of objects are notes, form fields, titles, properties, scripts and addresses; they are read wherever
they stand, so that nobody has to know where a reader shows them. Pictures are unread parts, and so is a page
that draws without a text, or whose text has no readable form. What a font draws may differ from what it says
it draws, and an older revision in the same file is not read: accepted misses, in docs/limits.md.

The one door to pypdf. This module must not run a script, follow a link, or decode a picture.
"""

from __future__ import annotations

import logging
import re
from io import BytesIO
from typing import cast

from pypdf import PageObject, PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import (
    ArrayObject,
    ByteStringObject,
    DictionaryObject,
    EncodedStreamObject,
    IndirectObject,
    PdfObject,
    StreamObject,
    TextStringObject,
)

from grille.documents.base import Damaged, Findings, Open, below
from grille.documents.markup import open_markup
from grille.files import Unreadable

MOST_PAGES = 1000
MOST_OBJECTS = 100_000

_UNREADABLE = re.compile("[\x00-\x08\x0e-\x1f\ufffd\ue000-\uf8ff]")
_INLINE_IMAGE = re.compile(rb"(?:^|\s)BI\s.*?\sID\s", re.DOTALL)
_FILES = frozenset({"/EF", "/XFA", "/JS"})
"""Attached files, forms in XML, and scripts: whole texts in streams of their own."""
_DEEP = 60

logging.getLogger("pypdf").setLevel(logging.CRITICAL + 1)  # its warnings quote the file


def open_pdf(data: bytes, found: Findings, where: str, inner: Open) -> None:
    """Raises `Damaged`."""
    try:
        reader = PdfReader(BytesIO(data))
        # Many files are encrypted with an empty password: everybody can read those.
        if reader.is_encrypted and not reader.decrypt(""):
            raise Damaged(Unreadable.ENCRYPTED)
        if len(reader.pages) > MOST_PAGES:
            raise Damaged(Unreadable.TOO_LARGE)
        for number, page in enumerate(reader.pages, 1):
            _page(page, found, below(where, "page", number))
        _Objects(reader, found, where, inner).read()
    except PyPdfError:
        raise Damaged from None


def _page(page: PageObject, found: Findings, where: str) -> None:
    text = page.extract_text()
    contents = page.get_contents()
    drawn = contents.get_data() if contents is not None else b""
    found.text(where, text)
    if _UNREADABLE.search(text):
        found.unread(where, Unreadable.UNKNOWN)
    if _INLINE_IMAGE.search(drawn) or (drawn.strip() and not text.strip()):
        found.unread(where, Unreadable.IMAGE)


class _Objects:
    """Every object of a file, whether or not anything refers to it."""

    def __init__(self, reader: PdfReader, found: Findings, where: str, inner: Open) -> None:
        self._reader = reader
        self._found = found
        self._where = where
        self._inner = inner
        self._strings: list[str] = []
        self._files: set[int] = set()

    def read(self) -> None:
        numbers = {(number, generation) for generation, each in self._reader.xref.items() for number in each}
        numbers |= {(number, 0) for number in self._reader.xref_objStm}
        if len(numbers) > MOST_OBJECTS:
            raise Damaged(Unreadable.TOO_LARGE)
        streams: list[tuple[int, StreamObject]] = []
        self._walk(self._reader.trailer, 0)
        for number, generation in sorted(numbers):
            read = IndirectObject(number, generation, self._reader).get_object()
            self._walk(read, 0)
            if isinstance(read, StreamObject):
                streams.append((number, read))
        for number, stream in streams:
            self._stream(number, stream)
        self._found.values(below(self._where, "strings"), self._strings)

    def _walk(self, read: PdfObject | None, depth: int) -> None:
        if depth > _DEEP:
            raise Damaged
        match read:
            case TextStringObject():
                self._strings.append(str(read))
            case ByteStringObject():
                self._strings.append(bytes(read).decode("latin-1"))
            case DictionaryObject():
                for name in _FILES & read.keys():
                    self._attached(read.raw_get(name))
                for value in read.values():
                    self._walk(value, depth + 1)
            case ArrayObject():
                for item in read:
                    self._walk(item, depth + 1)
            case _:
                return

    def _attached(self, versions: PdfObject) -> None:
        """Note the numbers of the streams that are files."""
        if isinstance(versions, IndirectObject):
            self._files.add(versions.idnum)
        read = versions.get_object()
        if isinstance(read, DictionaryObject | ArrayObject):
            items = read.values() if isinstance(read, DictionaryObject) else read
            self._files |= {each.idnum for each in items if isinstance(each, IndirectObject)}

    def _stream(self, number: int, stream: StreamObject) -> None:
        where = below(self._where, "object", number)
        kind, sort = stream.get("/Subtype"), stream.get("/Type")
        if kind == "/Image":
            self._found.unread(where, Unreadable.IMAGE)
        elif number in self._files or sort == "/EmbeddedFile":
            content = stream.get_data()
            self._found.unpacked(len(content))
            self._inner(content, self._found, where)
        elif sort == "/Metadata":
            open_markup(stream.get_data().decode("utf-8", "replace"), self._found, where)
        elif kind == "/Form":
            # The annotation there is too narrow: a form without a filter is read as well.
            form = cast(EncodedStreamObject, stream)
            self._found.text(where, self._reader.pages[0].extract_xform_text(form))
