"""Ways around an encrypted connection: plain text, other protocols, offers of another server, and claims of a client.

The upstream of these tests is on this host, where no TLS is asked for. So what counts as this host is changed: the
proxy takes its upstream, its clients or both for strangers on a network.
"""

from __future__ import annotations

import json
import socket
import ssl
from collections.abc import Callable
from pathlib import Path

import h2.events
import pytest
from judging import H2Client, H2Peer, H2Upstream
from live import CHAT, Live, chat, drain

from engines import POLICY
from grille.addon import intake
from upstream import RecordingUpstream, answer

HOST = "api.example.com"
WORDS = b"a sentence that must not be seen"
BODY = json.dumps({"q": WORDS.decode()}).encode()
ASKED = "require: {session_only: {field: /context_window, equals: session_only}}"
ANYWHERE = POLICY.replace("hosts: [api.example.com]", "hosts: ['api.example.com:80', api.example.com]")
STRICT = ANYWHERE.replace(ASKED, "require: [encryption]")
LOOSE = ANYWHERE.replace(ASKED, "")
SOCKET = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {}\r\n"
UPGRADE = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n"
KEY = "3JuZf5d8mZjPVxp+AAECAw=="
H2 = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"

type Far = Callable[..., None]


@pytest.fixture
def far(monkeypatch: pytest.MonkeyPatch) -> Far:
    """Makes strangers of what is on this host: the upstream at a port, or everybody else."""
    real = intake._is_loopback

    def make(*, upstream: int = 0, clients: bool = False) -> None:
        def here(peer: tuple[str, int] | None) -> bool:
            stranger = peer is not None and (peer[1] == upstream or (clients and peer[1] != upstream))
            return real(peer) and not stranger

        monkeypatch.setattr(intake, "_is_loopback", here)

    return make


def post(target: str, host: str = HOST, extra: str = "", body: bytes = BODY) -> bytes:
    head = f"POST {target} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n{extra}"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def tunnelled(live: Live, port: int, request: bytes) -> bytes:
    """Plain text inside a tunnel."""
    with socket.create_connection(("127.0.0.1", live.port), timeout=5) as connection:
        connection.sendall(f"CONNECT {HOST}:{port} HTTP/1.1\r\nHost: {HOST}:{port}\r\n\r\n".encode())
        assert b" 200 " in connection.recv(4096)
        connection.sendall(request)
        return drain(connection)


def codes(live: Live) -> list[str]:
    return [reason["code"] for record in live.records() for reason in record["reasons"]]


# -- plain text to the upstream --------------------------------------------------------------------

PLAIN: dict[str, Callable[[Live], bytes]] = {
    "absolute form": lambda live: live.plain(post(f"http://{HOST}/query")),
    "absolute form, the port of https": lambda live: live.plain(post(f"http://{HOST}:443/query", f"{HOST}:443")),
    "absolute form in capitals": lambda live: live.plain(post(f"HTTP://{HOST.upper()}/query")),
    "a tunnel to port 80": lambda live: tunnelled(live, 80, post("/query")),
    "a tunnel to port 443": lambda live: tunnelled(live, 443, post("/query", f"{HOST}:443")),
    "an upgrade to HTTP/2": lambda live: live.plain(
        post(
            f"http://{HOST}/query",
            extra="Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n",
        )
    ),
}


@pytest.mark.parametrize("way", PLAIN)
def test_plain_text_goes_nowhere_and_the_answer_says_what_to_do(folder: Path, far: Far, way: str) -> None:
    with RecordingUpstream(tls=False) as up, Live(folder, up.port, policy=STRICT) as live:
        far(upstream=up.port)
        said = PLAIN[way](live)
        assert b" 403 " in said.split(b"\r\n", 1)[0]
        assert b"Call query by https: plain http is not accepted." in said
        assert up.received == b""
        assert codes(live) == ["encryption_plain"]


@pytest.mark.parametrize("way", PLAIN)
def test_it_is_the_policy_that_holds_it_back(folder: Path, far: Far, way: str) -> None:
    with RecordingUpstream(tls=False) as up, Live(folder, up.port, policy=LOOSE) as live:
        far(upstream=up.port)
        PLAIN[way](live)
        assert WORDS in up.received
        assert b"h2c" not in up.received.lower()


