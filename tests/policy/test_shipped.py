"""`grille.policy.shipped`: the policies that come with grille."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from grille.detectors import CHECKS, RECOGNIZERS
from grille.dialects import DIALECTS, providers
from grille.policy import Reaction, Vocabulary, load, read_cases, shipped


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


VOCABULARY = Vocabulary(providers(), frozenset(DIALECTS), CHECKS, RECOGNIZERS)
TODAY = date(2026, 12, 1)


@pytest.mark.parametrize("name", shipped.names())
def test_a_shipped_policy_is_right_and_nothing_in_it_has_ended(name: str) -> None:
    policy = load(name, VOCABULARY, TODAY)
    assert policy.name == name
    assert policy.otherwise.endpoint is policy.otherwise.client is policy.otherwise.body is Reaction.BLOCK


@pytest.mark.parametrize("name", shipped.names())
def test_the_tests_of_a_shipped_policy_name_every_row_and_nothing_else(name: str) -> None:
    policy = load(name, VOCABULARY)
    cases = read_cases(name, policy)
    messages = [message for case in cases for message in (case.request, case.response) if message]
    named = {row for message in messages for row in message.expected.because}
    rows = {source.name for source in policy.sources()}
    assert rows <= named
    assert {row for row in named if row.startswith(("profiles.", "exceptions."))} <= rows
