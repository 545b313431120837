"""Rows that a statement of SQL inserts: `INSERT INTO people (name, account) VALUES ('Jane Doe', '7'), ('Li Roe', '8')`.

The list of columns is a line of headings, and every pair of brackets behind VALUES is a row below it, however the
statement is broken over lines. Where a statement names no columns its rows have no headings, and where a row holds
brackets in brackets in brackets it ends the statement: accepted misses. This module must not know what headings say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

LONGEST: Final = 1000
"""Characters of a value, and of the list of columns."""
_HEAD = re.compile(
    r"(?i)\b(?:INSERT|REPLACE)\s{1,8}(?:(?:OR\s{1,8})?[A-Z]{4,12}\s{1,8})?INTO\s{1,8}[^\s()]{1,120}\s{0,8}"
    rf"\((?P<names>[^()]{{1,{LONGEST}}})\)\s{{0,8}}VALUES\s{{0,8}}"
)
_TUPLE = re.compile(
    rf"\((?P<row>(?:[^()'\"]{{1,{LONGEST}}}+|'(?:[^'\\]|\\.|''){{0,{LONGEST}}}+'|\"[^\"]{{0,{LONGEST}}}+\""
    r"|\([^()]{0,200}+\)){0,400}+)\)\s{0,8}"
)
_LONGEST_ROW: Final = 4096
_AND: Final = ","
_OPEN: Final = "("


class Insert(NamedTuple):
    """A statement: [start, end) in the text, its columns, and where its rows stand, without their brackets. `open` is
    where a row has begun, or may begin, at the end of a text that is not complete."""

    start: int
    end: int
    names: tuple[str, ...]
    rows: tuple[tuple[int, int], ...]
    open: int | None


def may_insert(text: str) -> bool:
    """Whether the words stand in a text without which no statement has rows; seen at once."""
    return ("VALUES" in text and "INTO" in text) or ("values" in text and "insert into" in text)


def inserts(text: str) -> Iterator[Insert]:
    """The statements of a text, in its order."""
    at = 0
    while may_insert(text) and (head := _HEAD.search(text, at)):
        insert = _read(text, head)
        yield insert
        at = insert.end


def _read(text: str, head: re.Match[str]) -> Insert:
    names = tuple(head["names"].split(_AND))
    rows: list[tuple[int, int]] = []
    at, goes_on = head.end(), True
    while goes_on and (row := _TUPLE.match(text, at)):
        rows.append(row.span("row"))
        at = row.end()
        goes_on = text.startswith(_AND, at)
        if goes_on:
            at += 1
            while at < len(text) and text[at].isspace():
                at += 1
    begun = goes_on and len(text) - at < _LONGEST_ROW and (at == len(text) or text[at] == _OPEN)
    return Insert(head.start(), at, names, tuple(rows), at if begun else None)
