"""`grille audit verify`: what a person and a program see. What is found is in tests/sinks/test_verify.py."""

from __future__ import annotations

import json
from pathlib import Path

from commands import grille

from chains import NOW, lines, wrote
from grille.sinks import heads
from grille.sinks.chain import Memory


def test_records_that_nobody_touched(tmp_path: Path) -> None:
    path, head = tmp_path / "audit.jsonl", tmp_path / "audit.head.json"
    heads.write(head, {"audit.jsonl": Memory(wrote(path, 3), ended=True)}, NOW)
    time = "2026-11-23T09:30:00.000000Z"
    done = grille("audit", "verify", path, "--head", head)
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines() == [
        f"audit.jsonl: unbroken, records 1 to 3, {time} to {time}",
        f"head of {time}, audit.jsonl: record 3 is there",
    ]
    path.write_bytes(b"".join(lines(path)[:2]) + b'{"time')
    done = grille("audit", "verify", path)
    assert (done.code, done.out.splitlines()[1]) == (0, "  lines that were cut off when they were written: 3")
    assert "would not show" in done.err
    done = grille("audit", "verify", path, "--head", head)
    assert done.code == 1
    assert "broken: cut tail: the chain ends with record 2, and there was a record 3" in done.out


def test_records_that_somebody_touched(tmp_path: Path) -> None:
    wrote(path := tmp_path / "audit.jsonl", 3)
    path.write_bytes(path.read_bytes().replace(b"allow", b"block", 1))
    done = grille("audit", "verify", path)
    assert done.code == 1
    assert done.out == (
        "audit.jsonl: broken at line 1: changed: record 2 was not written after record 1 as it is here\n"
    )
    said = json.loads(grille("audit", "verify", path, "--format", "json").out)
    assert said["whole"] is False
    assert said["files"][0]["broken"]["why"] == "changed"
    assert said["heads"] == []


def test_records_whose_beginning_was_let_go(tmp_path: Path) -> None:
    wrote(path := tmp_path / "audit.jsonl", 3)
    path.write_bytes(lines(path)[2])
    assert grille("audit", "verify", path).code == 1
    assert "unbroken, record 3, " in grille("audit", "verify", path, "--partial").out


def test_what_cannot_be_read_is_unusable(tmp_path: Path) -> None:
    wrote(path := tmp_path / "audit.jsonl", 1)
    assert grille("audit", "verify", tmp_path / "missing.jsonl").code == 2
    assert grille("audit", "verify", path, "--head", path).code == 2
    (tmp_path / "empty.jsonl").touch()
    assert grille("audit", "verify", tmp_path / "empty.jsonl").out == "empty.jsonl: no records\n"
