from __future__ import annotations

from grille.detectors.endings import LONGEST_SENTENCE, ends_sentence, sentence_end, sentence_ends


def test_an_initial_and_a_title_end_no_sentence() -> None:
    assert sentence_end("Mr. J. Doe paid. Then", 0) == len("Mr. J. Doe paid. ")


def test_an_end_that_has_not_come_is_none() -> None:
    assert sentence_end("Mr. J. Doe paid", 0) is None


def test_the_sentences_of_a_whole_text_are_all_of_it() -> None:
    text = "One. Two\nThree " + "word " * LONGEST_SENTENCE
    parts = [text[start:end] for start, end in sentence_ends(text)]
    assert parts[:2] == ["One. ", "Two\n"]
    assert "".join(parts) == text


def test_a_line_an_ordinal_and_a_numeral_are_no_whole_sentence() -> None:
    for text, is_whole in (
        ("Sie zahlt. ", True),
        ("Zahlt sie?« ", True),
        ("Sie\n", False),
        ("Am 3. ", False),
        ("Jan II. ", False),
    ):
        assert ends_sentence(text, len(text)) == is_whole, text
