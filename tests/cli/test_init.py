"""`grille` itself: its verbs, their help, their exit codes."""

from __future__ import annotations

import subprocess
import sys

import pytest
from commands import grille

from grille.cli import verbs


def test_without_a_verb_it_says_what_there_is() -> None:
    done = grille()
    assert done.code == 0
    assert all(verb.name in done.out for verb in verbs())


@pytest.mark.parametrize("verb", verbs(), ids=lambda verb: verb.name)
def test_every_verb_has_help_with_an_example(verb: object) -> None:
    from grille.cli.verb import Verb

    assert isinstance(verb, Verb)
    done = grille(verb.name, "--help")
    assert done.code == 0
    assert verb.example in done.out


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        ("scan",),
        ("scan", "/nowhere/at/all.txt"),
        ("scan", "x", "--policy", "nonsense"),
        ("test", "nonsense"),
        ("run", "--listen", "nowhere"),
        ("run", "--mode", "sideways"),
        ("env", "--state", "/nowhere/at/all"),
    ],
)
def test_unusable_input_ends_with_2_and_a_sentence_on_stderr(arguments: tuple[str, ...]) -> None:
    done = grille(*arguments)
    assert done.code == 2
    assert done.err.strip()
    assert done.out == ""
    assert "Traceback" not in done.err


@pytest.mark.parametrize("verb", [("coverage",), ("schema", "policy")])
def test_who_has_read_enough_is_no_failure(verb: tuple[str, ...]) -> None:
    """As `grille coverage | head -1`; the second is short enough to wait in a buffer until the end."""
    command = [sys.executable, "-m", "grille.cli", *verb]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.close()
        assert running.stderr.read() == ""
    assert running.returncode == 0


def test_a_missing_file_is_told_by_its_name_and_without_a_number() -> None:
    assert grille("scan", "/nowhere/at/all.txt").err == "grille: /nowhere/at/all.txt: No such file or directory\n"
