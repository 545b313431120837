"""A JSON document in a string that was judged before: where in it something stands, and the way back to it.

Agents send the answers of their tools again with every turn, thousands of values of which few are anybody's. An outline
holds the few: offsets in the text of the document, and what was found in each. With the text in hand they are segments
again without a parser, and what is left of the text is one segment more. This module must not keep a word of a
document: keys are offsets too. Whoever hands over a text says that it is the one the outline was drawn from.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import batched, pairwise
from typing import Final

from grille.dialects.reading import Lexeme, Piece, Place, Words
from grille.exchange import Hits, Kind, Segment, Touch
from grille.framing.json_parser import unescaped
from grille.framing.json_spans import Array, Document, Node, Number, Object, String, Word, made, token
from grille.record import NO_RECORD

_ITEM: Final = 0
"""In place of the end of a key, which is never there (a quote comes before it): the step is the number of an item."""


@dataclass(frozen=True, slots=True)
class Outline:
    """`ways` are the containers on the way to a leaf, three numbers each: the container around it, and the step to
    it from there, [start, end) of a key or an item. `leaves` are six each: the container, the step, [start, end) of the
    leaf, and whether it is a number. `hits` is what was found in each leaf; offsets count characters of the text."""

    ways: array[int]
    leaves: array[int]
    hits: tuple[Hits, ...]

    def segments(self, text: str, prefix: str, kind: Kind, part: int) -> Iterator[tuple[Segment, Place]]:
        """The leaves as they were read from document number `part`, which stood in a string of that kind; their
        addresses begin with `prefix`. A label is the nearest key, whatever else announces it: nothing is looked for in
        them again."""
        around = [(prefix, "")]
        for above, first, last in batched(self.ways, 3, strict=True):
            around.append(_below(around[above], text, first, last))
        for numbers, hits in zip(batched(self.leaves, 6, strict=True), self.hits, strict=True):
            way, first, last, start, end, is_number = numbers
            address, label = _below(around[way], text, first, last)
            said = text[start:end] if is_number else unescaped(text[start:end], start)
            place: Place = Lexeme(part, Number(start, end, said))
            if not is_number:
                place = made(Words, ((made(Piece, (part, made(String, (start, end, said)))),), False))
            what = Kind.NAME if is_number else kind
            yield made(Segment, (address, what, said, label, Touch.FREE, False, NO_RECORD, hits)), place

    @property
    def starts(self) -> frozenset[int]:
        """Where its leaves begin."""
        return frozenset(self.leaves[3::6])

    def rest(self, text: str) -> str:
        """The text without what its leaves say."""
        if not self.hits:
            return text
        edges = [0]
        for _, _, _, start, end, _ in batched(self.leaves, 6, strict=True):
            edges += (start, end)
        return "".join(text[start:end] for start, end in batched((*edges, len(text)), 2, strict=True))


NOTHING: Final = Outline(array("I"), array("I"), ())
"""The outline of every document in which nothing stands."""


def outline(root: Node, held: Mapping[int, Hits]) -> Outline | None:
    """The outline of a document in which the leaves that begin at the offsets `held` hold something; None if one of
    these is a key."""
    if not held:
        return NOTHING
    drawing = _Drawing(held)
    drawing.through(root)
    drawn = Outline(drawing.ways, drawing.leaves, tuple(drawing.hits))
    return drawn if len(drawn.hits) == len(held) else None


def unread(text: str) -> Document:
    """The document of an outline: it can be written to, and nobody reads it."""
    return Document(text, Word(0, len(text), None))


class _Drawing:
    """A container gets a number when the first leaf is found in it."""

    def __init__(self, held: Mapping[int, Hits]) -> None:
        self.ways, self.leaves = array("I"), array("I")
        self.hits: list[Hits] = []
        self._held = held
        self._open: list[list[int]] = [[0, 0, 0]]  # a step, and the number of the container to which it leads
        self._count = 1

    def through(self, node: Node) -> None:
        if isinstance(node, Object):
            for key, value in node.members:
                self._at(key.start, key.end, value)
        elif isinstance(node, Array):
            for number, item in enumerate(node.items):
                self._at(number, _ITEM, item)

    def _at(self, first: int, last: int, node: Node) -> None:
        if isinstance(node, Object | Array):
            self._open.append([first, last, 0])
            self.through(node)
            self._open.pop()
        elif (hits := self._held.get(node.start)) is not None:
            self.leaves.extend((self._container(), first, last, node.start, node.end, isinstance(node, Number)))
            self.hits.append(hits)

    def _container(self) -> int:
        for above, below in pairwise(self._open):
            if not below[2]:
                below[2] = self._count
                self._count += 1
                self.ways.extend((above[2], below[0], below[1]))
        return self._open[-1][2]


def _below(around: tuple[str, str], text: str, first: int, last: int) -> tuple[str, str]:
    """Address and label after one more step."""
    address, label = around
    if last == _ITEM:
        return f"{address}/{first}", label
    key = unescaped(text[first:last], first)
    return f"{address}/{token(key)}", key
