"""What mitmproxy's layers do otherwise. If mitmproxy changes, these fail before anything else does."""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import h2.config
import h2.connection
import h2.events
import pytest
from live import CHAT, HOSTS, Live, chat, drain
from mitmproxy.proxy.layers import http as mitmproxy_layers

from engines import CARD, POLICY, find
from grille.addon import connections, layers, passing
from grille.engine import Engine, Inspection, inspect
from grille.exchange import Exchange, Finding, Segment
from upstream import RecordingUpstream, answer

REPLY = answer({"choices": [{"index": 0, "message": {"role": "assistant", "content": "hello"}}]})
STRICT = "api.anthropic.com"
MESSAGES = "/v1/messages"


def request(body: bytes, extra: bytes = b"") -> bytes:
    head = b"POST %s HTTP/1.1\r\nHost: api.openai.com\r\n%sContent-Length: %d\r\n\r\n"
    return head % (CHAT.encode(), extra, len(body)) + body


@contextmanager
def talker(said: bytes) -> Iterator[int]:
    """A server that says something to whoever speaks to it, and does not understand a word."""

    def talk() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                with connection:
                    connection.recv(4096)
                    connection.sendall(said)
                    connection.settimeout(1)
                    with suppress(TimeoutError):
                        connection.recv(4096)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=talk, daemon=True)
        thread.start()
        yield int(listener.getsockname()[1])
        listener.shutdown(socket.SHUT_RDWR)
    thread.join(3)


def send_for_ever(connection: socket.socket) -> None:
    for _ in range(500):
        connection.sendall(b"4" * 65536)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


# -- connect, then judge ---------------------------------------------------------------------------


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[Exchange]:
    """The exchanges that were judged, in order."""
    seen: list[Exchange] = []

    async def watching(engine: Engine, exchange: Exchange, *rest: Any, **more: Any) -> Inspection:
        seen.append(exchange)
        return await inspect(engine, exchange, *rest, **more)

    monkeypatch.setattr(passing, "inspect", watching)
    return seen


def test_the_request_is_judged_with_the_facts_of_the_connection_it_goes_over(
    folder: Path, judged: list[Exchange]
) -> None:
    with RecordingUpstream() as up, Live(folder, up.port, up.ca_file) as live:
        assert live.post(chat("hello")).status == 200
        assert up.connections == 1
    facts = judged[0].transport
    assert (facts.tls_version, facts.cipher, facts.verified) == ("TLSv1.3", "TLS_AES_256_GCM_SHA384", True)
    assert (facts.client_tls, facts.client_loopback, facts.upstream_loopback) == (True, True, True)
    assert judged[1].transport == facts


def test_a_connection_that_ended_is_not_evidence_for_the_next(folder: Path, judged: list[Exchange]) -> None:
    """The upstream hangs up between two requests of one client: the second is judged over a new connection."""
    with RecordingUpstream([REPLY, REPLY]) as up, Live(folder, up.port, up.ca_file) as live:
        with live.tunnel("api.openai.com") as connection:
            for _ in range(2):
                connection.sendall(request(json.dumps(chat("hello")).encode()))
                assert b" 200 " in drain(connection)
                up.hang_up()
                time.sleep(0.1)
        assert up.connections == 2
    assert [each.transport.tls_version for each in judged] == ["TLSv1.3"] * 4


def test_nothing_is_connected_for_a_client_that_may_not_use_the_endpoint(folder: Path) -> None:
    policy = POLICY.replace(
        "match: anyone, endpoints: [openai, strict, ledger, query]", "match: anyone, endpoints: [query]"
    )
    with RecordingUpstream() as up, Live(folder, up.port, up.ca_file, policy) as live:
        seen = live.post(chat("hello"))
        assert seen.document["error"]["code"] == "endpoint_forbidden"
        assert up.connections == 0


