"""`grille.detectors.edges`: what can still change when a text goes on."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grille.detectors.edges import LONGEST_SENTENCE, line_edge, pattern_edge, sentence_edge
from grille.detectors.patterns import Patterns, compiled
from grille.entities import Entity
from grille.errors import DetectionFailed
from grille.exchange import Source

AT = Source("pack.yaml", 1, "entities.X")


def pattern(expression: str) -> Patterns:
    return compiled(Entity("X", AT, patterns=(expression,)))


CARD = pattern(r"(?<![0-9])[0-9]{4}(?:[ -]?[0-9]{4}){3}(?![0-9])")
SECRET = pattern(r"(?i)password:? (?P<value>[^ ]{6,20})")
MAIL = pattern(r"[a-z.]{1,30}@[a-z]{1,20}\.com")


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("nothing here. ", ""),
        ("the card is 4111 11", "4111 11"),
        ("the card is 4111 1111 1111 1111", "4111 1111 1111 1111"),
        ("the card is 4111 1111 1111 1111 and then a good deal more of this text. ", ""),
        ("my passwo", "passwo"),
        ("my password: hunter22", "password: hunter22"),
        ("write to jane.d", "jane.d"),
        ("", ""),
    ],
)
def test_what_may_become_or_change_a_match_is_held(text: str, held: str) -> None:
    assert text[pattern_edge([CARD, SECRET, MAIL], text) :] == held


@given(st.text("41 -@.abcpassword:", max_size=60), st.text("41 -@.abcpassword:", max_size=60))
def test_before_the_edge_nothing_changes_whatever_comes(text: str, more: str) -> None:
    edge = pattern_edge([CARD, SECRET, MAIL], text)
    for each in (CARD, SECRET, MAIL):
        (rule,) = each.rules
        before = {match.span() for match in rule.finditer(text, overlapped=True) if match.start() < edge}
        after = {match.span() for match in rule.finditer(text + more, overlapped=True) if match.start() < edge}
        assert before == after


def test_the_edge_never_moves_back_when_text_comes() -> None:
    text = "The card 4111 1111 1111 1111 belongs to jane@example.com, password: swordfish. That is all I know."
    edges = [pattern_edge([CARD, SECRET, MAIL], text[:length]) for length in range(len(text) + 1)]
    assert edges == sorted(edges)


def test_a_pattern_that_runs_too_long_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("grille.detectors.edges.SECONDS", 1e-9)
    with pytest.raises(DetectionFailed, match=r"pack\.yaml"):
        pattern_edge([pattern("(a|aa)+$")], "a" * 40 + "b")


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("One. Two", "Two"),
        ("One. ", ""),
        ("He said “no.” Then", "Then"),
        ("a line\nanother", "another"),
        ("version 3.14 of it", "version 3.14 of it"),
    ],
)
def test_names_wait_for_the_end_of_their_sentence(text: str, held: str) -> None:
    assert text[sentence_edge(text) :] == held


def test_a_sentence_without_an_end_is_not_held_for_ever() -> None:
    text = "word " * LONGEST_SENTENCE
    held = text[sentence_edge(text) :]
    assert 100 < len(held) < LONGEST_SENTENCE


def test_a_labelled_value_waits_for_the_end_of_its_line() -> None:
    assert line_edge("Contact: Jane\nEmail: j") == 14
    assert line_edge("Contact: Ja") == 0
