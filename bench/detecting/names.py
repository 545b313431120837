"""What others call our entities, and which entities a set is asked about.

Two engines and a file that mean the same thing by three names are compared under one. Words that every text
is full of (names, places, dates, web addresses) are judged only where a set labels them; an account number
that nobody labelled is a mistake wherever it is found.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

from detecting.texts import Span, Text, TextSet

ALIASES: Final[Mapping[str, str]] = MappingProxyType(
    {
        theirs: ours
        for ours, all_theirs in {
            "US_ABA_ROUTING": "ABA_ROUTING_NUMBER ABA_ROUTING ROUTING_NUMBER US_ROUTING_NUMBER US_BANK_ROUTING",
            "US_BANK_NUMBER": "US_BANK_ACCOUNT US_BANK_ACCOUNT_NUMBER US_ACCOUNT_NUMBER",
            "BIC_CODE": "SWIFT_BIC SWIFT_CODE SWIFT BIC",
            "IBAN_CODE": "IBAN",
            "CREDIT_CARD": "CREDIT_CARD_NUMBER CARD_NUMBER PAN",
            "CARD_VERIFICATION": "CVV CVC CARD_CVV",
            "CA_TRANSIT": "CA_TRANSIT_NUMBER CA_BANK_TRANSIT CA_ROUTING CA_ROUTING_NUMBER CA_INSTITUTION_TRANSIT",
            "EU_VAT": "VAT_NUMBER EU_VAT_NUMBER VAT VAT_ID EU_VAT_ID",
            "CRYPTO": "CRYPTO_WALLET ETH_WALLET BTC_WALLET CRYPTO_ADDRESS BITCOIN_ADDRESS ETHEREUM_ADDRESS"
            " BTC_ADDRESS ETH_ADDRESS",
            "US_SSN": "SSN SOCIAL_SECURITY_NUMBER",
            "US_EIN": "EIN",
            "US_ITIN": "ITIN",
            "UK_NINO": "NINO GB_NINO",
            "UK_UTR": "UTR GB_UTR",
            "UK_SORT_CODE": "SORT_CODE GB_SORT_CODE",
            "AU_BSB": "BSB",
            "AU_TFN": "TFN",
            "AU_ABN": "ABN",
            "NZ_IRD": "IRD",
            "EMAIL_ADDRESS": "EMAIL",
            "PHONE_NUMBER": "PHONE TELEPHONE TELEPHONE_NUMBER",
            "PERSON": "PER NAME PERSON_NAME",
            "LOCATION": "LOC GPE ADDRESS STREET_ADDRESS POSTAL_ADDRESS",
            "ORGANIZATION": "ORG ORGANISATION COMPANY",
            "DATE_TIME": "DATE DATETIME TIME",
            "IP_ADDRESS": "IP IPV4 IPV6",
            "DATE_OF_BIRTH": "DOB BIRTH_DATE",
            "SECRET": "API_KEY ACCESS_TOKEN TOKEN CREDENTIAL",
        }.items()
        for theirs in all_theirs.split()
    }
)
NAMES: Final = frozenset({"PERSON", "LOCATION", "ORGANIZATION", "NRP"})
"""What only a language model knows."""
EVERYDAY: Final = NAMES | {"DATE_TIME", "URL"}
"""Words that stand in every text: a set that does not label them says nothing about them."""
UNSCORED: Final = frozenset({"TITLE", "AGE", "MISC", "QUANTITY"})
"""Labelled by some sets, looked for by nobody here: neither missed nor wrong."""
_WIDER: Final[Mapping[str, str]] = MappingProxyType({"DATE_OF_BIRTH": "DATE_TIME"})


@dataclass(frozen=True, slots=True)
class Names:
    """`given` are the pairs of `--map`; `secrets` are the entities that count as one, SECRET."""

    given: Mapping[str, str] = field(default_factory=dict)
    secrets: frozenset[str] = frozenset()

    def canonical(self, entity: str) -> str:
        entity = self.given.get(entity, entity)
        entity = ALIASES.get(entity, entity)
        return "SECRET" if entity in self.secrets else entity

    def labelled(self, texts: TextSet) -> TextSet:
        """The set with its labels in our names."""
        return replace(texts, texts=tuple(self._renamed(each) for each in texts.texts))

    def _renamed(self, text: Text) -> Text:
        return Text(text.text, tuple(self._span(span) for span in text.spans), text.carrier, text.lang)

    def _span(self, span: Span) -> Span:
        return Span(span.start, span.end, self.canonical(span.entity), span.score)

    def predicted(self, found: Iterable[Span], asked: frozenset[str]) -> list[Span]:
        """What an engine found of what the set with labels `asked` is judged by."""
        spans = [self._span(span) for span in found]
        spans = [
            Span(span.start, span.end, wider, span.score)
            if span.entity not in asked and (wider := _WIDER.get(span.entity)) in asked
            else span
            for span in spans
        ]
        return [span for span in spans if span.entity in asked or span.entity not in EVERYDAY | UNSCORED]


def asked_of(texts: TextSet) -> frozenset[str]:
    """The entities that are judged in a set: those that it labels, and those that it says it has none of."""
    return (frozenset(span.entity for text in texts.texts for span in text.spans) | texts.judged) - UNSCORED
