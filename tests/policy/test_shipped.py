"""`grille.policy.shipped`: the policies that come with grille."""

from __future__ import annotations

from pathlib import Path

import pytest

from grille.policy import shipped


def test_a_checkout_ships_its_policies_folder() -> None:
    assert shipped.folder().name in ("policies", "shipped")
    assert {"starter", "fintech"} <= set(shipped.names())
    assert not [name for name in shipped.names() if "test" in name]


def test_a_wheel_ships_them_as_package_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "shipped").mkdir()
    (tmp_path / "shipped/one.yaml").touch()
    monkeypatch.setattr(shipped, "_PACKAGE", tmp_path)
    assert shipped.names() == ("one",)


def test_only_what_lies_in_the_folder_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = tmp_path / "shelf"
    (shelf / "entities").mkdir(parents=True)
    (shelf / "entities/a.yaml").touch()
    (tmp_path / "b.yaml").touch()
    monkeypatch.setattr(shipped, "folder", lambda: shelf)
    assert shipped.find("entities/a.yaml") == (shelf / "entities/a.yaml").resolve()
    assert shipped.find("../b.yaml") is None
    assert shipped.find(str(tmp_path / "b.yaml")) is None
    assert shipped.find("entities") is None
