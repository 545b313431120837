"""`grille.detectors.abroad`: who is a person where only the second model reads. No model is loaded here."""

from __future__ import annotations

import pytest

from grille.detectors.abroad import Abroad
from grille.detectors.likeness import UNSEEN
from grille.detectors.rampart import Token

KIN = {"Gino": 0.6, "Tilde": 0.46, "Bruno": 0.6, "Strasse": 0.15, "Kette": 0.15, "Karten": 0.3}
"""Like a name, or known for a word; others are unseen."""


def kin(word: str) -> float:
    return KIN.get(word, UNSEEN)


def found(
    text: str, people: dict[str, float], places: dict[str, float] | None = None, *, nouns: bool = False
) -> list[str]:
    """Who is found, if the second model says so much of these words and nothing of the others."""
    tokens = []
    at = 0
    for word in text.replace(",", " ").replace("'", " ").rstrip(".").split(" "):
        tokens.append(Token(at, at + len(word), people.get(word, 0.0), (places or {}).get(word, 0.0)))
        at += len(word) + 1
    return [text[start:end] for start, end in Abroad(kin, nouns=nouns).people(text, tokens)]


def test_a_verb_between_two_people_belongs_to_neither() -> None:
    assert found("dat Jan Roo ontmoette Ria Doo", {"Jan": 1, "Roo": 1, "ontmoette": 1, "Ria": 1, "Doo": 1}) == [
        "Jan Roo",
        "Ria Doo",
    ]


@pytest.mark.parametrize(
    ("text", "said", "name"),
    [
        ("dat Jan van der Roo betaalt", {"Jan": 0.9}, "Jan van der Roo"),
        ("dat Jan van der Roo betaalt", {"Roo": 0.9}, "Jan van der Roo"),
        ("dat W.F. Roo betaalt", {"Roo": 0.9}, "W.F. Roo"),
        ("dat Filip IV betaalt", {"Filip": 0.9}, "Filip IV"),
        ("que Jan de la Roo paga", {"Jan": 0.9}, "Jan de la Roo"),
        ("dat Van Roo betaalt", {"Roo": 0.9}, "Van Roo"),
        ("Van den Roo betaalt", {"Roo": 0.9}, "Van den Roo"),
        ("dat van den Roo betaalt", {"Roo": 0.9}, "van den Roo"),
        ("dat Jan De Roo betaalt", {"Jan": 0.9}, "Jan De Roo"),
        ("door J.P. de Roo", {"Roo": 0.9}, "J.P. de Roo"),
        ("door Jan van Wel", {"Jan": 0.9}, "Jan van Wel"),
        ("dat Jan I de dorpen ziet", {"Jan": 0.9}, "Jan I"),
        ("het huis van Roo", {"Roo": 0.9}, "Roo"),
    ],
)
def test_a_name_is_as_long_as_its_form_says(text: str, said: dict[str, float], name: str) -> None:
    assert found(text, said) == [name]


def test_behind_an_article_stands_what_somebody_without_a_surname_is_called() -> None:
    assert found("que Jan le Roo", {"Jan": 0.9}) == ["Jan le Roo"]
    assert found("que Jan Doo le Roo", {"Jan": 0.9, "Doo": 0.9}) == ["Jan Doo"]
    assert found("dass Jan den Roo", {"Jan": 0.9}, nouns=True) == ["Jan"]


def test_one_word_may_follow_of_which_nothing_is_said() -> None:
    assert found("dat Jan Roo Doo Moo betaalt", {"Jan": 0.9}) == ["Jan Roo"]
    assert found("dat Jan Roo betaalt", {"Jan": 0.9}, {"Roo": 0.9}) == ["Jan"]


def test_a_name_that_everybody_knows_is_one_before_another_word_even_where_a_place_is_seen() -> None:
    assert found("davanti a Gino Roo", {}, {"Gino": 0.99, "Roo": 0.99}) == ["Gino Roo"]
    assert found("davanti a Gino", {}) == []
    assert found("davanti a Tilde", {"Tilde": 0.01}) == ["Tilde"]


def test_within_a_sentence_less_is_enough() -> None:
    assert found("gol di Roo", {"Roo": 0.05}) == ["Roo"]
    assert found("Roo segna", {"Roo": 0.05}) == []
    assert found("gol di Roo", {"Roo": 0.05}, {"Roo": 0.5}) == []


def test_where_nouns_have_capitals_more_is_needed() -> None:
    assert found("laut Roo", {"Roo": 0.05}, nouns=True) == []
    assert found("laut Roo", {"Roo": 0.2}, nouns=True) == ["Roo"]
    assert found("mit Gino Strasse", {}, nouns=True) == []
    assert found("die Karten von Roo", {"Roo": 0.9}, nouns=True) == ["Roo"]


def test_a_word_that_is_known_for_one_needs_more() -> None:
    assert found("per Kette", {"Kette": 0.4}, {"Kette": 0.4}) == []
    assert found("per Kette", {"Kette": 0.6}) == ["Kette"]


def test_after_what_somebody_does_little_is_enough() -> None:
    assert found("il regista Roo", {}) == ["Roo"]
    assert found("il tenista serbio Roo", {}) == ["Roo"]
    assert found("il costo Roo", {}) == []


@pytest.mark.parametrize(
    "text",
    [
        "la calle Roo",
        "op de Jana Roostraat",
        "dat Roo-Doo-Prijs",
        "il liceo Roo",
        "een Roo",
        "l'Roo",
        "dat Anlage IV",
        "dat Roo-Doo-Straat",
        "dat Roo-fabriek",
        "dat ROO",
    ],
)
def test_things_that_look_so_are_nobody(text: str) -> None:
    words = text.replace("l'", "l' ").split()
    assert found(text, {words[-1]: 0.9, "Anlage": 0.9, "Jana": 0.9}) == []


def test_a_word_with_an_article_does_not_begin_a_name() -> None:
    assert found("que vit Boo Mats Roo", {"Boo": 0.03, "Mats": 0.9, "Roo": 0.9}) == ["Boo Mats Roo"]
    assert found("que le Boo Mats Roo", {"Boo": 0.8, "Mats": 0.9, "Roo": 0.9}) == ["Mats Roo"]
    assert found("que le Gino Roo", {"Gino": 0.9, "Roo": 0.9}) == ["Gino Roo"]


def test_days_and_small_words_are_nobody() -> None:
    assert found("dus Maandag", {"Maandag": 0.9}) == []
    assert found("dus Volgens", {"Volgens": 0.9}) == []
    assert found("dus Mia", {"Mia": 0.99}) == ["Mia"]
