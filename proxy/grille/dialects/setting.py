"""Fields and headers that are written into a request: the fewest bytes, always at the same place.

A field is `(JSON pointer, value)`; a pointer that ends in `/-` means one more item of a list (RFC 6901), which is
written unless it is there. What is missing on the way is made. New members stand first in their object, so that the
same request has the same bytes in every turn. This module must not choose what is written.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from grille.errors import CannotRewrite
from grille.exchange import Scalar
from grille.framing.json_spans import Array, Node, Object, Splice, String, Word, scalar
from grille.framing.message import Message

_HEADER = "header:"
_NEXT = "-"


@dataclass(slots=True)
class _Gap:
    """An object that lacks members, or a null that becomes one, and what will be in it."""

    node: Node
    members: dict[str, object] = field(default_factory=dict)

    def plant(self, steps: Sequence[str], value: Scalar) -> None:
        *above, last = steps
        leaf: object = value
        if last == _NEXT:
            *above, last = above
            leaf = [value]
        members = self.members
        for step in above:
            below = members.setdefault(step, {})
            if not isinstance(below, dict):
                raise CannotRewrite("two fields that have to be set stand in each other's way")
            members = below
        members[last] = leaf

    def splice(self) -> Splice:
        written = json.dumps(self.members)
        if not isinstance(self.node, Object):
            return Splice(self.node.start, self.node.end, written)
        comma = ", " if self.node.members else ""
        return Splice(self.node.start + 1, self.node.start + 1, written[1:-1] + comma)


def with_headers(message: Message, to_set: Sequence[tuple[str, Scalar]]) -> Message:
    """The message with the headers among `to_set` added."""
    added = [(name.removeprefix(_HEADER), str(value)) for name, value in to_set if name.startswith(_HEADER)]
    return replace(message, headers=(*message.headers, *added)) if added else message


def splices(root: Node | None, to_set: Sequence[tuple[str, Scalar]]) -> list[Splice]:
    """What has to be spliced into the document so that the fields among `to_set` stand in it.

    Raises `CannotRewrite` where something else stands in their way.
    """
    found: list[Splice] = []
    gaps: dict[int, _Gap] = {}
    for address, value in to_set:
        if address.startswith(_HEADER):
            continue
        node, missing = _deepest(root, address)
        null = isinstance(node, Word) and node.value is None
        if node is not None and not missing:
            found.append(_instead(node, json.dumps(value)))
        elif isinstance(node, Array) and missing == [_NEXT]:
            found += _appended(node, value)
        elif null and node is not None and missing == [_NEXT]:
            found.append(_instead(node, json.dumps([value])))
        elif node is not None and (null or isinstance(node, Object)) and missing[0] != _NEXT:
            gaps.setdefault(node.start, _Gap(node)).plant(missing, value)
        else:
            raise CannotRewrite(f"the body has no place for `{address}`")
    return [*found, *(gap.splice() for gap in gaps.values())]


def _deepest(root: Node | None, address: str) -> tuple[Node | None, list[str]]:
    """How far the document reaches toward `address`, and the steps that are missing from there."""
    steps = [step.replace("~1", "/").replace("~0", "~") for step in address.split("/")[1:]]
    node = root
    for passed, step in enumerate(steps):
        below = node.get(step) if isinstance(node, Object) else None
        if below is None:
            return node, steps[passed:]
        node = below
    return node, []


def _instead(node: Node, written: str) -> Splice:
    quote = 1 if isinstance(node, String) else 0
    return Splice(node.start - quote, node.end + quote, written)


def _appended(node: Array, value: Scalar) -> list[Splice]:
    if any(isinstance(item, String | Word) and scalar(item) == value for item in node.items):
        return []
    comma = ", " if node.items else ""
    return [Splice(node.end - 1, node.end - 1, comma + json.dumps(value))]
