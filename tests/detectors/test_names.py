from __future__ import annotations

import pytest

from grille.detectors.names import (
    Name,
    believed,
    is_bare_name_label,
    is_full_name,
    is_name,
    is_name_label,
    is_place_label,
)


@pytest.mark.parametrize(
    "label", ["first_name", "lastName", "Contact", "primaryContact", "Card holder", "bankAccountName"]
)
def test_labels_that_announce_a_name(label: str) -> None:
    assert is_name_label(label)


@pytest.mark.parametrize("label", ["name", "contact_number", "ContactID", "payee_id", "filename", ""])
def test_labels_that_do_not(label: str) -> None:
    assert not is_name_label(label)


@pytest.mark.parametrize(("label", "place"), [("city", True), ("addressLine1", True), ("AddressType", False)])
def test_labels_that_announce_a_place(label: str, place: bool) -> None:
    assert is_place_label(label) is place


@pytest.mark.parametrize(
    "value", ["Jane", "Jane Doe", "DOE, JANE", "Ludwig van Beethoven", "J. R. Doe", "Zoë O’Neill-Šárka"]
)
def test_names_of_people(value: str) -> None:
    assert is_name(value)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "none",
        "N/A",
        "Ridgeway University",
        "Acme Ltd.",
        "jane doe",
        "INV-1",
        "Jane 2",
        "See the attached list please",
    ],
)
def test_what_is_not_the_name_of_a_person(value: str) -> None:
    assert not is_name(value)


def parts(entity: str, text: str) -> list[str]:
    return [text[start:end] for start, end in believed(Name(entity, 0, len(text)), text)]


@pytest.mark.parametrize(
    ("entity", "guess", "kept"),
    [
        ("PERSON", "Jane Doe's", ["Jane Doe"]),
        ("PERSON", "Jane Doe\nEmail", ["Jane Doe"]),
        ("PERSON", "Jessica, Chloe", ["Jessica", "Chloe"]),
        ("PERSON", "Jessica and Chloe", ["Jessica", "Chloe"]),
        ("PERSON", "Jessica Doe told Mr Andrew", ["Jessica Doe", "Andrew"]),
        ("PERSON", "Cc Jane", ["Jane"]),
        ("PERSON", "Dear Mr Doe", ["Doe"]),
        ("PERSON", "JE-23892207", []),
        ("PERSON", "YYYY-MM-DD", []),
        ("PERSON", "IBAN", []),
        ("PERSON", "ContactNumber", []),
        ("PERSON", "McKenzie", ["McKenzie"]),
        ("PERSON", "Phone\nJane Doe;Ab12", ["Jane Doe"]),
        ("PERSON", "Jane Doe</Nm", ["Jane Doe"]),
        ("PERSON", "Jane Doe\tJohn Roe | Poe", ["Jane Doe", "John Roe", "Poe"]),
        ("ORGANIZATION", "AUTHORISED", []),
        ("ORGANIZATION", "Lakshmi Textiles,,Bank of India", ["Lakshmi Textiles", "Bank of India"]),
        ("ORGANIZATION", "HSBC\tKowhai | BSN      Reference", ["HSBC", "Kowhai"]),
        ("ORGANIZATION", "BACS", []),
        ("ORGANIZATION", "CFO", []),
        ("ORGANIZATION", "HSBC", ["HSBC"]),
        ("ORGANIZATION", "Invoice INV-641535", []),
        ("ORGANIZATION", "non-PAN", []),
        ("PERSON", "Jane Doe. Bob Roe", ["Jane Doe", "Bob Roe"]),
        ("PERSON", "Prof. Jane F. Doe Jr. St. Roe", ["Jane F. Doe Jr. St. Roe"]),
        ("ORGANIZATION", "Q4", []),
        ("ORGANIZATION", "IFRS 15", []),
        ("ORGANIZATION", "BIC DEUTDEFF", []),
        ("ORGANIZATION", "HSBC UK", ["HSBC UK"]),
        ("LOCATION", "London", ["London"]),
        ("LOCATION", "london", []),
    ],
)
def test_what_is_believed_of_a_guess(entity: str, guess: str, kept: list[str]) -> None:
    assert parts(entity, guess) == kept


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("card of J |ROE", "J ROE"),
        ("paid by J. R. |Roe", "J. R. Roe"),
        ("for A.|Roe", "A.Roe"),
        ("A |Roe paid", "Roe"),
        ("Section B |Roe", "Roe"),
        ("R&D |Roe", "Roe"),
        ("(JAM |Roe)", "Roe"),
    ],
)
def test_initials_belong_to_a_name(text: str, whole: str) -> None:
    start, text = text.index("|"), text.replace("|", "")
    end = start + len("Roe")
    ((begin, stop),) = believed(Name("PERSON", start, end, certain=True), text)
    assert text[begin:stop] == whole
    if begin < start:
        assert list(believed(Name("LOCATION", start, end, certain=True), text)) == [(start, end)]


@pytest.mark.parametrize(
    ("text", "whole"), [("so van der |Roe", "van der Roe"), ("J van den |Roe", "J van den Roe"), ("a van |Roe", "Roe")]
)
def test_particles_belong_to_a_name(text: str, whole: str) -> None:
    start, text = text.index("|"), text.replace("|", "")
    ((begin, stop),) = believed(Name("PERSON", start, start + len("Roe"), certain=True), text)
    assert text[begin:stop] == whole


def test_a_label_is_not_a_name() -> None:
    text = "Holder: x"
    assert list(believed(Name("PERSON", 0, 6), text)) == []


def test_a_closing_tag_is_no_name_however_certain() -> None:
    text = "Jane Doe</Mills"
    assert [text[start:end] for start, end in believed(Name("PERSON", 0, len(text), certain=True), text)] == [
        "Jane Doe"
    ]


@pytest.mark.parametrize(
    ("label", "bare"),
    [
        ("name", True),
        ("Name", True),
        ("displayName", True),
        ("NOMBRE", True),
        ("file_name", False),
        ("names of", False),
    ],
)
def test_a_label_may_say_no_more_than_that_it_is_a_name(label: str, bare: bool) -> None:
    assert is_bare_name_label(label) is bare


@pytest.mark.parametrize(
    "value", ["Jane Doe", "J. Doe", "Jane van Doe", "Katie Price", "Katie Page", "Dirk Nowak-Brandt"]
)
def test_a_full_name(value: str) -> None:
    assert is_full_name(value)


@pytest.mark.parametrize(
    "value", ["Jane", "Savings Account", "Support Team", "Nordlicht GbR", "Doe 12", "jane doe", "Release Manager"]
)
def test_no_full_name(value: str) -> None:
    assert not is_full_name(value)


@pytest.mark.parametrize(
    ("entity", "before", "guess", "kept"),
    [
        ("PERSON", "fee ", "GSTIN", []),
        ("LOCATION", "7 ", "NO", ["NO"]),
        ("LOCATION", "1,204.", "00\nJane Doe", ["Jane Doe"]),
        ("LOCATION", "No. ", "62704\nCareyfort", ["62704", "Careyfort"]),
    ],
)
def test_an_acronym_and_the_end_of_an_amount_are_no_names_however_certain(
    entity: str, before: str, guess: str, kept: list[str]
) -> None:
    text = before + guess
    name = Name(entity, len(before), len(text), certain=True)
    assert [text[start:end] for start, end in believed(name, text)] == kept
