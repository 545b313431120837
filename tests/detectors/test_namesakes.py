from __future__ import annotations

import re

import pytest

from grille.detectors.lane import Lane
from grille.detectors.names import Name
from grille.detectors.namesakes import namesakes

LETTERS = str.maketrans("0123456789", "abcdefghij")
_IS_ORDINARY = {"Aliens"}.__contains__


def again(name: str, text: str, other: str = "") -> list[str]:
    """Who is found in `text` behind the full name; `other` is known as something else."""
    text = f"{name}. {text}"
    at = text.find(other)
    taken = Lane([Name("PERSON", 0, len(name)), *([Name("LOCATION", at, at + len(other))] if other else [])])
    return [text[slice(*span)] for span in namesakes(text, [(0, len(name))], taken, _IS_ORDINARY)]


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("Jane Lindqvist", "Per Lindqvist, and Lindqvist's card", ["Lindqvist", "Lindqvist"]),
        ("Hans Beispiel-Probe", "als Probe", ["Probe"]),
        ("Jane Lindqvist", "jane.lindqvist@example.com, or Lindqvist", ["Lindqvist"]),
        ("Jane Young", "Young people", []),
        ("Jane Roe", "Roe again", []),
        ("Jane Lindqvist", "a lindqvist and Lindqvist", []),
        ("Jane Lindqvist", "Lindqvists, Lindqvist-Roe, @Lindqvist, Jane", []),
        ("Lindqvist", "Lindqvist again", []),
        ("Jane Aliens", "Aliens again", []),
        ("Lindqvist Holdings", "Holdings again", []),
    ],
)
def test_a_surname_alone_is_whose_it_was(name: str, text: str, found: list[str]) -> None:
    assert again(name, text) == found


def test_what_is_something_else_stays_so() -> None:
    assert again("Jane Lindqvist", "Lindqvist Street", other="Lindqvist Street") == []


@pytest.mark.timeout(20)
def test_a_text_full_of_names_is_read_once() -> None:
    text = "".join(f"Jane Lindqvist{number % 997:03} Roe{number} " for number in range(20_000)).translate(LETTERS)
    people = [match.span() for match in re.finditer("Jane [A-Z][a-z]+", text)]
    assert len(people) == 20_000
    taken = Lane(Name("PERSON", *span) for span in people)
    assert list(namesakes(text, people, taken, _IS_ORDINARY)) == []
