"""What mitmproxy must do otherwise; put in place by `install`.

    connect, then judge   What an exchange may carry can depend on the connection it goes over. So the
                          connection is made when the request is complete and its host, endpoint and
                          client are admitted (`CONNECT_FIRST`), the request is judged with its TLS facts
                          in hand, and then sent over that very connection. mitmproxy would connect either
                          too early (eager: with the client's SNI, before the request is known) or only
                          afterwards (lazy).
    answer errors         When the upstream fails, the caller gets the response that the `error` hook put
                          on the flow, not mitmproxy's page, which may quote bytes nobody judged.
    trailers              A chunked HTTP/1 message with trailers crashes mitmproxy's connection handler and
                          leaves the client waiting. Here they are kept for the hooks, which refuse them.
    answers that say wait A head of 1xx before the answer would be the answer to mitmproxy, and the client would wait
                          for its own for ever. It is dropped, as mitmproxy does with those of HTTP/2.
    a limit on heads      mitmproxy reads a request or response head of any size into memory, and the line of
                          a chunk and trailers as well.
    a limit on reading    mitmproxy reads on while what it has read waits for a hook; see `backlog.py`, and
                          `http2.py` for streams that share a connection. A client that sends its next
                          requests while it is answered has a limit too.
    answers in pieces     are in `streams.py`, WebSocket in `websockets.py`, the end of TLS in `alerts.py`,
                          that of connections in `leaving.py`; sockets in `handler.py`, and proxies after
                          this one in `chaining.py`.

These classes stand in for mitmproxy 12.2's own, and only override methods of theirs. This module must not
judge anything; a bug in it stops an exchange and never lets one pass, because the hooks run regardless.
"""

from __future__ import annotations

import re
from types import ModuleType
from typing import Any, cast
from weakref import WeakSet

import h11
from h11._receivebuffer import ReceiveBuffer
from mitmproxy import ctx, http
from mitmproxy.addons import next_layer
from mitmproxy.connection import Server
from mitmproxy.proxy import commands, events, mode_servers
from mitmproxy.proxy.layers import http as layers
from mitmproxy.proxy.layers import tls, websocket
from mitmproxy.proxy.layers.http import _http1, _upstream_proxy
from mitmproxy.proxy.layers.http._base import ReceiveHttp
from mitmproxy.proxy.layers.http._events import (
    ErrorCode,
    RequestEndOfMessage,
    RequestProtocolError,
    ResponseData,
    ResponseEndOfMessage,
    ResponseHeaders,
    ResponseProtocolError,
)
from mitmproxy.proxy.layers.http._hooks import HttpErrorHook
from mitmproxy.proxy.server_hooks import ServerConnectionHookData

from grille.addon import backlog
from grille.addon.alerts import ToServer
from grille.addon.chaining import THROUGH, Tunnel
from grille.addon.handler import Handler
from grille.addon.http2 import FromClient2, FromServer2
from grille.addon.leaving import Leaving
from grille.addon.pieces import Commands
from grille.addon.streams import JudgedStream
from grille.addon.websockets import WebSocket

HEAD_LIMIT = 128 * 1024
"""Bytes. The reader of headers has a limit of its own, half of this, and answers more kindly."""

CONNECT_FIRST: WeakSet[http.HTTPFlow] = WeakSet()
"""Flows whose destination is admitted: their connection is made before the `request` hook."""

_GIVEN_UP: WeakSet[Server] = WeakSet()
_END_OF_HEAD = re.compile(rb"\r?\n\r?\n")
_INFORMATIONAL = re.compile(rb"HTTP/1\.[01] 1(?!01)[0-9]{2}[ \r\n]")
"""After 101 there is no other answer."""
_TEXTS = {
    400: "grille does not forward this: it is not a valid HTTP request.",
    413: "grille does not forward this: it is too large.",
    502: "grille has no answer to forward: the other side did not send a valid one.",
}


