"""Strict RFC 8259 from text to `Document`: no comments, NaN, trailing commas, control characters or lone
surrogates. Iterative, and bounded in depth and in the number of values.

What another parser would read differently is refused here, not repaired.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from grille.errors import Malformed, TooLarge
from grille.exchange import Scalar
from grille.framing.json_spans import Array, Document, Node, Number, Object, String, Word

MAX_DEPTH = 64
MAX_NODES = 500_000

_TOKEN = re.compile(
    r"[ \t\n\r]*+(?:"
    r"(?P<mark>[{}\[\],:])"
    r'|"(?P<string>[^"\\\x00-\x1f]*+(?:\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4})[^"\\\x00-\x1f]*+)*+)"'
    r"|(?P<number>-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?)(?![0-9A-Za-z.+-])"
    r"|(?P<word>true|false|null)(?![0-9A-Za-z])"
    r")"
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_BLANK = re.compile(r"[ \t\n\r]*+")
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


class _Expect(Enum):
    """What may come next."""

    VALUE = "a value"
    VALUE_OR_END = "a value or ]"
    KEY = "a key"
    KEY_OR_END = "a key or }"
    COLON = "a colon"
    COMMA_OR_END = "a comma or a closing bracket"
    NOTHING = "the end"


_VALUE_FITS = (_Expect.VALUE, _Expect.VALUE_OR_END)
_KEY_FITS = (_Expect.KEY, _Expect.KEY_OR_END)


@dataclass(slots=True)
class _Open:
    """A container whose closing bracket has not come yet; `key` waits for its value."""

    start: int
    items: list[Node]
    members: list[tuple[String, Node]]
    names: set[str]
    is_object: bool
    key: String | None = None


class _Parser:
    """Open containers are a list, not the call stack: depth is a number and not a crash."""

    def __init__(self, source: str, max_depth: int) -> None:
        self.source = source
        self.max_depth = max_depth
        self.at = 1 if source.startswith("\ufeff") else 0
        self.expect = _Expect.VALUE
        self.open: list[_Open] = []
        self.root: Node | None = None
        self.nodes = 0
        self.duplicates: list[int] = []

    def document(self) -> Document:
        while (token := _TOKEN.match(self.source, self.at)) is not None:
            kind = token.lastgroup
            start, end = token.span(kind or 0)
            if kind == "mark":
                self._mark(token[kind], start)
            elif kind == "string":
                self._string(String(start, end, _unescaped(token[kind], start)))
            elif kind == "number":
                self._value(Number(start, end, _written_out(token[kind])))
            else:
                self._value(Word(start, end, _WORDS[token["word"]]))
            self.at = token.end()
        if _BLANK.fullmatch(self.source, self.at) is None or self.root is None or self.open:
            raise self._unexpected(self.at)
        return Document(self.source, self.root, tuple(self.duplicates))

    def _mark(self, mark: str, at: int) -> None:
        expect = self.expect
        if mark == "{" and expect in _VALUE_FITS:
            self._begin(_Open(at, [], [], set(), is_object=True), _Expect.KEY_OR_END)
        elif mark == "[" and expect in _VALUE_FITS:
            self._begin(_Open(at, [], [], set(), is_object=False), _Expect.VALUE_OR_END)
        elif mark == "," and expect is _Expect.COMMA_OR_END:
            self.expect = _Expect.KEY if self.open[-1].is_object else _Expect.VALUE
        elif mark == ":" and expect is _Expect.COLON:
            self.expect = _Expect.VALUE
        elif mark in "}]" and self._may_close(mark):
            done = self.open.pop()
            node: Node = (
                Object(done.start, at + 1, done.members) if done.is_object else Array(done.start, at + 1, done.items)
            )
            self._put(node)
        else:
            raise self._unexpected(at)

    def _begin(self, container: _Open, expect: _Expect) -> None:
        if len(self.open) >= self.max_depth:
            raise TooLarge(f"the document nests deeper than {self.max_depth} levels", f"character {container.start}")
        self.open.append(container)
        self.expect = expect

    def _may_close(self, mark: str) -> bool:
        if not self.open or self.open[-1].is_object is not (mark == "}"):
            return False
        return self.expect in (
            _Expect.COMMA_OR_END,
            _Expect.KEY_OR_END if mark == "}" else _Expect.VALUE_OR_END,
        )

    def _string(self, node: String) -> None:
        if self.expect not in _KEY_FITS:
            self._value(node)
            return
        container = self.open[-1]
        if node.text in container.names:
            self.duplicates.append(node.start)
        container.names.add(node.text)
        container.key = node
        self.expect = _Expect.COLON

    def _value(self, node: Node) -> None:
        if self.expect not in _VALUE_FITS:
            raise self._unexpected(node.start)
        self._put(node)

    def _put(self, node: Node) -> None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise TooLarge(f"the document holds more than {MAX_NODES} values")
        if not self.open:
            self.root = node
            self.expect = _Expect.NOTHING
            return
        container = self.open[-1]
        if container.key is not None:
            container.members.append((container.key, node))
            container.key = None
        else:
            container.items.append(node)
        self.expect = _Expect.COMMA_OR_END

    def _unexpected(self, at: int) -> Malformed:
        return Malformed(f"this is not JSON (RFC 8259): expected {self.expect.value}", f"character {at}")


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
