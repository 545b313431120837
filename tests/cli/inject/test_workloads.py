"""Every kind that makes pods, and nothing else."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from grille.cli.inject.sidecar import of_grade
from grille.cli.inject.workloads import injected
from grille.errors import CannotInject

POD: Any = {"spec": {"containers": [{"name": "app", "image": "x"}]}}
NODES: Any = {"spec": {"hostNetwork": True}}
KINDS = [
    ("v1", "Pod", POD),
    ("v1", "PodTemplate", {"template": POD}),
    ("v1", "ReplicationController", {"spec": {"template": POD}}),
    ("apps/v1", "Deployment", {"spec": {"template": POD}}),
    ("apps/v1", "StatefulSet", {"spec": {"template": POD}}),
    ("apps/v1", "DaemonSet", {"spec": {"template": POD}}),
    ("apps/v1", "ReplicaSet", {"spec": {"template": POD}}),
    ("batch/v1", "Job", {"spec": {"template": POD}}),
    ("batch/v1", "CronJob", {"spec": {"jobTemplate": {"spec": {"template": POD}}}}),
]


def document(version: str, kind: str, content: Any) -> Any:
    return {"apiVersion": version, "kind": kind, "metadata": {"name": "a", "namespace": "b"}, **copy.deepcopy(content)}


@pytest.mark.parametrize(("version", "kind", "content"), KINDS, ids=[kind for _, kind, _ in KINDS])
def test_a_workload_has_grille_in_its_pods(version: str, kind: str, content: Any) -> None:
    tree = document(version, kind, content)
    assert list(injected(tree, of_grade("explicit"), "document 1")) == [f"{kind} b/a"]
    assert str(tree).count("'grille-check'") == 1
    assert list(injected(tree, of_grade("explicit"), "document 1")) == []


@pytest.mark.parametrize(
    "tree",
    [
        document("v1", "Service", POD),
        document("example.com/v1", "Deployment", {"spec": {"template": POD}}),
        None,
        ["x"],
        {},
    ],
)
def test_anything_else_is_left_as_it_is(tree: Any) -> None:
    before = copy.deepcopy(tree)
    assert list(injected(tree, of_grade("explicit"), "document 1")) == []
    assert tree == before


def test_lists_are_gone_through_also_those_whose_items_do_not_say_what_they_are() -> None:
    mixed = {
        "apiVersion": "v1",
        "kind": "List",
        "items": [document(*KINDS[0]), document("v1", "Secret", {}), document(*KINDS[3])],
    }
    assert list(injected(mixed, of_grade("cni"), "document 1")) == ["Pod b/a", "Deployment b/a"]
    pods = {
        "apiVersion": "v1",
        "kind": "PodList",
        "items": [{"metadata": {"generateName": "c-"}, **copy.deepcopy(POD)}],
    }
    assert list(injected(pods, of_grade("cni"), "document 1")) == ["Pod c-"]


@pytest.mark.parametrize(
    ("tree", "where"),
    [
        ({"apiVersion": "v1", "kind": "Pod", "spec": {}}, "document 3, Pod without a name: spec.containers"),
        ({"apiVersion": "v1", "kind": "Pod"}, "document 3, Pod without a name: spec"),
        (document("apps/v1", "Deployment", {"spec": {"template": []}}), "document 3, Deployment b/a: spec.template"),
        (document("batch/v1", "CronJob", {"spec": {"jobTemplate": {"spec": {"template": NODES}}}}),
         "document 3, CronJob b/a: spec.jobTemplate.spec.template.spec.hostNetwork"),
        ({"apiVersion": "v1", "kind": "List", "items": [document("v1", "Pod", {"spec": 1})]},
         "document 3.items[0], Pod b/a: spec"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_document_and_field(tree: Any, where: str) -> None:
    with pytest.raises(CannotInject) as caught:
        list(injected(tree, of_grade("redirect"), "document 3"))
    assert caught.value.where == where