@pytest.mark.parametrize("wrapped", [False, True])
def test_no_socket_is_opened_in_plain_text(folder: Path, far: Far, wrapped: bool) -> None:
    """`ws://` is a GET over plain HTTP, in absolute form or in a tunnel."""
    host, path = "api.openai.com", "/v1/realtime?model=m"
    policy = POLICY.replace(
        "{provider: openai,", "{provider: openai, hosts: ['api.openai.com:80'], require: [encryption],"
    )
    assert policy != POLICY
    target = path if wrapped else f"http://{host}{path}"
    request = f"GET {target} HTTP/1.1\r\nHost: {host}\r\n{SOCKET.format(KEY)}\r\n".encode()
    with RecordingUpstream(tls=False) as up, Live(folder, up.port, policy=policy) as live:
        far(upstream=up.port)
        if wrapped:
            with socket.create_connection(("127.0.0.1", live.port), timeout=5) as connection:
                connection.sendall(f"CONNECT {host}:80 HTTP/1.1\r\nHost: {host}:80\r\n\r\n".encode())
                assert b" 200 " in connection.recv(4096)
                connection.sendall(request)
                said = drain(connection)
        else:
            said = live.plain(request)
        assert b" 403 " in said.split(b"\r\n", 1)[0]
        assert up.received == b""
        assert codes(live) == ["encryption_plain"]


@pytest.mark.parametrize("port", [0, 80, 443])
def test_http2_that_is_just_begun_in_plain_text_goes_nowhere(folder: Path, port: int) -> None:
    """Prior knowledge (RFC 9113 §3.3), to the proxy itself and in a tunnel. Also when the policy asks for nothing."""
    with RecordingUpstream(tls=False) as up, Live(folder, up.port, policy=LOOSE) as live:
        said = tunnelled(live, port, H2 + WORDS) if port else live.plain(H2 + WORDS)
        assert WORDS not in said
        assert up.received == b""


def test_a_reverse_proxy_in_front_of_plain_text_serves_nobody(folder: Path, far: Far) -> None:
    with RecordingUpstream(tls=False) as up, Live(folder, up.port, policy=STRICT, reverse=f"http://{HOST}") as live:
        far(upstream=up.port)
        assert b"Call query by https" in live.plain(post("/query", "localhost"))
        assert up.received == b""


def test_on_this_host_plain_text_is_enough(folder: Path) -> None:
    with RecordingUpstream(tls=False) as up, Live(folder, up.port, policy=STRICT) as live:
        assert b" 200 " in live.plain(post(f"http://{HOST}/query"))
        assert "encryption: the upstream is on this host" in live.records()[0]["evidence"]


def test_a_redirect_to_plain_text_is_the_clients_to_follow_and_then_refused(folder: Path, far: Far) -> None:
    moved = answer({}, 307, headers=[("Location", f"http://{HOST}/query")])
    with RecordingUpstream([moved]) as up, Live(folder, up.port, up.ca_file, policy=STRICT) as live:
        far(upstream=up.port)
        seen = live.post(BODY, "/query", HOST)
        assert (seen.status, seen.headers["location"]) == (307, f"http://{HOST}/query")
        assert up.connections == 1
        assert b"encryption_plain" in live.plain(post(seen.headers["location"]))


# -- another server, or another protocol -----------------------------------------------------------

ELSEWHERE = 'h3=":443"; ma=86400'


@pytest.mark.parametrize("name", ["Alt-Svc", "alt-svc", "ALT-SVC", "aLT-sVC"])
@pytest.mark.parametrize("kind", ["application/json", "text/event-stream", "text/plain"])
def test_no_answer_offers_another_server(folder: Path, name: str, kind: str) -> None:
    body = b'data: {"choices": []}\n\n' if "stream" in kind else b"{}"
    reply = answer(body, content_type=kind, headers=[(name, ELSEWHERE), ("X-Kept", "1"), (name, "clear")])
    with RecordingUpstream([reply]) as up, Live(folder, up.port, up.ca_file) as live:
        seen = live.post(chat("hello"))
        assert seen.status == 200
        assert seen.headers["x-kept"] == "1"
        assert "alt-svc" not in seen.headers


