"""`grille.detectors.spellings`: what people write so that it is not taken for what it is."""

from __future__ import annotations

import re
import sys

import pytest
import regex

from grille.detectors import spellings
from grille.detectors.encodings import Said
from grille.detectors.spellings import spelled, turned


def said(text: str, runs: list[Said]) -> str:
    for run in reversed(runs):
        text = text[: run.start] + run.text + text[run.end :]
    return text


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("it is four one double one oh nine, yes", "it is 411109, yes"),
        ("S S N two one nine dash zero nine dash nine nine nine nine.", "SSN219-09-9999."),
        ("write to jane dot doe at example dot com now", "write to jane.doe@example.com now"),
        ("write to jane.doe [at] example [dot] com now", "write to jane.doe@example.com now"),
        ("jane.doe(at)example.com", "jane.doe@example.com"),
        ("jane.doe @ example.com", "jane.doe@example.com"),
        ("G B 8 2 W E S T", "GB82WEST"),
        ("jane .doe @exa mple .com, yes", "jane.doe@example.com, yes"),
        ("4111/1111/1111/1111", "4111111111111111"),
        ("4111_1111_1111_1111", "4111111111111111"),
        ("41ll llll 1111 1111", "4111 1111 1111 1111"),
        ("2l9-O9-9999", "219-09-9999"),
        ("4lllllllllllllll", "4111111111111111"),
        ("GB82 WEST l234 5698 7654 32", "GB82 WEST 1234 5698 7654 32"),
        ("xGB82WEST12345698765432y", "x GB82WEST12345698765432 y"),
        ("23456789654321TSEW28BG", "GB82WEST12345698765432"),
        ("jane@example.com_end", "jane@example.com _end"),
        ("j\u0430ne.do\u0435@example.com", "jane.doe@example.com"),
    ],
)
def test_odd_spellings_are_read(written: str, plain: str) -> None:
    assert said(written, spelled(written)) == plain


@pytest.mark.parametrize(
    "text",
    [
        "",
        "one of two or three people at the office",
        "Look at example.com, or at @example on the web",
        "that they will have been told more than once",
        "Bill will illustrate all of it in Oslo",
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        "| Jane | 20-00-00 | 12345678 |",
        "Анна, Αθήνα, Zürich",
        "2025-03-04 10:11:12",
        "| 4111 1111 1111 1111 | 020 7946 0958 | Jane |",
    ],
)
def test_ordinary_words_say_what_they_say(text: str) -> None:
    assert said(text, spelled(text)) == text


def test_numbers_are_turned_when_that_makes_a_card_or_a_social_security_number() -> None:
    assert said("1111 1111 1111 1114", turned("1111 1111 1111 1114")) == "4111 1111 1111 1111"
    assert said("9999-90-912", turned("9999-90-912")) == "219-09-9999"
    assert turned("order 1234567890123, 2025-03-04, 021000021") == []


def test_blanks_are_those_of_the_library_that_is_not_asked() -> None:
    everything = "".join(map(chr, range(sys.maxunicode + 1)))
    assert re.findall(f"[{spellings._BLANK}]", everything) == regex.findall(r"\s", everything)
