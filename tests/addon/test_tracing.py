"""A span for each exchange over a live proxy: in the caller's trace, and without anything of what was said."""

from __future__ import annotations

import http.client
import json
import ssl
from contextlib import closing
from pathlib import Path

import pytest
from live import CHAT, Live, chat
from socketpeers import SocketUpstream, open_socket
from wsproto.events import CloseConnection, TextMessage

from collector import Collector, said
from engines import CARD, SSN
from upstream import RecordingUpstream, answer

TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
TRACEPARENT = f"00-{TRACE}-{PARENT}-01"
REPLY = answer({"choices": [{"index": 0, "message": {"role": "assistant", "content": "hello"}}]})
EVENT = b'data: {"choices": [{"index": 0, "delta": {"content": "first "}}]}\n\ndata: [DONE]\n\n'
STREAM = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"%x\r\n%s\r\n0\r\n\r\n" % (len(EVENT), EVENT)
)


def post(live: Live, text: str, path: str = CHAT, **headers: str) -> int:
    context = ssl.create_default_context(cafile=live.ca)
    with closing(http.client.HTTPSConnection("127.0.0.1", live.port, timeout=10, context=context)) as connection:
        connection.set_tunnel("api.openai.com")
        body = json.dumps({**chat(text), "model": "gpt-canary"})
        connection.request("POST", path, body, {"Content-Type": "application/json", **headers})
        reply = connection.getresponse()
        reply.read()
        return reply.status


def test_the_callers_trace_goes_on_and_upstream_goes_what_he_sent(folder: Path) -> None:
    with Collector() as there, RecordingUpstream([REPLY, REPLY]) as up:
        with Live(folder, up.port, up.ca_file, otlp=there.url) as live:
            assert post(live, f"Card {CARD}", traceparent=TRACEPARENT, tracestate="a=b") == 200
            assert post(live, "clean") == 200
        assert up.received.lower().count(b"traceparent: " + TRACEPARENT.encode()) == 1
        assert up.received.lower().count(b"traceparent") == 1, "where the caller has none, none is made up"
    first, second = there.spans
    assert (first.trace_id.hex(), first.parent_span_id.hex()) == (TRACE, PARENT)
    assert second.trace_id.hex() != TRACE
    assert second.parent_span_id == b""
    assert (first.name, first.kind) == ("chat", 2)
    described = said(first)
    assert described["gen_ai.provider.name"] == "openai"
    assert (described["grille.request.verdict"], described["grille.response.verdict"]) == ("rewrite", "allow")
    assert described["grille.request.entities"] == ["CREDIT_CARD"]
    assert [each.trace_id.hex() for each in there.logs[:2]] == [TRACE, TRACE]
    assert len(there.logs) == 4


def test_what_is_stopped_and_what_fails_has_a_span_too(folder: Path) -> None:
    with (
        Collector() as there,
        RecordingUpstream() as up,
        RecordingUpstream(names=["elsewhere.example"]) as wrong,
        Live(folder, up.port, up.ca_file, otlp=there.url) as live,
    ):
        assert post(live, f"My number is {SSN}") == 403
        live.redirect("api.openai.com", wrong.port)
        assert post(live, "clean") == 403
    blocked, failed = there.spans
    assert (said(blocked)["grille.stopped"], blocked.status.code) == ("entity_blocked", 0)
    assert (said(failed)["error.type"], failed.status.code) == ("upstream_unreachable", 2)


def test_the_span_of_a_stream_ends_with_it(folder: Path) -> None:
    with (
        Collector() as there,
        RecordingUpstream([STREAM]) as up,
        Live(folder, up.port, up.ca_file, otlp=there.url) as live,
    ):
        assert post(live, "clean") == 200
    (span,) = there.spans
    assert said(span)["grille.response.verdict"] == "allow"


def test_a_websocket_is_one_span(folder: Path) -> None:
    item = {"type": "message", "content": [{"type": "input_text", "text": f"Why was {CARD} declined?"}]}
    with (
        Collector() as there,
        SocketUpstream(folder) as up,
        Live(folder, up.port, up.ca_file, otlp=there.url) as live,
        closing(open_socket(live, f"traceparent: {TRACEPARENT}\r\n")) as client,
    ):
        server = up.peer()
        client.send(TextMessage(json.dumps({"type": "conversation.item.create", "item": item})))
        server.next()
        client.send(CloseConnection(1000))
        server.next()
    (span,) = there.spans
    assert span.trace_id.hex() == TRACE
    assert said(span)["grille.request.verdict"] == "rewrite"
    assert len(there.logs) == 3


PLANTED = (CARD, CARD.replace(" ", ""), SSN, "Jane Doe", "jane@example.com", "sk-canary", "gpt-canary", "canary-state",
           "canary-header", "canary-query", "hello")  # fmt: skip


def test_nothing_of_what_was_said_is_sent(folder: Path) -> None:
    words = f"Jane Doe, jane@example.com, card {CARD}"
    more = {"authorization": "Bearer sk-canary", "x-note": "canary-header", "tracestate": "k=canary-state"}
    with Collector() as there, RecordingUpstream([REPLY, REPLY]) as up:
        with Live(folder, up.port, up.ca_file, otlp=there.url) as live:
            assert post(live, words, traceparent=TRACEPARENT, **more) == 200
            assert post(live, f"{words} and {SSN}", f"{CHAT}?note=canary-query", **more) == 403
        for planted in ("sk-canary", "canary-header", "gpt-canary", "canary-state"):
            assert planted.encode() in up.received, "the control: it came through"
    assert b"CREDIT_CARD" in there.raw, "the control: what is there can be found"
    assert b"PERSON" in there.raw
    assert [planted for planted in PLANTED if planted.encode() in there.raw] == []


def test_a_collector_that_is_not_there_changes_nothing(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with RecordingUpstream([REPLY]) as up:
        with Live(folder, up.port, up.ca_file, otlp="http://127.0.0.1:9") as live:
            assert post(live, f"Card {CARD}") == 200
        assert len(live.records()) == 2
    assert "does not take records" in capfd.readouterr().err
