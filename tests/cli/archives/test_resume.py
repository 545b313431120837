"""`grille.cli.archives.resume`: what a run has done."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from grille.cli.archives.chunks import Chunk, Reached
from grille.cli.archives.cuts import Place
from grille.cli.archives.resume import Progress
from grille.cli.archives.sources import Source
from grille.cli.archives.tally import Tally
from grille.errors import SettingsError

ASKED = {"policy": "one", "column": ""}
ONE, TWO = Source("a.har", 100, "first"), Source("b.har", 100, "first")


def counted(verdict: str, count: int) -> Tally:
    tally = Tally()
    tally.verdicts[verdict] = count
    return tally


def test_a_run_goes_on_where_another_was(tmp_path: Path) -> None:
    file = tmp_path / "state"
    with Progress(file, ASKED) as run:
        assert run.start(ONE) == Place()
        run.did(Chunk([], [Reached(ONE, None, 100), Reached(TWO, Place(3, 50), 50)]), counted("allow", 7), 20)
        run.did(Chunk([], [Reached(TWO, Place(5, 70), 70)]), counted("allow", 2), 40)
    with Progress(file, ASKED) as run:
        assert (run.start(ONE), run.start(TWO)) == (None, Place(5, 70))
        assert run.total() == counted("allow", 9)
        assert (run.length, run.finished) == (40, False)
        run.finish()
        assert run.finished


def test_what_was_not_counted_whole_is_not_counted(tmp_path: Path) -> None:
    with Progress(tmp_path / "state", ASKED) as run, pytest.raises(AttributeError):
        run.did(Chunk([], [Reached(ONE, None, 100)]), None, 20)  # type: ignore[arg-type]  # it breaks off halfway
    with Progress(tmp_path / "state", ASKED) as run:
        assert run.start(ONE) == Place()


def test_the_first_run_says_which_day_it_is(tmp_path: Path) -> None:
    with Progress(tmp_path / "state", ASKED) as run:
        assert run.kept("day", "2026-11-26") == "2026-11-26"
    with Progress(tmp_path / "state", ASKED) as run:
        assert run.kept("day", "2026-11-27") == "2026-11-26"


def test_a_source_that_has_changed_is_not_gone_on_with(tmp_path: Path) -> None:
    with Progress(tmp_path / "state", ASKED) as run:
        run.did(Chunk([], [Reached(ONE, None, 100)]), Tally(), 0)
        with pytest.raises(SettingsError, match=r"a\.har has changed"):
            run.start(replace(ONE, stamp="second"))


def test_a_run_that_asks_for_something_else_does_not_go_on(tmp_path: Path) -> None:
    with Progress(tmp_path / "state", ASKED):
        pass
    with pytest.raises(SettingsError, match="another policy"):
        Progress(tmp_path / "state", {**ASKED, "policy": "two"})


def test_a_file_of_something_else_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("These are no rows, and nobody wants them overwritten. " * 50)
    with pytest.raises(SettingsError, match="no state file"):
        Progress(file, ASKED)
    assert file.read_text().startswith("These are no rows")
