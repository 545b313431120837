from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grille.detectors.context import Surroundings
from grille.detectors.cues import Voice, cues
from grille.detectors.records import NO_RECORD, Record

ACCOUNT = cues(["account number", "acct", "a c", "bsb", "tax reference", "sort code"])


def voice(text: str, label: str = "", value: str = "12345678") -> Voice:
    start = text.index(value)
    return Surroundings(text, label).voice(start, start + len(value), ACCOUNT)


@pytest.mark.parametrize(
    "text",
    [
        "account number 12345678",
        "Account numbers: 12345678",
        "ACCT#12345678",
        "a/c no. 12345678",
        "B.S.B. 12345678",
        "the account number of the beneficiary is 12345678",
        "12345678 is my account number",
        "12345678 (acct)",
        "12345678 (acct)\nuser: yes",
        "sort code and account number: 08-24-73 12345678",
        "account number (8 digits): 12345678",
        "account numbers 11112222, 33334444 and 12345678",
        "tax reference 12345678",
        "acct reference 12345678",
        "account number\n12345678",
        "account number/BIC 12345678 DEUTDEFF500",
        "transit/account number: 200000 12345678",
        "transit/account number: 12345678",
        "account numbers: 11112222\n12345678\n",
        "account numbers 11112222 (savings) and 12345678",
        "bsb/account number: 733948 12345678 9",
    ],
)
def test_a_cue_speaks_for_a_candidate(text: str) -> None:
    assert voice(text) is Voice.FOR


@pytest.mark.parametrize(
    "text",
    [
        "12345678",
        "accountant 12345678",
        "account number 1111 paid 12345678",
        "account number" + " and so on" * 12 + " 12345678",
        "12345678, account number 99887766",
        "12345678 account number 99887766",
        'x=12345678 account_number="x99887766"',
        "12345678\naccount number",
        "12345678 (confirmed with the account team)",
        "transit/account number: 12345678 200000",
        "account number/transit: 200000 12345678",
        "11112222 (acct) and 12345678",
        "account number: 11112222\n12345678 rows",
    ],
)
def test_what_is_far_or_belongs_to_another_number_is_silent(text: str) -> None:
    assert voice(text) is Voice.SILENT


@pytest.mark.parametrize("text", ["invoice 12345678", "order no. 12345678", "account code 12345678", "SKU-12345678"])
def test_another_name_speaks_against_a_candidate(text: str) -> None:
    assert voice(text) is Voice.AGAINST


def test_the_nearest_word_decides() -> None:
    assert voice("account number, not the invoice 12345678") is Voice.AGAINST
    assert voice("invoice to account number 12345678") is Voice.FOR


def test_the_label_of_a_segment_is_a_cue() -> None:
    assert voice("12345678", "bankAccountNumber") is Voice.FOR
    assert voice("12345678", "invoice_number") is Voice.AGAINST
    assert voice("12345678", "note") is Voice.SILENT


def test_the_heading_of_a_column_is_a_cue() -> None:
    assert voice("ref,account_number\n7,12345678\n") is Voice.FOR
    assert voice("ref,account_number\n12345678,7\n") is not Voice.FOR


@pytest.mark.parametrize(
    "text",
    [
        '{"account_type": "BSB", "account_code": "12345678"}',
        "name,balance\nacct Jane,12345678\n",
        "Name          Balance\nacct Jane     12345678\n",
    ],
)
def test_its_own_name_outweighs_what_is_said_of_its_neighbours(text: str) -> None:
    assert voice(text) is Voice.AGAINST


def test_what_is_said_inside_of_a_cell_outweighs_its_heading() -> None:
    assert voice("name,reference\nJane,acct 12345678\n") is Voice.FOR


def test_a_phrase_written_as_one_word_is_a_cue() -> None:
    assert voice("accountnumber=12345678") is Voice.FOR
    assert voice("12345678", "ACCOUNTNUMBER") is Voice.FOR


@pytest.mark.parametrize(
    "text",
    [
        '{"account": {"holder": "Jane Doe", "opened": 2019, "number": "12345678"}}',
        "account:\n  opened: 2019\n  number: 12345678",
        "<Account><Opened>2019</Opened><Number>12345678</Number></Account>",
        '{"account_number": [' + '"11112222", ' * 12 + '"12345678"]}',
    ],
)
def test_the_keys_above_a_value_are_a_cue(text: str) -> None:
    assert voice(text) is Voice.FOR


def test_the_key_of_the_object_around_a_segment_belongs_to_its_label() -> None:
    assert Surroundings("12345678", "number", Record(("account",))).voice(0, 8, ACCOUNT) is Voice.FOR
    assert Surroundings("12345678", "number", Record(("invoice",))).voice(0, 8, ACCOUNT) is not Voice.FOR


# -- companions -------------------------------------------------------------------------------------------------

BRITISH = cues(["sort code", "gbp"])


def kin(text: str, label: str = "", record: Record = NO_RECORD, *, growing: bool = False) -> int | None:
    start = text.index("12345678")
    return Surroundings(text, label, record, growing=growing).kin(start, start + 8, BRITISH)


def test_the_nearest_companion_counts() -> None:
    assert kin("sort code 20-00-00, account 12345678") == 0
    assert kin("sort code 20-00-00, paid to account 12345678") == 2
    assert kin("account 12345678 (GBP)") == 0
    assert kin("account 12345678, sort code 20-00-00") == 1
    assert kin("sort_code,name,account\n20-00-00,Jane,12345678\n") == 2
    assert kin("account 12345678") is None