def test_an_early_hint_that_offers_one_is_not_passed_on(folder: Path) -> None:
    hint = f"HTTP/1.1 103 Early Hints\r\nAlt-Svc: {ELSEWHERE}\r\n\r\n".encode()
    with RecordingUpstream([hint + answer({})]) as up, Live(folder, up.port, up.ca_file) as live:
        said = live.raw(post(CHAT, "api.openai.com", body=json.dumps(chat("hello")).encode()))
        assert said
        assert b"alt-svc" not in said.lower()


def test_a_field_after_the_body_does_not_either(folder: Path) -> None:
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: Alt-Svc\r\n\r\n2\r\n{}\r\n0\r\n"
    reply = chunked + f"Alt-Svc: {ELSEWHERE}\r\n\r\n".encode()
    with RecordingUpstream([reply]) as up, Live(folder, up.port, up.ca_file) as live:
        said = live.raw(post(CHAT, "api.openai.com", body=json.dumps(chat("hello")).encode()))
        assert said
        assert b"h3=" not in said


def test_words_of_a_body_are_no_offer_and_stay(folder: Path) -> None:
    """Clients take it from a field of the head alone (RFC 7838 §3)."""
    with RecordingUpstream([answer({"id": f"Alt-Svc: {ELSEWHERE}"})]) as up, Live(folder, up.port, up.ca_file) as live:
        assert live.post(chat("hello")).document["id"] == f"Alt-Svc: {ELSEWHERE}"


class Listening(H2Client):
    """Remembers every event of its connection."""

    def __init__(self, live: Live) -> None:
        self.events: list[h2.events.Event] = []
        super().__init__(live)

    def _take(self, event: h2.events.Event) -> None:
        self.events.append(event)
        super()._take(event)


@pytest.mark.parametrize("kind", ["application/json", "text/event-stream"])
def test_neither_a_field_nor_a_frame_of_http2_offers_another_server(folder: Path, kind: str) -> None:
    def offering(peer: H2Peer, stream: int, _: str) -> None:
        peer.do(lambda made: made.advertise_alternative_service(ELSEWHERE.encode(), origin=b"api.openai.com"))
        peer.do(lambda made: made.advertise_alternative_service(ELSEWHERE.encode(), stream_id=stream))
        peer.head(stream, ("content-type", kind), ("alt-svc", ELSEWHERE), ("x-kept", "1"))
        peer.say(stream, b"{}" if "json" in kind else b"data: {}\n\n", end=True)

    with H2Upstream(folder, offering) as up, Live(folder, up.port, up.ca_file) as live:
        client = Listening(live)
        stream = client.get("/v1/models")
        client.read_until(lambda: stream in client.ended)
        client.close()
        assert client.heads[stream]["x-kept"] == "1"
        assert "alt-svc" not in client.heads[stream]
        offers = (h2.events.AlternativeServiceAvailable, h2.events.UnknownFrameReceived)
        assert not [each for each in client.events if isinstance(each, offers)]


@pytest.mark.parametrize("kind", ["application/json", "text/event-stream"])
def test_a_field_after_a_body_of_http2_does_not_either(folder: Path, kind: str) -> None:
    def trailing(peer: H2Peer, stream: int, _: str) -> None:
        peer.head(stream, ("content-type", kind))
        peer.say(stream, b"{}" if "json" in kind else b"data: {}\n\n")
        peer.do(lambda made: made.send_headers(stream, [("alt-svc", ELSEWHERE)], end_stream=True))

    with H2Upstream(folder, trailing) as up, Live(folder, up.port, up.ca_file) as live:
        client = Listening(live)
        stream = client.get("/v1/models")
        client.read_until(lambda: stream in client.ended or stream in client.reset)
        client.close()
        assert not [each for each in client.events if isinstance(each, h2.events.TrailersReceived)]


# -- between the client and the proxy --------------------------------------------------------------

