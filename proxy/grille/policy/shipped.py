"""Where the policies that come with grille are. In a wheel they are package data at `grille/shipped/`;
in a checkout they are the folder `policies/` beside `proxy/`.

This module must not read a policy, and no setting changes what it finds.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent
LABEL = "policies"
"""What a shipped file is called in messages and records: `policies/starter.yaml`, wherever it lies."""


def folder() -> Path:
    """The folder of the shipped policies."""
    packed = _PACKAGE / "shipped"
    return packed if packed.is_dir() else _PACKAGE.parent.parent / LABEL


def names() -> tuple[str, ...]:
    """The shipped policies, by the names that `load` takes."""
    return tuple(sorted(p.stem for p in folder().glob("*.yaml") if not p.name.endswith(".test.yaml")))


def find(name: str) -> Path | None:
    """The shipped file `name` (`entities/payment.yaml`), None when there is none or it lies elsewhere."""
    inside = folder()
    path = (inside / name).resolve()
    return path if path.is_relative_to(inside.resolve()) and path.is_file() else None
