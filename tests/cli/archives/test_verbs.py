"""`grille.cli.archives.verbs`: what `scan` and `replay` have in common; their own tests run the rest."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest
from commands import grille

from grille.cli.archives import verbs
from grille.cli.archives.judging import Telling
from grille.cli.archives.tally import Tally
from grille.cli.verb import FAILED, GOOD, INTERRUPTED, UNUSABLE


def arguments(*given: str | Path) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    verbs.add(parser)
    return parser.parse_args([str(each) for each in given])


def test_what_could_not_be_judged_counts_more_than_what_was_found() -> None:
    tally = Tally()
    assert verbs.exit_code(tally, good=True) == GOOD
    assert verbs.exit_code(tally, good=False) == FAILED
    tally.unread()
    assert verbs.exit_code(tally, good=False) == UNUSABLE


def test_into_a_file_goes_what_was_found_and_to_stdout_everything() -> None:
    assert verbs.planned(arguments("a")).telling is Telling.BLOCKS
    assert verbs.planned(arguments("a", "--format", "json")).telling is Telling.LINES
    assert verbs.planned(arguments("a", "--out", "b")).telling is Telling.FINDINGS


@pytest.mark.parametrize("verb", ["scan", "replay"])
def test_no_processes_are_too_few(verb: str, tmp_path: Path) -> None:
    done = grille(verb, tmp_path, "--processes", "0")
    assert done.code == 2
    assert "--processes is at least 1" in done.err


@pytest.mark.parametrize("verb", ["scan", "replay"])
def test_an_interrupted_run_says_so(verb: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> Tally:
        raise KeyboardInterrupt

    monkeypatch.setattr(verbs, "run", interrupted)
    done = grille(verb, tmp_path)
    assert (done.code, done.out, done.err) == (INTERRUPTED, "", "grille: interrupted\n")
