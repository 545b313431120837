"""Segments and their places, gathered document by document.

Whoever reads a message or a frame of a stream hands over its documents; what comes together becomes a
`Reading`. This module must not know where a document came from, and must not decide what becomes of
anything.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

from grille.dialects import attached
from grille.dialects.base import Dialect
from grille.dialects.fields import OTHER, Care, Field, State, Table
from grille.dialects.outline import Outline, unread
from grille.dialects.reading import Elsewhere, Inner, Lexeme, Part, Piece, Place, Reading, Words
from grille.dialects.streaming import Indices
from grille.dialects.walk import Leaf, Walk
from grille.errors import Malformed, Unscannable
from grille.exchange import Kind, Segment, Touch
from grille.files import File
from grille.framing import utf8
from grille.framing.json_parser import parse
from grille.framing.json_spans import Array, Document, Number, Object, Splice, String, made, pointer
from grille.framing.message import Message
from grille.reach import Reach
from grille.record import NO_RECORD

MAX_NESTED_DOCUMENTS = 3
"""JSON in a string in JSON in a string: so deep it is opened, deeper it is judged as plain words."""

DATA = Table([Field("**", Care.DATA)])
_LONGEST_HALF = 9
_UNNAMED = Field("", Care.WORDS)
_CONTAINER = re.compile(r"[ \t\r\n]*[\[{]")
_MEDIA_TYPE = re.compile(r"(?:mime|media|content)[_-]?type", re.IGNORECASE)
_MAY_OPEN = frozenset("[{ \t\r\nDdUJ0")
"""With what such a text begins, and one that is a packed document."""
_OPENED = (Care.WORDS, Care.DATA, Care.TOKENS)
"""A string there that is itself a JSON document is read as one."""
_FIXED = frozenset({Care.FIXED, Care.POINTER, Care.HOSTED, Care.CREDENTIAL})
_TOUCH = {**dict.fromkeys(_FIXED, Touch.FIXED), Care.SEALED: Touch.SEALED}
_KINDS = {**dict.fromkeys(_FIXED, Kind.NAME), Care.CREDENTIAL: Kind.CREDENTIAL}
_FILE = Table(
    [Field("**", Care.FIXED)]
    + [
        Field(f"body.**.{name}", Care.FILE)
        for name in ("file_data", "image_url", "image_url.url", "input_audio", "input_audio.data", "document_url")
    ]
    + [Field(f"request.**.{name}.data", Care.FILE) for name in ("inlineData", "inline_data")]
    + [Field("**.source{type=base64}.data", Care.FILE)]
)
"""A file that is JSON, or JSON lines. Each line of a batch holds a request (OpenAI and Mistral call it `body`, Google
`request`), with files of its own; so does the body of a call whose tokens Bedrock counts, as Claude is called."""


type Recall = Callable[[str, Kind], Outline | None]
"""Where something stands in a JSON document in a string, of that kind; None if that is not known."""


def unknown(text: str, kind: Kind) -> None:
    """Nothing is known of any."""


class ChannelPiece(NamedTuple):
    """A string that is a part of a channel's text."""

    field: Field
    indices: Indices
    piece: Piece

    @property
    def address(self) -> str:
        """That of the whole channel."""
        return f"stream:{self.field.channel}{pointer(self.indices)}"


class _Way(NamedTuple):
    """What becomes of the leaves of one state. `of_names` is what may be done to its numbers and keys; `is_plain`: its
    strings are words, whatever they say, if no document or file begins in them."""

    field: Field
    of_names: Touch
    is_plain: bool


def _way(field: Field | None, kind: Kind | None) -> _Way:
    field = field or _UNNAMED
    if kind is not None:
        field = replace(field, kind=kind)
    of_names = Touch.FREE if field.care is Care.DATA else Touch.FIXED
    return _Way(field, of_names, field.care in _OPENED and not field.channel)


