"""A WebSocket connection whose messages are judged, one at a time and whole, before anything of them goes on.

Stands in for mitmproxy's layer, which keeps every message, writes pings to the log and cuts characters in
two. `websocket_start` and `websocket_end` run as there; in the place of `websocket_message` there is
`websocket_piece` (`pieces.py`). `flow.websocket.messages` stays empty.

    messages      Fragments are joined. A message that was let through as it came keeps its fragments, up to
                  the next whole character; another one is cut anew. One over the limit ends the connection.
    pings         Their payload is words of the sender, so the other side is sent an empty one; when it
                  answers, the sender gets its own payload back. So each side knows that the other is alive.
    close         The code is kept, the reason is not. A side that is gone without one leaves the same hole
                  on the other side.
    extensions    None. `offer_no_extensions` takes the offer out of the request; without compression there
                  is nothing to inflate beyond a limit, and what an unknown extension does cannot be judged.
                  A server that answers with one all the same is not talked to.

What nobody judged is not forwarded, and ends the connection. This module must not judge, keep or log
anything; both directions wait while a message is judged, so that their order stays what it was.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from time import time

from mitmproxy import http
from mitmproxy.proxy import commands, events
from mitmproxy.proxy.context import Context
from mitmproxy.proxy.layers import websocket
from mitmproxy.utils import human
from wsproto.connection import ConnectionState, ConnectionType
from wsproto.events import BytesMessage, CloseConnection, Event, Ping, Pong, TextMessage
from wsproto.frame_protocol import CloseReason

from grille.addon.backlog import Share
from grille.addon.pieces import Commands, WebSocketPiece, WebSocketPieceHook
from grille.errors import CannotRewrite
from grille.framing.websocket import fragments

LARGEST = 16 << 20
"""Bytes of a message, when the options have no limit of bodies."""
FRAGMENT = 4000
"""Bytes. Some servers take no large frames, others no second one; this is what mitmproxy settled on."""
MOST_FRAGMENTS = 1024
"""Of more than these the boundaries are forgotten: they are no part of what a message says."""
LINGER = 2.0
"""Seconds that a side has to answer a close."""
MOST_PINGS = 16
"""That wait for an answer. RFC 6455 §5.5.3 wants only the last one answered."""

type Data = TextMessage | BytesMessage

_NAME = "sec-websocket-extensions"
_REASONS = {
    CloseReason.PROTOCOL_ERROR: "grille: not valid WebSocket",
    CloseReason.POLICY_VIOLATION: "grille: not let through",
    CloseReason.MESSAGE_TOO_BIG: "grille: too large",
    CloseReason.INTERNAL_ERROR: "grille: could not be judged",
}
_CAN_BE_CLOSED = frozenset({ConnectionState.OPEN, ConnectionState.REMOTE_CLOSING})


def offer_no_extensions(request: http.Request) -> None:
    """For the head of a request that asks for a WebSocket."""
    request.headers.pop(_NAME, None)


class _Side:
    """One end: its frames, the message that is arriving, and its pings that have no answer yet."""

    def __init__(self, ws: websocket.WebsocketConnection, *, is_client: bool) -> None:
        self.ws = ws
        self.is_client = is_client
        self.pings: deque[bytes] = deque(maxlen=MOST_PINGS)
        self.share = Share()
        self.is_open = True
        self.broken = False
        self._start()

    def _start(self) -> None:
        self.content = bytearray()
        self._ends: list[int] = []

    def add(self, message: Data) -> None:
        self.content += message.data.encode() if isinstance(message.data, str) else message.data
        if message.frame_finished and len(self._ends) <= MOST_FRAGMENTS:
            self._ends.append(len(self.content))

    def whole(self) -> tuple[bytes, list[int]]:
        """The message, and where its fragments end; nothing when that is not known."""
        content, ends = bytes(self.content), self._ends
        self._start()
        return content, ends if len(ends) <= MOST_FRAGMENTS else []

    def send(self, sent: Iterable[Event]) -> Commands[None]:
        yield commands.SendData(self.ws.conn, b"".join(self.ws.send(event) for event in sent))

    def has_closed(self, data: bytes) -> bool:
        """Whether its answer to a close is in `data`; all else in it is not wanted any more. What a side says that
        sent what is no frame cannot be read: it has said something, and that will do."""
        if self.broken:
            return True
        self.ws.receive_data(data)
        return any(isinstance(received, CloseConnection) for received in self.ws.events())

    def hang_up(self) -> Commands[None]:
        self.is_open = False
        yield commands.CloseConnection(self.ws.conn)


class WebSocket(websocket.WebsocketLayer):
    """What passes between a client and a server after the upgrade."""

    def __init__(self, context: Context, flow: http.HTTPFlow) -> None:
        super().__init__(context, flow)
        self.client_ws = websocket.WebsocketConnection(ConnectionType.SERVER, [], conn=context.client)
        self.server_ws = websocket.WebsocketConnection(ConnectionType.CLIENT, [], conn=context.server)
        self._client, self._server = _Side(self.client_ws, is_client=True), _Side(self.server_ws, is_client=False)
        self._limit = human.parse_size(context.options.body_size_limit) or LARGEST
        self._head = flow.response
        self.state: Callable[[events.Event], Commands[None]] = self.start

    def handle_event(self, event: events.Event) -> Commands[None]:
        """What arrives, which may be before its turn comes."""
        if isinstance(event, events.DataReceived):
            self._side(event).share.add(event.connection, event.data)
        yield from super().handle_event(event)

    def _handle_event(self, event: events.Event) -> Commands[None]:
        try:
            yield from self.state(event)
        finally:
            if isinstance(event, events.DataReceived):
                self._side(event).share.less(event.connection, event.data)

    def _side(self, event: events.ConnectionEvent) -> _Side:
        return self._client if event.connection == self.context.client else self._server

    def start(self, _: events.Event) -> Commands[None]:
        self.state = self.relay_messages
        yield websocket.WebsocketStartHook(self.flow)
        if self._is_killed():
            yield from self._refuse(CloseReason.INTERNAL_ERROR)
        elif self._head is None or _NAME in self._head.headers:
            yield from self._refuse(CloseReason.PROTOCOL_ERROR)

    def relay_messages(self, event: events.Event) -> Commands[None]:
        if not isinstance(event, events.DataReceived | events.ConnectionClosed):
            return  # a message that somebody put in: it came from nowhere, and nobody would judge it
        source = self._side(event)
        source.ws.receive_data(event.data if isinstance(event, events.DataReceived) else None)
        for received in source.ws.events():
            yield from self._take(received, source, self._server if source.is_client else self._client)
            if self.state == self.wait_for_close:
                return

    def wait_for_close(self, event: events.Event) -> Commands[None]:
        """Both sides have been told. One that still speaks is heard out for a moment: a connection that is
        closed with bytes unread is reset, and then its other end may never see why."""
        over = isinstance(event, events.Wakeup)
        for side in (self._server, self._client):
            if isinstance(event, events.ConnectionEvent):
                over = side is self._side(event) and (
                    not isinstance(event, events.DataReceived) or (side.is_open and side.has_closed(event.data))
                )
            if over and side.is_open:
                yield from side.hang_up()

    def _take(self, received: Event, source: _Side, other: _Side) -> Commands[None]:
        if isinstance(received, TextMessage | BytesMessage):
            source.add(received)
            if len(source.content) > self._limit:
                yield from self._refuse(CloseReason.MESSAGE_TOO_BIG)
            elif received.message_finished:
                yield from self._judge(source, other, is_text=isinstance(received.data, str))
        elif isinstance(received, Ping):
            source.pings.append(bytes(received.payload))
            yield from other.send([Ping()])
        elif isinstance(received, Pong):
            yield from other.send([Pong(payload) for payload in other.pings] or [Pong()])
            other.pings.clear()
        elif isinstance(received, CloseConnection):
            source.broken = source.ws.state is ConnectionState.OPEN  # it sent no close, but what is no frame
            yield from self._end(received.code, "", by_client=source.is_client)

    def _judge(self, source: _Side, other: _Side, *, is_text: bool) -> Commands[None]:
        content, ends = source.whole()
        piece = WebSocketPiece(self.flow, source.is_client, content, is_text)
        yield WebSocketPieceHook(piece)
        try:
            onward = [*_frames(piece, ends)]
            back = [frame for text in piece.back for frame in _message(fragments(text, FRAGMENT), is_text=True)]
        except (UnicodeDecodeError, CannotRewrite):
            piece.done = False
        if self._is_killed() or not piece.done:
            yield from self._refuse(CloseReason.INTERNAL_ERROR)
            return
        if onward:
            yield from other.send(onward)
        if back:
            yield from source.send(back)
        if piece.close:
            yield from self._refuse(CloseReason.POLICY_VIOLATION)

    def _is_killed(self) -> bool:
        """After a hook. The head is with the client already: what a hook put in its place is taken back,
        because mitmproxy reads from it that this is a WebSocket."""
        self.flow.response = self._head
        return self.flow.error is not None

    def _refuse(self, code: CloseReason) -> Commands[None]:
        yield from self._end(code, _REASONS[code], by_client=False)

    def _end(self, code: int, reason: str, *, by_client: bool) -> Commands[None]:
        self.state = self.wait_for_close
        known = self.flow.websocket
        if known is not None:
            known.timestamp_end = time()
            known.closed_by_client = by_client
            known.close_code = code
            known.close_reason = reason
        for side in (self._server, self._client):
            if code != CloseReason.ABNORMAL_CLOSURE and side.ws.state in _CAN_BE_CLOSED:
                yield from side.send([CloseConnection(code, reason)])
            if side.ws.state is not ConnectionState.LOCAL_CLOSING:
                yield from side.hang_up()
        yield websocket.WebsocketEndHook(self.flow)
        self.flow.live = False
        if self._server.is_open or self._client.is_open:
            yield commands.RequestWakeup(LINGER)


def _frames(piece: WebSocketPiece, ends: list[int]) -> Iterator[Event]:
    """The messages of `out`, in frames."""
    for content in piece.out:
        if ends and content == piece.content:
            parts = [content[start:end] for start, end in zip([0, *ends], ends, strict=False)]
        elif piece.is_text:
            parts = fragments(content.decode(), FRAGMENT)
        else:
            parts = [content[start : start + FRAGMENT] for start in range(0, max(len(content), 1), FRAGMENT)]
        yield from _message(parts, is_text=piece.is_text)


def _message(parts: list[bytes], *, is_text: bool) -> Iterator[Event]:
    for number, part in enumerate(parts, 1):
        last = number == len(parts)
        yield (
            TextMessage(part.decode(), message_finished=last) if is_text else BytesMessage(part, message_finished=last)
        )
