"""An upstream that ends TLS with an alert has closed the connection.

With TLS 1.3 a server looks at the client's side of the handshake after the client holds it for done, so its no
(`certificate required`, for one) comes when a request is already under way. OpenSSL then counts the
connection as shut down; mitmproxy takes that for a close that it has passed on already, and the caller waits for
an answer that never comes. Here the close is passed on, once.

This module must not decide what the caller is told: `failing.py` does.
"""

from __future__ import annotations

from mitmproxy.proxy import events
from mitmproxy.proxy.layers import tls

from grille.addon.pieces import Commands


class ToServer(tls.ServerTLSLayer):
    """TLS to an upstream."""

    _passed_on = False

    def event_to_child(self, event: events.Event) -> Commands[None]:
        if isinstance(event, events.ConnectionClosed) and event.connection == self.conn:
            self._passed_on = True
        yield from super().event_to_child(event)

    def receive_close(self) -> Commands[None]:
        yield from super().receive_close()
        if not self._passed_on:
            yield from self.event_to_child(events.ConnectionClosed(self.conn))
