"""From a message to a `Reading`: every string, number and key becomes a segment, or the dialect's table
says that it is never touched.

What cannot be read is refused with `Malformed`, never passed over. Content types are not trusted: a body
is JSON because it parses; they only say how a stream is cut, and bytes that are cut otherwise are refused.
This module must not decide what becomes of anything.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from grille.dialects import attached, envelope, forms, rpc
from grille.dialects.base import Dialect
from grille.dialects.envelope import Mirror
from grille.dialects.frames import framing_of, gather, plain_segment, sniffed
from grille.dialects.gathering import ChannelPiece, Gathering, Recall, said_again, unknown
from grille.dialects.reading import Elsewhere, Part, Piece, Reading, Words
from grille.dialects.signing import signed_headers
from grille.dialects.streaming import Indices
from grille.errors import Malformed, TooLarge
from grille.exchange import Direction, Kind, Segment
from grille.files import File
from grille.framing import encoding, multipart, utf8
from grille.framing.base import Framing, framer
from grille.framing.json_parser import decode, parse
from grille.framing.json_spans import Array, Document, String, find
from grille.framing.message import Message


def read(
    dialect: Dialect,
    direction: Direction,
    message: Message,
    limit: int,
    credentials: frozenset[str] | None = None,
    recall: Recall = unknown,
) -> Reading:
    """Read `message`, whose body may be `limit` bytes large when decoded. `credentials` are those of its route;
    documents in strings that are known (`recall`) are not taken apart.

    Raises `Undecodable`, `TooLarge`, `Malformed` or `Unscannable`. What may have words that are not text yet (a
    document, a picture, a binary body) is among the reading's `files`.
    """
    received = message
    body = encoding.decode(message.body, message.values("content-encoding"), limit)
    if body != message.body:
        # A coded body has room for words beside its content (gzip comments, zstd frames to skip), so
        # what goes on is what was decoded.
        message = message.with_body(body)
    gathering = Gathering(dialect, recall)
    if direction is Direction.REQUEST:
        is_signed = signed_headers(received) is not None
        return replace(_request(gathering, message, credentials), signed=received if is_signed else None)
    framing = _framing(dialect, message)
    return _answer(gathering, message, limit) if framing is None else _stream(gathering, message, framing, limit)


def _request(gathering: Gathering, message: Message, credentials: frozenset[str] | None) -> Reading:
    outside = envelope.segments(message, credentials)
    headers, mirrors = envelope.headers(message, gathering.dialect.mirrors, credentials)
    for segment in (*outside, *headers):
        gathering.add(segment, Elsewhere())
    body = _body(gathering, message)
    for number, mirror in enumerate(mirrors):
        name = message.headers[mirror.header][0]
        # An argument as it stands in the body, so that a name is recognised in both or in neither.
        gathering.add(Segment(f"header:{name}", Kind.ARGUMENTS, mirror.text, name), Elsewhere(mirror=number))
    reading = gathering.reading(message, body.text)
    tools = (*body.tools, *_routed(gathering.dialect, message, mirrors, body))
    said = replace(reading, tools=tools, reply_to=body.reply_to, form=body.form)
    return replace(said, mirrors=tuple(mirrors), is_request=True)


def _routed(dialect: Dialect, message: Message, mirrors: Sequence[Mirror], body: _Body) -> Iterator[str]:
    """The tool that headers name: whoever goes by them calls that one. Raises `Malformed` for another method than that
    of the body, as a server must."""
    if dialect.routing is None:
        return
    method, name = dialect.routing
    if any(each != body.method for each in message.values(method)):
        raise Malformed("a header says another method than the body; send the one that the body says")
    if body.tools:
        yield from (each.text for each in mirrors if message.headers[each.header][0].lower() == name)


_NO_TEXT = b"\xff"


class _Body(NamedTuple):
    """What the body of a request says beside its words."""

    text: str = ""
    tools: tuple[str, ...] = ()
    reply_to: str | None = "null"
    form: forms.Fields = ()
    method: str | None = None


def _body(gathering: Gathering, message: Message) -> _Body:
    if rpc.is_opaque(message):
        # Protocol buffers may look like text, and are none: whatever they are, no words are read in them.
        gathering.files.append(File("body", _NO_TEXT))
        return _Body()
    if multipart.is_multipart(message.values("content-type")):
        return _Body(form=forms.read_multipart(gathering, message))
    try:
        text = decode(message.body)
    except Malformed:
        if _is_json_in_another_coding(message.body):
            raise
        gathering.file(File("body", message.body))
        return _Body()
    if not text.strip():
        return _Body(text)
    if any(map(utf8.is_said_otherwise, message.values("content-type"))):
        raise Malformed("the body is in another charset than UTF-8; send it in UTF-8")
    try:
        document = parse(text)
    except TooLarge:
        raise
    except Malformed:
        if attached.is_document(message.body):
            gathering.file(File("body", message.body))
            return _Body()
        if not forms.is_form(message):
            raise
        return _Body(text, form=forms.read_pairs(gathering, text))
    if document.duplicates:
        raise Malformed("a key stands twice in one object", f"character {document.duplicates[0]}")
    dialect = gathering.dialect
    gathering.document(Part(document), dialect.request)
    asked = find(document.root, dialect.asks_at) if dialect.asks_at else None
    method = asked.text if isinstance(asked, String) else None
    return _Body(text, dialect.tools(document.root), _reply_to(dialect, document), method=method)


def _is_json_in_another_coding(body: bytes) -> bool:
    """Many servers read JSON in UTF-16 and in what is not quite UTF-8; flags in it would not be seen as a file."""
    if body.lstrip(b" \t\r\n")[:1] in (b"{", b"[", b'"'):
        return True
    try:
        parse(body.decode(json.detect_encoding(body)))
    except (UnicodeDecodeError, Malformed):
        return False
    return True


def _reply_to(dialect: Dialect, document: Document) -> str | None:
    if not dialect.reply_at:
        return "null"
    root = document.root
    if isinstance(root, Array) and dialect.batches and root.items:
        root = root.items[0]
    node = find(root, dialect.reply_at)
    if node is None:
        return None
    if find(root, dialect.asks_at) is None:
        return "null"
    quote = 1 if isinstance(node, String) else 0
    return document.source[node.start - quote : node.end + quote]


def _framing(dialect: Dialect, message: Message) -> Framing | None:
    """How the answer is cut, None when it is one document. What it calls itself is believed where that is how
    the dialect streams; otherwise its bytes come first, for clients read those."""
    said = (framing_of(dialect, each, "") for each in message.values("content-type"))
    framing = next(filter(None, said), None)
    if framing is dialect.framing:
        return framing
    return sniffed(dialect, message.body) or framing


def _answer(gathering: Gathering, message: Message, limit: int) -> Reading:
    try:
        text = decode(message.body)
    except Malformed:
        gathering.file(File("body", message.body))
        return gathering.reading(message)
    try:
        document = parse(text)
    except Malformed:
        if attached.is_document(message.body):
            gathering.file(File("body", message.body))
            return gathering.reading(message)
        if attached.documents(text):
            # The results of a batch, whatever they call themselves: as words they would be rewritten without escapes.
            return _stream(gathering, message, Framing.NDJSON, limit)
        gathering.add(Segment("body", Kind.TEXT, text), Elsewhere(whole_body=True))
    else:
        gathering.document(Part(document), gathering.dialect.answer)
    return gathering.reading(message, text)


def _stream(gathering: Gathering, message: Message, framing: Framing, limit: int) -> Reading:
    stream = framer(framing, limit)
    frames = (*stream.feed(message.body), *stream.close())
    # What is no JSON is judged as it stands, and together: a value may be cut into events.
    plain = [gather(gathering, frame, number, f"event:{number}") for number, frame in enumerate(frames)]
    gathering.add(plain_segment("".join(filter(None, plain))), Elsewhere())
    channels: dict[tuple[str, Indices], list[Piece]] = {}
    texts: list[tuple[ChannelPiece, list[Piece]]] = []
    for each in gathering.pieces:
        key = each.field.channel, each.indices
        pieces = channels.get(key)
        if pieces is None or said_again(each.field, pieces[-1].node.text, each.piece.node.text):
            pieces = channels[key] = []
            texts.append((each, pieces))
        pieces.append(each.piece)
    for first, pieces in texts:
        gathering.text(Words(tuple(pieces)), first.field, first.address, first.field.channel)
    return replace(gathering.reading(message), events=frames)
