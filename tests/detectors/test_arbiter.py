"""`grille.detectors.arbiter`: what the second model is asked, and who is believed. No model is loaded here."""

from __future__ import annotations

from grille.detectors.arbiter import Case, judged, to_read, windows
from grille.detectors.endings import sentence_ends
from grille.detectors.names import Name
from grille.detectors.rampart import Token

ALIKE = {"ledger": 0.3, "jane": 0.8, "doe": 0.7, "maria": 0.8, "berlin": 0.4}


def alike(word: str) -> float:
    return ALIKE.get(word.lower(), 0.0)


def case(text: str, guesses: dict[str, str] | None = None, introduced: str = "") -> Case:
    names = [Name(entity, text.index(said), text.index(said) + len(said)) for said, entity in (guesses or {}).items()]
    people = [Name("PERSON", text.index(introduced), text.index(introduced) + len(introduced))] if introduced else []
    return Case(text, names, people, alike)


def asked(of: Case) -> list[str]:
    return [of.text[start:end] for start, end in to_read(of, windows(sentence_ends(of.text)))]


def believed(
    of: Case, person: dict[str, float] | None = None, place: dict[str, float] | None = None
) -> list[tuple[str, str]]:
    words = {**dict.fromkeys(place or {}, 0.0), **(person or {})}
    tokens = [
        Token(at, at + len(word), likely, (place or {}).get(word, 0.0))
        for word, likely in words.items()
        if (at := of.text.find(word)) >= 0
    ]
    read = [(0, len(of.text))] if tokens else []
    return sorted(
        {
            (each.entity, of.text[each.start : each.end])
            for each in judged(of, read, sorted(tokens, key=lambda t: t.start))
        }
    )


def test_sentences_are_read_together_up_to_a_length() -> None:
    text = "A short one. " * 40
    spans = list(windows(sentence_ends(text)))
    assert "".join(text[start:end] for window in spans for start, end in window) == text
    assert max(window[-1][1] - window[0][0] for window in spans) <= 200
    assert len(spans) == 3


def test_it_is_asked_where_a_word_looks_like_a_name() -> None:
    assert asked(case("The invoice is due. ")) == []
    assert asked(case("The invoice of Jane is due. ")) == ["The invoice of Jane is due. "]


def test_sentences_without_a_question_are_left_out_unless_they_are_short_lines() -> None:
    filler = "The quarter went well and nothing else is to be said about it at all. "
    assert asked(case(f"{filler}Jane called. ")) == ["Jane called. "]
    assert asked(case("The desk\nJane\nthe ledger\n")) == ["The desk\nJane\nthe ledger\n"]


def test_it_is_asked_about_people_whom_nothing_introduces() -> None:
    text = "The Blotter called. "
    assert asked(case(text, {"Blotter": "PERSON"})) == [text]
    assert asked(case(text, {"Blotter": "PERSON"}, introduced="Blotter")) == []


def test_it_is_asked_about_words_in_lower_case_where_all_are() -> None:
    assert asked(case("ask jane about it")) == ["ask jane about it"]
    assert asked(case("Ask jane about it")) == []


def test_it_is_asked_about_numbers_in_addresses_and_not_in_dates() -> None:
    assert asked(case("it went to 12 Kromwater"))
    assert not asked(case("it went on 12 October"))


def test_it_is_asked_once_about_a_word() -> None:
    filler = "The quarter went well and nothing else is to be said about it. " * 4
    assert len(asked(case(f"Jane called. {filler}Jane paid. "))) == 1


def test_a_person_whom_the_second_model_does_not_know_is_none() -> None:
    text = "The Blotter called. "
    assert believed(case(text, {"Blotter": "PERSON"}), {"Blotter": 0.01}) == []
    assert believed(case(text, {"Blotter": "PERSON"}), {"Blotter": 0.2}) == [("PERSON", "Blotter")]


def test_whom_something_introduces_is_believed_without_it() -> None:
    text = "Mr Blotter called. "
    assert believed(case(text, {"Blotter": "PERSON"}, introduced="Blotter"), {"Blotter": 0.01}) == [
        ("PERSON", "Blotter")
    ]


def test_words_of_which_none_is_like_a_name_are_nobody() -> None:
    text = "Dr Inventory Shrinkage 1,200.00"
    assert believed(case(text, {"Inventory Shrinkage": "PERSON"}), {"Inventory": 0.9, "Shrinkage": 0.9}) == []
    assert believed(case("Ask Inventory Doe."), {"Inventory": 0.9, "Doe": 0.9}) == [("PERSON", "Inventory Doe")]


def test_who_was_not_asked_about_is_believed() -> None:
    assert believed(case("The Blotter called. ", {"Blotter": "PERSON"})) == [("PERSON", "Blotter")]


def test_the_second_model_finds_people_of_its_own() -> None:
    assert believed(case("ask maria about it"), {"maria": 0.9}) == [("PERSON", "maria")]


def test_against_a_place_or_a_longer_name_it_must_be_sure() -> None:
    text = "We went to Doe yesterday."
    assert believed(case(text, {"Doe": "LOCATION"}), {"Doe": 0.7}) == [("LOCATION", "Doe")]
    assert believed(case(text, {"Doe": "LOCATION"}), {"Doe": 0.9}) == [("PERSON", "Doe")]
    assert believed(case(text, {"Doe": "ORGANIZATION"}), {"Doe": 0.7}) == [("PERSON", "Doe")]


def test_lower_case_words_among_capitals_are_no_names() -> None:
    assert believed(case("Ask the watchman. "), {"watchman": 0.9}) == []


def test_parts_of_code_are_no_names() -> None:
    assert believed(case("call jane(doe) now"), {"jane": 0.9}) == []
    assert believed(case("the value `Maria` of it"), {"Maria": 0.9}) == []


def test_a_person_ends_with_their_name() -> None:
    assert believed(case("Jane Doe shouted.", {"Jane Doe shouted": "PERSON"})) == [("PERSON", "Jane Doe")]


def test_what_stands_in_two_lines_is_two_things() -> None:
    text = "Jane Doe\nBlotter"
    assert believed(case(text, {text: "PERSON"}), {"Jane": 0.9, "Doe": 0.9, "Blotter": 0.0}) == [("PERSON", "Jane Doe")]


def test_a_place_is_no_lone_number_and_no_part_of_an_organisation() -> None:
    assert believed(case("no. 23321 of it"), place={"23321": 0.9}) == []
    text = "the Berlin Labour Court said"
    assert believed(case(text, {"Berlin Labour Court": "ORGANIZATION"}), place={"Berlin": 0.9}) == [
        ("ORGANIZATION", "Berlin Labour Court")
    ]
