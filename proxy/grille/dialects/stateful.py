"""Where a request shows that something is kept: places of its body, words of its headers, its path.

A list of places is a table as in `fields.py`, read without regard to case and `_`: receivers of proto-JSON take both
spellings, and some parsers any case. This module finds such places; it must not decide what becomes of them, and it
holds none of the facts: `retention.py` reads them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from urllib.parse import unquote

from grille.declared import Kept
from grille.dialects.fields import Care, Field, State, Table
from grille.dialects.walk import Steps
from grille.errors import Malformed
from grille.framing.json_spans import Array, Node, Object, String, Word, pointer
from grille.framing.message import Message

_PART = re.compile(r"\{(?P<key>[^=}]+)=(?P<values>[^}]*)\}|[^{}]+")
"""A condition, or what stands between two."""


@dataclass(frozen=True, slots=True)
class Place:
    """`where` fits a place (see `fields.py`); with `values`, globs in small letters, only one of those shows something.
    `in_socket` says that it shows nothing over a WebSocket: what it refers to lives in the connection's memory. An
    object shows nothing if its member `unless[0]` is a list that holds `unless[1]` and nothing else."""

    where: str
    why: str
    instead: str = ""
    values: tuple[str, ...] = ()
    in_socket: bool = False
    unless: tuple[str, str] | None = None

    def shows(self, node: Node) -> bool:
        """Whether what stands there is more than nothing."""
        if self.values:
            return isinstance(node, String) and _fits(node.text, self.values)
        match node:
            case Word(value=None) | Word(value=False) | Array(items=[]):
                return False
            case Object() if self.unless:
                member, word = self.unless
                excuse = node.get(member)
                return not (
                    isinstance(excuse, Array) and excuse.items and all(_is(item, word) for item in excuse.items)
                )
            case _:
                return True


@dataclass(frozen=True, slots=True)
class Header:
    """Any of the words `values` (globs in small letters) in the list that the header `name` holds."""

    name: str
    values: tuple[str, ...]
    why: str

    def kept(self, message: Message) -> Iterator[Kept]:
        words = [word.strip() for value in message.values(self.name) for word in value.split(",")]
        for glob in self.values:
            if any(_fits(word, (glob,)) for word in words):
                yield Kept(f"header:{self.name}", self.why, word=glob)


@dataclass(frozen=True, slots=True)
class Path:
    """A path that any of `values` (globs in small letters) fits, once it is decoded: some name their model there."""

    values: tuple[str, ...]
    why: str
    instead: str

    def kept(self, message: Message) -> Iterator[Kept]:
        if _fits(unquote(message.target.partition("?")[0]), self.values):
            yield Kept("path", self.why, self.instead)


class Places:
    """A list of places, compiled into one table."""

    def __init__(self, places: Sequence[Place]) -> None:
        self._places = {_folded_place(place.where): place for place in places}
        self._table = Table([Field(where, Care.FIXED) for where in self._places])
        self._conditions = frozenset(
            part["key"] for where in self._places for part in _PART.finditer(where) if part["key"]
        )

    def kept(self, root: Node, *, in_socket: bool) -> Sequence[Kept]:
        """The first place of each kind that shows something. Raises `Malformed` where two names of one object are the
        same to a lenient parser: nobody knows which of them the provider takes."""
        found: dict[str, Kept] = {}
        self._below(self._table.start, (), root, in_socket, found)
        return tuple(found.values())

    def _below(self, state: State, steps: Steps, node: Node, in_socket: bool, found: dict[str, Kept]) -> None:
        item = self._table.step(state, None)
        if item not in (0, state) and not isinstance(node, Array):
            # Receivers of proto-JSON take one value where a list is meant.
            self._below(item, steps, node, in_socket, found)
        match node:
            case Object(members=members):
                names = [_folded(key.text) for key, _ in members]
                self._check(state, names, node)
                plain = [(String(0, 0, name), value) for name, (_, value) in zip(names, members, strict=True)]
                state = self._table.enter(state, Object(node.start, node.end, plain))
                self._look(state, steps, node, in_socket, found)
                for name, (key, value) in zip(names, members, strict=True):
                    if below := self._table.step(state, name):
                        self._below(below, (*steps, key.text), value, in_socket, found)
            case Array(items=items):
                self._look(state, steps, node, in_socket, found)
                for at, each in enumerate(items if item else ()):
                    self._below(item, (*steps, at), each, in_socket, found)
            case _:
                self._look(state, steps, node, in_socket, found)

    def _look(self, state: State, steps: Steps, node: Node, in_socket: bool, found: dict[str, Kept]) -> None:
        field = self._table.field(state)
        if field is None or field.where in found:
            return
        place = self._places[field.where]
        if place.shows(node) and not (in_socket and place.in_socket):
            found[field.where] = Kept(pointer(steps), place.why, place.instead)

    def _check(self, state: State, names: Sequence[str], node: Object) -> None:
        if len(names) == len(set(names)):
            return
        waiting = self._table.enter(state, Object(0, 0, [])) != state
        elsewhere = self._table.step(state, "")
        for name in {name for name in names if names.count(name) > 1}:
            if (waiting and name in self._conditions) or self._table.step(state, name) != elsewhere:
                raise Malformed("two fields of one object differ only in case or `_`", f"character {node.start}")


def _is(node: Node, word: str) -> bool:
    return isinstance(node, String) and node.text == word


def _fits(text: str, globs: Sequence[str]) -> bool:
    return any(fnmatchcase(text.lower(), glob) for glob in globs)


def _folded(name: str) -> str:
    return name.replace("_", "").casefold()


def _folded_place(where: str) -> str:
    """Names and keys folded; the values of a condition stay, because vendors compare those to the letter."""
    return "".join(
        f"{{{_folded(part['key'])}={part['values']}}}" if part["key"] else _folded(part[0])
        for part in _PART.finditer(where)
    )
