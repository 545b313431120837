"""`grille.policy.promises`: what an endpoint asks for when its policy does not say more."""

from __future__ import annotations

from grille.exchange import Source
from grille.policy import Encryption, Missing, Requirements, SessionOnly

HERE = Source("p.yaml", 1, "x")


def test_nothing_is_asked_for_that_is_not_written() -> None:
    assert Requirements() == Requirements(None, None)


def test_the_defaults_are_the_strict_ones() -> None:
    assert SessionOnly(HERE).missing is Missing.BLOCK
    assert Encryption(HERE).tls == "1.2"
    assert Encryption(HERE).ciphers == ()
