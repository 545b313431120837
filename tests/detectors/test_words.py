from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grille.detectors.words import SPELT, WORD, any_of, by_letter, words_of, written


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("card_number", ("card", "number")),
        ("cardNumbers", ("card", "number")),
        ("IBANCode", ("iban", "code")),
        ("SSNs", ("ssn",)),
        ("acct-no.2", ("acct", "no")),
        ("USt-IdNr.", ("ust", "id", "nr")),
        ("address", ("address",)),
        ("", ()),
    ],
)
def test_labels_are_split_at_case_underscores_and_digits(label: str, words: tuple[str, ...]) -> None:
    assert words_of(label) == words


def test_alternatives_are_tried_the_longest_first() -> None:
    assert any_of(["acct", "acct no.", "a"]) == r"acct no\.|acct|a"
    assert any_of(["card holder"], SPELT) == "card[ _-]?holder"


def test_many_phrases_are_told_apart_by_their_first_letters() -> None:
    assert by_letter(["acct", "bsb no", "acct no"], SPELT) == "a(?:cct[ _-]?no|cct)|b(?:sb[ _-]?no)"


@given(st.text(st.characters(codec="ascii"), max_size=60))
def test_words_of_ascii_are_those_of_any_text(text: str) -> None:
    assert written(text) == WORD.findall(text)
