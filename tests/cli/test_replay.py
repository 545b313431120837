"""`grille replay`: recorded exchanges through one policy, or against another."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from commands import CARD, grille
from recordings import POLICY, SAID, entry, har


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    (tmp_path / "now.yaml").write_text(POLICY)
    return tmp_path / "now.yaml"


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    (tmp_path / "a.har").write_text(har(SAID))
    return tmp_path / "a.har"


def test_an_exchange_is_followed_both_ways(policy: Path, recording: Path) -> None:
    done = grille("replay", recording, "--policy", policy)
    assert done.code == 1
    assert "a.har#2: rewrite   request" in done.out
    assert "a.har#2: allow   response" in done.out
    assert "a.har#3: block   request" in done.out
    assert "a.har#3: allow   response" not in done.out
    assert "7 messages: 4 allow, 1 block, 2 rewrite." in done.out
    assert "1 answer of requests that are stopped: not judged." in done.out
    assert "4111" not in done.out


def test_two_policies_are_compared(policy: Path, recording: Path) -> None:
    other = policy.with_name("next.yaml")
    other.write_text(
        POLICY.replace("CREDIT_CARD: tokenize", "CREDIT_CARD: block").replace("US_SSN: block", "US_SSN: log")
    )
    done = grille("replay", recording, "--policy", policy, "--against", other)
    assert done.code == 1
    assert "would be block" in done.out
    assert "would be allow" in done.out
    assert "a.har#1" not in done.out
    same = grille("replay", recording, "--policy", policy, "--against", policy)
    assert same.code == 0


def test_what_would_be_sent_goes_to_a_file_and_nowhere_else(policy: Path, tmp_path: Path) -> None:
    recording = tmp_path / "a.jsonl"
    recording.write_text(json.dumps(entry(SAID[1])) + "\n" + json.dumps(entry(SAID[2])))
    refused = grille("replay", recording, "--policy", policy, "--sent")
    assert (refused.code, refused.out) == (2, "")
    out = tmp_path / "out.jsonl"
    done = grille("replay", recording, "--policy", policy, "--out", out, "--sent")
    asked, answered, stopped = (json.loads(line) for line in out.read_text().splitlines())
    assert "CREDIT_CARD_" in asked["sent"]["body"]
    assert CARD not in asked["sent"]["body"]
    assert answered["sent"]["status"] == 200
    assert stopped["sent"] is None
    assert "CREDIT_CARD_" not in done.out
