"""What the hooks do, through real sockets: the witness keeps what arrives."""

from __future__ import annotations

import asyncio
import gc
import json
import socket
import ssl
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest
from live import CHAT, NOW, Live, chat, drain, is_guarded
from mitmproxy import hooks, http
from mitmproxy.test import tflow, tutils

from engines import CARD, POLICY, SEARCH, SSN, find
from grille.addon.addon import Grille
from grille.addon.identity import Checks, Identities
from grille.exchange import Finding, Segment
from grille.sinks.audit import Audit
from upstream import RecordingUpstream, answer

REPLY = answer({"choices": [{"index": 0, "message": {"role": "assistant", "content": "hello"}}]})


def ask(path: str = CHAT, host: str = "api.openai.com", body: bytes | None = None, extra: str = "") -> bytes:
    raw = json.dumps(chat("hello")).encode() if body is None else body
    head = f"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n{extra}"
    return f"{head}Content-Length: {len(raw)}\r\n\r\n".encode() + raw


def test_every_hook_of_the_class_is_guarded() -> None:
    named = [name for name in dir(Grille) if name in hooks.all_hooks]
    assert len(named) > 15
    assert [name for name in named if not is_guarded(getattr(Grille, name))] == []


def test_a_card_leaves_as_a_token_and_comes_back_as_itself(folder: Path) -> None:
    def model(request: bytes) -> bytes:
        words = json.loads(request.partition(b"\r\n\r\n")[2])["messages"][0]["content"]
        return answer({"choices": [{"index": 0, "message": {"role": "assistant", "content": words}}]})

    with RecordingUpstream(model) as up, Live(folder, up.port, up.ca_file) as live:
        seen = live.post(chat(f"Card {CARD}."))
        assert seen.document["choices"][0]["message"]["content"] == f"Card {CARD}."
        assert b"4111" not in up.received
        assert b"CREDIT_CARD_" in up.received
        assert [record["verdict"] for record in live.records()] == ["rewrite", "rewrite"]
        assert up.connections == 1


def test_the_bytes_of_a_clean_request_arrive_as_they_were_sent(folder: Path) -> None:
    body = b'{ "messages":[{"role" : "user","content":"h\\u0065llo \xc3\xa9"}],"n":1E0, "x": -0 }'
    request = ask(body=body, extra="X-Odd-CASE: 1\r\nAccept-Encoding: identity\r\nx-odd-case: 2\r\n")
    with RecordingUpstream([REPLY]) as up, Live(folder, up.port, up.ca_file) as live:
        assert live.raw(request) == REPLY.replace(b"Recorded", b"OK")
        assert up.requests == [request]


def test_a_blocked_request_reaches_nobody_and_says_why(folder: Path) -> None:
    with RecordingUpstream() as up, Live(folder, up.port, up.ca_file) as live:
        seen = live.post(chat(f"SSN {SSN}"))
        assert seen.status == 403
        assert seen.document["error"]["code"] == "entity_blocked"
        assert seen.headers["x-should-retry"] == "false"
        (record,) = live.records()
        assert record["verdict"] == "block"
        assert record["incident"] == seen.headers["x-grille-incident"]
        assert record["incident"] in seen.document["error"]["message"]
        assert "policy small" in seen.document["error"]["message"]
        assert up.received == b""


def test_a_blocked_answer_is_replaced(folder: Path) -> None:
    policy = POLICY.replace("back: {CREDIT_CARD: {action: mask, keep_last: 4}", "back: {CREDIT_CARD: block")
    reply = answer({"choices": [{"index": 0, "message": {"role": "assistant", "content": f"It is {CARD}"}}]})
    with RecordingUpstream([reply]) as up, Live(folder, up.port, up.ca_file, policy=policy) as live:
        seen = live.post(chat("hello"))
        assert seen.status == 403
        assert b"4111" not in seen.body
        assert [record["verdict"] for record in live.records()] == ["allow", "block"]


