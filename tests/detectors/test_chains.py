"""`grille.detectors.chains`: which words may be one name by their form."""

from __future__ import annotations

import pytest

from grille.detectors.chains import Form, chains


def forms(text: str) -> list[list[tuple[str, str]]]:
    return [[(part.form.name.lower(), text[part.start : part.end]) for part in chain] for chain in chains(text)]


@pytest.mark.parametrize(
    "name",
    [
        "Jan van der Doe", "J.P. Doe", "J.-P. Doe", "Jane von Doe-Roe", "Jan XIV", "Maria de' Roe", "Jan van 't Roe",
        "José de la Roe", "O'Roe", "Willem-Jan",
    ],
)  # fmt: skip
def test_a_name_is_one_chain(name: str) -> None:
    (chain,) = chains(f"dat {name} betaalt")
    assert f"dat {name} betaalt"[chain[0].start : chain[-1].end] == name


def test_a_word_without_a_capital_or_a_mark_ends_a_chain() -> None:
    assert forms("Jan ziet Mia, Piet") == [[("name", "Jan")], [("name", "Mia")], [("name", "Piet")]]


def test_what_is_elided_is_no_part_of_a_name() -> None:
    assert forms("L'appartement de l'Oncle") == [[("name", "Oncle")]]


def test_parts_are_told_apart() -> None:
    assert forms("J. Doe II de la Roe") == [
        [("initial", "J."), ("name", "Doe"), ("numeral", "II"), ("particle", "de"), ("article", "la"), ("name", "Roe")]
    ]


def test_without_a_word_that_has_a_capital_there_is_no_chain() -> None:
    assert forms("il prezzo della casa, II") == []
    assert forms("") == []
    assert Form.NAME not in {part.form for chain in chains("van de I") for part in chain}
