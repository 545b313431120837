from __future__ import annotations

from grille.detectors.vocabulary_places import ADDRESS_LABELS, COUNTRIES, COUNTRIES_ELSEWHERE


def test_countries_are_listed_once_and_with_a_capital() -> None:
    assert not COUNTRIES & COUNTRIES_ELSEWHERE
    assert all(name[0].isupper() and name == name.strip() for name in COUNTRIES | COUNTRIES_ELSEWHERE)
    assert {"New Zealand", "UK"} <= COUNTRIES
    assert {"Deutschland", "España", "Österreich"} <= COUNTRIES_ELSEWHERE


def test_labels_of_addresses_are_listed_once_and_in_lower_case() -> None:
    assert len(ADDRESS_LABELS) == len(set(ADDRESS_LABELS))
    assert all(label == label.lower() for label in ADDRESS_LABELS)
