"""`grille.detectors.phones`: what a country assigns, and what looks like a number beside a cue."""

from __future__ import annotations

from contextlib import suppress

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grille.detectors.phones import is_phone, looks_like_phone

ASSIGNED = [
    "+1 415 555 0134",
    "+44 (0)20 7946 0958",
    "+49 (0)30 123456-78",
    "+91-98765-43210",
    "00 44 20 7946 0958",
    "011 44 20 7946 0958",
    "(415) 555-0134",
    "1-800-555-0134",
    "416.555.0134 x12",
    "020 7946 0958",
    "0207 946 0958",
    "07700 900123",
    "01632 960 123",
    "0113 496 0182",
    "(0117) 496 0182",
    "(02) 5550 1234",
    "0491 570 156",
    "021 555 0123",
    "(01) 234 5678",
    "01 99 00 12 34",
    "06.39.98.12.34",
    "020-1234567",
    "06-12345678",
    "044 668 18 00",
    "0487 23 46 71",
    "022 2345 6789",
    "098765 43210",
    "030/1234567",
    "(030) 1234567",
]
SHAPED = [
    "555-0134",
    "782 2652",
    "33 93 31",
    "051-363-821",
    "(88) 684-334",
    "96 237271",
    "50-98-28-96",
    "0660 565 36 45",
    "612 345 678",
    "338 123 4567",
    "98765 43210",
    "13 22 21",
    "166-684-7899",
    "(044)688-7538x8775",
    "5550134",
    "07700900123",
    "447700900123",
    "779 498 100",
    "13912345678",
    "09012345678",
    "11987654321",
]
SOMETHING_ELSE = [
    "2025-03-04",
    "12/05/2025",
    "12 05 24",
    "05.06.2023",
    "2025-03-04-1234",
    "20250304",
    "2024-2025",
    "852.19",
    "12 345 678.90",
    "12 500 000",
    "125 000",
    "250 000 000",
    "192.0.2.17",
    "4821",
    "0000 0000",
    "123456789012345678",
    "020 7946 0958 2026",
]
IDENTIFIERS = [
    "0451-123456",
    "01234-56789",
    "062-000 1234",
    "01-0902-0068389",
    "021/815/08150",
    "921-835-1650",
    "12-3456789",
]


@pytest.mark.parametrize("number", ASSIGNED)
def test_what_a_country_assigns_needs_no_cue(number: str) -> None:
    assert is_phone(number)


@pytest.mark.parametrize("number", SHAPED)
def test_beside_a_cue_the_shape_is_enough(number: str) -> None:
    assert looks_like_phone(number)


@pytest.mark.parametrize("number", [*SHAPED[:4], *IDENTIFIERS])
def test_alone_it_is_not(number: str) -> None:
    assert not is_phone(number)


@pytest.mark.parametrize("number", SOMETHING_ELSE)
def test_dates_sums_and_addresses_are_no_numbers_even_beside_a_cue(number: str) -> None:
    assert not looks_like_phone(number)
    assert not is_phone(number)


@pytest.mark.parametrize("number", ASSIGNED)
def test_a_cue_never_makes_a_number_less_of_one(number: str) -> None:
    assert looks_like_phone(number)


@given(st.from_regex(r"[2-9][0-9]{14,17}", fullmatch=True))
def test_no_longer_number_is_assigned(digits: str) -> None:
    """What `is_phone` does not ask the tables."""
    assert not is_phone(digits)
    for region in ("US", "AU"):
        with suppress(phonenumbers.NumberParseException):
            assert not phonenumbers.is_valid_number(phonenumbers.parse(digits, region))
