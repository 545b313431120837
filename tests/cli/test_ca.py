"""`grille ca`: what a person sees of it. What becomes of the files is in tests/addon/test_authority.py."""

from __future__ import annotations

from pathlib import Path

from commands import grille


def test_from_the_first_ca_to_the_next(tmp_path: Path) -> None:
    state = tmp_path / "state"
    assert grille("ca", "show", "--state", state).code == 2
    assert grille("ca", "init", "--state", state, "--days", "30").code == 0
    assert grille("ca", "init", "--state", state).code == 2
    assert "rotate --now" in grille("ca", "rotate", "--state", state).err
    shown = grille("ca", "show", "--state", state).out
    assert [line.partition(":")[0] for line in shown.splitlines()[::3]] == ["in use", "next"]
    assert "start the proxies anew" in grille("ca", "rotate", "--state", state, "--now").err
    ours, everything = (grille("ca", "bundle", "--state", state, *more).out for more in (["--ours"], []))
    assert ours.count("BEGIN CERTIFICATE") == 2
    assert ours in everything
    assert "PRIVATE" not in everything


def test_a_ca_of_no_days_is_refused(tmp_path: Path) -> None:
    assert grille("ca", "init", "--state", tmp_path / "state", "--days", "0").code == 2
