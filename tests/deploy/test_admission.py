"""Admission: a pod gets what `grille inject` would give it, and every way around the proxy is refused with the sentence
that names it.

There is no API server here: the expressions that ship are evaluated by `policies.py`.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from policies import mutated, refused
from rendering import kustomized, pod, written

from grille.cli.inject.pod import inject
from grille.cli.inject.sidecar import GRADES, of_grade

AROUND, BINDING = written("admission/around.yaml")
POLICIES = {grade: written(f"admission/{grade}.yaml") for grade in GRADES}

type Change = Callable[[Any], object]


def told(spec: Any, grade: str = "redirect", old: Any = None) -> list[str]:
    """What all policies of a grade say to a pod."""
    before = None if old is None else {"spec": old}
    return [said for policy in (POLICIES[grade][2], AROUND) for said in refused(policy, {"spec": spec}, before)]


def app(spec: Any) -> Any:
    return spec["containers"][0]


def ours(spec: Any, name: str) -> Any:
    (found,) = [each for each in spec["initContainers"] if each["name"] == name]
    return found


APPLICATIONS: list[Any] = [
    {"containers": [{"name": "app", "image": "x"}]},
    {
        "containers": [
            {"name": "app", "env": [{"name": "A", "value": "b"}], "volumeMounts": [{"name": "v", "mountPath": "/v"}]},
            {"name": "other", "env": [{"name": "SSL_CERT_FILE", "value": "/etc/grille-trust/bundle.pem"}]},
        ],
        "initContainers": [{"name": "migrate", "image": "x", "args": ["a"]}],
        "volumes": [{"name": "v", "emptyDir": {}}],
    },
]  # fmt: skip


@pytest.mark.parametrize("grade", GRADES)
@pytest.mark.parametrize("spec", APPLICATIONS)
def test_the_policy_makes_of_a_pod_what_inject_makes_of_it(grade: str, spec: Any) -> None:
    by_policy, by_inject = {"spec": copy.deepcopy(spec)}, {"spec": copy.deepcopy(spec)}
    by_policy = mutated(POLICIES[grade][0], by_policy)
    assert inject(by_inject, of_grade(grade), "")
    assert by_policy == by_inject
    assert mutated(POLICIES[grade][0], by_policy) == by_policy, "and a second time nothing"
    assert refused(POLICIES[grade][2], by_policy) == []


@pytest.mark.parametrize("grade", GRADES)
def test_an_application_with_grille_beside_it_is_admitted(grade: str) -> None:
    assert told(pod(kustomized(grade)), grade) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda spec: spec.pop("initContainers"), "grille is not where"),
        (lambda spec: spec["initContainers"].pop(0), "grille-redirect is not where"),
        (lambda spec: ours(spec, "grille").pop("restartPolicy"), "grille is not where"),
        (lambda spec: ours(spec, "grille").update(image="evil.example/grille:0.1.0"), "grille is not where"),
        (lambda spec: ours(spec, "grille").update(command=["sh"]), "grille is not where"),
        (lambda spec: ours(spec, "grille")["args"].append("--policy=starter"), "grille is not where"),
        (lambda spec: ours(spec, "grille-check").update(image="x"), "grille-check is not where"),
        (lambda spec: spec["initContainers"].insert(0, dict(app(spec), name="early")), "grille-redirect is not where"),
        (lambda spec: spec["initContainers"].append(dict(app(spec), name="grille-2")), "a name like grille's"),
        (lambda spec: ours(spec, "grille").update(env=[{"name": "PYTHONPATH", "value": "/v"}]), "another program"),
        (lambda spec: ours(spec, "grille").update(workingDir="/v"), "another program"),
        (lambda spec: ours(spec, "grille").update(lifecycle={"postStart": {"exec": {}}}), "another program"),
        (lambda spec: ours(spec, "grille")["volumeMounts"].append({"mountPath": "/opt/grille/lib"}), "another program"),
        (lambda spec: ours(spec, "grille").update(livenessProbe={"exec": {}}), "another program"),
        (lambda spec: app(spec)["env"][0].update(value="/mine.pem"), "a variable of its own"),
        (lambda spec: app(spec)["env"].pop(), "a variable of its own"),
        (lambda spec: spec.update(ephemeralContainers=[{"name": "debug"}]), "an ephemeral container"),
        (lambda spec: spec.update(hostNetwork=True), "shares a network"),
        (lambda spec: spec.update(shareProcessNamespace=True), "shares a network or processes"),
        (lambda spec: spec.pop("securityContext"), "has to say its user"),
        (lambda spec: spec["securityContext"].update(runAsUser=10001), "has to say its user"),
        (lambda spec: app(spec)["securityContext"].update(runAsUser=10001), "a container's user"),
        (lambda spec: app(spec)["securityContext"].update(runAsUser=0), "a container's user"),
        (lambda spec: app(spec).pop("securityContext"), "drop ALL capabilities"),
        (lambda spec: app(spec)["securityContext"]["capabilities"].update(add=["SETUID"]), "drop ALL capabilities"),
        (lambda spec: app(spec)["securityContext"].update(allowPrivilegeEscalation=True), "drop ALL capabilities"),
        (lambda spec: app(spec)["securityContext"].update(privileged=True), "a privileged container"),
        (lambda spec: app(spec)["volumeMounts"].append({"name": "grille-authority"}), "the key of the CA"),
    ],
)
def test_a_way_around_is_refused_by_name(change: Change, said: str) -> None:
    spec = pod(kustomized("redirect"))
    change(spec)
    assert any(said in message for message in told(spec)), told(spec)


def test_a_pod_of_an_older_grille_is_left_in_peace_until_it_changes() -> None:
    spec = pod(kustomized("redirect"))
    ours(spec, "grille")["image"] = "registry.example/grille:0.0.1"
    assert told(spec, old=spec) == []
    assert told(spec, old=pod(kustomized("redirect")))


def test_they_close_when_they_fail_and_deny() -> None:
    for puts, _, refuses, binding in POLICIES.values():
        assert puts["spec"]["failurePolicy"] == refuses["spec"]["failurePolicy"] == "Fail"
        assert binding["spec"]["validationActions"] == ["Deny", "Audit"]
    assert AROUND["spec"]["failurePolicy"] == "Fail"
    assert BINDING["spec"]["validationActions"] == ["Deny", "Audit"]
