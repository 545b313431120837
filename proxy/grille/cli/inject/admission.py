"""The sidecar for admission: a MutatingAdmissionPolicy, whose expressions (CEL) do to a pod what `grille inject` does.

Two mutations. Volumes, variables and mounts are applied, because then a container is found by its name. Init
containers are a JSON patch: they have to come first, and an applied configuration may not hold lists like
`drop: [ALL]`. A variable that a container has already is left as it is; if it says something else, the second policy
refuses the pod. That one refuses also what was put there by hand, and not like this.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import cast

from grille.cli.inject.documents import Scalar, Tree, dumped
from grille.cli.inject.sidecar import Members, Sidecar

_HEAD = """\
# Written by `grille inject --grade {grade} --print admission`, from the one source of the sidecar. For namespaces
# labelled grille-inject={grade}. Kubernetes 1.36; 1.34 and 1.35 know the first two as v1beta1, 1.32 and 1.33 as
# v1alpha1, behind a feature gate.
"""
_MAPS = ("requests", "limits")
"""Fields whose members are names of their own, and no fields."""
_INDENT = "  "
_NOT_YET = "!has(object.spec.initContainers) || !object.spec.initContainers.exists(c, c.name == 'grille')"
_NEW = "request.operation == 'CREATE' || object.spec != oldObject.spec"
_INIT = "has(object.spec.initContainers) ? object.spec.initContainers : []"
_OTHERS = "object.spec.containers + variables.init.filter(c, !c.name.startsWith('grille'))"
_TOLD = (
    "variables.others.all(c, variables.told.all(v, has(c.env)"
    " && c.env.exists(e, e.name == v[0] && has(e.value) && e.value == v[1])))"
)
_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount"
"""What an API server mounts into every container of a pod."""
_NOTHING_ELSE = " && ".join(
    [
        *(f"!has(c.{each})" for each in ("env", "envFrom", "lifecycle", "workingDir")),
        *(f"(!has(c.{each}) || !has(c.{each}.exec))" for each in ("startupProbe", "readinessProbe", "livenessProbe")),
        "(!has(c.volumeMounts) || c.volumeMounts.all(m, m.mountPath in variables.mounts))",
    ]
)


def manifests(sidecar: Sidecar) -> str:
    """The policy that puts it there, the one that refuses a pod where it is not so, and what binds them."""
    applied, patched = _block(_applied(sidecar)), _block(_patched(sidecar))
    puts: Members = {
        "reinvocationPolicy": "IfNeeded",
        "matchConditions": [{"name": "not-yet", "expression": _NOT_YET}],
        "variables": [_told(sidecar)],
        "mutations": [
            {"patchType": "ApplyConfiguration", "applyConfiguration": {"expression": applied}},
            {"patchType": "JSONPatch", "jsonPatch": {"expression": patched}},
        ],
    }
    refuses: Members = {
        "matchConditions": [{"name": "new", "expression": _NEW}],
        "variables": [
            _told(sidecar),
            {"name": "init", "expression": _INIT},
            {"name": "others", "expression": _OTHERS},
            {"name": "mounts", "expression": _mounts(sidecar)},
        ],
        "validations": _validations(sidecar),
    }
    name, where = f"grille-{sidecar.grade}", _bound(sidecar.grade)
    documents = [
        _document("MutatingAdmissionPolicy", name, _on_pods("CREATE") | puts),
        _document("MutatingAdmissionPolicyBinding", name, where),
        _document("ValidatingAdmissionPolicy", name, _on_pods("CREATE", "UPDATE") | refuses),
        _document("ValidatingAdmissionPolicyBinding", name, where | {"validationActions": ["Deny", "Audit"]}),
    ]
    return _HEAD.format(grade=sidecar.grade) + "---\n".join(map(dumped, documents))


def _on_pods(*operations: str) -> Members:
    rule: Tree = {"apiGroups": [""], "apiVersions": ["v1"], "operations": list(operations), "resources": ["pods"]}
    return {"failurePolicy": "Fail", "matchConstraints": {"resourceRules": [rule]}}


def _validations(sidecar: Sidecar) -> Tree:
    """Ours are the first, say what they say in their source, and nothing that would make them another program."""
    found: list[Tree] = []
    for number, each in enumerate(sidecar.containers):
        said = " && ".join(
            [f"c.{name} == {json.dumps(each[name])}" for name in ("name", "image")]
            + [
                f"has(c.{name}) && c.{name} == {json.dumps(each[name])}" if name in each else f"!has(c.{name})"
                for name in ("command", "args", "restartPolicy")
            ]
        )
        place = f"variables.init.size() > {number} && [variables.init[{number}]].all(c, {said})"
        found.append({"expression": place, "message": f"{each['name']} is not where, or as, grille puts it"})
    names = json.dumps([each["name"] for each in sidecar.containers])
    ours = "variables.init.filter(c, c.name.startsWith('grille'))"
    others = "object.spec.containers.all(c, !c.name.startsWith('grille'))"
    return [
        *found,
        {
            "expression": f"{ours}.all(c, c.name in {names}) && {others}",
            "message": "a container has a name like grille's",
        },
        {
            "expression": f"{ours}.all(c, {_NOTHING_ELSE})",
            "message": "a container of grille's was made another program",
        },
        {"expression": _TOLD, "message": "a container has a variable of its own where grille has one"},
    ]


def _mounts(sidecar: Sidecar) -> str:
    ours = [cast(list[Members], each.get("volumeMounts", [])) for each in sidecar.containers]
    return json.dumps(sorted({str(mount["mountPath"]) for mounts in ours for mount in mounts} | {_ACCOUNT}))


def _document(kind: str, name: str, spec: Members) -> Tree:
    version = "admissionregistration.k8s.io/v1"
    return {"apiVersion": version, "kind": kind, "metadata": {"name": name}, "spec": spec}


def _bound(grade: str) -> Members:
    where: Tree = {"namespaceSelector": {"matchLabels": {"grille-inject": grade}}}
    return {"policyName": f"grille-{grade}", "matchResources": where}


def _block(text: str) -> Scalar:
    return Scalar(text + "\n", "tag:yaml.org,2002:str", "|", text)


def _told(sidecar: Sidecar) -> Tree:
    """Names and values of the variables, in order: CEL's maps have none."""
    lines = [_INDENT + json.dumps([each["name"], each["value"]]) for each in sidecar.env]
    return {"name": "told", "expression": _block("[\n" + ",\n".join(lines) + "\n]")}


