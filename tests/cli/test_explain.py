"""`grille explain`: everything that was decided about one text."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from commands import CARD, SSN, grille


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


def test_it_names_score_detector_rows_and_the_deciding_line(state: Path) -> None:
    done = grille("explain", "--text", f"card {CARD}", "--state", state)
    assert done.code == 1
    for expected in (
        "CREDIT_CARD  tokenize",
        "score     ",
        "found by ",
        "profiles.to_model.CREDIT_CARD",
        "starter.yaml:",
    ):
        assert expected in done.out
    assert "4111" not in done.out


def test_the_exception_that_it_prints_lets_the_value_pass(state: Path, tmp_path: Path) -> None:
    from grille.policy import shipped

    done = grille("explain", "--text", f"SSN {SSN}", "--state", state)
    stanza = next(line.split("to allow  ", 1)[1] for line in done.out.splitlines() if "to allow" in line)
    policy = tmp_path / "mine.yaml"
    starter = (shipped.folder() / "starter.yaml").read_text("utf-8")
    policy.write_text(f"{starter}\nexceptions:\n  {stanza}\n")
    again = grille("explain", "--text", f"SSN {SSN}", "--state", state, "--policy", policy)
    assert again.out.startswith("allow")
    assert "exceptions.EX-1" in again.out
    assert grille("explain", "--text", "SSN 219-09-9998", "--state", state, "--policy", policy).out.startswith("block")


def test_a_refusal_without_a_finding_is_explained_too(state: Path, tmp_path: Path) -> None:
    body = tmp_path / "body.json"
    body.write_text(json.dumps({"query": "SELECT 1", "context_window": "forever"}))
    done = grille("explain", body, "--to", "xero_ledger", "--state", state)
    assert "session_only_wrong: Set `context_window`" in done.out
    assert "because " in done.out


def test_clean_words_need_no_explanation(state: Path) -> None:
    assert grille("explain", "--text", "hello", "--state", state).code == 0


def test_many_messages_are_for_scan(state: Path, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('"a"\n"b"')
    done = grille("explain", tmp_path / "a.jsonl", "--state", state)
    assert done.code == 2
    assert "grille scan" in done.err


def test_it_tells_what_a_finding_rests_on(state: Path) -> None:
    out = grille("explain", "--text", f"card {CARD}", "--state", state).out
    assert "counts from 0.50" in out
    assert "policies/entities/payment.yaml:" in out
    assert "check     `card` holds" in out
    assert 'cue       "card" before it' in out


def test_near_misses_are_told_when_they_are_asked_for(state: Path) -> None:
    text = "the card 4111 1111 1111 1112 and reference"
    asked = ("explain", "--text", text, "--state", state)
    assert "Did not count" not in grille(*asked).out
    done = grille(*asked, "--near-misses")
    assert "the card ⟨…⟩ and reference" in done.out
    assert "its check `card` fails" in done.out
    assert "1111" not in done.out


def test_programs_are_told_reasons_and_near_misses(state: Path) -> None:
    text = f"card {CARD}, SSN 219099998 and 4111 1111 1111 1112"
    done = grille("explain", "--text", text, "--state", state, "--format", "json", "--near-misses")
    told = json.loads(done.out)
    why = next(each["why"] for each in told["findings"] if each["entity"] == "CREDIT_CARD")
    assert (why["check"], why["cue"]) == ("card", {"words": "card", "where": "before"})
    assert why["threshold"] == 0.5
    assert {"entity": "CREDIT_CARD", "failed_check": "card"}.items() <= told["near_misses"][0].items()
    assert "1111" not in done.out