class Stream(JudgedStream):
    """One request and its answer."""

    _connected: Server | None = None
    _answer: http.Response | None = None

    def state_consume_request_body(self, event: events.Event) -> Commands[None]:
        if isinstance(event, RequestEndOfMessage) and self.flow in CONNECT_FIRST:
            yield from self._connect()
        yield from super().state_consume_request_body(event)
        if self._connected is not None and self.flow.response is not None and self._is_alone():
            yield commands.CloseConnection(self._connected)

    def _connect(self) -> Commands[None]:
        request, server = self.flow.request, self.flow.server_conn
        address = (request.host, request.port)
        secure = request.scheme == "https"
        connection, error = yield layers.GetHttpConnection(address, secure, server.via, server.transport_protocol)
        if error:
            self.flow.server_conn = Server(address=address, error=self._forgiven(error))
        else:
            self.context.server = self.flow.server_conn = self._connected = connection

    def _is_alone(self) -> bool:
        """Between HTTP/2 and HTTP/1 mitmproxy uses a connection for one request only, and has five at most: one
        that was made for a request that was refused would be in the way for as long as the client stays."""
        return self.context.client.alpn == b"h2" and self.context.server.alpn != b"h2"

    def _forgiven(self, error: str) -> str:
        """What went wrong. mitmproxy would never again try an address that failed once on this client's
        connection: that is taken back."""
        parent = self.context.layers[self.context.layers.index(self) - 1]
        assert isinstance(parent, layers.HttpLayer)
        for each in parent.connections:
            if isinstance(each, Server) and not each.connected:
                each.error = None
                error = "timed out" if each in _GIVEN_UP else error
        return error

    def make_server_connection(self) -> Commands[bool]:
        if self._connected is not None and self._connected.connected:
            return True
        return (yield from super().make_server_connection())

    def _handle_event(self, event: events.Event) -> Commands[None]:
        steps = super()._handle_event(event)
        reply: Any = None
        while True:
            try:
                command = steps.send(reply)
            except StopIteration:
                return
            reply = yield from self._checked(command)

    def _checked(self, command: commands.Command) -> Commands[Any]:
        if isinstance(command, HttpErrorHook):
            former = self.flow.response
            reply = yield command
            self._answer = self.flow.response if self.flow.response is not former else None
            return reply
        if not isinstance(command, layers.SendHttp):
            return (yield command)
        error = command.event
        if not isinstance(error, ResponseProtocolError) or command.connection != self.context.client:
            return (yield command)
        status = error.code.http_status_code()
        if status is None or self._head_sent:
            return (yield command)
        if self._answer is not None and self.client_state == self.state_done:
            yield from self._send(self._answer)
        else:
            plain = ResponseProtocolError(self.stream_id, _TEXTS[status], error.code)
            yield layers.SendHttp(plain, self.context.client)
        return None

    def _send(self, answer: http.Response) -> Commands[None]:
        body = answer.raw_content or b""
        client = self.context.client
        yield layers.SendHttp(ResponseHeaders(self.stream_id, answer, end_stream=not body), client)
        if body:
            yield layers.SendHttp(ResponseData(self.stream_id, body), client)
        yield layers.SendHttp(ResponseEndOfMessage(self.stream_id), client)


class _KeepTrailers:
    """A body reader that puts trailers on the message and reports an end without any."""

    def __init__(self, reader: _http1.TBodyReader, message: http.Message) -> None:
        self._reader = reader
        self._message = message

    def __call__(self, buf: ReceiveBuffer) -> h11.Data | h11.EndOfMessage | None:
        return self._kept(self._reader(buf))

    def read_eof(self) -> h11.Data | h11.EndOfMessage | None:
        return self._kept(self._reader.read_eof())

    def _kept(self, event: h11.Data | h11.EndOfMessage | None) -> h11.Data | h11.EndOfMessage | None:
        if isinstance(event, h11.EndOfMessage) and event.headers:
            self._message.trailers = http.Headers([(bytes(name), bytes(value)) for name, value in event.headers])
            return h11.EndOfMessage()
        return event


def _keeping(reader: _http1.TBodyReader, message: http.Message) -> _http1.TBodyReader:
    return cast(_http1.TBodyReader, _KeepTrailers(reader, message))


