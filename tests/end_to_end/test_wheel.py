"""The wheel, installed alone into a clean environment, is all that is needed."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
CLEAN = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "LANG": "C.UTF-8"}


def run(command: Sequence[str | Path], directory: Path, code: int = 0, **variables: str) -> str:
    done = subprocess.run(
        [str(part) for part in command],
        cwd=directory,
        env=CLEAN | variables,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def grille(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command, in an environment that has the wheel and the pinned requirements, and no checkout."""
    uv = os.environ.get("UV") or shutil.which("uv")
    assert uv, "run the tests with the command in the README: it brings uv"
    folder = tmp_path_factory.mktemp("wheel")
    for command in (
        [uv, "build", "--wheel", "--out-dir", str(folder), str(ROOT)],
        [uv, "venv", "--python", "3.13", str(folder / "env")],
    ):
        subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    (wheel,) = folder.glob("*.whl")
    install = [uv, "pip", "install", "--python", str(folder / "env"), "-r", "requirements/run.txt", str(wheel)]
    done = subprocess.run(install, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder / "env" / "bin" / "grille"


def test_the_shipped_policies_and_packs_are_in_it(grille: Path, tmp_path: Path) -> None:
    run([grille, "check", "starter", "fintech"], tmp_path)
    assert "0 failed" in run([grille, "test", "starter"], tmp_path)


def test_a_dry_run_works(grille: Path, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("card 4111 1111 1111 1111")
    assert "tokenize CREDIT_CARD" in run([grille, "scan", "a.txt"], tmp_path, code=1)


def test_the_demo_works(grille: Path, tmp_path: Path) -> None:
    assert "Every scene went as the policy says." in run([grille, "demo"], tmp_path, HOME=str(tmp_path))
