from __future__ import annotations

from grille.detectors import vocabulary_names


def test_no_phrase_is_listed_twice() -> None:
    for name, listed in vars(vocabulary_names).items():
        if isinstance(listed, tuple):
            assert len(listed) == len(set(listed)), name
            assert all(phrase and phrase == phrase.strip() for phrase in listed), name
