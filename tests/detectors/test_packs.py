"""The shipped packs: every entity finds its examples and leaves its near misses alone."""

from __future__ import annotations

import time
from pathlib import Path
from typing import cast

import pytest
import regex
import yaml

from grille.detectors import Detectors, find_all
from grille.entities import Entity
from grille.exchange import Kind, Segment

FOLDER = Path(__file__).parents[2] / "policies" / "entities"
PACKS = {path.stem: yaml.safe_load(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.yaml"))}
ENTITIES = [name for pack in PACKS.values() for name in pack["entities"]]
UNBOUNDED = regex.compile(r"(?<![\\}])[*+](?![?+]?\])|\{[0-9]+,\}")


def in_text(value: str) -> tuple[str, str]:
    return value, f"Please look at {value} before Friday."


def finds(everything: Detectors, entity: str, text: str) -> bool:
    return bool(find_all(everything, [Segment("/a", Kind.TEXT, text)], frozenset({entity})))


@pytest.mark.parametrize("name", ENTITIES)
def test_every_example_is_found_alone_and_in_a_sentence(
    name: str, shipped: dict[str, Entity], everything: Detectors
) -> None:
    missed = [text for value in shipped[name].examples for text in in_text(value) if not finds(everything, name, text)]
    assert missed == []


@pytest.mark.parametrize("name", ENTITIES)
def test_no_near_miss_is_found(name: str, shipped: dict[str, Entity], everything: Detectors) -> None:
    wrong = [text for value in shipped[name].near_misses for text in in_text(value) if finds(everything, name, text)]
    assert wrong == []


@pytest.mark.parametrize("name", ENTITIES)
def test_every_entity_brings_its_proof(name: str, shipped: dict[str, Entity]) -> None:
    entity = shipped[name]
    assert entity.description
    assert entity.examples
    assert entity.near_misses
    assert 0 <= entity.threshold <= entity.score <= entity.score_with_context <= 1


@pytest.mark.parametrize("name", ENTITIES)
def test_a_weak_pattern_has_cues_to_stand_beside(name: str, shipped: dict[str, Entity]) -> None:
    entity = shipped[name]
    assert entity.context or not any("(?P<weak>" in pattern for pattern in entity.patterns)


@pytest.mark.parametrize("name", ENTITIES)
def test_every_repetition_is_bounded(name: str, shipped: dict[str, Entity]) -> None:
    for pattern in shipped[name].patterns:
        outside_classes = regex.sub(r"\[(?:\\.|[^\]\\])*\]", "C", pattern)
        assert not UNBOUNDED.search(outside_classes), pattern


@pytest.mark.parametrize("pack", PACKS)
def test_groups_name_entities_of_their_pack(pack: str) -> None:
    written = PACKS[pack]
    groups = cast("dict[str, list[str]]", written["groups"])
    assert written["version"] == 1
    assert written["pack"] == pack
    assert set(groups[pack]) == set(written["entities"])
    assert all(set(members) <= set(written["entities"]) for members in groups.values())


def test_each_pattern_alone_survives_text_made_to_hurt(shipped: dict[str, Entity]) -> None:
    hostile = ["1 " * 10_000, "a.a." * 5_000, "1:1:" * 5_000, "4111-" * 4_000, "0123456789abcdef" * 1_250, "A" * 20_000]
    started = time.process_time()
    for entity in shipped.values():
        for pattern in entity.patterns:
            for text in hostile:
                list(regex.finditer(pattern, text, overlapped=True, timeout=10))
    assert time.process_time() - started < 60


US, UK, AU, ROUTING = "US_BANK_NUMBER", "UK_BANK_ACCOUNT", "AU_BANK_ACCOUNT", "US_ABA_ROUTING"
RECORDS = {
    "NACHA": (
        "101 021000021 1234567892503041200A094101FIRST BANK\n"
        "622021000021000123456789     0000012500EMP001         JANE DOE                0021000020000001\n"
        "62201140153312345            0000099900EMP002         JOHN ROE                0021000020000002\n",
        [(ROUTING, "021000021")] * 2 + [(US, "000123456789"), (ROUTING, "011401533"), (US, "12345")],
    ),
    "BAI2": (
        "02,011401533,021000021,1,250304,1200,USD,2/\n03,000123456789,USD,010,500000,,/\n16,165,1500000,1,DD1620,,X/",
        [(ROUTING, "011401533"), (ROUTING, "021000021"), (US, "000123456789")],
    ),
    "MT940": (
        ":20:STARTUMS\n:25:DE89370400440532013000EUR\n:61:2503040304D12,50NTRFNONREF//2025030412345\n"
        ":86:105?00SEPA?20EREF+12345678?30DEUTDEFF?31GB82WEST12345698765432",
        [("IBAN_CODE", "DE89370400440532013000"), ("BIC_CODE", "DEUTDEFF"), ("IBAN_CODE", "GB82WEST12345698765432")],
    ),
    "MT940, a number that is no IBAN": (":25:37040044/0532013000EUR\n", [(US, "0532013000")]),
    "MT103": (":50K:/0532013000\nPAYER\n:52A:ABCDDEFF\n", [(US, "0532013000"), ("BIC_CODE", "ABCDDEFF")]),
    "CAMT.053": (
        "<Acct><Id><Othr><Id>12345678</Id></Othr></Id><Svcr><FinInstnId><ClrSysMmbId><ClrSysId><Cd>GBDSC</Cd></ClrSysId>"
        "<MmbId>200000</MmbId></ClrSysMmbId></FinInstnId></Svcr></Acct><Ntry><NtryRef>87654321</NtryRef></Ntry>",
        [(US, "12345678"), ("UK_SORT_CODE", "200000")],
    ),
    "OFX": (
        "<BANKID>021000021\n<ACCTID>000123456789\n<ACCTTYPE>CHECKING\n<DTPOSTED>20250304\n<FITID>2025030412345\n",
        [(ROUTING, "021000021"), (US, "000123456789")],
    ),
    "a card's stripe": (";4111111111111111=25121010000?", [("CARD_TRACK", ";4111111111111111=25121010000?")]),
    "payroll in columns of blanks": (
        "Employee   SSN         Routing     Account        Net\n"
        "J Doe      078051120   021000021   000123456789   1,200.00\n",
        [("US_SSN", "078051120"), (ROUTING, "021000021"), (US, "000123456789")],
    ),
    "payroll as CSV": (
        "Pay Date;IRD Number;Bank Account;Net\n2025-03-04;49-091-850;01-0902-0068389-00;1200.00\n",
        [("NZ_IRD", "49-091-850"), ("NZ_BANK_ACCOUNT", "01-0902-0068389-00")],
    ),
    "Markdown": (
        "| Payee | Sort code | Account no |\n|---|---|---|\n| A | 20-00-00 | 12345678 |\n",
        [("UK_SORT_CODE", "20-00-00"), (UK, "12345678")],
    ),
    "labels on lines of their own": (
        "BSB\n062-000\nAccount number\n12345678",
        [("AU_BSB", "062-000"), (AU, "12345678")],
    ),
    "an object": ('{"bank": {"bsb": "062-000", "number": "12345678"}}', [("AU_BSB", "062-000"), (AU, "12345678")]),
    "objects of several countries": (
        '[{"bsb":"062-000","account_number":"12345678"},{"sort_code":"20-00-00","account_number":"87654321"},'
        '{"routing":"021000021","account_number":"11223344"}]',
        [
            *[("AU_BSB", "062-000"), (AU, "12345678"), ("UK_SORT_CODE", "20-00-00"), (UK, "87654321")],
            *[(ROUTING, "021000021"), (US, "11223344")],
        ],
    ),
    "labels that are joined": (
        "transit number/account no.: 000628961 97025826",
        [("CA_TRANSIT", "000628961"), ("CA_BANK_ACCOUNT", "97025826")],
    ),
    "labels that are joined, above their numbers": (
        "Bank routing no / account #\n011401533 / 813436664854\n",
        [(ROUTING, "011401533"), (US, "813436664854")],
    ),
    "a transit number that could be American": (
        "transit number: 081510001, account number: 1234567",
        [("CA_TRANSIT", "081510001"), ("CA_BANK_ACCOUNT", "1234567")],
    ),
    "a routing number that could be Canadian": ("routing transit number: 081510001", [(ROUTING, "081510001")]),
    "a routing number of nobody's country": ("routing number: 081510001", [(ROUTING, "081510001")]),
    "a routing number in a Canadian record": (
        '{"currency": "CAD", "routing_number": "081510001"}',
        [("CA_TRANSIT", "081510001")],
    ),
    "a number beside a transit number": (
        '{"transit": "12345-003", "number": "081510001"}',
        [("CA_TRANSIT", "12345-003"), ("CA_BANK_ACCOUNT", "081510001")],
    ),
    "a label in brackets behind its number": (
        "011234 (bsb)\nTheir account number (389661) was rejected",
        [("AU_BSB", "011234"), (AU, "389661")],
    ),
    "a number with blanks below joined labels": (
        "BSB/Account no.: 733948 704 441 176",
        [("AU_BSB", "733948"), (AU, "704 441 176")],
    ),
    "a log": (
        "level=INFO dob=1959-01-07\n2025-07-17T04:07:32Z DEBUG x=1",
        [("DATE_OF_BIRTH", "1959-01-07")],
    ),
    "YAML": ("bank:\n  bsb: 062-000\n  number: 12345678\n", [("AU_BSB", "062-000"), (AU, "12345678")]),
}


@pytest.mark.parametrize("name", RECORDS)
def test_what_stands_in_a_record_is_found_under_its_own_kind(
    name: str, shipped: dict[str, Entity], everything: Detectors
) -> None:
    text, expected = RECORDS[name]
    wanted = frozenset(PACKS["payment"]["entities"]) | {"US_SSN", "NZ_IRD", "DATE_OF_BIRTH"}
    found = find_all(everything, [Segment("/a", Kind.TEXT, text)], wanted)
    assert [(each.entity, text[each.start : each.end]) for each in found] == expected


def test_leaves_of_one_object_tell_whose_account_it_is(everything: Detectors) -> None:
    leaves = [
        Segment("/payee/bank/number", Kind.TEXT, "12345678", "number"),
        Segment("/payee/bank/bsb", Kind.TEXT, "062-000", "bsb"),
        Segment("/invoice/number", Kind.TEXT, "87654321", "number"),
        Segment("/accounts/0/code", Kind.TEXT, "1234567", "code"),
    ]
    found = find_all(everything, leaves, frozenset(PACKS["payment"]["entities"]))
    assert [(each.segment, each.entity) for each in found] == [(0, AU), (1, "AU_BSB")]


def test_the_key_of_a_leaf_tells_that_it_holds_a_pair(everything: Detectors) -> None:
    leaf = Segment("/contact/BankAccountDetails", Kind.TEXT, "062-000 123456789", "BankAccountDetails")
    found = find_all(everything, [leaf], frozenset(PACKS["payment"]["entities"]))
    assert [(each.segment, each.entity) for each in found] == [(0, "AU_BSB"), (0, AU)]


def test_without_a_companion_an_accounts_length_decides(everything: Detectors) -> None:
    kinds = {
        length: find_all(everything, [Segment("/a", Kind.TEXT, "9" * length, "accountNumber")], frozenset({US, UK, AU}))
        for length in (6, 7, 8, 9, 10, 12)
    }
    assert {length: found[0].entity for length, found in kinds.items()} == {6: AU, 7: AU, 8: UK, 9: AU, 10: US, 12: US}


def test_whoever_names_one_kind_of_account_finds_all_that_could_be_one(everything: Detectors) -> None:
    for length in (6, 8, 9, 12):
        segment = Segment("/a", Kind.TEXT, "9" * length, "accountNumber")
        assert find_all(everything, [segment], frozenset({US})), length


@pytest.mark.parametrize(
    "text",
    [
        "card ending 411111******1111, masked 4111 11XX XXXX 1111 and 41111111****1111, account ******6789",
        "GL account code 12345678, journal 12345678, invoice number 12345678 for AUD 200",
        "Bank account reconciliation: 12345678 rows matched",
        '{"account_type": "BANK", "account_code": "1234567", "order": {"number": "12345678", "currency": "AUD"}}',
        "date,account,debit\n2025-03-04,1000200,1234567.00\n",
        "VAT at 20% on 12345678.00 is due; VAT box 6: 1234567",
    ],
)
def test_what_accountants_write_beside_accounts_is_left_alone(text: str, everything: Detectors) -> None:
    wanted = frozenset(PACKS["payment"]["entities"]) | {"EU_VAT", "UK_COMPANY_NUMBER"}
    assert find_all(everything, [Segment("/a", Kind.TEXT, text)], wanted) == ()


def test_an_address_between_quotes_leaves_them_to_the_program_around_it(everything: Detectors) -> None:
    text = "VALUES ('jane@example.com', 'o'roe@example.com')"
    found = find_all(everything, [Segment("/a", Kind.TEXT, text)], frozenset({"EMAIL_ADDRESS"}))
    assert [text[each.start : each.end] for each in found] == ["jane@example.com", "o'roe@example.com"]