def _applied(sidecar: Sidecar) -> str:
    mount = _literal(sidecar.mount, "Object.spec.{kind}.volumeMounts", _INDENT * 2)
    containers = """\
object.spec.{kind}.map(c, Object.spec.{kind}{{
    name: c.name,
    env: variables.told.filter(v, !has(c.env) || !c.env.exists(e, e.name == v[0]))
      .map(v, Object.spec.{kind}.env{{name: v[0], value: v[1]}}),
    volumeMounts: [{mount}]
  }})"""
    kinds = [
        containers.format(kind=kind, mount=mount.replace("{kind}", kind)) for kind in ("initContainers", "containers")
    ]
    volumes = [_literal(each, "Object.spec.volumes", _INDENT * 2) for each in sidecar.volumes]
    return (
        "Object{spec: Object.spec{\n"
        f"  initContainers: !has(object.spec.initContainers) ? [] : {kinds[0]},\n"
        f"  containers: {kinds[1]},\n"
        "  volumes: [\n    " + ",\n    ".join(volumes) + "\n  ]\n}}"
    )


def _patched(sidecar: Sidecar) -> str:
    """The list itself where there is none, and each of ours at its place in it."""
    places = [
        f'JSONPatch{{op: "add", path: "/spec/initContainers/{number}", value: '
        + _literal(each, "Object.spec.initContainers", _INDENT)
        + "}"
        for number, each in enumerate(sidecar.containers)
    ]
    first = 'JSONPatch{op: "add", path: "/spec/initContainers", value: []}'
    return f"(has(object.spec.initContainers) ? [] : [{first}]) + [\n  " + ",\n  ".join(places) + "\n]"


def _literal(tree: Tree, type_name: str, indent: str) -> str:
    """A value in CEL; mappings are of the type that the field has."""
    if isinstance(tree, list):
        return "[" + ", ".join(_literal(each, type_name, indent) for each in tree) + "]"
    if not isinstance(tree, Mapping):
        return json.dumps(tree)
    if type_name.rpartition(".")[2] in _MAPS:
        return json.dumps(tree)
    inside = indent + _INDENT
    fields = [f"{name}: {_literal(each, f'{type_name}.{name}', inside)}" for name, each in tree.items()]
    if len(", ".join(fields)) < 80:
        return f"{type_name}{{{', '.join(fields)}}}"
    return f"{type_name}{{\n{inside}" + f",\n{inside}".join(fields) + f"\n{indent}}}"
