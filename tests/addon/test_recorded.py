"""Recorded traffic, as two programs write it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from mitmproxy import http
from mitmproxy.io import FlowWriter
from mitmproxy.test import tflow, tutils

from grille.addon.recorded import recorded
from grille.errors import Malformed
from grille.exchange import Direction

BODY = b'{"messages": [{"role": "user", "content": "4111 1111 1111 1111"}]}'


def a_flow() -> http.HTTPFlow:
    request = tutils.treq(
        method=b"POST", scheme=b"https", host="API.OpenAI.com", port=443, path=b"/v1/chat/completions?a=1", content=BODY
    )
    return tflow.tflow(req=request, resp=tutils.tresp(content=b'{"ok": true}'))


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    file = tmp_path / "traffic.flow"
    with file.open("wb") as out:
        writer = FlowWriter(out)
        for flow in (a_flow(), tflow.ttcpflow(), tflow.tdnsflow(), a_flow()):
            writer.add(flow)
    return file


def har(**changes: object) -> dict[str, object]:
    entry = {
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
    return {"log": {"version": "1.2", "entries": [entry]}}


def test_a_flow_dump_gives_requests_and_their_answers(dump: Path) -> None:
    found = list(recorded(dump))
    assert [exchange.direction for exchange, _ in found] == [Direction.REQUEST, Direction.RESPONSE] * 2
    exchange, message = found[0]
    assert (exchange.host, exchange.port, exchange.method) == ("api.openai.com", 443, "POST")
    assert (exchange.path, message.target) == ("/v1/chat/completions", "/v1/chat/completions?a=1")
    assert message.body == BODY
    assert exchange.transport.tls_version == "TLSv1.2"
    assert found[1][0].id == exchange.id
    assert found[1][1].status == 200


def test_a_har_file_gives_the_same(tmp_path: Path) -> None:
    file = tmp_path / "session.har"
    file.write_text(json.dumps(har()))
    (exchange, message), (_, reply) = list(recorded(file))
    assert (exchange.host, exchange.path, message.body) == ("api.openai.com", "/v1/chat/completions", BODY)
    assert exchange.transport.tls_version is None
    assert reply.body == b'{"ok": true}'


def test_a_request_without_an_answer_stands_alone(tmp_path: Path) -> None:
    file = tmp_path / "x.flow"
    flow = a_flow()
    flow.response = None
    with file.open("wb") as out:
        FlowWriter(out).add(flow)
    assert len(list(recorded(file))) == 1


def test_trailers_of_a_recording_are_left_out(tmp_path: Path) -> None:
    file = tmp_path / "x.flow"
    flow = a_flow()
    flow.request.trailers = http.Headers(((b"x", b"1"),))
    with file.open("wb") as out:
        FlowWriter(out).add(flow)
    assert len(list(recorded(file))) == 2


@pytest.mark.parametrize(
    "content",
    [
        b"4111 1111 1111 1111",
        b"{}",
        b'{"log": {"entries": [{"request": "4111 1111 1111 1111"}]}}',
        b'{"log": ' + b"[" * 100_000,
        b"5:hello,",
        b"9999999999:4111",
        b"\x00\xff" * 50,
    ],
)
def test_a_file_that_is_neither_is_refused_without_a_quote(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "bad.har"
    file.write_bytes(content)
    with pytest.raises(Malformed, match="exchange 1 of bad") as caught:
        list(recorded(file))
    assert "4111" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_what_came_before_the_fault_is_given(dump: Path) -> None:
    dump.write_bytes(dump.read_bytes()[:-20])
    reading = recorded(dump)
    assert [message.body for _, message in (next(reading), next(reading))] == [BODY, b'{"ok": true}']
    with pytest.raises(Malformed, match="exchange 4 of traffic"):
        list(reading)


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(Malformed, match="missing"):
        list(recorded(tmp_path / "missing.flow"))
