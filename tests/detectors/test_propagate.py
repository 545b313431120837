from __future__ import annotations

import time
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grille.detectors import propagate, runs
from grille.detectors.propagate import DETECTOR, indexed, occurrences, read, spread
from grille.exchange import Finding, Kind, Segment


def spreads(value: str, *texts: str, entity: str = "PERSON", kind: Kind = Kind.TEXT) -> list[str]:
    """What is found in `texts` once `value` is found in a first segment that holds nothing else."""
    segments = [Segment("/0", Kind.TEXT, value), *(Segment("/n", kind, text) for text in texts)]
    origin = Finding(0, 0, len(value), entity, 0.9, "test")
    first, *more = spread(segments, [origin])
    assert first == origin
    assert all((each.entity, each.score, each.detector) == (entity, 0.9, DETECTOR) for each in more)
    return [segments[each.segment].text[each.start : each.end] for each in more]


@pytest.mark.parametrize(
    ("value", "text", "found"),
    [
        ("12345678", "send it to 12345678.", ["12345678"]),
        ("4111 1111 1111 1111", "4111-1111-1111-1111 or 4111111111111111", ["4111-1111-1111-1111", "4111111111111111"]),
        ("Jane Doe", "JANE DOE met jane\n doe", ["JANE DOE", "jane\n doe"]),
        ("Okafor", "Okafor and okafor", []),
        ("Okafor", "Okafor again", ["Okafor"]),
        ("jane@example.com", "to JANE@EXAMPLE.COM", ["JANE@EXAMPLE.COM"]),
        ("hunter2!", "it is hunter2! or hunter2?", ["hunter2!"]),
        ("AB123456C", "ab 12 34 56 c", ["ab 12 34 56 c"]),
    ],
)
def test_a_value_found_once_is_found_everywhere(value: str, text: str, found: list[str]) -> None:
    assert spreads(value, text) == found


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("12345678", "x12345678 123456789 1234567"),
        ("12345678", "1234 x 5678"),
        ("123", "123 again"),
        ("2024", "in 2024"),
        ("Bo", "Bo again"),
        ("Mark", "Mark my words"),
        ("Jane Doe", "Jane and Doe, JaneDoe"),
    ],
)
def test_parts_chance_hits_and_common_words_are_not(value: str, text: str) -> None:
    assert spreads(value, text) == []


def test_what_a_later_text_writes_in_lower_case_takes_nothing_back() -> None:
    assert spreads("Okafor", "Okafor again", "an okafor") == ["Okafor"]
    assert spreads("Okafor", "an okafor", "Okafor again") == []
    assert spreads("(Okafor)", "(Okafor) again", "an okafor", "(Okafor) again") == ["(Okafor)"]


def test_a_single_word_does_not_reach_names_with_a_grammar() -> None:
    assert spreads("Stripe", "Stripe", kind=Kind.NAME) == []
    assert spreads("Jane Doe", "Jane Doe", kind=Kind.NAME) == ["Jane Doe"]


def test_a_value_is_not_shown_by_what_holds_it() -> None:
    found = spread([Segment("/0", Kind.TEXT, "12345678 12345678")], [Finding(0, 0, 8, "X", 0.9, "test")])
    assert "12345678" not in repr(found)


def test_many_values_cost_one_pass() -> None:
    numbers = [f"{number:08d}" for number in range(10_000_000, 10_005_000)]
    text = " ".join(numbers)
    findings = [Finding(0, place * 9, place * 9 + 8, "X", 0.9, "test") for place in range(len(numbers))]
    started = time.process_time()
    found = spread([Segment("/0", Kind.TEXT, text), Segment("/1", Kind.TEXT, text)], findings)
    assert len(found) == 2 * len(numbers)
    assert time.process_time() - started < 10