def test_an_idle_connection_is_used_again(folder: Path) -> None:
    with RecordingUpstream([REPLY, REPLY]) as up, Live(folder, up.port, up.ca_file) as live:
        with live.tunnel("api.openai.com") as connection:
            for _ in range(2):
                connection.sendall(request(json.dumps(chat("hello")).encode()))
                assert b" 200 " in drain(connection)
        assert up.connections == 1


# -- answer errors ---------------------------------------------------------------------------------


def told(live: Live, **where: str) -> str:
    seen = live.post(chat("hello"), **where)  # type: ignore[arg-type]
    assert seen.status == 403
    document = seen.document
    assert document["error"]["code"] == "upstream_unreachable"
    assert seen.headers["x-grille-incident"] in document["error"]["message"]
    return str(document["error"]["message"])


def test_a_refused_connection_is_said_in_the_callers_dialect(folder: Path) -> None:
    with Live(folder, free_port()) as live:
        assert told(live).startswith("openai could not be reached: the connection was refused.")
        (record,) = live.records()
        assert (record["verdict"], record["reasons"][0]["code"]) == ("error", "upstream_unreachable")


def test_a_name_that_is_not_found_is_said(folder: Path) -> None:
    policy = POLICY.replace("hosts: [mcp.example.com]", "hosts: [nowhere.invalid]")
    call = {"jsonrpc": "2.0", "id": 41, "method": "tools/list"}
    with Live(folder, policy=policy, hosts=[]) as live:
        seen = live.post(call, "/mcp", "nowhere.invalid")
        assert (seen.status, seen.document["id"]) == (200, 41)
        assert "ledger could not be reached: its name could not be resolved" in seen.document["error"]["message"]


@pytest.mark.parametrize(
    ("names", "expired", "trusted", "said"),
    [
        (("other.example.com",), False, True, "its certificate is for another name"),
        ((), True, True, "its certificate has expired"),
        ((), False, False, "its certificate is not signed by a CA that is trusted here"),
    ],
)
def test_a_certificate_that_does_not_verify_is_said(
    folder: Path, names: Sequence[str], expired: bool, trusted: bool, said: str
) -> None:
    with (
        RecordingUpstream(names=names, expired=expired) as up,
        RecordingUpstream() as other,
        Live(folder, up.port, up.ca_file if trusted else other.ca_file) as live,
    ):
        assert told(live).startswith(f"openai could not be reached: {said}.")
        assert up.received == b""


def test_a_server_without_tls_is_said(folder: Path) -> None:
    with talker(b"HTTP/1.1 400 Bad Request\r\n\r\n") as port, Live(folder, port) as live:
        assert told(live).startswith("openai could not be reached: it does not speak TLS.")


def test_a_server_that_says_nothing_is_given_up(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "CONNECT_SECONDS", 0.3)
    with talker(b"") as port, Live(folder, port) as live:
        start = time.monotonic()
        assert told(live).startswith("openai could not be reached: it did not answer in time.")
        assert time.monotonic() - start < 2


def test_a_server_with_old_tls_is_said_and_is_not_offered_anything_old(folder: Path) -> None:
    with (
        RecordingUpstream(newest=ssl.TLSVersion.TLSv1_2) as up,
        Live(folder, up.port, up.ca_file) as live,
    ):
        seen = live.post({**chat(CARD), "max_tokens": 5}, MESSAGES, STRICT)
        assert "strict could not be reached: it does not speak the TLS version" in seen.document["error"]["message"]
        assert up.received == b""
        assert live.post(chat("hello")).status == 200, "another endpoint asks for less"


def test_after_a_failed_connection_the_next_request_tries_again(folder: Path) -> None:
    """mitmproxy would remember the failure for as long as the client's connection lasts."""
    with (
        RecordingUpstream([REPLY]) as up,
        Live(folder, free_port(), up.ca_file) as live,
        live.tunnel("api.openai.com") as connection,
    ):
        connection.sendall(request(json.dumps(chat("hello")).encode()))
        assert b"could not be reached" in drain(connection)
        live.redirect("api.openai.com", up.port)
        connection.sendall(request(json.dumps(chat("hello")).encode()))
        assert b" 200 " in drain(connection)


