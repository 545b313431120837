"""Strict both ways, and no error repeats what it refuses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grille.errors import CannotRewrite, Malformed
from grille.framing import utf8


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_text_comes_back(text: str) -> None:
    assert utf8.decode(utf8.encode(text), "a frame") == text


@pytest.mark.parametrize("bad", [b"\xff", b"\xc3", b"\xe2\x82", b"\xed\xa0\x80", b"\xc0\xaf", b"\xf5\x80\x80\x80"])
def test_bytes_that_are_not_utf_8_are_refused_with_their_place(bad: bytes) -> None:
    with pytest.raises(Malformed, match=r"a frame is not UTF-8; .* at byte 4 of it") as caught:
        utf8.decode(b"4111" + bad, "a frame")
    assert "4111" not in f"{caught.value!r} {caught.value.__cause__!r}"


def test_half_a_surrogate_pair_cannot_be_written() -> None:
    with pytest.raises(CannotRewrite, match="surrogate") as caught:
        utf8.encode("4111 \ud83d")
    assert "4111" not in f"{caught.value!r} {caught.value.__cause__!r}"
