"""Recorded traffic, as two programs write it."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from mitmproxy import http
from mitmproxy.flow import Flow
from mitmproxy.io import tnetstring
from mitmproxy.test import tflow, tutils

from grille.addon.recorded import Recorded, from_entry, from_flow
from grille.errors import Malformed
from grille.exchange import Direction

BODY = b'{"messages": [{"role": "user", "content": "4111 1111 1111 1111"}]}'


def a_flow() -> http.HTTPFlow:
    request = tutils.treq(
        method=b"POST", scheme=b"https", host="API.OpenAI.com", port=443, path=b"/v1/chat/completions?a=1", content=BODY
    )
    return tflow.tflow(req=request, resp=tutils.tresp(content=b'{"ok": true}'))


def raw(flow: Flow) -> bytes:
    return tnetstring.dumps(flow.get_state())


def entry(**changes: object) -> dict[str, object]:
    return {
        "startedDateTime": "2026-11-23T12:00:00Z",
        "time": 5,
        "request": {
            "method": "POST",
            "url": "https://api.openai.com/v1/chat/completions",
            "httpVersion": "HTTP/2",
            "headers": [{"name": "content-type", "value": "application/json"}],
            "postData": {"text": BODY.decode(), "mimeType": "application/json"},
        },
        "response": {
            "status": 200,
            "httpVersion": "HTTP/2",
            "headers": [{"name": "content-type", "value": "application/json"}],
            "content": {"text": '{"ok": true}', "mimeType": "application/json"},
        },
        **changes,
    }


def test_a_flow_gives_a_request_and_its_answer() -> None:
    (exchange, message), (answering, answer) = from_flow(raw(a_flow()))
    assert (exchange.direction, answering.direction) == (Direction.REQUEST, Direction.RESPONSE)
    assert (exchange.host, exchange.port, exchange.method) == ("api.openai.com", 443, "POST")
    assert (exchange.path, message.target) == ("/v1/chat/completions", "/v1/chat/completions?a=1")
    assert message.body == BODY
    assert exchange.transport.tls_version == "TLSv1.2"
    assert answering.id == exchange.id
    assert answer.status == 200


def test_what_is_not_http_gives_nothing() -> None:
    assert [from_flow(raw(flow)) for flow in (tflow.ttcpflow(), tflow.tdnsflow())] == [(), ()]


def test_an_entry_gives_the_same() -> None:
    (exchange, message), (_, reply) = from_entry(json.dumps(entry()).encode())
    assert (exchange.host, exchange.path, message.body) == ("api.openai.com", "/v1/chat/completions", BODY)
    assert exchange.transport.tls_version is None
    assert reply.body == b'{"ok": true}'


def test_an_entry_may_say_little() -> None:
    least = {"request": {"method": "POST", "url": "https://api.openai.com/v1/chat/completions"}}
    ((exchange, message),) = from_entry(json.dumps(least).encode())
    assert (exchange.host, message.body) == ("api.openai.com", b"")


def test_a_request_without_an_answer_stands_alone() -> None:
    flow = a_flow()
    flow.response = None
    assert len(from_flow(raw(flow))) == 1
    assert len(from_entry(json.dumps(entry(response=None)).encode())) == 1


def test_trailers_of_a_recording_are_left_out() -> None:
    flow = a_flow()
    flow.request.trailers = http.Headers(((b"x", b"1"),))
    assert len(from_flow(raw(flow))) == 2


@pytest.mark.parametrize("read", [from_flow, from_entry])
@pytest.mark.parametrize(
    "content",
    [
        b"4111 1111 1111 1111",
        b"{}",
        b"[4111]",
        b'{"request": "4111 1111 1111 1111"}',
        b'{"request": {"method": "POST", "url": 4111}}',
        b'{"request": ' + b"[" * 100_000,
        b"5:hello,",
        b"9999999999:4111",
        b"\x00\xff" * 50,
    ],
)
def test_what_is_neither_is_refused_without_a_quote(read: Callable[[bytes], Recorded], content: bytes) -> None:
    with pytest.raises(Malformed, match="this is not") as caught:
        read(content)
    assert "4111" not in str(caught.value)
    assert caught.value.__cause__ is None
