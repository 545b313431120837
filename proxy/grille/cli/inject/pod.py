"""The sidecar into one pod: `inject` changes its tree, and says whether it did.

What is there stays. What is there under a name that the sidecar needs, and is something else, is an error: two proxies,
or an application that trusts others, are for a person to sort out. What is there already, also with all that an API
server adds to it, is no change. This module must not know where a pod comes from.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from grille.cli.inject.documents import Tree, plain
from grille.cli.inject.sidecar import Members, Sidecar
from grille.errors import CannotInject

_NAMES = ("mountPath", "name", "containerPort")
"""What tells the members of a list from each other, where its order says nothing."""


def inject(pod: Members, sidecar: Sidecar, where: str) -> bool:
    """Put `sidecar` into a pod, or the template of one. `where` is what comes before its fields in errors."""
    where += "spec"
    spec = members(pod.get("spec"), where)
    if plain(spec.get("hostNetwork")) is True:
        raise CannotInject(
            f"{where}.hostNetwork", "a pod with the node's network has none that grille could be put into"
        )
    containers = _listed(spec, "containers", where)
    if not containers:
        raise CannotInject(f"{where}.containers", "a pod has one at least")
    ours = [each["name"] for each in sidecar.containers]
    for number, each in enumerate(containers):
        if plain(each.get("name")) in ours:
            raise CannotInject(f"{where}.containers[{number}].name", "that is the name of a container of grille's")
    changed = _first(spec, sidecar, where)
    for kind in ("initContainers", "containers"):
        for number, each in enumerate(_listed(spec, kind, where)):
            if plain(each.get("name")) not in ours:
                inside = f"{where}.{kind}[{number}]"
                changed |= _add(each, "env", "name", sidecar.env, inside)
                changed |= _add(each, "volumeMounts", "mountPath", (sidecar.mount,), inside)
    return _add(spec, "volumes", "name", sidecar.volumes, where) | changed


def _first(spec: Members, sidecar: Sidecar, where: str) -> bool:
    """Our init containers, before all others; nothing when they are there."""
    there = {plain(each.get("name")): each for each in _listed(spec, "initContainers", where)}
    where = f"{where}.initContainers"
    missing = [each for each in sidecar.containers if each["name"] not in there]
    for each in sidecar.containers:
        found = there.get(cast(str, each["name"]))
        if found is not None and (missing or not holds(found, each)):
            raise CannotInject(where, f"another `{each['name']}` is there: take out what was injected before")
    if missing:
        spec["initContainers"] = [*missing, *_listed(spec, "initContainers", where)]
    return bool(missing)


def _add(to: Members, field: str, key: str, wanted: Iterable[Members], where: str) -> bool:
    """What is missing of `wanted` at the end of a list, whose members are known by `key`."""
    there = {plain(each.get(key)): each for each in _listed(to, field, where)}
    fresh: list[Tree] = []
    for each in wanted:
        found = there.get(plain(each[key]))
        if found is None:
            fresh.append(each)
        elif not holds(found, each):
            said = f"`{plain(each[key])}` is there and says something else: take it out, grille sets it"
            raise CannotInject(f"{where}.{field}", said)
    if fresh:
        to[field] = [*_listed(to, field, where), *fresh]
    return bool(fresh)


def _listed(of: Members, field: str, where: str) -> list[Members]:
    """A list of mappings; missing and null are empty."""
    found = of.get(field)
    if not isinstance(found, list) and (isinstance(found, dict) or plain(found) is not None):
        raise CannotInject(f"{where}.{field}", "this is a list in every pod")
    items = found if isinstance(found, list) else []
    return [members(each, f"{where}.{field}[{number}]") for number, each in enumerate(items)]


def members(tree: Tree, where: str) -> Members:
    """A mapping. Raises `CannotInject`."""
    if not isinstance(tree, dict):
        raise CannotInject(where, "this is a mapping in every pod")
    return tree


def holds(there: Tree, wanted: Tree) -> bool:
    """Whether `wanted` is in what is there, which may say more: an API server adds what goes without saying."""
    if isinstance(wanted, dict):
        return isinstance(there, dict) and all(name in there and holds(there[name], wanted[name]) for name in wanted)
    if not isinstance(wanted, list):
        return not isinstance(there, dict | list) and plain(there) == plain(wanted)
    if not isinstance(there, list):
        return False
    for key in _NAMES:
        if wanted and all(isinstance(each, dict) and key in each for each in [*there, *wanted]):
            known = {plain(each[key]): each for each in cast(list[Members], there)}
            return all(holds(known.get(plain(each[key])), each) for each in cast(list[Members], wanted))
    return len(there) == len(wanted) and all(map(holds, there, wanted))
