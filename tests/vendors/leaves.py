"""Every place of the vendors' types where a word or a number can stand, read from `types/`.

A place is written as in the dialects' tables: `messages[]{role=user}.content[]{type=text}.text`. `{*}` is a member of
any name, and `{*}~` that name itself; `file#filename` is the name of an upload, `file#{*}` a header of it. A type
inside itself is entered once more and not again.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any

from vendors.root import Root

DATA = Path(__file__).parent / "types"
DISCRIMINATORS = ("type", "role", "object", "method", "event_type")
"""What vendors call the member whose word says which type an object is."""


class Scalar(Enum):
    TEXT = "text"
    NUMBER = "number"
    WORD = "enumeration"
    FLAG = "true or false"
    BYTES = "base64"
    FILE = "file of Python"
    UPLOAD = "upload"
    UPLOAD_NAME = "name of an upload"
    UPLOAD_TYPE = "media type of an upload"
    UPLOAD_HEADER = "header of an upload"
    ANY = "any JSON"
    KEY = "name of a member"


_SCALARS = {
    "str": Scalar.TEXT, "int": Scalar.NUMBER, "float": Scalar.NUMBER, "bool": Scalar.FLAG, "bytes": Scalar.BYTES,
    "file": Scalar.FILE, "any": Scalar.ANY,
}  # fmt: skip


_OF_AN_UPLOAD = (
    ("", Scalar.UPLOAD), ("#filename", Scalar.UPLOAD_NAME), ("#Content-Type", Scalar.UPLOAD_TYPE),
    ("#{*}", Scalar.UPLOAD_HEADER),
)  # fmt: skip
"""A file of a form is a part, with words of the sender around what is in the file."""


@dataclass(frozen=True, slots=True)
class Member:
    """A member of an object of the type `owner`."""

    owner: str
    name: str


class Into(Enum):
    ITEM = "[]"
    KEY = "{*}"


type Step = Member | Into


@dataclass(frozen=True, slots=True)
class Leaf:
    root: Root
    steps: tuple[Step, ...]
    scalar: Scalar
    place: str


@dataclass(frozen=True, slots=True, eq=False)
class Types:
    """The types of one SDK: members with their alternatives, `!` on the names of those that are required."""

    sdk: str
    roots: Mapping[str, list[Any]]
    types: Mapping[str, Mapping[str, list[Any]]]

    def required(self, owner: str) -> Iterator[tuple[str, list[Any]]]:
        for name, kinds in self.types[owner].items():
            if name.endswith("!"):
                yield name[:-1], kinds

    def words(self, owner: str) -> Mapping[str, tuple[str, ...]]:
        """The discriminators of a type, with what they may say."""
        members = {name.removesuffix("!"): kinds for name, kinds in self.types[owner].items()}
        return {
            name: tuple(kind[1:] for kind in members[name])
            for name in DISCRIMINATORS
            if members.get(name) and all(isinstance(kind, str) and kind.startswith("=") for kind in members[name])
        }


@cache
def types_of(sdk: str) -> Types:
    content = json.loads((DATA / f"{sdk}.json").read_text("utf-8"))
    return Types(content["sdk"], content["roots"], content["types"])


@cache
def leaves_of(root: Root) -> tuple[Leaf, ...]:
    """In the order of the type's members, each place once for each kind of scalar."""
    types = types_of(root.sdk)
    found = _below(types, types.roots[root.source], (), f"{root.under}" if root.under else "", Counter())
    unique = {(place, scalar): (steps, scalar) for place, steps, scalar in found}
    return tuple(Leaf(root, steps, scalar, place) for (place, _), (steps, scalar) in unique.items())


def _below(
    types: Types, kinds: list[Any], steps: tuple[Step, ...], place: str, inside: Counter[str]
) -> Iterator[tuple[str, tuple[Step, ...], Scalar]]:
    if any(isinstance(kind, str) and kind.startswith("=") for kind in kinds):
        yield place, steps, Scalar.WORD
    for kind in kinds:
        match kind:
            case {"[]": items}:
                yield from _below(types, items, (*steps, Into.ITEM), f"{place}[]", inside)
            case {"{*}": values}:
                yield f"{place}{{*}}~", (*steps, Into.KEY), Scalar.KEY
                yield from _below(types, values, (*steps, Into.KEY), f"{place}{{*}}", inside)
            case str() if kind.startswith("@"):
                yield from _of_type(types, kind[1:], steps, place, inside)
            case "upload":
                yield from ((place + suffix, steps, scalar) for suffix, scalar in _OF_AN_UPLOAD)
            case str() if not kind.startswith("="):
                yield place, steps, _SCALARS[kind]


def _of_type(
    types: Types, owner: str, steps: tuple[Step, ...], place: str, inside: Counter[str]
) -> Iterator[tuple[str, tuple[Step, ...], Scalar]]:
    if inside[owner] > 1:
        return
    words = ",".join(f"{name}={'|'.join(values)}" for name, values in types.words(owner).items())
    here = f"{place}{{{words}}}" if words else place
    for name, kinds in types.types[owner].items():
        bare = name.removesuffix("!")
        yield from _below(
            types, kinds, (*steps, Member(owner, bare)), f"{here}.{bare}".lstrip("."), inside + Counter([owner])
        )
