from __future__ import annotations

from grille.detectors import vocabulary_companies as lists
from grille.detectors.vocabulary import NAME_LABELS
from grille.detectors.vocabulary_names import FAMILIAR_NAMES


def test_words_are_listed_in_lower_case() -> None:
    for words in (lists.COMPANY_WORDS, lists.COMPANY_TAILS, lists.NO_COMPANIES, lists.GIVEN_NAMES, lists.NOT_COMPANIES):
        assert all(word == word.lower() for word in words)


def test_a_label_is_of_people_or_of_companies_or_of_either() -> None:
    kinds = (NAME_LABELS, lists.COMPANY_LABELS, lists.PARTY_LABELS)
    assert len({label for kind in kinds for label in kind}) == sum(len(kind) for kind in kinds)


def test_no_trade_is_a_name() -> None:
    names = lists.GIVEN_NAMES | {name.lower() for name in FAMILIAR_NAMES}
    assert not names & lists.COMPANY_WORDS
    assert {"baker", "mason", "steel", "banks", "marsh"}.isdisjoint(lists.COMPANY_WORDS)
