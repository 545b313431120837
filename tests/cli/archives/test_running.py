"""`grille.cli.archives.running`: a run, and another that goes on with it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from recordings import SAID, lines

from grille.cli.archives import chunks
from grille.cli.archives.judging import Plan, Telling
from grille.cli.archives.results import Results
from grille.cli.archives.running import Asked, run
from grille.cli.records import aim
from grille.engine import load_policy
from grille.errors import SettingsError


@pytest.fixture
def plan(policy: Path) -> Plan:
    loaded = load_policy(str(policy), None)
    return Plan(loaded, aim(loaded, None, None, "request"), date(2026, 11, 26), Telling.FINDINGS)


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "MOST", 30)


@pytest.fixture
def asked(archive: Path, tmp_path: Path) -> Asked:
    (archive / "d.jsonl").write_text(lines([f"{SAID[n % 4]} {n}" for n in range(150)]))
    (archive / "e.jsonl").write_bytes(b"\xff\n")
    return Asked([str(archive)], out=tmp_path / "whole.jsonl")


class Killed(BaseException):
    """What no code catches."""


@pytest.mark.parametrize("point", ["before it was written", "after it was written"])
def test_a_run_that_was_killed_goes_on_and_comes_to_the_same(
    plan: Plan, asked: Asked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    whole = run(plan, asked)
    again = replace(asked, out=tmp_path / "again.jsonl", resume=tmp_path / "state")
    write, left = Results.write, 3

    def breaks_off(self: Results, told: Sequence[str]) -> int:
        nonlocal left
        left -= 1
        if left == 0 and point.startswith("after"):
            write(self, told)
        if left == 0:
            raise Killed
        return write(self, told)

    with monkeypatch.context() as patched:
        patched.setattr(Results, "write", breaks_off)
        with pytest.raises(Killed):
            run(plan, again)
    assert asked.out is not None
    assert run(plan, again) == whole
    assert (tmp_path / "again.jsonl").read_bytes() == asked.out.read_bytes()


def test_a_run_that_is_done_says_what_it_said(plan: Plan, asked: Asked, tmp_path: Path) -> None:
    asked = replace(asked, resume=tmp_path / "state")
    once = run(plan, asked)
    assert asked.out is not None
    asked.out.unlink()
    assert run(plan, asked) == once
    assert not asked.out.exists()


def test_what_came_since_is_judged_too(plan: Plan, asked: Asked, archive: Path, tmp_path: Path) -> None:
    asked = replace(asked, resume=tmp_path / "state")
    before = run(plan, asked).verdicts.total()
    (archive / "new.jsonl").write_text(lines(SAID))
    assert run(plan, asked).verdicts.total() == before + 4


def test_there_is_a_line_for_what_was_found_and_for_what_could_not_be_judged(
    plan: Plan, asked: Asked, capsys: pytest.CaptureFixture[str]
) -> None:
    total = run(plan, asked)
    assert asked.out is not None
    told = [json.loads(line) for line in asked.out.read_text().splitlines()]
    assert total.verdicts.total() == 150 + 4 * 5
    assert len(told) == 112 + 3 * 3 + 1
    assert "unread" in told[-1]
    out, err = capsys.readouterr()
    assert out == ""
    assert "not judged: " in err
    assert "e.jsonl:1" in err


@pytest.mark.parametrize("changes", [{"out": None}, {"names": ["-"]}])
def test_what_cannot_be_gone_on_with_is_refused(
    plan: Plan, asked: Asked, tmp_path: Path, changes: dict[str, object]
) -> None:
    with pytest.raises(SettingsError, match="--resume needs"):
        run(plan, replace(asked, resume=tmp_path / "state", **changes))  # type: ignore[arg-type]
