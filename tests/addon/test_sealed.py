"""`grille.addon.sealed`: values as a store sees them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grille.addon.sealed import Seals

KEY, OTHER = bytes(range(32)), bytes(range(1, 33))
SEALS = Seals(KEY)
SEALED = SEALS.seal("support", "PERSON_A1BCDEFG", "Jane Doe")


def test_what_was_sealed_opens_for_the_same_scope_and_token_alone() -> None:
    assert SEALS.opened("support", "PERSON_A1BCDEFG", SEALED) == "Jane Doe"
    assert SEALS.opened("batch", "PERSON_A1BCDEFG", SEALED) is None
    assert SEALS.opened("support", "PERSON_A1BCDEFH", SEALED) is None
    assert SEALS.opened("supportP", "ERSON_A1BCDEFG", SEALED) is None


def test_a_store_sees_neither_value_token_scope_nor_entity() -> None:
    seen = SEALED + b"".join(SEALS.names("token", "support", "PERSON_A1BCDEFG"))
    assert not any(word in seen for word in (b"Jane", b"PERSON", b"A1BC", b"support"))


def test_the_same_value_is_sealed_otherwise_each_time() -> None:
    assert SEALS.seal("support", "PERSON_A1BCDEFG", "Jane Doe") != SEALED


def test_names_are_apart_for_every_scope_token_and_use() -> None:
    parts = [("token", "a", "b"), ("token", "ab", ""), ("token", "a", "c"), ("other", "a", "b")]
    assert len({SEALS.names(*each)[0] for each in parts}) == len(parts)
    assert SEALS.names(*parts[0]) == Seals(KEY).names(*parts[0])


def test_no_scope_has_the_key_of_another_deployment() -> None:
    assert Seals(OTHER).opened("support", "PERSON_A1BCDEFG", SEALED) is None
    assert Seals(OTHER).names("token", "a", "b") != SEALS.names("token", "a", "b")


def test_after_a_change_of_the_key_what_was_sealed_before_still_opens() -> None:
    changed = Seals(OTHER, [KEY])
    assert changed.opened("support", "PERSON_A1BCDEFG", SEALED) == "Jane Doe"
    assert changed.names("token", "a", "b") == [*Seals(OTHER).names("token", "a", "b"), *SEALS.names("token", "a", "b")]
    assert SEALS.opened("support", "PERSON_A1BCDEFG", changed.seal("support", "PERSON_A1BCDEFG", "x")) is None


@pytest.mark.parametrize("at", range(len(SEALED)))
def test_whatever_bit_is_changed_it_does_not_open(at: int) -> None:
    changed = SEALED[:at] + bytes([SEALED[at] ^ 1]) + SEALED[at + 1 :]
    assert SEALS.opened("support", "PERSON_A1BCDEFG", changed) is None
    assert SEALS.opened("support", "PERSON_A1BCDEFG", SEALED[:at]) is None


@given(st.text(), st.text(), st.text(st.characters()))
def test_every_text_comes_back(scope: str, token: str, value: str) -> None:
    assert SEALS.opened(scope, token, SEALS.seal(scope, token, value)) == value