def test_a_refused_tool_call_repeats_the_id_of_the_call(folder: Path) -> None:
    params = {"name": "export_all", "arguments": {}}
    call: dict[str, object] = {"jsonrpc": "2.0", "id": "c-7", "method": "tools/call", "params": params}
    with RecordingUpstream() as up, Live(folder, up.port, up.ca_file) as live:
        seen = live.post(call, "/mcp", "mcp.example.com")
        assert (seen.status, seen.document["id"]) == (200, "c-7")
        assert seen.document["error"]["data"]["code"] == "tool_forbidden"
        assert up.received == b""


def test_keep_alive_goes_on_after_a_rewrite_and_after_a_refusal(folder: Path) -> None:
    with RecordingUpstream([REPLY, REPLY]) as up, Live(folder, up.port, up.ca_file) as live:
        with live.tunnel("api.openai.com") as connection:
            for text, expected in ((CARD, b" 200 "), (SSN, b" 403 "), ("hello", b" 200 ")):
                connection.sendall(ask(body=json.dumps(chat(text)).encode()))
                assert expected in drain(connection).split(b"\r\n", 1)[0]
        assert len(up.requests) == 2
        assert up.connections == 1


def test_the_two_requests_of_a_pipeline_are_judged_each(folder: Path) -> None:
    with RecordingUpstream([REPLY, REPLY]) as up, Live(folder, up.port, up.ca_file) as live:
        said = live.raw(ask() + ask(body=json.dumps(chat(SSN)).encode()))
        assert said.count(b"HTTP/1.1 ") >= 1
        assert SSN.encode() not in up.received


def test_a_chunked_request_that_is_rewritten_has_one_framing(folder: Path) -> None:
    body = json.dumps(chat(f"Card {CARD}")).encode()
    chunked = b"".join(b"1\r\n%c\r\n" % byte for byte in body) + b"0\r\n\r\n"
    head = f"POST {CHAT} HTTP/1.1\r\nHost: api.openai.com\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
    with RecordingUpstream([REPLY]) as up, Live(folder, up.port, up.ca_file) as live:
        assert b" 200 " in live.raw(head + chunked)
        arrived = up.requests[0].lower()
        assert b"transfer-encoding" not in arrived
        assert arrived.count(b"content-length") == 1
        assert b"4111" not in arrived


def test_an_uncoded_answer_is_asked_for(folder: Path) -> None:
    with RecordingUpstream([REPLY]) as up, Live(folder, up.port, up.ca_file) as live:
        live.raw(ask(extra="accept-ENCODING: gzip, br\r\nX-After: 1\r\n"))
        assert b"accept-ENCODING: identity\r\nX-After: 1\r\n" in up.requests[0]


def test_alt_svc_is_taken_from_answers(folder: Path) -> None:
    reply = answer({}, headers=[("Alt-Svc", 'h3=":443"'), ("X-Kept", "1")])
    with RecordingUpstream([reply]) as up, Live(folder, up.port, up.ca_file) as live:
        seen = live.post(chat("hello"))
        assert "alt-svc" not in seen.headers
        assert seen.headers["x-kept"] == "1"


def test_a_streamed_answer_is_collected_whole(folder: Path) -> None:
    first = b'data: {"choices": [{"index": 0, "delta": {"content": "4111 1111 "}}]}\n\n'
    second = b'data: {"choices": [{"index": 0, "delta": {"content": "1111 1111"}}]}\n\ndata: [DONE]\n\n'
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
    pieces = [head, b"%x\r\n%s\r\n" % (len(first), first), b"%x\r\n%s\r\n0\r\n\r\n" % (len(second), second)]
    with RecordingUpstream([pieces]) as up, Live(folder, up.port, up.ca_file) as live:
        seen = live.post({**chat("hello"), "stream": True})
        assert b"4111" not in seen.body
        assert b"[DONE]" in seen.body


# -- where it goes ---------------------------------------------------------------------------------


