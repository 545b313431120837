"""Strict RFC 8259 from text to `Document`: no comments, NaN, trailing commas, control characters or lone
surrogates. Iterative, and bounded in depth and in the number of values.

What another parser would read differently is refused here, not repaired.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from decimal import Decimal

from grille.errors import Malformed, TooLarge
from grille.exchange import Scalar
from grille.framing.json_spans import Array, Document, Node, Number, Object, String, Word

MAX_DEPTH = 64
MAX_NODES = 500_000

_BLANKS = r"[ \t\n\r]*+"
_QUOTED = r'"([^"\\\x00-\x1f]*+(?:\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4})[^"\\\x00-\x1f]*+)*+)"'
_VALUE = re.compile(
    rf"{_BLANKS}(?:{_QUOTED}"
    r"|(-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?)(?![0-9A-Za-z.+-])"
    r"|(true|false|null)(?![0-9A-Za-z])"
    r"|([{\[]))"
)
_STRING, _NUMBER, _WORD = 1, 2, 3
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
    items: list[Node]
    members: list[tuple[String, Node]]
    names: set[str]
    key: String | None = None

    def add(self, node: Node) -> None:
        if self.key is None:
            self.items.append(node)
        else:
            self.members.append((self.key, node))

    def closed(self, end: int) -> Node:
        return Object(self.start, end, self.members) if self.closing == "}" else Array(self.start, end, self.items)


class _Parser:
    """Open containers are a list, not the call stack: depth is a number and not a crash."""

    def __init__(self, source: str, max_depth: int) -> None:
        self.source = source
        self.max_depth = max_depth
        self.open: list[_Open] = []
        self.root: Node | None = None
        self.nodes = 0
        self.duplicates: list[int] = []

    def document(self) -> Document:
        at = 1 if self.source.startswith("\ufeff") else 0
        while self.root is None:
            token = _VALUE.match(self.source, at)
            if token is None:
                raise self._unexpected(at, "a value")
            kind, at = token.lastindex, token.end()
            if kind == _STRING:
                start, end = token.span(_STRING)
                at = self._put(String(start, end, _unescaped(token[_STRING], start)), at)
            elif kind == _NUMBER:
                start, end = token.span(_NUMBER)
                at = self._put(Number(start, end, _written_out(token[_NUMBER])), at)
            elif kind == _WORD:
                start, end = token.span(_WORD)
                at = self._put(Word(start, end, _WORDS[token[_WORD]]), at)
            else:
                at = self._begin(at)
        if _BLANK.fullmatch(self.source, at) is None:
            raise self._unexpected(at, "the end")
        return Document(self.source, self.root, tuple(self.duplicates))

    def _begin(self, at: int) -> int:
        """Go into the container whose bracket stands before `at`, and past its first key."""
        if len(self.open) >= self.max_depth:
            raise TooLarge(f"the document nests deeper than {self.max_depth} levels", f"character {at - 1}")
        container = _Open(at - 1, "}" if self.source[at - 1] == "{" else "]", [], [], set())
        token = _AFTER_VALUE.match(self.source, at)
        if token is not None and token[1] == container.closing:
            return self._put(container.closed(token.end()), token.end())
        self.open.append(container)
        return self._key(container, at) if container.closing == "}" else at

    def _key(self, container: _Open, at: int) -> int:
        token = _KEY.match(self.source, at)
        if token is None:
            raise self._unexpected(at, "a key and a colon")
        start, end = token.span(1)
        key = container.key = String(start, end, _unescaped(token[1], start))
        if key.text in container.names:
            self.duplicates.append(start)
        container.names.add(key.text)
        return token.end()

    def _put(self, node: Node, at: int) -> int:
        """Put a value where it belongs, and go past whatever ends with it, up to where the next one is due."""
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise TooLarge(f"the document holds more than {MAX_NODES} values")
        while self.open:
            container = self.open[-1]
            container.add(node)
            token = _AFTER_VALUE.match(self.source, at)
            if token is None or token[1] not in (",", container.closing):
                raise self._unexpected(at, f"a comma or {container.closing}")
            at = token.end()
            if token[1] == ",":
                return self._key(container, at) if container.closing == "}" else at
            node = self.open.pop().closed(at)
            self.nodes += 1
        self.root = node
        return at

    def _unexpected(self, at: int, what: str) -> Malformed:
        return Malformed(f"this is not JSON (RFC 8259): expected {what}", f"character {at}")


def _unescaped(raw: str, at: int) -> str:
    text: str = json.loads(f'"{raw}"') if "\\" in raw else raw
    if _SURROGATE.search(text):
        raise Malformed("this is not JSON: a surrogate stands alone in a string", f"character {at}")
    return text


def _written_out(lexeme: str) -> str:
    if not any(mark in lexeme for mark in ".eE"):
        return lexeme
    exact = Decimal(lexeme)
    _, digits, exponent = exact.as_tuple()
    if not isinstance(exponent, int) or len(digits) + abs(exponent) > _LARGEST_EXPONENT:
        return lexeme
    return f"{exact:f}" if exact != exact.to_integral_value() else f"{exact.to_integral_value():f}"
