"""A JSON document that comes in pieces: where its strings and numbers stand, as soon as that is certain.

Strict RFC 8259, like `json_parser.py`, but incremental: characters go in, and out come the beginnings, the
read characters and the ends of strings and numbers, each with the offset at which it is written. A number
or a word (`true`) counts only when the comma or bracket after it has come, and a key only when its colon has:
`[4111 1111` and `{ "said so` are no JSON, and whoever reads them as plain text must not have let go of their
beginning as a number or a key.

What is not JSON raises `Malformed`; then nothing is certain any more, and the text is plain words. This
module must not judge words, hold a text, or know how often a document was escaped before it came here.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from enum import Enum

from grille.errors import Malformed
from grille.framing.json_parser import MAX_DEPTH

_PLAIN_RUN = re.compile(r'[^"\\\x00-\x1f]+')
_BLANK_RUN = re.compile(r"[ \t\r\n]+")
_SCALAR_RUN = re.compile(r"[-+.0-9A-Za-z]+")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_WORDS = frozenset({"true", "false", "null"})
_SHORT_ESCAPES = frozenset('"\\/bfnrt')
_HEX = frozenset("0123456789abcdefABCDEF")
_HIGH, _LOW = range(0xD800, 0xDC00), range(0xDC00, 0xE000)
_LONGEST_SCALAR = 4096


@dataclass(frozen=True, slots=True)
class Begin:
    """A string or number begins; `at` is the offset of its first character, after the quote."""

    at: int
    is_key: bool = False
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Chars:
    """More of it, as it reads; `starts[i]` is the offset at which character `i` is written, `end` that
    after the last one."""

    text: str = field(repr=False)
    starts: range | list[int]
    end: int


@dataclass(frozen=True, slots=True)
class End:
    """It has ended; `at` is the offset after its last character, before the quote."""

    at: int


type Event = Begin | Chars | End


class _Expect(Enum):
    VALUE = "a value"
    VALUE_OR_END = "a value or ]"
    KEY = "a key"
    KEY_OR_END = "a key or }"
    COLON = "a colon"
    COMMA_OR_END = "a comma or a closing bracket"
    NOTHING = "the end"


_VALUE_FITS = (_Expect.VALUE, _Expect.VALUE_OR_END)
_KEY_FITS = (_Expect.KEY, _Expect.KEY_OR_END)
_CLOSER_OF = {"{": "}", "[": "]"}


class Scanner:
    """One document, which begins with `{` or `[`. After an error it is of no further use.

    `confirmed` is the offset before which everything outside of strings is certain to be JSON.
    """

    def __init__(self) -> None:
        self.confirmed = 0
        self._at = 0
        self._expect = _Expect.VALUE
        self._closers: list[str] = []
        self._in_string = False
        self._escape = ""
        self._scalar = ""
        self._scalar_at = 0
        self._events: list[Event] = []
        self._key: list[Event] = []

    @property
    def pending(self) -> int:
        """The offset before which no later event speaks of anything."""
        if self._key:
            return self.confirmed
        return self._scalar_at if self._scalar else self._at - len(self._escape)

    @property
    def complete(self) -> bool:
        """Whether the document has ended."""
        return self._expect is _Expect.NOTHING

    def feed(self, text: str) -> list[Event]:
        """What `text`, the next characters, makes certain. Raises `Malformed`."""
        self._events = []
        at = 0
        while at < len(text):
            step = self._string if self._in_string else self._outside
            at += step(text, at)
        return self._events

    # -- inside a string --------------------------------------------------------------------------

    def _string(self, text: str, at: int) -> int:
        """Go on inside a string; how many characters that took."""
        if self._escape or text[at] == "\\":
            self._escape += text[at]
            self._at += 1
            self._finish_escape()
            return 1
        if text[at] == '"':
            self._say(End(self._at))
            self._in_string = False
            self._at += 1
            self._expect = _Expect.COLON if self._key else _Expect.COMMA_OR_END
            self._confirm()
            return 1
        run = _PLAIN_RUN.match(text, at)
        if run is None:
            raise self._wrong()
        length = len(run[0])
        end = self._at + length
        self._say(Chars(run[0], range(self._at, end), end))
        self._at = end
        return length

    def _finish_escape(self) -> None:
        """Take an escape when it is whole; a pair of surrogates is one character in two escapes."""
        escape = self._escape
        if not _may_be_escape(escape):
            raise self._wrong()
        if len(escape) == 2 and escape[1] != "u":
            whole = True
        elif len(escape) == 6:
            whole = int(escape[2:6], 16) not in _HIGH
        else:
            whole = len(escape) == 12
        if whole:
            self._say(Chars(json.loads(f'"{escape}"'), [self._at - len(escape)], self._at))
            self._escape = ""

    def _say(self, event: Event) -> None:
        (self._key or self._events).append(event)

    # -- between strings --------------------------------------------------------------------------

    def _outside(self, text: str, at: int) -> int:
        char = text[at]
        if blanks := _BLANK_RUN.match(text, at):
            # Blanks end a number as well: `1 2` is no JSON.
            self._at += len(blanks[0])
            self._scalar += blanks[0] if self._scalar else ""
            self._confirm()
            return len(blanks[0])
        if scalar := _SCALAR_RUN.match(text, at):
            return self._more_scalar(scalar[0])
        self._end_scalar(char)
        self._at += 1
        self._mark(char)
        self._confirm()
        return 1

    def _confirm(self) -> None:
        if not self._scalar and not self._key:
            self.confirmed = self._at

    def _more_scalar(self, run: str) -> int:
        if self._scalar and self._scalar[-1].isspace():
            raise self._wrong()
        if not self._scalar:
            if self._expect not in _VALUE_FITS:
                raise self._wrong()
            self._scalar_at = self._at
        self._scalar += run
        self._at += len(run)
        if len(self._scalar) > _LONGEST_SCALAR:
            raise self._wrong()
        return len(run)

    def _end_scalar(self, char: str) -> None:
        if not self._scalar:
            return
        scalar, self._scalar = self._scalar.rstrip(), ""
        if char not in ",]}" or not self._closers:
            raise self._wrong()
        if _NUMBER.fullmatch(scalar):
            end = self._scalar_at + len(scalar)
            self._events += (
                Begin(self._scalar_at, is_number=True),
                Chars(scalar, range(self._scalar_at, end), end),
                End(end),
            )
        elif scalar not in _WORDS:
            raise self._wrong()
        self._expect = _Expect.COMMA_OR_END

    def _mark(self, char: str) -> None:
        expect = self._expect
        if char == '"' and (expect in _VALUE_FITS or expect in _KEY_FITS):
            self._in_string = True
            if expect in _KEY_FITS:
                self._key.append(Begin(self._at, is_key=True))
            else:
                self._events.append(Begin(self._at))
        elif char in _CLOSER_OF and expect in _VALUE_FITS and len(self._closers) < MAX_DEPTH:
            self._closers.append(_CLOSER_OF[char])
            self._expect = _Expect.KEY_OR_END if char == "{" else _Expect.VALUE_OR_END
        elif char == "," and expect is _Expect.COMMA_OR_END and self._closers:
            self._expect = _Expect.KEY if self._closers[-1] == "}" else _Expect.VALUE
        elif char == ":" and expect is _Expect.COLON:
            self._expect = _Expect.VALUE
            self._events += self._key
            self._key.clear()
        elif char in "]}" and self._may_close(char):
            self._closers.pop()
            self._expect = _Expect.COMMA_OR_END if self._closers else _Expect.NOTHING
        else:
            raise self._wrong()

    def _may_close(self, char: str) -> bool:
        empty = _Expect.KEY_OR_END if char == "}" else _Expect.VALUE_OR_END
        return bool(self._closers) and self._closers[-1] == char and self._expect in (_Expect.COMMA_OR_END, empty)

    def _wrong(self) -> Malformed:
        return Malformed(f"this is not JSON (RFC 8259): expected {self._expect.value}", f"character {self._at}")


def _may_be_escape(text: str) -> bool:
    """Whether `text` is an escape or the beginning of one; after a high surrogate a low one has to follow."""
    if len(text) < 2:
        return True
    if text[1] != "u":
        return len(text) == 2 and text[1] in _SHORT_ESCAPES
    first, second = text[2:6], text[6:]
    if not _HEX.issuperset(first):
        return False
    if len(first) == 4 and int(first, 16) in _LOW:
        return False
    if not second:
        return True
    digits = second[2:]
    if not "\\u".startswith(second[:2]) or not _HEX.issuperset(digits):
        return False
    return len(digits) < 4 or int(digits, 16) in _LOW