@pytest.mark.parametrize(
    "wrong",
    [
        b"4111 1111 1111 1111 is no HTTP\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n4111 1111 1111 1111",
        b"HTTP/1.1 200 OK\r\n4111 1111 1111 1111: x\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4111zz\r\n4111 1111 1111 1111",
    ],
)
def test_an_answer_that_is_no_http_is_not_quoted(folder: Path, wrong: bytes) -> None:
    with RecordingUpstream([wrong]) as up, Live(folder, up.port, up.ca_file) as live:
        seen = live.post(chat("hello"))
        assert seen.document["error"]["code"] == "upstream_failed"
        assert b"4111" not in seen.body + str(seen.headers).encode()
        assert [record["verdict"] for record in live.records()] == ["allow", "error"]


@pytest.mark.parametrize("pause", [0.0, 0.2])
@pytest.mark.parametrize(
    "ahead",
    [
        b"HTTP/1.1 100 Continue\r\n\r\n",
        b"HTTP/1.1 103 Early Hints\r\nLink: </4111>; rel=preload\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n",
    ],
)
def test_heads_before_the_answer_are_not_the_answer(folder: Path, ahead: bytes, pause: float) -> None:
    def pieces() -> Iterator[bytes]:
        yield ahead[:9]
        time.sleep(pause)
        yield ahead[9:-1]
        time.sleep(pause)
        yield ahead[-1:] + REPLY

    with RecordingUpstream(lambda _: pieces()) as up, Live(folder, up.port, up.ca_file) as live:
        said = live.raw(request(json.dumps(chat("hi")).encode()))
    assert said.startswith(b"HTTP/1.1 200 ")
    assert said.endswith(REPLY.partition(b"\r\n\r\n")[2])


