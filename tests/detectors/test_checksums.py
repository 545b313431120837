from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grille.detectors import national
from grille.detectors.checksums import ANNOUNCED, CHECKS, ENDS, LISTED, PROOFS

PASS = [
    ("aba", "021000021"),
    ("aba", "000000518"),
    ("aba", "0110-0001-5"),
    ("au_abn", "83 914 571 673"),
    ("au_tfn", "123 456 782"),
    ("bic", "DEUTDEFF500"),
    ("card", "4111 1111-1111.1111"),
    ("card", "4.111111111111111e15"),
    ("card", "4111 1111 11** 1111"),
    ("cusip", "037833 10 0"),
    ("email", "jane.o'doe+x@mail.example.co.uk"),
    ("entropy", "q7Rz0Kp3Vx9Lm2Tn8Wb4Yc6"),
    ("entropy", "0123456789abcdef0f1e2d3c"),
    ("entropy", "dXNlcjpleGFtcGxlMTIz"),
    ("ethereum", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"),
    ("iban", "GB82 WEST 1234 5698 7654 32"),
    ("iban", "de89-3704-0044-0532-0130-00"),
    ("ip", "203.0.113.7"),
    ("ip", "2001:db8::1"),
    ("isin", "US0378331005"),
    ("lei", "5493001KJTIIGC8Y1R12"),
    ("luhn", "79927398713"),
    ("nz_bank", "01-0902-0068389-00"),
    ("nz_bank", "01 0902 0068389 000"),
    ("nz_ird", "49-091-850"),
    ("nz_nzbn", "9429 000 000 000"),
    ("password", "hunter2"),
    ("phone", "+1 415 555 0134"),
    ("phone", "07700 900123"),
    ("phone", "0061 2 9374 4000"),
    ("phone", "(415) 555-0134"),
    ("sedol", "B15KXQ8"),
    ("track", ";4111111111111111=25121010000000000?"),
    ("uk_nino", "AB 12 34 56 C"),
    ("uk_utr", "19558 39661"),
    ("us_ein", "12-3456789"),
    ("us_itin", "912-70-1234"),
    ("us_itin", "912-55-1234"),
    ("us_ssn", "078-05-1120"),
    ("wallet", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"),
]
FAIL = [
    ("aba", "021000022"),
    ("aba", "990000008"),
    ("aba", "02100002"),
    ("aba", "000307811"),
    ("au_abn", "83 914 571 674"),
    ("au_tfn", "123 456 789"),
    ("bic", "DEUTZZFF"),
    ("bic", "DEUTDEF"),
    ("card", "4111 1111 1111 1112"),
    ("card", "4111 11** **** 1111"),
    ("card", "4111 1111 ****1111"),
    ("cusip", "037833101"),
    ("email", "icon@2x.png"),
    ("email", "jane@localhost"),
    ("email", "jane..doe@example.com"),
    ("email", "jane@-example.com"),
    ("entropy", "production-eu-west-1"),
    ("entropy", "getAccountNumberFromLedger"),
    ("entropy", "aaaaaaaaaaaaaaaaaaaaaaaa"),
    ("entropy", "short1A"),
    ("ethereum", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD"),
    ("iban", "GB82 WEST 1234 5698 7654 33"),
    ("iban", "GB82 WEST 1234 5698 7654 3"),
    ("ip", "127.0.0.1"),
    ("ip", "::"),
    ("ip", "4.1.1"),
    ("isin", "US0378331006"),
    ("isin", "ZZ0378331005"),
    ("lei", "5493001KJTIIGC8Y1R13"),
    ("luhn", "79927398710"),
    ("nz_bank", "99-0902-0068389-00"),
    ("nz_bank", "01-0902-0068388-00"),
    ("nz_ird", "49-091-851"),
    ("nz_nzbn", "9429 000 000 001"),
    ("nz_nzbn", "4006381333931"),
    ("password", "required"),
    ("password", "********"),
    ("password", "<password>"),
    ("password", "${DB_PASSWORD}"),
    ("password", "abc"),
    ("phone", "837168"),
    ("phone", "(999) 123-4567"),
    ("phone", "call me"),
    ("sedol", "B15KXQ7"),
    ("track", ";4111111111111112=25121010000000000?"),
    ("uk_nino", "QQ123456C"),
    ("uk_nino", "GB123456A"),
    ("uk_nino", "AO123456A"),
    ("uk_utr", "2955839661"),
    ("us_ein", "07-3456789"),
    ("us_itin", "912-93-1234"),
    ("us_itin", "812-70-1234"),
    ("us_ssn", "000-12-3456"),
    ("us_ssn", "666-12-3456"),
    ("us_ssn", "912-70-1234"),
    ("us_ssn", "123-00-4567"),
    ("us_ssn", "123-45-0000"),
    ("wallet", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb"),
]


@pytest.mark.parametrize(("check", "value"), PASS)
def test_a_true_number_passes_with_the_separators_people_write(check: str, value: str) -> None:
    assert CHECKS[check](value)


@pytest.mark.parametrize(("check", "value"), FAIL)
def test_a_false_one_does_not(check: str, value: str) -> None:
    assert not CHECKS[check](value)


def test_every_check_is_shown_to_pass_and_to_fail() -> None:
    assert {check for check, _ in PASS} == {check for check, _ in FAIL} == CHECKS.keys() - national.CHECKS.keys()


@pytest.mark.parametrize(
    ("text", "iban"),
    [
        ("DE89 3704 0044 0532 0130 00 and more words", "DE89 3704 0044 0532 0130 00"),
        ("DE89370400440532013000EUR", "DE89370400440532013000"),
        ("NO9386011117947", "NO9386011117947"),
        ("DE89370400440532013000x", ""),
        ("DE89 3704", ""),
        ("ZZ89370400440532013000", ""),
    ],
)
def test_an_iban_ends_where_its_country_says(text: str, iban: str) -> None:
    assert text[: ENDS["iban"](text)] == iban


def test_a_check_that_asks_less_of_what_is_announced_is_a_check() -> None:
    assert set(CHECKS) >= set(ANNOUNCED)
    assert ANNOUNCED["phone"]("555-0134")
    assert not CHECKS["phone"]("555-0134")


def test_every_proof_is_a_check() -> None:
    assert set(CHECKS) >= PROOFS | LISTED
    assert PROOFS.isdisjoint(LISTED)


@pytest.mark.parametrize("check", CHECKS)
@given(value=st.one_of(st.text(min_size=1, max_size=40), st.from_regex(r"[0-9A-Z .:@+-]{1,40}", fullmatch=True)))
def test_a_check_answers_whatever_it_is_given(check: str, value: str) -> None:
    assert CHECKS[check](value) in (True, False)