class Gathering:
    """What was read so far. `pieces` are those of channels, in their order: they are no segments yet. A document in
    a string that `recall` knows is not taken apart."""

    def __init__(self, dialect: Dialect, recall: Recall = unknown) -> None:
        self.dialect = dialect
        self.recall = recall
        self.segments: list[Segment] = []
        self.places: list[Place] = []
        self.parts: list[Part] = []
        self.echoes: list[tuple[int, Splice]] = []
        self.reached: list[Reach] = []
        self.pieces: list[ChannelPiece] = []
        self.groups: dict[Indices, None] = {}
        self.files: list[File] = []
        self.read_files: set[str] = set()
        self.taken_apart: list[Inner] = []

    def reading(self, message: Message, text: str = "") -> Reading:
        return Reading(
            message,
            text,
            tuple(self.segments),
            tuple(self.places),
            tuple(self.parts),
            echoes=tuple(self.echoes),
            reached=tuple(self.reached),
            files=tuple(self.files),
            taken_apart=tuple(self.taken_apart),
        )

    def add(self, segment: Segment, place: Place) -> None:
        self.segments.append(segment)
        self.places.append(place)

    def document(self, part: Part, table: Table, prefix: str = "", kind: Kind | None = None, depth: int = 0) -> None:
        """Read a document; its addresses begin with `prefix`, and `kind` is that of the string it stands in."""
        self.parts.append(part)
        number = len(self.parts) - 1
        ways: dict[State, _Way] = {}

        def visit(leaf: Leaf) -> None:
            way = ways.get(leaf.state)
            if way is None:
                way = ways[leaf.state] = _way(table.field(leaf.state), kind)
            self._leaf(number, leaf, way, depth)

        names = self.dialect.indices if part.event is not None else frozenset[str]()
        walk = Walk(table, visit, names, batches=self.dialect.batches and part.inside is None)
        first = len(self.segments)
        walk.through(part.document.root, prefix)
        self.groups |= walk.groups
        if depth == 0 and self.read_files:
            _check_charsets(self.segments[first:], self.read_files)
            self.read_files.clear()

    def _leaf(self, number: int, leaf: Leaf, way: _Way, depth: int) -> None:
        _, address, label, indices, node, is_key = leaf
        field = way.field
        if type(node) is not String:
            self._no_string(number, leaf, way)
        elif field.care is Care.NEVER:
            return
        elif is_key:
            said = f"{address}~", Kind.NAME, node.text, label, way.of_names, False, NO_RECORD, None
            self.segments.append(made(Segment, said))
            self.places.append(made(Words, ((made(Piece, (number, node)),), True)))
        elif way.is_plain and node.text[:1] not in _MAY_OPEN:
            said = address, field.kind, node.text, label, Touch.FREE, False, NO_RECORD, None
            self.segments.append(made(Segment, said))
            self.places.append(made(Words, ((made(Piece, (number, node)),), False)))
        else:
            if field.care is Care.HOSTED:
                self.reached.append(Reach(address, node.text, is_tool=True))
            if field.channel:
                own = (_inside_event(address),) if field.channel == OTHER else ()
                self.pieces.append(ChannelPiece(field, (*indices, *own), Piece(number, node)))
                return
            self.text(Words((Piece(number, node),)), field, address, label, depth)

    def _no_string(self, number: int, leaf: Leaf, way: _Way) -> None:
        address, label, node, care = leaf.address, leaf.label, leaf.node, way.field.care
        if care is Care.HOSTED:
            self.reached.append(Reach(address, label, is_tool=True))
        if isinstance(node, Number):
            if care is Care.TOKENS:
                raise Unscannable("token ids stand in place of words; send the text itself", address)
            if care is not Care.NEVER:
                self.add(Segment(address, Kind.NAME, node.text, label, way.of_names), Lexeme(number, node))
        elif care is Care.ECHO and isinstance(node, Object | Array) and _holds_something(node):
            self.echoes.append((number, _emptied(node)))

    def text(self, words: Words, field: Field, address: str, label: str, depth: int = 0) -> None:
        """Add a whole text: what is inside it if it is a file or a document, else its words."""
        text = words.text
        if field.care in _OPENED and (packed := attached.packed(text)) is not None:
            self.file(File(address, packed, label), depth)
            return
        if field.care is Care.FILE or (field.care is Care.POINTER and _is_data_url(text)):
            self.encoded(text, words, address, label, depth)
            return
        if field.care is Care.POINTER:
            self.reached.append(Reach(address, text))
        may_open = field.care in _OPENED and depth < MAX_NESTED_DOCUMENTS and _CONTAINER.match(text) is not None
        if may_open and depth == 0 and (known := self.recall(text, field.kind)) is not None:
            self._known(known, words, Segment(address, field.kind, known.rest(text), label, closed=True))
            return
        document = nested(text) if may_open else None
        if document is None:
            self.words(words, field, address, label)
            return
        part, first, files = len(self.parts), len(self.segments), len(self.files)
        self.document(Part(document, inside=words), DATA, f"{address}#", field.kind, depth + 1)
        if depth == 0 and len(self.files) == files:  # a file is opened each time, and its words are not among these
            self.taken_apart.append(Inner(text, field.kind, part, range(first, len(self.segments))))

    def _known(self, known: Outline, words: Words, rest: Segment) -> None:
        """Add a document as its outline says: the rest comes last, so that no word in it seems to stand before a
        leaf."""
        if known.hits:
            self.parts.append(Part(unread(words.text), inside=words))
            for segment, place in known.segments(words.text, f"{rest.address}#", rest.kind, len(self.parts) - 1):
                self.add(segment, place)
        self.add(rest, words)

    def encoded(self, text: str, place: Place, address: str, label: str, depth: int = 0) -> None:
        """Add what is in base64 or a data URL; an address (base64 has no colon) is one that the provider will reach.

        Raises `Malformed` for what is neither.
        """
        if ":" in text and not _is_data_url(text):
            self.reached.append(Reach(address, text))
            self.add(Segment(address, Kind.NAME, text, label, Touch.FIXED), place)
            return
        kind, data = attached.decoded(text, address)
        if kind:
            self.add(Segment(f"{address}#/type", Kind.NAME, kind, label, Touch.FIXED), Elsewhere())
        self.file(File(address, data, label), depth)

    def file(self, file: File, depth: int = 0) -> None:
        """Add what is in a file: its words if it is plain text, else it is to be opened by others. Nothing in a
        file is rewritten: a caller who reads it back would find another than was sent."""
        text = attached.plain(file.data)
        if text is None:
            self.files.append(file)
            return
        self.read_files.add(_parent(file.address))
        documents = attached.documents(text) if depth < MAX_NESTED_DOCUMENTS else ()
        for where, document in documents:
            self.document(Part(document, at=Elsewhere()), _FILE, f"{file.address}#{where}", depth=depth + 1)
        if not documents:
            self.add(Segment(file.address, Kind.TEXT, text, file.label, Touch.FIXED), Elsewhere())

    def words(self, words: Words, field: Field, address: str, label: str) -> None:
        """Add a text as it stands."""
        kind = _KINDS.get(field.care, field.kind)
        self.add(Segment(address, kind, words.text, label, _TOUCH.get(field.care, Touch.FREE)), words)


