"""The pod that ships, run by podman, where podman and the images are: see deploy/kubernetes/play.py."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType

import pytest
from namespaces import Namespaces
from rendering import KUBERNETES


def loaded() -> ModuleType:
    found = importlib.util.spec_from_file_location("grille_play", KUBERNETES / "play.py")
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


PLAY = loaded()
REASON: str = PLAY.missing()


def test_what_is_played_is_what_ships_but_for_what_podman_cannot(tmp_path: Path) -> None:
    (tmp_path / "provider").mkdir()
    spec = PLAY.pod(PLAY.secrets(tmp_path))["spec"]
    assert [each["name"] for each in spec["initContainers"]] == ["grille-redirect", "grille-check", "grille-test"]
    assert [each["name"] for each in spec["containers"]] == ["grille", "app"]
    assert all(each["securityContext"]["capabilities"]["drop"] == ["ALL"] for each in spec["containers"])
    assert "BEGIN CERTIFICATE" in (tmp_path / "trust" / "bundle.pem").read_text()
    assert not any("PRIVATE" in file.read_text() for file in (tmp_path / "trust").iterdir())


@pytest.mark.timeout(240)
@pytest.mark.xdist_group("nft")
@pytest.mark.skipif(bool(REASON), reason=REASON or "runs")
def test_the_pod_runs_and_everything_is_as_it_should_be() -> None:
    with TemporaryDirectory(prefix="grille-play-") as name, Namespaces() as made:
        assert [what for what, holds in PLAY.play(Path(name), made) if not holds] == []
