from __future__ import annotations

import pytest

from grille.detectors import patterns
from grille.detectors.base import Sight
from grille.detectors.context import Surroundings
from grille.detectors.patterns import Watching, compiled
from grille.entities import Entity
from grille.errors import DetectionFailed, SettingsError
from grille.exchange import Growing, Kind, Segment, Source

HERE = Source("pack.yaml", 7, "entities.THING")
CARD = r"(?<!\d)\d{4}(?:[ -]?\d{4}){3}(?:[ -]?\d{1,4})?(?!\d)"


def entity(*rules: str, check: str = "", context: tuple[str, ...] = (), score: float = 0.6) -> Entity:
    return Entity("THING", HERE, patterns=rules, check=check, context=context, score=score, score_with_context=0.9)


def found(thing: Entity, text: str) -> list[tuple[str, float]]:
    candidates = compiled(thing).candidates(text, Surroundings(text))
    return [(text[each.start : each.end], each.score) for each in candidates]


def seen(thing: Entity, growing: Growing) -> Sight:
    made = compiled(thing)
    return patterns.watch([(made, [Watching(rule) for rule in made.rules])], 0, growing)


def test_a_match_is_a_candidate_and_its_group_value_the_span() -> None:
    assert found(entity(r"id-\d+"), "see id-12 and id-34") == [("id-12", 0.6), ("id-34", 0.6)]
    assert found(entity(r"id-(?P<value>\d+)"), "see id-12") == [("12", 0.6)]


def test_patterns_are_case_sensitive_unless_they_say_otherwise() -> None:
    assert found(entity("abc"), "ABC") == []
    assert found(entity("(?i)abc"), "ABC") == [("ABC", 0.6)]


def test_a_candidate_must_pass_its_check() -> None:
    assert found(entity(CARD, check="card"), "4111 1111 1111 1112") == []


@pytest.mark.parametrize(
    "text", ["2026 4111 1111 1111 1111", "4111 1111 1111 1111 2026", "0000 4111 1111 1111 1111 0000"]
)
def test_a_failed_check_does_not_consume_the_true_number(text: str) -> None:
    assert found(entity(CARD, check="card"), text) == [("4111 1111 1111 1111", 0.6)]


def test_a_number_is_not_shortened_within_a_group() -> None:
    assert found(entity(CARD, check="card"), "4111 1111 1111 11112") == []


def test_a_cue_raises_the_score() -> None:
    assert found(entity(r"\d{6}", context=("pin",)), "pin 123456") == [("123456", 0.9)]


def test_another_name_silences_a_candidate_that_cannot_stand_alone() -> None:
    assert found(entity(r"\d{6}", context=("pin",)), "invoice 123456") == []
    assert found(entity(r"\d{6}", context=("pin",), score=0.8), "invoice 123456") == [("123456", 0.8)]


def test_a_weak_pattern_counts_only_beside_a_cue() -> None:
    weak = entity(r"(?P<weak>\d{6})", context=("pin",))
    assert found(weak, "123456") == []
    assert found(weak, "pin 123456") == [("123456", 0.6)]


def test_what_is_announced_is_asked_less() -> None:
    local = entity(
        r"(?P<weak>\d{3}-\d{4})", r"Desk: (?P<value>\d{3}-\d{4})", r"\d{3}-\d{4}", check="phone", context=("call",)
    )
    assert found(local, "call 555-0134") == [("555-0134", 0.6)]
    assert found(local, "Desk: 555-0134") == [("555-0134", 0.6)]
    assert found(local, "it is 555-0134") == []


def test_below_its_threshold_nothing_is_reported() -> None:
    assert found(entity(r"\d{6}", score=0.4), "123456") == []


def test_a_pattern_that_matches_nothing_at_all_ends() -> None:
    assert found(entity(r"\d*"), "ab 12 c") == [("12", 0.6)]


def test_a_pattern_that_takes_too_long_is_a_failure_and_not_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patterns, "SECONDS", 0.05)
    with pytest.raises(DetectionFailed) as failure:
        found(entity(r"(?:a|aa)+$"), "a" * 60 + "!")
    assert "pattern 1 of THING (pack.yaml:7 entities.THING) ran longer" in str(failure.value)
    assert "aaa" not in str(failure.value)


def test_a_broken_pattern_says_where_and_what_to_do() -> None:
    with pytest.raises(SettingsError, match=r"pack\.yaml:7 .*pattern 2 of THING is not a regular expression"):
        compiled(entity("a", "(b"))


def test_an_unknown_check_lists_those_there_are() -> None:
    with pytest.raises(SettingsError, match=r"no check 'lhun'; choose one of .*luhn"):
        compiled(entity("a", check="lhun"))


def watched(thing: Entity, text: str, settled: int = 0, *, closed: bool = False) -> tuple[list[str], str]:
    """What is found, and what is held."""
    growing = Growing(Segment("/a", Kind.TEXT, text), settled, closed)
    sight = seen(thing, growing)
    return [text[each.start : each.end] for each in sight.findings], text[sight.edge :]


def test_a_match_that_the_end_of_the_text_may_change_is_held() -> None:
    card = entity(CARD, check="card")
    assert watched(card, "card 4111 1111 1111 11") == ([], "4111 1111 1111 11")
    assert watched(card, "card 4111 1111 1111 1111") == ([], "4111 1111 1111 1111")
    assert watched(card, "card 4111 1111 1111 1111.") == (["4111 1111 1111 1111"], "")
    assert watched(card, "card 4111 1111 1111 1111", closed=True) == (["4111 1111 1111 1111"], "")


def test_a_candidate_is_held_while_words_to_come_may_speak_for_it() -> None:
    thing = entity("(?P<weak>[0-9]{8})(?![0-9])", context=("account",))
    assert watched(thing, "it is 12345678 is my acc") == ([], "12345678 is my acc")
    assert watched(thing, "it is 12345678 is my account.", closed=True) == (["12345678"], "")
    assert watched(thing, "account 12345678.") == (["12345678"], "")


def test_what_its_check_refuses_whatever_stands_beside_it_is_not_held() -> None:
    thing = entity("[0-9]{16}(?![0-9])", check="card", context=("card",))
    assert watched(thing, "it is 4111111111111112.") == ([], "")


def test_nothing_before_what_is_settled_is_looked_at() -> None:
    assert watched(entity("[0-9]{4}"), "1234 5678 ", 1) == (["5678"], "")


def test_all_that_was_read_for_a_candidate_belongs_together() -> None:
    text = "see id-12 there"
    sight = seen(entity(r"id-(?P<value>\d+)(?!\d)"), Growing(Segment("/a", Kind.TEXT, text)))
    assert [text[start:end] for start, end in sight.whole] == ["id-12"]
