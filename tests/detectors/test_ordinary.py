from __future__ import annotations

import pytest

from grille.detectors import reader
from grille.detectors.ordinary import Ordinary


@pytest.fixture(scope="module")
def known() -> Ordinary:
    return reader.load(("en",)).ordinary


@pytest.mark.parametrize(
    "words",
    ["Cash Flow", "Unreconciled Items", "Prudence", "ApprovalStatus", "the Head of Procurement", "KPI", "Centre"],
)
def test_words_of_accounts_and_code_are_ordinary(known: Ordinary, words: str) -> None:
    assert known.words(words)


@pytest.mark.parametrize("words", ["Deloitte", "Jennifer", "Ohio", "the Hartley Review", "Qxyzzyklm Items"])
def test_a_word_that_is_a_name_or_unknown_makes_it_a_name(known: Ordinary, words: str) -> None:
    assert not known.words(words)


def test_an_institution_may_be_called_by_ordinary_words(known: Ordinary) -> None:
    assert not known.words("Chase Bank")
    assert known.words("Current Account Bank")
    assert known.words("Bank")
