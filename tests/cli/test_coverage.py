"""`grille coverage`."""

from __future__ import annotations

from commands import grille

from grille.cli.coverage import markdown


def test_one_provider_is_told_place_by_place() -> None:
    done = grille("coverage", "--provider", "anthropic")
    assert done.code == 0
    rows = [line for line in done.out.splitlines() if line.startswith("| anthropic | POST /v1/messages |")]
    assert any("| stream | `delta{type=text_delta}.text` | judged |" in row for row in rows)
    assert any("| request |" in row and "| never touched |" in row and "signature" in row for row in rows)


def test_all_providers_are_told_without_a_name() -> None:
    out = grille("coverage").out
    assert all(f"| {name} |" in out for name in ("openai", "gemini", "bedrock", "mistral"))


def test_a_provider_that_nobody_knows_is_told_with_those_that_are() -> None:
    done = grille("coverage", "--provider", "openia")
    assert done.code == 2
    assert "openai" in done.err


def test_a_pipe_in_a_place_does_not_end_its_cell() -> None:
    assert list(markdown(["place"], [["{type=a|b}"]]))[-1] == "| {type=a\\|b} |"
