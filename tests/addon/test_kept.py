"""`grille.addon.kept`: tokens that outlive their exchange."""

from __future__ import annotations

from grille.addon.kept import KeptTokens
from grille.exchange import TokenMap

ONE, TWO = TokenMap({"PERSON_A1": "Jane"}), TokenMap({"PERSON_B2": "Joe"})


def test_a_later_exchange_of_the_same_scope_knows_earlier_tokens() -> None:
    kept = KeptTokens()
    kept.add("app", ONE, 0.0)
    assert kept.joined("app", TWO, 1.0).values == {"PERSON_A1": "Jane", "PERSON_B2": "Joe"}


def test_another_scope_never_does() -> None:
    kept = KeptTokens()
    kept.add("app", ONE, 0.0)
    assert kept.joined("other", TokenMap(), 1.0).values == {}


def test_the_exchanges_own_tokens_come_first() -> None:
    kept = KeptTokens()
    kept.add("app", TokenMap({"PERSON_A1": "old spelling"}), 0.0)
    assert kept.joined("app", ONE, 1.0).values == {"PERSON_A1": "Jane"}


def test_a_token_is_forgotten_an_hour_after_it_was_last_seen() -> None:
    kept = KeptTokens()
    kept.add("app", ONE, 0.0)
    kept.add("app", TWO, 10.0)
    kept.add("app", ONE, 3000.0)
    assert set(kept.joined("app", TokenMap(), 3610.0).values) == {"PERSON_A1"}
    assert kept.joined("app", TokenMap(), 6600.0).values == {}


def test_memory_is_bounded() -> None:
    kept = KeptTokens(most=2)
    for number in range(5):
        kept.add("app", TokenMap({f"PERSON_{number}": "x"}), float(number))
    assert set(kept.joined("app", TokenMap(), 5.0).values) == {"PERSON_3", "PERSON_4"}


def test_values_do_not_show() -> None:
    kept = KeptTokens()
    kept.add("app", ONE, 0.0)
    assert "Jane" not in repr(kept)
