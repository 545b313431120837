"""`grille.detectors.asking`: what the second model is asked. No model is loaded here."""

from __future__ import annotations

from detectors.evidence import case
from grille.detectors.abroad import Abroad
from grille.detectors.asking import Case, to_read, windows
from grille.detectors.endings import ends_sentence, sentence_ends


def asked(of: Case) -> list[str]:
    return [of.text[start:end] for start, end in to_read(of, windows(sentence_ends(of.text)))]


def test_sentences_are_read_together_up_to_a_length() -> None:
    text = "A short one. " * 40
    spans = list(windows(sentence_ends(text)))
    assert "".join(text[start:end] for window in spans for start, end in window) == text
    assert max(window[-1][1] - window[0][0] for window in spans) <= 200
    assert len(spans) == 3


def test_who_says_so_has_sentences_read_alone() -> None:
    text = "A short one. Another\none. "
    spans = windows(sentence_ends(text), lambda end: ends_sentence(text, end))
    assert [text[window[0][0] : window[-1][1]] for window in spans] == ["A short one. ", "Another\none. "]


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


def test_it_is_asked_about_a_word_that_no_dictionary_has_if_it_is_a_little_like_a_name() -> None:
    assert asked(case("The Ledger called. ")) == ["The Ledger called. "]
    assert asked(case("The Bench called. ")) == []
    assert asked(case("The Ledger called. ", {"Ledger": "NRP"})) == ["The Ledger called. "]
    assert asked(case("ask berlin about it")) == ["ask berlin about it"]
    assert asked(case("ask ledger about it")) == []


def test_it_is_not_asked_about_days_and_months() -> None:
    assert asked(case("due on Monday and in January. ")) == []
    assert asked(case("Ms January paid. ", {"January": "PERSON"})) == ["Ms January paid. "]


def test_people_in_two_cells_are_two_and_one_thing_in_two_is_none_of_both() -> None:
    text = "Jane Doe;Blotter|x"
    assert [text[each.start : each.end] for each in case(text, {"Jane Doe;Blotter": "PERSON"}).guesses] == [
        "Jane Doe",
        "Blotter",
    ]
    assert [text[each.start : each.end] for each in case(text, {"Blotter|x": "ORGANIZATION"}).guesses] == ["Blotter|x"]


def test_it_is_asked_about_numbers_in_addresses_and_not_in_dates() -> None:
    assert asked(case("it went to 12 Kromwater"))
    assert not asked(case("it went on 12 October"))


def test_it_is_asked_once_about_a_word() -> None:
    filler = "The quarter went well and nothing else is to be said about it. " * 4
    assert len(asked(case(f"Jane called. {filler}Jane paid. "))) == 1


def test_it_is_asked_about_places_that_are_ordinary_words() -> None:
    assert asked(case("The Autumn list. ", {"Autumn": "LOCATION"})) == ["The Autumn list. "]
    assert asked(case("The Autumn list. ", {"Autumn": "ORGANIZATION"})) == []


def test_a_message_of_one_line_is_casual_and_chat_is_in_any_text() -> None:
    def told(of: Case) -> tuple[bool, bool]:
        return of.is_casual(0, 4), of.is_chat(0, 4)

    assert told(case("Jane called.", whole=True)) == (True, False)
    assert told(case("Jane called.")) == (False, False)
    assert told(case("Jane called.\nShe was late.", whole=True)) == (False, False)
    assert told(case("Jane called lol\nShe was late.")) == (True, True)
    assert told(case("Jane called lol", abroad=Abroad(lambda _: 1.0), whole=True)) == (False, False)
