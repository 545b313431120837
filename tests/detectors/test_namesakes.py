from __future__ import annotations

import time

import pytest

from grille.detectors.namesakes import namesakes

_IS_ORDINARY = {"Aliens"}.__contains__


def again(name: str, text: str, other: str = "") -> list[str]:
    """Who is found in `text` behind the full name; `other` is known as something else."""
    text = f"{name}. {text}"
    at = text.find(other) if other else 0
    return [text[slice(*span)] for span in namesakes(text, [(0, len(name))], [(at, at + len(other))], _IS_ORDINARY)]


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("Jane Lindqvist", "Per Lindqvist, and Lindqvist's card", ["Lindqvist", "Lindqvist"]),
        ("Hans Beispiel-Probe", "als Probe", ["Probe"]),
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


def test_repetition_does_not_take_long() -> None:
    text = "Jane Lindqvist " * 3000
    people = [(at, at + 14) for at in range(0, len(text), 15)]
    began = time.process_time()
    assert list(namesakes(text, people, [], _IS_ORDINARY)) == []
    assert time.process_time() - began < 3
