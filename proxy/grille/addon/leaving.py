"""Clients that are asked to connect elsewhere: while the proxy stops, a connection ends with its exchange.

With HTTP/1 the answer says so; with HTTP/2 (`http2.py`) the connection is closed when no stream of it is left,
and not before: some clients break off all streams of a connection at the first GOAWAY. A connection on which
nothing is asked stays open until the end of the proxy.

This module must not end what is under way.
"""

from __future__ import annotations

from weakref import WeakSet

from mitmproxy import http
from mitmproxy.connection import Connection
from mitmproxy.proxy.layers.http import _http1
from mitmproxy.proxy.layers.http._base import HttpEvent
from mitmproxy.proxy.layers.http._events import ResponseHeaders

from grille.addon.pieces import Commands

LEAVING: WeakSet[Connection] = WeakSet()
"""Clients whose connection ends with the exchange that is under way."""


class Leaving(_http1.Http1Server):
    """Requests over HTTP/1."""

    def send(self, event: HttpEvent) -> Commands[None]:
        if isinstance(event, ResponseHeaders) and self.conn in LEAVING and not self._opens_tunnel(event.response):
            event.response.headers["Connection"] = "close"
        yield from super().send(event)

    def _opens_tunnel(self, answer: http.Response) -> bool:
        asked = self.request is not None and self.request.method == "CONNECT"
        return answer.status_code == 101 or (asked and answer.status_code < 300)
