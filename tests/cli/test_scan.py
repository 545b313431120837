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
    assert "1 message: 1 rewrite. Nothing was sent." in done.out
    assert "4111" not in done.out + done.err


def test_a_finding_is_shown_with_what_it_rests_on(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(f"his card {CARD}")
    out = grille("scan", tmp_path / "a.txt").out
    assert re.search(
        r'0\.95 by patterns, pattern \d+ at policies/entities/payment\.yaml:\d+, check card, "card" before', out
    )


@pytest.mark.parametrize(
    "words", [("scan",), ("scan", "--format", "json"), ("explain",), ("explain", "--near-misses", "--format", "json")]
)
def test_a_value_in_a_key_is_not_shown_by_where_it_stands(words: tuple[str, ...], tmp_path: Path) -> None:
    body = tmp_path / "body.json"
    body.write_text(json.dumps({"messages": [], "x": {CARD: "jane.doe@example.com"}}))
    done = grille(*words, "--policy", "starter", "--to", "openai", body)
    assert done.code == 1
    assert "/x/…" in done.out.replace("\\u2026", "…")
    assert "1111" not in done.out + done.err


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
    (notes.parent / "more.txt").write_text(f"It is {CARD}")
    assert "2 messages: 2 rewrite" in grille("scan", notes.parent).out


def test_what_cannot_be_read_is_named_and_the_rest_is_judged(notes: Path) -> None:
    (notes.parent / "picture.png").write_bytes(b"\x89PNG\xff")
    done = grille("scan", notes.parent)
    assert done.code == 2
    assert "picture.png: this is neither text nor a HAR file" in done.err
    assert "1 message: 1 rewrite" in done.out
    assert "1 record could not be judged" in done.out


def test_a_missing_file_is_said_and_nothing_is_judged(notes: Path) -> None:
    done = grille("scan", notes, notes.parent / "gone.txt")
    assert (done.code, done.out) == (2, "")
    assert "gone.txt" in done.err


def test_lines_go_to_a_file_and_a_run_can_go_on(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text("\n".join(json.dumps(each) for each in (f"SSN {SSN}", "nothing", f"card {CARD}")))
    asked = ("scan", tmp_path / "a.jsonl", "--out", tmp_path / "out.jsonl", "--resume", tmp_path / "state")
    first, again = grille(*asked), grille(*asked)
    assert first == again
    assert first.code == 1
    assert "3 messages: 1 allow, 1 block, 1 rewrite" in first.out
    found = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert [(each["name"][-2:], each["verdict"]) for each in found] == [(":1", "block"), (":3", "rewrite")]


def test_a_state_file_is_no_good_for_another_policy(notes: Path, tmp_path: Path) -> None:
    asked = ("scan", notes, "--out", tmp_path / "out.jsonl", "--resume", tmp_path / "state", "--policy")
    assert grille(*asked, "starter").code == 1
    done = grille(*asked, "fintech")
    assert done.code == 2
    assert "another policy" in done.err
