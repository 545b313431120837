"""`grille.cli.nearly`: what nearly was found, and never the value."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from commands import SSN

from grille.cli.dry import DryRun, dry_run
from grille.cli.nearly import near_misses
from grille.cli.records import aim, exchange_to
from grille.engine import Inspection, load_policy

POLICY = """\
version: 1
policy: strict
use: [entities/identity.yaml]
profiles: {p: {US_SSN: {action: log, threshold: 0.9}, US_EIN: log}}
endpoints: {o: {provider: openai, request: p, response: p}}
clients: {c: {match: anyone, endpoints: [o]}}
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> DryRun:
    path = tmp_path_factory.mktemp("policy") / "p.yaml"
    path.write_text(POLICY)
    return dry_run(load_policy(str(path), None), date(2026, 12, 1))


def inspected(run: DryRun, text: str) -> Inspection:
    exchange = exchange_to(run, aim(run.policy, None, None, "request"))
    return run.inspect(exchange, run.message(exchange, text))


def told(run: DryRun, text: str) -> str:
    inspection = inspected(run, text)
    return "\n".join(near_misses(run, inspection).lines(run.policy, inspection))


def test_a_score_that_no_row_asks_for_is_told(run: DryRun) -> None:
    said = told(run, f"it is {SSN} today")
    assert "it is ⟨…⟩ today" in said
    assert "US_SSN             found by patterns with 0.85: rows count it from 0.90" in said
    assert SSN not in said


def test_what_a_row_acts_on_did_count(run: DryRun) -> None:
    assert told(run, f"SSN {SSN}") == ""


def test_what_is_not_looked_for_is_not_missed(run: DryRun) -> None:
    assert told(run, "4111 1111 1111 1112") == ""


def test_each_place_is_told_once_with_all_that_it_could_be(run: DryRun) -> None:
    said = told(run, "it is 123456789 today")
    assert [line.split()[0] for line in said.splitlines()[2:]] == ["/messages/0/content,", "US_EIN", "US_SSN"]
    assert "123456789" not in said


def test_programs_get_the_same(run: DryRun, tmp_path: Path) -> None:
    inspection = inspected(run, f"it is {SSN}, invoice 12-3456789")
    found = near_misses(run, inspection).as_json(inspection)
    assert found["below_threshold"] == [
        {"address": "/messages/0/content", "start": 6, "end": 17, "entity": "US_SSN", "score": 0.85}
    ]
    [miss] = found["near_misses"]  # type: ignore[misc]
    assert miss["against"] == {"words": "invoice", "where": "before"}
