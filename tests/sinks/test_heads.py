"""The head: whole or not there, and never ahead of the disk."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from chains import NOW, wrote
from grille.errors import AuditFailed
from grille.sinks.chain import Link, Memory
from grille.sinks.heads import found, read, write

KNOWN = {
    "audit.0.jsonl": Memory(Link("a" * 16, 7, "0" * 64), ended=False),
    "audit.1.jsonl": Memory(Link("b" * 16, 9, "1" * 64), ended=True),
}


def test_it_names_the_last_record_of_every_writer(tmp_path: Path) -> None:
    file = tmp_path / "audit.head.json"
    write(file, KNOWN, NOW)
    assert read(file).writers == KNOWN
    assert read(file).time == "2026-11-23T09:30:00.000000Z"
    assert json.loads(file.read_text())["writers"][0] == {
        "file": "audit.0.jsonl",
        "chain": "a" * 16,
        "seq": 7,
        "hash": "0" * 64,
        "ended": False,
    }
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_records_are_on_the_disk_before_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    monkeypatch.setattr(os, "fdatasync", lambda descriptor: done.append(os.readlink(f"/proc/self/fd/{descriptor}")))
    monkeypatch.setattr(os, "fsync", lambda descriptor: done.append(os.readlink(f"/proc/self/fd/{descriptor}")))
    link = wrote(tmp_path / "audit.jsonl", 1)
    write(tmp_path / "audit.head.json", {"audit.jsonl": Memory(link, False), "-": Memory(link, False)}, NOW)
    assert [Path(each).name for each in done] == ["audit.jsonl", "audit.head.json.new"]


def test_one_that_cannot_be_written_leaves_the_former(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "audit.head.json"
    write(file, KNOWN, NOW)

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write(file, {}, NOW)
    assert read(file).writers == KNOWN


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"time":"t","writers":[{"file":"f"}]}', '{"time":"t","writers":3}'])
def test_what_is_no_head_is_said(tmp_path: Path, text: str) -> None:
    file = tmp_path / "audit.head.json"
    file.write_text(text)
    with pytest.raises(AuditFailed, match="is no head of audit records"):
        read(file)


def test_where_none_is_nothing_is_known(tmp_path: Path) -> None:
    assert found(tmp_path / "audit.head.json").writers == {}
    with pytest.raises(AuditFailed, match="cannot be read"):
        found(tmp_path)