CLAIMS = (
    "X-Forwarded-For: 127.0.0.1\r\n",
    "X-Forwarded-Proto: https\r\nX-Forwarded-Ssl: on\r\n",
    "Forwarded: for=127.0.0.1;proto=https\r\n",
    "X-Real-IP: 127.0.0.1\r\nTrue-Client-IP: ::1\r\n",
    "Via: 1.1 localhost\r\n",
    "",
)


@pytest.mark.parametrize("claim", CLAIMS)
def test_a_client_on_a_network_cannot_say_that_it_is_on_this_host(folder: Path, far: Far, claim: str) -> None:
    with (
        RecordingUpstream() as up,
        Live(folder, up.port, up.ca_file, policy=STRICT, reverse=f"https://{HOST}") as live,
    ):
        far(upstream=up.port, clients=True)
        said = live.plain(post("/query", "localhost", claim))
        assert b"Speak to the proxy by TLS, or from the same host" in said
        assert up.received == b""
        assert codes(live) == ["encryption_client"]


def test_on_this_host_a_client_may_speak_plain_text(folder: Path, far: Far) -> None:
    with (
        RecordingUpstream() as up,
        Live(folder, up.port, up.ca_file, policy=STRICT, reverse=f"https://{HOST}") as live,
    ):
        far(upstream=up.port)
        assert b" 200 " in live.plain(post("/query", "localhost"))
        assert "encryption: the client is on this host" in live.records()[0]["evidence"]


@pytest.mark.parametrize(
    "preface",
    [
        b"PROXY TCP4 127.0.0.1 127.0.0.1 40000 443\r\n",
        b"PROXY UNKNOWN\r\n",
        b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\x7f\0\0\1\x7f\0\0\1\x9c\x40\1\xbb",
    ],
)
@pytest.mark.parametrize("reverse", ["", f"https://{HOST}"])
def test_a_preface_of_the_proxy_protocol_is_no_http(folder: Path, far: Far, preface: bytes, reverse: str) -> None:
    with RecordingUpstream() as up, Live(folder, up.port, up.ca_file, policy=STRICT, reverse=reverse) as live:
        far(upstream=up.port, clients=True)
        said = live.plain(preface + post("/query", "localhost"))
        assert b" 200 " not in said
        assert up.received == b""


def test_https_in_absolute_form_does_not_make_up_for_a_plain_first_leg(folder: Path, far: Far) -> None:
    with RecordingUpstream() as up, Live(folder, up.port, up.ca_file, policy=STRICT) as live:
        far(upstream=up.port, clients=True)
        said = live.plain(post(f"https://{HOST}/query"))
        assert b" 200 " not in said
        assert up.received == b""


def test_tls_within_a_tunnel_is_tls(folder: Path, far: Far) -> None:
    with RecordingUpstream() as up, Live(folder, up.port, up.ca_file, policy=STRICT) as live:
        far(upstream=up.port, clients=True)
        assert live.post(BODY, "/query", HOST).status == 200
        assert WORDS in up.received
        assert "encryption: the client speaks TLS to the proxy" in live.records()[0]["evidence"]


@pytest.mark.parametrize("reverse", [f"https://{HOST}", ""])
def test_a_client_on_a_network_may_speak_tls_to_the_proxy_itself(folder: Path, far: Far, reverse: str) -> None:
    """In front of one upstream, and as a forward proxy whose clients name the whole URL."""
    name = "localhost" if reverse else HOST
    with RecordingUpstream() as up, Live(folder, up.port, up.ca_file, policy=STRICT, reverse=reverse) as live:
        far(upstream=up.port, clients=True)
        context = ssl.create_default_context(cafile=live.ca)
        with (
            socket.create_connection(("127.0.0.1", live.port), timeout=5) as plain,
            context.wrap_socket(plain, server_hostname=name) as connection,
        ):
            connection.sendall(post("/query" if reverse else f"https://{HOST}/query", name if reverse else HOST))
            assert b" 200 " in drain(connection)
        assert WORDS in up.received
        assert "encryption: the client speaks TLS to the proxy" in live.records()[0]["evidence"]
