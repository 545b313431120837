"""From a message to a `Reading`: every string, number and key becomes a segment, or the dialect's table
says that it is never touched.

What cannot be read is refused with `Malformed`, never passed over. Content types are not trusted: a body
is JSON because it parses. This module must not decide what becomes of anything.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import replace

from grille.dialects import envelope
from grille.dialects.base import Dialect
from grille.dialects.fields import Care, Field, State, Table
from grille.dialects.reading import Elsewhere, Lexeme, Part, Piece, Place, Reading, Words
from grille.errors import Malformed, Unscannable
from grille.exchange import Direction, Kind, Segment, Touch
from grille.framing import encoding
from grille.framing.json_parser import decode, parse
from grille.framing.json_spans import Array, Document, Node, Number, Object, Splice, String, find, pointer
from grille.framing.message import Message
from grille.framing.sse import Decoder, Event

MAX_NESTED_DOCUMENTS = 3
"""JSON in a string in JSON in a string: so deep it is opened, deeper it is judged as plain words."""

_DATA = Table([Field("**", Care.DATA)])
_UNNAMED = Field("", Care.WORDS)
_CONTAINER = re.compile(r"[ \t\r\n]*[\[{]")
_DATA_URL = re.compile(r"data:[^,]{0,200},")
_STREAM_TYPE = "text/event-stream"
_LINES = frozenset({"", "id", "event", "retry"})
"""The lines of an event that its standard knows; the name of any other is a word of its sender."""
_OPENED = (Care.WORDS, Care.DATA, Care.TOKENS)
"""A string there that is itself a JSON document is read as one."""
_TOUCH = {Care.FIXED: Touch.FIXED, Care.SEALED: Touch.SEALED}


def read(dialect: Dialect, direction: Direction, message: Message, limit: int) -> Reading:
    """Read `message`, whose body may be `limit` bytes large when decoded.

    Raises `Undecodable`, `TooLarge`, `Malformed` or `Unscannable`.
    """
    body = encoding.decode(message.body, message.values("content-encoding"), limit)
    if body != message.body:
        # A coded body has room for words beside its content (gzip comments, zstd frames to skip), so
        # what goes on is what was decoded.
        message = message.with_body(body)
    reader = _Reader(dialect, message)
    if direction is Direction.REQUEST:
        return reader.request(body)
    return reader.answer(body)


type Steps = tuple[str | int, ...]
type _Leaf = tuple[State, Steps, tuple[str, ...], Number | String | Object | Array, bool]
"""State, steps, the values of the dialect's indices on the way, the node, and whether it is a key."""


