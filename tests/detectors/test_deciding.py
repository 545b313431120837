"""`grille.detectors.deciding`: which word decided, and where it stands."""

from __future__ import annotations

import pytest

from grille.detectors.deciding import Around, Cue, Where
from grille.exchange import Kind, Segment

CUES = ("account", "account number", "sort code", "acct")


def asked(text: str, value: str, label: str = "") -> tuple[Around, int, int]:
    start = text.index(value)
    return Around(Segment("/a", Kind.TEXT, text, label)), start, start + len(value)


def cue(text: str, value: str, label: str = "") -> Cue | None:
    around, start, end = asked(text, value, label)
    return around.cue(start, end, CUES)


@pytest.mark.parametrize(
    ("text", "label", "expected"),
    [
        ("my account is 12345678", "", Cue("account", Where.BEFORE)),
        ("12345678 is my account", "", Cue("account", Where.AFTER)),
        ("12345678", "acctNumber", Cue("acct", Where.LABEL)),
        ("name,account number\nJane,12345678", "", Cue("account number", Where.HEADING)),
        ("accounts: 12345678", "", Cue("account", Where.BEFORE)),
        ("12345678", "", None),
    ],
)
def test_the_word_that_decides_is_named_with_its_place(text: str, label: str, expected: Cue | None) -> None:
    assert cue(text, "12345678", label) == expected


def test_of_several_the_nearest_is_named_and_of_two_at_one_place_the_longer() -> None:
    assert cue("sort code and then account number 12345678", "12345678") == Cue("account number", Where.BEFORE)
    assert cue("the account, sort code 12345678", "12345678") == Cue("sort code", Where.BEFORE)


def test_what_is_spelt_with_dots_is_named_as_the_pack_has_it() -> None:
    around, start, end = asked("S.S.N. 123456789", "123456789")
    assert around.cue(start, end, ("ssn",)) == Cue("ssn", Where.BEFORE)


def test_a_word_that_names_something_else_is_named() -> None:
    around, start, end = asked("invoice 12345678", "12345678")
    assert around.against(start, end, CUES) == Cue("invoice", Where.BEFORE)
    assert around.cue(start, end, CUES) is None


def test_where_a_cue_decides_no_word_speaks_against() -> None:
    around, start, end = asked("invoice paid from account 12345678", "12345678")
    assert around.against(start, end, CUES) is None
