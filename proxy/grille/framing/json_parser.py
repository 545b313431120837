"""Strict RFC 8259 from text to `Document`: no comments, NaN, trailing commas, control characters or lone
surrogates. Iterative, and bounded in depth and in the number of values.

What another parser would read differently is refused here, not repaired.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import NoReturn

from grille.errors import Malformed, TooLarge
from grille.exchange import Scalar
from grille.framing.json_spans import Array, Document, Node, Number, Object, String, Word, made

MAX_DEPTH = 64
MAX_NODES = 500_000

_BLANKS = r"[ \t\n\r]*+"
_QUOTED = r'"([^"\\\x00-\x1f]*+(?:\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4})[^"\\\x00-\x1f]*+)*+)"'
_VALUE = (
    rf"{_BLANKS}(?:{_QUOTED}"
    r"|(-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?)(?![0-9A-Za-z.+-])"
    r"|(true|false|null)(?![0-9A-Za-z])"
    r"|([{\[]))"
)
_ITEM = re.compile(rf"(){_VALUE}(?:{_BLANKS}[,\]])?")
_MEMBER = re.compile(rf"{_BLANKS}{_QUOTED}{_BLANKS}:{_VALUE}(?:{_BLANKS}[,}}])?")
_KEY_GROUP, _STRING, _NUMBER, _WORD = 1, 2, 3, 4
_KEY = re.compile(f"{_BLANKS}{_QUOTED}{_BLANKS}:")
_AFTER_VALUE = re.compile(rf"{_BLANKS}([,\]}}])")
_BLANK = re.compile(_BLANKS)
_SURROGATE = re.compile("[\ud800-\udfff]")
_WORDS: dict[str, Scalar] = {"true": True, "false": False, "null": None}
_LARGEST_EXPONENT = 40


def decode(body: bytes) -> str:
    """`body` as text. Only UTF-8 is JSON on the wire (RFC 8259 §8.1); a byte order mark stays in place."""
    try:
        return body.decode("utf-8", "strict")
    except UnicodeDecodeError as error:
        raise Malformed("the body is not UTF-8", f"byte {error.start}") from None


def parse(source: str, max_depth: int = MAX_DEPTH) -> Document:
    """Parse `source`.

    Raises `Malformed` with the offset of the first character that is not JSON, `TooLarge` when it
    nests deeper than `max_depth` or holds more than `MAX_NODES` values.
    """
    return _Parser(source, max_depth).document()


@dataclass(slots=True)
class _Open:
    """A container whose closing bracket has not come yet; `key` waits for its value."""

    start: int
    closing: str
    items: list[Node] = field(default_factory=list)
    members: list[tuple[String, Node]] = field(default_factory=list)
    key: String | None = None

    def add(self, node: Node) -> None:
        if self.key is None:
            self.items.append(node)
        else:
            self.members.append((self.key, node))


class _Parser:
    """Open containers are a list, not the call stack: depth is a number and not a crash. A member with its value and
    the comma after it is one match of one pattern."""

    def __init__(self, source: str, max_depth: int) -> None:
        self.source = source
        self.max_depth = max_depth
        self.open: list[_Open] = []
        self.root: Node | None = None
        self.nodes = 0
        self.duplicates: list[int] = []

    def document(self) -> Document:
        if not self.source.isascii() and (alone := _SURROGATE.search(self.source)):
            raise _surrogate(alone.start())
        at = 1 if self.source.startswith("\ufeff") else 0
        token = _ITEM.match(self.source, at)
        if token is None:
            self._unexpected(at, "a value")
        at = token.end(token.lastindex or 0) + (token.lastindex == _STRING)
        at = self._ended(node, at) if (node := self._value(token)) else self._begin(at)
        while self.root is None:
            at = self._members(at) if self.open[-1].closing == "}" else self._items(at)
        if _BLANK.fullmatch(self.source, at) is None:
            self._unexpected(at, "the end")
        return Document(self.source, self.root, tuple(sorted(self.duplicates)))

    def _members(self, at: int) -> int:
        """Go on in an object, until it ends or another container begins."""
        source, container = self.source, self.open[-1]
        while True:
            token = _MEMBER.match(source, at)
            if token is None:
                self._no_member(at)
            raw, (start, end) = token[_KEY_GROUP], token.span(_KEY_GROUP)
            key = made(String, (start, end, unescaped(raw, start)))
            node = self._value(token)
            if node is None:
                container.key = key
                return self._begin(token.end(token.lastindex or 0))
            container.members.append((key, node))
            at = token.end()
            if source[at - 1] == "}":
                return self._ended(self._closed(at), at)
            if source[at - 1] != ",":
                self._unexpected(at, "a comma or }")

    def _items(self, at: int) -> int:
        """Go on in an array, until it ends or another container begins."""
        source, container = self.source, self.open[-1]
        while True:
            token = _ITEM.match(source, at)
            if token is None:
                self._unexpected(at, "a value")
            node = self._value(token)
            if node is None:
                return self._begin(token.end(token.lastindex or 0))
            container.items.append(node)
            at = token.end()
            if source[at - 1] == "]":
                return self._ended(self._closed(at), at)
            if source[at - 1] != ",":
                self._unexpected(at, "a comma or ]")

    def _value(self, token: re.Match[str]) -> Node | None:
        """The string, number or word of a match; None where a container begins."""
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise TooLarge(f"the document holds more than {MAX_NODES} values")
        kind = token.lastindex or 0
        raw, (start, end) = token[kind], token.span(kind)
        if kind == _STRING:
            return made(String, (start, end, unescaped(raw, start)))
        if kind == _NUMBER:
            return made(Number, (start, end, _written_out(raw)))
        return made(Word, (start, end, _WORDS[raw])) if kind == _WORD else None

    def _begin(self, at: int) -> int:
        """Go into the container whose bracket stands before `at`."""
        if len(self.open) >= self.max_depth:
            raise TooLarge(f"the document nests deeper than {self.max_depth} levels", f"character {at - 1}")
        closing = "}" if self.source[at - 1] == "{" else "]"
        self.open.append(_Open(at - 1, closing))
        token = _AFTER_VALUE.match(self.source, at)
        if token is None or token[1] != closing:
            return at
        return self._ended(self._closed(token.end()), token.end())

    def _closed(self, at: int) -> Node:
        """The innermost container, whose closing bracket stands before `at`."""
        container = self.open.pop()
        if container.closing == "]":
            return Array(container.start, at, container.items)
        if len({key.text for key, _ in container.members}) < len(container.members):
            self._note_duplicates(container)
        return Object(container.start, at, container.members)

    def _ended(self, node: Node, at: int) -> int:
        """Put a value where it belongs, and go past whatever ends with it, up to where the next one is due."""
        while self.open:
            container = self.open[-1]
            container.add(node)
            token = _AFTER_VALUE.match(self.source, at)
            if token is None or token[1] not in (",", container.closing):
                self._unexpected(at, f"a comma or {container.closing}")
            at = token.end()
            if token[1] == ",":
                return at
            node = self._closed(at)
        self.root = node
        return at

    def _note_duplicates(self, container: _Open) -> None:
        met: set[str] = set()
        for key, _ in container.members:
            if key.text in met:
                self.duplicates.append(key.start)
            met.add(key.text)

    def _no_member(self, at: int) -> NoReturn:
        key = _KEY.match(self.source, at)
        if key is None:
            self._unexpected(at, "a key and a colon")
        self._unexpected(key.end(), "a value")

    def _unexpected(self, at: int, what: str) -> NoReturn:
        raise Malformed(f"this is not JSON (RFC 8259): expected {what}", f"character {at}")


def unescaped(raw: str, at: int) -> str:
    """What a string says that is written so, from character `at` on."""
    if "\\" not in raw:
        return raw
    text: str = json.loads(f'"{raw}"')
    if not text.isascii() and _SURROGATE.search(text):
        raise _surrogate(at)
    return text


def _surrogate(at: int) -> Malformed:
    return Malformed("this is not JSON: a surrogate stands alone in a string", f"character {at}")


def _written_out(lexeme: str) -> str:
    if not any(mark in lexeme for mark in ".eE"):
        return lexeme
    try:
        exact = Decimal(lexeme)
    except InvalidOperation:  # an exponent of twenty digits
        return lexeme
    _, digits, exponent = exact.as_tuple()
    if not isinstance(exponent, int) or len(digits) + abs(exponent) > _LARGEST_EXPONENT:
        return lexeme
    return f"{exact:f}" if exact != exact.to_integral_value() else f"{exact.to_integral_value():f}"
