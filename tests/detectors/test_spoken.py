from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from grille.detectors.spoken import Spoken, Word
from grille.detectors.words import WORD, plain

_TEXTS = st.text(st.sampled_from("aBßÉ9 5-_\n."), max_size=300)


def _whole(text: str) -> list[Word]:
    return [Word(*each.span(), "" if each[0].isdigit() else plain(each[0])) for each in WORD.finditer(text)]


def _within(words: list[Word], start: int, end: int) -> list[Word]:
    return [word for word in words if word.end > start and word.start < end]


@given(text=_TEXTS, asked=st.lists(st.tuples(st.integers(0, 300), st.integers(0, 90)), max_size=8))
def test_words_near_a_place_are_those_of_the_whole_text(text: str, asked: list[tuple[int, int]]) -> None:
    spoken = Spoken(text, 0)
    for start, length in asked:
        near = list(spoken.near(start, start + length))
        assert _within(near, start, start + length) == _within(_whole(text), start, start + length)


def test_words_of_one_long_run_are_not_split_from_their_middle() -> None:
    text = "account" * 200
    assert list(Spoken(text, 0).near(700, 710)) == _whole(text)


def test_nothing_is_asked_about_the_words_before_an_offset() -> None:
    text = "one two " * 500
    spoken = Spoken(text, 3000)
    for _ in range(100):
        near = spoken.near(3100, 3200)
    assert _within(list(near), 3100, 3200) == _within(_whole(text), 3100, 3200)
