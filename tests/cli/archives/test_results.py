"""`grille.cli.archives.results`: lines into a file."""

from __future__ import annotations

import contextlib
import json
import stat
from pathlib import Path

import pytest

from grille.cli.archives.results import Results
from grille.errors import SettingsError


def test_lines_behind_what_is_kept_are_written_anew(tmp_path: Path) -> None:
    file = tmp_path / "out.jsonl"
    with Results(file, 0) as results:
        kept = results.write(["one", "two"])
        results.write(["lost"])
    with Results(file, kept) as results:
        results.write(["three"])
    assert file.read_text() == "one\ntwo\nthree\n"


def test_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    with Results(tmp_path / "out.jsonl", 0):
        pass
    assert stat.S_IMODE((tmp_path / "out.jsonl").stat().st_mode) == 0o600


def test_a_file_that_is_shorter_than_it_was_is_not_gone_on_with(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="shorter than it was"):
        Results(tmp_path / "out.jsonl", 10)


def test_parquet_is_made_of_the_lines_at_the_end(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="Parquet needs pyarrow: pip install 'grille[archives]'")
    file, beside = tmp_path / "out.parquet", tmp_path / "out.parquet.jsonl"
    with contextlib.suppress(KeyboardInterrupt), Results(file, 0) as results:
        kept = results.write([json.dumps({"name": "a"})])
        raise KeyboardInterrupt
    assert not file.exists()
    with Results(file, kept) as results:
        results.write([json.dumps({"name": "b"})])
    assert [row["name"] for row in parquet.read_table(file).to_pylist()] == ["a", "b"]
    assert not beside.exists()
