"""`grille check`: all problems at once, and the proof of packs."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from commands import grille

from grille.cli.check import problems_of
from grille.detectors import model, reader
from grille.errors import SettingsError

POLICY = """\
version: 1
policy: p
mode: enforce
use: [pack.yaml]
profiles:
  out: {THING: block}
endpoints:
  e: {dialect: anyjson, hosts: [api.example.com], paths: [/x], request: out, response: out}
clients:
  c: {match: anyone, endpoints: [e]}
"""
PACK = """\
version: 1
pack: small
entities:
  THING: {pattern: 'thing-[0-9]{3}', examples: [thing-123], near_misses: [thing-12]}
"""


def written(directory: Path, policy: str = POLICY, pack: str = PACK) -> Path:
    (directory / "pack.yaml").write_text(pack)
    (directory / "policy.yaml").write_text(policy)
    return directory / "policy.yaml"


@pytest.mark.parametrize("shipped", ["starter", "fintech"])
def test_the_shipped_policies_and_their_packs_are_right(shipped: str) -> None:
    done = grille("check", shipped)
    assert (done.code, done.out) == (0, "")


def test_a_good_policy_has_no_problem(tmp_path: Path) -> None:
    assert grille("check", written(tmp_path)).code == 0


def test_every_problem_is_said_in_one_run_with_line_caret_and_suggestion(tmp_path: Path) -> None:
    broken = POLICY.replace("mode: enforce", "mode: enforced").replace("THING: block", "THIN: blok")
    done = grille("check", written(tmp_path, broken))
    assert done.code == 1
    assert "policy.yaml:3:" in done.out
    assert "policy.yaml:6:" in done.out
    assert "did you mean" in done.out
    assert "^" in done.out


def test_an_example_that_is_not_found_and_a_near_miss_that_is_are_problems(tmp_path: Path) -> None:
    pack = PACK.replace("[thing-123]", "[thing-123, thing-x]").replace("[thing-12]", "[thing-12, thing-999]")
    done = grille("check", written(tmp_path, pack=pack))
    assert done.code == 1
    assert "example 2 of THING is not found" in done.out
    assert "near miss 2 of THING is found" in done.out


def test_programs_get_json(tmp_path: Path) -> None:
    done = grille("check", written(tmp_path, POLICY.replace("mode: enforce", "mode: maybe")), "--format", "json")
    (problem,) = json.loads(done.out)
    assert (problem["line"], done.code) == (3, 1)
    assert json.loads(grille("check", written(tmp_path), "--format", "json").out) == []


def test_a_missing_language_model_is_a_problem_that_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(language: str = "en") -> None:
        raise SettingsError(f"The language model for {language!r} could not be loaded. `pip install a-model`")

    monkeypatch.setattr(model, "load", missing)
    reader.load.cache_clear()
    pack = """\
version: 1
pack: small
entities:
  PERSON: {recognizer: spacy, examples: [Jane Doe called.], near_misses: [none]}
"""
    policy = POLICY.replace("THING", "PERSON").replace("mode:", "languages: [fr]\nmode:")
    (problem,) = problems_of(str(written(tmp_path, policy, pack)), date(2026, 1, 1))
    assert "pip install a-model" in problem.text
