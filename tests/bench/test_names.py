"""`bench/detecting/names.py`: other people's names, and what a set is judged by."""

from __future__ import annotations

from detecting.names import Names, asked_of
from detecting.texts import Span, Text, TextSet


def named(entity: str, names: Names | None = None) -> str:
    return (names or Names()).canonical(entity)


def test_other_names_of_an_entity_are_ours() -> None:
    assert [named(each) for each in ("SWIFT_BIC", "ETH_WALLET", "GPE")] == ["BIC_CODE", "CRYPTO", "LOCATION"]
    assert named("US_SSN") == "US_SSN"


def test_a_name_that_was_given_goes_first_and_may_lead_to_an_alias() -> None:
    assert named("KONTO", Names({"KONTO": "IBAN"})) == "IBAN_CODE"


def test_all_secrets_are_one() -> None:
    assert named("GITHUB_TOKEN", Names(secrets=frozenset({"GITHUB_TOKEN"}))) == "SECRET"


def test_everyday_words_are_judged_only_where_they_are_labelled() -> None:
    found = [Span(0, 4, "PERSON"), Span(5, 9, "US_SSN")]
    silent = TextSet("s", (Text("Anna 1234"),))
    speaking = TextSet("s", (Text("Anna 1234", (Span(0, 4, "PERSON"),)),))
    complete = TextSet("s", (Text("Anna 1234"),), judged=frozenset({"PERSON"}))
    assert Names().predicted(found, asked_of(silent)) == found[1:]
    assert Names().predicted(found, asked_of(speaking)) == found
    assert Names().predicted(found, asked_of(complete)) == found


def test_a_date_of_birth_is_a_date_where_only_dates_are_labelled() -> None:
    found = [Span(0, 4, "DATE_OF_BIRTH")]
    assert Names().predicted(found, frozenset({"DATE_TIME"})) == [Span(0, 4, "DATE_TIME")]
    assert Names().predicted(found, frozenset({"DATE_TIME", "DATE_OF_BIRTH"})) == found
