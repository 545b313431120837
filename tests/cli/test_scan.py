"""`grille scan`: what would happen, and never the value."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from commands import CARD, SSN, grille


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    file = tmp_path / "notes.txt"
    file.write_text(f"Why was {CARD} declined?")
    return file


def test_a_finding_is_shown_with_its_action_and_the_line_that_decided(notes: Path) -> None:
    done = grille("scan", notes)
    assert done.code == 1
    assert "notes.txt: rewrite" in done.out
    assert "tokenize CREDIT_CARD  Why was ⟨CREDIT_CARD⟩ declined?" in done.out
    assert "profiles.to_model.CREDIT_CARD" in done.out
    assert "1 exchange: 1 rewrite. Nothing was sent." in done.out
    assert "4111" not in done.out + done.err


def test_a_finding_is_shown_with_what_it_rests_on(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(f"his card {CARD}")
    out = grille("scan", tmp_path / "a.txt").out
    assert re.search(
        r'0\.95 by patterns, pattern \d+ at policies/entities/payment\.yaml:\d+, check card, "card" before', out
    )


def test_a_connection_that_there_was_not_is_no_evidence(notes: Path) -> None:
    out = grille("scan", notes).out
    assert "session_only: /store is absent, and false by default" in out
    assert "encryption" not in out


def test_clean_words_are_good(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("What is double-entry bookkeeping?")
    done = grille("scan", tmp_path / "a.txt")
    assert done.code == 0
    assert "Nothing that the policy names was found." in done.out


def test_programs_get_one_json_line_a_message(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text("\n".join(json.dumps(f"SSN {SSN} number {n}") for n in range(3)))
    done = grille("scan", tmp_path / "a.jsonl", "--format", "json")
    lines = [json.loads(line) for line in done.out.splitlines()]
    assert [line["verdict"] for line in lines] == ["block"] * 3
    assert lines[0]["findings"][0]["entity"] == "US_SSN"
    assert lines[0]["findings"][0]["why"]["cue"] == {"words": "ssn", "where": "before"}
    assert SSN not in done.out


def test_stdin_and_answers_can_be_scanned() -> None:
    done = grille("scan", "-", "--to", "ledger", "--as", "response", stdin=f"Card: {CARD}".encode())
    assert "mask     CREDIT_CARD" in done.out
    assert "response · ledger" in done.out


def test_several_files_are_one_summary(notes: Path) -> None:
    assert "2 exchanges: 2 rewrite" in grille("scan", notes, notes).out
