from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grille.detectors.national import CHECKS, is_canadian_branch, is_vat

PASS = [
    ("au_acn", "004 085 616"),
    ("be_nn", "85.07.30-033 28"),
    ("ca_bn", "12302 6635 RC 0001"),
    ("ca_sin", "123-456-782"),
    ("ca_transit", "12345-003"),
    ("ca_transit", "000312345"),
    ("ch_ahv", "756.9217.0769.85"),
    ("de_idnr", "36 574 261 809"),
    ("es_nif", "54362315-K"),
    ("es_nif", "X-5253868-R"),
    ("es_nif", "J99216582"),
    ("fr_nir", "2 95 10 99 126 111 93"),
    ("fr_siren", "552 008 443"),
    ("fr_siret", "73282932000074"),
    ("ie_pps", "6433435F"),
    ("ie_pps", "6433435OA"),
    ("in_aadhaar", "2341 2341 2346"),
    ("in_gstin", "27AAPFU0939F1ZV"),
    ("in_pan", "acupa7085r"),
    ("it_codice_fiscale", "RCCMNL83S18D969H"),
    ("nl_bsn", "1112.22.333"),
    ("pl_pesel", "44051401359"),
    ("se_personnummer", "880320-0016"),
    ("uk_nhs", "943 476 5870"),
    ("vat", "DE136695976"),
]
FAIL = [
    ("au_acn", "004 085 617"),
    ("be_nn", "85.07.30-033 29"),
    ("ca_bn", "12302 6636 RC 0001"),
    ("ca_sin", "123-456-789"),
    ("ca_transit", "12345-999"),
    ("ca_transit", "12345"),
    ("ch_ahv", "756.9217.0769.86"),
    ("de_idnr", "36 574 261 808"),
    ("es_nif", "54362315-A"),
    ("fr_nir", "2 95 10 99 126 111 94"),
    ("fr_siren", "552 008 444"),
    ("fr_siret", "73282932000075"),
    ("ie_pps", "6433435E"),
    ("in_aadhaar", "2341 2341 2347"),
    ("in_gstin", "27AAPFU0939F1ZW"),
    ("in_pan", "ACUEA7085R"),
    ("it_codice_fiscale", "RCCMNL83S18D969A"),
    ("nl_bsn", "1112.52.333"),
    ("pl_pesel", "44051401358"),
    ("se_personnummer", "880320-0018"),
    ("uk_nhs", "943 476 5871"),
    ("vat", "DE136695977"),
]


@pytest.mark.parametrize(("check", "value"), PASS)
def test_a_true_number_passes_with_the_separators_people_write(check: str, value: str) -> None:
    assert CHECKS[check](value)


@pytest.mark.parametrize(("check", "value"), FAIL)
def test_a_false_one_does_not(check: str, value: str) -> None:
    assert not CHECKS[check](value)


def test_every_check_is_shown_to_pass_and_to_fail() -> None:
    assert {check for check, _ in PASS} == {check for check, _ in FAIL} == set(CHECKS)


@pytest.mark.parametrize(
    "number",
    [
        *("ATU13585627", "BE 0776.091.951", "EL 094259216", "FR 40 303 265 045", "IE 6433435F", "NL 004495445 B01"),
        *("GB 980 7806 84", "XI980780684", "CHE-107.787.577", "CHE-107.787.577 MWST", "NO 995 525 828 MVA"),
        *("EU372000041", "980 7806 84", "00743110157"),
    ],
)
def test_a_vat_number_is_one_in_every_country_that_has_them(number: str) -> None:
    assert is_vat(number)


@pytest.mark.parametrize("number", ["FR 41 303 265 045", "CHE-107.787.578", "US123456789", "1234567"])
def test_what_looks_like_one_is_none(number: str) -> None:
    assert not is_vat(number)


@pytest.mark.parametrize("check", CHECKS)
@given(value=st.one_of(st.text(min_size=1, max_size=40), st.from_regex(r"[0-9A-Z .-]{1,40}", fullmatch=True)))
def test_a_check_answers_whatever_it_is_given(check: str, value: str) -> None:
    assert CHECKS[check](value) in (True, False)


def test_a_canadian_branch_has_five_digits_without_its_institution() -> None:
    assert is_canadian_branch("12345")
    assert is_canadian_branch("12345-003")
    assert not is_canadian_branch("12345-999")
    assert not is_canadian_branch("1234")
