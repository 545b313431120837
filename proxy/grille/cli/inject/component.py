"""The sidecar for kustomize: a patch of a Deployment, as in deploy/kubernetes/components.

A patch names the containers that it changes, so this one is for a container called `app`; `grille inject` and
admission know the pod, and need no name.
"""

from __future__ import annotations

from grille.cli.inject.documents import Tree, dumped
from grille.cli.inject.sidecar import Sidecar

_HEAD = """\
# Written by `grille inject --grade {grade} --print component`. What each part is for is said in its source,
# proxy/grille/cli/inject/sidecar.yaml. The name of the application's container is `app` here: change it to yours, one
# entry for each container.
"""


def manifest(sidecar: Sidecar) -> str:
    app: Tree = {"name": "app", "env": list(sidecar.env), "volumeMounts": [sidecar.mount]}
    pod: Tree = {"initContainers": list(sidecar.containers), "containers": [app], "volumes": list(sidecar.volumes)}
    patch: Tree = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "any"},
        "spec": {"template": {"spec": pod}},
    }
    return _HEAD.format(grade=sidecar.grade) + dumped(patch)
