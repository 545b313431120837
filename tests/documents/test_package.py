"""`grille.documents.package`: office documents and archives, every part of them, and no archive with two readings."""

from __future__ import annotations

import io
import zipfile

import pytest

import papers
from grille.documents import base, open_bytes, package
from grille.files import Unread, Unreadable

CARD = "4111 1111 1111 1111"
SPLIT = "<w:p><w:r><w:t>4111 1111</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t> 1111 1111</w:t></w:r></w:p>"
WORKBOOK = (
    f'<workbook {papers.S}><sheets><sheet name="%s" state="%s"/></sheets><definedNames>%s</definedNames></workbook>'
)
SHEET = f"<worksheet {papers.S}><sheetData><row><c>%s</c></row></sheetData></worksheet>"

HIDING_PLACES = {
    "main text": papers.docx(body=f"<w:p><w:r><w:t>{CARD}</w:t></w:r></w:p>"),
    "text cut into runs": papers.docx(body=SPLIT),
    "hidden text": papers.docx(body=f"<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>{CARD}</w:t></w:r></w:p>"),
    "deleted text": papers.docx(body=f"<w:p><w:del><w:r><w:delText>{CARD}</w:delText></w:r></w:del></w:p>"),
    "a table": papers.docx(body=f"<w:tbl><w:tr><w:tc><w:p><w:r><w:t>{CARD}</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"),
    "an alternative text": papers.docx(body=f'<w:p><w:drawing descr="{CARD}"/></w:p>'),
    "a comment in the XML": papers.docx(body=f"<!-- {CARD} -->"),
    "a header": papers.docx({"word/header1.xml": papers.word(f"<w:p><w:t>{CARD}</w:t></w:p>")}),
    "a footer": papers.docx({"word/footer1.xml": papers.word(f"<w:p><w:t>{CARD}</w:t></w:p>", "ftr")}),
    "a comment": papers.docx(
        {"word/comments.xml": papers.word(f"<w:comment><w:t>{CARD}</w:t></w:comment>", "comments")}
    ),
    "a footnote": papers.docx({"word/footnotes.xml": papers.word(f"<w:footnote><w:t>{CARD}</w:t></w:footnote>", "fn")}),
    "the address of a link": papers.docx({"word/_rels/document.xml.rels": f'<R Target="https://example.com/{CARD}"/>'}),
    "a property": papers.docx({"docProps/core.xml": f"<p><title>{CARD}</title></p>"}),
    "the name of a part": papers.docx({f"word/{CARD}.xml": "<a/>"}),
    "a comment of the archive": papers.zipped({"a.txt": "words"}, CARD.encode()),
    "a shared string": papers.xlsx({"xl/sharedStrings.xml": f"<sst {papers.S}><si><t>{CARD}</t></si></sst>"}),
    "a shared string in runs": papers.xlsx(
        {"xl/sharedStrings.xml": f"<sst {papers.S}><si><r><t>4111 1111 </t></r><r><t>1111 1111</t></r></si></sst>"}
    ),
    "a number": papers.xlsx({"xl/worksheets/sheet1.xml": SHEET % "<v>4111111111111111</v>"}),
    "a number with an exponent": papers.xlsx({"xl/worksheets/sheet1.xml": SHEET % "<v>41.11111111111111E+14</v>"}),
    "a formula": papers.xlsx({"xl/worksheets/sheet1.xml": SHEET % f'<f>"{CARD}"</f><v>1</v>'}),
    "the name of a hidden sheet": papers.zipped({"xl/workbook.xml": WORKBOOK % (CARD, "hidden", "")}),
    "a defined name": papers.zipped(
        {"xl/workbook.xml": WORKBOOK % ("a", "visible", f"<definedName>{CARD}</definedName>")}
    ),
    "a note of a cell": papers.xlsx({"xl/comments1.xml": f"<comments><comment><t>{CARD}</t></comment></comments>"}),
    "a slide": papers.zipped({"ppt/slides/slide1.xml": f"<p><t>{CARD}</t></p>"}),
    "an ODF text": papers.zipped(
        {"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": f"<p>{CARD}</p>"}
    ),
    "a file in a skill": papers.zipped({"skill/SKILL.md": f"# Refunds\n{CARD}"}),
    "a document in an archive": papers.zipped({"a.docx": papers.docx(body=f"<w:p><w:t>{CARD}</w:t></w:p>")}),
}


