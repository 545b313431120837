"""`grille test`: cases beside policies."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from commands import grille
from test_check import written

CASES = """\
version: 1
cases:
  - name: a thing is blocked
    client: c
    to: e
    request: {text: "see thing-123", expect: {verdict: block, because: [profiles.out.THING]}}
"""


def beside(policy: Path, cases: str = CASES) -> Path:
    policy.with_suffix(".test.yaml").write_text(cases)
    return policy


@pytest.mark.parametrize("shipped", ["starter", "fintech"])
def test_the_shipped_policies_do_what_their_tests_say_and_every_row_has_a_case(shipped: str) -> None:
    done = grille("test", shipped)
    assert done.code == 0, done.out
    assert "0 failed, 0 rows without a case" in done.out


def test_a_case_that_does_not_hold_fails_with_its_line_and_the_reason(tmp_path: Path) -> None:
    policy = beside(written(tmp_path), CASES.replace("verdict: block", "verdict: allow"))
    done = grille("test", policy)
    assert done.code == 1
    assert "FAIL a thing is blocked" in done.out
    assert "policy.test.yaml:3: request: the verdict is block, expected allow" in done.out


def test_rows_that_decided_nothing_are_named(tmp_path: Path) -> None:
    policy = beside(
        written(tmp_path),
        CASES.replace("see thing-123", "nothing").replace("block, because: [profiles.out.THING]", "allow"),
    )
    done = grille("test", policy)
    assert done.code == 0
    assert "policy.yaml:6 profiles.out.THING never decided anything" in done.out


def test_only_some_cases_can_be_run_and_a_report_written(tmp_path: Path) -> None:
    policy, report = beside(written(tmp_path)), tmp_path / "report.xml"
    assert grille("test", policy, "--run", "blocked$", "--junit", report).code == 0
    assert ElementTree.parse(report).getroot().get("tests") == "1"
    assert grille("test", policy, "--run", "nothing like it").code == 2
    assert grille("test", policy, "--run", "(").code == 2


def test_programs_get_json(tmp_path: Path) -> None:
    policy = beside(written(tmp_path))
    said = json.loads(grille("test", policy, "--format", "json").out)
    assert [case["failures"] for case in said[str(policy)]["cases"]] == [[]]
