"""One sidecar, whoever puts it into a pod: what `grille inject` makes of an application, kustomize makes."""

from __future__ import annotations

import re
from typing import Any

import pytest
from rendering import KUBERNETES, changed, kustomized, pod, written

from grille.cli.inject import admission, component, rewritten
from grille.cli.inject.documents import split
from grille.cli.inject.sidecar import GRADES, Sidecar, of_grade
from grille.cli.inject.workloads import injected


def by_inject(sidecar: Sidecar) -> Any:
    (application,) = written(f"overlays/{sidecar.grade}/application.yaml")
    assert list(injected(application, sidecar, "document 1")) == ["Deployment agent"]
    return application["spec"]["template"]["spec"]


def unordered(spec: Any) -> Any:
    """Volumes have no order, and kustomize gives a ConfigMap that it makes a name of its own."""
    for each in spec["volumes"]:
        if each["name"] == "grille-policy":
            each["configMap"]["name"] = each["configMap"]["name"].partition("-policy")[0] + "-policy"
    return spec | {"volumes": sorted(spec["volumes"], key=lambda each: str(each["name"]))}


@pytest.mark.parametrize("grade", GRADES)
def test_inject_and_kustomize_make_one_pod(grade: str) -> None:
    assert unordered(by_inject(of_grade(grade))) == unordered(pod(kustomized(grade)))


@pytest.mark.parametrize("grade", GRADES)
def test_with_either_the_check_of_the_policy_can_be_left_out(grade: str) -> None:
    spec = pod(changed(grade, "kustomization.yaml", f"/{grade}]", f"/{grade}, ../../components/unchecked]"))
    assert unordered(by_inject(of_grade(grade, checked=False))) == unordered(spec)


def test_with_either_ours_start_before_the_applications_own() -> None:
    own = "initContainers: [{name: migrate, image: x}]\n      containers:"
    spec = pod(changed("redirect", "application.yaml", "containers:", own))
    names = [each["name"] for each in spec["initContainers"]]
    assert names == ["grille-redirect", "grille-check", "grille-test", "grille", "migrate"]


@pytest.mark.parametrize("grade", GRADES)
def test_what_is_in_the_repository_is_what_the_command_prints(grade: str) -> None:
    folder = KUBERNETES / "components" / grade
    assert (folder / "sidecar.yaml").read_text("utf-8") == component.manifest(
        of_grade(grade, "grille", "grille-redirect")
    )
    assert (KUBERNETES / "admission" / f"{grade}.yaml").read_text("utf-8") == admission.manifests(of_grade(grade))


def test_our_own_manifests_pass_as_they_are_where_nothing_is_put_into_them() -> None:
    for path in sorted(KUBERNETES.rglob("*.yaml")):
        text = path.read_text("utf-8")
        if "templates" not in path.parts and not re.search("Deployment|DaemonSet", text):
            assert rewritten(text, of_grade("redirect")) == (text, [])
    gateway = (KUBERNETES / "base" / "deployment.yaml").read_text("utf-8")
    assert len(list(split(gateway))) == 1
