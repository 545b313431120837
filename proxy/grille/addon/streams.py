"""An answer that is judged piece by piece, between mitmproxy's HTTP layers.

mitmproxy calls a stream callable while nothing else can run, and forwards what it is given. Here a
piece that cannot be judged at once waits for the hook `stream_piece` (`pieces.py`): only its own stream waits, the
clients of other streams notice nothing. What came in the meantime is judged with what came before it, a few events at
a time.

    judged        what the hook let through goes to the client
    stopped       the client's message ends there, complete, and the upstream is cancelled
    not judged    the answer breaks off as with an upstream that fails, and nothing of the piece is sent

A client that takes its answer slowly over HTTP/2 slows it down; over HTTP/1 mitmproxy sees to that itself.
After the last piece there is no `response` hook: there is nothing left to judge. Trailers are dropped.
This module must not judge anything, and streams nothing that is not judged.
"""

from __future__ import annotations

from time import time

from mitmproxy import flow
from mitmproxy.proxy import events
from mitmproxy.proxy.context import Context
from mitmproxy.proxy.layers import http as layers
from mitmproxy.proxy.layers.http._events import (
    ErrorCode,
    RequestProtocolError,
    ResponseData,
    ResponseEndOfMessage,
    ResponseHeaders,
    ResponseProtocolError,
    ResponseTrailers,
)
from mitmproxy.proxy.layers.http._hooks import HttpErrorHook

from grille.addon import backlog
from grille.addon.backlog import Share
from grille.addon.http2 import ClientTakes, FromClient2, Judged
from grille.addon.pieces import JUDGED, Commands, Piece, StreamPieceHook

LARGEST_PIECE = 1 << 12
"""Bytes: some twenty events. What is judged of them goes on before the next are looked at, and between two
pieces others have their turn: reading events holds the event loop."""
_MOST_AT_ONCE = 1 << 14
"""Bytes with overhead, as `backlog` counts, that are judged without waiting for a hook: as many events, one by one."""

_NOT_JUDGED = "The answer could not be judged."
_STOPPED = "The rest of the answer is not wanted."


class JudgedStream(layers.HttpStream):
    """One request and its answer, which may come in pieces."""

    _head_sent = False
    _client_left = False
    _upstream_done = False
    _unbroken = 0

    def __init__(self, context: Context, stream_id: int) -> None:
        super().__init__(context, stream_id)
        self._share = Share()

    def handle_event(self, event: events.Event) -> Commands[None]:
        """What arrives, which may be long before its turn comes."""
        if isinstance(event, ResponseData):
            if self.child_layer is None:
                self._share.add(self.context.server, event.data)
        elif isinstance(event, RequestProtocolError):
            self._client_left = True
        elif isinstance(event, ResponseEndOfMessage | ResponseProtocolError):
            self._upstream_done = True
        yield from super().handle_event(event)

    def _handle_event(self, event: events.Event) -> Commands[None]:
        try:
            yield from super()._handle_event(event)
        finally:
            if isinstance(event, ResponseData):
                self._share.less(self.context.server, event.data)
        if isinstance(event, ResponseData) and self._share.size == 0 and self.context.server.alpn == b"h2":
            yield layers.SendHttp(Judged(self.stream_id), self.context.server)

    def flow_done(self) -> Commands[None]:
        yield from super().flow_done()
        if self.child_layer is not None:
            self._share.nothing(self.context.server)  # what waits goes to the child, which counts it

    def start_request_stream(self) -> Commands[None]:
        """No request is streamed, whatever somebody set: it is judged whole, before a byte of it is sent."""
        self.flow.request.stream = False
        self.client_state = self.state_consume_request_body
        yield from ()

    def state_wait_for_response_headers(self, event: ResponseHeaders) -> Commands[None]:
        yield from super().state_wait_for_response_headers(event)
        collects = self.server_state == self.state_consume_response_body
        if collects and self.flow.response is not None and self.flow.response.stream:
            # Over HTTP/2 a head can be the end as well, and nothing in it says so to the hook.
            yield from self.start_response_stream()

    def start_response_stream(self) -> Commands[None]:
        assert self.flow.response is not None
        if self.flow not in JUDGED:
            self.flow.response.stream = False
            self.server_state = self.state_consume_response_body
            return
        self._head_sent = True
        yield layers.SendHttp(ResponseHeaders(self.stream_id, self.flow.response), self.context.client)
        self.server_state = self.state_stream_response_body

    def state_stream_response_body(self, event: events.Event) -> Commands[None]:
        if isinstance(event, ResponseTrailers) or self._client_left:
            return
        data = self._data(event)
        for start in range(0, max(len(data), 1), LARGEST_PIECE):
            last = isinstance(event, ResponseEndOfMessage)
            piece = Piece(self.flow, data[start : start + LARGEST_PIECE], last)
            self._unbroken += len(piece.data) + backlog.OVERHEAD
            if self._unbroken <= _MOST_AT_ONCE:
                JUDGED[self.flow](piece)
            if not piece.done:
                self._unbroken = 0
                yield StreamPieceHook(piece)
            if self._client_left:
                return  # the event that says so is next, or nearly
            if not piece.done or self.flow.error is not None:
                yield from self._break_off()
                return
            if out := b"".join(piece.out):
                yield layers.SendHttp(ResponseData(self.stream_id, out), self.context.client)
            if piece.stop or piece.last:
                yield from self._end()
                return
            yield from self._wait_for_client()

    def _wait_for_client(self) -> Commands[None]:
        parent = self.context.layers[self.context.layers.index(self) - 1]
        assert isinstance(parent, layers.HttpLayer)
        client = parent.connections[self.context.client]
        if isinstance(client, FromClient2) and client.is_behind(self.stream_id):
            yield ClientTakes(client.taken(self.stream_id))

    def _data(self, event: events.Event) -> bytes:
        """What is there by now, up to a limit. A slow judge is asked less often, about more."""
        if not isinstance(event, ResponseData):
            return b""
        parts, size, queue = [event.data], len(event.data), self._paused_event_queue
        while queue and size < LARGEST_PIECE and isinstance(queue[0], ResponseData):
            parts.append(queue[0].data)
            size += len(queue[0].data)
            self._share.less(self.context.server, queue[0].data)
            queue.popleft()
        return b"".join(parts)

    def _end(self) -> Commands[None]:
        """The client has a complete message."""
        assert self.flow.response is not None
        self.flow.response.timestamp_end = time()
        yield from self._leave()
        yield layers.SendHttp(ResponseEndOfMessage(self.stream_id), self.context.client)

    def _break_off(self) -> Commands[None]:
        """The client sees that its message is not complete."""
        self.client_state = self.server_state = self.state_errored
        self.flow.error = self.flow.error or flow.Error(_NOT_JUDGED)
        yield HttpErrorHook(self.flow)
        yield from self._leave()
        error = ResponseProtocolError(self.stream_id, _NOT_JUDGED, ErrorCode.KILL)
        yield layers.SendHttp(error, self.context.client)

    def _leave(self) -> Commands[None]:
        """The upstream comes first: the client's next request must not go over a connection that ends."""
        self.client_state = self.server_state = self.state_errored
        self.flow.live = False
        if not self._upstream_done:
            error = RequestProtocolError(self.stream_id, _STOPPED, ErrorCode.CANCEL)
            yield layers.SendHttp(error, self.context.server)
        yield layers.DropStream(self.stream_id)
