"""`grille.detectors.kinds`: what the rest of a sentence says of a name. No model is loaded here."""

from __future__ import annotations

import pytest

from detectors.evidence import alike
from grille.detectors.kinds import is_a_thing, listed


def others(text: str, *people: str) -> list[str]:
    """Who is found in a list beside `people`."""

    def known(start: int, end: int) -> list[str]:
        return [each for each in people if each in text[start:end]]

    return [text[start:end] for start, end in listed(text, known, alike)]


def test_where_half_of_a_list_are_people_the_others_are_too() -> None:
    assert others("Jane, Doe and Berlin Maria", "Jane", "Doe") == ["Berlin Maria"]
    assert others("It was Jane, Doe, Maria or Berlin.", "Jane", "Doe") == ["Maria", "Berlin"]
    assert others("It was Jane, Doe, Maria or Berlin.", "Jane") == []


def test_a_pair_is_no_list() -> None:
    assert others("Jane and Doe", "Jane") == []


@pytest.mark.parametrize("word", ["Payroll", "DOE", "Blotter"])
def test_words_of_the_trade_acronyms_and_words_unlike_a_name_stay_what_they_are(word: str) -> None:
    assert others(f"Jane, Maria and {word}", "Jane", "Maria") == []


@pytest.mark.parametrize(
    "said",
    [
        "is a company.",
        "was the first song of the evening",
        "are a band from Ohio",
        "is a small software company, and it pays late",
        "is one of the vendors’ own software",
        "is an app that counts",
    ],
)
def test_what_a_sentence_calls_a_thing_is_one(said: str) -> None:
    assert is_a_thing(f"Doe {said}", 3)


@pytest.mark.parametrize(
    "said",
    [
        "is a clerk.",
        "is a company secretary",
        "is a film director",
        "is a customer of our bank.",
        "is a partner at a law firm",
        "is the owner of the company",
        "is the author of a book about it",
        "is a member who left the club",
        "is the product and project manager",
        "is a film and theatre director.",
        "is a machine operator.",
        "is our supplier",
        "is a supplier",
        "paid a company.",
        "and a company",
        ", a company",
        "",
    ],
)
def test_whoever_works_there_is_a_person(said: str) -> None:
    assert not is_a_thing(f"Doe {said}", 3)
