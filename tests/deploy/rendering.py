"""Manifests as a cluster would get them, from the tools that people use."""

from __future__ import annotations

import copy
import shutil
import subprocess
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import yaml

KUBERNETES = Path(__file__).parents[2] / "deploy" / "kubernetes"
BASE, CHART = KUBERNETES / "base", KUBERNETES / "chart"
WITH_POLICY = ("--set-file", f"policy.text={BASE / 'policy.yaml'},policy.test={BASE / 'policy.test.yaml'}")


@cache
def _kustomized(folder: Path) -> str:
    tool = shutil.which("kubectl") or shutil.which("kustomize")
    if tool is None:
        pytest.skip("neither kubectl nor kustomize is installed")
    verb = "kustomize" if tool.endswith("kubectl") else "build"
    return subprocess.run([tool, verb, folder], capture_output=True, text=True, check=True).stdout


def kustomized(name: str) -> list[Any]:
    """What kustomize makes of an overlay."""
    return list(yaml.safe_load_all(_kustomized(KUBERNETES / "overlays" / name)))


def changed(name: str, file: str, old: str, new: str) -> list[Any]:
    """What kustomize makes of an overlay with a text in one of its files changed for another."""
    with TemporaryDirectory() as folder:
        copy = Path(folder) / "kubernetes"
        shutil.copytree(KUBERNETES, copy)
        path = copy / "overlays" / name / file
        assert old in path.read_text("utf-8")
        path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
        return list(yaml.safe_load_all(_kustomized(path.parent)))


def helm(*arguments: str) -> subprocess.CompletedProcess[str]:
    tool = shutil.which("helm")
    if tool is None:
        pytest.skip("helm is not installed")
    return subprocess.run([tool, "template", "grille", CHART, *arguments], capture_output=True, text=True, check=False)


def charted(*arguments: str) -> list[Any]:
    """What helm makes of the chart."""
    done = helm(*WITH_POLICY, *arguments)
    assert done.returncode == 0, done.stderr
    return [each for each in yaml.safe_load_all(done.stdout) if each]


def written(path: str) -> list[Any]:
    return list(yaml.safe_load_all((KUBERNETES / path).read_text("utf-8")))


def one(documents: list[Any], kind: str) -> Any:
    (found,) = [each for each in documents if each["kind"] == kind]
    return copy.deepcopy(found)


def pod(documents: list[Any]) -> Any:
    """The pod of the one Deployment."""
    return one(documents, "Deployment")["spec"]["template"]["spec"]


def containers(spec: Any) -> list[Any]:
    return [*spec.get("initContainers", []), *spec["containers"]]
