from __future__ import annotations

import pytest

from grille.detectors.called import (
    Label,
    is_a_company,
    is_a_label,
    is_a_person,
    is_plainly_a_person,
    label_of,
    may_name_a_company,
    names_a_company,
)


@pytest.mark.parametrize(
    ("label", "announces"),
    [
        ("contact", Label.PERSON),
        ("supplier contact name", Label.PERSON),
        ("companyDirector", Label.PERSON),
        ("company", Label.COMPANY),
        ("Previous employer", Label.COMPANY),
        ("beneficiary_bank_name", Label.COMPANY),
        ("Vendors", Label.COMPANY),
        ("tradingAs", Label.COMPANY),
        ("Raison sociale", Label.COMPANY),
        ("Razón social", Label.COMPANY),
        ("Arbeitgeber", Label.COMPANY),
        ("customer", Label.PARTY),
        ("accountName", Label.PARTY),
        ("tenant_name", Label.PARTY),
        ("createdBy", Label.ROLE),
        ("Account owner", Label.ROLE),
        ("owner id", None),
        ("company id", None),
        ("supplier type", None),
        ("bank account", None),
        ("description", None),
    ],
)
def test_a_label_announces_people_companies_or_either(label: str, announces: Label | None) -> None:
    assert label_of(label) is announces


def test_a_label_is_one_from_its_first_word_to_its_last() -> None:
    assert is_a_label("Trading as")
    assert is_a_label("Client")
    assert not is_a_label("Jane Doe's employer")


@pytest.mark.parametrize(
    "value",
    [
        "Brightwater Supplies",
        "Bäckerei Hartley",
        "Banco Hartley",
        "Kestrel & Finch",
        "Rose, Turner and Hartley",
        "van der Rose & de Hartley",
        "Moore, Rose and Tyler",
        "Rose e figli",
        "Sample Ltd",
        "The Velvet Lounge",
        "3 Rivers Plumbing",
        "Bayside Club Bar",
        "Gartenbau Lehmann",
    ],
)
def test_words_and_form_make_a_company(value: str) -> None:
    assert names_a_company(value)


@pytest.mark.parametrize(
    "value",
    [
        "Jane Doe",
        "Lang-Hicks",
        "John & Mary Smith",
        "Anna, Ben and Carla",
        "Office Supplies",
        "Payroll Services",
        "Support Team Hartley",
        "Handel",
        "Consulting",
        "Terms & Conditions",
        "sales and marketing",
        "SUP-0012 Supplies",
        "Supplies 12345",
        "",
        "x",
    ],
)
def test_people_departments_and_codes_are_called_otherwise(value: str) -> None:
    assert not names_a_company(value)


@pytest.mark.parametrize(
    "value", ["Lang-Hicks", "Tesco", "DHL", "Target", "Blue Mesa", "Studio 54", "CaixaBank", "Trygg (Sample)"]
)
def test_any_name_may_be_that_of_a_company_if_a_label_says_so(value: str) -> None:
    assert may_name_a_company(value)
    assert is_a_company(value, Label.COMPANY)
    assert not is_a_company(value, Label.PARTY)


@pytest.mark.parametrize(
    "value",
    [
        "Maria Keller",
        "Dr Keller",
        "J. Keller",
        "Mary-Anne Sample",
        "Pending",
        "None",
        "New",
        "Wholesale",
        "Optional",
        "Bank Charges",
        "the one that we use",
        "SupplierKind.Wholesale",
        "DefaultVendor",
        "SUP-0012",
        "062-184",
        "https://example.com",
        "sample@example.com",
        "12",
    ],
)
def test_people_states_types_and_codes_are_none_even_so(value: str) -> None:
    assert not is_a_company(value, Label.COMPANY)


def test_a_known_given_name_makes_a_person() -> None:
    assert is_plainly_a_person("Maria Keller")
    assert is_plainly_a_person("Nguyen Sample")
    assert not is_plainly_a_person("Maria")
    assert not is_plainly_a_person("Keller Sample")
    assert not is_plainly_a_person("Maria Keller Consulting")


def test_who_a_person_is_hangs_on_the_label() -> None:
    assert is_a_person("Keller", Label.PERSON)
    assert not is_a_person("Keller", Label.NAME)
    assert is_a_person("Keller Sample", Label.NAME)
    assert not is_a_person("Keller Sample", Label.PARTY)
    assert is_a_person("Keller Sample", Label.ROLE)
    assert not is_a_person("Keller", Label.ROLE)
    assert not is_a_person("Nightly Maintenance", Label.ROLE)
    assert is_a_person("Maria Maintenance", Label.ROLE)
    assert is_a_person("Keller", Label.HALF)
    assert is_a_person("Maria Keller", Label.COMPANY)