class _Reader:
    def __init__(self, dialect: Dialect, message: Message) -> None:
        self.dialect = dialect
        self.message = message
        self.segments: list[Segment] = []
        self.places: list[Place] = []
        self.parts: list[Part] = []
        self.echoes: list[tuple[int, Splice]] = []
        self.channels: dict[tuple[str, tuple[str, ...]], tuple[Field, list[Piece]]] = {}

    def request(self, body: bytes) -> Reading:
        outside = envelope.segments(self.message)
        headers, mirrors = envelope.headers(self.message, self.dialect.mirrors)
        for segment in (*outside, *headers):
            self._add(segment, Elsewhere())
        text = decode(body)
        tools: tuple[str, ...] = ()
        reply_to: str | None = "null"
        if text.strip():
            document = parse(text)
            if document.duplicates:
                raise Malformed("a key stands twice in one object", f"character {document.duplicates[0]}")
            self._document(Part(document), self.dialect.request)
            tools, reply_to = self.dialect.tools(document.root), self._reply_to(document)
        self._mirrors(mirrors)
        return replace(self._reading(text), mirrors=tuple(mirrors), tools=tools, reply_to=reply_to)

    def answer(self, body: bytes) -> Reading:
        if any(value.lower().startswith(_STREAM_TYPE) for value in self.message.values("content-type")):
            return self._stream(body)
        try:
            text = decode(body)
        except Malformed:
            raise Unscannable("the answer is neither JSON nor text") from None
        try:
            document = parse(text)
        except Malformed:
            self._add(Segment("body", Kind.TEXT, text), Elsewhere(whole_body=True))
            return self._reading(text)
        self._document(Part(document), self.dialect.answer)
        return self._reading(text)

    def _stream(self, body: bytes) -> Reading:
        decoder = Decoder()
        events = (*decoder.feed(body), *decoder.close())
        # What is no JSON (`[DONE]`) is judged as it stands, and together: a value may be cut into events.
        plain = "".join(filter(None, (self._event(number, event) for number, event in enumerate(events))))
        self._add(Segment("stream:data", Kind.NAME, plain, "data", Touch.FIXED), Elsewhere())
        for (channel, indices), (field, pieces) in self.channels.items():
            address = f"stream:{channel}{pointer(indices)}"
            self._text(Words(tuple(pieces)), field, address, channel, 0)
        return replace(self._reading(decode(body)), events=events)

    def _event(self, number: int, event: Event) -> str | None:
        """Read one event; returns its data if that is no JSON."""
        for at, (name, value) in enumerate(event.fields):
            # The sender chose the names too, so they are words and no part of an address.
            place = f"event:{number}/field:{at}"
            self._add(Segment(place, Kind.NAME, value, name, Touch.FIXED), Elsewhere())
            if name not in _LINES:
                self._add(Segment(f"{place}~", Kind.NAME, name, touch=Touch.FIXED), Elsewhere())
        if event.data is None:
            return None
        try:
            document = parse(event.data)
        except Malformed:
            return event.data
        self._document(Part(document, event=number), self.dialect.event, f"event:{number}")
        return None

    def _reading(self, text: str) -> Reading:
        return Reading(
            self.message,
            text,
            tuple(self.segments),
            tuple(self.places),
            tuple(self.parts),
            echoes=tuple(self.echoes),
        )

    def _add(self, segment: Segment, place: Place) -> None:
        self.segments.append(segment)
        self.places.append(place)

    # -- the walk through one document ------------------------------------------------------------

    def _document(self, part: Part, table: Table, prefix: str = "", kind: Kind | None = None, depth: int = 0) -> None:
        self.parts.append(part)
        indices = self.dialect.indices if part.event is not None else frozenset[str]()
        walk = _Walk(table, indices, batches=self.dialect.batches and part.inside is None)
        number = len(self.parts) - 1
        for state, steps, channel_of, node, is_key in walk.leaves(part.document.root):
            field = table.field(state) or _UNNAMED
            if field.care is Care.NEVER:
                continue
            if isinstance(node, Object | Array):
                self.echoes.append((number, _emptied(node)))
                continue
            address = prefix + pointer(steps) + ("~" if is_key else "")
            label = next((step for step in reversed(steps) if isinstance(step, str)), "")
            field = replace(field, kind=kind) if kind else field
            if isinstance(node, Number):
                if field.care is Care.TOKENS:
                    raise Unscannable("token ids stand in place of words; send the text itself", address)
                touch = Touch.FREE if field.care is Care.DATA else Touch.FIXED
                self._add(Segment(address, Kind.NAME, node.text, label, touch), Lexeme(number, node))
            elif is_key:
                touch = Touch.FREE if field.care is Care.DATA else Touch.FIXED
                place = Words((Piece(number, node),), is_key=True)
                self._add(Segment(address, Kind.NAME, node.text, label, touch), place)
            elif field.channel:
                channel = self.channels.setdefault((field.channel, channel_of), (field, []))
                channel[1].append(Piece(number, node))
            else:
                self._text(Words((Piece(number, node),)), field, address, label, depth)

    def _text(self, words: Words, field: Field, address: str, label: str, depth: int) -> None:
        text = "".join(piece.node.text for piece in words.pieces)
        if field.care is Care.FILE:
            self._add(*_file(text, address, label, words))
            return
        document = _nested(text) if field.care in _OPENED and depth < MAX_NESTED_DOCUMENTS else None
        if document is None:
            touch = _TOUCH.get(field.care, Touch.FREE)
            kind = Kind.NAME if field.care is Care.FIXED else field.kind
            self._add(Segment(address, kind, text, label, touch), words)
        else:
            self._document(Part(document, inside=words), _DATA, f"{address}#", field.kind, depth + 1)

    # -- what else a request says -----------------------------------------------------------------

    def _mirrors(self, mirrors: list[envelope.Mirror]) -> None:
        for number, mirror in enumerate(mirrors):
            name = self.message.headers[mirror.header][0]
            self._add(Segment(f"header:{name}", Kind.NAME, mirror.text, name), Elsewhere(mirror=number))

    def _reply_to(self, document: Document) -> str | None:
        if not self.dialect.reply_at:
            return "null"
        root = document.root
        if isinstance(root, Array) and self.dialect.batches and root.items:
            root = root.items[0]
        node = find(root, self.dialect.reply_at)
        if node is None:
            return None
        quote = 1 if isinstance(node, String) else 0
        return document.source[node.start - quote : node.end + quote]


