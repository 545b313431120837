"""A flow as an exchange and a message, and back without a scratch."""

from __future__ import annotations

from base64 import b64encode
from itertools import repeat
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mitmproxy import http
from mitmproxy.connection import ConnectionState
from mitmproxy.proxy.mode_specs import ProxyMode
from mitmproxy.test import tflow, tutils

from grille.addon import intake
from grille.addon.refusal import Refused
from grille.exchange import Direction, Identity
from grille.framing.message import Message

ME = Identity("192.0.2.7")
NAMES = st.from_regex(rb"[A-Za-z-]{1,12}", fullmatch=True)
VALUES = st.binary(max_size=20).filter(lambda raw: not intake._CONTROL.search(raw))


def flow_of(**changes: object) -> http.HTTPFlow:
    given_ = {"host": "api.openai.com", "port": 443, "scheme": b"https", "path": b"/v1/x?key=1", "method": b"POST"}
    request = tutils.treq(**{**given_, "headers": http.Headers(((b"Host", b"api.openai.com"),)), **changes})
    flow = tflow.tflow(req=request)
    flow.server_conn.address = None
    flow.client_conn.sni = None
    return flow


def test_the_exchange_says_who_where_and_over_what() -> None:
    flow = flow_of()
    exchange = intake.exchange(flow, ME)
    assert (exchange.host, exchange.port, exchange.scheme) == ("api.openai.com", 443, "https")
    assert (exchange.method, exchange.path) == ("POST", "/v1/x")
    assert exchange.identity is ME
    assert exchange.id == flow.id
    assert intake.answering(exchange).direction is Direction.RESPONSE


def test_the_flow_goes_to_the_host_that_was_judged() -> None:
    flow = flow_of(host="API.OpenAI.com.")
    intake.exchange(flow, ME)
    assert flow.request.data.host == "api.openai.com"
    assert flow.request.headers["host"] == "api.openai.com"


@pytest.mark.parametrize("method", [b"FOO", b"CONNECT", b"TRACE", b"4111111111111111", b""])
def test_an_unknown_method_is_refused(method: bytes) -> None:
    with pytest.raises(Refused) as caught:
        intake.exchange(flow_of(method=method), ME)
    assert caught.value.status == 405


@pytest.mark.parametrize("version", [b"HTTP/0.9", b"HTTP/9.9 4111", b"HTTP/3"])
def test_an_unknown_version_is_refused(version: bytes) -> None:
    with pytest.raises(Refused, match="HTTP"):
        intake.exchange(flow_of(http_version=version), ME)


@pytest.mark.parametrize("value", [b"a\rb", b"a\nb", b"a\x00b", b"a\x1bb", b"a\x7fb"])
def test_a_control_character_in_a_header_is_refused(value: bytes) -> None:
    headers = http.Headers(((b"Host", b"api.openai.com"), (b"X", value)))
    with pytest.raises(Refused, match="control character"):
        intake.exchange(flow_of(headers=headers), ME)


def test_a_control_character_in_the_name_of_a_header_is_refused() -> None:
    headers = http.Headers(((b"Host", b"api.openai.com"), (b"X\x00Y", b"1")))
    with pytest.raises(Refused, match="control character"):
        intake.exchange(flow_of(headers=headers), ME)


def test_a_tab_in_a_header_is_no_control_character() -> None:
    intake.exchange(flow_of(headers=http.Headers(((b"Host", b"api.openai.com"), (b"X", b"a\tb")))), ME)


@pytest.mark.parametrize("name", [b"X-HTTP-Method-Override", b"x_http_method_override", b"X-Original-URL"])
def test_a_header_that_makes_another_request_of_it_is_refused(name: bytes) -> None:
    headers = http.Headers(((b"Host", b"api.openai.com"), (name, b"/v1/models")))
    with pytest.raises(Refused, match="another request"):
        intake.exchange(flow_of(headers=headers), ME)


