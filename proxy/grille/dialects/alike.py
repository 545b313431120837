"""Frames that are like one before them. Most events of a stream say nothing new but the words of their pieces, and
strings that nobody looks at: padding, signatures.

From a frame that was read whole, a `_Model` knows where these strings stand. Of the next frame it asks whether all
else is the same, character by character, and whether a JSON string stands in each of these places. Then a parser that
read the first would read this one as well and come to the same places by the same names, so there is nothing to parse
and nothing to look up. Only what the frame says beside its pieces is read when somebody asks for it after all.

A piece is empty here if it was there: what an event ends hangs on whether it has words, and on nothing else of them.
This module must not guess, and keeps a frame no longer than its stream.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property, partial
from typing import Final, NamedTuple

from grille.dialects.base import Dialect
from grille.dialects.fields import Care, Table
from grille.dialects.frames import FrameReading, ended_by, read_frame
from grille.dialects.reading import Words
from grille.dialects.streaming import Ended
from grille.dialects.walk import Leaf, Walk
from grille.framing.base import Frame
from grille.framing.json_spans import Node, String

type Said = FrameReading | Alike
"""What a frame says."""

type _Part = tuple[str, int | None, bool]

_STRING: Final = re.compile(r'[^"\\\x00-\x1f]*+(?:\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4})[^"\\\x00-\x1f]*+)*+')
"""What may stand between the quotes of a JSON string (`framing/json_parser.py`)."""
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_CONDITION: Final = re.compile(r"\{([^=}]+)=")
_KIND: Final = frozenset({"type"})
_MOST_MODELS: Final = 4
"""Channels take turns: choices, calls, a thought and its answer."""
_PATIENCE: Final = 8
"""Models in a row that no frame was like: such a stream has a counter in its events, and learning costs."""


class _Hole(NamedTuple):
    """A string that may be another: where it stands, and the number of its piece, None if nobody looks at it."""

    start: int
    end: int
    piece: int | None


@dataclass(frozen=True, slots=True)
class _Model:
    """A frame, and what makes another one like it: the same `fields`, and in turn each of `parts` and a string; then
    `rest`. A part comes with the number of the piece that the string is, and whether that is empty."""

    said: FrameReading
    ended: tuple[Ended, ...]
    whole: frozenset[tuple[str, str]] = field(repr=False)
    fields: tuple[tuple[str, str], ...] = field(repr=False)
    parts: tuple[_Part, ...] = field(repr=False)
    rest: str = field(repr=False)

    def texts(self, frame: Frame) -> tuple[str, ...] | None:
        """The texts of the pieces of a frame that is like this one; None if it is not."""
        data = frame.data
        if data is None or frame.fields != self.fields:
            return None
        texts, at = [""] * len(self.said.pieces), 0
        for part, piece, empty in self.parts:
            if not data.startswith(part, at):
                return None
            at += len(part)
            found = _STRING.match(data, at)
            text = found[0] if found else ""
            at += len(text)
            if "\\" in text:
                text = json.loads(f'"{text}"')
                if _SURROGATE.search(text):
                    return None
            if piece is not None:
                if (text == "") is not empty:
                    return None
                texts[piece] = text
        return tuple(texts) if len(data) == at + len(self.rest) and data.endswith(self.rest) else None


class Alike:
    """What a frame says that is like one before it. `texts` are those of its pieces, `ended` what it ends; `whole`
    are the label and text of every segment that is no piece. The rest is read when it is asked for."""

    def __init__(self, model: _Model, texts: tuple[str, ...], read: Callable[[], FrameReading]) -> None:
        self.pieces, self.groups = model.said.pieces, model.said.groups
        self.ended, self.whole, self.texts = model.ended, model.whole, texts
        self._read = read

    @cached_property
    def said(self) -> FrameReading:
        """All that it says."""
        return self._read()


class Frames:
    """The frames of one stream, read one after the other."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._models: list[_Model] = []
        self._patience = _PATIENCE

    def read(self, frame: Frame, number: int) -> Said:
        """As `read_frame` reads it. Raises `Malformed` or `Unscannable`."""
        for place, model in enumerate(self._models):
            texts = model.texts(frame)
            if texts is not None:
                if place:
                    self._models.insert(0, self._models.pop(place))
                self._patience = _PATIENCE
                return Alike(model, texts, partial(read_frame, self._dialect, frame, number))
        said = read_frame(self._dialect, frame, number)
        if self._patience and (learned := _model(self._dialect, frame, said)):
            self._patience -= 1
            self._models = [learned, *self._models[: _MOST_MODELS - 1]]
        return said


def _model(dialect: Dialect, frame: Frame, said: FrameReading) -> _Model | None:
    """What makes a frame like this one; None where no other is."""
    reading, root, data = said.reading, said.root, frame.data
    if not said.pieces or root is None or data is None or reading.files:
        return None
    own = {piece.segment: reading.places[piece.segment] for piece in said.pieces}
    starts: dict[int, int] = {}
    for number, place in enumerate(own.values()):
        if not isinstance(place, Words) or place.pieces[0].document != 0:
            return None
        starts[place.pieces[0].node.start] = number
    holes = _holes(dialect, root, starts)
    if sum(hole.piece is not None for hole in holes) != len(said.pieces):
        return None
    parts, at = list[_Part](), 0
    for start, end, piece in holes:
        parts.append((data[at:start], piece, start == end))
        at = end
    whole = ((each.label, each.text) for number, each in enumerate(reading.segments) if number not in own)
    ended = ended_by(dialect, frame, said)
    return _Model(said, ended, frozenset(whole), frame.fields, tuple(parts), data[at:])


def _holes(dialect: Dialect, root: Node, pieces: Mapping[int, int]) -> list[_Hole]:
    """The strings that may be others: none that says what an object is or which of several."""
    table, found = dialect.event, list[_Hole]()
    deciding = dialect.indices | _deciding(table)

    def visit(leaf: Leaf) -> None:
        node = leaf.node
        if not isinstance(node, String) or leaf.is_key or leaf.label in deciding:
            return
        piece, field = pieces.get(node.start), table.field(leaf.state)
        if piece is not None or (field is not None and field.care is Care.NEVER):
            found.append(_Hole(node.start, node.end, piece))

    Walk(table, visit, dialect.indices, batches=dialect.batches).through(root)
    return found


@cache
def _deciding(table: Table) -> frozenset[str]:
    """The names of members by which a table tells objects apart."""
    return _KIND.union(*(_CONDITION.findall(field.where) for field in table.fields))
