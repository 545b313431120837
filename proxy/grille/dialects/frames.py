"""The frames of a streamed answer: how it is cut, and what one frame says.

A channel's text comes in pieces. Here a piece stays alone: whoever reads a stream as it comes judges the
pieces together and writes each back into its own frame. This module must not hold anything from frame to
frame, and must not decide what becomes of anything.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from grille.dialects.base import Dialect
from grille.dialects.fields import Care, Field
from grille.dialects.gathering import Gathering
from grille.dialects.reading import Elsewhere, Part, Reading, Words
from grille.dialects.streaming import Ended, Indices
from grille.errors import Malformed, Unscannable
from grille.exchange import Kind, Segment, Touch
from grille.framing import eventstream
from grille.framing.base import Frame, Framing
from grille.framing.json_parser import decode, parse
from grille.framing.json_spans import Node
from grille.framing.message import Message

PLAIN = Field("", Care.FIXED, Kind.NAME, "no JSON, so it has no place that could be rewritten", channel="data")
"""What an event says that is no JSON: a channel of its own, because a value may be cut into events."""

_BY_TYPE = {
    "text/event-stream": Framing.SSE,
    "application/vnd.amazon.eventstream": Framing.EVENT_STREAM,
    "application/x-ndjson": Framing.NDJSON,
    "application/ndjson": Framing.NDJSON,
    "application/jsonl": Framing.NDJSON,
}
_WRAPPING = (Framing.EVENT_STREAM, Framing.EVENT_CHUNKS)
_DATA_LINE = re.compile(rb"(?:\A(?:\xef\xbb\xbf)?|[\r\n])data(?:[:\r\n]|\Z)")
"""No line of a JSON document begins so: its names stand in quotes."""
_BLANKS = b" \t\r\n"
_ARRAY_PATH = ":streamGenerateContent"
_STANDARD_FIELDS = frozenset(
    {"", "id", "event", "retry", ":message-type", ":event-type", ":content-type", ":exception-type"}
)
"""Names that a framing's own standard gives to the fields of a frame; any other is a word of its sender."""


@dataclass(frozen=True, slots=True)
class StreamPiece:
    """One piece of a channel in one frame; `segment` is the number of its own text in the reading."""

    channel: str
    indices: Indices
    field: Field
    segment: int


@dataclass(frozen=True, slots=True)
class FrameReading:
    """What one frame says. `reading` holds the texts that stand in it whole, and each piece of a channel as
    a segment of its own; the body of what it rewrites is the frame's new bytes. `root` is the event's
    document, None when it has no JSON. `groups` are all the different indices in it, in their order."""

    reading: Reading
    pieces: tuple[StreamPiece, ...] = ()
    root: Node | None = None
    groups: tuple[Indices, ...] = ()


def framing_of(dialect: Dialect, content_type: str, path: str) -> Framing | None:
    """How an answer of this content type is cut, to a request for `path` (without its query); None when it
    is no stream. A stream of JSON in an array calls itself JSON, so there the path tells."""
    media_type = re.split("[;,]", content_type)[0].strip().lower()
    if media_type == "application/json" and path.endswith(_ARRAY_PATH) and dialect.framing is Framing.JSON_ARRAY:
        return Framing.JSON_ARRAY
    framing = _BY_TYPE.get(media_type)
    # The content type does not say whether a message wraps another document; the dialect knows.
    return Framing.EVENT_CHUNKS if (framing, dialect.framing) == _WRAPPING else framing


def is_read_so(dialect: Dialect, framing: Framing) -> bool:
    """Whether the clients of a dialect are known to read an answer so that says it is cut like this. SDKs have
    one way to read a stream and do not look at what it calls itself; Gemini's have two."""
    both = framing is Framing.SSE and dialect.framing is Framing.JSON_ARRAY
    return framing is dialect.framing or both or dialect.streaming.framed_anyhow


def sniffed(dialect: Dialect, body: bytes) -> Framing | None:
    """How an answer is cut whose content type does not say that it is a stream, None when it is none: SDKs
    take what they asked for as a stream, whatever it calls itself."""
    if _DATA_LINE.search(body):
        return Framing.SSE
    head, _, rest = body.lstrip(_BLANKS).partition(b"\n")
    match dialect.framing:
        case Framing.JSON_ARRAY if head.startswith(b"["):
            return Framing.JSON_ARRAY
        case Framing.NDJSON if rest.strip(_BLANKS) and _is_json(head):
            return Framing.NDJSON
        case Framing.EVENT_STREAM | Framing.EVENT_CHUNKS if eventstream.begins(body):
            return dialect.framing
        case _:
            return None


def _is_json(line: bytes) -> bool:
    try:
        parse(decode(line))
    except Malformed:
        return False
    return True


def read_frame(dialect: Dialect, frame: Frame, number: int = 0) -> FrameReading:
    """Read one frame; in the addresses it is the stream's event number `number`.

    Raises `Malformed` or `Unscannable`.
    """
    gathering = Gathering(dialect)
    plain = gather(gathering, frame, 0, f"event:{number}")
    pieces: list[StreamPiece] = []
    for each in gathering.pieces:
        channel = each.field.channel
        pieces.append(StreamPiece(channel, each.indices, each.field, len(gathering.segments)))
        # A piece is never opened: what looks like a document in it may be the beginning of one.
        gathering.words(Words((each.piece,)), each.field, each.address, channel)
    if plain is not None:
        pieces.append(StreamPiece(PLAIN.channel, (), PLAIN, len(gathering.segments)))
        gathering.add(plain_segment(plain), Elsewhere())
    reading = replace(gathering.reading(Message((), frame.raw)), events=(frame,))
    root = next((part.document.root for part in gathering.parts if part.event is not None), None)
    return FrameReading(reading, tuple(pieces), root, tuple(gathering.groups))


def ended_by(dialect: Dialect, frame: Frame, said: FrameReading) -> tuple[Ended, ...]:
    """The channels that a frame ends."""
    streaming = dialect.streaming
    if streaming.whole or frame.data in streaming.marks:
        return (Ended(),)
    return () if said.root is None else streaming.ended(said.root)


def gather(gathering: Gathering, frame: Frame, event: int, prefix: str) -> str | None:
    """Read the frame that is number `event` of the reading, at addresses that begin with `prefix`.

    Returns its data if that is no JSON and no mark that the dialect knows. Raises `Unscannable` for a
    binary frame.
    """
    for at, (name, value) in enumerate(frame.fields):
        # The sender chose the names too, so they are words and no part of an address.
        place = f"{prefix}/field:{at}"
        gathering.add(Segment(place, Kind.NAME, value, name, Touch.FIXED), Elsewhere())
        if name not in _STANDARD_FIELDS:
            gathering.add(Segment(f"{place}~", Kind.NAME, name, touch=Touch.FIXED), Elsewhere())
    if frame.binary:
        raise Unscannable("an event of the answer is not text, so its words cannot be read", prefix)
    if frame.data is None or frame.data in gathering.dialect.streaming.marks:
        return None
    try:
        document = parse(frame.data)
    except Malformed:
        return frame.data
    gathering.document(Part(document, event=event), gathering.dialect.event, prefix)
    return None


def plain_segment(text: str) -> Segment:
    """What events say that is no JSON."""
    return Segment(f"stream:{PLAIN.channel}", PLAIN.kind, text, PLAIN.channel, Touch.FIXED)
