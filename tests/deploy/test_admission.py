"""The admission policy, its own expressions evaluated: what kustomize makes of an application is admitted, and every
way around the proxy is refused with the sentence that names it.

An API server does the same with the same language (CEL); there is none here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cel
import pytest
from rendering import kustomized, pod, written

POLICY, BINDING = written("admission/validating.yaml")

type Change = Callable[[Any], object]


def refused(spec: Any) -> list[str]:
    """What the policy says to a pod."""
    context = cel.Context()
    context.add_variable("object", {"spec": spec})
    known: dict[str, object] = {}
    context.add_variable("variables", known)
    for variable in POLICY["spec"]["variables"]:
        known[variable["name"]] = cel.evaluate(variable["expression"], context)
        context.add_variable("variables", known)
    rules = POLICY["spec"]["validations"]
    return [rule["message"] for rule in rules if not cel.evaluate(rule["expression"], context)]


def app(spec: Any) -> Any:
    return spec["containers"][0]


def test_an_application_with_grille_beside_it_is_admitted() -> None:
    assert refused(pod(kustomized("redirect"))) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda spec: spec.pop("initContainers"), "grille is not beside"),
        (lambda spec: spec["initContainers"].pop(0), "nothing sends this pod's connections"),
        (lambda spec: spec["initContainers"][1].pop("restartPolicy"), "grille is not beside"),
        (lambda spec: spec["initContainers"][1].update(image="evil.example/grille:0.1.0"), "grille is not beside"),
        (lambda spec: spec["initContainers"].insert(0, dict(app(spec), name="early")), "has to be the first"),
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
    assert any(said in message for message in refused(spec)), refused(spec)


def test_it_closes_when_it_fails_and_denies() -> None:
    assert POLICY["spec"]["failurePolicy"] == "Fail"
    assert BINDING["spec"]["validationActions"] == ["Deny", "Audit"]
