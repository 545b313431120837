from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from grille.detectors.cards import LONGEST, SHORTEST, is_announced_card, is_card, may_be_card


@pytest.mark.parametrize(
    "digits",
    [
        "4111111111111111",
        "4242424242424242",
        "4222222222222",
        "4000000000000000006",
        "5555555555554444",
        "2223003122003222",
        "2720990000000007",
        "378282246310005",
        "36227206271667",
        "6011111111111117",
        "3566002020360505",
        "6759649826438453",
        "501800000009",
        "6304000000000000",
    ],
)
def test_numbers_that_schemes_publish_for_tests_are_cards(digits: str) -> None:
    assert is_card(digits)


@pytest.mark.parametrize(
    "digits",
    [
        "4111111111111112",
        "411111111111116",
        "2220990000000003",
        "2721000000000004",
        "1735689600004",
        "0000000000000000",
        "979900000000",
        "41111111",
        "41111111111111111111",
        "",
        "4111x11111111111",
        "50100123456789",
    ],
)
def test_a_wrong_prefix_length_or_check_digit_is_no_card(digits: str) -> None:
    assert not is_card(digits)


@given(st.integers(4, 5), st.text("0123456789", min_size=14, max_size=14), st.integers(0, 15), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(first: int, rest: str, place: int, by: int) -> None:
    body = f"{first}1{rest}"[:15]
    digits = body + luhn.calc_check_digit(body)
    wrong = digits[:place] + str((int(digits[place]) + by) % 10) + digits[place + 1 :]
    assert not is_card(wrong)


@given(st.text("0123456789", max_size=30))
def test_only_lengths_in_use_are_cards(digits: str) -> None:
    assert not is_card(digits) or SHORTEST <= len(digits) <= LONGEST


def test_with_three_digits_hidden_a_card_can_be_guessed() -> None:
    assert may_be_card("4111111111111", 3)
    assert may_be_card("378282246310", 3)


def test_with_four_hidden_it_is_truncated_as_the_rules_ask() -> None:
    assert not may_be_card("411111111111", 4)
    assert not may_be_card("4111111111", 6)
    assert not may_be_card("1234567890123", 3)


@pytest.mark.parametrize("digits", ["180012694105591", "213126320548718", "060443184720", "3502572128441586"])
def test_what_hardly_anybody_issues_is_a_card_where_it_is_called_one(digits: str) -> None:
    assert not is_card(digits)
    assert is_announced_card(digits)


@pytest.mark.parametrize("digits", ["180012694105592", "000000000000000", "18001269410", "18001269410559100000"])
def test_nothing_is_a_card_for_its_name_alone(digits: str) -> None:
    assert not is_announced_card(digits)
