"""`bench/detecting/scoring.py`: what counts as found, as wrong, and as leaked."""

from __future__ import annotations

from detecting.scoring import joined, matched, resolved, score
from detecting.texts import Span, Text

CARD = "card 4111 1111 1111 1111 of Anna"
LABELLED = Text(CARD, (Span(5, 24, "CREDIT_CARD"), Span(28, 32, "PERSON")))


def test_a_find_of_the_right_type_and_place_is_a_hit() -> None:
    scored = score(LABELLED, [Span(5, 24, "CREDIT_CARD"), Span(28, 32, "PERSON")])
    assert (scored.overall.hits, scored.overall.wrong, scored.overall.missed, scored.overall.leaked) == (2, 0, 0, 0)


def test_the_wrong_type_is_a_miss_and_a_wrong_find_but_leaks_nothing() -> None:
    scored = score(LABELLED, [Span(5, 24, "PHONE_NUMBER"), Span(28, 32, "PERSON")])
    assert (scored.overall.hits, scored.overall.wrong, scored.overall.missed, scored.overall.leaked) == (1, 1, 1, 0)
    assert scored.entities["CREDIT_CARD"].missed == 1
    assert scored.entities["PHONE_NUMBER"].wrong == 1


def test_half_of_a_value_is_a_hit_that_leaks() -> None:
    scored = score(LABELLED, [Span(5, 15, "CREDIT_CARD"), Span(28, 32, "PERSON")])
    assert (scored.overall.hits, scored.overall.leaked) == (2, 1)
    assert (scored.overall.chars, scored.overall.masked) == (20, 12)


def test_less_than_half_is_none() -> None:
    scored = score(LABELLED, [Span(5, 13, "CREDIT_CARD"), Span(28, 32, "PERSON")])
    assert (scored.overall.hits, scored.overall.wrong, scored.overall.missed) == (1, 1, 1)


def test_each_find_serves_one_label() -> None:
    gold = [Span(0, 4, "PERSON"), Span(4, 8, "PERSON")]
    hits, missed, wrong = matched(gold, [Span(0, 8, "PERSON")])
    assert (len(hits), len(missed), wrong) == (1, 1, [])


def test_blanks_and_marks_between_digits_count_for_nothing() -> None:
    found = [Span(5, 9, "CREDIT_CARD"), Span(10, 14, "CREDIT_CARD"), Span(15, 19, "CREDIT_CARD"), Span(20, 24, "X")]
    assert score(Text(CARD, LABELLED.spans[:1]), found).overall.leaked == 0


def test_the_surer_of_two_overlapping_finds_stands_and_of_equals_the_longer() -> None:
    assert resolved([Span(0, 5, "A", 0.4), Span(3, 9, "B", 0.8)]) == [Span(3, 9, "B", 0.8)]
    assert resolved([Span(0, 5, "A", 0.8), Span(3, 9, "B", 0.8)]) == [Span(3, 9, "B", 0.8)]


def test_overlapping_finds_of_one_entity_are_one() -> None:
    assert resolved([Span(0, 5, "A", 0.4), Span(3, 9, "A", 0.8)]) == [Span(0, 9, "A", 0.8)]


def test_the_pieces_of_an_address_are_one_find_and_so_are_two_words_of_a_name() -> None:
    text = "12 High Street, Leeds; Anna Lee and Bob"
    places = [Span(0, 14, "LOCATION"), Span(16, 21, "LOCATION")]
    people = [Span(23, 27, "PERSON"), Span(28, 31, "PERSON"), Span(36, 39, "PERSON")]
    assert joined(places + people, text) == [Span(0, 21, "LOCATION"), Span(23, 31, "PERSON"), Span(36, 39, "PERSON")]


def test_honorifics_and_possessives_do_not_decide() -> None:
    text = Text("Prof. Dr. Li's paper", (Span(10, 12, "PERSON"),))
    assert score(text, [Span(0, 14, "PERSON")]).overall.hits == 1


def test_labels_that_nobody_looks_for_are_neither_missed_nor_wrong() -> None:
    text = Text("The Director of 42", (Span(4, 12, "TITLE"), Span(16, 18, "QUANTITY")))
    scored = score(text, [Span(4, 12, "ORGANIZATION")])
    assert (scored.overall.missed, scored.overall.wrong, scored.overall.spans) == (0, 0, 0)
    assert not scored.flagged


def test_a_name_is_not_an_identifier() -> None:
    assert not score(Text("Anna"), [Span(0, 4, "PERSON")]).flagged_as_identifier
    assert score(Text("4711"), [Span(0, 4, "US_BANK_NUMBER")]).flagged_as_identifier
