"""`grille.detectors.sieve`: whatever matches passes, and what has nothing to find does not."""

from __future__ import annotations

from unittest import mock

import pytest
import re2
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.written import WORDS, segments, texts, values
from grille.detectors import (
    Detectors,
    addresses,
    companies,
    find_all,
    introductions,
    labelled,
    watch,
)  # fmt: skip
from grille.detectors.sieve import Sieve, Turns, Worth
from grille.entities import Entity
from grille.exchange import Growing, Kind, Segment

# -- one look ----------------------------------------------------------------------------------------------------


def test_a_pattern_passes_where_it_may_match_and_others_do_not() -> None:
    sieve = Sieve(["npm_[a-z0-9]{36}", "[0-9]{3}-[0-9]{2}-[0-9]{4}", r"[\w.]{1,64}@\w{2,9}\.com"])
    assert sieve.passes(WORDS) == frozenset()
    assert sieve.passes("npm_ is a name") == {0}
    assert sieve.passes("call 078-05-1120 or a@b.com") == {1, 2}


def test_a_text_shorter_than_any_match_is_not_asked_about() -> None:
    sieve = Sieve(["[0-9]{4}", "ab?cd"])
    with mock.patch.object(re2.Set, "Match", side_effect=AssertionError("asked")):
        assert sieve.passes("12") == frozenset()


def test_a_pattern_that_cannot_be_asked_about_always_passes() -> None:
    sieve = Sieve([r"(a|b(?1)c)", "[0-9]{4}", "(?:(?:(?:[0-9]{16}){16}){16}x)"])
    assert sieve.passes("") >= {0}
    assert sieve.passes(WORDS) == {0, 2}


@pytest.mark.parametrize("answer", [None, [], [0]])
def test_everything_passes_when_re2_fails_and_says_nothing(answer: list[int] | None) -> None:
    sieve = Sieve(["npm_[a-z0-9]{36}", "[0-9]{4}"])
    with mock.patch.object(re2.Set, "Match", return_value=answer):
        assert sieve.passes(WORDS) == {0, 1}


def test_everything_passes_when_re2_has_no_memory() -> None:
    with mock.patch("grille.detectors.sieve._MEMORY", 1 << 10):
        sieve = Sieve(["npm_[a-z0-9]{36}", "[0-9]{4}(?:-[0-9]{4}){3}"])
    assert sieve.passes(WORDS) == {0, 1}


def test_lone_surrogates_and_other_letters_hide_nothing() -> None:
    sieve = Sieve(["[0-9]{4}", "⑆[0-9]{9}", r"\w@\w"])
    assert sieve.passes("\ud800 1234 \udfff") == {0}
    assert sieve.passes("⑆123456789") == {0, 1}
    assert sieve.passes("é@ü") == {2}


def test_who_has_a_turn_is_who_owns_a_pattern_that_passes() -> None:
    turns = Turns([["[0-9]{4}", "npm_[a-z0-9]{9}"], [], ["@"]])
    assert turns.of(["1234", WORDS, "a@b.c 1234", "1234"]) == [{0}, set(), {0, 2}, {0}]


# -- found as without it -----------------------------------------------------------------------------------------


def test_every_example_passes_the_patterns_that_match_in_it(by_pattern: list[Entity]) -> None:
    written = [pattern for entity in by_pattern for pattern in entity.patterns]
    sieve, found = Sieve(written), [regex.compile(pattern, regex.MULTILINE) for pattern in written]
    for text in values(by_pattern):
        for each in (text, f"ſ{text.upper()}\u212a"):
            matching = {number for number, pattern in enumerate(found) if pattern.search(each)}
            assert matching <= sieve.passes(each), each


def everything_passes(sieve: Sieve, text: str) -> frozenset[int]:
    return sieve.everything


@settings(max_examples=80)
@given(data=st.data())
def test_staged_and_unstaged_searches_find_the_same(
    data: st.DataObject, without_model: Detectors, by_pattern: list[Entity]
) -> None:
    drawn = data.draw(segments(values(by_pattern)))
    wanted = frozenset(without_model.standings)
    with mock.patch.object(Sieve, "passes", everything_passes):
        unstaged = find_all(without_model, drawn, wanted)
    assert find_all(without_model, drawn, wanted) == unstaged


@settings(max_examples=60)
@given(data=st.data())
def test_what_is_settled_of_a_growing_text_is_the_same(
    data: st.DataObject, without_model: Detectors, by_pattern: list[Entity]
) -> None:
    text = data.draw(texts(values(by_pattern)))
    settled = data.draw(st.integers(0, len(text)))
    growing = [Growing(Segment("/a", Kind.TEXT, text), settled)]
    wanted = frozenset(without_model.standings)
    with mock.patch.object(Sieve, "passes", everything_passes):
        unstaged = watch(without_model, growing, wanted)
    assert watch(without_model, growing, wanted) == unstaged


def test_a_sieve_that_lets_nothing_pass_would_be_noticed(without_model: Detectors, by_pattern: list[Entity]) -> None:
    drawn = [Segment("/a", Kind.TEXT, text) for text in values(by_pattern)[::20]]
    wanted = frozenset(without_model.standings)
    with mock.patch.object(Sieve, "passes", return_value=frozenset()):
        assert not find_all(without_model, drawn, wanted)
    assert find_all(without_model, drawn, wanted)


def test_hardly_any_text_without_values_is_searched(without_model: Detectors) -> None:
    """The count that the speed rests on: times are for the bench."""
    drawn = [WORDS, "invoice_line", "true", "open", "", "Could you print it?"]
    assert without_model.turns.of(drawn) == [frozenset()] * len(drawn)


def test_rules_are_worth_a_search_where_they_may_match() -> None:
    first, second, third = (regex.compile(each) for each in ("[0-9]{4}x", r"(?i:dr|mrs)\.? \p{Lu}", "[0-9]{4}"))
    worth = Worth((first, second, third))
    assert worth.rules("see MRS. Doe, 1234x") == [first, second, third]
    assert worth.rules("1234") == [third]
    assert worth.rules("nothing") == []


_OURS = (introductions._SURE, introductions._LIKELY, introductions._SUPPOSED, companies._FORMED, addresses._PART)
_PIECES = (
    "Dr ", "my wife ", "Jane", " Doe", ",", "\n", "Best regards", ': "', "Hi ", " v. ", "attendees: ", "ß", "É", "12",
    " and ", " Elm Street", "Suite 4", "PO Box 9", "Springfield, IL 62704", " SW1A 1AA", "Hauptstraße 5", " GmbH",
    "zip code ", " Pty Ltd", "my name is ", "this is ", "<a@b.c>", "payee: ", " 42 Costanera 9293, Apt. 609",
    "rue de la Paix 3", "Acme", "name: ", "nome=", "<Dbtr><Nm>", "<", "</", "<name>", "?20x?32", "/NAME/", "/", ":59:",
    "<PAYEE><NAME>", "<TRNTYPE>XFER<FITID>7<NAME>",
)  # fmt: skip


@given(st.lists(st.sampled_from(_PIECES), max_size=8).map("".join))
def test_rules_of_ours_are_worth_a_search_where_they_match(text: str) -> None:
    for worth in (*_OURS, labelled._WORTH):
        assert {rule for rule in worth.known if rule.search(text)} <= set(worth.rules(text))
