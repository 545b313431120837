"""`grille.detectors.vocabulary_chat`: words of chat are none of business."""

from __future__ import annotations

from grille.detectors.vocabulary_chat import CHAT_WORDS, I_DO
from grille.detectors.vocabulary_names import ACCOUNTING_WORDS, FAMILIAR_NAMES


def test_no_word_of_chat_is_one_of_accounts_or_a_name() -> None:
    assert CHAT_WORDS.isdisjoint(ACCOUNTING_WORDS)
    assert CHAT_WORDS.isdisjoint(name.lower() for name in FAMILIAR_NAMES)


def test_they_are_looked_for_in_small_letters() -> None:
    assert {word for word in CHAT_WORDS | I_DO if word != word.lower()} == set()
