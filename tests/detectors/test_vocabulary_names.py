from __future__ import annotations

from grille.detectors import vocabulary_names


def test_no_phrase_is_listed_twice() -> None:
    for name, listed in vars(vocabulary_names).items():
        if isinstance(listed, tuple):
            assert len(listed) == len(set(listed)), name
            assert all(phrase and phrase == phrase.strip() for phrase in listed), name


def test_languages_have_small_words_of_their_own() -> None:
    for language, words in vocabulary_names.STOP_WORDS.items():
        others = frozenset().union(*(w for each, w in vocabulary_names.STOP_WORDS.items() if each != language))
        assert len(words - others) >= 5, language
