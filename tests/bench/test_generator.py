"""`bench/detecting/generator.py`: labels point at their values, values are valid, and a seed says all."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from random import Random

import phonenumbers
import pytest
from detecting.carriers import CARRIERS
from detecting.generator import bare_values, labelled, sets
from detecting.marking import finished, marked
from detecting.parties import BUNDLES, ENTITIES, Parties
from detecting.texts import Span, Text
from stdnum import bitcoin, cusip, ean, iban, isin, lei, luhn
from stdnum.au import abn, acn, tfn
from stdnum.be import nn
from stdnum.ca import bn, sin
from stdnum.ch import ssn as ahv
from stdnum.de import idnr
from stdnum.es import nif
from stdnum.eu import vat
from stdnum.fr import nir, siren, siret
from stdnum.gb import nhs, sedol, utr
from stdnum.ie import pps
from stdnum.in_ import aadhaar, gstin, pan
from stdnum.it import codicefiscale
from stdnum.nl import bsn
from stdnum.nz import bankaccount, ird
from stdnum.pl import pesel
from stdnum.se import personnummer
from stdnum.us import ein, itin, rtn, ssn

VALID: dict[str, Callable[[str], bool]] = {
    "CREDIT_CARD": luhn.is_valid, "IBAN_CODE": lambda value: iban.is_valid(value, check_country=False),
    "US_ABA_ROUTING": rtn.is_valid, "NZ_BANK_ACCOUNT": bankaccount.is_valid, "LEI": lei.is_valid, "ISIN": isin.is_valid,
    "CRYPTO": lambda value: value.startswith("0x") or bitcoin.is_valid(value), "US_SSN": ssn.is_valid,
    "US_EIN": ein.is_valid, "US_ITIN": itin.is_valid, "UK_UTR": utr.is_valid, "AU_TFN": tfn.is_valid,
    "AU_ABN": abn.is_valid, "AU_ACN": acn.is_valid, "NZ_IRD": ird.is_valid, "EU_VAT": vat.is_valid,
    "UK_NHS": nhs.is_valid, "NZ_NZBN": ean.is_valid, "CA_SIN": sin.is_valid, "CA_BN": bn.is_valid,
    "IN_AADHAAR": aadhaar.is_valid, "DE_TAX_ID": idnr.is_valid, "FR_SIREN": siren.is_valid, "FR_SIRET": siret.is_valid,
    "FR_NIR": nir.is_valid, "ES_NIF": nif.is_valid, "IT_FISCAL_CODE": codicefiscale.is_valid, "NL_BSN": bsn.is_valid,
    "IE_PPS": pps.is_valid, "BE_NN": nn.is_valid, "CH_AHV": ahv.is_valid, "PL_PESEL": pesel.is_valid,
    "SE_PERSONNUMMER": personnummer.is_valid, "CUSIP": cusip.is_valid, "SEDOL": sedol.is_valid,
    "IN_PAN": pan.is_valid, "IN_GSTIN": gstin.is_valid, "EMAIL_ADDRESS": lambda value: ".example." in f".{value}."
    or "@example." in value,
}  # fmt: skip


@pytest.fixture(scope="module")
def texts() -> list[Text]:
    return [*labelled(Random(1), 8), *bare_values(Random(2), 2)]


def values(texts: list[Text], entity: str) -> list[str]:
    return [text.text[span.start : span.end] for text in texts for span in text.spans if span.entity == entity]


@pytest.mark.parametrize("entity", VALID)
def test_labels_point_at_valid_values(texts: list[Text], entity: str) -> None:
    found = values(texts, entity)
    assert found
    assert [value for value in found if not VALID[entity](value.replace("-", "").replace(" ", ""))] == []


def test_every_entity_is_there_and_no_mark_is_left(texts: list[Text]) -> None:
    assert {span.entity for text in texts for span in text.spans} == set(ENTITIES)
    assert not [text for text in texts if any("\ue000" <= char <= "\ue002" for char in text.text)]
    assert not [text for text in texts if "\\ue00" in text.text]


def test_phones_are_numbers_of_their_country() -> None:
    parties = Parties(Random(3))
    for locale in BUNDLES:
        value = finished(parties.of(locale, ["PHONE_NUMBER"]).fields[0].value, "").text
        assert phonenumbers.is_valid_number(phonenumbers.parse(value, locale[3:])), value


def test_documents_are_what_they_say() -> None:
    chance = Random(4)
    parties = Parties(chance)
    for _ in range(5):
        json.loads(finished(CARRIERS["json"](chance, parties), "json").text)
        table = finished(CARRIERS["csv"](chance, parties), "csv").text
        mark = max(",;\t|", key=table.partition("\n")[0].count)
        assert len({len(row) for row in csv.reader(io.StringIO(table), delimiter=mark)}) == 1


def test_the_same_seed_makes_the_same_texts() -> None:
    assert list(sets(7, 1)) == list(sets(7, 1))
    assert list(sets(7, 1)) != list(sets(8, 1))


def test_what_holds_nothing_has_no_labels() -> None:
    empty = {texts.name: [text for text in texts.texts if text.spans] for texts in sets(7, 2)}
    assert empty["look-alikes"] == empty["business text"] == []
    assert empty["secrets"]


def test_marks_become_labels() -> None:
    text = finished(f"pay {marked('A_B', 'x y')}, {marked('C', 'z')}.", "cue")
    assert (text.text, text.spans) == ("pay x y, z.", (Span(4, 7, "A_B"), Span(9, 10, "C")))