@pytest.mark.parametrize(
    "query",
    [b"?$httpMethod=DELETE", b"?a=b&%24HTTPheaders=X:y", b"?_method=put", b"?;%5fmethod", b"?X-HTTP-Method=GET"],
)
def test_a_name_in_the_query_that_makes_another_request_of_it_is_refused(query: bytes) -> None:
    flow = flow_of()
    flow.request.data.path = b"/v1/models" + query
    with pytest.raises(Refused, match="another request"):
        intake.exchange(flow, ME)


def test_other_names_in_the_query_are_for_others_to_judge() -> None:
    flow = flow_of()
    flow.request.data.path = b"/v1/models?alt=sse&$alt=json&method=DELETE&a=$httpMethod"
    assert intake.exchange(flow, ME).path == "/v1/models"


def test_two_hosts_are_refused() -> None:
    headers = http.Headers(((b"Host", b"api.openai.com"), (b"host", b"api.openai.com")))
    with pytest.raises(Refused, match="more than one Host"):
        intake.exchange(flow_of(headers=headers), ME)


def test_the_name_in_the_handshake_counts_for_a_forward_proxy_only() -> None:
    flow = flow_of()
    flow.client_conn.sni = "grille.internal"
    with pytest.raises(Refused):
        intake.exchange(flow, ME)
    flow.client_conn.proxy_mode = ProxyMode.parse("reverse:https://api.openai.com")
    assert intake.exchange(flow, ME).host == "api.openai.com"


@pytest.mark.parametrize(
    "changes",
    [
        {"headers": http.Headers(((b"Host", b"evil.example"),))},
        {"headers": http.Headers(((b"Host", b"api.openai.com:8443"),))},
        {"authority": b"evil.example"},
        {"authority": b"evil.example", "headers": http.Headers()},
        {"authority": b"user@api.openai.com", "headers": http.Headers()},
        {"host": "evil.example"},
        {"host": "evil.example", "authority": b"evil.example"},
    ],
)
def test_no_place_may_name_another_server(changes: dict[str, object]) -> None:
    """Host, `:authority` or the absolute target, and where the connection goes."""
    with pytest.raises(Refused) as caught:
        intake.exchange(flow_of(**changes), ME)
    assert caught.value.code == "destination_mismatch"
    assert "evil" not in str(caught.value)


def test_a_request_of_http2_needs_no_host() -> None:
    flow = flow_of(authority=b"api.openai.com", headers=http.Headers(), http_version=b"HTTP/2.0")
    assert intake.exchange(flow, ME).host == "api.openai.com"


def test_the_host_of_an_open_connection_counts() -> None:
    flow = flow_of()
    flow.server_conn.address = ("api.anthropic.com", 443)
    with pytest.raises(Refused, match="another"):
        intake.exchange(flow, ME)
    flow.server_conn.address = ("API.openai.com.", 443)
    assert intake.exchange(flow, ME).host == "api.openai.com"


def test_the_port_of_an_open_connection_counts() -> None:
    flow = flow_of()
    flow.server_conn.address = ("api.openai.com", 8443)
    with pytest.raises(Refused, match="port"):
        intake.exchange(flow, ME)


def test_an_mcp_session_is_told_apart_without_its_id() -> None:
    headers = http.Headers(((b"Host", b"api.openai.com"), (b"Mcp-Session-Id", b"secret-session")))
    session = intake.exchange(flow_of(headers=headers), ME).session
    assert len(session) == 16
    assert "secret" not in session
    assert intake.exchange(flow_of(), ME).session == ""


# -- transport -------------------------------------------------------------------------------------


