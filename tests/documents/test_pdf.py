"""`grille.documents.pdf`: what is shown, what is not, and what cannot be read."""

from __future__ import annotations

import io
import logging
import zlib

import pytest
from pypdf import PdfReader, PdfWriter

import papers
from grille.documents import open_bytes, pdf
from grille.files import Unread, Unreadable

CARD = "4111 1111 1111 1111"
IN_HEX = CARD.encode("utf-16-be").hex().encode()
FORM = b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /Font << /F1 5 0 R >> >>"

LETTER = papers.docx(body=f"<w:p><w:t>{CARD}</w:t></w:p>")
SCRIPT = f"x='{CARD}'".encode()
XMP = f"<x>{CARD}</x>".encode()

HIDING_PLACES = {
    "a page": papers.pdf(papers.written(CARD)),
    "white text": papers.pdf(b"1 1 1 rg " + papers.written(CARD)),
    "invisible text": papers.pdf(b"3 Tr " + papers.written(CARD)),
    "text outside the page": papers.pdf(papers.written(CARD).replace(b"50 100 Td", b"5000 100 Td")),
    "text in two pieces": papers.pdf(b"BT /F1 12 Tf 50 100 Td (4111 1111 ) Tj (1111 1111) Tj ET"),
    "a note": papers.pdf(papers.written("a"), b"<< /Subtype /Text /Contents (" + CARD.encode() + b") >>"),
    "a note in UTF-16": papers.pdf(papers.written("a"), b"<< /Contents <FEFF" + IN_HEX + b"> >>"),
    "a form field": papers.pdf(papers.written("a"), b"<< /FT /Tx /V (" + CARD.encode() + b") >>"),
    "the title": papers.pdf(papers.written("a"), b"<< /Title (" + CARD.encode() + b") >>", trailer=b"/Info 6 0 R"),
    "an address": papers.pdf(papers.written("a"), b"<< /S /URI /URI (https://example.com/4111111111111111) >>"),
    "a script": papers.pdf(papers.written("a"), b"<< /S /JavaScript /JS 7 0 R >>", papers.stream(SCRIPT)),
    "an attached file": papers.pdf(
        papers.written("a"), b"<< /Type /Filespec /EF << /F 7 0 R >> >>", papers.stream(CARD.encode())
    ),
    "a document attached": papers.pdf(
        papers.written("a"), papers.stream(zlib.compress(LETTER), b"/Type /EmbeddedFile /Filter /FlateDecode")
    ),
    "metadata": papers.pdf(papers.written("a"), papers.stream(XMP, b"/Type /Metadata /Subtype /XML")),
    "the look of a form": papers.pdf(papers.written("a"), papers.stream(papers.written(CARD), FORM)),
    "an object that nothing refers to": papers.pdf(papers.written("a"), b"[[(" + CARD.encode() + b")]]"),
}  # fmt: skip


@pytest.mark.parametrize("document", HIDING_PLACES.values(), ids=HIDING_PLACES)
def test_a_value_is_read_wherever_it_stands(document: bytes) -> None:
    opened = open_bytes(document)
    text = "\n".join(each.text for each in opened.texts)
    assert CARD in text or "4111111111111111" in text
    assert opened.unread == ()


def test_pages_are_named_by_their_number() -> None:
    assert [(each.where, each.text) for each in open_bytes(papers.pdf()).texts] == [("page/1", "words")]


def encrypted(password: str) -> bytes:
    writer = PdfWriter(PdfReader(io.BytesIO(papers.pdf(papers.written(CARD)))))
    writer.encrypt(password, "owner", algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_a_document_that_needs_a_password_is_unread_and_one_that_needs_none_is_read() -> None:
    assert open_bytes(encrypted("secret")).unread == (Unread("", Unreadable.ENCRYPTED),)
    assert any(CARD in each.text for each in open_bytes(encrypted("")).texts)


IMAGE = papers.stream(b"\xff\xd8\xff\xe0", b"/Type /XObject /Subtype /Image /Width 1 /Height 1 /Filter /DCTDecode")


@pytest.mark.parametrize(
    ("document", "where"),
    [
        (papers.pdf(papers.written("words"), IMAGE), "object/6"),
        (papers.pdf(papers.written("words") + b" BI /W 1 /H 1 ID \xff EI"), "page/1"),
        (papers.pdf(b"0 0 m 10 10 l S"), "page/1"),
    ],
)
def test_a_picture_and_a_page_that_only_draws_are_unread(document: bytes, where: str) -> None:
    assert open_bytes(document).unread == (Unread(where, Unreadable.IMAGE),)


def test_a_page_whose_letters_have_no_readable_form_is_unread() -> None:
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /X /ToUnicode 7 0 R >>"
    cmap = b"begincmap 1 beginbfrange <20> <7e> <E000> endbfrange endcmap"
    document = papers.pdf(papers.written("words"), b"null", papers.stream(cmap)).replace(papers.FONT, font)
    assert [each.why for each in open_bytes(document).unread] in ([Unreadable.UNKNOWN], [Unreadable.DAMAGED])


@pytest.mark.parametrize(
    "document",
    [
        b"words " + papers.pdf(),
        papers.pdf() + papers.docx(),
        b"%PDF-1.7 words",
        papers.pdf()[:200],
        papers.pdf().replace(b"/Kids [3 0 R]", b"/Kids [2 0 R]"),
    ],
)
def test_a_document_that_is_no_whole_pdf_is_damaged(document: bytes) -> None:
    assert [each.why for each in open_bytes(document).unread] == [Unreadable.DAMAGED]


def test_there_is_a_limit_on_pages_and_objects(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MOST_OBJECTS", 4)
    assert open_bytes(papers.pdf()).unread == (Unread("", Unreadable.TOO_LARGE),)
    monkeypatch.setattr(pdf, "MOST_PAGES", 0)
    assert open_bytes(papers.pdf()).texts == ()


def test_a_stream_that_unpacks_without_end_is_not_unpacked() -> None:
    bomb = zlib.compress(zlib.compress(b"0" * 80_000_000, 9), 9)
    assert len(bomb) < 10_000
    filters = b"/Type /EmbeddedFile /Filter [/FlateDecode /FlateDecode]"
    opened = open_bytes(papers.pdf(papers.written("a"), papers.stream(bomb, filters)))
    assert opened.unread
    assert sum(len(each.text) for each in opened.texts) < 100


def test_the_library_writes_no_word_into_a_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        open_bytes(papers.pdf(b"BT (4111) Tj 1 2 3 XX (4111) ET")[:-40])
    assert not caplog.records
