"""`grille.cli.archives.cuts`: a stream into records, with the place behind each."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from recordings import SAID, Make

from grille.cli.archives import cuts
from grille.cli.archives.cuts import Form, Place, Raw, cut
from grille.cli.archives.sources import found, opened

BEGIN = Place()


def cutting(path: Path, start: Place = BEGIN) -> list[tuple[Raw, Place]]:
    (source,) = found([str(path)])
    with opened(source) as file:
        return list(cut(file, start))


@pytest.mark.parametrize("name", ["a.har", "b.flow", "c.jsonl"])
@pytest.mark.parametrize("packed", [False, True])
def test_reading_goes_on_behind_any_record(archive: Path, name: str, packed: bool) -> None:
    file = archive / name
    if packed:
        file = archive / f"{name}.gz"
        file.write_bytes(gzip.compress((archive / name).read_bytes()))
    whole = cutting(file)
    assert len(whole) == len(SAID)
    assert not any(raw.problem for raw, _ in whole)
    for number, (_, place) in enumerate(whole, 1):
        assert cutting(file, place) == whole[number:]


def test_a_record_is_known_by_its_file_and_number(archive: Path) -> None:
    assert [raw.name for raw, _ in cutting(archive / "c.jsonl")] == [f"{archive}/c.jsonl:{n}" for n in (1, 2, 3, 4)]
    assert cutting(archive / "b.flow")[2][0].name == f"{archive}/b.flow#3"


def test_empty_lines_are_no_records_but_have_numbers(make: Make) -> None:
    assert [raw.name[-2:] for raw, _ in cutting(make("a.jsonl", b"1\n\n\r\n2"))] == [":1", ":4"]


def test_a_flow_dump_is_known_by_what_it_begins_with(archive: Path) -> None:
    mixed = archive / "d.flow"
    mixed.write_bytes(b"\xef\xbb\xbf" + (archive / "a.har").read_bytes())
    assert [raw.form for raw, _ in cutting(mixed)] == [Form.ENTRY] * 4


@pytest.fixture
def little(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cuts, "LARGEST", 1000)


@pytest.mark.usefixtures("little")
def test_what_is_too_large_is_named_and_the_rest_is_read(make: Make) -> None:
    flow = b"3000:" + b"x" * 3000 + b"}5:hello,"
    (large, _), (small, _) = cutting(make("a.flow", flow))
    assert "larger" in large.problem
    assert small.data == b"5:hello,"
    (large, _), (small, place) = cutting(make("a.jsonl", b"x" * 5000 + b"\n7\n"))
    assert (large.name[-2:], small.name[-2:]) == (":1", ":2")
    assert "larger" in large.problem
    assert (small.data, place) == (b"7", Place(2, 5003))
    ((whole, _),) = cutting(make("a.txt", b"x" * 1001))
    assert "larger" in whole.problem


@pytest.mark.parametrize(
    ("name", "data", "good"),
    [
        ("a.flow", b"5:hello,9:cut", 1),
        ("a.flow", b"5:hello,not a number", 1),
        ("a.flow", b"99999999999999999:", 0),
        ("a.jsonl.gz", gzip.compress(b"1\n2\n" * 1000)[:-12], None),
        ("a.jsonl.zst", b"nothing of the kind", 0),
        ("a.har", b'{"log": {"entries": [{"a": 1}, {"b', 1),
        ("a.har", b'{"log": {"entries": [{"a": 1}, 7]}}', 1),
    ],
    ids=["cut", "garbage", "absurd", "gz cut", "no zst", "har cut", "no object"],
)
def test_a_file_that_cannot_be_read_on_is_named_without_a_quote(
    make: Make, name: str, data: bytes, good: int | None
) -> None:
    *before, (last, _) = cutting(make(name, data))
    assert last.problem
    assert last.data == b""
    assert "hello" not in last.problem
    assert good is None or len(before) == good


def test_rows_of_parquet_are_records_too_and_reading_goes_on_behind_any(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow", reason="Parquet needs pyarrow: pip install 'grille[archives]'")
    parquet = pytest.importorskip("pyarrow.parquet")
    parquet.write_table(pyarrow.table({"text": list(SAID)}), tmp_path / "a.parquet", row_group_size=3)
    whole = cutting(tmp_path / "a.parquet")
    assert [(raw.form, raw.data.decode()) for raw, _ in whole] == [(Form.LINE, text) for text in SAID]
    for number, (_, place) in enumerate(whole, 1):
        assert cutting(tmp_path / "a.parquet", place) == whole[number:]
    (tmp_path / "b.parquet").write_bytes(b"PAR1")
    ((damaged, _),) = cutting(tmp_path / "b.parquet")
    assert "not Parquet" in damaged.problem
