"""A text is cut between its characters, never inside one."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grille.errors import CannotRewrite
from grille.framing.websocket import fragments, has_text

CHARACTERS = st.sampled_from("aé€🔒\u0000\u0301")


def test_twelve_kilobytes_of_three_byte_characters_keep_every_character() -> None:
    text = "€" * 4096
    pieces = fragments(text, 4000)
    assert [len(piece) for piece in pieces] == [3999, 3999, 3999, 291]
    assert "".join(piece.decode() for piece in pieces) == text


@given(text=st.text(CHARACTERS, max_size=60), size=st.integers(4, 20))
def test_fragments_are_whole_characters_joined_the_text_and_as_long_as_they_may_be(text: str, size: int) -> None:
    pieces = fragments(text, size)
    assert "".join(piece.decode() for piece in pieces) == text
    assert all(len(piece) <= size for piece in pieces)
    for piece, following in pairwise(pieces):
        assert len(piece) + len(following.decode()[0].encode()) > size


def test_a_text_that_fits_is_one_fragment() -> None:
    assert fragments("", 4) == [b""]
    assert fragments("🔒", 4) == ["🔒".encode()]
    assert fragments("abcd", 4) == [b"abcd"]
    assert fragments("abcde", 4) == [b"abcd", b"e"]


def test_a_size_that_some_character_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="4 bytes"):
        fragments("a", 3)


def test_half_a_surrogate_pair_cannot_be_sent() -> None:
    with pytest.raises(CannotRewrite):
        fragments("\ud83d", 100)


@pytest.mark.parametrize(
    ("content", "readable"),
    [(b'{"a": 1}', True), (b"[]", True), (b"\x00\x01", False), (b"words", False), (b"\xff", False)],
)
def test_a_binary_message_can_be_read_only_if_it_is_json(content: bytes, *, readable: bool) -> None:
    assert has_text(content, is_text=False) is readable
    assert has_text(content, is_text=True)
