"""The sidecar, read from `sidecar.yaml` beside this file: what goes into a pod, for each grade.

This module must not look at a pod.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from pathlib import PurePosixPath
from typing import cast

from grille import __version__
from grille.cli.env import trusting, variables
from grille.cli.inject.documents import Scalar, Tree, split

GRADES = ("explicit", "redirect", "cni")
IMAGE, REDIRECT_IMAGE = f"registry.example/grille:{__version__}", f"registry.example/grille-redirect:{__version__}"
_PROOF_OF_POLICY = ("grille-check", "grille-test")
_PROXY = "http://127.0.0.1:8080"
_TRUST = PurePosixPath("/etc/grille-trust")

type Members = dict[str, Tree]


@dataclass(frozen=True, slots=True)
class Sidecar:
    """`containers` come before the pod's own init containers; `env` and `mount` go into each container of the pod."""

    grade: str
    containers: tuple[Members, ...]
    env: tuple[Members, ...]
    mount: Members
    volumes: tuple[Members, ...]


def of_grade(grade: str, image: str = IMAGE, redirect_image: str = REDIRECT_IMAGE, *, checked: bool = True) -> Sidecar:
    """What is put into a pod. Not `checked`: the policy is not checked and tested at each start."""
    source = cast(Members, _values(next(split((files(__package__) / "sidecar.yaml").read_text("utf-8"))).tree))
    images = {"grille": image, "grille-redirect": redirect_image}
    grades = cast(dict[str, list[Members]], source["grades"])
    containers = tuple(
        each | {"image": images[str(each["image"])]}
        for each in grades[grade]
        if checked or each["name"] not in _PROOF_OF_POLICY
    )
    bundle, ours = _TRUST / "bundle.pem", _TRUST / "ours.pem"
    told = variables(_PROXY, bundle, ours) if grade == "explicit" else trusting(bundle, ours)
    return Sidecar(
        grade,
        containers,
        tuple({"name": name, "value": value} for name, value in told.items()),
        cast(Members, source["mount"]),
        tuple(cast(list[Members], source["volumes"])),
    )


def _values(tree: Tree) -> Tree:
    if isinstance(tree, dict):
        return {name: _values(each) for name, each in tree.items()}
    if isinstance(tree, list):
        return [_values(each) for each in tree]
    return tree.value if isinstance(tree, Scalar) else tree
