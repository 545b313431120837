"""`grille.detectors.recur`: a value found in a stream is found again in what comes after it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grille.detectors.propagate import read
from grille.detectors.recur import known_values, new_values, recurring, unfinished
from grille.exchange import Finding, Growing, Kind, Known, Segment


def growing(text: str, settled: int = 0, kind: Kind = Kind.TEXT) -> Growing:
    return Growing(Segment("/a", kind, text), settled)


def again(text: str, *values: str, settled: int = 0, kind: Kind = Kind.TEXT) -> list[str]:
    words = read(text, settled)
    known = known_values([Known(value, "X", 0.9) for value in values], words)
    found = recurring(0, growing(text, settled, kind), words, known)
    return [text[each.start : each.end] for each in found]


def held(text: str, *values: str, settled: int = 0) -> str:
    words = read(text, settled)
    known = known_values([Known(value, "X", 0.9) for value in values], words)
    return text[unfinished(growing(text, settled), words, known) :]


@pytest.mark.parametrize(
    ("text", "value", "found"),
    [
        ("pay 4111-1111 now", "4111 1111", ["4111-1111"]),
        ("pay 4111 11112 now", "4111 1111", []),
        ("JANE DOE and jane\ndoe", "Jane Doe", ["JANE DOE", "jane\ndoe"]),
        ("Jane and jane", "Jane", ["Jane"]),
        ("it is xyz-7!", "xyz-7!", ["xyz-7!"]),
        ("it is xyz-7", "xyz-7!", []),
        ("a card", "4111\u200b1111", []),
        ("card 41111111", "4111\u200b1111", ["41111111"]),
        ("card 41111111", "%34111%31111", ["41111111"]),
        ("no", "no", []),
    ],
)
def test_a_known_value_is_found_wherever_it_stands(text: str, value: str, found: list[str]) -> None:
    assert again(text, value) == found


def test_what_is_settled_is_left_alone_and_a_word_is_not_cut() -> None:
    assert again("Jane Doe, Jane Doe", "Jane Doe", settled=3) == ["Jane Doe"]
    assert again("xJane", "Jane", settled=1) == []


def test_a_single_word_does_not_reach_keys() -> None:
    assert again("Stripe", "Stripe", kind=Kind.NAME) == []


def test_a_word_is_not_asked_whether_it_is_written_in_lower_case_elsewhere() -> None:
    assert again("a rosetta and Rosetta", "Rosetta") == ["Rosetta"]


def test_a_new_value_recurs_after_itself_with_the_scores_that_were_found_before() -> None:
    text = "7777777 7777777 7777777"
    findings = [Finding(0, 0, 7, "X", 0.5, ""), Finding(0, 8, 15, "X", 0.9, "")]
    words = read(text)
    found = recurring(0, growing(text), words, new_values(text, findings))
    assert sorted((each.start, each.score) for each in found) == [(8, 0.5), (16, 0.5), (16, 0.9)]


@pytest.mark.parametrize(
    ("text", "value", "expected"),
    [
        ("pay 41", "4111 1111", "41"),
        ("pay 4111-11", "4111 1111", "4111-11"),
        ("pay 4111 - 11", "4111 1111", "4111 - 11"),
        ("pay 4111; 11", "4111 1111", ""),
        ("pay 4111 1111", "4111 1111", "4111 1111"),
        ("pay 4111 1111.", "4111 1111", ""),
        ("by Jane", "Jane Doe", "Jane"),
        ("by jane ", "Jane Doe", "jane "),
        ("by jane, ", "Jane Doe", ""),
        ("by Jane Doe", "Jane Doe", "Jane Doe"),
        ("by Jane Doe ", "Jane Doe", ""),
        ("by jane", "Jane", ""),
        ("it is xyz-7", "xyz-7!", "xyz-7"),
        ("it is $", "$x-yza", "$"),
        ("it is $x", "$x-yza", "$x"),
        ("by Janet", "Jane", ""),
        ("nothing", "Jane", ""),
    ],
)
def test_what_may_become_a_known_value_is_held(text: str, value: str, expected: str) -> None:
    assert held(text, value) == expected


def test_what_is_settled_is_not_held() -> None:
    assert held("by Jane D", "Jane Doe", settled=4) == ""


TEXTS = st.lists(st.sampled_from(["Jane", "Doe", " ", "-", "41", "11", "$", "x", "\n", ", "])).map("".join)
VALUES = ("Jane Doe", "4111 1141", "$x-Jane", "Doexx", "Jane-41-x!")


@given(TEXTS, TEXTS)
def test_before_the_edge_nothing_changes_whatever_comes(text: str, more: str) -> None:
    edge = len(text) - len(held(text, *VALUES))
    known = [Known(value, "X", 0.9) for value in VALUES]

    def before(text: str) -> set[tuple[int, int]]:
        words = read(text)
        found = recurring(0, growing(text), words, known_values(known, words))
        return {(each.start, each.end) for each in found if each.start < edge}

    assert before(text) == before(text + more)
