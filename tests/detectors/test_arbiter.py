"""`grille.detectors.arbiter`: who is believed. No model is loaded here."""

from __future__ import annotations

from detectors.evidence import alike, case
from grille.detectors.abroad import Abroad
from grille.detectors.arbiter import judged
from grille.detectors.asking import Case
from grille.detectors.rampart import Token


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
    text = "We went to Blotter yesterday."
    assert believed(case(text, {"Blotter": "LOCATION"}), {"Blotter": 0.7}) == [("LOCATION", "Blotter")]
    assert believed(case(text, {"Blotter": "LOCATION"}), {"Blotter": 0.9}) == [("PERSON", "Blotter")]
    longer = {"Doe yesterday": "ORGANIZATION"}
    assert believed(case("We saw Doe yesterday.", longer), {"Doe": 0.7}) == [("ORGANIZATION", "Doe yesterday")]


def test_against_another_guess_a_word_that_is_like_a_name_needs_less() -> None:
    for entity in ("LOCATION", "ORGANIZATION"):
        assert believed(case("We saw Doe there.", {"Doe": entity}), {"Doe": 0.5}) == [("PERSON", "Doe")]
        assert believed(case("We saw Blotter.", {"Blotter": entity}), {"Blotter": 0.5}) == [(entity, "Blotter")]


def test_a_word_of_the_dictionary_that_only_the_second_model_takes_for_a_person_must_be_sure() -> None:
    assert believed(case("paid in Bench notes"), {"Bench": 0.9}) == []
    assert believed(case("paid in Bench notes"), {"Bench": 0.97}) == [("PERSON", "Bench")]


def test_a_name_keeps_its_initials_and_all_of_a_double_name() -> None:
    assert believed(case("ask J. R. Doe now", {"J. R. Doe": "PERSON"})) == [("PERSON", "J. R. Doe")]
    assert believed(case("ask Jane-ann Doe now", {"Jane-ann Doe": "PERSON"})) == [("PERSON", "Jane-ann Doe")]


def test_the_next_sentence_is_no_surname_of_initials() -> None:
    assert believed(case("ask J. D. However, go", {"J. D. However": "PERSON"})) == [("PERSON", "J. D.")]
    assert believed(case("ask J. D. Howe, go", {"J. D. Howe": "PERSON"})) == [("PERSON", "J. D. Howe")]


def test_what_somebody_was_is_not_a_part_of_their_name() -> None:
    assert believed(case("ex-Banker Jane Doe paid", {"Banker Jane Doe": "PERSON"})) == [("PERSON", "Jane Doe")]
    assert believed(case("ex-Jane paid", {"Jane": "PERSON"})) == [("PERSON", "Jane")]


def test_in_lower_case_a_word_that_is_like_a_name_needs_less() -> None:
    assert believed(case("ask jane about it"), {"jane": 0.5}) == [("PERSON", "jane")]
    assert believed(case("ask blotter about it"), {"blotter": 0.5}) == []


def test_who_stands_in_a_list_of_people_is_one() -> None:
    text = "It was Jane, Maria and Doe."
    assert believed(case(text), {"Jane": 0.9, "Maria": 0.9, "Doe": 0.1}) == [
        ("PERSON", "Doe"),
        ("PERSON", "Jane"),
        ("PERSON", "Maria"),
    ]


def test_what_a_sentence_calls_a_company_is_nobody() -> None:
    assert believed(case("Doe is a small company.", {"Doe": "PERSON"}), {"Doe": 0.9}) == []
    assert believed(case("Doe is a clerk.", {"Doe": "PERSON"}), {"Doe": 0.9}) == [("PERSON", "Doe")]


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


def test_an_organisation_of_ordinary_words_needs_a_name_nearby() -> None:
    guesses = {"Cash Flow": "ORGANIZATION"}
    assert believed(case("See the Cash Flow.", guesses)) == []
    assert believed(case("Jane sees the Cash Flow.", guesses), {"Jane": 0.9}) == [
        ("ORGANIZATION", "Cash Flow"),
        ("PERSON", "Jane"),
    ]


def test_a_place_that_is_an_ordinary_word_needs_the_second_model() -> None:
    text = "Due in Autumn."
    assert believed(case(text, {"Autumn": "LOCATION"})) == []
    assert believed(case(text, {"Autumn": "LOCATION"}), place={"Autumn": 0.3}) == [("LOCATION", "Autumn")]


def test_an_ordinary_word_is_a_person_if_the_second_model_is_sure_and_no_sentence_begins_there() -> None:
    guesses = {"Prudence": "PERSON"}
    assert believed(case("ask Prudence now", guesses), {"Prudence": 0.2}) == []
    assert believed(case("ask Prudence now", guesses), {"Prudence": 0.9}) == [("PERSON", "Prudence")]
    assert believed(case("Prudence is a virtue.", guesses), {"Prudence": 0.9}) == []
    assert believed(case("Prudence pays it.", guesses), {"Prudence": 0.97}) == [("PERSON", "Prudence")]


def test_whom_something_introduces_is_no_organisation() -> None:
    text = "I am Doe."
    assert believed(case(text, {"Doe": "ORGANIZATION"}, introduced="Doe")) == []


def test_what_stands_before_a_colon_is_another_thing_than_what_follows() -> None:
    text = "See Blotter: Ledgerly."
    assert believed(case(text, {"Blotter: Ledgerly": "ORGANIZATION"})) == [
        ("ORGANIZATION", " Ledgerly"),
        ("ORGANIZATION", "Blotter"),
    ]


