"""Lines into a file that a run which was killed can go on with: JSON lines, or Parquet made of them at the end.

This module must not know what is in a line.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

from grille.cli.archives import parquet
from grille.errors import SettingsError

_PARQUET = ".parquet"


class Results:
    """The file at `path`. `kept` bytes of it are from a run before this one; what is behind them is written anew."""

    def __init__(self, path: Path, kept: int) -> None:
        self._path = path
        self._is_parquet = path.suffix == _PARQUET
        if self._is_parquet:
            parquet.needed(str(path))
        self._lines = path.with_name(f"{path.name}.jsonl") if self._is_parquet else path
        there = self._lines.stat().st_size if self._lines.exists() else 0
        if there < kept:
            raise SettingsError(f"{self._lines} is shorter than it was: begin anew, without the state file")
        descriptor = os.open(self._lines, os.O_RDWR | os.O_CREAT, 0o600)
        self._file = os.fdopen(descriptor, "r+b")
        self._file.truncate(kept)
        self._file.seek(kept)

    def write(self, lines: Iterable[str]) -> int:
        """Write them, and say how long the file is now. Another process would read them from here on."""
        self._file.writelines(f"{line}\n".encode() for line in lines)
        self._file.flush()
        return self._file.tell()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._file.close()
        if self._is_parquet and kind is None:
            parquet.write(self._lines, self._path)
            self._lines.unlink()