def noting(original: Callable[..., Any], asked: list[str]) -> Callable[..., Any]:
    """`getaddrinfo`, with a note of each name."""

    async def getaddrinfo(host: str, port: int, **more: int) -> object:
        asked.append(host)
        return await original(host, port, **more)

    return getaddrinfo


def test_an_unknown_host_is_refused_before_anything_is_connected_or_looked_up(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    with RecordingUpstream() as up, Live(folder, up.port, up.ca_file) as live:
        monkeypatch.setattr(live._loop, "getaddrinfo", noting(live._loop.getaddrinfo, asked))
        with pytest.raises(ConnectionRefusedError, match="403"):
            live.tunnel("4111111111111111.evil.example")
        said = live.plain(
            b"GET http://4111111111111111.evil.example/ HTTP/1.1\r\nHost: 4111111111111111.evil.example\r\n\r\n"
        )
        assert b" 403 " in said
        assert asked == []
        assert up.connections == 0
        assert len(live.records()) == 2
        assert "4111" not in json.dumps(live.records())
        for record in live.records():
            assert [reason["because"].rpartition(" ")[2] for reason in record["reasons"]] == ["otherwise.endpoint"]
            assert record["clients"] == ["app"]


def test_an_unknown_path_of_a_known_host_is_refused_in_its_dialects_absence(folder: Path) -> None:
    with RecordingUpstream() as up, Live(folder, up.port, up.ca_file) as live:
        seen = live.post(b"{}", path="/v1/nothing")
        assert seen.status == 403
        assert seen.document["code"] == "route_unknown"
        assert up.connections == 0
        assert live.records()[0]["clients"] == ["app"]


@pytest.mark.parametrize(
    ("request_host", "sni"),
    [
        ("api.anthropic.com", None),
        ("api.openai.com:8443", None),
        ("evil.example", None),
        ("api.openai.com", "api.anthropic.com"),
        ("api.openai.com", "4111111111111111.example"),
        ("api.openai.com, evil.example", None),
        ("user@api.openai.com", None),
    ],
)
def test_a_request_that_names_two_servers_goes_to_neither(folder: Path, request_host: str, sni: str | None) -> None:
    with RecordingUpstream() as up, Live(folder, up.port, up.ca_file) as live:
        assert b" 421 " in live.raw(ask(host=request_host), sni=sni)
        assert up.connections == 0
        assert up.snis == []
        (record,) = live.records()
        assert record["reasons"][0]["code"] == "destination_mismatch"


def test_other_spellings_of_a_host_are_the_same_host(folder: Path) -> None:
    with RecordingUpstream([REPLY]) as up, Live(folder, up.port, up.ca_file) as live:
        with live.tunnel("API.OpenAI.com.", sni="Api.openai.COM") as connection:
            connection.sendall(ask(host="API.openai.COM:443"))
            assert b" 200 " in drain(connection)
        assert up.snis == ["api.openai.com"]


def test_two_host_headers_are_refused(folder: Path) -> None:
    with RecordingUpstream() as up, Live(folder, up.port, up.ca_file) as live:
        assert b" 421 " in live.raw(ask(extra="Host: api.openai.com\r\n"))
        assert up.connections == 0


def test_a_request_in_absolute_form_is_judged_like_any_other(folder: Path) -> None:
    policy = POLICY.replace("hosts: [api.example.com]", "hosts: ['api.example.com:80']")
    body = json.dumps({"context_window": "session_only", "q": f"card {CARD}"}).encode()
    head = f"POST http://api.example.com/query HTTP/1.1\r\nHost: api.example.com\r\nContent-Length: {len(body)}\r\n\r\n"
    with RecordingUpstream(tls=False) as up, Live(folder, up.port, policy=policy) as live:
        assert b" 200 " in live.plain(head.encode() + body)
        assert up.requests[0].startswith(b"POST /query HTTP/1.1\r\n")
        assert b"4111" not in up.received


def test_monitor_lets_an_unknown_host_through_and_says_so(folder: Path) -> None:
    policy = POLICY.replace("mode: enforce", "mode: monitor")
    with RecordingUpstream([REPLY]) as up, Live(folder, up.port, up.ca_file, policy, hosts=["other.example"]) as live:
        seen = live.post(chat(f"SSN {SSN}"), host="other.example")
        assert seen.status == 200
        assert live.records()[0]["verdict"] == "block"
        assert live.records()[0]["enforced"] is False


def test_a_provider_that_is_not_approved_is_refused_as_its_sdk_understands_and_others_at_the_tunnel(
    folder: Path,
) -> None:
    policy = POLICY.replace("provider: openai", "provider: mistral")
    with RecordingUpstream([REPLY]) as up, Live(folder, up.port, up.ca_file, policy, hosts=["api.openai.com"]) as live:
        through = httpx.Client(proxy=f"http://127.0.0.1:{live.port}", verify=ssl.create_default_context(cafile=live.ca))
        client = openai.OpenAI(api_key="not-a-real-one", http_client=through)
        with client, pytest.raises(openai.PermissionDeniedError) as raised:
            client.chat.completions.create(model="m", messages=[{"role": "user", "content": CARD}])
        assert raised.value.code == "endpoint_unknown"
        assert "use one that is approved" in raised.value.message
        refused = live.plain(b"CONNECT other.example:443 HTTP/1.1\r\nHost: other.example:443\r\n\r\n")
        assert b" 403 " in refused.split(b"\r\n")[0]
        assert up.connections == 0
        told = [(each["host"], each["reasons"][0]["code"]) for each in live.records()]
        assert told == [
            ("api.openai.com", "endpoint_unknown"),  # the tunnel
            ("api.openai.com", "endpoint_unknown"),  # the call, once
            ("other.example", "endpoint_unknown"),
        ]
        for port in (22, 53):
            refused = live.plain(
                f"CONNECT api.openai.com:{port} HTTP/1.1\r\nHost: api.openai.com:{port}\r\n\r\n".encode()
            )
            assert b" 403 " in refused.split(b"\r\n")[0]
        live.tunnel("api.openai.com").close()
        assert len(live.records()) == 6, "a tunnel in which nothing is asked has a record too"


def test_in_monitor_mode_a_call_to_a_provider_without_an_endpoint_goes_on(folder: Path) -> None:
    policy = POLICY.replace("provider: openai", "provider: mistral").replace("mode: enforce", "mode: monitor")
    with RecordingUpstream([REPLY]) as up, Live(folder, up.port, up.ca_file, policy, hosts=["api.openai.com"]) as live:
        assert live.post(chat("hello")).status == 200
        assert {(each["verdict"], each["enforced"]) for each in live.records()} == {("block", False)}


def test_where_unknown_hosts_may_be_used_they_are_intercepted_and_ai_is_refused_in_its_own_shape(folder: Path) -> None:
    policy = POLICY.replace("{endpoint: block", "{endpoint: allow")
    socket_key = "AAAAAAAAAAAAAAAAAAAAAA=="
    upgrade = (
        "GET /feed HTTP/1.1\r\nHost: other.example\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {socket_key}\r\n\r\n"
    )
    with RecordingUpstream([REPLY]) as up, Live(folder, up.port, up.ca_file, policy, hosts=["other.example"]) as live:
        refused = live.post(chat(CARD), host="other.example")
        assert (refused.status, refused.document["error"]["code"]) == (403, "shadow_ai")
        assert b" 403 " in live.raw(upgrade.encode(), host="other.example")
        with live.tunnel("other.example") as tunnel:
            tunnel.sendall(b"SSH-2.0-OpenSSH_9.9\r\n\r\n")
            assert not drain(tunnel).startswith(b"SSH")
        assert up.received == b""
        assert live.post(b'{"name": "Ann"}', "/v1/things", host="other.example").status == 200
        assert b'{"name": "Ann"}' in up.received
        assert [each["verdict"] for each in live.records() if each["host"] == "other.example"][-2:] == [
            "allow",
            "allow",
        ]


def test_in_reverse_mode_the_upstream_is_the_destination(folder: Path) -> None:
    with (
        RecordingUpstream([REPLY]) as up,
        Live(folder, up.port, up.ca_file, reverse="https://api.openai.com") as live,
    ):
        assert b" 200 " in live.plain(ask(host="localhost:8080", body=json.dumps(chat(CARD)).encode()))
        assert b"Host: api.openai.com\r\n" in up.requests[0]
        assert b"4111" not in up.received
        assert up.snis == ["api.openai.com"]


# -- what is not a plain request -------------------------------------------------------------------


@pytest.mark.parametrize("upgrade", ["websocket", "foo", "h2c, websocket", "TLS/1.0"])
def test_an_upgrade_is_refused(folder: Path, upgrade: str) -> None:
    extra = f"Connection: Upgrade\r\nUpgrade: {upgrade}\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: x\r\n"
    with RecordingUpstream() as up, Live(folder, up.port, up.ca_file) as live:
        assert b" 403 " in live.raw(ask(extra=extra))
        assert up.connections == 0


def test_an_answer_that_changes_the_protocol_is_refused(folder: Path) -> None:
    switch = b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: foo\r\n\r\n"
    with RecordingUpstream([switch]) as up, Live(folder, up.port, up.ca_file) as live:
        said = live.raw(ask())
        assert b" 403 " in said.split(b"\r\n", 1)[0]
        assert b"101" not in said.split(b"\r\n", 1)[0]


def test_bytes_that_are_no_http_inside_a_tunnel_go_nowhere(folder: Path) -> None:
    with RecordingUpstream() as up, Live(folder, up.port, up.ca_file) as live:
        live.raw(b"\x00\x01\x02 4111 1111 1111 1111\r\n\r\n")
        live.raw(b"SSH-2.0-x\r\n4111 1111 1111 1111\r\n\r\n")
        assert up.received == b""


def test_dns_inside_a_tunnel_goes_nowhere(folder: Path) -> None:
    """mitmproxy takes whatever goes to port 53 for DNS and forwards it, whether or not that is wanted."""
    policy = POLICY.replace("hosts: [api.example.com]", "hosts: ['api.example.com:53']")
    query = b"\x00\x07\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x044111\x07example\x00\x00\x01\x00\x01"
    connect = b"CONNECT api.example.com:53 HTTP/1.1\r\nHost: api.example.com:53\r\n\r\n"
    with RecordingUpstream(tls=False) as up, Live(folder, up.port, policy=policy) as live:
        with socket.create_connection(("127.0.0.1", live.port), timeout=5) as connection:
            connection.sendall(connect)
            assert b" 200 " in connection.recv(4096)
            connection.sendall(len(query).to_bytes(2, "big") + query)
            assert b"\x81\x05" in connection.recv(4096), "REFUSED, from grille itself"
        assert up.connections == 0
        assert live.records()[-1]["reasons"][0]["code"] == "protocol"


def test_a_method_that_nobody_knows_is_refused_and_not_recorded(folder: Path) -> None:
    with RecordingUpstream() as up, Live(folder, up.port, up.ca_file) as live:
        assert b" 405 " in live.raw(ask().replace(b"POST", b"FOO4111111111111111", 1))
        assert up.connections == 0
        assert "4111" not in json.dumps(live.records())


def test_a_body_of_any_method_is_judged(folder: Path) -> None:
    with RecordingUpstream() as up, Live(folder, up.port, up.ca_file) as live:
        live.post(chat(SSN), method="DELETE", path="/v1/chat/completions/x")
        live.post({"q": SSN}, method="DELETE", host="api.example.com", path="/query")
        assert SSN.encode() not in up.received


def test_a_body_over_the_limit_is_refused_in_the_callers_dialect(folder: Path) -> None:
    with RecordingUpstream() as up, Live(folder, up.port, up.ca_file, limit=5000) as live:
        seen = live.post(chat("x" * 6000))
        assert (seen.status, seen.document["error"]["code"]) == (403, "too_large")
        assert up.received == b""


def test_a_body_far_over_the_limit_is_refused_while_it_is_read(folder: Path) -> None:
    with RecordingUpstream() as up, Live(folder, up.port, up.ca_file, limit=5000) as live:
        head = f"POST {CHAT} HTTP/1.1\r\nHost: api.openai.com\r\nContent-Length: 99000000\r\n\r\n".encode()
        assert b" 413 " in live.raw(head + b"x" * 1000)
        assert up.received == b""
        assert [record["reasons"][0]["code"] for record in live.records()] == ["too_large"]


@pytest.mark.parametrize("wrong", ["Content-Length: 3\r\n", "Transfer-Encoding: chunked\r\n", "Bad Name: x\r\n"])
def test_what_can_be_read_in_two_ways_is_refused(folder: Path, wrong: str) -> None:
    with RecordingUpstream() as up, Live(folder, up.port, up.ca_file) as live:
        assert b" 400 " in live.raw(ask(extra=wrong))
        assert up.received == b""


# -- order and memory ------------------------------------------------------------------------------


def test_the_record_is_written_before_anything_is_forwarded(folder: Path) -> None:
    counts: list[int] = []

    def model(request: bytes) -> bytes:
        counts.append(len((folder / "audit.jsonl").read_text().splitlines()))
        return REPLY

    with RecordingUpstream(model) as up, Live(folder, up.port, up.ca_file) as live:
        live.post(chat("hello"))
        assert counts == [1]
        assert len(live.records()) == 2


def test_what_is_known_of_a_flow_is_forgotten_with_it(folder: Path) -> None:
    kept: list[Grille] = []

    def keep(grille: Grille) -> Grille:
        kept.append(grille)
        return grille

    with RecordingUpstream() as up, Live(folder, up.port, up.ca_file, addon=keep) as live:
        for _ in range(3):
            live.post(chat("hello"))
    gc.collect()
    assert len(kept[0]._passages) == 0
    assert kept[0].exchanges == 0


def test_nothing_is_put_on_the_flow_itself(folder: Path) -> None:
    metadata: list[dict[str, object]] = []

    async def watching(segments: Sequence[Segment], wanted: frozenset[str]) -> tuple[Finding, ...]:
        metadata.extend(flow.metadata for flow in gc.get_objects() if type(flow).__name__ == "HTTPFlow")
        return await find(segments, wanted)

    with RecordingUpstream() as up, Live(folder, up.port, up.ca_file, find=watching) as live:
        live.post(chat("hello"))
    assert metadata
    assert not any(metadata)


@pytest.fixture
def grille(folder: Path) -> Grille:
    audit = Audit(str(folder / "audit.jsonl"))
    return Grille(Live(folder).engine, SEARCH, audit, Identities(Checks()), lambda: NOW)


def test_an_answer_is_collected_even_if_another_addon_wants_to_stream_it(grille: Grille) -> None:
    request = tutils.treq(host="api.openai.com", port=443, scheme=b"https", headers=http.Headers())
    flow = tflow.tflow(req=request, resp=True)
    flow.server_conn.address = None
    flow.client_conn.sni = None
    asyncio.run(grille.requestheaders(flow))
    assert flow.response is not None
    flow.response.stream = True
    grille.responseheaders(flow)
    assert flow.response.stream is False


def test_an_answer_to_a_request_that_was_not_judged_is_refused(grille: Grille) -> None:
    """As when another addon replays or makes flows: there is no request to go with."""
    flow = tflow.tflow(resp=True)
    asyncio.run(grille.response(flow))
    assert flow.response is not None
    assert flow.response.status_code == 503
