"""`grille.cli.dry`: the engine without a network."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from commands import CARD

from grille.cli.dry import DryRun, dry_run
from grille.cli.records import aim, exchange_to
from grille.engine import load_policy
from grille.exchange import Outcome


@pytest.fixture(scope="module")
def run() -> DryRun:
    return dry_run(load_policy("starter", None), datetime.now(UTC).date())


@pytest.mark.parametrize("endpoint", ["openai", "anthropic", "ledger", "xero_ledger"])
def test_bare_words_are_not_to_blame_for_flags(run: DryRun, endpoint: str) -> None:
    exchange = exchange_to(run, aim(run.policy, endpoint, None, "request"))
    inspection = run.inspect(exchange, run.message(exchange, "hello"))
    assert inspection.verdict.outcome is Outcome.ALLOW
    assert run.carried(inspection) == "hello"


def test_the_same_engine_judges(run: DryRun) -> None:
    exchange = exchange_to(run, aim(run.policy, "openai", None, "request"))
    inspection = run.inspect(exchange, run.message(exchange, f"card {CARD}"))
    assert inspection.verdict.outcome is Outcome.REWRITE
    assert run.carried(inspection).startswith("card CREDIT_CARD_")


def test_a_message_that_nobody_reads_is_shown_whole(run: DryRun) -> None:
    from dataclasses import replace

    exchange = replace(exchange_to(run, aim(run.policy, "openai", None, "request")), host="elsewhere.example")
    inspection = run.inspect(exchange, run.message(exchange, "hello"))
    assert json.loads(run.carried(inspection)) == {"text": "hello"}


def test_only_what_a_row_names_is_built(tmp_path: Path) -> None:
    file = tmp_path / "p.yaml"
    file.write_text(
        "{version: 1, policy: p, use: [entities/identity.yaml], profiles: {out: {US_SSN: block}},"
        " endpoints: {openai: {provider: openai, request: out, response: out}},"
        " clients: {any: {match: anyone, endpoints: [openai]}}}"
    )
    small = dry_run(load_policy(str(file), None), datetime.now(UTC).date())
    assert "PERSON" in small.policy.entities
    assert set(small.detectors.standings) == {"US_SSN"}
