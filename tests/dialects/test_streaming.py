"""`grille.dialects.streaming`: what ends, and what does not."""

from __future__ import annotations

from grille.dialects import Ended, Streaming
from grille.framing.json_parser import parse


def test_what_ends_is_said_by_indices_and_by_names() -> None:
    choice = Ended(("index=0",))
    assert choice.holds("content", ("index=0",))
    assert choice.holds("arguments", ("index=0", "index=1"))
    assert not choice.holds("content", ("index=1",))
    assert not choice.holds("content", ())
    assert Ended().holds("content", ("index=1",))
    named = Ended(("index=0",), frozenset({"reasoning"}))
    assert named.holds("reasoning", ("index=0",))
    assert not named.holds("content", ("index=0",))


def test_a_dialect_that_says_nothing_of_streams_has_channels_that_end_with_them() -> None:
    assert Streaming().ended(parse("{}").root) == ()
