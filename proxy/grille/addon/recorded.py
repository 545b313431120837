"""Recorded traffic for the dry run: flows of mitmproxy and entries of HAR files become exchanges and messages.

What a browser or another proxy wrote is taken as it is: no content is decoded, nothing is refused, and a
recording without an answer gives a request alone. A HAR file does not say how its connection was
encrypted, so nothing is known of that.

This module must not judge or print anything, and an error never quotes the recording.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping

from mitmproxy import flow, http
from mitmproxy.exceptions import FlowReadException, OptionsError
from mitmproxy.io import FlowReader
from mitmproxy.io.har import request_to_flow

from grille.addon import destination, intake
from grille.errors import Malformed
from grille.exchange import Direction, Exchange, Identity
from grille.framing.message import Message

_WRONG = (
    FlowReadException, OptionsError, OSError, LookupError, TypeError, ValueError, AttributeError, AssertionError,
    RecursionError,
)  # fmt: skip
"""What mitmproxy's readers raise for recordings that are cut off, made up, or of another program."""
_UNSAID: Mapping[str, object] = {"startedDateTime": "1970-01-01T00:00:00Z", "time": 0}
_UNSAID_OF_A_PART: Mapping[str, object] = {"headers": [], "httpVersion": "HTTP/1.1"}

type Recorded = tuple[tuple[Exchange, Message], ...]
"""A request and its answer; nothing for what is not HTTP."""


def from_flow(raw: bytes) -> Recorded:
    """What a flow of a flow dump recorded. WebSocket messages and raw TCP are left out. Raises `Malformed`."""
    try:
        return tuple(pair for each in FlowReader(io.BytesIO(raw)).stream() for pair in _messages(each))
    except _WRONG:
        raise Malformed("this is not a flow of mitmproxy") from None


def from_entry(raw: bytes) -> Recorded:
    """What an entry of a HAR file recorded; times, headers and the answer may be missing. Raises `Malformed`."""
    try:
        entry = json.loads(raw)
        answered = entry.get("response") is not None
        told = {part: {**_UNSAID_OF_A_PART, **(entry.get(part) or {})} for part in ("request", "response")}
        told["response"] = {"status": 0, "content": {}, **told["response"]}
        recorded = request_to_flow({**_UNSAID, **entry, **told})
        if not answered:
            recorded.response = None
        return _messages(recorded)
    except _WRONG:
        raise Malformed("this is not an entry of a HAR file") from None


def _messages(each: flow.Flow) -> Recorded:
    if not isinstance(each, http.HTTPFlow) or each.request.method == "CONNECT":
        return ()
    request, client = each.request, each.client_conn
    exchange = Exchange(
        id=each.id,
        direction=Direction.REQUEST,
        scheme=request.scheme,
        host=_host(request.host),
        port=request.port,
        method=request.method,
        path=intake.text(request.data.path).partition("?")[0],
        identity=Identity(address=client.peername[0] if client.peername else None),
        transport=intake.transport(client, each.server_conn, live=False),
    )
    asked = exchange, _message(request)
    return (asked,) if each.response is None else (asked, (intake.answering(exchange), _message(each.response)))


def _message(part: http.Request | http.Response) -> Message:
    """As `intake.message`, but trailers are only left out: nothing is forwarded here."""
    part.trailers = None
    return intake.message(part)


def _host(host: str) -> str:
    try:
        return destination.canonical(host)
    except ValueError:
        return host.lower()
