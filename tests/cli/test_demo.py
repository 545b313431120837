"""`grille demo`: the whole of it, as a newcomer starts it."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest
from commands import grille


def test_every_scene_goes_as_the_policy_says(tmp_path: Path) -> None:
    picture = tmp_path / "demo.svg"
    done = subprocess.run(
        [sys.executable, "-m", "grille.cli", "demo", "--svg", str(picture)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Every scene went as the policy says." in done.stdout
    assert done.stdout.count("verdict") == 4
    assert "✗" not in done.stdout
    assert "profiles.to_model.CREDIT_CARD" in done.stdout
    assert picture.read_text("utf-8").startswith("<svg")


def test_without_the_sdks_it_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    done = grille("demo")
    assert done.code == 2
    assert "grille[demo]" in done.err
