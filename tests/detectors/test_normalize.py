from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grille.detectors.normalize import GrowingView, view, view_growing
from grille.exchange import Finding, Growing, Kind, Segment


def seen(text: str) -> str:
    return view(Segment("/a", Kind.TEXT, text)).segment.text


def back(text: str, start: int, end: int) -> str:
    finding = view(Segment("/a", Kind.TEXT, text)).original(Finding(0, start, end, "CREDIT_CARD", 1.0, "test"))
    return text[finding.start : finding.end]


@given(st.text(st.characters(max_codepoint=127, exclude_characters="%\\\x1b")))
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
        ("%34%31%31", "411"),
        ("jane%40example.com", "jane@example.com"),
        ("a%20b%09c%0ad", "a b\tc\nd"),
        (r"\u0034\u0031", "41"),
        (r"\\u0034\\\\u0031", "41"),
        (r"Jos\u00e9", "José"),
        (r"41\u200b11 \uff14", "4111 4"),
        ("%34\u00a0%31", "4 1"),
        (r"219\-09\\-9999", "219-09-9999"),
        (r"jane\.doe\_x\@example\.com", "jane.doe_x@example.com"),
        (r"\+1 \(212\) 555\-0142", "+1 (212) 555-0142"),
        (r"PAN:\n4111\\tX \r\nY", "PAN:\n4111\tX \\r\nY"),
        ("\x1b[1;31mAKIA\x1b[0m is \x1b[mJane", "AKIA is Jane"),
        (r"\u001b[32mAKIA\x1B[0m \033[7m1\e[0m2", "AKIA 12"),
        (r"set:\nghp_1 \tsk-1 \neyJ", "set:\nghp_1 \tsk-1 \neyJ"),
        (r"GB82\ WEST, 01\/02\/1980", "GB82 WEST, 01/02/1980"),
        ("4\u03361\u0336 4\u03321\u0332", "41 41"),
        ("4\ufe0f\u20e31\u20e3", "41"),
    ],
)
def test_blanks_dashes_and_digits_have_one_spelling(written: str, shown: str) -> None:
    assert seen(written) == shown


@pytest.mark.parametrize(
    "text",
    [
        "100% of it",
        "%",
        "5%4",
        "%zz",
        "%e2%82%ac",
        "%00",
        r"C:\users",
        r"\u00",
        r"\ud83d\ude00",
        r"\u0007",
        "\\",
        r"a\b (\.) \+x \(y",
        r"C:\new\temp \n",
        r"one\ntwo",
        "\x1b[",
        "\x1b(B",
        r"\x1bA",
        r"\ey[0]",
        "e\u0301",
    ],
)
def test_what_only_looks_spelled_out_stays(text: str) -> None:
    assert seen(text) == text


def test_a_finding_covers_all_of_what_is_spelled_out() -> None:
    assert back("x %34%31%31 y", 2, 5) == "%34%31%31"
    assert back(r"x \\u0034-\u0031 y", 2, 5) == r"\\u0034-\u0031"


def test_words_hidden_in_tag_characters_are_read() -> None:
    hidden = "".join(chr(0xE0000 + ord(char)) for char in "card 4111")
    assert seen(f"hello{hidden}") == "hellocard 4111"


def test_stray_tag_characters_inside_a_number_are_ignored() -> None:
    assert seen("41\U000e004111") == "4111"


def test_a_finding_covers_the_invisible_characters_inside_it() -> None:
    assert back("x 4\u200b1\u200b1 y", 2, 5) == "4\u200b1\u200b1"


TEXTS = st.lists(st.sampled_from(["%34", "%", "4", "\\", "\\u0034", "u", "\u200b", "é"]) | st.text()).map("".join)


@given(TEXTS)
def test_every_character_seen_stands_somewhere_in_the_original(text: str) -> None:
    shown = view(Segment("/a", Kind.TEXT, text))
    places = shown.places if shown.places is not None else tuple((at, at + 1) for at in range(len(text)))
    assert len(places) == len(shown.segment.text)
    assert all(start < end for start, end in places)
    assert all(one[1] <= other[0] for one, other in pairwise(places))
    assert all(start >= 0 and end <= len(text) for start, end in places)


def growing(text: str, settled: int = 0, *, closed: bool = False) -> GrowingView:
    return view_growing(Growing(Segment("/a", Kind.TEXT, text), settled, closed))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("41%", "41"),
        ("41%3", "41"),
        ("41%31", "411"),
        ("100% o", "100% o"),
        ("41\\", "41"),
        (r"41\u003", "41"),
        (r"41\u0031", "411"),
        ("41\U000e0034\U000e0031", "41"),
        ("41" + "\U000e0034" * 4, "414444"),
    ],
)
def test_what_is_not_spelled_out_to_its_end_is_not_shown_yet(text: str, shown: str) -> None:
    seen_so_far = growing(text)
    assert seen_so_far.growing.segment.text == shown
    assert growing(text, closed=True).original_edge(len(growing(text, closed=True).growing.segment.text)) == len(text)


@given(TEXTS, TEXTS)
def test_a_view_of_the_beginning_is_the_beginning_of_the_view(text: str, more: str) -> None:
    assert growing(text + more).growing.segment.text.startswith(growing(text).growing.segment.text)


@given(TEXTS, st.data())
def test_what_is_settled_stays_settled(text: str, data: st.DataObject) -> None:
    shown = growing(text)
    edge = shown.original_edge(data.draw(st.integers(0, len(shown.growing.segment.text))))
    again = growing(text, edge)
    assert again.original_edge(again.growing.settled) == edge
    assert all(
        again.original_edge(more) >= edge for more in range(again.growing.settled, len(again.growing.segment.text) + 1)
    )


def test_a_view_does_not_show_its_text() -> None:
    assert "4111" not in repr(view(Segment("/a", Kind.TEXT, "4\u200b111")))