def test_a_connection_that_has_ended_is_no_evidence() -> None:
    flow = flow_of()
    flow.server_conn.state = ConnectionState.OPEN
    assert intake.transport(flow.client_conn, flow.server_conn).tls_version == "TLSv1.2"
    assert intake.transport(flow.client_conn, flow.server_conn).verified
    flow.server_conn.state = ConnectionState.CLOSED
    gone = intake.transport(flow.client_conn, flow.server_conn)
    assert (gone.tls_version, gone.cipher, gone.verified) == (None, None, False)
    assert intake.transport(flow.client_conn, flow.server_conn, live=False).verified


def test_whether_the_client_came_with_tls_is_a_fact_of_its_own() -> None:
    flow = flow_of()
    assert intake.transport(flow.client_conn, flow.server_conn).client_tls
    flow.client_conn.timestamp_tls_setup = None
    assert not intake.transport(flow.client_conn, flow.server_conn).client_tls


@pytest.mark.parametrize(
    ("address", "loopback"),
    [("127.0.0.1", True), ("::1", True), ("::ffff:127.0.0.1", True), ("192.0.2.1", False), ("", False)],
)
def test_loopback_is_loopback_in_any_form(address: str, loopback: bool) -> None:
    flow = flow_of()
    flow.client_conn.peername = (address, 1)
    flow.server_conn.peername = (address, 1)
    facts = intake.transport(flow.client_conn, flow.server_conn)
    assert (facts.client_loopback, facts.upstream_loopback) == (loopback, loopback)


# -- preparing -------------------------------------------------------------------------------------


def prepared(*fields: tuple[bytes, bytes]) -> tuple[tuple[bytes, bytes], ...]:
    flow = flow_of(headers=http.Headers(fields))
    intake.prepare(flow.request)
    return flow.request.headers.fields


def test_credentials_for_grille_are_taken_off() -> None:
    assert prepared(
        (b"Proxy-Authorization", b"Basic x"), (b"A", b"1"), (b"x-GRILLE-identity", b"t"), (b"Proxy-Connection", b"x")
    ) == ((b"A", b"1"), (b"Accept-Encoding", b"identity"))


def test_no_part_of_an_answer_is_asked_for() -> None:
    assert prepared((b"Range", b"bytes=0-8"), (b"A", b"1"), (b"if-range", b'"x"')) == (
        (b"A", b"1"),
        (b"Accept-Encoding", b"identity"),
    )


def test_an_uncoded_answer_is_asked_for_in_lower_case_over_http2() -> None:
    flow = flow_of(http_version=b"HTTP/2.0", headers=http.Headers(((b"a", b"1"),)))
    intake.prepare(flow.request)
    assert flow.request.headers.fields == ((b"a", b"1"), (b"accept-encoding", b"identity"))


def test_an_uncoded_answer_is_asked_for_at_the_same_place() -> None:
    assert prepared((b"accept-Encoding", b"gzip"), (b"A", b"1"), (b"Accept-Encoding", b"br")) == (
        (b"accept-Encoding", b"identity"),
        (b"A", b"1"),
    )


def test_an_offer_of_http2_in_the_clear_is_forgotten() -> None:
    assert prepared(
        (b"Connection", b"Upgrade, keep-alive, HTTP2-Settings"), (b"Upgrade", b"h2c"), (b"HTTP2-Settings", b"AA")
    ) == ((b"Connection", b"keep-alive"), (b"Accept-Encoding", b"identity"))


@pytest.mark.parametrize("values", [(b"websocket",), (b"h2c", b"websocket"), (b"h2c, foo",)])
def test_any_other_upgrade_is_refused(values: tuple[bytes, ...]) -> None:
    headers = http.Headers(((b"Host", b"api.openai.com"), *((b"Upgrade", value) for value in values)))
    with pytest.raises(Refused) as caught:
        intake.exchange(flow_of(headers=headers), ME)
    assert caught.value.code == "upgrade"


# -- reading and writing ---------------------------------------------------------------------------


def opening(key: bytes) -> http.Request:
    fields = {"upgrade": "websocket", "sec-websocket-version": "13", "sec-websocket-key": b64encode(key).decode()}
    return flow_of(method=b"GET", headers=http.Headers(**fields)).request


