"""Admission policies, their own expressions evaluated, as an API server does with the same language (CEL).

The evaluator here makes no objects of named types: `Object.spec{name: 1}` is read as the map `{"name": 1}`, which is
what an API server makes of it in the end. Whether the fields exist is what the schemas are for.
"""

from __future__ import annotations

import copy
import re
from typing import Any

import cel

from json_patch import patched

_TYPED = re.compile(r"\b(?:Object(?:\.\w+)*|JSONPatch)\{")
_FIELD = re.compile(r"(?<=[{,])(\s*)(\w+):(?=\s)")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_KEYS = {"volumeMounts": "mountPath"}


def untyped(expression: str) -> str:
    """The expression with maps in place of typed objects; texts in it stay as they are."""
    texts: list[str] = []

    def kept(found: re.Match[str]) -> str:
        texts.append(found[0])
        return f'"{len(texts) - 1}"'

    bare = _FIELD.sub(r'\1"\2":', _TYPED.sub("{", _STRING.sub(kept, expression)))
    return re.sub(r'"(\d+)"', lambda found: texts[int(found[1])], bare)


def context(policy: Any, pod: Any, old: Any = None) -> cel.Context:
    made = cel.Context()
    made.add_variable("object", pod)
    made.add_variable("oldObject", old)
    made.add_variable("request", {"operation": "CREATE" if old is None else "UPDATE"})
    known: dict[str, object] = {}
    made.add_variable("variables", known)
    for variable in policy["spec"].get("variables", []):
        known[variable["name"]] = cel.evaluate(variable["expression"], made)
        made.add_variable("variables", known)
    return made


def matches(policy: Any, pod: Any, old: Any = None) -> bool:
    here = context(policy, pod, old)
    return all(cel.evaluate(each["expression"], here) for each in policy["spec"].get("matchConditions", []))


def refused(policy: Any, pod: Any, old: Any = None) -> list[str]:
    """What a validating policy says to a pod."""
    if not matches(policy, pod, old):
        return []
    here = context(policy, pod, old)
    return [each["message"] for each in policy["spec"]["validations"] if not cel.evaluate(each["expression"], here)]


def mutated(policy: Any, pod: Any) -> Any:
    """What a mutating policy makes of a pod."""
    pod = copy.deepcopy(pod)
    if not matches(policy, pod):
        return pod
    for each in policy["spec"]["mutations"]:
        if each["patchType"] == "ApplyConfiguration":
            pod = merged(pod, cel.evaluate(untyped(each["applyConfiguration"]["expression"]), context(policy, pod)), "")
        else:
            pod = patched(pod, cel.evaluate(untyped(each["jsonPatch"]["expression"]), context(policy, pod)))
    return pod


def merged(there: Any, applied: Any, field: str) -> Any:
    """An applied configuration in an object: members of lists are known by their names."""
    if isinstance(applied, dict):
        known = there if isinstance(there, dict) else {}
        made = {name: merged(known.get(name), each, name) for name, each in applied.items()}
        return known | {name: each for name, each in made.items() if each is not None}
    if not isinstance(applied, list):
        return applied
    key = _KEYS.get(field, "name")
    members = {each[key]: each for each in there or []}
    for each in applied:
        members[each[key]] = merged(members.get(each[key]), each, "")
    return list(members.values()) or there