def test_a_code_is_no_place() -> None:
    assert believed(case("with MAY25 off"), place={"MAY25": 0.9}) == []


def test_words_in_a_json_string_are_not_code() -> None:
    assert believed(case('she said \\"ask jane\\" to us'), {"jane": 0.9}) == [("PERSON", "jane")]


def test_a_surname_with_particles_belongs_to_the_person() -> None:
    assert believed(case("Jane van der Doe paid"), {"Jane": 0.9}) == [("PERSON", "Jane van der Doe")]
    assert believed(case("Jane y Maria"), {"Jane": 0.9}) == [("PERSON", "Jane")]


def test_abroad_less_is_enough_and_words_are_heard_one_by_one() -> None:
    assert believed(case("met Jane"), {"Jane": 0.2}) == []
    assert believed(case("sah Jane", abroad=Abroad(alike)), {"Jane": 0.2}) == [("PERSON", "Jane")]
    said = {"Jane": 0.9, "vit": 0.9, "Maria": 0.9}
    assert believed(case("que Jane vit Maria", abroad=Abroad(alike)), said) == [("PERSON", "Jane"), ("PERSON", "Maria")]


def test_abroad_a_name_may_stand_behind_an_apostrophe_but_not_in_code() -> None:
    assert believed(case("celle d'Jane", abroad=Abroad(alike)), {"Jane": 0.9}) == [("PERSON", "Jane")]
    assert believed(case("celle b'Jane", abroad=Abroad(alike)), {"Jane": 0.9}) == []


def test_abroad_names_in_lower_case_are_found_where_all_is() -> None:
    assert believed(case("je vois jane doe", abroad=Abroad(alike)), {"jane": 0.9, "doe": 0.9}) == [
        ("PERSON", "jane doe")
    ]


def test_in_a_message_of_one_line_the_second_model_counts_more() -> None:
    for text, likely, is_one in (("Jane won again", 0.25, True), ("Jane won again", 0.15, False)):
        found = believed(case(text, whole=True), {"Jane": likely})
        assert found == ([("PERSON", "Jane")] if is_one else [])
        assert believed(case(text), {"Jane": likely}) == []
        assert believed(case(f"{text}\nand again", whole=True), {"Jane": likely}) == []
        assert believed(case(f"{text}, " + "and again " * 30, whole=True), {"Jane": likely}) == []
    assert believed(case("Ask jane about it", whole=True), {"jane": 0.25}) == [("PERSON", "jane")]
    assert believed(case("Ask jane about it", whole=True), {"jane": 0.15}) == []


def test_in_chat_or_of_a_word_like_a_name_in_a_line_a_guess_of_the_first_stands_whatever_the_second_says() -> None:
    text = "lol Blotter did it"
    assert believed(case(text, {"Blotter": "PERSON"}), {"Blotter": 0.0}) == [("PERSON", "Blotter")]
    assert believed(case("Blotter did it", {"Blotter": "PERSON"}, whole=True), {"Blotter": 0.0}) == []
    line = "Berlin did it"  # a little like a name
    assert believed(case(line, {"Berlin": "PERSON"}, whole=True), {"Berlin": 0.0}) == [("PERSON", "Berlin")]
    assert believed(case(line, {"Berlin": "PERSON"}), {"Berlin": 0.0}) == []
    assert believed(case("Jane lol RIP", {"RIP": "PERSON"}), {"RIP": 0.9}) == [], "what people say is nobody"


def test_a_company_that_is_like_a_name_is_rather_somebody_where_people_talk() -> None:
    text, guess = "Maria won again", {"Maria": "ORGANIZATION"}
    assert believed(case(text, guess, whole=True), {"Maria": 0.1}) == [("PERSON", "Maria")]
    assert believed(case(text, guess), {"Maria": 0.1}) == [("ORGANIZATION", "Maria")]
    assert believed(case("Blotter won", {"Blotter": "ORGANIZATION"}, whole=True)) == [("ORGANIZATION", "Blotter")]
    assert ("LOCATION", "Maria") in believed(case(text, guess, whole=True), {"Maria": 0.1}, {"Maria": 0.9})
    long = {"Maria and the Ledger": "ORGANIZATION"}
    assert believed(case("Maria and the Ledger won", long, whole=True)) == [("ORGANIZATION", "Maria and the Ledger")]


def test_a_guess_in_lower_case_is_certain_where_people_write_so() -> None:
    def certain(of: Case) -> list[bool]:
        return [each.certain for each in judged(of, [], [])]

    guess = {"jane doe": "PERSON"}
    assert certain(case("i saw jane doe", guess)) == [True]
    assert certain(case("it was jane doe", guess)) == [False]
    assert certain(case("i saw autumn", {"autumn": "PERSON"})) == [False], "of ordinary words it is not"


def test_a_verb_of_another_language_parts_two_people_in_a_text_that_is_taken_for_english() -> None:
    said = {"Jane": 0.9, "incontrò": 0.9, "Maria": 0.9, "Doe": 0.9}
    assert believed(case("Jane incontrò Maria Doe"), said) == [("PERSON", "Jane"), ("PERSON", "Maria Doe")]
    said = {"Jane": 0.9, "had": 0.9, "given": 0.9, "Maria": 0.9}
    assert believed(case("Jane had given Maria it"), said) == [("PERSON", "Jane"), ("PERSON", "Maria")]
    assert believed(case("Jane von Doe"), {"Jane": 0.9, "von": 0.9, "Doe": 0.9}) == [("PERSON", "Jane von Doe")]
