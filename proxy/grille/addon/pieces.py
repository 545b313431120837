"""What is judged while it passes: a piece of a streamed answer, and one WebSocket message.

mitmproxy's own hooks for them cannot wait (a stream callable) or keep every message (WebSocket). These are
hooks of grille's layers: `stream_piece` and `websocket_piece`. Each carries one subject, which the hook
fills in: what goes on, and whether this was the end. The layer waits for it; other exchanges go on. A hook
costs a task and a turn of the event loop, as much as judging an event, so the layer first asks for what can be
judged without waiting (`AtOnce`).

A subject that comes back without `done` was judged by nobody, and nothing of it is forwarded. That is
the law of this file: silence is a refusal. So `done` is set last: a hook that fails after it looks like one
that succeeded. This module must not judge, and no `repr` here shows words.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, MutableMapping
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

from mitmproxy import http
from mitmproxy.net.http import status_codes
from mitmproxy.net.http.http1 import expected_http_body_size
from mitmproxy.proxy import commands

type Commands[R] = Generator[commands.Command, Any, R]
"""What a layer of mitmproxy does, step by step."""

_FRAMING = frozenset({b"content-length", b"transfer-encoding", b"trailer", b"connection", b"keep-alive"})
"""How the upstream's message was cut out of its connection. The client's is cut otherwise."""
_PLAIN = frozenset({"", "chunked", "identity"})


@dataclass(slots=True, eq=False)
class Piece:
    """Some bytes of an answer, as they came, cut anywhere; with `last` there are none, and it is the end.

    `out` goes to the client, joined. `stop` ends the answer after `out`: the
    client has a complete message, and the upstream is told to be quiet. `done` says that it was judged.
    """

    flow: http.HTTPFlow = field(repr=False)
    data: bytes = field(repr=False)
    last: bool
    out: list[bytes] = field(default_factory=list, repr=False)
    stop: bool = False
    done: bool = False


type AtOnce = Callable[[Piece], None]
"""Judges as much of a piece as goes without waiting; whether that was all says the piece."""

JUDGED: MutableMapping[http.HTTPFlow, AtOnce] = WeakKeyDictionary()
"""Flows whose answer is judged piece by piece; see `open_stream`. No other answer is streamed."""


@dataclass(slots=True, eq=False)
class WebSocketPiece:
    """One whole message. Text is UTF-8, here and in `out`.

    `out` goes on to the other side, each as one message of the same type; `back` goes to the sender, as
    text. `close` ends the connection after them. `done` says that it was judged.
    """

    flow: http.HTTPFlow = field(repr=False)
    from_client: bool
    content: bytes = field(repr=False)
    is_text: bool
    out: list[bytes] = field(default_factory=list, repr=False)
    back: list[str] = field(default_factory=list, repr=False)
    close: bool = False
    done: bool = False


@dataclass
class StreamPieceHook(commands.StartHook):
    """`stream_piece(self, piece)`, for what could not be judged at once."""

    piece: Piece


@dataclass
class WebSocketPieceHook(commands.StartHook):
    """`websocket_piece(self, piece)`."""

    name = "websocket_piece"
    piece: WebSocketPiece


def open_stream(flow: http.HTTPFlow, at_once: AtOnce) -> bool:
    """To be called in `responseheaders`: let the answer come in pieces. False when it cannot, because it has
    no body or one in a transfer coding: then it is collected, and `response` judges it whole.

    The head is made ready for a body of unknown length. It is a copy, because mitmproxy reads from the
    former whether the upstream's connection can be used again.
    """
    former = flow.response
    if former is None or not _has_pieces(flow.request, former):
        return False
    flow.response = head = former.copy()
    fields = [pair for pair in former.headers.fields if pair[0].lower() not in _FRAMING]
    if not flow.request.is_http2:
        head.data.http_version = b"HTTP/1.1"
        # An HTTP/1.0 client knows no chunks: there the end of the connection is the end of the message.
        old = flow.request.http_version == "HTTP/1.0"
        fields.append((b"Connection", b"close") if old else (b"Transfer-Encoding", b"chunked"))
    head.headers.fields = tuple(fields)
    # The reason phrase is words that nobody judged, and nothing depends on it (RFC 9112 §4).
    head.data.reason = status_codes.RESPONSES.get(head.status_code, "").encode()
    head.stream = True
    JUDGED[flow] = at_once
    return True


def _has_pieces(request: http.Request, response: http.Response) -> bool:
    if response.headers.get("transfer-encoding", "").strip().lower() not in _PLAIN:
        return False
    try:
        return expected_http_body_size(request, response) != 0
    except ValueError:
        return False
