"""An AdmissionReview of the API server's in, one with a JSON patch out: what `grille inject` would do to a new pod.

A pod that cannot have its sidecar is refused, with the sentence that `grille inject` says. This module must not know
how a review comes and goes.
"""

from __future__ import annotations

import base64
import copy
import json
from collections.abc import Iterator
from typing import cast

from grille.cli.inject.documents import Tree
from grille.cli.inject.pod import members
from grille.cli.inject.sidecar import Members, Sidecar
from grille.cli.inject.workloads import injected
from grille.errors import CannotInject

_VERSION = "admission.k8s.io/v1"


def reviewed(body: bytes, sidecar: Sidecar) -> tuple[bytes, str]:
    """The answer to a review, and a line that says what became of it. Raises `CannotInject` when it is none."""
    try:
        review = members(json.loads(body), "the review")
    except ValueError:
        raise CannotInject("the review", "it is not JSON") from None
    request = members(review.get("request"), "request")
    if (review.get("apiVersion"), review.get("kind")) != (_VERSION, "AdmissionReview") or not request.get("uid"):
        raise CannotInject("the review", f"it is no AdmissionReview of {_VERSION}")
    answer: Members = {"uid": request["uid"], "allowed": True}
    try:
        if request.get("operation") != "CREATE":
            raise CannotInject("operation", "this is for new pods alone")
        patch, said = _patch(members(request.get("object"), "object"), request, sidecar)
        if patch:
            encoded = base64.b64encode(json.dumps(patch).encode()).decode()
            answer |= {"patchType": "JSONPatch", "patch": encoded}
    except CannotInject as error:
        said = f"refused: {error}"
        answer |= {"allowed": False, "status": {"code": 422, "message": f"grille: {error}"}}
    return json.dumps({"apiVersion": _VERSION, "kind": "AdmissionReview", "response": answer}).encode(), said


def _patch(pod: Members, request: Members, sidecar: Sidecar) -> tuple[list[Tree], str]:
    # A pod that a controller makes has its namespace in the review alone.
    about = pod.get("metadata")
    named = {"namespace": request.get("namespace"), **(about if isinstance(about, dict) else {})}
    before: Members = pod | {"apiVersion": "v1", "kind": "Pod", "metadata": named}
    after = copy.deepcopy(before)
    names = list(injected(after, sidecar, "object"))
    said = f"grille is beside {names[0]}" if names else "nothing to do"
    return list(difference(before.get("spec"), after.get("spec"), "/spec")), said


def difference(before: Tree, after: Tree, path: str) -> Iterator[Tree]:
    """A JSON patch (RFC 6902) that makes `after` of `before`. A list that became longer is given whole."""
    if isinstance(before, dict) and isinstance(after, dict) and before.keys() <= after.keys():
        for name in after:
            inside = f"{path}/{name.replace('~', '~0').replace('/', '~1')}"
            if name in before:
                yield from difference(before[name], after[name], inside)
            else:
                yield cast(Tree, {"op": "add", "path": inside, "value": after[name]})
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for number, (one, other) in enumerate(zip(before, after, strict=True)):
            yield from difference(one, other, f"{path}/{number}")
    elif before != after:
        yield cast(Tree, {"op": "replace", "path": path, "value": after})