@pytest.mark.parametrize("document", HIDING_PLACES.values(), ids=HIDING_PLACES)
def test_a_value_is_read_wherever_it_stands(document: bytes) -> None:
    opened = open_bytes(document)
    text = "\n".join(each.text for each in opened.texts)
    assert CARD in text or "411111111111111" in text
    assert opened.unread == ()


@pytest.mark.parametrize(
    ("part", "why"),
    [
        ("word/media/image1.png", Unreadable.IMAGE),
        ("word/vbaProject.bin", Unreadable.UNKNOWN),
        ("word/embeddings/old.doc", Unreadable.UNKNOWN),
    ],
)
def test_what_has_no_words_in_it_is_an_unread_part(part: str, why: Unreadable) -> None:
    content = papers.PNG if why is Unreadable.IMAGE else b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00\xff"
    opened = open_bytes(papers.docx({part: content}))
    assert opened.unread == (Unread("entry/2", why),)
    assert any("words" in each.text for each in opened.texts)


def with_bytes(document: bytes, before: bytes = b"", behind: bytes = b"") -> bytes:
    return before + document + behind


def with_a_hidden_entry() -> bytes:
    """An entry that is there when one walks from the beginning, and not in the directory."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("hidden.txt", CARD)
        archive.writestr("shown.txt", "words")
        archive.filelist.pop(0)
        del archive.NameToInfo["hidden.txt"]
    return out.getvalue()


def with_one_name_twice() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "one")
        archive.writestr("A.txt", "two")
    return out.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        with_bytes(papers.docx(), before=b"words"),
        with_bytes(papers.docx(), behind=b"words"),
        with_bytes(papers.docx(), before=b"\x89PNG"),
        with_bytes(papers.docx(), before=b"%PDF-1.7\n"),
        papers.docx()[:-30],
        papers.docx().replace(b"word/document.xml", b"word/documenT.xml", 1),
        papers.docx() + papers.docx(),
        with_a_hidden_entry(),
        with_one_name_twice(),
        b"PK\x03\x04" + b"\xff" * 40 + b"PK\x05\x06" + b"\0" * 18,
    ],
)
def test_an_archive_that_can_be_read_in_two_ways_is_damaged(data: bytes) -> None:
    assert [each.why for each in open_bytes(data).unread] == [Unreadable.DAMAGED]


@pytest.mark.parametrize(
    "xml",
    [
        '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "words">]><a>&b;</a>',
        '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]><a>&b;</a>',
        "<?xml version='1.0'?><a>",
        "<a>" * 2000 + "</a>" * 2000,
    ],
)
def test_a_part_that_is_no_plain_xml_is_unread(xml: str) -> None:
    opened = open_bytes(papers.docx({"word/other.xml": xml}))
    assert opened.unread == (Unread("entry/2", Unreadable.DAMAGED),)
    assert not any("hostname" in each.text for each in opened.texts)


def test_an_encrypted_entry_is_unread() -> None:
    plain = papers.zipped({"a.txt": "words"})
    flagged = bytearray(plain)
    flagged[6] |= 1
    flagged[plain.index(b"PK\x01\x02") + 8] |= 1
    assert open_bytes(bytes(flagged)).unread == (Unread("entry/0", Unreadable.ENCRYPTED),)


def test_a_bomb_is_refused_before_it_is_large() -> None:
    bomb = papers.zipped({"a.txt": b"0" * 20_000_000})
    assert len(bomb) < 30_000
    opened = open_bytes(bomb)
    assert opened.unread == (Unread("", Unreadable.TOO_LARGE),)
    assert sum(len(each.text) for each in opened.texts) < 100


def test_what_many_entries_unpack_to_is_counted_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "MOST_BYTES", 1000)
    many = papers.zipped({f"{number}.txt": "words " * 50 for number in range(10)})
    assert [each.why for each in open_bytes(many).unread] == [Unreadable.TOO_LARGE]


def test_there_is_a_limit_on_entries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "MOST_ENTRIES", 2)
    three = papers.zipped({"a": "words", "b": "words", "c": "words"})
    assert open_bytes(three).unread == (Unread("", Unreadable.TOO_LARGE),)


def test_archives_in_archives_are_opened_three_deep() -> None:
    nested = papers.zipped({"a.txt": CARD})
    for _ in range(3):
        nested = papers.zipped({"a.zip": nested})
    assert any(CARD in each.text for each in open_bytes(nested).texts)
    opened = open_bytes(papers.zipped({"a.zip": nested}))
    assert [each.why for each in opened.unread] == [Unreadable.TOO_LARGE]
    assert not any(CARD in each.text for each in opened.texts)
