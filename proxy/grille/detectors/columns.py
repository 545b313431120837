"""The heading above a cell: tables that stand in a text as CSV, TSV, Markdown, SQL, or in columns of blanks.

A column's heading says what a bare number is, however many rows lie between. Only headings are found
here: whether a heading speaks for an entity is `context`'s affair. This module must not parse CSV in
full (quoted line breaks, escapes): a row it does not understand has no headings, and the numbers in
it are judged by their neighbours. In columns of blanks a cell belongs to the heading that begins nearest to
where it begins, because that can be said before the rest of the line has come.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from grille.detectors.inserts import LONGEST, Insert, inserts

_DELIMITERS = "\t|;,"
_LONGEST_ROW = 4096
"""Characters. Finding a cell costs its row's length: what stands further along a line is in no cell."""
LONGEST_HEADINGS: Final = 400
"""Characters of a line of headings, in a text of which the beginning may be gone."""
HEADINGS_REACH: Final = 3000
"""How far below such a line its headings speak, in such a text."""
_HEADING = re.compile(r"\s{0,8}[\"'*`]{0,2}(?:[^\W\d_]|#)[\w ./#()&%$£€+-]{0,40}[\"'*`]{0,2}\s{0,40}")
_DAYS = r"[ ]?(?:days?|d|months?)"
_AGE = re.compile(
    r"\s{0,8}[\"'*`]{0,2}"
    rf"(?:(?:[<>][ ]?[0-9]{{1,3}}|[0-9]{{1,3}}(?:[ ]?-[ ]?[0-9]{{1,3}}|[ ]?\+))(?:{_DAYS})?|[0-9]{{1,3}}{_DAYS})"
    r"[\"'*`]{0,2}\s{0,40}"
)
"""Of how old debts are (`30 days`, `31-60`, `90+`): a heading beside one of words."""
_RULE = re.compile(r"[\s|:+=-]{3,4096}")
_BLANKS: Final = "  "
"""The delimiter of columns of blanks: two at least."""
_BETWEEN = re.compile(r" {2,200}")
_SENTENCE = re.compile(r"\w{5}[.]\Z|(?:\S+ +){5}")
_QUOTED = re.compile(r'"[^"\n]{0,4096}"')
_IN_SQL: Final = "'"
_QUOTED_IN_SQL = re.compile(rf"'(?:[^'\\]|\\.|''){{0,{LONGEST}}}+'")


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table: [start, end) in the text, its delimiter, the headings above its cells, and where
    the line of these begins."""

    start: int
    end: int
    delimiter: str
    headings: tuple[str, ...]
    above: int
    stops: tuple[int, ...] = ()
    """Where the headings begin in their line, in columns of blanks."""
    is_inserted: bool = False
    """By SQL, where values stand in single quotes."""


class Columns:
    """The tables of one text, found in one pass over its lines.

    `growing`: it gets more words, and its beginning may be gone. Then headings are short and do not speak
    for ever, so that a bounded stretch of text says the same as all of it.
    """

    def __init__(self, text: str, *, growing: bool = False) -> None:
        self._text = text
        self._growing = growing
        self.last: Row | None = None
        """A last line below headings that has not come to its end, whether it will be a row or not."""
        self.rows = tuple(self._rows())
        self._starts = [row.start for row in self.rows]

    def undecided(self, offset: int) -> bool:
        """Whether `offset` lies in a last line that has not come as far as to say whether it is a row."""
        return self.last is not None and offset >= self.last.start and self.row(offset) is None

    def beginning(self, offset: int) -> int:
        """Where the headings of the table begin in which `offset` lies; `offset` itself if it lies in none."""
        below = self.rows[bisect_right(self._starts, offset) :]
        row = self.row(offset) or (below[0] if below else self.last)
        return row.above if row is not None and row.above <= offset else offset

    def row(self, offset: int) -> Row | None:
        """The row in which `offset` lies, if it lies in a table."""
        number = bisect_right(self._starts, offset) - 1
        return self.rows[number] if number >= 0 and offset < self.rows[number].end else None

    def heading(self, offset: int) -> str:
        """The heading of the cell in which `offset` lies; empty when it lies in no table."""
        column, headings = self.column(offset)
        return headings[column] if column < len(headings) else ""

    def column(self, offset: int) -> tuple[int, tuple[str, ...]]:
        """The number of the cell in which `offset` lies, and the headings of its table."""
        row = self.row(offset)
        if row is None:
            return 0, ()
        if row.stops:
            begins = self._text.rfind(_BLANKS, row.start, offset)
            place = (begins + len(_BLANKS) if begins >= 0 else row.start) - row.start
            return min(range(len(row.stops)), key=lambda number: abs(row.stops[number] - place)), row.headings
        before = self._text[row.start : offset]
        if row.is_inserted:
            before = _QUOTED_IN_SQL.sub("", before).partition(_IN_SQL)[0]
        if '"' in before:
            before = _QUOTED.sub("", before)
        opened = before.find(f'{row.delimiter}"')
        return before.count(row.delimiter, 0, opened + 1 if opened >= 0 else len(before)), row.headings

    def is_heading(self, offset: int) -> bool:
        """Whether `offset` lies in a line of headings that has a row below it."""
        below = bisect_right(self._starts, offset)
        if below == len(self.rows) or not self.rows[below].above <= offset:
            return False
        return self.row(offset) is None and "\n" not in self._text[self.rows[below].above : offset]

    def cell(self, offset: int) -> int | None:
        """Where the cell begins in which `offset` lies, if it lies in a table."""
        row = self.row(offset)
        return None if row is None else max(row.start, self._text.rfind(row.delimiter, row.start, offset))

    def cells(self) -> Iterator[tuple[str, int, int]]:
        """Every cell with its heading: (heading, start, end), in the order of the text."""
        for _, heading, start, end in self.cells_in_rows():
            yield heading, start, end

    def cells_in_rows(self) -> Iterator[tuple[Row, str, int, int]]:
        """Every cell, with its row before it."""
        for row in self.rows:
            if row.stops:
                for heading, start, end in self._cells_apart(row):
                    yield row, heading, start, end
                continue
            start = row.start
            for heading, cell in zip(row.headings, _cells(self._text, row), strict=False):
                yield row, heading, start, start + len(cell)
                start += len(cell) + 1

    def _cells_apart(self, row: Row) -> Iterator[tuple[str, int, int]]:
        start = row.start
        for gap in (*_BETWEEN.finditer(self._text, row.start, row.end), None):
            end = gap.start() if gap else row.end
            if self._text[start:end].strip():
                yield self.heading(start), start, end
            start = gap.end() if gap else end

    def _rows(self) -> Iterator[Row]:
        """The rows of all tables, in the order of the text."""
        at = 0
        for insert in inserts(self._text):
            yield from self._in_lines(at, insert.start)
            yield from self._inserted(insert)
            at = insert.end
        yield from self._in_lines(at, len(self._text))

    def _inserted(self, insert: Insert) -> Iterator[Row]:
        def row(start: int, end: int) -> Row:
            return Row(start, min(end, start + _LONGEST_ROW), ",", insert.names, insert.start, is_inserted=True)

        for start, end in insert.rows:
            if not self._growing or start - insert.start <= HEADINGS_REACH:
                yield row(start, end)
        if insert.open is not None:
            self.last = row(insert.open, len(self._text))

    def _in_lines(self, start: int, stop: int) -> Iterator[Row]:
        """Lines below a line of headings, up to the first that has fewer delimiters than it."""
        headings: tuple[str, ...] = ()
        stops: tuple[int, ...] = ()
        delimiter = ""
        above = start
        for line in self._text[start:stop].splitlines(keepends=True):
            end = start + len(line)
            if not line.strip() or (self._growing and headings and start - above > HEADINGS_REACH):
                headings = ()
            row = Row(start, min(end, start + _LONGEST_ROW), delimiter, headings, above, stops)
            if headings and end == len(self._text) and line[-1] not in "\r\n" and len(line) < _LONGEST_ROW:
                self.last = row
            if headings and (stops or line.count(delimiter, 0, _LONGEST_ROW) >= len(headings) - 1):
                if not _RULE.fullmatch(line):
                    yield row
            else:
                delimiter, headings, stops = self._headings(line)
                above = start
            start = end

    def _headings(self, line: str) -> tuple[str, tuple[str, ...], tuple[int, ...]]:
        """The delimiter and the headings of a line, if it is not too long for that; in columns of blanks also
        where they begin."""
        if len(line) > (LONGEST_HEADINGS if self._growing else _LONGEST_ROW):
            return "", (), ()
        delimiter, headings = _headings(line)
        return (delimiter, headings, ()) if headings else _headings_apart(line)


def _cells(text: str, row: Row) -> list[str]:
    line = text[row.start : row.end]
    quoted = _QUOTED_IN_SQL if row.is_inserted else _QUOTED
    masked = quoted.sub(lambda match: "x" * len(match[0]), line)
    return [line[start:end] for start, end in _pieces(masked, row.delimiter)]


def _pieces(line: str, delimiter: str) -> Iterator[tuple[int, int]]:
    start = 0
    for piece in line.split(delimiter):
        yield start, start + len(piece)
        start += len(piece) + 1


def _headings(line: str) -> tuple[str, tuple[str, ...]]:
    """The delimiter and the headings of a line, if every one of its cells reads like a heading. Two
    cells with a blank between them are more often a clause with a comma."""
    delimiter = max(_DELIMITERS, key=line.count)
    cells = line.rstrip("\r\n").split(delimiter)
    named = [cell for cell in cells if cell.strip()]
    fewest = 3 if delimiter in ",;" and f"{delimiter} " in line else 2
    if len(named) < fewest or not _are_headings(named):
        return "", ()
    return delimiter, tuple(cells)


def _headings_apart(line: str) -> tuple[str, tuple[str, ...], tuple[int, ...]]:
    """The headings of a line in columns of blanks, and where they begin. Sentences with two blanks between them
    are not in columns."""
    cells: list[str] = []
    stops: list[int] = []
    at = 0
    for cell in _BETWEEN.split(line.rstrip("\r\n")) if _BLANKS in line else ():
        at = line.index(cell, at)
        if cell:
            cells.append(cell)
            stops.append(at)
            at += len(cell)
    named = len(cells) > 1 and _are_headings(cells) and not any(map(_SENTENCE.search, cells))
    return (_BLANKS, tuple(cells), tuple(stops)) if named else ("", (), ())


def _are_headings(cells: Sequence[str]) -> bool:
    """Whether cells read like headings, the first of them in words."""
    return _HEADING.fullmatch(cells[0]) is not None and all(
        _HEADING.fullmatch(cell) or _AGE.fullmatch(cell) for cell in cells
    )
