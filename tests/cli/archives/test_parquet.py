"""`grille.cli.archives.parquet`: cells in, results out."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from grille.cli.archives.parquet import cells, needed, write
from grille.errors import Malformed, SettingsError

FINDING = {"entity": "CARD", "start": 3, "why": {"cue": None}}
LINE = {"name": "a#1", "verdict": "rewrite", "clients": ["x"], "findings": [FINDING]}


def test_without_pyarrow_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(SettingsError, match=r"pip install 'grille\[archives\]'"):
        needed("a.parquet")


def table(**columns: list[object]) -> io.BytesIO:
    pyarrow = pytest.importorskip("pyarrow", reason="Parquet needs pyarrow: pip install 'grille[archives]'")
    parquet = pytest.importorskip("pyarrow.parquet")
    out = io.BytesIO()
    parquet.write_table(pyarrow.table(columns), out, row_group_size=3)
    out.seek(0)
    return out


def test_cells_have_the_numbers_of_their_rows_and_nulls_are_left_out() -> None:
    rows = table(text=["a", None, "c", "d", "e"], other=[1, 2, 3, 4, 5])
    assert list(cells(rows, "x", "", 0)) == [(1, b"a"), (3, b"c"), (4, b"d"), (5, b"e")]
    assert list(cells(rows, "x", "", 3)) == [(4, b"d"), (5, b"e")]


def test_a_column_can_be_named_and_what_is_nested_is_json() -> None:
    rows = table(text=["a"], messages=[[{"role": "user"}]], raw=[b"\x00"])
    assert list(cells(rows, "x", "messages", 0)) == [(1, b'[{"role": "user"}]')]
    assert list(cells(rows, "x", "raw", 0)) == [(1, b"\x00")]
    with pytest.raises(Malformed, match="--column names one of text, messages, raw"):
        list(cells(rows, "x", "nothing", 0))


def test_what_is_no_parquet_is_refused() -> None:
    pytest.importorskip("pyarrow", reason="Parquet needs pyarrow: pip install 'grille[archives]'")
    with pytest.raises(Malformed, match="not Parquet"):
        list(cells(io.BytesIO(b"PAR1 or not"), "x", "", 0))


def test_results_become_a_table(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="Parquet needs pyarrow: pip install 'grille[archives]'")
    lines = tmp_path / "a.jsonl"
    lines.write_text(json.dumps(LINE) + "\n" + json.dumps({"name": "b", "unread": "damaged"}) + "\n")
    write(lines, tmp_path / "a.parquet")
    one, two = parquet.read_table(tmp_path / "a.parquet").to_pylist()
    assert (one["name"], one["clients"], one["findings"][0]["entity"]) == ("a#1", ["x"], "CARD")
    assert json.loads(one["findings"][0]["why"]) == {"cue": None}
    assert (two["unread"], two["findings"]) == ("damaged", None)
