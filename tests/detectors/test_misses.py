"""`grille.detectors.misses`: what nearly was found, and what it lacked."""

from __future__ import annotations

import pytest

from grille.detectors import Detectors, find_all
from grille.detectors.deciding import Cue, Where
from grille.detectors.misses import Miss, misses
from grille.detectors.reasons import Look
from grille.entities import Entity
from grille.exchange import Kind, Segment


def missed(shipped: dict[str, Entity], everything: Detectors, text: str, *names: str) -> list[Miss]:
    segments = [Segment("/a", Kind.TEXT, text)]
    findings = find_all(everything, segments, frozenset(names))
    return misses(Look(shipped, segments, findings), 0, [shipped[name] for name in names], findings)


def test_a_check_that_fails_is_named(shipped: dict[str, Entity], everything: Detectors) -> None:
    [miss] = missed(shipped, everything, "card 4111 1111 1111 1112", "CREDIT_CARD")
    assert (miss.check, miss.unannounced, miss.against) == ("card", False, None)
    assert (miss.candidate.start, miss.candidate.end) == (5, 24)


def test_a_cue_that_is_not_there_is_missed(shipped: dict[str, Entity], everything: Detectors) -> None:
    [miss] = missed(shipped, everything, "it is 219099999 today", "US_SSN")
    assert (miss.check, miss.unannounced) == ("", True)
    assert miss.rule.weak


def test_a_word_that_names_something_else_is_named(shipped: dict[str, Entity], everything: Detectors) -> None:
    [miss] = missed(shipped, everything, "invoice 12-3456789", "US_EIN")
    assert (miss.check, miss.unannounced, miss.against) == ("", False, Cue("invoice", Where.BEFORE))


def test_what_was_found_is_no_miss(shipped: dict[str, Entity], everything: Detectors) -> None:
    assert missed(shipped, everything, "SSN 219099999", "US_SSN", "US_EIN", "US_ABA_ROUTING") == []


def test_a_part_of_a_longer_candidate_is_none(shipped: dict[str, Entity], everything: Detectors) -> None:
    found = missed(shipped, everything, "4111 1111 1111 1112", "CREDIT_CARD", "CARD_VERIFICATION")
    assert {each.candidate.entity for each in found} == {"CREDIT_CARD"}


def test_of_those_at_one_place_the_ones_that_lack_least_are_told(
    shipped: dict[str, Entity], everything: Detectors
) -> None:
    found = missed(shipped, everything, "it is 021000021 today", "US_ABA_ROUTING", "US_SSN", "CREDIT_CARD")
    assert [(each.candidate.entity, each.lacks) for each in found] == [("US_ABA_ROUTING", 1)]


@pytest.mark.parametrize("text", ["hello there", "the password policy", ""])
def test_words_that_nothing_announces_are_words(text: str, shipped: dict[str, Entity], everything: Detectors) -> None:
    assert missed(shipped, everything, text, "PASSWORD", "GENERIC_SECRET", "US_SSN") == []
