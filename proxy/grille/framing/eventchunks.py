"""AWS event streams whose payload wraps another document: `{"bytes": "<base64 of it>"}`, incremental, lossless.

Source: botocore 1.44.5 (`bedrock-runtime`, ResponseStream.chunk): so `InvokeModelWithResponseStream` carries the
events of each model's own dialect. The messages are those of `eventstream.py`; where a payload has a member `bytes`,
the frame's data is what stands inside it. Whether it has one does not depend on a header, because receivers differ
in which they trust. Strict where receivers differ: a member that stands twice, base64 that is not exact, an inside
that is not UTF-8.

This module must not know what the inner document means.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field
from typing import ClassVar

from grille.errors import Malformed
from grille.framing import utf8
from grille.framing.eventstream import Decoder as Messages
from grille.framing.eventstream import EventMessage
from grille.framing.json_parser import parse
from grille.framing.json_spans import Document, Object, Splice, String

_WRAPPED, _PADDING = "bytes", "p"


@dataclass(frozen=True, slots=True)
class Chunk:
    """One message with a wrapped document; see `base.Frame`. `fields` holds the headers, and every other member of
    the payload but Amazon's padding."""

    message: EventMessage = field(repr=False)
    payload: Document = field(repr=False)
    wrapped: String = field(repr=False)
    data: str = field(repr=False)
    fields: tuple[tuple[str, str], ...] = field(repr=False)

    binary: ClassVar[bool] = False
    complete: ClassVar[bool] = True

    @property
    def raw(self) -> bytes:
        return self.message.raw

    def with_data(self, text: str) -> bytes:
        """The message with `text` inside: base64, lengths and checksums are new, all else stays byte for byte."""
        inside = Splice(self.wrapped.start, self.wrapped.end, _base64(text))
        return self.message.with_data(self.payload.splice([inside]))


class Decoder:
    """Bytes in, messages out, unwrapped; the laws and the limit are those of `eventstream.Decoder`."""

    def __init__(self, limit: int) -> None:
        self._messages = Messages(limit)

    def feed(self, chunk: bytes) -> list[Chunk | EventMessage]:
        """Raises `Malformed` and `TooLarge`."""
        return [_unwrapped(message) for message in self._messages.feed(chunk)]

    def close(self) -> list[EventMessage]:
        return self._messages.close()


def payload(data: str) -> str:
    """The payload that wraps `data`."""
    return f'{{"{_WRAPPED}":"{_base64(data)}"}}'


def _base64(text: str) -> str:
    return base64.b64encode(utf8.encode(text)).decode()


def _unwrapped(message: EventMessage) -> Chunk | EventMessage:
    if message.data is None:
        return message
    try:
        document = parse(message.data)
    except Malformed:
        return message
    if not isinstance(document.root, Object) or document.root.get(_WRAPPED) is None:
        return message
    if document.duplicates:
        raise Malformed("a key stands twice in a message that wraps another; send it once")
    wrapped = document.root.get(_WRAPPED)
    if not isinstance(wrapped, String):
        raise Malformed("a message wraps something that is no base64; send a string")
    try:
        inside = base64.b64decode(wrapped.text, validate=True)
    except (binascii.Error, ValueError):
        raise Malformed("a message wraps something that is no base64; send what it encodes exactly") from None
    return Chunk(
        message, document, wrapped, utf8.decode(inside, "what a message wraps"), (*message.fields, *_others(document))
    )


def _others(document: Document) -> list[tuple[str, str]]:
    root = document.root
    members = root.members if isinstance(root, Object) else ()
    others: list[tuple[str, str]] = []
    for key, value in members:
        if key.text == _WRAPPED or (key.text == _PADDING and isinstance(value, String)):
            continue
        others.append((key.text, value.text if isinstance(value, String) else document.source[value.start : value.end]))
    return others
