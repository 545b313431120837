"""The walk through one JSON document, with a dialect's table in hand.

This module finds every place and says which field decides it. It must not read what stands there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from grille.dialects.fields import Care, State, Table
from grille.dialects.streaming import Indices
from grille.framing.json_spans import Array, Node, Number, Object, String, Word, made, token

type Steps = tuple[str | int, ...]

_CALLING = frozenset(
    (
        *("name", "key", "label", "type", "field", "fieldname", "property", "attribute", "system", "kind", "title"),
        *("question", "header", "column", "tablabel", "code"),
    )
)
"""Members that say what another is, in free JSON."""
_SAYING = frozenset(("value", "values", "val", "data", "content", "text", "answer", "number"))
"""Members that need to be told."""
_LONGEST_NAME = 40
"""Characters. More is a sentence."""


class Leaf(NamedTuple):
    """A string, number or key, a container that is an echo, or whatever stands for a hosted tool. `address` is the
    JSON pointer to the member or item, `label` the nearest key on the way to it, `indices` are the values of the
    dialect's indices there. In free JSON a member may say what the next is called: `{"type": "phone", "value": …}`."""

    state: State
    address: str
    label: str
    indices: Indices
    node: Node
    is_key: bool = False


class Walk:
    """Hands every leaf of a document to `visit`, in its order. `groups` are the different indices that were met, none
    without any, when the walk is over."""

    def __init__(
        self, table: Table, visit: Callable[[Leaf], None], names: frozenset[str] = frozenset(), *, batches: bool = False
    ) -> None:
        self.groups: dict[Indices, None] = {}
        self._table = table
        self._visit = visit
        self._names = names
        self._batches = batches

    def through(self, root: Node, prefix: str = "") -> None:
        """Addresses begin with `prefix`."""
        if not (self._batches and isinstance(root, Array)):
            self._below(self._table.start, prefix, "", (), root)
            return
        for at, message in enumerate(root.items):
            self._below(self._table.start, f"{prefix}/{at}", "", (), message)

    def _below(self, state: State, address: str, label: str, indices: Indices, node: Node) -> None:
        kind = type(node)
        if kind is String or kind is Number:
            self._visit(made(Leaf, (state, address, label, indices, node, False)))
            return
        care = self._care(state)
        if care is Care.HOSTED and not _is_nothing(node):
            self._visit(Leaf(state, address, label, indices, node))
        if isinstance(node, Object | Array) and care is Care.ECHO:
            self._visit(Leaf(state, address, label, indices, node))
        elif isinstance(node, Object):
            self._members(self._table.enter(state, node), address, self._inside(indices, node), node)
        elif isinstance(node, Array):
            below = self._table.step(state, None)
            for at, item in enumerate(node.items):
                self._below(below, f"{address}/{at}", label, indices, item)

    def _members(self, state: State, address: str, indices: Indices, node: Object) -> None:
        step, known, visit = self._table.step, self._table.names, self._visit
        unnamed = step(state, "")
        called = _called(node) if self._care(state) is Care.DATA else {}
        for key, value in node.members:
            name = key.text
            below, path = step(state, name) if name in known else unnamed, f"{address}/{token(name)}"
            if name not in known:
                visit(made(Leaf, (below, path, name, indices, key, True)))
            label = called.get(name, name) if called else name
            if type(value) is String:
                visit(made(Leaf, (below, path, label, indices, value, False)))
            else:
                self._below(below, path, label, indices, value)

    def _inside(self, indices: Indices, node: Object) -> Indices:
        own = index_values(node, self._names) if self._names else ()
        if not own:
            return indices
        self.groups[(*indices, *own)] = None
        return (*indices, *own)

    def _care(self, state: State) -> Care | None:
        field = self._table.field(state)
        return None if field is None else field.care


def _called(node: Object) -> dict[str, str]:
    """The labels of members that say something of which another member is the name."""
    said = [key.text for key, _ in node.members if key.text.lower() in _SAYING]
    if not said:
        return {}
    names = (
        value.text
        for key, value in node.members
        if type(value) is String and key.text.lower() in _CALLING and len(value.text) <= _LONGEST_NAME
    )
    called = next(names, "")
    return {name: f"{called} {name}" if name.lower() == "number" else called for name in said} if called else {}


def _is_nothing(node: Node) -> bool:
    """`null` and `false`: not there."""
    return isinstance(node, Word) and not node.value


def index_values(node: Object, names: frozenset[str]) -> Indices:
    """The object's own indices, sorted by name: the order of its members makes no channel of its own, nor
    does a member that stands twice, of which receivers take the last."""
    values = {
        key.text: value.text for key, value in node.members if key.text in names and isinstance(value, String | Number)
    }
    return tuple(f"{name}={values[name]}" for name in sorted(values))
