"""`grille.policy.values`: when two spellings are one value."""

from __future__ import annotations

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grille.policy.values import canonical, fingerprint


@pytest.mark.parametrize(
    "spelling",
    [
        "4242 4242 4242 4242",
        "4242-4242-4242-4242",
        "4242.4242.4242.4242",
        "4242\u00a04242\u20134242\u200b4242",
        "４２４２４２４２４２４２４２４２",
    ],
)
def test_separators_and_width_do_not_make_another_card(spelling: str) -> None:
    assert canonical(spelling) == "4242424242424242"


def test_case_and_blanks_do_not_make_another_name() -> None:
    assert canonical("Jane  DOE") == canonical("jane doe")
    assert canonical("gb82 west 1234 5698 7654 32") == canonical("GB82WEST12345698765432")


def test_what_tells_two_values_apart_is_kept() -> None:
    assert canonical("a.b@example.com") != canonical("ab@example.com")
    assert canonical("+1 555 0100") != canonical("1 555 0100")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("jo-ann@example.com", "joann@example.com"),
        ("my-bank.example.com", "mybank.example.com"),
        ("1/11/1980", "11/1/1980"),
        ("1-11-1980", "11-1-1980"),
        ("1 11 1980", "11 1 1980"),
        ("192.0.2.11", "192.0.21.1"),
        ("192.168.100.101", "192.16.8100.101"),
    ],
)
def test_an_exception_for_one_value_is_none_for_another(one: str, other: str) -> None:
    assert canonical(one) != canonical(other)


@given(st.text())
def test_a_canonical_value_is_its_own(text: str) -> None:
    assert canonical(canonical(text)) == canonical(text)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_fingerprint_is_keyed_and_of_one_entity(text: str) -> None:
    made = fingerprint(b"k" * 32, "PERSON", text)
    said = b"exception\0PERSON\0" + canonical(text).encode()
    assert made == hmac.new(b"k" * 32, said, hashlib.sha256).hexdigest()
    assert made != fingerprint(b"j" * 32, "PERSON", text)
    assert made != fingerprint(b"k" * 32, "LOCATION", text)
