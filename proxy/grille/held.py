"""The text of one channel of a stream, and how much of it has to be held.

A channel is a text that comes in pieces: the words of a choice, the arguments of a tool call. What is
settled goes out, what could still become a token or a finding stays. Arguments are JSON that comes in
pieces, so each string in them is a text of its own, judged as it reads and written as it stood.

`Held` knows no stream, no bytes and no policy. It never gives a character away twice or before it was
told that it is settled.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from grille.errors import Malformed, TooLarge
from grille.framing.json_spans import escape

CONTEXT = 4096
"""Characters of what went out that are remembered: a link may have begun there."""

MAX_HELD = 64 * 1024
"""Characters that one channel may hold. Whatever needs more is no name, number or token."""

_PLAIN_RUN = re.compile(r'[^"\\]+')
_STRUCTURE = re.compile(r'[^"0-9\-]+')
_NUMBER_RUN = re.compile(r"[0-9A-Za-z.+\-]+")
_ESCAPE_BEGUN = re.compile(
    r'\\(?:["\\/bfnrt]|u(?![Dd][C-Fc-f])[0-9A-Fa-f]{4}'
    r"|u[Dd][89ABab][0-9A-Fa-f]{2}\\(?:u(?:[Dd](?:[C-Fc-f](?:[0-9A-Fa-f]{1,2})?)?)?)?)"
)
"""An escape, or the first of a pair of surrogates with as much of the second as has come."""
_HIGH = range(0xD800, 0xDC00)


@dataclass(slots=True)
class Stretch:
    """A text of its own within a channel: all of it, or one string or number of its JSON.

    `before` went out already, `text` has not; `raws` are the written forms of its characters, one each,
    None when they are written as they read. `is_words` is false for brackets, commas and blanks, which
    nobody judges. A `closed` stretch gets no more characters.
    """

    label: str = ""
    is_words: bool = True
    is_number: bool = False
    before: str = field(default="", repr=False)
    text: str = field(default="", repr=False)
    raws: list[str] | None = field(default=None, repr=False)
    closed: bool = False

    def window(self, reach: int) -> str:
        """The text with `reach` characters of what went out before it."""
        return self.before[-reach:] + self.text if reach else self.text

    def take(self, upto: int, edits: Sequence[tuple[int, int, str]]) -> str:
        """The written form of the first `upto` characters, with `edits` (start, end, new) applied. They
        have then gone out."""
        pieces: list[str] = []
        at = 0
        for start, end, new in sorted(edits):
            pieces += (self._written(at, start), self._new(new))
            at = end
        pieces.append(self._written(at, upto))
        self.before = (self.before + self.text[:upto])[-CONTEXT:]
        self.text = self.text[upto:]
        if self.raws is not None:
            del self.raws[:upto]
        whole = "".join(pieces)
        return f'"{whole}"' if self.is_number and edits else whole

    def _written(self, start: int, end: int) -> str:
        return self.text[start:end] if self.raws is None else "".join(self.raws[start:end])

    def _new(self, text: str) -> str:
        return text if self.raws is None and not self.is_number else escape(text)


class Held:
    """One channel. `add` what comes, look at `stretches`, `take` what is settled from each in order."""

    def __init__(self, *, is_json: bool) -> None:
        self.stretches: list[Stretch] = [] if is_json else [Stretch()]
        self._lexer = _Lexer(self.stretches) if is_json else None

    def add(self, piece: str) -> None:
        """More of the channel. Raises `TooLarge` when too much is held, `Malformed` for an escape that is none."""
        if self._lexer is not None:
            self._lexer.feed(piece)
        elif self.stretches:
            self.stretches[-1].text += piece
        if sum(len(each.text) for each in self.stretches if each.is_words) > MAX_HELD:
            raise TooLarge(f"more than {MAX_HELD} characters of an answer would have to be held back")

    def close(self) -> None:
        """Nothing more comes."""
        for each in self.stretches:
            each.closed = True

    @property
    def empty(self) -> bool:
        """Whether nothing is held."""
        return not any(each.text for each in self.stretches)

    def settled(self) -> Iterator[Stretch]:
        """The stretches that may be taken from, in order: all that are closed, and the one after them.
        A closed stretch is forgotten when it was taken from."""
        while self.stretches:
            first = self.stretches[0]
            yield first
            if not first.closed or first.text:
                return
            self.stretches.pop(0)


class _Lexer:
    """JSON in pieces, cut into stretches. It is as strict as it has to be to know strings from the rest:
    whether the whole is a document is for its reader to say."""

    def __init__(self, stretches: list[Stretch]) -> None:
        self._stretches = stretches
        self._open: Stretch | None = None
        self._escape = ""
        self._label = ""
        self._latest = ""

    def feed(self, piece: str) -> None:
        at = 0
        while at < len(piece):
            if self._open is None:
                at = self._structure(piece, at)
            elif self._open.is_number:
                at = self._number(self._open, piece, at)
            else:
                at = self._string(self._open, piece, at)

    def _structure(self, piece: str, at: int) -> int:
        """Up to where the next string or number begins; a string's quote still belongs to the structure."""
        run = _STRUCTURE.match(piece, at)
        end = run.end() if run else at
        if end == len(piece) or piece[end] == '"':
            self._plain(piece[at : end + 1])
            if end < len(piece):
                self._begin(Stretch(self._label, raws=[]))
            return end + 1
        self._plain(piece[at:end])
        self._begin(Stretch(self._label, is_number=True))
        return end

    def _plain(self, text: str) -> None:
        if ":" in text:
            self._label = self._latest
        if text:
            self._stretches.append(Stretch(is_words=False, text=text, closed=True))

    def _begin(self, stretch: Stretch) -> None:
        self._open = stretch
        self._stretches.append(stretch)

    def _number(self, current: Stretch, piece: str, at: int) -> int:
        run = _NUMBER_RUN.match(piece, at)
        end = run.end() if run else at
        current.text += piece[at:end]
        if end < len(piece):
            current.closed, self._open = True, None
        return end

    def _string(self, current: Stretch, piece: str, at: int) -> int:
        if self._escape or piece[at] == "\\":
            self._escape += piece[at]
            self._finish_escape(current)
            return at + 1
        if piece[at] == '"':
            current.closed, self._open = True, None
            self._latest = current.before + current.text
            self._plain('"')
            return at + 1
        run = _PLAIN_RUN.match(piece, at)
        end = run.end() if run else at + 1
        current.text += piece[at:end]
        if current.raws is not None:
            current.raws += piece[at:end]
        return end

    def _finish_escape(self, current: Stretch) -> None:
        """Take an escape when it is whole; a surrogate pair is one character in two escapes."""
        raw = self._escape
        if len(raw) < 2 or (raw[1] == "u" and len(raw) < 6):
            return
        if not _ESCAPE_BEGUN.fullmatch(raw):
            raise Malformed("an escape in the arguments of a tool is none (RFC 8259)")
        if raw[1] == "u" and int(raw[2:6], 16) in _HIGH and len(raw) < 12:
            return
        current.text += json.loads(f'"{raw}"')
        if current.raws is not None:
            current.raws.append(raw)
        self._escape = ""
