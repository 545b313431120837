"""`grille.cli.archives.sources`: what there is to read."""

from __future__ import annotations

import gzip
import io
from pathlib import Path

import fsspec
import pytest
import zstandard

from grille.cli.archives.sources import STDIN, Source, found, opened
from grille.errors import SettingsError


def names(*given: str | Path) -> list[str]:
    return [Path(each.name).name for each in found([str(each) for each in given])]


def test_a_folder_is_every_file_in_it_in_order_but_hidden_ones(tmp_path: Path) -> None:
    for name in ("b.txt", "a.har", ".hidden", "in/c.flow", ".git/d.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    assert names(tmp_path) == ["a.har", "b.txt", "c.flow"]


def test_a_glob_is_what_fits_it_and_a_file_named_twice_is_read_once(tmp_path: Path) -> None:
    for name in ("a.har", "b.har", "c.txt"):
        (tmp_path / name).write_text("x")
    assert names(tmp_path / "*.har", tmp_path / "a.har") == ["a.har", "b.har"]


def test_a_file_whose_name_looks_like_a_glob_is_that_file(tmp_path: Path) -> None:
    (tmp_path / "a[1].txt").write_text("x")
    assert names(tmp_path / "a[1].txt") == ["a[1].txt"]


@pytest.mark.parametrize("name", ["*.nothing", "empty"])
def test_what_names_nothing_is_said(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(SettingsError, match=r"fits no file|no file in it"):
        found([str(tmp_path / name)])


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        found([str(tmp_path / "gone.har")])


def test_a_file_has_another_stamp_when_it_has_changed(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("x")
    before = found([str(file)])
    file.write_text("xy")
    assert found([str(file)]) != before


def read(source: Source) -> bytes:
    with opened(source) as file:
        return file.stream.read()


@pytest.mark.parametrize(
    ("suffix", "packed"),
    [
        ("", b"words"),
        (".gz", gzip.compress(b"wo") + gzip.compress(b"rds")),
        (".zst", zstandard.compress(b"wo") + zstandard.compress(b"rds")),
    ],
    ids=["plain", "gz", "zst"],
)
def test_what_is_compressed_is_read_in_the_clear(tmp_path: Path, suffix: str, packed: bytes) -> None:
    (tmp_path / f"a.jsonl{suffix}").write_bytes(packed)
    (source,) = found([str(tmp_path / f"a.jsonl{suffix}")])
    assert read(source) == b"words"
    assert source.suffix == ".jsonl"


def test_a_url_is_read_with_fsspec() -> None:
    memory = fsspec.filesystem("memory")
    for name in ("a.jsonl", "b.jsonl", "c.txt"):
        memory.pipe(f"/bucket/{name}", b"words")
    globbed = found(["memory://bucket/*.jsonl"])
    assert [each.name for each in globbed] == ["memory:///bucket/a.jsonl", "memory:///bucket/b.jsonl"]
    assert [each.size for each in globbed] == [5, 5]
    assert read(globbed[0]) == b"words"
    assert len(found(["memory://bucket"])) == 3
    memory.pipe("/bucket/a.jsonl", b"other")
    assert found(["memory://bucket/a.jsonl"]) != globbed[:1]


def test_a_file_system_that_nobody_knows_is_said() -> None:
    with pytest.raises(SettingsError, match="nobody://here"):
        found(["nobody://here/a.har"])


def test_stdin_is_read_where_it_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"words")))
    (source,) = found([STDIN])
    assert read(source) == b"words"