def test_an_upstream_that_hangs_up_is_said(folder: Path) -> None:
    with (
        RecordingUpstream([b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nshort"]) as up,
        Live(folder, up.port, up.ca_file) as live,
        live.tunnel("api.openai.com") as connection,
    ):
        connection.sendall(request(json.dumps(chat("hello")).encode()))
        time.sleep(0.3)
        up.hang_up()
        assert b"upstream_failed" in drain(connection)
        assert [record["verdict"] for record in live.records()] == ["allow", "error"]


def test_an_answer_over_the_limit_is_refused(folder: Path) -> None:
    huge = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9000000\r\n\r\n" + b"4111" * 1000
    with RecordingUpstream([huge]) as up, Live(folder, up.port, up.ca_file, limit=5000) as live:
        seen = live.post(chat("hello"))
        assert seen.document["error"]["code"] == "too_large"
        assert b"4111" not in seen.body


def test_a_request_that_is_no_http_is_not_quoted(folder: Path) -> None:
    with RecordingUpstream() as up, Live(folder, up.port, up.ca_file) as live:
        said = live.raw(request(b"{}", extra=b"4111 1111: x\r\n"))
        assert b" 400 " in said
        assert b"4111" not in said
        assert [record["reasons"][0]["code"] for record in live.records()] == ["malformed_request"]


# -- trailers --------------------------------------------------------------------------------------


def test_trailers_of_a_request_are_refused_within_two_seconds(folder: Path) -> None:
    body = json.dumps(chat("hello")).encode()
    head = f"POST {CHAT} HTTP/1.1\r\nHost: api.openai.com\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
    chunks = b"%x\r\n%s\r\n0\r\nX-Card: 4111 1111 1111 1111\r\n\r\n" % (len(body), body)
    with RecordingUpstream() as up, Live(folder, up.port, up.ca_file) as live:
        start = time.monotonic()
        said = live.raw(head + chunks)
        assert time.monotonic() - start < 2
        assert b'"code": "trailers"' in said
        assert up.received == b""


def test_trailers_of_an_answer_are_refused(folder: Path) -> None:
    reply = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nX-Card: 4111 1111 1111 1111\r\n\r\n"
    with RecordingUpstream([reply]) as up, Live(folder, up.port, up.ca_file) as live:
        seen = live.post(chat("hello"))
        assert seen.document["error"]["code"] == "trailers"
        assert b"4111" not in seen.body


# -- heads -----------------------------------------------------------------------------------------


def test_a_head_without_end_is_cut_off(folder: Path) -> None:
    with RecordingUpstream() as up, Live(folder, up.port, up.ca_file) as live:
        with live.tunnel("api.openai.com") as connection:
            connection.sendall(f"POST {CHAT} HTTP/1.1\r\nHost: api.openai.com\r\nX: ".encode())
            with pytest.raises((ConnectionError, ssl.SSLError)):
                send_for_ever(connection)
        assert up.connections == 0


def test_a_long_head_below_the_limit_is_refused_kindly(folder: Path) -> None:
    with RecordingUpstream() as up, Live(folder, up.port, up.ca_file) as live:
        said = live.raw(request(b"{}", extra=b"X: " + b"x" * 100_000 + b"\r\n"))
        assert b'"code": "too_large"' in said
        assert up.received == b""


def test_a_head_of_an_answer_without_end_is_cut_off(folder: Path) -> None:
    endless = b"HTTP/1.1 200 OK\r\nX: " + b"4" * 400_000
    with RecordingUpstream([endless]) as up, Live(folder, up.port, up.ca_file) as live:
        seen = live.post(chat("hello"))
        assert seen.document["error"]["code"] == "upstream_failed"


@pytest.mark.parametrize("start", [b"1", b"0\r\nX: 4111 1111 1111 1111\r\nY: "])
def test_a_line_between_chunks_without_end_is_cut_off(folder: Path, start: bytes) -> None:
    head = f"POST {CHAT} HTTP/1.1\r\nHost: api.openai.com\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
    with RecordingUpstream() as up, Live(folder, up.port, up.ca_file) as live:
        with live.tunnel("api.openai.com") as connection:
            connection.sendall(head + b"2\r\n{}\r\n" + start)
            with pytest.raises((ConnectionError, ssl.SSLError)):
                send_for_ever(connection)
        assert up.received == b""
        assert live.post(chat("hello")).status == 200


def test_requests_that_are_sent_ahead_have_a_limit(folder: Path) -> None:
    reply = threading.Event()

    def later() -> Iterator[bytes]:
        reply.wait(10)
        yield REPLY

    with (
        RecordingUpstream(lambda _: later()) as up,  # type: ignore[arg-type, return-value]
        Live(folder, up.port, up.ca_file) as live,
        live.tunnel("api.openai.com") as connection,
    ):
        connection.sendall(request(json.dumps(chat("hello")).encode()))
        with pytest.raises((ConnectionError, ssl.SSLError)):
            send_for_ever(connection)
        reply.set()


# -- HTTP/2 ----------------------------------------------------------------------------------------


def over_h2(live: Live, bodies: Sequence[bytes], trailers: bool = False) -> list[tuple[int, bytes]]:
    """Requests over one HTTP/2 connection at once; their answers."""
    plain = socket.create_connection(("127.0.0.1", live.port), timeout=5)
    plain.sendall(b"CONNECT api.openai.com:443 HTTP/1.1\r\nHost: api.openai.com\r\n\r\n")
    assert b" 200 " in plain.recv(4096)
    context = ssl.create_default_context(cafile=live.ca)
    context.set_alpn_protocols(["h2"])
    made = h2.connection.H2Connection(h2.config.H2Configuration(header_encoding="utf-8"))
    statuses: dict[int, int] = {}
    data: dict[int, bytes] = {}
    with context.wrap_socket(plain, server_hostname="api.openai.com") as connection:
        assert connection.selected_alpn_protocol() == "h2"
        made.initiate_connection()
        for number, body in enumerate(bodies):
            stream = 2 * number + 1
            head = [(":method", "POST"), (":scheme", "https"), (":authority", "api.openai.com"), (":path", CHAT)]
            made.send_headers(stream, [*head, ("content-type", "application/json")])
            made.send_data(stream, body, end_stream=not trailers)
            if trailers:
                made.send_headers(stream, [("x-card", CARD)], end_stream=True)
        connection.sendall(made.data_to_send())
        ended = 0
        while ended < len(bodies):
            for event in made.receive_data(connection.recv(65536)):
                if isinstance(event, h2.events.ResponseReceived):
                    headers = {str(name): str(value) for name, value in event.headers}
                    statuses[event.stream_id] = int(headers[":status"])
                elif isinstance(event, h2.events.DataReceived):
                    data[event.stream_id] = data.get(event.stream_id, b"") + event.data
                elif isinstance(event, h2.events.StreamEnded | h2.events.StreamReset):
                    ended += 1
            connection.sendall(made.data_to_send())
    return [(statuses[stream], data.get(stream, b"")) for stream in sorted(statuses)]


def test_http2_is_judged_like_http1(folder: Path) -> None:
    bodies = [json.dumps(chat(text)).encode() for text in (f"Card {CARD}", "SSN 219-09-9999", "hello")]
    with RecordingUpstream(lambda _: REPLY) as up, Live(folder, up.port, up.ca_file) as live:
        seen = over_h2(live, bodies)
        assert [status for status, _ in seen] == [200, 403, 200]
        assert len(up.requests) == 2
        assert up.connections == 3, "each was sent over the connection that it was judged with"
        assert b"4111" not in up.received
        assert b"219-09" not in up.received
        assert len(live.records()) == 5


def test_requests_that_are_refused_over_http2_do_not_use_up_the_connections(folder: Path) -> None:
    """mitmproxy allows five to a host, and keeps them for as long as the client stays."""
    bodies = [json.dumps(chat("SSN 219-09-9999")).encode()] * 8 + [json.dumps(chat("hello")).encode()]
    with RecordingUpstream(lambda _: REPLY) as up, Live(folder, up.port, up.ca_file) as live:
        assert [status for status, _ in over_h2(live, bodies)] == [403] * 8 + [200]
        assert len(up.requests) == 1


def test_http2_trailers_are_refused(folder: Path) -> None:
    with RecordingUpstream() as up, Live(folder, up.port, up.ca_file) as live:
        ((status, body),) = over_h2(live, [json.dumps(chat("hello")).encode()], trailers=True)
        assert status == 403
        assert b'"trailers"' in body
        assert up.received == b""


# -- the classes themselves ------------------------------------------------------------------------


def test_installing_twice_changes_nothing() -> None:
    layers.install()
    layers.install()
    assert mitmproxy_layers.HttpStream is layers.Stream


def test_a_mitmproxy_that_is_another_one_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    class Stranger:
        pass

    monkeypatch.setattr(mitmproxy_layers, "HttpStream", Stranger)
    with pytest.raises(TypeError, match="HttpStream"):
        layers.install()


def test_a_client_that_goes_away_while_it_is_judged_changes_nothing(folder: Path) -> None:
    started: list[int] = []

    async def slow(segments: Sequence[Segment], wanted: frozenset[str]) -> tuple[Finding, ...]:
        started.append(1)
        await asyncio.sleep(0.3)
        return await find(segments, wanted)

    with RecordingUpstream() as up, Live(folder, up.port, up.ca_file, find=slow, hosts=HOSTS) as live:
        connection = live.tunnel("api.openai.com")
        connection.sendall(request(json.dumps(chat("hello")).encode()))
        time.sleep(0.1)
        connection.close()
        time.sleep(0.5)
        assert started
        assert up.received == b""
        assert live.post(chat("hello")).status == 200
