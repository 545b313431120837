from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grille.detectors.wallets import is_ethereum, is_wallet, keccak256

WALLETS = [
    "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
    "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy",
    "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq",
    "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4",
    "bc1p5cyxnuxmeuwuvkwfem96lqzszd02n6xdcjrs20cac6yqjjwudpxqkedrcr",
    "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t",
    "rf1BiGeXwwQoi8Z2ueFYTEXSwuJYfV2Jpn",
]


@pytest.mark.parametrize("address", WALLETS)
def test_an_address_is_a_wallet_and_with_one_character_changed_it_is_none(address: str) -> None:
    assert is_wallet(address)
    assert not is_wallet(address[:-1] + ("q" if address[-1] != "q" else "p"))


def test_a_solana_key_is_known_by_its_length_alone() -> None:
    assert is_wallet("EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v")
    assert not is_wallet("EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt")


@pytest.mark.parametrize(
    "address",
    [
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
        "0xde709f2102306220921060314715629080e2fb77",
        "0xDE709F2102306220921060314715629080E2FB77",
    ],
)
def test_an_ethereum_address_has_the_capitals_that_its_digits_ask_for(address: str) -> None:
    assert is_ethereum(address)


@pytest.mark.parametrize(
    "address", ["0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD", "0x" + "0" * 40, "0x" + "ab" * 19, "0x" + "f" * 40]
)
def test_other_hexadecimal_digits_are_none(address: str) -> None:
    assert not is_ethereum(address)


def test_keccak_is_not_yet_sha_3() -> None:
    assert keccak256(b"").hex() == "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"


@given(st.text(max_size=130))
def test_any_text_gets_an_answer(text: str) -> None:
    assert is_wallet(text) in (True, False)
    assert is_ethereum(text) in (True, False)
