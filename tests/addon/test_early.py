"""Nurseries that are begun before the rest of the proxy is there."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import ClassVar

import pytest

import engines
from grille.addon import early, pools
from grille.addon.nursery import FINDING, FORK, Recipe
from grille.engine import load_policy
from grille.errors import SettingsError


def recipes(path: Path) -> list[Recipe]:
    policy = load_policy(str(path), None)
    return list(pools.recipes(pools.entities(policy), policy.languages))


def test_they_are_those_that_a_proxy_asks_for(folder: Path) -> None:
    engines.engine(folder)
    (path,) = folder.glob("policy*.yaml")
    with early.begun(str(path)) as made:
        taken = made()
    assert [recipe for recipe, _ in taken] == recipes(path)
    for _, nursery in taken:
        ours, theirs = socket.socketpair()
        with ours, theirs:
            assert nursery.ask(FORK, theirs)[0].isdigit()  # it is there after the block as well
        nursery.close()


class Made:
    """An ancestor that remembers what becomes of it."""

    all: ClassVar[list[Made]] = []

    def __init__(self, needed: str) -> None:
        self.needed = needed
        self.closed = False
        self.is_told, self.late = threading.Event(), threading.Event()
        self.all.append(self)

    @classmethod
    def begun(cls, _: str, needed: str) -> Made:
        return cls(needed)

    def told(self, recipe: Recipe, _: float) -> Made:
        assert recipe.module == self.needed
        self.is_told.set()
        if self.needed == FINDING:
            self.late.wait(10)
        return self

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def ancestors(monkeypatch: pytest.MonkeyPatch) -> list[Made]:
    monkeypatch.setattr(early, "Ancestor", Made)
    monkeypatch.setattr(Made, "all", [])
    return Made.all


def test_those_that_nobody_took_are_closed(folder: Path, ancestors: list[Made]) -> None:
    engines.engine(folder)
    (path,) = folder.glob("policy*.yaml")
    with early.begun(str(path)):
        finder, opener = ancestors
        assert finder.is_told.wait(10)
        assert opener.is_told.wait(10)
        making = [each for each in threading.enumerate() if isinstance(each, early._Making)]
    assert not finder.closed, "it is not there yet"
    finder.late.set()
    for each in making:
        each.join(10)
    assert finder.closed
    assert opener.closed


def test_those_that_have_no_policy_are_closed_untold(tmp_path: Path, ancestors: list[Made]) -> None:
    with early.begun(str(tmp_path / "nowhere.yaml")) as made:
        assert made() == []
    assert [(each.is_told.is_set(), each.closed) for each in ancestors] == [(False, True), (False, True)]


def test_what_is_wrong_with_a_policy_is_said_by_others(tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_text("version: 17\n")
    for name in ("policy.yaml", "nowhere.yaml"):
        with early.begun(str(tmp_path / name)) as made:
            assert made() == []


def test_one_that_cannot_be_made_is_missing(
    folder: Path, ancestors: list[Made], monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(*_: object) -> None:
        raise SettingsError("no model")

    engines.engine(folder)
    (path,) = folder.glob("policy*.yaml")
    monkeypatch.setattr(Made, "told", none)
    with early.begun(str(path)) as made:
        assert made() == []


def test_where_no_process_can_be_started_none_is_begun(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: object, **__: object) -> None:
        raise BlockingIOError

    engines.engine(folder)
    (path,) = folder.glob("policy*.yaml")
    monkeypatch.setattr(subprocess, "Popen", none)
    with early.begun(str(path)) as made:
        assert made() == []


def test_importing_it_takes_no_time() -> None:
    said = "import sys, grille.addon.early; print({'grille.engine', 'asyncio', 'mitmproxy'} & {*sys.modules})"
    done = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
