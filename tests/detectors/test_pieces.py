"""`grille.detectors.pieces`: pieces of words, put together."""

from __future__ import annotations

import pytest
import regex

from grille.detectors.pieces import reads_as_words, runs
from grille.detectors.rampart import Token

BLANK = regex.compile(r"[ .'’-]{0,2}")


def of(text: str, *pieces: tuple[str, float]) -> list[str]:
    tokens = [Token(text.index(said), text.index(said) + len(said), likely, 0.0) for said, likely in pieces]
    return [text[slice(*span)] for span in runs(text, tokens, lambda token: token.person, 0.4, BLANK)]


def test_neighbours_are_one_and_words_are_whole() -> None:
    assert of("ask Jane Dovetail", ("Jane", 0.9), ("Dove", 0.9), ("tail", 0.1)) == ["Jane Dovetail"]
    assert of("ask Jane, not Maria", ("Jane", 0.9), ("Maria", 0.9)) == ["Jane", "Maria"]
    assert of("ask Jane", ("Jane", 0.3)) == []


@pytest.mark.parametrize(
    ("text", "said", "reads"),
    [
        ("call jane(doe)", "jane", False),
        ("the `Maria` of it", "Maria", False),
        ("x = jane_doe", "jane", False),
        ("of x'Jane", "Jane", False),
        ("l'Jane", "Jane", True),
        ("ask jane", "jane", True),
        ("ask jane = 1", "jane", False),
        ("ask Jane = 1", "Jane", True),
    ],
)
def test_what_is_code_is_no_word(text: str, said: str, reads: bool) -> None:
    start = text.index(said)
    assert reads_as_words(text, start, start + len(said)) is reads
