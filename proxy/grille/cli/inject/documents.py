"""Manifests as people and tools write them: a stream of YAML documents, or one of JSON, and back.

    for document in split(text): ...     # document.tree to read and change, document.text to print

A document that was not changed is printed as it came, to the byte. One that was is written anew: scalars as they were
written (quotes, octal numbers, block texts), but its comments are gone and its anchors are written out. The strict
reading of policies (`policy/reading.py`) is not for files of others. This module must not know what a pod is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

from grille.errors import CannotInject

type Value = str | int | float | bool | None
type Tree = dict[str, Tree] | list[Tree] | Scalar | Value

_MOST_NODES = 1_000_000
"""Of all documents together, aliases written out: a file that repeats itself endlessly is refused."""
_MERGE = "tag:yaml.org,2002:merge"
_TEXT = "tag:yaml.org,2002:str"
_LINES = re.compile(r"\n( *)")


@dataclass(frozen=True, slots=True)
class Scalar:
    """A scalar as it is written: `0444`, `"yes"`, a block of text; `value` is what it means."""

    text: str = field(repr=False)
    tag: str
    style: str | None
    value: Value = field(repr=False)


@dataclass(frozen=True, slots=True)
class Document:
    """`before` is the text in front of the content: comments and the line that begins a document."""

    number: int
    text: str = field(repr=False)
    before: str = field(repr=False)
    tree: Tree = field(repr=False)
    is_json: bool = False
    problem: CannotInject | None = None
    """Why it cannot be written anew, in spite of having been read."""

    def rewritten(self) -> str:
        """The text of the tree as it is now. Raises `CannotInject`."""
        if self.problem is not None:
            raise self.problem
        if self.is_json:
            indent = _LINES.search(self.text)
            tail = "\n" if self.text.endswith("\n") else ""
            return json.dumps(self.tree, indent=len(indent[1]) if indent else None, ensure_ascii=False) + tail
        return self.before + dumped(self.tree)


def plain(tree: Tree) -> Value:
    """What a scalar means."""
    if isinstance(tree, Scalar):
        return tree.value
    return None if isinstance(tree, dict | list) else tree


def split(text: str) -> Iterator[Document]:
    """The documents of `text`, in order. Raises `CannotInject`."""
    if text.lstrip().startswith("{"):
        try:
            yield _json(text)
        except json.JSONDecodeError:
            pass  # YAML may begin so too
        else:
            return
    yield from _yaml(text)


def _json(text: str) -> Document:
    twice: list[CannotInject] = []

    def members(pairs: list[tuple[str, Tree]]) -> dict[str, Tree]:
        known = dict(pairs)
        if len(known) < len(pairs):
            twice.append(CannotInject("document 1", "a key is written twice in one object: keep one of the two"))
        return known

    tree = json.loads(text, object_pairs_hook=members)
    return Document(1, text, "", tree, is_json=True, problem=twice[0] if twice else None)


def _yaml(text: str) -> Iterator[Document]:
    found: list[tuple[int, int, yaml.Node | None]] = []
    loader = yaml.SafeLoader(text)
    try:
        while loader.check_node():
            begins = loader.peek_event()  # type: ignore[no-untyped-call]  # the stubs leave it out
            found.append((begins.start_mark.index, begins.end_mark.index, loader.get_node()))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}, column {mark.column + 1}" if mark else "the input"
        raise CannotInject(where, "this is not YAML") from None
    finally:
        loader.dispose()
    if not found:
        yield Document(1, text, "", None)
        return
    ends = [start for start, _, _ in found[1:]] + [len(text)]
    nodes_left = _MOST_NODES
    begin = 0
    for number, ((_, head, node), end) in enumerate(zip(found, ends, strict=True), 1):
        before = text[begin:head]
        if before and not before.endswith("\n"):
            before += "\n"
        reader = _Reader(f"document {number}", nodes_left)
        tree = reader.tree(node)
        yield Document(number, text[begin:end], before, tree, problem=reader.problem)
        begin, nodes_left = end, reader.left


class _Reader:
    """Nodes of one document to its tree: aliases and merge keys are written out, scalars stay as they are written."""

    def __init__(self, name: str, left: int) -> None:
        self._name = name
        self._constructor = yaml.constructor.SafeConstructor()
        self.left = left
        self.problem: CannotInject | None = None

    def tree(self, node: yaml.Node | None) -> Tree:
        self.left -= 1
        if self.left < 0:
            raise CannotInject(self._name, "its aliases make it too large")
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node)
        if isinstance(node, yaml.SequenceNode):
            return [self.tree(each) for each in node.value]
        if isinstance(node, yaml.ScalarNode):
            try:
                value = self._constructor.construct_object(node)
            except (yaml.YAMLError, ValueError):
                value = node.value  # a date that is none, a tag of somebody's own: it is printed as it was
            known = value if isinstance(value, str | int | float | bool | None) else node.value
            return Scalar(node.value, node.tag, node.style, known)
        return None

    def _mapping(self, node: yaml.MappingNode) -> dict[str, Tree]:
        members: dict[str, Tree] = {}
        merged: dict[str, Tree] = {}
        for key, value in node.value:
            if key.tag == _MERGE:
                for each in value.value if isinstance(value, yaml.SequenceNode) else [value]:
                    other = self.tree(each)
                    if isinstance(other, dict):
                        merged = other | merged
                    else:
                        self._say(key, "`<<` stands for no mapping")
                continue
            if key.tag != _TEXT:
                self._say(key, "a key that is not text: quote it")
            if str(key.value) in members:
                self._say(key, f"`{key.value}` is written twice: keep one of the two")
            members[str(key.value)] = self.tree(value)
        return merged | members

    def _say(self, key: yaml.Node, problem: str) -> None:
        self.problem = self.problem or CannotInject(f"{self._name}, line {key.start_mark.line + 1}", problem)


class _Writer(yaml.SafeDumper):
    def ignore_aliases(self, data: object) -> bool:
        return True


_Writer.add_representer(Scalar, lambda writer, it: writer.represent_scalar(it.tag, it.text, it.style))


def dumped(tree: Tree) -> str:
    """`tree` as YAML, in blocks."""
    return yaml.dump(tree, Dumper=_Writer, sort_keys=False, allow_unicode=True, width=4096)
