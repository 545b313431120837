"""What a run has done, in a file, so that one that was killed goes on and counts the same in the end.

    asked     what was asked for: a run that asks for something else may not go on with it
    source    how far each is read, and what it was like then
    total     what was counted up to there, and how long the results are

All of a chunk is written in one transaction (SQLite), after its results. This module must not hold more of a message
than the tally does.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from grille.cli.archives.chunks import Chunk
from grille.cli.archives.cuts import Place
from grille.cli.archives.sources import Source
from grille.cli.archives.tally import Tally
from grille.errors import SettingsError

_TABLES = """
create table if not exists asked (what text primary key, value text);
create table if not exists source (name text primary key, stamp text, number integer, offset integer, done integer);
create table if not exists total (kind text, one text, other text, count integer, primary key (kind, one, other));
create table if not exists written (length integer, finished integer);
"""
_START = Place()


class Progress:
    """The state file at `path`; in memory without one. Raises `SettingsError` when it is that of something else."""

    def __init__(self, path: Path | None, asked: Mapping[str, str]) -> None:
        self._path = path
        with ExitStack() as failed:
            try:
                self._rows = sqlite3.connect(path or ":memory:", isolation_level=None)
                failed.callback(self._rows.close)
                self._rows.executescript("pragma journal_mode = wal; pragma synchronous = normal;" + _TABLES)
                self._check(asked)
            except sqlite3.Error as error:
                said = f"--resume {path}: this is no state file of grille ({type(error).__name__})"
                raise SettingsError(said) from None
            failed.pop_all()

    def _check(self, asked: Mapping[str, str]) -> None:
        before = dict(self._rows.execute("select what, value from asked"))
        if not before:
            self._rows.executemany("insert into asked values (?, ?)", asked.items())
            self._rows.execute("insert into written values (0, 0)")
        elif others := [what for what, value in asked.items() if before.get(what) != value]:
            raise SettingsError(
                f"--resume {self._path}: that run had another {', '.join(others)}: name another file, or remove it"
            )

    @property
    def finished(self) -> bool:
        """Whether nothing was left to do."""
        return bool(self._rows.execute("select finished from written").fetchone()[0])

    @property
    def length(self) -> int:
        """How long the results are."""
        return int(self._rows.execute("select length from written").fetchone()[0])

    def kept(self, what: str, value: str) -> str:
        """What the first run said of `what`; `value`, if this is the first."""
        self._rows.execute("insert or ignore into asked values (?, ?)", (what, value))
        return str(self._rows.execute("select value from asked where what = ?", (what,)).fetchone()[0])

    def total(self) -> Tally:
        """What was counted up to here."""
        tally = Tally()
        tally.take(self._rows.execute("select kind, one, other, count from total"))
        return tally

    def start(self, source: Source) -> Place | None:
        """Where to read a source on; None when it is done. Raises `SettingsError` when it is another one now."""
        found = self._rows.execute("select stamp, number, offset, done from source where name = ?", (source.name,))
        row = found.fetchone()
        if row is None:
            return _START
        stamp, number, offset, done = row
        if stamp != source.stamp:
            raise SettingsError(f"--resume: {source.name} has changed since: name another file, or remove it")
        return None if done else Place(number, offset)

    def did(self, chunk: Chunk, tally: Tally, length: int) -> None:
        """A chunk is counted, and its results are written."""
        rows = self._rows
        rows.execute("begin")
        for each in chunk.reached:
            place = each.place
            row = (each.source.name, each.source.stamp, place.number if place else 0, place.offset if place else 0)
            rows.execute("insert or replace into source values (?, ?, ?, ?, ?)", (*row, place is None))
        rows.executemany(
            "insert into total values (?, ?, ?, ?) on conflict do update set count = count + excluded.count",
            tally.rows(),
        )
        rows.execute("update written set length = ?", (length,))
        rows.execute("commit")

    def finish(self) -> None:
        self._rows.execute("update written set finished = 1")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._rows.close()
