from __future__ import annotations

import pytest

from grille.detectors.words import SPELT, any_of, words_of


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