class FromClient(Leaving):
    """Requests."""

    def read_headers(self, event: events.ConnectionEvent) -> Commands[None]:
        if isinstance(event, events.DataReceived) and _too_large(self.buf):
            yield commands.SendData(self.conn, _http1.make_error_response(431, _TEXTS[413]))
            yield commands.CloseConnection(self.conn)
            self.state = self.done
            return
        yield from super().read_headers(event)

    def read_body(self, event: events.Event) -> Commands[None]:
        if not isinstance(self.body_reader, _KeepTrailers) and self.request:
            self.body_reader = _keeping(self.body_reader, self.request)
        yield from super().read_body(event)
        if self.state == self.read_body and len(self.buf) > HEAD_LIMIT:
            yield commands.CloseConnection(self.conn)
            code = ErrorCode.REQUEST_TOO_LARGE
            yield ReceiveHttp(RequestProtocolError(self.stream_id, _TEXTS[413], code))
            self.state = self.done

    def wait(self, event: events.Event) -> Commands[None]:
        if isinstance(event, events.DataReceived) and len(self.buf) > backlog.LIMIT:
            yield commands.CloseConnection(self.conn)
            code = ErrorCode.CLIENT_DISCONNECTED
            yield ReceiveHttp(RequestProtocolError(self.stream_id, _TEXTS[413], code))
            self.state = self.done
            return
        yield from super().wait(event)


class FromServer(_http1.Http1Client):
    """Answers."""

    def read_headers(self, event: events.ConnectionEvent) -> Commands[None]:
        if isinstance(event, events.DataReceived) and self.stream_id is not None and _too_large(self.buf):
            yield from self._too_much(self.stream_id)
            return
        if self.stream_id is not None:
            _skip_informational(self.buf)
        yield from super().read_headers(event)

    def read_body(self, event: events.Event) -> Commands[None]:
        if not isinstance(self.body_reader, _KeepTrailers) and self.response:
            self.body_reader = _keeping(self.body_reader, self.response)
        yield from super().read_body(event)
        if self.state == self.read_body and self.stream_id is not None and len(self.buf) > HEAD_LIMIT:
            yield from self._too_much(self.stream_id)

    def _too_much(self, stream_id: int) -> Commands[None]:
        yield commands.CloseConnection(self.conn)
        yield ReceiveHttp(ResponseProtocolError(stream_id, _TEXTS[502], ErrorCode.RESPONSE_TOO_LARGE))
        self.state = self.done


_PLACES: tuple[tuple[ModuleType, str, type], ...] = (
    (layers, "HttpStream", Stream),
    (_upstream_proxy, "HttpUpstreamProxy", Tunnel),
    (layers, "Http1Server", FromClient),
    (layers, "Http1Client", FromServer),
    (layers, "Http2Server", FromClient2),
    (layers, "Http2Client", FromServer2),
    (websocket, "WebsocketLayer", WebSocket),
    (tls, "ServerTLSLayer", ToServer),
    (next_layer, "ServerTLSLayer", ToServer),
    (mode_servers, "ProxyConnectionHandler", Handler),
)


def install() -> None:
    """Put these classes where mitmproxy looks for its own. Doing it twice changes nothing."""
    for module, name, ours in _PLACES:
        if not issubclass(ours, getattr(module, name)):
            raise TypeError(f"mitmproxy's {name} is not the one that grille knows")
        setattr(module, name, ours)


def give_up(data: ServerConnectionHookData) -> None:
    """Close a connection to an upstream that is not established yet."""
    server = data.server
    goal = THROUGH.get(server, server)
    if goal.tls_established or (goal.connected and not goal.tls):
        return
    proxy = ctx.master.addons.get("proxyserver")
    handler = proxy.connections.get(data.client.id)
    transport = handler.transports.get(server) if handler is not None else None
    if transport is not None and transport.handler is not None:
        _GIVEN_UP.add(goal)
        transport.handler.cancel("timed out")


def _too_large(buffer: ReceiveBuffer) -> bool:
    return len(buffer) > HEAD_LIMIT and _END_OF_HEAD.search(bytes(buffer), 0, HEAD_LIMIT) is None


def _skip_informational(buffer: ReceiveBuffer) -> None:
    while _INFORMATIONAL.match(said := bytes(buffer)) and (end := _END_OF_HEAD.search(said)):
        buffer.maybe_extract_at_most(end.end())