def _check_charsets(segments: Sequence[Segment], beside: set[str]) -> None:
    """Raises `Malformed` where the media type beside a file that was read as UTF-8 names a charset of other words."""
    for segment in segments:
        is_type = _MEDIA_TYPE.fullmatch(segment.label) and _parent(segment.address) in beside
        if is_type and utf8.is_said_otherwise(segment.text):
            raise Malformed("a file in the body is in another charset than UTF-8; send it in UTF-8", segment.address)


def _parent(address: str) -> str:
    return address.rpartition("/")[0]


def _holds_something(node: Object | Array) -> bool:
    return bool(node.members if isinstance(node, Object) else node.items)


def _emptied(node: Object | Array) -> Splice:
    """Vendors allow null for an object of echoes, and for a list of them only an empty list."""
    return Splice(node.start, node.end, "null" if isinstance(node, Object) else "[]")


def nested(text: str) -> Document | None:
    """The JSON object or array that `text` is, or None: then it is plain words."""
    if not _CONTAINER.match(text):
        return None
    try:
        return parse(text)
    except Malformed:
        return None


def said_again(field: Field, before: str, text: str) -> bool:
    """Whether `text`, in a place that nobody knows, is no piece that follows `before`, but a name or an id that stands
    in every event. Two pieces of a value that are alike are short, and of digits."""
    return field.channel == OTHER and text == before and (len(text) > _LONGEST_HALF or any(map(str.isalpha, text)))


def _inside_event(address: str) -> str:
    """Without the number of the event, which is the first step."""
    return address.partition("/")[2]


def _is_data_url(text: str) -> bool:
    return text[:5].lower() == "data:"
