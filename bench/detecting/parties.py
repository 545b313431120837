"""Who the documents are about: people and companies of sixteen countries, with the numbers that go together there.

A sort code comes with its account, a routing number with one, a BSB with one: what a lone eight-digit number is
cannot be said, and no document leaves it alone. Names, addresses and companies are Faker's; e-mail addresses
are of reserved domains.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from types import MappingProxyType
from typing import Final

from faker import Faker

from detecting.marking import marked
from detecting.values import MAKERS, phone

BUNDLES: Final[Mapping[str, tuple[tuple[str, ...], ...]]] = MappingProxyType(
    {
        "en_US": (
            ("US_ABA_ROUTING", "US_BANK_NUMBER"), ("US_ABA_ROUTING", "US_BANK_NUMBER", "BIC_CODE"),
            ("US_SSN", "DATE_OF_BIRTH"), ("US_SSN",), ("US_EIN",),
            ("US_EIN", "US_SSN"), ("US_ITIN",), ("CREDIT_CARD", "CARD_VERIFICATION"), ("ISIN",),
            ("CRYPTO",), ("US_ABA_ROUTING",), ("CUSIP",),
            ("ISIN", "CUSIP"),
        ),
        "en_GB": (
            ("UK_SORT_CODE", "UK_BANK_ACCOUNT"), ("UK_SORT_CODE", "UK_BANK_ACCOUNT", "IBAN_CODE"), ("UK_NINO",),
            ("UK_NINO", "DATE_OF_BIRTH"), ("UK_UTR",), ("UK_UTR", "UK_NINO"), ("CREDIT_CARD",), ("LEI",), ("ISIN",),
            ("SEDOL",), ("UK_NHS", "DATE_OF_BIRTH"), ("UK_COMPANY_NUMBER",),
            ("UK_COMPANY_NUMBER", "UK_UTR"),
        ),
        "en_AU": (
            ("AU_BSB", "AU_BANK_ACCOUNT"), ("AU_BSB", "AU_BANK_ACCOUNT", "AU_ABN"), ("AU_TFN",),
            ("AU_TFN", "DATE_OF_BIRTH"), ("AU_ABN", "AU_ACN"),
            ("AU_ACN",), ("CREDIT_CARD", "CARD_VERIFICATION"),
        ),
        "en_NZ": (
            ("NZ_BANK_ACCOUNT",), ("NZ_BANK_ACCOUNT", "NZ_IRD"), ("NZ_IRD", "DATE_OF_BIRTH"), ("BIC_CODE",),
            ("NZ_NZBN",),
        ),
        "de_DE": (
            ("IBAN_CODE", "BIC_CODE"), ("IBAN_CODE",), ("EU_VAT",), ("EU_VAT", "IBAN_CODE"), ("LEI", "EU_VAT"),
            ("DE_TAX_ID",),
        ),
        "fr_FR": (
            ("IBAN_CODE", "BIC_CODE"), ("EU_VAT",), ("ISIN", "LEI"), ("CRYPTO",), ("FR_SIREN",), ("FR_SIRET", "EU_VAT"),
            ("FR_NIR",),
        ),
        "en_CA": (("CA_TRANSIT", "CA_BANK_ACCOUNT"), ("CA_SIN",), ("CA_SIN", "DATE_OF_BIRTH"), ("CA_BN",)),
        "en_IN": (
            ("IN_PAN",), ("IN_PAN", "IN_GSTIN"), ("IN_GSTIN",), ("IN_AADHAAR",), ("IN_IFSC", "IN_BANK_ACCOUNT"),
        ),
        "es_ES": (("ES_NIF",), ("ES_NIF", "IBAN_CODE")),
        "it_IT": (("IT_FISCAL_CODE",), ("IT_FISCAL_CODE", "IBAN_CODE")),
        "nl_NL": (("NL_BSN",), ("NL_BSN", "IBAN_CODE")),
        "en_IE": (("IE_PPS",), ("EU_VAT",)),
        "nl_BE": (("BE_NN",),),
        "de_CH": (("CH_AHV",), ("CH_AHV", "DATE_OF_BIRTH")),
        "pl_PL": (("PL_PESEL",),),
        "sv_SE": (("SE_PERSONNUMMER",),),
    }
)  # fmt: skip
"""By country: what stands together in one record."""
BANK: Final = frozenset(
    {
        "US_ABA_ROUTING", "US_BANK_NUMBER", "UK_SORT_CODE", "UK_BANK_ACCOUNT", "AU_BSB", "AU_BANK_ACCOUNT",
        "CA_TRANSIT", "CA_BANK_ACCOUNT", "IN_IFSC", "IN_BANK_ACCOUNT",
    }
)  # fmt: skip
"""Halves of an account's number."""
EVERYBODY: Final = (
    ("PHONE_NUMBER",),
    ("EMAIL_ADDRESS",),
    ("IP_ADDRESS",),
    ("LOCATION",),
    ("EMAIL_ADDRESS", "PHONE_NUMBER"),
)
ENTITIES: Final = tuple(sorted({*MAKERS, "PERSON", "LOCATION", "ORGANIZATION", "EMAIL_ADDRESS", "PHONE_NUMBER"}))


@dataclass(frozen=True, slots=True)
class Field:
    """One value of a party, marked."""

    entity: str
    value: str


@dataclass(frozen=True, slots=True)
class Party:
    """`fields` stand in the order in which a form would ask for them; a name comes first."""

    locale: str
    person: str
    company: str
    fields: tuple[Field, ...]

    @property
    def first_name(self) -> str:
        return self.person.split()[0]


class Parties:
    """The source of parties. One for a corpus: what it draws depends on the seed and nothing else."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._fakers = {locale: Faker(locale) for locale in BUNDLES}
        for faker in self._fakers.values():
            faker.seed_instance(chance.randrange(2**32))
        self._waiting: list[tuple[str, tuple[str, ...]]] = []

    def next(self) -> Party:
        """Every bundle once before any comes again: nothing is rare by chance."""
        if not self._waiting:
            self._waiting = [(locale, bundle) for locale, bundles in BUNDLES.items() for bundle in bundles]
            self._chance.shuffle(self._waiting)
        locale, bundle = self._waiting.pop()
        more = self._chance.choice(EVERYBODY) if self._chance.random() < 0.6 else ()
        return self.of(locale, tuple(dict.fromkeys((*bundle, *more))))

    def of(self, locale: str, entities: Sequence[str]) -> Party:
        """A party with these fields."""
        faker = self._fakers[locale]
        person = f"{faker.first_name()} {faker.last_name()}"
        fields = tuple(Field(entity, marked(entity, self._value(entity, locale, person))) for entity in entities)
        return Party(locale, person, faker.company(), fields)

    def _value(self, entity: str, locale: str, person: str) -> str:
        match entity:
            case "EMAIL_ADDRESS":
                return self._mail(person)
            case "PHONE_NUMBER":
                return phone(locale[3:])(self._chance)
            case "LOCATION":
                return self._fakers[locale].address().replace("\n", ", ")
            case "PERSON":
                return person
            case "ORGANIZATION":
                return self._fakers[locale].company()
            case _:
                return MAKERS[entity](self._chance)

    def _mail(self, person: str) -> str:
        plain = "".join(char for char in person.lower() if char.isascii() and (char.isalpha() or char == " "))
        local = plain.replace(" ", self._chance.choice((".", "_", "", "-")))
        return f"{local}{self._chance.choice(('', '', '7', '.ap'))}@{self._chance.choice(DOMAINS)}"


DOMAINS: Final = ("example.com", "example.org", "mail.example.net", "accounts.example.co.uk", "example.com.au")