class _Walk:
    """Every string, number and key of a document, in its order, and every container that is an echo."""

    def __init__(self, table: Table, indices: frozenset[str], *, batches: bool) -> None:
        self.table = table
        self.indices = indices
        self.batches = batches

    def leaves(self, root: Node) -> Iterator[_Leaf]:
        if not (self.batches and isinstance(root, Array)):
            yield from self._below(self.table.start, (), (), root)
            return
        for at, message in enumerate(root.items):
            yield from self._below(self.table.start, (at,), (), message)

    def _below(self, state: State, steps: Steps, indices: tuple[str, ...], node: Node) -> Iterator[_Leaf]:
        match node:
            case Object() | Array() if self._is_echo(state):
                yield state, steps, indices, node, False
            case Object():
                state = self.table.enter(state, node)
                if self.indices:
                    indices = (*indices, *_index_values(node, self.indices))
                for key, value in node.members:
                    below = self.table.step(state, key.text)
                    path = (*steps, key.text)
                    if key.text not in self.table.names:
                        yield below, path, indices, key, True
                    yield from self._below(below, path, indices, value)
            case Array(items=items):
                below = self.table.step(state, None)
                for at, item in enumerate(items):
                    yield from self._below(below, (*steps, at), indices, item)
            case String() | Number():
                yield state, steps, indices, node, False
            case _:
                return

    def _is_echo(self, state: State) -> bool:
        field = self.table.field(state)
        return field is not None and field.care is Care.ECHO


def _emptied(node: Object | Array) -> Splice:
    """Vendors allow null for an object of echoes, and for a list of them only an empty list."""
    return Splice(node.start, node.end, "null" if isinstance(node, Object) else "[]")


def _index_values(node: Object, names: frozenset[str]) -> Iterator[str]:
    for key, value in node.members:
        if key.text in names and isinstance(value, String | Number):
            yield f"{key.text}={value.text}"


def _nested(text: str) -> Document | None:
    """The JSON object or array that `text` is, or None: then it is plain words."""
    if not _CONTAINER.match(text):
        return None
    try:
        return parse(text)
    except Malformed:
        return None


def _file(text: str, address: str, label: str, words: Words) -> tuple[Segment, Place]:
    """The words inside base64 or a data URL; an address on the web is judged as it stands.

    Raises `Unscannable` for what is not text: images, sound, office documents.
    """
    if "://" in text[:16]:
        return Segment(address, Kind.NAME, text, label, Touch.FIXED), words
    payload = _DATA_URL.sub("", text, count=1)
    try:
        inside = base64.b64decode(payload, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        raise Unscannable("a file in the body is not text, so its words cannot be read", address) from None
    return Segment(address, Kind.OPAQUE, inside, label, Touch.FIXED), words