def test_random_keys_open_a_socket_whatever_they_look_like_in_latin_1() -> None:
    keys = [bytes(range(0xE0, 0xF0)), *map(Random(6455).randbytes, repeat(16, 5000))]
    assert all(intake.asks_for_socket(opening(key)) for key in keys)


@pytest.mark.parametrize("text", ["4111111111111111", "Zoë Okafor 4111", "Грыль 4"])
def test_a_text_in_place_of_a_key_opens_none(text: str) -> None:
    assert not intake.asks_for_socket(opening(text.ljust(16)[: 16 + len(text) - len(text.encode())].encode()))


@given(st.lists(st.tuples(NAMES, VALUES), max_size=6), st.binary(max_size=50), st.binary(max_size=20))
def test_what_was_read_is_written_back_byte_for_byte(
    fields: list[tuple[bytes, bytes]], body: bytes, path: bytes
) -> None:
    request = tutils.treq(headers=http.Headers(fields), content=body, path=path)
    message = intake.message(request)
    intake.write(Message(message.headers, message.body, message.target), message, request)
    assert request.headers.fields == tuple(fields)
    assert request.raw_content == body
    assert request.data.path == path


@given(st.lists(st.tuples(NAMES, VALUES), min_size=1, max_size=6), st.binary(max_size=20))
def test_a_new_body_leaves_the_other_headers_byte_for_byte(fields: list[tuple[bytes, bytes]], body: bytes) -> None:
    fields = [pair for pair in fields if not pair[0].lower().startswith((b"content", b"digest", b"repr", b"transfer"))]
    request = tutils.treq(headers=http.Headers(fields), content=b"before")
    message = intake.message(request)
    intake.write(message.with_body(body), message, request)
    if body == b"before":
        return
    assert request.headers.fields == (*fields, (b"Content-Length", str(len(body)).encode()))
    assert request.raw_content == body


def test_a_new_body_has_one_framing() -> None:
    request = tutils.treq(headers=http.Headers(((b"transfer-ENCODING", b"chunked"),)), content=b"before")
    message = intake.message(request)
    intake.write(message.with_body(b"after"), message, request)
    assert request.headers.fields == ((b"Content-Length", b"5"),)


def test_new_headers_are_lower_case_in_http2() -> None:
    request = tutils.treq(http_version=b"HTTP/2.0", headers=http.Headers(((b"a", b"1"),)), content=b"before")
    message = intake.message(request)
    intake.write(message.with_body(b"after"), message, request)
    assert request.headers.fields == ((b"a", b"1"), (b"content-length", b"5"))


def test_a_new_target_is_written() -> None:
    request = tutils.treq(path=b"/a?b=1")
    message = intake.message(request)
    intake.write(Message(message.headers, message.body, "/a?b=2"), message, request)
    assert request.data.path == b"/a?b=2"


def test_the_reason_phrase_of_an_answer_is_not_the_upstreams() -> None:
    response = tutils.tresp(status_code=200, reason=b"4111 1111 1111 1111")
    message = intake.message(response)
    intake.write(message, message, response)
    assert response.data.reason == b"OK"


def test_the_body_is_read_as_it_came() -> None:
    request = tutils.treq(headers=http.Headers(((b"Content-Encoding", b"gzip"),)), content=b"not gzip at all")
    assert intake.message(request).body == b"not gzip at all"


def test_trailers_are_refused() -> None:
    for part in (
        tutils.treq(trailers=http.Headers(((b"x", b"1"),))),
        tutils.tresp(trailers=http.Headers(((b"x", b"1"),))),
    ):
        with pytest.raises(Refused, match="after the body"):
            intake.message(part)


def test_bytes_beyond_utf8_are_some_text() -> None:
    assert intake.text(b"caf\xc3\xa9") == "café"
    assert intake.text(b"caf\xe9") == "café"
