"""The walk through one JSON document, with a dialect's table in hand.

This module finds every place and says which field decides it. It must not read what stands there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from grille.dialects.fields import Care, State, Table
from grille.dialects.streaming import Indices
from grille.framing.json_spans import Array, Node, Number, Object, String, Word

type Steps = tuple[str | int, ...]


class Leaf(NamedTuple):
    """A string, number or key, a container that is an echo, or whatever stands for a hosted tool, with the way to
    it: members and items, and the values of the dialect's indices."""

    state: State
    steps: Steps
    indices: Indices
    node: Node
    is_key: bool = False


class Walk:
    """Every leaf of a document, in its order. `groups` are the different indices that were met, none
    without any, when the walk is over."""

    def __init__(self, table: Table, names: frozenset[str] = frozenset(), *, batches: bool = False) -> None:
        self.groups: dict[Indices, None] = {}
        self._table = table
        self._names = names
        self._batches = batches

    def leaves(self, root: Node) -> Iterator[Leaf]:
        if not (self._batches and isinstance(root, Array)):
            yield from self._below(self._table.start, (), (), root)
            return
        for at, message in enumerate(root.items):
            yield from self._below(self._table.start, (at,), (), message)

    def _below(self, state: State, steps: Steps, indices: Indices, node: Node) -> Iterator[Leaf]:
        if isinstance(node, String | Number):
            yield Leaf(state, steps, indices, node)
            return
        care = self._care(state)
        if care is Care.HOSTED and not _is_nothing(node):
            yield Leaf(state, steps, indices, node)
        match node:
            case Object() | Array() if care is Care.ECHO:
                yield Leaf(state, steps, indices, node)
            case Object():
                state = self._table.enter(state, node)
                indices = self._inside(indices, node)
                for key, value in node.members:
                    below = self._table.step(state, key.text)
                    path = (*steps, key.text)
                    if key.text not in self._table.names:
                        yield Leaf(below, path, indices, key, is_key=True)
                    yield from self._below(below, path, indices, value)
            case Array(items=items):
                below = self._table.step(state, None)
                for at, item in enumerate(items):
                    yield from self._below(below, (*steps, at), indices, item)
            case _:
                return

    def _inside(self, indices: Indices, node: Object) -> Indices:
        own = index_values(node, self._names) if self._names else ()
        if not own:
            return indices
        self.groups[(*indices, *own)] = None
        return (*indices, *own)

    def _care(self, state: State) -> Care | None:
        field = self._table.field(state)
        return None if field is None else field.care


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
