from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grille.detectors.normalize import view
from grille.exchange import Finding, Kind, Segment


def seen(text: str) -> str:
    return view(Segment("/a", Kind.TEXT, text)).segment.text


def back(text: str, start: int, end: int) -> str:
    finding = view(Segment("/a", Kind.TEXT, text)).original(Finding(0, start, end, "CREDIT_CARD", 1.0, "test"))
    return text[finding.start : finding.end]


@given(st.text(st.characters(max_codepoint=127)))
def test_plain_text_is_seen_as_it_is(text: str) -> None:
    segment = Segment("/a", Kind.TEXT, text)
    assert view(segment).segment is segment


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("41\u00a011", "41 11"),
        ("41\u202f11", "41 11"),
        ("41\u201311", "41-11"),
        ("41\u221211", "41-11"),
        ("41\u200b11", "4111"),
        ("41\u00ad11", "4111"),
        ("41\ufe0f11", "4111"),
        ("41\u202e11", "4111"),
        ("\uff14\uff11", "41"),
        ("\u0664\u0661", "41"),
        ("\U0001d7d2\U0001d7cf", "41"),
        ("\uff1a", ":"),
        ("José Łukasz 東京", "José Łukasz 東京"),
        ("ﬁ", "ﬁ"),
    ],
)
def test_blanks_dashes_and_digits_have_one_spelling(written: str, shown: str) -> None:
    assert seen(written) == shown


def test_words_hidden_in_tag_characters_are_read() -> None:
    hidden = "".join(chr(0xE0000 + ord(char)) for char in "card 4111")
    assert seen(f"hello{hidden}") == "hellocard 4111"


def test_stray_tag_characters_inside_a_number_are_ignored() -> None:
    assert seen("41\U000e004111") == "4111"


def test_a_finding_covers_the_invisible_characters_inside_it() -> None:
    assert back("x 4\u200b1\u200b1 y", 2, 5) == "4\u200b1\u200b1"


@given(st.text())
def test_every_character_seen_stands_somewhere_in_the_original(text: str) -> None:
    shown = view(Segment("/a", Kind.TEXT, text))
    places = shown.offsets if shown.offsets is not None else tuple(range(len(text)))
    assert len(places) == len(shown.segment.text)
    assert list(places) == sorted(set(places))
    assert all(0 <= place < len(text) for place in places)


def test_a_view_does_not_show_its_text() -> None:
    assert "4111" not in repr(view(Segment("/a", Kind.TEXT, "4\u200b111")))
