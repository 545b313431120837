"""Where an exchange begins and ends, for its span: two addons, before grille's own and after it.

So the trace is known when the first record is written, and the span ends when the last one is. The caller's
`traceparent` goes on upstream as it came, or not at all: grille writes none. This module must not look at anything
else of a message, or change it.
"""

from __future__ import annotations

from mitmproxy import http

from grille.addon.telemetry import Telemetry


class Beginning:
    """Stands before grille's addon."""

    def __init__(self, telemetry: Telemetry) -> None:
        self._telemetry = telemetry

    def requestheaders(self, flow: http.HTTPFlow) -> None:
        self._telemetry.begin(flow.id, flow.request.headers.get_all("traceparent"))


class Ending:
    """Stands behind it. Each exchange ends in one of these hooks; a WebSocket goes on after its first answer, unless
    that was refused."""

    def __init__(self, telemetry: Telemetry) -> None:
        self._telemetry = telemetry

    def response(self, flow: http.HTTPFlow) -> None:
        if flow.websocket is None or flow.response is None or flow.response.status_code != 101:
            self._telemetry.end(flow.id)

    def websocket_end(self, flow: http.HTTPFlow) -> None:
        self._telemetry.end(flow.id)

    def error(self, flow: http.HTTPFlow) -> None:
        self._telemetry.end(flow.id)
