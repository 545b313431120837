from __future__ import annotations

import time

import pytest

from grille.detectors.columns import Columns

CSV = "date,ref,card number,amount\n2025-01-02,INV-1,4111111111111111,230.00\n2025-01-03,INV-2,,12.00\n"


def heading(text: str, of: str) -> str:
    return Columns(text).heading(text.index(of))


def test_a_cell_has_the_heading_of_its_column() -> None:
    assert heading(CSV, "4111") == "card number"
    assert heading(CSV, "INV-2") == "ref"


def test_what_stands_above_a_row_is_a_heading() -> None:
    columns = Columns("text\n" + CSV)
    headings = [place for place in range(len(CSV) + 5) if columns.is_heading(place)]
    assert headings == list(range(5, 5 + CSV.index("\n") + 1))
    assert not Columns("date,ref,amount").is_heading(0)


def test_a_heading_reaches_the_last_of_many_rows() -> None:
    text = "name,iban\n" + "x,y\n" * 1000 + "z,END\n"
    assert heading(text, "END") == "iban"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_every_common_delimiter_is_known(delimiter: str) -> None:
    text = delimiter.join(["name", "iban"]) + "\n" + delimiter.join(["x", "END"]) + "\n"
    assert heading(text, "END") == "iban"


def test_a_markdown_table_has_headings() -> None:
    text = "| name | sort code |\n|------|----------:|\n| Jane | 11-22-33 |\n"
    assert heading(text, "11-22-33").strip() == "sort code"


@pytest.mark.parametrize(
    "text",
    [
        "Customer,Current,1-30,31 - 60 days,>90\nEND,1,2,3,4\n",
        "Customer      Current   30 days   90+ days\nEND           1.00      0.00      0.00\n",
    ],
)
def test_ages_of_debts_are_headings_beside_words(text: str) -> None:
    assert heading(text, "END") == "Customer"
    assert heading(text.replace("Customer", "30 days "), "END") == ""
    assert heading(text.replace("Current", "1234567"), "END") == ""


def test_a_quoted_delimiter_does_not_count() -> None:
    assert heading('name,iban\n"Doe, Jane",END\n', "END") == "iban"


@pytest.mark.parametrize(
    "text", ["no table. 12, 34\n12, 34", "Hi team, account number\n1234, thanks", "1,2,3\n4,5,6", "name\nvalue"]
)
def test_text_without_headings_has_none(text: str) -> None:
    assert all(not Columns(text).heading(place) for place in range(len(text)))


def test_a_blank_line_ends_a_table() -> None:
    assert heading("name,iban\nx,y\n\nz,END\n", "END") == ""


def test_cells_come_with_heading_and_place() -> None:
    text = "payee,amount\nJane Doe,12\n"
    assert [(name, text[start:end].strip()) for name, start, end in Columns(text).cells()] == [
        ("payee", "Jane Doe"),
        ("amount", "12"),
    ]


def test_what_stands_far_along_a_line_is_in_no_cell() -> None:
    text = "a,b\n" + "12345678," * 20_000
    columns = Columns(text)
    started = time.process_time()
    assert not any(columns.heading(place) for place in range(5000, len(text), 9))
    assert time.process_time() - started < 5


TABLE = "payee,account\nJane Doe,12345678\nJohn Roe,87654321\n"


def test_a_row_that_still_grows_is_one_when_its_delimiters_have_come() -> None:
    begun, decided = Columns(TABLE + "Mary", growing=True), Columns(TABLE + "Mary Poe,1", growing=True)
    assert begun.undecided(len(TABLE))
    assert not begun.undecided(len(TABLE) - 1)
    assert not decided.undecided(len(TABLE) + 9)
    assert decided.heading(len(TABLE) + 9) == "account"
    assert decided.last is not None
    assert decided.last.start == len(TABLE)


def test_a_line_that_has_come_to_its_end_or_stands_in_no_table_is_decided() -> None:
    assert Columns(TABLE, growing=True).last is None
    assert Columns("no table\nat al", growing=True).last is None


def test_a_table_begins_at_its_headings() -> None:
    columns = Columns("words\n\n" + TABLE + "\nmore words", growing=True)
    start = len("words\n\n")
    assert [columns.beginning(place) for place in (0, start, start + 20, start + len(TABLE) - 2)] == [
        *(0, start, start, start)
    ]
    assert columns.beginning(start + len(TABLE) + 3) == start + len(TABLE) + 3


def test_in_a_text_whose_beginning_may_be_gone_headings_do_not_speak_for_ever() -> None:
    text = "name,account\n" + "Jane,12345678\n" * 400
    assert Columns(text).heading(len(text) - 5) == "account"
    assert Columns(text, growing=True).heading(2000) == "account"
    assert Columns(text, growing=True).heading(len(text) - 5) != "account"


def test_a_comma_in_a_quoted_cell_divides_nothing() -> None:
    text = 'payee,address,account\nJane,"1 Road, Town 12345",87654321\n'
    columns = Columns(text)
    assert columns.heading(text.index("12345")) == "address"
    assert columns.heading(text.index("87654321")) == "account"


BLANKS = (
    "Name          Sort Code   Account No\n"
    "------------- ---------- ------------\n"
    "Jane Doe      20-00-00        12345678\n"
)


def test_a_cell_in_columns_of_blanks_has_the_heading_that_begins_nearest() -> None:
    columns = Columns(BLANKS)
    assert columns.heading(BLANKS.index("20-00")) == "Sort Code"
    assert columns.heading(BLANKS.index("1234")) == "Account No"
    assert next(cell for cell in columns.cells() if "Jane" in BLANKS[cell[1] : cell[2]])[0] == "Name"


def test_two_blanks_between_sentences_are_no_columns() -> None:
    assert Columns("We met today.  You paid us\nacct  12345678\n").heading(40) == ""


def test_an_empty_line_ends_columns_of_blanks() -> None:
    text = BLANKS + "\nJane Doe      20-00-00    12345678\n"
    assert Columns(text).heading(len(text) - 5) == ""


def test_a_value_that_sql_inserts_has_the_heading_of_its_column() -> None:
    text = "INSERT INTO people (payee, note, account) VALUES ('Doe, Jane', 'a, b', '12345678'), ('Roe', '', '87654321')"
    columns = Columns(text)
    assert [columns.heading(text.index(each)).strip() for each in ("Jane", ", b", "12345678", "Roe", "87654321")] == [
        *("payee", "note", "account", "payee", "account")
    ]
    assert [text[start:end].strip() for heading, start, end in columns.cells() if heading == "payee"] == [
        *("'Doe, Jane'", "'Roe'")
    ]


def test_a_row_that_sql_still_inserts_is_held() -> None:
    text = "INSERT INTO people (payee, account) VALUES ('Doe', '12345678'), ('Ro"
    last = Columns(text, growing=True).last
    assert last is not None
    assert text[last.start :] == "('Ro"
    assert Columns("INSERT INTO people (payee, account) VALUES ('Doe', '1');", growing=True).last is None
