"""Strict reading of YAML: bytes in, plain data with its marks out. The one file that imports yaml.

YAML offers more than a policy needs, and most of it has let a file say something else than its author
read: `no` that is false, a key written twice, an alias that repeats a part from another page. Here all
of that is refused, with file, line, column, the source line and a caret, and every refusal of a file is
reported in one run. What is left is JSON with comments: mappings with text keys, lists, text, numbers
(without an exponent), `true`, `false` and `null`.

This module must not know what a policy is, and it opens no file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import yaml

from grille.errors import Problem
from grille.exchange import Source

type Plain = bool | int | float | str | list[Plain] | dict[str, Plain] | None
type Step = str | int
type Path = tuple[Step, ...]

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 24
_WIDEST_SHOWN = 240
_NOWHERE = -1
"""A step for what has no place of its own: a key while it is read, a value that is thrown away."""

_LINE_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_NOT_A_TRUTH = re.compile("(?i:yes|no|on|off|true|false)")
_HALF_CHARACTER = re.compile("[\ud800-\udfff]")
_INTEGER = re.compile("[-+]?(0|[1-9][0-9]{0,17})")
_FLOAT = re.compile(r"[-+]?[0-9]{1,17}\.[0-9]{1,17}")


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a file; both numbers are 1-based."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Written:
    """A file as it is written: the data, and where each key and each value of it stands.

    A path is the steps from the root: `("endpoints", "openai", "request")`, a number for a list item.
    """

    file: str
    lines: tuple[str, ...] = field(repr=False)
    data: Plain = field(repr=False)
    keys: Mapping[Path, Mark] = field(repr=False)
    values: Mapping[Path, Mark] = field(repr=False)

    def existing(self, path: Path) -> Path:
        """The part of `path` that leads somewhere. A name counts as a step into a list that holds it,
        because some lists are a short form of a mapping."""
        node = self.data
        walked: Path = ()
        for step in path:
            match node:
                case dict() if step in node:
                    node = node[str(step)]
                case list() if isinstance(step, int) and step < len(node):
                    node = node[step]
                case list() if isinstance(step, str) and step in node:
                    step = node.index(step)
                    node = node[step]
                case _:
                    break
            walked = (*walked, step)
        return walked

    def at(self, path: Path) -> Plain:
        """The value at `path`; None when nothing stands there."""
        node = self.data
        for step in path:
            if isinstance(node, dict):
                node = node.get(str(step))
            elif isinstance(node, list) and isinstance(step, int) and step < len(node):
                node = node[step]
            else:
                return None
        return node

    def nulls(self) -> Iterator[Path]:
        """Where a null stands, or nothing at all."""
        for path in self.values:
            if _NOWHERE not in path and self.at(path) is None:
                yield path

    def mark(self, path: Path) -> Mark:
        """Where to point for `path`: at a scalar itself, at the key of anything larger."""
        found = self.existing(path)
        if found not in self.keys or not isinstance(self.at(found), dict | list):
            return self.values.get(found, Mark(1, 1))
        return self.keys[found]

    def problem(self, path: Path, text: str) -> Problem:
        """`text` said of what stands at `path`."""
        return _problem(self.file, self.lines, self.mark(path), text)

    def problem_of_key(self, path: Path, text: str) -> Problem:
        """`text` said of the key that `path` ends with."""
        found = self.existing(path)
        return _problem(self.file, self.lines, self.keys.get(found, self.mark(path)), text)

    def source(self, path: Path, name: str = "") -> Source:
        """The place to cite for `path`; `name` when the dotted path would say too little."""
        found = self.existing(path)
        line = self.keys.get(found, self.values.get(found, Mark(0, 0))).line
        return Source(self.file, line, name or ".".join(str(step) for step in path))

    def without(self, gone: frozenset[Path]) -> Written:
        """The same file, as if the entries at `gone` had not been written; marks stay true."""
        keys: dict[Path, Mark] = {}
        values: dict[Path, Mark] = {}

        def copy(node: Plain, old: Path, new: Path) -> Plain:
            values[new] = self.values[old]
            if isinstance(node, dict):
                kept: dict[str, Plain] = {}
                for key, child in node.items():
                    if (*old, key) not in gone:
                        keys[(*new, key)] = self.keys[(*old, key)]
                        kept[key] = copy(child, (*old, key), (*new, key))
                return kept
            if isinstance(node, list):
                items: list[Plain] = []
                for number, child in enumerate(node):
                    if (*old, number) not in gone:
                        items.append(copy(child, (*old, number), (*new, len(items))))
                return items
            return node

        return Written(self.file, self.lines, copy(self.data, (), ()), keys, values)


def read(raw: bytes, file: str) -> tuple[Written | None, list[Problem]]:
    """Read `raw`, calling it `file`.

    The problems are all of the file, in its order. With problems there may still be data, so that what
    is right elsewhere can be checked in the same run: a refused part reads as text or as null.
    """
    if len(raw) > MAX_BYTES:
        text = f"the file is larger than {MAX_BYTES} bytes: split it into packs and name them under `use`"
        return None, [Problem(file, 1, 1, text)]
    try:
        text = raw.decode("utf-8-sig", "strict")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        column = error.start - raw.rfind(b"\n", 0, error.start)
        return None, [Problem(file, line, column, "this byte is not UTF-8: save the file as UTF-8")]
    lines = tuple(_LINE_BREAK.split(text))
    reader = _Reader(file, lines, text)
    try:
        data = reader.document()
    except _Stopped:
        return None, reader.problems
    except yaml.MarkedYAMLError as error:
        begun = error.context_mark
        mark = error.problem_mark or begun
        since = f" in what begins in line {begun.line + 1}" if begun and mark and begun.line < mark.line else ""
        advice = "check the indent, close quotes and brackets, and quote text with `: `, `?` or brackets"
        said = f"not YAML ({error.problem or error.context}{since}): {advice}"
        if "'\\t'" in said:
            said = "a tab: indent with blanks"
        at = Mark(mark.line + 1, mark.column + 1) if mark else Mark(1, 1)
        return None, [*reader.problems, _problem(file, lines, at, said)]
    except yaml.YAMLError:
        return None, [*reader.problems, _control_character(file, text)]
    return Written(file, lines, data, reader.keys, reader.values), reader.problems


class _Stopped(Exception):
    """Reading further would help nobody."""


class _Reader:
    """Builds data from the event stream, where anchors, aliases and tags can still be seen."""

    def __init__(self, file: str, lines: tuple[str, ...], text: str) -> None:
        self._file = file
        self._lines = lines
        self._events: Iterator[yaml.Event] = yaml.parse(text, Loader=yaml.SafeLoader)
        self.problems: list[Problem] = []
        self.keys: dict[Path, Mark] = {}
        self.values: dict[Path, Mark] = {}

    def document(self) -> Plain:
        data: Plain = None
        documents = 0
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._refuse(event, "a second document in one file: keep one, and take the `---` away")
                    raise _Stopped
                data = self._node(next(self._events), (), 0)
        if documents == 0:
            self.problems.append(Problem(self._file, 1, 1, "the file is empty"))
            raise _Stopped
        return data

    def _node(self, event: yaml.Event, path: Path, depth: int) -> Plain:
        self.values[path] = _mark(event)
        if depth > MAX_DEPTH:
            self._refuse(event, f"nested deeper than {MAX_DEPTH} levels: no policy needs that")
            raise _Stopped
        if isinstance(event, yaml.AliasEvent):
            self._refuse(event, "an alias (`*`) is refused: write the part out, or use a profile or a group")
            return None
        if isinstance(event, yaml.NodeEvent) and event.anchor:
            self._refuse(event, "an anchor (`&`) is refused: write the part out where it is needed")
        if isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent) and event.tag:
            self._refuse(event, "a tag (`!`) is refused: quote text, write numbers as they are")
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(path, depth)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._list(path, depth)
        return self._scalar(event) if isinstance(event, yaml.ScalarEvent) else None

    def _list(self, path: Path, depth: int) -> list[Plain]:
        items: list[Plain] = []
        for event in self._events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            items.append(self._node(event, (*path, len(items)), depth + 1))
        return items

    def _mapping(self, path: Path, depth: int) -> dict[str, Plain]:
        members: dict[str, Plain] = {}
        for event in self._events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            key = self._key(event, path, depth)
            if key in members:
                first = self.keys[(*path, key)].line
                self._refuse(event, f"`{key}` is written twice, first in line {first}: keep one of the two")
                self._node(next(self._events), (*path, key, _NOWHERE), depth + 1)
                continue
            self.keys[(*path, key)] = _mark(event)
            members[key] = self._node(next(self._events), (*path, key), depth + 1)
        return members

    def _key(self, event: yaml.Event, path: Path, depth: int) -> str:
        said = len(self.problems)
        key = self._node(event, (*path, _NOWHERE), depth + 1)
        if isinstance(event, yaml.ScalarEvent) and event.implicit[0] and event.value == "<<":
            self._refuse(event, "a merge key (`<<`) is refused: write the keys out")
        elif not isinstance(key, str) and len(self.problems) == said:
            self._refuse(event, "a key must be text: put it in quotes")
        return key if isinstance(key, str) else f"({len(self.keys)})"

    def _scalar(self, event: yaml.ScalarEvent) -> Plain:
        value = event.value
        if _HALF_CHARACTER.search(value):
            self._refuse(event, "half a character (a lone surrogate): write the character itself")
        if not event.implicit[0]:
            return value
        if value in ("", "~", "null"):
            return None
        if value in ("true", "false"):
            return value == "true"
        if _NOT_A_TRUTH.fullmatch(value):
            self._refuse(event, f"`{value}` is text to some and a truth to others: write true or false, or quote it")
        elif _INTEGER.fullmatch(value):
            return int(value)
        elif _FLOAT.fullmatch(value):
            return float(value)
        return value

    def _refuse(self, event: yaml.Event, text: str) -> None:
        self.problems.append(_problem(self._file, self._lines, _mark(event), text))


def _mark(event: yaml.Event) -> Mark:
    mark = event.start_mark
    return Mark(mark.line + 1, mark.column + 1) if mark else Mark(1, 1)


def _problem(file: str, lines: tuple[str, ...], mark: Mark, text: str) -> Problem:
    line = lines[mark.line - 1] if mark.line <= len(lines) else ""
    shown = line.replace("\t", " ") if len(line) <= _WIDEST_SHOWN else ""
    return Problem(file, mark.line, mark.column, text, shown)


def _control_character(file: str, text: str) -> Problem:
    """Where the first character stands that YAML does not allow; its line is not shown."""
    at = next((i for i, char in enumerate(text) if not (char.isprintable() or char in "\t\n\r\x85")), 0)
    line = text.count("\n", 0, at) + 1
    column = at - text.rfind("\n", 0, at)
    return Problem(file, line, column, "a control character: delete it, or write it as an escape in double quotes")
