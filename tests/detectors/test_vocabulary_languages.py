from __future__ import annotations

from grille.detectors import vocabulary_languages
from grille.detectors.vocabulary_languages import CALLINGS, PLACES_AND_THINGS, STOP_WORDS


def test_no_phrase_is_listed_twice() -> None:
    for name, listed in vars(vocabulary_languages).items():
        if isinstance(listed, tuple):
            assert len(listed) == len(set(listed)), name
            assert all(phrase and phrase == phrase.strip().lower() for phrase in listed), name


def test_languages_have_small_words_of_their_own() -> None:
    for language, words in STOP_WORDS.items():
        others = frozenset().union(*(w for each, w in STOP_WORDS.items() if each != language))
        assert len(words - others) >= 5, language


def test_nothing_is_said_of_people_and_of_things() -> None:
    assert frozenset(CALLINGS).isdisjoint(PLACES_AND_THINGS)
