"""The sidecar in one pod: added once, nothing taken away, and what is in the way is named."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any, cast

import pytest

from grille.cli.inject.pod import holds, inject
from grille.cli.inject.sidecar import GRADES, of_grade
from grille.errors import CannotInject

POD: Any = {"spec": {"containers": [{"name": "app", "image": "x", "env": [{"name": "MINE", "value": "1"}]}]}}


def pod() -> Any:
    return copy.deepcopy(POD)


@pytest.mark.parametrize("grade", GRADES)
def test_everything_of_the_shape_is_there_once_and_a_second_time_changes_nothing(grade: str) -> None:
    made, wanted = pod(), of_grade(grade)
    assert inject(made, wanted, "")
    spec = made["spec"]
    assert [each["name"] for each in spec["initContainers"]] == [each["name"] for each in wanted.containers]
    assert spec["containers"][0]["env"] == [POD["spec"]["containers"][0]["env"][0], *wanted.env]
    assert spec["containers"][0]["volumeMounts"] == [wanted.mount]
    assert spec["volumes"] == list(wanted.volumes)
    before = copy.deepcopy(made)
    assert not inject(made, wanted, "")
    assert made == before


def test_ours_start_before_the_pods_own_init_containers_which_trust_it_too() -> None:
    made = pod()
    made["spec"]["initContainers"] = [{"name": "migrate", "image": "x"}]
    inject(made, of_grade("redirect"), "")
    *ours, last = made["spec"]["initContainers"]
    assert [each["name"] for each in ours] == ["grille-redirect", "grille-check", "grille-test", "grille"]
    assert last["name"] == "migrate"
    assert last["volumeMounts"]
    assert {"name": "SSL_CERT_FILE", "value": "/etc/grille-trust/bundle.pem"} in last["env"]
    assert not any("env" in each for each in ours)


def test_what_an_api_server_adds_is_no_change() -> None:
    made, wanted = pod(), of_grade("redirect")
    inject(made, wanted, "")
    for each in made["spec"]["initContainers"]:
        each |= {"imagePullPolicy": "IfNotPresent", "terminationMessagePath": "/dev/termination-log"}
    grille = made["spec"]["initContainers"][-1]
    grille["startupProbe"] = {**grille["startupProbe"], "successThreshold": 1}
    grille["ports"] = [{**grille["ports"][0], "protocol": "TCP"}]
    made["spec"]["volumes"].append({"name": "kube-api-access"})
    assert not inject(made, wanted, "")


def own_env(spec: Any) -> None:
    spec["containers"][0]["env"] = [{"name": "SSL_CERT_FILE", "value": "/mine.pem"}]


def from_elsewhere(spec: Any) -> None:
    spec["containers"][0]["env"] = [{"name": "SSL_CERT_FILE", "valueFrom": {"secretKeyRef": {"name": "a", "key": "b"}}}]


@pytest.mark.parametrize(
    ("change", "where", "said"),
    [
        (own_env, "spec.containers[0].env", "`SSL_CERT_FILE` is there"),
        (from_elsewhere, "spec.containers[0].env", "`SSL_CERT_FILE` is there"),
        (lambda spec: spec.update(volumes=[{"name": "grille-trust"}]), "spec.volumes", "`grille-trust`"),
        (lambda spec: spec["containers"][0].update(volumeMounts=[{"name": "a", "mountPath": "/etc/grille-trust"}]),
         "spec.containers[0].volumeMounts", "`/etc/grille-trust`"),
        (lambda spec: spec.update(initContainers=[{"name": "grille"}]), "spec.initContainers", "another `grille`"),
        (lambda spec: spec["containers"].append({"name": "grille"}), "spec.containers[1].name", "grille's"),
        (lambda spec: spec.update(hostNetwork=True), "spec.hostNetwork", "the node's network"),
        (lambda spec: spec.update(containers=[]), "spec.containers", "one at least"),
        (lambda spec: spec.update(containers="x"), "spec.containers", "a list"),
        (lambda spec: spec.update(volumes=["x"]), "spec.volumes[0]", "a mapping"),
    ],
)  # fmt: skip
def test_what_is_in_the_way_is_an_error_with_its_field_and_without_its_value(
    change: Callable[[Any], object], where: str, said: str
) -> None:
    made = pod()
    change(made["spec"])
    with pytest.raises(CannotInject, match=said) as caught:
        inject(made, of_grade("redirect"), "")
    assert caught.value.where == where
    assert "/mine.pem" not in str(caught.value)


def test_an_older_sidecar_is_not_mixed_with_a_newer_one() -> None:
    made = pod()
    inject(made, of_grade("redirect"), "")
    with pytest.raises(CannotInject, match="take out what was injected before"):
        inject(made, of_grade("redirect", "other/grille:2"), "")
    made["spec"]["initContainers"].pop(0)
    with pytest.raises(CannotInject, match="another `grille-check` is there"):
        inject(made, of_grade("redirect"), "")


def test_more_is_no_difference_and_less_is_one() -> None:
    assert holds({"a": 1, "b": 2}, {"a": 1})
    assert not holds({"b": 2}, {"a": 1})
    assert holds([{"name": "x", "more": 1}, {"name": "y"}], [{"name": "x"}])
    assert not holds(["a", "b"], ["b", "a"])
    assert not holds(["a", "b"], cast(Any, ["a"]))
    assert not holds({"a": 1}, cast(Any, [1]))
