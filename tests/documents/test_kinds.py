"""`grille.documents.kinds`: what a file is, whatever it is called."""

from __future__ import annotations

import pytest

import papers
from grille.documents.base import Damaged
from grille.documents.kinds import Format, kind_of, text_of
from grille.files import Unreadable

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", Format.TEXT),
        (b"words\n\tand more\x1b[0m", Format.TEXT),
        ("é".encode("utf-16-le").join([b"\xff\xfe", b""]), Format.TEXT),
        (b"BM is how this text begins", Format.TEXT),
        (b"  <html>", Format.MARKUP),
        (b"<!-- words -->", Format.MARKUP),
        ('<a>é</a>'.encode("utf-16"), Format.MARKUP),
        (b"< 5 and > 3", Format.TEXT),
        (papers.docx(), Format.PACKAGE),
        (papers.pdf(), Format.PDF),
        (papers.PNG, Unreadable.IMAGE),
        (b"\xff\xd8\xff\xe0", Unreadable.IMAGE),
        (b"RIFF\xff\xff\xff\xffWEBP", Unreadable.IMAGE),
        (b"RIFF\xff\xff\xff\xffWAVE", Unreadable.SOUND),
        (b"RIFF\xff\xff\xff\xffothr", Unreadable.UNKNOWN),
        (b"ID3\x04\x00\xff", Unreadable.SOUND),
        (b"\x00\x00\x00\x18ftypM4A \xff", Unreadable.SOUND),
        (b"\x00\x00\x00\x18ftypheic\xff", Unreadable.IMAGE),
        (b"\x00\x00\x00\x18ftypisom\xff", Unreadable.VIDEO),
        (b"\x1aE\xdf\xa3", Unreadable.VIDEO),
        (OLE + b"\xff", Unreadable.UNKNOWN),
        (OLE + "EncryptedPackage".encode("utf-16-le"), Unreadable.ENCRYPTED),
        (b"{\\rtf1 words}", Unreadable.UNKNOWN),
        (b"\x1f\x8b\x08\x00", Unreadable.UNKNOWN),
        (b"wor\x00ds", Unreadable.UNKNOWN),
        ("é".encode("latin-1"), Unreadable.UNKNOWN),
        (b"words %PDF-1.7", Unreadable.DAMAGED),
        (papers.PNG + papers.docx(), Unreadable.DAMAGED),
        (papers.pdf() + papers.docx(), Unreadable.DAMAGED),
        (b"PK\x03\x04words", Unreadable.DAMAGED),
    ],
)  # fmt: skip
def test_the_bytes_say_what_a_file_is(data: bytes, kind: Format | Unreadable) -> None:
    assert kind_of(data) is kind


def test_texts_say_their_coding_or_are_utf_8() -> None:
    assert [text_of("é".encode(coding)) for coding in ("utf-8", "utf-8-sig", "utf-16")] == ["é"] * 3
    for data in (b"\xff", b"\xff\xfea", b"a\x00b"):
        with pytest.raises(Damaged):
            text_of(data)
