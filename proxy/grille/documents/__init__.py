"""Files opened: the texts that are in them, and the parts that nobody can read.

    kinds.py     what a file is, by its bytes alone
    markup.py    HTML, SVG, XML: as written, and as read
    package.py   zip: office documents (OOXML, ODF), skills, plain archives
    pdf.py       PDF

A kind of document is a file here, and a line in `_OPENERS`. Everything is opened to the end or called unread:
nothing is cut off at a limit, because what comes behind it would leave unjudged. Names and media types are
never believed, and a file that two readers could take for different things is damaged.

This room is made to run in a process of its own that can be killed: it bounds sizes and counts, but not time.
It must not write to a disk, run a macro, fetch what a document refers to, or know a policy.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from grille.documents import kinds, markup, package
from grille.documents.base import DAMAGE, MOST_DEPTH, Damaged, Findings, Open
from grille.documents.kinds import Format
from grille.files import File, Opened, Unreadable


def open_files(files: Sequence[File]) -> tuple[Opened, ...]:
    """What is in each file."""
    return tuple(open_bytes(file.data) for file in files)


def open_bytes(data: bytes) -> Opened:
    """What is in one file, whatever it is."""
    found = Findings()
    _open(data, found, "", 0)
    return found.opened()


def _open(data: bytes, found: Findings, where: str, depth: int) -> None:
    kind = kinds.kind_of(data)
    if isinstance(kind, Unreadable):
        found.unread(where, kind)
        return
    if depth > MOST_DEPTH and kind in _HOLDING:
        found.unread(where, Unreadable.TOO_LARGE)
        return
    try:
        _OPENERS[kind](data, found, where, _deeper(depth))
    except Damaged as damaged:
        found.unread(where, damaged.why)
    except DAMAGE:
        found.unread(where, Unreadable.DAMAGED)


def _deeper(depth: int) -> Open:
    return lambda data, found, where: _open(data, found, where, depth + 1)


def _pdf(data: bytes, found: Findings, where: str, inner: Open) -> None:
    # Half a second, which every command would pay that never meets a PDF.
    from grille.documents import pdf

    pdf.open_pdf(data, found, where, inner)


_HOLDING = frozenset({Format.PACKAGE, Format.PDF})
"""Documents that may hold others."""
_OPENERS: Mapping[Format, Callable[[bytes, Findings, str, Open], None]] = {
    Format.TEXT: lambda data, found, where, inner: found.text(where, kinds.text_of(data)),
    Format.MARKUP: lambda data, found, where, inner: markup.open_markup(kinds.text_of(data), found, where),
    Format.PACKAGE: package.open_package,
    Format.PDF: _pdf,
}
