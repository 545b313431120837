from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grille.detectors import spoken
from grille.detectors.spoken import Spoken, Word
from grille.detectors.words import WORD, plain

_TEXTS = st.text(st.sampled_from("aBßÉ9 5-_\n."), max_size=300)


def _whole(text: str) -> list[Word]:
    return [(*each.span(), "" if each[0].isdigit() else plain(each[0])) for each in WORD.finditer(text)]


def _within(words: list[Word], start: int, end: int) -> list[Word]:
    return [(at, to, word) for at, to, word in words if to > start and at < end]


@given(text=_TEXTS, asked=st.lists(st.tuples(st.integers(0, 300), st.integers(0, 90)), max_size=8))
def test_words_near_a_place_are_those_of_the_whole_text(text: str, asked: list[tuple[int, int]]) -> None:
    words = Spoken(text)
    for start, length in asked:
        near = list(words.near(start, start + length))
        assert _within(near, start, start + length) == _within(_whole(text), start, start + length)


def test_words_of_one_long_run_are_not_split_from_their_middle() -> None:
    text = "account" * 200
    assert list(Spoken(text).near(700, 710)) == _whole(text)


def test_few_words_are_split_of_a_long_text(monkeypatch: pytest.MonkeyPatch) -> None:
    split: list[str] = []
    monkeypatch.setattr(spoken, "plain", split.append)
    Spoken("one two " * 5000).near(3100, 3200)
    assert 10 < len(split) < 100
