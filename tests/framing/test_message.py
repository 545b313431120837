"""`grille.framing.message`."""

from __future__ import annotations

from grille.framing.message import Message


def test_headers_are_found_without_case_and_in_order() -> None:
    message = Message((("A", "1"), ("b", "x"), ("a", "2")), b"")
    assert message.values("A") == ("1", "2")
    assert message.values("c") == ()


def test_a_new_body_is_in_the_clear_with_its_own_length() -> None:
    former = Message(
        (("Content-Encoding", "gzip"), ("X", "y"), ("content-length", "9"), ("Digest", "sha-256=z")), b"old"
    )
    assert former.with_body(b"new!") == Message((("X", "y"), ("Content-Length", "4")), b"new!")


def test_a_body_never_shows() -> None:
    assert "secret" not in repr(Message((), b"secret"))
