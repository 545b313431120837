from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grille.detectors.prose import LONGEST_PIECE, holds_words, is_prose, pieces, spoken
from grille.exchange import Kind, Segment


def prose(text: str, kind: Kind = Kind.TEXT, label: str = "") -> bool:
    return is_prose(Segment("/a", kind, text, label))


@pytest.mark.parametrize("kind", [Kind.TEXT, Kind.SYSTEM, Kind.RESULT, Kind.ARGUMENTS])
def test_sentences_are_prose_wherever_people_write(kind: Kind) -> None:
    assert prose("Please pay Jane Doe.", kind)


def test_data_holds_words_though_it_is_no_prose() -> None:
    data = Segment("/a", Kind.TEXT, '{"a":{"b":["Jane"]}}')
    assert holds_words(data)
    assert not is_prose(data)
    assert not holds_words(Segment("/a", Kind.OPAQUE, "Please pay Jane Doe."))


@pytest.mark.parametrize("kind", [Kind.NAME, Kind.OPAQUE])
def test_what_has_a_grammar_is_not_prose(kind: Kind) -> None:
    assert not prose("Please pay Jane Doe.", kind)


def test_lines_of_labels_and_values_are_prose() -> None:
    assert prose("Contact: Jane Doe\nEmail: jane@example.com", Kind.RESULT)


def test_a_lone_word_is_prose_only_under_a_label_for_names_or_places() -> None:
    assert prose("Jane", label="first_name")
    assert prose("London", label="city")
    assert not prose("Jane", label="status")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no capitals here",
        "12345678",
        "550e8400-e29b-41d4-a716-446655440000",
        "https://example.com/Path",
        "AKIAIOSFODNN7EXAMPLE",
        'if (Foo) { return x["Bar"]; }',
        '{"Name": {"First": [1, 2]}}',
    ],
)
def test_code_ids_and_addresses_are_not_prose(text: str) -> None:
    assert not prose(text)


@given(st.lists(st.sampled_from(["Jane ", "doe. ", "x\n", "y" * 700 + " ", "Z "]), max_size=60))
def test_pieces_are_short_and_lose_only_what_has_no_capital(words: list[str]) -> None:
    text = "".join(words)
    at = 0
    for start, piece in pieces(text):
        assert 0 < len(piece) <= LONGEST_PIECE
        assert text[start : start + len(piece)] == piece
        assert "Jane" not in text[at:start]
        at = start + len(piece)
    assert "Jane" not in text[at:]


def test_a_name_is_not_cut() -> None:
    text = "word " * 395 + "and then Jane Doe came by. " + "word " * 50
    assert any("Jane Doe" in piece for _, piece in pieces(text))


def test_the_escapes_of_a_json_string_are_no_code() -> None:
    said = r"Jordan:\"I am Mary.\" \n"
    assert prose(said * 4)
    assert not prose(said.replace("\\", "|") * 4)
    assert prose(r"jordan: \"who are you?\" mary: \"nobody\"")


def test_numbers_and_quote_marks_stand_between_words_in_lower_case() -> None:
    assert prose("16 elm street\n> flat 5\n> springfield")
    assert not prose("16 elm")


@pytest.mark.parametrize(
    "text", ["**Customer:** Jane Doe", "| **Jane Doe** | 40 |", "~~Jane Doe~~ left", "__Jane Doe__"]
)
def test_what_is_emphasised_is_no_code(text: str) -> None:
    assert prose(text)


@pytest.mark.parametrize(
    "text",
    [
        "<li>Jane Doe</li>",
        "<table><tr><td>Jane Doe</td><td>12345678</td></tr></table>",
        '<p style="color:#111">Dear Jane,</p><p>All is well.</p>',
    ],
)
def test_tags_of_html_are_no_code_and_those_of_xml_are_data(text: str) -> None:
    assert prose(text)
    assert not prose("<Cdtr><Nm>Jane Doe</Nm></Cdtr>")
    assert not prose('return "<td>%s</td>" % Foo.bar(x)[1]')


def test_what_is_said_in_an_element_of_xml_is_prose() -> None:
    text = "<Ntry><Nm>Jane Doe</Nm><Ustrd>rent for Jane Doe, in May</Ustrd><Sts>Paid</Sts></Ntry>"
    assert prose(text)
    assert spoken(text).split("\n") == ["", f"{' ' * 29}rent for Jane Doe, in May{' ' * 30}"]
    assert not prose("<Ntry><Nm>Jane Doe</Nm><Sts>Paid In Full</Sts></Ntry>")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("call _Jane Doe_ now", "call  Jane Doe  now"),
        ("__Jane__, _Doe._", "  Jane  ,  Doe. "),
        ("[Jane Doe](https://example.com/1) said", f"[Jane Doe{' ' * 24} said"),
        ("~~Jane~~", "  Jane  "),
        ("<b>Jane</b> Doe", "   Jane     Doe"),
        ("<td>Jane</td><td>Doe</td>", "\n   Jane\n    \n   Doe\n    "),
        ("snake_case and __init__ of a_b", "snake_case and   init   of a_b"),
        ("Jane *Doe*", "Jane *Doe*"),
    ],
)
def test_a_model_reads_words_without_what_sticks_to_them(written: str, read: str) -> None:
    assert spoken(written) == read


@given(
    st.lists(
        st.sampled_from(["_", "Jane", " ", "](", ")", "xy zz", "~~", "<b>", "</td>", "<Nm>", "</Nm>", "<", "*"])
    ).map("".join)
)
def test_every_character_that_is_read_stands_where_it_was(text: str) -> None:
    read = spoken(text)
    assert len(read) == len(text)
    assert all(new in (old, " ", "\n") for new, old in zip(read, text, strict=True))
