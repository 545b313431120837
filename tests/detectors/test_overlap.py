from __future__ import annotations

import random
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from grille.detectors.overlap import Standing, resolve
from grille.exchange import Finding, Kind, Segment

STANDINGS = {
    "CREDIT_CARD": Standing.PROOF,
    "IBAN_CODE": Standing.PROOF,
    "EMAIL_ADDRESS": Standing.PATTERN,
    "CONNECTION_STRING": Standing.PATTERN,
    "PERSON": Standing.NAME,
    "LOCATION": Standing.NAME,
}


def resolved(text: str, *findings: tuple[str, str, float]) -> list[tuple[str, str]]:
    given = [
        Finding(0, text.index(part), text.index(part) + len(part), entity, score, "test")
        for part, entity, score in findings
    ]
    kept = resolve(given, [Segment("/a", Kind.TEXT, text)], STANDINGS)
    return [(text[each.start : each.end], each.entity) for each in kept]


def test_a_proof_beats_a_pattern_and_a_pattern_a_name() -> None:
    assert resolved("4111", ("4111", "EMAIL_ADDRESS", 1.0), ("4111", "CREDIT_CARD", 0.5)) == [("4111", "CREDIT_CARD")]
    assert resolved("jane", ("jane", "PERSON", 1.0), ("jane", "EMAIL_ADDRESS", 0.5)) == [("jane", "EMAIL_ADDRESS")]


def test_among_equals_the_higher_score_wins_then_the_longer_span() -> None:
    assert resolved("Paris", ("Paris", "PERSON", 0.8), ("Paris", "LOCATION", 0.9)) == [("Paris", "LOCATION")]
    text = "Jane Doe"
    assert resolved(text, ("Jane", "PERSON", 0.8), (text, "PERSON", 0.8)) == [(text, "PERSON")]


def test_what_stands_lower_keeps_what_is_left_of_it() -> None:
    text = "Jane Doe 4111 of Bath"
    assert resolved(text, (text, "PERSON", 0.9), ("4111", "CREDIT_CARD", 0.9)) == [
        ("Jane Doe", "PERSON"),
        ("4111", "CREDIT_CARD"),
        ("of Bath", "PERSON"),
    ]


def test_a_remainder_of_two_characters_is_not_kept() -> None:
    assert resolved("4111 12", ("4111 12", "PERSON", 0.9), ("4111", "CREDIT_CARD", 0.9)) == [("4111", "CREDIT_CARD")]


def test_what_another_covers_completely_is_dropped() -> None:
    text = "postgres://app:secret@db.example.com"
    inner = ("secret@db.example.com", "EMAIL_ADDRESS", 0.9)
    assert resolved(text, (text, "CONNECTION_STRING", 0.95), inner) == [(text, "CONNECTION_STRING")]


def test_pieces_of_a_name_are_joined_over_one_blank() -> None:
    text = "Jane Doe, Jane  Roe"
    assert resolved("Jane Doe", ("Jane", "PERSON", 0.9), ("Doe", "PERSON", 0.8)) == [("Jane Doe", "PERSON")]
    assert resolved(text, ("Doe", "PERSON", 0.9), ("Roe", "PERSON", 0.8)) == [("Doe", "PERSON"), ("Roe", "PERSON")]
    assert resolved("4111 GB82", ("4111", "CREDIT_CARD", 1), ("GB82", "CREDIT_CARD", 1)) == [
        ("4111", "CREDIT_CARD"),
        ("GB82", "CREDIT_CARD"),
    ]


TEXT = "Jane Doe pays 4111 to GB82 WEST, or jane@example.com"
ANY = st.builds(
    lambda segment, start, length, entity, score: Finding(
        segment, start, min(start + length, len(TEXT)), entity, score, "t"
    ),
    st.integers(0, 1),
    st.integers(0, len(TEXT) - 1),
    st.integers(1, 30),
    st.sampled_from(sorted(STANDINGS)),
    st.sampled_from([0.5, 0.7, 0.9]),
)


def covered(findings: tuple[Finding, ...] | list[Finding]) -> set[tuple[int, int]]:
    return {(each.segment, place) for each in findings for place in range(each.start, each.end)}


@given(st.lists(ANY, max_size=12), st.randoms())
def test_no_character_is_claimed_twice_and_the_order_of_findings_does_not_matter(
    findings: list[Finding], chance: random.Random
) -> None:
    segments = [Segment("/a", Kind.TEXT, TEXT), Segment("/b", Kind.TEXT, TEXT)]
    kept = resolve(findings, segments, STANDINGS)
    assert list(kept) == sorted(kept, key=lambda each: (each.segment, each.start))
    assert all(one.segment < other.segment or one.end <= other.start for one, other in pairwise(kept))
    chance.shuffle(findings)
    assert resolve(findings, segments, STANDINGS) == kept


@given(st.lists(ANY, max_size=12))
def test_what_was_claimed_stays_claimed(findings: list[Finding]) -> None:
    segments = [Segment("/a", Kind.TEXT, TEXT), Segment("/b", Kind.TEXT, TEXT)]
    kept = covered(resolve(findings, segments, STANDINGS))
    for finding in findings:
        lost = [place for place in range(finding.start, finding.end) if (finding.segment, place) not in kept]
        runs = "".join(TEXT[place] if place in lost else "\0" for place in range(len(TEXT))).split("\0")
        assert all(sum(map(str.isalnum, run)) < 3 for run in runs)
