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


@pytest.mark.parametrize(
    "charset", ["utf-7", "'UTF-7'", '"hz"', "iso-2022-kr", "cp037", "utf-16be", "utf-8-but-not-quite"]
)
def test_a_charset_that_would_say_other_words_is_seen(charset: str) -> None:
    assert utf8.is_said_otherwise(f"text/plain; a=b;Charset = {charset}")
    assert utf8.is_said_otherwise(f"text/plain; charset=utf-8; charset={charset}")


@pytest.mark.parametrize("charset", ["utf-8", "UTF8", '"utf-8"', "us-ascii", "ISO-8859-1", "windows-1252", ""])
def test_a_charset_in_which_numbers_are_the_same_is_none(charset: str) -> None:
    assert not utf8.is_said_otherwise(f"application/json; charset={charset}")
    assert not utf8.is_said_otherwise("application/json")
