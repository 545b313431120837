"""How fast a stream goes that shares an HTTP/2 connection with others.

Each stream has a window of its own, so that one which rests is not in the way of the rest. mitmproxy opens
its windows wide, and keeps whatever comes. Here they are used:

    from an upstream   it may send as much as one window before the first of it is judged, and the next
                       when all of it is
    to a client        a stream whose client takes nothing is told to wait, until it does

The window of the connection as a whole stays wide open, or else the streams would wait for each other.

A client that is asked to connect elsewhere is told so when no stream of its connection is left (`leaving.py`).
This module must not look at what is sent.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import h2.config
from h2.connection import ConnectionState
from mitmproxy.proxy import commands, events
from mitmproxy.proxy.context import Context
from mitmproxy.proxy.layers.http._base import HttpEvent
from mitmproxy.proxy.layers.http._http2 import Http2Client, Http2Server
from mitmproxy.proxy.layers.http._http_h2 import BufferedH2Connection

from grille.addon.leaving import LEAVING
from grille.addon.pieces import Commands

WINDOW = 1 << 20
"""Bytes."""


@dataclass(eq=False)
class ClientTakes(commands.StartHook):
    """Over when the client has taken what it was sent. No addon is asked: the handler of the sockets waits."""

    name = ""
    taken: asyncio.Event


@dataclass
class Judged(HttpEvent):
    """From a stream to its upstream: nothing of it waits any more."""


class FromClient2(Http2Server):
    """Requests."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._waiting: dict[int, asyncio.Event] = {}

    def is_behind(self, stream_id: int) -> bool:
        return stream_id in self.streams and stream_id in self.h2_conn.stream_buffers

    def taken(self, stream_id: int) -> asyncio.Event:
        return self._waiting.setdefault(stream_id, asyncio.Event())

    def _handle_event(self, event: events.Event) -> Commands[None]:
        yield from super()._handle_event(event)
        for stream_id in [each for each in self._waiting if not self.is_behind(each)]:
            self._waiting.pop(stream_id).set()
        if self.conn in LEAVING and self._is_over():
            self.h2_conn.close_connection()
            yield commands.SendData(self.conn, self.h2_conn.data_to_send())
            yield from self.close_connection("grille stops")

    def _is_over(self) -> bool:
        """Whether there were streams, and none is left."""
        is_open = self.h2_conn.state_machine.state is not ConnectionState.CLOSED
        return bool(self.streams) and is_open and all(self.is_closed(each) for each in self.streams)


class _Slow(BufferedH2Connection):
    """Opens the window of a stream when it is told to, and not before."""

    def __init__(self, config: h2.config.H2Configuration) -> None:
        super().__init__(config)
        self.local_settings.initial_window_size = WINDOW
        self.local_settings.enable_push = 0
        self.local_settings.acknowledge()  # or the settings of before would be sent
        self.owed: dict[int, int] = {}
        self._received = 0

    def acknowledge_received_data(self, acknowledged_size: int, stream_id: int) -> None:
        """mitmproxy says that it has passed something on. It says so after the stream has had it, so that what
        the stream is told to open is without the last frame; a window is larger than a frame."""
        self.owed[stream_id] = self.owed.get(stream_id, 0) + acknowledged_size
        self._received += acknowledged_size
        if self._received >= WINDOW and self.state_machine.state is not ConnectionState.CLOSED:
            self.increment_flow_control_window(self._received)
            self._received = 0


class FromServer2(Http2Client):
    """Answers."""

    h2_conn: _Slow

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.h2_conn = _Slow(self.h2_conf)

    def _handle_event(self, event: events.Event) -> Commands[None]:
        if isinstance(event, Judged):
            yield from self._open(self.our_stream_id.get(event.stream_id, 0))
            return
        yield from super()._handle_event(event)
        for stream_id in [each for each in self.h2_conn.owed if self.is_closed(each)]:
            del self.h2_conn.owed[stream_id]

    def _open(self, stream_id: int) -> Commands[None]:
        owed = self.h2_conn.owed.pop(stream_id, 0)
        if owed and not self.is_closed(stream_id):
            self.h2_conn.increment_flow_control_window(owed, stream_id)
            yield commands.SendData(self.conn, self.h2_conn.data_to_send())
