from __future__ import annotations

import pytest

from grille.detectors import model
from grille.detectors.likeness import UNSEEN, Likeness, likeness


@pytest.fixture(scope="module")
def alike() -> Likeness:
    return likeness(model.load().pipeline.vocab)


@pytest.mark.parametrize("word", ["Jennifer", "jennifer", "Giovanni", "Schmidt"])
def test_names_are_like_names(alike: Likeness, word: str) -> None:
    assert 0.4 < alike.of(word) < UNSEEN


@pytest.mark.parametrize("word", ["invoice", "Invoice", "ledger", "Quarter", "the"])
def test_words_are_not(alike: Likeness, word: str) -> None:
    assert alike.of(word) < 0.3


def test_what_the_vectors_have_never_seen_may_be_anything(alike: Likeness) -> None:
    assert alike.of("Qxyzzyklm") == alike.of("qxyzzyklm") == UNSEEN


@pytest.mark.parametrize("word", ["漢字", "ª", "İ", "ǅ"])
def test_letters_without_case_have_no_other_case_to_try(alike: Likeness, word: str) -> None:
    assert -1 <= alike.of(word) <= UNSEEN
