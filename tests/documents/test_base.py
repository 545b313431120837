"""`grille.documents.base`: what is gathered, and where it ends."""

from __future__ import annotations

import pytest

from grille.documents import base
from grille.documents.base import Damaged, Findings, below
from grille.files import Inside, Opened, Unread, Unreadable


def test_blank_texts_are_left_out_and_values_are_given_once() -> None:
    found = Findings()
    found.text("page/1", " \n")
    found.text("page/2", "words")
    found.values("names", ["a", "", "b", "a"])
    found.unread("page/1", Unreadable.IMAGE)
    found.unread("page/1", Unreadable.IMAGE)
    texts = (Inside("page/2", "words"), Inside("names", "a\nb", is_list=True))
    assert found.opened() == Opened(texts, (Unread("page/1", Unreadable.IMAGE),))


def test_there_is_a_limit_on_all_texts_and_on_all_that_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "MOST_CHARACTERS", 5)
    monkeypatch.setattr(base, "MOST_BYTES", 5)
    found = Findings()
    found.text("", "123")
    found.unpacked(3)
    assert found.room == 2
    with pytest.raises(Damaged) as raised:
        found.text("", "456")
    assert raised.value.why is Unreadable.TOO_LARGE
    with pytest.raises(Damaged):
        found.unpacked(3)


def test_places_are_paths() -> None:
    assert (below("", "page", 3), below("entry/1", "values")) == ("page/3", "entry/1/values")


def test_no_word_of_a_file_is_shown() -> None:
    assert "4111" not in repr(Inside("page/1", "4111"))
