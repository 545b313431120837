from __future__ import annotations

from grille.detectors.vocabulary_languages import STOP_WORDS


def test_languages_have_small_words_of_their_own() -> None:
    for language, words in STOP_WORDS.items():
        others = frozenset().union(*(w for each, w in STOP_WORDS.items() if each != language))
        assert len(words - others) >= 5, language
