"""Nurseries that are begun before the rest of the proxy is there."""

from __future__ import annotations

from pathlib import Path

import pytest

import engines
from grille.addon import early, pools
from grille.addon.workers import Recipe
from grille.engine import load_policy
from grille.errors import SettingsError


def recipes(path: Path) -> list[Recipe]:
    policy = load_policy(str(path), None)
    return list(pools.recipes(pools.entities(policy), policy.languages))


def test_they_are_those_that_a_proxy_asks_for(folder: Path) -> None:
    engines.engine(folder)
    (path,) = folder.glob("policy*.yaml")
    made = early.begun(str(path))()
    assert [recipe for recipe, _ in made] == recipes(path)
    for _, nursery in made:
        nursery.close()


def test_what_is_wrong_with_a_policy_is_said_by_others(tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_text("version: 17\n")
    assert list(early.begun(str(tmp_path / "policy.yaml"))()) == []
    assert list(early.begun(str(tmp_path / "nowhere.yaml"))()) == []


def test_one_that_cannot_be_made_is_missing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(_: Recipe) -> None:
        raise SettingsError("no model")

    engines.engine(folder)
    (path,) = folder.glob("policy*.yaml")
    monkeypatch.setattr(early, "nursery", none)
    assert list(early.begun(str(path))()) == []
