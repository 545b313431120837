"""Nurseries that are begun before the rest of the proxy is there."""

from __future__ import annotations

import socket
import threading
from pathlib import Path

import pytest

import engines
from grille.addon import early, pools
from grille.addon.nursery import FORK
from grille.addon.workers import Recipe
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


def test_those_that_nobody_took_are_closed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[str] = []
    late = threading.Event()

    class Made:
        def __init__(self, name: str) -> None:
            self._name = name

        def close(self) -> None:
            closed.append(self._name)

    def nursery(recipe: Recipe) -> Made:
        if recipe.function == "finder":
            late.wait(10)
        return Made(recipe.function)

    engines.engine(folder)
    (path,) = folder.glob("policy*.yaml")
    monkeypatch.setattr(early, "nursery", nursery)
    with early.begun(str(path)):
        making = [each for each in threading.enumerate() if isinstance(each, early._Making)]
        making[-1].join(10)
    late.set()
    for each in making:
        each.join(10)
    assert set(closed) == {"finder", "opener"}


def test_what_is_wrong_with_a_policy_is_said_by_others(tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_text("version: 17\n")
    for name in ("policy.yaml", "nowhere.yaml"):
        with early.begun(str(tmp_path / name)) as made:
            assert made() == []


def test_one_that_cannot_be_made_is_missing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(_: Recipe) -> None:
        raise SettingsError("no model")

    engines.engine(folder)
    (path,) = folder.glob("policy*.yaml")
    monkeypatch.setattr(early, "nursery", none)
    with early.begun(str(path)) as made:
        assert made() == []
