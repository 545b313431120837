"""`grille.dialects.attached`: files out of their coding, and the plain texts among them."""

from __future__ import annotations

import base64

import pytest

import papers
from grille.dialects.attached import decoded, documents, is_document, packed, plain
from grille.errors import Malformed

BYTES = b"\xfb\xff\xfe words"


@pytest.mark.parametrize(
    ("text", "kind", "data"),
    [
        (base64.b64encode(BYTES).decode(), "", BYTES),
        (base64.urlsafe_b64encode(BYTES).decode(), "", BYTES),
        ("+//+IHdv\r\ncmRz", "", BYTES),
        ("data:image/png;base64," + base64.b64encode(BYTES).decode(), "image/png;base64", BYTES),
        ("DATA:text/plain;a=b;BASE64,d29yZHM=", "text/plain;a=b;BASE64", b"words"),
        ("data:text/plain,two%20words", "text/plain", b"two words"),
        ("", "", b""),
    ],
)
def test_files_come_out_of_base64_and_data_urls(text: str, kind: str, data: bytes) -> None:
    assert decoded(text, "/a") == (kind, data)


@pytest.mark.parametrize("charset", ["utf-7", '"UTF-7"', "hz-gb-2312", "iso-2022-jp", "cp037"])
def test_a_data_url_in_a_charset_that_would_say_other_words_is_refused(charset: str) -> None:
    for rest in (";base64,d29yZHM=", ",words"):
        with pytest.raises(Malformed, match="charset"):
            decoded(f"data:text/plain; Charset={charset}{rest}", "/a")


@pytest.mark.parametrize("text", ["words!", "d29yZH", "-_+/", "data:image/png;base64,words!", "é"])
def test_what_is_neither_is_refused(text: str) -> None:
    with pytest.raises(Malformed, match="at /a"):
        decoded(text, "/a")


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"words", "words"),
        ("é".encode("utf-8-sig"), "é"),
        ("é".encode("utf-16"), "é"),
        (b"", ""),
        (b"<p>words", None),
        (b"wor\x00ds", None),
        (b"\xff", None),
        (b"{\\rtf1 words}", None),
        (b"words %PDF-1.7", None),
        (papers.docx(), None),
    ],
)
def test_plain_is_what_any_reader_takes_for_plain_text(data: bytes, text: str | None) -> None:
    assert plain(data) == text


def test_a_text_may_be_json_or_lines_of_it() -> None:
    assert [where for where, _ in documents('{"a": 1}')] == [""]
    assert [where for where, _ in documents('{"a": 1}\n\n[2]\n')] == ["/line/0", "/line/2"]
    assert documents('{"a": 1}\nwords') == documents("words") == documents("5") == ()


def test_the_source_of_a_document_is_not_just_a_text() -> None:
    assert is_document(papers.pdf())
    assert is_document(b"words %PDF-1.7")
    assert not is_document(b"words")
    assert not is_document(b"<p>words")


def test_a_packed_document_is_known_by_how_it_begins() -> None:
    for data in (papers.docx(), papers.pdf(), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(90)):
        written = base64.b64encode(data).decode()
        assert packed(written) == packed(f"data:;base64,{written}") == packed(f" {written}\n") == data
        assert packed(f"Data:application/zip;charset=utf-16;Base64,{written}") == data, (
            "what the sender says is no matter"
        )
    assert packed(base64.b64encode(papers.PNG * 9).decode()) is None
    assert packed(f"UEsDB{'-' * 20}{'+' * 20}=") is None, "in two alphabets at once"