def test_a_companion_in_the_same_object_is_nearer_than_one_in_another() -> None:
    assert kin('[{"sort_code": "20-00-00", "account": "12345678"}]') == 0
    assert kin('[{"sort_code": "20-00-00"}, {"account": "12345678"}]') == 12
    assert kin('[{"account": "12345678"}, {"sort_code": "20-00-00"}]') == 13


def test_a_companion_stands_in_the_same_record() -> None:
    assert kin("sort code 20-00-00\n\naccount 12345678") == 12
    assert kin("sort code 20-00-00 " + "and so on " * 30 + "12345678") is None
    assert kin("name,account\nGBP,1\nJane,12345678\n") is None


def test_members_of_the_objects_around_are_companions() -> None:
    assert kin("12345678", "number", Record((), ((("code", "sort"),),))) == 0
    assert kin("12345678", "number", Record((), ((("name",),), (("gbp",),)))) == 1


def test_while_a_text_grows_only_what_has_come_counts() -> None:
    assert kin("account 12345678 (GBP)", growing=True) is None
    assert kin("GBP account 12345678", growing=True) == 0


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("12345678", "number"),
        ("12345678", "acctNo"),
        ('{"bank": {"number": "12345678"', ""),
        ("sort code 20-00-00, number: 12345678", ""),
        ("sort code 20-00-00 and account 12345678", ""),
        ("made on 4 March to account 12345678, sort code", ""),
        ("sort_code,number\n20-00-00,12345678", ""),
    ],
)
def test_a_label_that_says_no_more_than_number_is_bare(text: str, label: str) -> None:
    assert Surroundings(text, label).bare(text.index("12345678"))


@pytest.mark.parametrize(
    "text", ["customer number 12345678", "number of rows 12345678", "to number 12345678", "12345678"]
)
def test_one_that_says_more_is_not(text: str) -> None:
    assert not Surroundings(text, "customer_number").bare(text.index("12345678"))


def test_whether_a_cue_is_said_at_all() -> None:
    assert Surroundings("the account has a number").says(ACCOUNT)
    assert Surroundings("12345678", "account_number").says(ACCOUNT)
    assert not Surroundings("the number of rows").says(ACCOUNT)


def test_without_cues_nothing_speaks() -> None:
    assert Surroundings("account number 12345678").voice(15, 23, cues([])) is Voice.SILENT


def test_many_candidates_cost_a_bounded_look_each() -> None:
    text = "account number 1 " * 6000
    surroundings = Surroundings(text)
    started = time.process_time()
    for start in range(0, len(text) - 1, 3):
        surroundings.voice(start, start + 1, ACCOUNT)
    assert time.process_time() - started < 10


@given(st.text(), st.text(max_size=20), st.integers(0, 50), st.integers(0, 50))
def test_any_place_in_any_text_gets_an_answer(text: str, label: str, one: int, other: int) -> None:
    start, end = sorted((min(one, len(text)), min(other, len(text))))
    assert Surroundings(text, label).voice(start, end, ACCOUNT) in Voice


def certain(text: str, label: str = "") -> bool:
    start = text.index("12345678")
    return Surroundings(text, label, growing=True).certain(start, start + 8, ACCOUNT)


@pytest.mark.parametrize(
    "text",
    [
        "account number 12345678",
        "it is 12345678, and",
        "it is 12345678\n",
        "it is 12345678 and then thirty characters more ",
        "name,account number\nx,12345678",
        "it is 12345678 " + "x" * 80,
    ],
)
def test_what_no_words_to_come_can_change_is_certain(text: str) -> None:
    assert certain(text)


@pytest.mark.parametrize(
    "text",
    [
        "it is 12345678",
        "it is 12345678 is my acc",
        "it is 12345678 and then for example our acct",
        "sort code\tacct\n12345678",
        "payee;acct;bsb\nacct 12345678;x",
        "transit/acct: 12345678 ",
        "acct: 1\n12345678",
    ],
)
def test_what_words_to_come_can_change_is_not(text: str) -> None:
    assert not certain(text)


def test_a_label_or_no_cues_make_it_certain_at_once() -> None:
    assert certain("12345678", "accountNumber")
    assert Surroundings("12345678", growing=True).certain(0, 8, {})


@given(
    st.lists(
        st.sampled_from(
            ["12345678", " ", ",", "acct", "account", "number", "is ", "long words ", "\n", "7", "/bsb", "="]
        )
    ),
    st.lists(st.sampled_from(["12345678", " ", ",", "acct", "number", "s", "\n", "name,acct,bsb\n", "/", "20-00"])),
)
def test_what_is_certain_stays(before: list[str], after: list[str]) -> None:
    text = "".join([*before, "12345678 "])
    start = text.index("12345678")
    surroundings = Surroundings(text, growing=True)
    if surroundings.certain(start, start + 8, ACCOUNT):
        later = Surroundings(text + "".join(after), growing=True)
        assert later.voice(start, start + 8, ACCOUNT) is surroundings.voice(start, start + 8, ACCOUNT)


def test_words_far_before_a_candidate_do_not_matter() -> None:
    text = "words " * 1000 + "acct 12345678"
    assert Surroundings(text).voice(len(text) - 8, len(text), ACCOUNT) is Voice.FOR
