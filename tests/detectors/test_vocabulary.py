from __future__ import annotations

import pytest

from grille.detectors import vocabulary
from grille.detectors.words import words_of

LISTS = {name: words for name, words in vars(vocabulary).items() if isinstance(words, frozenset | tuple)}


@pytest.mark.parametrize("name", LISTS)
def test_words_are_listed_in_lower_case(name: str) -> None:
    assert all(word == word.lower() for word in LISTS[name])


@pytest.mark.parametrize("name", ["GENERIC_LABELS", "OTHER_LABELS", "PLACE_LABELS", "PLACE_SUFFIXES", "LIST_WORDS"])
def test_words_compared_with_those_of_labels_are_written_as_labels_are_read(name: str) -> None:
    assert [word for word in LISTS[name] if words_of(word) != (word,)] == []
