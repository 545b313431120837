from __future__ import annotations

import pytest

from grille.detectors.beside import is_companion
from grille.detectors.halves import is_half, is_half_of_a_name, other_half


@pytest.mark.parametrize(
    ("label", "half"),
    [
        ("first", True),
        (' "Last" ', True),
        ("fname", True),
        ("customer_first", True),
        ("fastest", False),
        ("first_seen", False),
        ("name", False),
    ],
)
def test_a_half_is_called_so_and_no_more(label: str, half: bool) -> None:
    assert is_half(label) is half


@pytest.mark.parametrize(
    ("label", "other", "belongs"),
    [
        ("first", ("last",), True),
        ("first", ("name", "last"), True),
        ("first", ("surname",), True),
        ("last", ("given",), True),
        ("last", ("forename",), True),
        ("first", ("middle",), False),
        ("first", ("updated", "last"), False),
    ],
)
def test_first_and_last_belong_together(label: str, other: tuple[str, ...], belongs: bool) -> None:
    assert is_companion(other, other_half(label)) is belongs


@pytest.mark.parametrize(
    ("value", "may_be"),
    [
        ("Jane", True),
        ("Anna Maria", True),
        ("O'Dwyer", True),
        ("MIN-JUN", True),
        ("price", False),
        ("January", False),
        ("Page", True),
        ("Page One", False),
        ("Invoices", False),
        ("2026-01-01", False),
        ("Everything There Is Here", False),
    ],
)
def test_a_half_reads_like_a_name(value: str, may_be: bool) -> None:
    assert is_half_of_a_name(value) is may_be
