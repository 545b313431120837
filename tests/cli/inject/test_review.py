"""What an API server asks, and what it is told: the patch makes of a pod what `grille inject` does."""

from __future__ import annotations

import base64
import copy
import json
from typing import Any

import pytest

from grille.cli.inject.pod import inject
from grille.cli.inject.review import difference, reviewed
from grille.cli.inject.sidecar import GRADES, of_grade
from grille.errors import CannotInject
from json_patch import patched

PODS: list[Any] = [
    {"metadata": {"generateName": "agent-"}, "spec": {"containers": [{"name": "app", "image": "x"}]}},
    {
        "metadata": {"name": "agent", "namespace": "example"},
        "spec": {
            "containers": [{"name": "app", "env": [{"name": "A", "value": "b"}], "volumeMounts": []}, {"name": "b"}],
            "initContainers": [{"name": "migrate"}],
            "volumes": [{"name": "v", "emptyDir": {}}],
        },
    },
]


def review(pod: Any, **more: Any) -> bytes:
    """As an API server writes it, shortened."""
    request = {
        "uid": "705ab4f5-6393-11e8-b7cc-42010a800002",
        "kind": {"group": "", "version": "v1", "kind": "Pod"},
        "resource": {"group": "", "version": "v1", "resource": "pods"},
        "namespace": "example",
        "operation": "CREATE",
        "userInfo": {"username": "system:serviceaccount:kube-system:replicaset-controller"},
        "object": pod,
        "oldObject": None,
        "dryRun": False,
        **more,
    }
    return json.dumps({"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": request}).encode()


def answered(body: bytes, grade: str = "redirect") -> tuple[Any, str]:
    answer, said = reviewed(body, of_grade(grade))
    read = json.loads(answer)
    assert (read["apiVersion"], read["kind"]) == ("admission.k8s.io/v1", "AdmissionReview")
    assert read["response"]["uid"] == "705ab4f5-6393-11e8-b7cc-42010a800002"
    return read["response"], said


@pytest.mark.parametrize("grade", GRADES)
@pytest.mark.parametrize("pod", PODS)
def test_the_patch_makes_the_pod_that_inject_makes_and_a_second_one_is_empty(pod: Any, grade: str) -> None:
    response, said = answered(review(pod), grade)
    assert (response["allowed"], response["patchType"]) == (True, "JSONPatch")
    made = patched(pod, json.loads(base64.b64decode(response["patch"])))
    expected = copy.deepcopy(pod)
    inject(expected, of_grade(grade), "")
    assert made == expected
    assert said.startswith("grille is beside Pod example/agent")
    again, said = answered(review(made), grade)
    assert again.keys() == {"uid", "allowed"}
    assert said == "nothing to do"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (review({"spec": {"containers": []}}), "grille: object, Pod example/without a name: spec.containers: "),
        (review(PODS[0], operation="UPDATE"), "grille: operation: this is for new pods alone"),
        (review(None), "grille: object: "),
    ],
)
def test_a_pod_that_cannot_have_its_sidecar_is_refused_with_the_reason(body: bytes, message: str) -> None:
    response, said = answered(body)
    assert response["allowed"] is False
    assert response["status"]["message"].startswith(message)
    assert "patch" not in response
    assert said.startswith("refused: ")


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"kind": "AdmissionReview", "request": {"uid": "a"}}', b"\xff"])
def test_what_is_no_review_is_answered_by_none(body: bytes) -> None:
    with pytest.raises(CannotInject):
        reviewed(body, of_grade("cni"))


def test_names_in_a_patch_are_escaped() -> None:
    assert list(difference({"a/b": {"c~d": 1}}, {"a/b": {"c~d": 2, "e": 3}}, "")) == [
        {"op": "replace", "path": "/a~1b/c~0d", "value": 2},
        {"op": "add", "path": "/a~1b/e", "value": 3},
    ]
