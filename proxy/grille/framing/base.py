"""What a framing is: bytes go in, frames come out, and no byte is lost.

The laws, which every framing here keeps at every split of its input:

- The joined `raw` of all frames is the input, up to the first error.
- Nothing is held back that is longer than the limit, and the work is linear in the input.
- What a frame says does not depend on where the input was cut. (SSE may put an empty line into a frame of
  its own.)
- Bytes that are not what the framing says they are raise `Malformed` or `TooLarge`; the framer is of no
  further use then, and what it held back is lost, never passed on.

This module must not know what stands in a frame, and a framing is chosen by whoever knows the endpoint:
nothing here guesses.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from typing import Protocol

from grille.framing import eventchunks, eventstream, json_array, ndjson, sse, utf8


class Frame(Protocol):
    """One unit of a stream. Only `raw`, `data` and `fields` hold words, and no `repr` shows them."""

    @property
    def raw(self) -> bytes:
        """The frame exactly as received, with whatever separates it from its neighbours."""

    @property
    def data(self) -> str | None:
        """The payload as text; None when there is none (comments, pings, delimiters, blank lines), and
        when it is binary."""

    @property
    def fields(self) -> tuple[tuple[str, str], ...]:
        """Everything else that could hold words, as (name, value). The sender chose the names too."""

    @property
    def binary(self) -> bool:
        """The payload is bytes that are no text: nobody has read them, so nobody should pass them on."""

    @property
    def complete(self) -> bool:
        """False for a last frame that the stream ended inside of; its data is to be judged like any other."""

    def with_data(self, text: str) -> bytes:
        """The same frame with another payload, everything else byte for byte.

        Raises `CannotRewrite` where the framing has no room for `text`, ValueError when `data` is None.
        """


class Framer(Protocol):
    """One stream, from its first byte to its last."""

    def feed(self, chunk: bytes, /) -> Sequence[Frame]:
        """The frames that `chunk` completes."""

    def close(self) -> Sequence[Frame]:
        """What was held back when the stream ended: at most one frame."""


class Framing(Enum):
    """The ways in which streamed answers are cut into frames."""

    SSE = "sse"
    NDJSON = "ndjson"
    EVENT_STREAM = "event stream"
    EVENT_CHUNKS = "event stream of wrapped documents"
    JSON_ARRAY = "json array"


_FRAMERS: Mapping[Framing, Callable[[int], Framer]] = {
    Framing.SSE: sse.Decoder,
    Framing.NDJSON: ndjson.Decoder,
    Framing.EVENT_STREAM: eventstream.Decoder,
    Framing.EVENT_CHUNKS: eventchunks.Decoder,
    Framing.JSON_ARRAY: json_array.Decoder,
}


def framer(framing: Framing, limit: int) -> Framer:
    """A fresh framer; `limit` is the greatest length of a frame in bytes."""
    return _FRAMERS[framing](limit)


def added(framing: Framing, data: str, name: str = "", *, error: bool = False, begun: bool = True) -> bytes:
    """A frame that whoever stops a stream adds behind the frames that went out whole.

    `data` is one line (ValueError). `name` is the kind of event where the framing has room for it: the
    `event` line of SSE, the event type of an event stream, or its exception type for an `error`; what is wrapped
    is a `chunk` whatever it is called inside. `begun` says that an element of the JSON array went out already.
    """
    if "\n" in data or "\r" in data:
        raise ValueError("the data of a frame is one line")
    match framing:
        case Framing.SSE:
            return utf8.encode(f"event: {name}\ndata: {data}\n\n" if name else f"data: {data}\n\n")
        case Framing.NDJSON:
            return utf8.encode(data + "\n")
        case Framing.JSON_ARRAY:
            return utf8.encode(f",\n{data}" if begun else f"[{data}")
        case Framing.EVENT_CHUNKS if not error:
            return added(Framing.EVENT_STREAM, eventchunks.payload(data), "chunk")
        case Framing.EVENT_STREAM | Framing.EVENT_CHUNKS:
            kind = "exception" if error else "event"
            headers = ((f":{kind}-type", name), (":content-type", "application/json"), (":message-type", kind))
            return eventstream.message(headers, utf8.encode(data))


def end(framing: Framing, *, begun: bool = True) -> bytes:
    """What is missing behind the last frame when a stream is stopped: only an array has to be closed."""
    if framing is not Framing.JSON_ARRAY:
        return b""
    return b"]" if begun else b"[]"
