"""`grille.cli.archives.progress`: how far a run is."""

from __future__ import annotations

import io
from dataclasses import dataclass

import pytest

from grille.cli.archives.progress import Shown


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


def test_where_there_is_no_terminal_counts_are_said_every_ten_seconds(capsys: pytest.CaptureFixture[str]) -> None:
    clock = Clock()
    with Shown(2000, 500, 100, clock) as shown:
        for clock.now in (1.0, 11.0, 15.0, 21.0):
            shown.reached(1000, 1200)
        shown.name("a.har#3: cut off")
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines() == [
        "grille: 50 % of 2.0 kB, 1,200 messages, 100 a second",
        "grille: 50 % of 2.0 kB, 1,200 messages, 52 a second",
        "grille: not judged: a.har#3: cut off",
    ]


def test_where_nobody_knows_the_size_there_is_no_part_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    clock = Clock()
    with Shown(0, 0, 0, clock) as shown:
        clock.now = 20.0
        shown.reached(1000, 10)
    assert capsys.readouterr().err == "grille: 10 messages, 0 a second\n"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_has_a_bar_and_names_above_it(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    with Shown(2000, 0, 0) as shown:
        shown.reached(1000, 1200)
        shown.name("a.har#3: [b]cut off[/b]")
    assert "50%" in terminal.getvalue()
    assert "1,200 messages" in terminal.getvalue()
    assert "not judged: a.har#3: [b]cut off[/b]" in terminal.getvalue()
