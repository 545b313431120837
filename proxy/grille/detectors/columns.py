"""The heading above a cell: tables that stand in a text as CSV, TSV or Markdown.

A column's heading says what a bare number is, however many rows lie between. Only headings are found
here: whether a heading speaks for an entity is `context`'s affair. This module must not parse CSV in
full (quoted line breaks, escapes): a row it does not understand has no headings, and the numbers in
it are judged by their neighbours.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

_DELIMITERS = "\t|;,"
_LONGEST_ROW = 4096
"""Characters. Finding a cell costs its row's length: a longer line is not a row that people write."""
_HEADING = re.compile(r"\s{0,8}[\"'*`]{0,2}[A-Za-z][A-Za-z0-9 _./#()-]{0,40}[\"'*`]{0,2}\s{0,40}")
_RULE = re.compile(r"[\s|:+=-]{3,4096}")
_QUOTED = re.compile(r'"[^"\n]{0,4096}"')


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table: [start, end) in the text, its delimiter, and the headings above its cells."""

    start: int
    end: int
    delimiter: str
    headings: tuple[str, ...]


class Columns:
    """The tables of one text, found in one pass over its lines."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.rows = tuple(_rows(text))
        self._starts = [row.start for row in self.rows]

    def row(self, offset: int) -> Row | None:
        """The row in which `offset` lies, if it lies in a table."""
        number = bisect_right(self._starts, offset) - 1
        return self.rows[number] if number >= 0 and offset < self.rows[number].end else None

    def heading(self, offset: int) -> str:
        """The heading of the cell in which `offset` lies; empty when it lies in no table."""
        row = self.row(offset)
        if row is None:
            return ""
        before = _QUOTED.sub("", self._text[row.start : offset])
        column = before.count(row.delimiter)
        return row.headings[column] if column < len(row.headings) else ""

    def cells(self) -> Iterator[tuple[str, int, int]]:
        """Every cell with its heading: (heading, start, end), in the order of the text."""
        for row in self.rows:
            start = row.start
            for heading, cell in zip(row.headings, _cells(self._text, row), strict=False):
                yield heading, start, start + len(cell)
                start += len(cell) + 1


def _cells(text: str, row: Row) -> list[str]:
    line = text[row.start : row.end]
    masked = _QUOTED.sub(lambda quoted: "x" * len(quoted[0]), line)
    return [line[start:end] for start, end in _pieces(masked, row.delimiter)]


def _pieces(line: str, delimiter: str) -> Iterator[tuple[int, int]]:
    start = 0
    for piece in line.split(delimiter):
        yield start, start + len(piece)
        start += len(piece) + 1


def _rows(text: str) -> Iterator[Row]:
    """Lines below a line of headings, up to the first that has fewer delimiters than it."""
    headings: tuple[str, ...] = ()
    delimiter = ""
    start = 0
    for line in text.splitlines(keepends=True):
        end = start + len(line)
        if len(line) > _LONGEST_ROW or not line.strip():
            headings = ()
        elif headings and line.count(delimiter) >= len(headings) - 1:
            if not _RULE.fullmatch(line):
                yield Row(start, end, delimiter, headings)
        else:
            delimiter, headings = _headings(line)
        start = end


def _headings(line: str) -> tuple[str, tuple[str, ...]]:
    """The delimiter and the headings of a line, if every one of its cells reads like a heading. Two
    cells with a blank between them are more often a clause with a comma."""
    delimiter = max(_DELIMITERS, key=line.count)
    cells = line.rstrip("\r\n").split(delimiter)
    named = [cell for cell in cells if cell.strip()]
    fewest = 3 if delimiter in ",;" and f"{delimiter} " in line else 2
    if len(named) < fewest or not all(_HEADING.fullmatch(cell) for cell in named):
        return "", ()
    return delimiter, tuple(cells)
