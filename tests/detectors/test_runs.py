"""`grille.detectors.runs`: words run together, and the way back into the text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grille.detectors.runs import WORD, Runs, holds_word, run_of


@pytest.mark.parametrize(
    ("text", "run"),
    [
        ("4111 1111-1111", "411111111111"),
        ("Jane_O'Brien", "janeobrien"),
        ("ΟΔΟΣ é", "οδοσé"),
        ("οδος", "οδοσ"),
        ("İX", "İx"),
        ("-_ ", ""),
    ],
)
def test_a_run_is_the_words_in_lower_case(text: str, run: str) -> None:
    assert run_of(text) == run


@given(st.lists(st.text(alphabet="aB1 _-é中\u0130", max_size=1200), min_size=1, max_size=3), st.data())
def test_a_place_in_the_run_leads_back_to_the_words_of_its_text(texts: list[str], data: st.DataObject) -> None:
    words = [(number, match) for number, text in enumerate(texts) for match in WORD.finditer(text)]
    if not words:
        return
    number, match = data.draw(st.sampled_from(words))
    runs = Runs(texts)
    run = run_of(match[0])
    places = runs.places([run])[0][run]
    spans = {runs.span(place, len(run)) for place in places}
    assert (number, match.start(), match.end()) in spans
    assert all(span is None or run_of(texts[span[0]][span[1] : span[2]]) == run for span in spans)


def test_what_begins_or_ends_within_a_word_has_no_span() -> None:
    runs = Runs(["x1234 12345 1234"])
    places = runs.places(["1234"])[0]["1234"]
    assert [runs.span(place, 4) for place in places] == [None, None, (0, 12, 16)]


@pytest.mark.parametrize(
    ("text", "holds"), [("an okafor.", True), ("okaforx", False), ("Okafor", False), ("_okafor_", True)]
)
def test_a_word_is_held_in_just_these_letters(text: str, holds: bool) -> None:
    assert holds_word(text, "okafor") is holds


def test_of_a_run_that_stands_everywhere_it_is_not_told_where() -> None:
    few, many = Runs(["1" * 100_000 + " 1234567"]).places(["111111", "1111111", "1234567"])
    assert (list(few), many) == (["1234567"], {"111111", "1111111"})


def test_a_run_is_found_across_what_is_looked_at_at_a_time() -> None:
    text = "x " * 4090 + "12345678 " + "y " * 5000 + "12345678"
    runs = Runs([text])
    spans = [runs.span(place, 8) for place in runs.places(["12345678"])[0]["12345678"]]
    assert [text[span[1] : span[2]] for span in spans if span] == ["12345678"] * 2
