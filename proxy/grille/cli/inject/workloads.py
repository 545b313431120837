"""Where in a document the pods are: the kinds of Kubernetes that make pods, and lists of them.

A kind that is not named here is left as it is, whatever it makes of its pods; that a pod has its sidecar is for
admission to see to (deploy/kubernetes/admission).
"""

from __future__ import annotations

from collections.abc import Iterator

from grille.cli.inject.documents import Tree, plain
from grille.cli.inject.pod import inject, members
from grille.cli.inject.sidecar import Members, Sidecar

_TEMPLATE = ("spec", "template")
_PODS: dict[tuple[str, str], tuple[str, ...]] = {
    ("v1", "Pod"): (),
    ("v1", "PodTemplate"): ("template",),
    ("v1", "ReplicationController"): _TEMPLATE,
    ("apps/v1", "Deployment"): _TEMPLATE,
    ("apps/v1", "StatefulSet"): _TEMPLATE,
    ("apps/v1", "DaemonSet"): _TEMPLATE,
    ("apps/v1", "ReplicaSet"): _TEMPLATE,
    ("batch/v1", "Job"): _TEMPLATE,
    ("batch/v1", "CronJob"): ("spec", "jobTemplate", *_TEMPLATE),
}


def injected(tree: Tree, sidecar: Sidecar, where: str) -> Iterator[str]:
    """Put `sidecar` into every pod of a document; the names of those that were changed by it."""
    if isinstance(tree, dict):
        yield from _into(tree, str(plain(tree.get("apiVersion"))), str(plain(tree.get("kind"))), sidecar, where)


def _into(tree: Members, version: str, kind: str, sidecar: Sidecar, where: str) -> Iterator[str]:
    items = tree.get("items")
    if kind.endswith("List") and isinstance(items, list):
        for number, each in enumerate(items):
            inside = f"{where}.items[{number}]"
            if kind == "List":
                yield from injected(each, sidecar, inside)
            else:  # the items of a PodList leave out what the list says
                yield from _into(members(each, inside), version, kind.removesuffix("List"), sidecar, inside)
        return
    steps = _PODS.get((version, kind))
    if steps is None:
        return
    name = _name(tree, kind)
    pod, path = tree, f"{where}, {name}: "
    for step in steps:
        pod = members(pod.get(step), f"{path}{step}")
        path += f"{step}."
    if inject(pod, sidecar, path):
        yield name


def _name(tree: Members, kind: str) -> str:
    about = tree.get("metadata")
    known = about if isinstance(about, dict) else {}
    name = plain(known.get("name")) or plain(known.get("generateName")) or "without a name"
    space = plain(known.get("namespace"))
    return f"{kind} {space}/{name}" if space else f"{kind} {name}"
