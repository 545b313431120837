"""A JSON document that remembers where each string, number and key stands.

Edits are spliced into the original text, so that whatever was not edited stays as the author wrote it:
number forms, escapes, blanks, order. The text is a `str`; strict UTF-8 decoding is one-to-one, so
characters left alone are bytes left alone. `json_parser.py` makes these documents. This module gives no
meaning to a key and does not decide what may be edited.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from operator import itemgetter
from typing import Final, NamedTuple

from grille.exchange import Scalar

made: Final = tuple.__new__
"""Makes a named tuple of its type and a tuple of its values, in a third of the time."""

LONGEST_WHOLE: Final = 1000
"""Digits of the longest number that is counted with; Python makes no number of 4301 (CVE-2020-10735)."""
_ASCII, _ANY = json.JSONEncoder(), json.JSONEncoder(ensure_ascii=False)
_SHORT_ESCAPE = re.compile(r"\\.")
_ESCAPE = re.compile(r"\\(?:u([Dd][89ABab][0-9A-Fa-f]{2})\\u([Dd][C-Fc-f][0-9A-Fa-f]{2})|u[0-9A-Fa-f]{4}|.)")


class String(NamedTuple):
    """A string value or a key: [start, end) are the offsets of what stands between the quotes."""

    start: int
    end: int
    text: str

    def __repr__(self) -> str:
        return f"String({self.start}, {self.end}, {len(self.text)} characters)"


class Number(NamedTuple):
    """A number: [start, end) of the lexeme. `text` is what a person would read: an integer written
    with a fraction or an exponent (`4.1e15`) is written out, so that digits cannot hide in it."""

    start: int
    end: int
    text: str

    def __repr__(self) -> str:
        return f"Number({self.start}, {self.end}, {len(self.text)} characters)"


class Word(NamedTuple):
    """`true`, `false` or `null`."""

    start: int
    end: int
    value: Scalar


class Array(NamedTuple):
    """[start, end) with the brackets."""

    start: int
    end: int
    items: list[Node]


class Object(NamedTuple):
    """[start, end) with the braces; members in document order, duplicates included."""

    start: int
    end: int
    members: list[tuple[String, Node]]

    def get(self, key: str) -> Node | None:
        """The value of the last member named `key`, as most parsers choose, or None."""
        return next((value for name, value in reversed(self.members) if name.text == key), None)


type Node = String | Number | Word | Array | Object


class Splice(NamedTuple):
    """Write `text`, which must be JSON as it stands there, in place of [start, end)."""

    start: int
    end: int
    text: str

    def __repr__(self) -> str:
        return f"Splice({self.start}, {self.end}, {len(self.text)} characters)"


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed text. `duplicates` holds the offsets of keys that stand twice in one object."""

    source: str = field(repr=False)
    root: Node = field(repr=False)
    duplicates: tuple[int, ...] = ()
    _written: dict[int, _Written] = field(default_factory=dict, repr=False, compare=False)

    def splice(self, edits: Iterable[Splice]) -> str:
        """The source with `edits` applied. They may not overlap (ValueError)."""
        pieces: list[str] = []
        at = 0
        for edit in sorted(edits, key=itemgetter(0, 1)):
            if edit.start < at:
                raise ValueError("edits overlap")
            pieces += (self.source[at : edit.start], edit.text)
            at = edit.end
        pieces.append(self.source[at:])
        return "".join(pieces)

    def within(self, node: String, start: int, end: int, text: str) -> Splice:
        """The splice that writes `text` in place of the characters [start, end) of `node`'s text;
        escapes outside that stretch stay as they are."""
        first, last = start, end
        if node.end - node.start != len(node.text):
            written = self._written.get(node.start)
            if written is None:
                written = self._written[node.start] = _Written(self.source[node.start : node.end])
            first, last = written.offset(start), written.offset(end)
        said = escape(text, ascii_only=self.source.isascii())
        return made(Splice, (node.start + first, node.start + last, said))


def escape(text: str, *, ascii_only: bool = False) -> str:
    """`text` as it stands between the quotes of a JSON string."""
    return (_ASCII if ascii_only else _ANY).encode(text)[1:-1]


def pointer(steps: Iterable[str | int]) -> str:
    """The JSON pointer (RFC 6901) for these steps."""
    return "".join(f"/{token(str(step))}" for step in steps)


def token(name: str) -> str:
    """The name of a member as it stands in a JSON pointer. A `#` at its end is `~2`, which RFC 6901 does not know: for
    grille a document in a string begins there."""
    if "~" in name or "/" in name:
        name = name.replace("~", "~0").replace("/", "~1")
    return f"{name[:-1]}~2" if name[-1:] == "#" else name


def find(node: Node, address: str) -> Node | None:
    """The node at the JSON pointer `address`, or None."""
    for step in address.split("/")[1:]:
        name = step.replace("~1", "/").replace("~2", "#").replace("~0", "~")
        match node:
            case Object():
                below = node.get(name)
            case Array(items=items) if name.isdecimal() and int(name) < len(items):
                below = items[int(name)]
            case _:
                below = None
        if below is None:
            return None
        node = below
    return node


def scalar(node: Node) -> Scalar:
    """The value of a string, number or word; None for a container."""
    match node:
        case String(text=text):
            return text
        case Number(text=text):
            is_whole = len(text) <= LONGEST_WHOLE and "." not in text and "e" not in text.lower()
            return int(text) if is_whole else float(text)
        case Word(value=value):
            return value
        case _:
            return None


class _Written:
    """Where the characters of one string stand as it is written; read once, however often it is asked."""

    __slots__ = ("_escapes", "_longer")

    def __init__(self, raw: str) -> None:
        if "\\u" not in raw:  # most have quotes in them and nothing else
            self._escapes = [escaped.start() - before for before, escaped in enumerate(_SHORT_ESCAPE.finditer(raw))]
            self._longer: Sequence[int] = range(len(self._escapes) + 1)
            return
        spans = [escaped.span() for escaped in _ESCAPE.finditer(raw)]
        self._longer = [0, *accumulate(end - start - 1 for start, end in spans)]
        self._escapes = [start - before for (start, _), before in zip(spans, self._longer, strict=False)]

    def offset(self, number: int) -> int:
        """Where character `number` of what it says begins."""
        return number + self._longer[bisect_left(self._escapes, number)]
