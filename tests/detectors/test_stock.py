"""`grille.detectors.stock`: what Presidio brings along, as it runs here."""

from __future__ import annotations

import pytest

from grille.detectors.presidio import PresidioDetector
from grille.entities import Entity
from grille.errors import SettingsError
from grille.exchange import Kind, Segment, Source

HERE = Source("pack.yaml", 3, "entities.X")


def found(detector: PresidioDetector, text: str) -> list[tuple[str, str]]:
    findings = detector.find([Segment("/a", Kind.TEXT, text)], detector.entities)
    return sorted({(text[each.start : each.end], each.entity) for each in findings})


STOCK = {
    "AU_ACN": ("ACN 004 085 616", "ACN 004 085 617"),
    "AU_MEDICARE": ("medicare 4531 61196 0", "medicare 4531 61197 0"),
    "CA_SIN": ("286 707 229", "286 707 228"),
    "CRYPTO": ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb"),
    "DE_SOCIAL_SECURITY": ("14050861N410", "14050861N411"),
    "DE_TAX_ID": ("steuer-id: 58810708396", "steuer-id: 58810708397"),
    "ES_NIE": ("X8464750Z", "X8464750A"),
    "ES_NIF": ("8375151-T", "8375151-A"),
    "FI_PERSONAL_IDENTITY_CODE": ("131052-308T", "131052-308U"),
    "IN_AADHAAR": ("aadhaar 9316-4162-1118", "aadhaar 9316-4162-1119"),
    "IT_FISCAL_CODE": ("RSSMRA85T10A562S", "RSSMRA85T10A562T"),
    "IT_VAT_CODE": ("partita iva 61124406705", "partita iva 61124406706"),
    "NG_NIN": ("NIN 42176828180", "NIN 42176828181"),
    "PL_PESEL": ("PESEL 33022343615", "PESEL 33022343616"),
    "SE_ORGANISATIONSNUMMER": ("148258-0758", "148258-0759"),
    "SE_PERSONNUMMER": ("121212-1212", "121212-1213"),
    "SG_UEN": ("95965244B", "95965244C"),
    "TH_TNIN": ("TNIN 4428006203767", "TNIN 4428006203768"),
    "TR_NATIONAL_ID": ("tckn 15046030188", "tckn 15046030189"),
    "UK_NHS": ("634 713 0890", "634 713 0891"),
    "US_NPI": ("1815-067-008", "1815-067-009"),
    "ZA_ID_NUMBER": ("identity number 7811094805283", "identity number 7811094805284"),
}
"""A number of each stock recogniser that is offered, with valid check digits and without."""


def test_every_stock_recogniser_that_is_offered_is_shown() -> None:
    with pytest.raises(SettingsError) as refused:
        PresidioDetector([Entity("URL", HERE, recognizer="presidio")])
    offered = str(refused.value).partition("offers ")[2].partition(" and not")[0].split(", ")
    assert sorted(STOCK) == offered


@pytest.mark.parametrize("name", STOCK)
def test_a_stock_recogniser_finds_its_number_and_not_one_whose_check_fails(name: str) -> None:
    valid, invalid = STOCK[name]
    detector = PresidioDetector([Entity(name, HERE, recognizer="presidio")])
    assert [entity for _, entity in found(detector, f"here: {valid}.")] == [name]
    assert found(detector, f"here: {invalid}.") == []


def test_digits_alone_are_a_stock_number_only_beside_a_cue() -> None:
    detector = PresidioDetector([Entity(name, HERE, recognizer="presidio") for name in ("UK_NHS", "PL_PESEL")])
    assert found(detector, "it is 6347130890 and 33022343615") == []
    assert found(detector, "NHS 6347130890") == [("6347130890", "UK_NHS")]


def test_a_stock_number_is_a_whole_word() -> None:
    detector = PresidioDetector([Entity("FI_PERSONAL_IDENTITY_CODE", HERE, recognizer="presidio")])
    assert found(detector, "ref 9131052-308TX") == []


def test_a_stock_recogniser_runs_when_an_entity_names_it() -> None:
    crypto = Entity("CRYPTO", HERE, recognizer="presidio")
    nhs = Entity("UK_NHS", HERE, recognizer="presidio")
    text = "send it to 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa, not 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb; NHS 401-023-2137"
    assert found(PresidioDetector([crypto, nhs]), text) == [
        ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "CRYPTO"),
        ("401-023-2137", "UK_NHS"),
    ]


def test_a_weak_stock_pattern_needs_a_cue() -> None:
    acn = Entity("AU_ACN", HERE, recognizer="presidio")
    detector = PresidioDetector([acn])
    assert found(detector, "004 085 616") == []
    assert found(detector, "ACN 004 085 616") == [("004 085 616", "AU_ACN")]
