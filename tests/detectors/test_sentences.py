"""`grille.detectors.sentences`: what a model reads together, and when."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grille.detectors.base import Sight
from grille.detectors.context import Surroundings
from grille.detectors.endings import LONGEST_SENTENCE
from grille.detectors.names import Name
from grille.detectors.reader import Reader
from grille.detectors.sentences import complete, named, watch
from grille.entities import Entity
from grille.exchange import Finding, Growing, Kind, Segment, Source

PERSON = named(
    Entity("PERSON", Source("pack.yaml", 1, "entities.PERSON"), recognizer="spacy", context=("client",), score=0.8)
)


def growing(text: str, settled: int = 0, *, closed: bool = False) -> Growing:
    return Growing(Segment("/a", Kind.TEXT, text), settled, closed)


def read(text: str, *, closed: bool = False) -> list[str]:
    return [text[start:end] for start, end in complete(growing(text, closed=closed))]


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("One. Two", ["One. "]),
        ("One. ", ["One. "]),
        ("One.", []),
        ("He said “no.” Then", ["He said “no.” "]),
        ("a line\nanother", ["a line\n"]),
        ("version 3.14 of it", []),
        ("Mr. Doe met J. R. Roe of Acme Inc. today! So", ["Mr. Doe met J. R. Roe of Acme Inc. today! "]),
        ("Is it? Yes. ", ["Is it? ", "Yes. "]),
    ],
)
def test_a_sentence_is_read_when_its_end_has_come(text: str, whole: list[str]) -> None:
    assert read(text) == whole


def test_the_last_sentence_of_a_closed_text_needs_no_end() -> None:
    assert read("One. Two", closed=True) == ["One. ", "Two"]


def test_a_sentence_without_an_end_moves_on_at_blanks() -> None:
    text = "word " * LONGEST_SENTENCE
    pieces = read(text)
    assert all(piece.endswith(" ") and len(piece) <= LONGEST_SENTENCE for piece in pieces)
    assert 0 < len(text) - sum(map(len, pieces)) < LONGEST_SENTENCE
    assert set(map(len, read("x" * 3 * LONGEST_SENTENCE))) == {LONGEST_SENTENCE}


TEXTS = st.lists(
    st.sampled_from(["Jane ", "word ", ". ", "! ", "\n", "Mr. ", "J. ", "x" * 50, "long words " * 30])
).map("".join)


@given(TEXTS, TEXTS)
def test_what_is_read_together_does_not_hang_on_what_has_come(text: str, more: str) -> None:
    assert read(text + more)[: len(read(text))] == read(text)


@given(TEXTS, st.data())
def test_from_the_end_of_any_sentence_on_the_same_is_read(text: str, data: st.DataObject) -> None:
    whole = list(complete(growing(text, closed=True)))
    place = data.draw(st.integers(0, len(whole)))
    settled = whole[place][0] if place < len(whole) else len(text)
    assert list(complete(growing(text, settled, closed=True))) == whole[place:]


def among(text: str, guess: str, entity: str) -> list[str]:
    start = text.index(guess)
    wanted = named(Entity(entity, Source("pack.yaml", 1, f"entities.{entity}"), recognizer="spacy"))
    spans = wanted.among([Name(entity, start, start + len(guess))], text, Surroundings(text))
    return [text[begin:end] for begin, end, _ in spans]


@pytest.mark.parametrize("text", ["Trading as: Acme", "We sell.\nTrading as: Acme"])
def test_a_label_is_no_name(text: str) -> None:
    assert among(text, "Trading", "ORGANIZATION") == []
    assert among("Trading went on as before: well", "Trading", "ORGANIZATION") == ["Trading"]
    assert among("Acme Bank account: 7", "Acme Bank", "ORGANIZATION") == ["Acme Bank"]


def test_people_may_be_the_headings_of_columns_and_companies_are_not() -> None:
    text = "Month,Hartley,Roe\nMay,7,8\n"
    assert among(text, "Hartley", "ORGANIZATION") == []
    assert among(text, "Hartley", "PERSON") == ["Hartley"]


class Model:
    """Takes every `Jane` for a person, and remembers what it read."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def names(self, texts: Sequence[str], *, whole: bool) -> list[list[Name]]:
        self.texts.extend(texts)
        return [[Name("PERSON", at, at + 4)] if (at := text.find("Jane")) >= 0 else [] for text in texts]

    def formed(self, text: str) -> list[Name]:
        return [Name("PERSON", at, at + 4)] if (at := text.find("Roe.")) >= 0 else []


def seen(texts: Sequence[Growing], edges: Sequence[int]) -> tuple[list[Sight], list[str]]:
    model = Model()
    return watch(cast("Reader", model), [PERSON], texts, edges), model.texts


def test_names_stand_where_their_sentences_stand() -> None:
    text = "Our client Jane called. We know that Jane pays. And Jane"
    (sight,), texts = seen([growing(text)], [len(text)])
    assert texts == ["Our client Jane called. ", "We know that Jane pays. "]
    assert sight.findings == (
        Finding(0, 11, 15, "PERSON", 0.85, "spacy"),
        Finding(0, 37, 41, "PERSON", 0.8, "spacy"),
    )
    assert sight.edge == 48
    assert sight.whole == ((0, 24), (24, 48))


def test_of_data_forms_are_read_and_not_the_model() -> None:
    text = '{"a":{"b":["Roe."]}}\nWe know that Jane pays. '
    (sight,), texts = seen([growing(text)], [len(text)])
    assert texts == ["We know that Jane pays. "]
    assert [text[each.start : each.end] for each in sight.findings] == ["Roe.".rstrip("."), "Jane"]


def test_what_is_settled_or_held_by_others_is_not_read() -> None:
    text = "We met Jane here. We met Jane there. We met Jane again. "
    (sight,), texts = seen([growing(text, 18)], [40])
    assert texts == ["We met Jane there. "]
    assert sight.edge == 37


def test_without_a_sentence_that_has_ended_the_model_is_left_alone() -> None:
    (sight,), texts = seen([growing("We met Jane here. And then Jane", 18)], [31])
    assert (texts, sight) == ([], Sight((), 18))


def test_what_is_no_prose_is_passed_over() -> None:
    (sight,), texts = seen([growing("x = {1}\n")], [8])
    assert (texts, sight) == ([], Sight((), 8, ((0, 8),)))


def test_a_guess_that_nobody_would_believe_is_none() -> None:
    names = [Name("PERSON", 0, 4), Name("LOCATION", 0, 4), Name("PERSON", 5, 9)]
    found = PERSON.among(names, "IBAN Jane", Surroundings("IBAN Jane"))
    assert [(start, end) for start, end, _ in found] == [(5, 9)]
