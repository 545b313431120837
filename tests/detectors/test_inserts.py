from __future__ import annotations

import time

import pytest

from grille.detectors.inserts import inserts, may_insert

TWO = "INSERT INTO people (name, account) VALUES ('Jane Doe', '12345678'), ('John Roe', '87654321');"


def rows(text: str) -> list[str]:
    return [text[start:end] for insert in inserts(text) for start, end in insert.rows]


def test_every_pair_of_brackets_is_a_row_below_the_columns() -> None:
    (insert,) = inserts(TWO)
    assert insert.names == ("name", " account")
    assert rows(TWO) == ["'Jane Doe', '12345678'", "'John Roe', '87654321'"]
    assert (TWO[insert.end :], insert.open) == (";", None)


@pytest.mark.parametrize(
    "text",
    [
        "insert into people\n (\n  name,\n  account\n )\nvalues\n ('Doe, Jane', '1'),\n ('O''Neil', lower('A'))\n",
        "INSERT IGNORE INTO `people` (`name`,`account`) VALUES ('Doe, Jane', '1'),('O''Neil', lower('A'))",
        "REPLACE INTO people (name, account) VALUES ('Doe, Jane', '1') , ('O''Neil', lower('A'));",
    ],
)
def test_a_statement_may_be_broken_over_lines_and_its_values_hold_commas_and_brackets(text: str) -> None:
    assert rows(text) == ["'Doe, Jane', '1'", "'O''Neil', lower('A')"]


@pytest.mark.parametrize(
    "text", ["the values insert into (a slot)", "INSERT INTO people VALUES ('Jane Doe')", "INSERT INTO t SELECT 1", ""]
)
def test_what_names_no_columns_or_inserts_no_values_has_no_rows(text: str) -> None:
    assert rows(text) == []


def test_the_words_of_a_statement_are_seen_before_it_is_read() -> None:
    assert may_insert(TWO)
    assert not may_insert("the values of the firm")


@pytest.mark.parametrize(("cut", "opened"), [(43, 42), (70, 68), (68, 68), (42, 42)])
def test_a_row_that_is_not_complete_is_open(cut: int, opened: int) -> None:
    (insert,) = inserts(TWO[:cut])
    assert insert.open == opened


def test_two_statements_are_two_tables() -> None:
    assert [len(insert.rows) for insert in inserts(TWO + "\n" + TWO)] == [2, 2]


def test_quotes_that_nobody_closes_cost_little() -> None:
    text = "INSERT INTO t (a) VALUES ('" * 20_000
    started = time.process_time()
    assert rows(text) == []
    assert time.process_time() - started < 5
