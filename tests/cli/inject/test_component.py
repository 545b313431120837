"""The patch for kustomize. That it makes the same pod is in tests/deploy/test_injection.py."""

from __future__ import annotations

import yaml
from commands import grille


def test_it_says_how_it_was_written_and_is_a_patch_of_a_deployment() -> None:
    done = grille("inject", "--grade", "cni", "--print", "component", "--image", "grille")
    assert "grille inject --grade cni --print component" in done.out
    patch = yaml.safe_load(done.out)
    assert patch["kind"] == "Deployment"
    spec = patch["spec"]["template"]["spec"]
    assert {each["image"] for each in spec["initContainers"]} == {"grille"}
    assert [each["name"] for each in spec["containers"]] == ["app"]
