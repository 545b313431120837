"""`grille.detectors.encodings`: what decodes to something that a person could read."""

from __future__ import annotations

import base64
import codecs

import pytest

from grille.detectors.encodings import Said, decoded

WORDS = "jane.doe@example.com"
IBAN = "GB82WEST12345698765432"


def each(char_form: str) -> str:
    return "".join(char_form.format(ord(char)) for char in WORDS)


@pytest.mark.parametrize(
    "written",
    [
        base64.b64encode(WORDS.encode()).decode(),
        base64.urlsafe_b64encode(WORDS.encode()).decode().rstrip("="),
        base64.b32encode(WORDS.encode()).decode(),
        base64.b32encode(WORDS.encode()).decode().rstrip("="),
        WORDS.encode().hex(),
        WORDS.encode().hex(" "),
        WORDS.encode().hex(":").upper(),
        each("\\x{:02x}"),
        "0x" + WORDS.encode().hex(),
        each("\\{:03o}"),
        each("={:02X}"),
        each("%{:02X}"),
        each("\\u{:04x}"),
        each("\\\\u{:04X}"),
        "jane.doe\\u0040example\\u002ecom",
        each("&#{};"),
        each("&#x{:X};"),
        each("&amp;#{};"),
    ],
)
def test_what_is_encoded_is_read(written: str) -> None:
    text = f"see {written} for more"
    assert decoded(text) == [Said(4, 4 + len(written), WORDS)]


def test_references_in_html_are_read_without_the_words_beside_them() -> None:
    written = "jane.doe&commat;example&amp;period;com"
    assert decoded(written) == [Said(8, 16, "@"), Said(23, 35, ".")]
    assert decoded("see&nbsp;219&#8209;09&ndash;9999") == [Said(3, 9, " "), Said(12, 19, "-"), Said(21, 28, "-")]
    assert decoded("4111&shy;1111&#8203;1111") == [Said(4, 9, ""), Said(13, 20, "")]


def test_what_is_decoded_has_the_blanks_and_dashes_that_detectors_know() -> None:
    written = base64.b64encode("4111\u00a01111\u20111111\u200b1111".encode()).decode()
    assert decoded(written) == [Said(0, len(written), "4111 1111-11111111")]


def test_an_iban_behind_rot13_is_known_by_its_check_digits() -> None:
    assert decoded(codecs.encode(IBAN, "rot13")) == [Said(0, len(IBAN), IBAN)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "The quarterly administratively responsible counterparty",
        "550e8400-e29b-41d4-a716-446655440000",
        "d41d8cd98f00b204e9800998ecf8427e",
        "4111111111111111",
        "https://example.com/a/b/c/d?e=f&g=h",
        "R&D, P&L &amp; more",
        "100% of 20% is 5%",
        "QUARTERLYREPORTING",
        "AB12 CDEF GHIJ KLMN",
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ",
    ],
)
def test_what_is_not_encoded_stays(text: str) -> None:
    assert decoded(text) == []


def test_runs_do_not_overlap() -> None:
    inner = base64.b64encode(WORDS.encode()).decode()
    text = f"{inner} {inner.encode().hex()} {inner}"
    found = decoded(text)
    assert [run.text for run in found] == [WORDS, inner, WORDS]


def test_a_line_that_ends_with_base64_is_not_cut() -> None:
    key = "9fX2+/Hz8vDx8vP09fb3+Pn6+/z9/v8A"
    assert decoded(f"key: {key}=\nnext: line") == []
    assert decoded(f"key: {key}==\nnext: line") == []
    assert [(run.text, run.end - run.start) for run in decoded("4111 1111 1=\r\n111 1111")] == [("", 3)]