def test_many_spellings_of_one_number_cost_one_pass() -> None:
    spellings = [f"{1234:04d}{' ' * a}{5678}{'-' * b}{9012}" for a in range(4) for b in range(4)] * 200
    text, findings = "", []
    for spelling in spellings:
        findings.append(Finding(0, len(text), len(text) + len(spelling), "X", 0.9, "test"))
        text += f"{spelling}; "
    assert len(spread([Segment("/0", Kind.TEXT, text)], findings)) == len(findings)


@pytest.mark.parametrize(("value", "hostile"), [("111111", "1"), ("Abab", "ab"), ("abab1", "ab")])
def test_a_word_without_end_costs_one_pass(value: str, hostile: str) -> None:
    segments = [Segment("/0", Kind.TEXT, value), Segment("/1", Kind.TEXT, hostile * 200_000 + f" {value}")]
    found = spread(segments, [Finding(0, 0, len(value), "X", 0.9, "test")])
    assert [(each.segment, each.end - each.start) for each in found] == [(0, len(value)), (1, len(value))]


def test_a_document_that_stayed_closed_does_not_speak_against_a_value_in_it() -> None:
    closed = Segment("/1", Kind.TEXT, '{"a": "Kowalski", "z": "kowalski"}', closed=True)
    found = spread([Segment("/0", Kind.TEXT, "I am Kowalski"), closed], [Finding(0, 5, 13, "PERSON", 0.9, "test")])
    assert [each.segment for each in found] == [0, 1]


def test_a_part_of_a_word_is_counted_as_that_part() -> None:
    segments = [Segment("/0", Kind.TEXT, "İX12345678"), Segment("/1", Kind.TEXT, "x12345678 again")]
    assert [each.segment for each in spread(segments, [Finding(0, 1, 10, "X", 0.9, "test")])] == [0, 1]


_PIECES = st.lists(
    st.sampled_from(["Jane", "DOE", "doe", "O'Brien", "ΟΔΟΣ", "İx", "1111", "4111-1111", " ", "-", "\n"]), max_size=12
)


@given(st.lists(_PIECES.map("".join), min_size=1, max_size=4), st.integers(0, 20), st.integers(1, 20))
def test_looking_for_values_as_a_whole_misses_none_that_stands_in_the_words(
    texts: list[str], start: int, length: int
) -> None:
    segments = [Segment("/n", Kind.TEXT, text) for text in texts]
    value = texts[0][start : start + length]
    index = indexed([(Finding(0, start, start + len(value), "X", 0.9, "test"), value)] if value else [])
    values = {run: same for lengths in index.values() for runs in lengths.values() for run, same in runs.items()}
    word_by_word = [
        found
        for number, segment in enumerate(segments)
        for _, found in occurrences(number, segment, read(segment.text), index)
    ]
    for most in (1000, 0):
        with mock.patch.object(runs, "_MOST", most):
            assert set(propagate._where_they_stand(segments, values, {})) == set(word_by_word)


def test_a_value_that_another_kind_found_elsewhere_is_found_there_as_both() -> None:
    segments = [Segment("/0", Kind.TEXT, "Okafor Ltd"), Segment("/1", Kind.TEXT, "Okafor Ltd")]
    findings = [Finding(0, 0, 10, "ORGANIZATION", 0.9, "test"), Finding(1, 0, 10, "PERSON", 0.9, "test")]
    assert {(each.segment, each.entity) for each in spread(segments, findings)} == {
        (number, entity) for number in (0, 1) for entity in ("ORGANIZATION", "PERSON")
    }


@given(st.lists(st.text(max_size=30), min_size=1, max_size=4), st.integers(0, 30), st.integers(1, 30))
def test_findings_are_kept_and_new_ones_lie_within_their_text(texts: list[str], start: int, length: int) -> None:
    segments = [Segment("/n", Kind.TEXT, text) for text in texts]
    start = min(start, len(texts[0]))
    end = min(start + length, len(texts[0]))
    findings = [Finding(0, start, end, "X", 0.9, "test")] if start < end else []
    found = spread(segments, findings)
    assert set(findings) <= set(found)
    assert all(0 <= each.start < each.end <= len(texts[each.segment]) for each in found)
