"""Recorded traffic for the dry run: mitmproxy flow dumps and HAR files become exchanges and messages.

What a browser or another proxy wrote is taken as it is: no content is decoded, nothing is refused, and a
recording without an answer gives a request alone. A HAR file does not say how its connection was
encrypted, so nothing is known of that.

This module must not judge or print anything, and an error never quotes the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from mitmproxy import flow, http
from mitmproxy.exceptions import FlowReadException
from mitmproxy.io import FlowReader

from grille.addon import destination, intake
from grille.errors import Malformed
from grille.exchange import Direction, Exchange, Identity
from grille.framing.message import Message

_WRONG = (FlowReadException, OSError, KeyError, TypeError, ValueError, AttributeError, AssertionError, RecursionError)
"""What mitmproxy's readers raise for files that are cut off, made up, or of another program."""


def recorded(path: Path) -> Iterator[tuple[Exchange, Message]]:
    """Each request in the file, followed by its answer; WebSocket messages and raw TCP are left out.

    Raises `Malformed`, at the place where the file stops making sense: what came before was good.
    """
    number = 0
    try:
        with path.open("rb") as file:
            for each in FlowReader(file).stream():
                number += 1
                yield from _messages(each)
    except _WRONG:
        problem = "this is not a flow dump of mitmproxy or a HAR file, or it is cut off"
        raise Malformed(problem, f"exchange {number + 1} of {path.name}") from None


def _messages(each: flow.Flow) -> Iterator[tuple[Exchange, Message]]:
    if not isinstance(each, http.HTTPFlow) or each.request.method == "CONNECT":
        return
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
    yield exchange, _message(request)
    if each.response is not None:
        yield intake.answering(exchange), _message(each.response)


def _message(part: http.Request | http.Response) -> Message:
    """As `intake.message`, but trailers are only left out: nothing is forwarded here."""
    part.trailers = None
    return intake.message(part)


def _host(host: str) -> str:
    try:
        return destination.canonical(host)
    except ValueError:
        return host.lower()
