"""Connections that were redirected here go where their name leads, and one that was not is closed.

The kernel's word for where a connection was going (`SO_ORIGINAL_DST`) is a stand-in here; tests/deploy asks a kernel.
"""

from __future__ import annotations

import json
import socket
import ssl
from collections.abc import Callable
from pathlib import Path

import pytest
from live import CHAT, Live, chat, drain
from mitmproxy import platform

from engines import CARD
from upstream import RecordingUpstream, answer

REPLY = answer({"choices": [{"index": 0, "message": {"role": "assistant", "content": "hello"}}]})
ELSEWHERE = "192.0.2.7"
"""Where a redirected connection was going. Nobody is there (RFC 5737)."""

type Aim = Callable[[str, int], None]


@pytest.fixture
def going(monkeypatch: pytest.MonkeyPatch) -> Aim:
    """Says where redirected connections were going."""

    def aim(host: str, port: int) -> None:
        monkeypatch.setattr(platform, "original_addr", lambda _: (host, port))

    aim(ELSEWHERE, 443)
    return aim


def request(text: str, host: str, path: str = CHAT) -> bytes:
    body = json.dumps(chat(text)).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def over_tls(live: Live, raw: bytes, sni: str | None, plain: socket.socket | None = None) -> bytes:
    context = ssl.create_default_context(cafile=live.ca)
    context.check_hostname = False
    plain = plain or socket.create_connection(("127.0.0.1", live.port), timeout=5)
    with context.wrap_socket(plain, server_hostname=sni) as connection:
        connection.sendall(raw)
        return drain(connection)


@pytest.mark.usefixtures("going")
def test_a_redirected_connection_goes_where_its_name_leads(folder: Path) -> None:
    with RecordingUpstream([REPLY]) as up, Live(folder, up.port, up.ca_file, mode="transparent") as live:
        said = over_tls(live, request(f"Card {CARD}", "api.openai.com"), "api.openai.com")
        assert said.startswith(b"HTTP/1.1 200 ")
        assert up.snis == ["api.openai.com"]
        assert b"CREDIT_CARD_" in up.received
        assert CARD.encode() not in up.received
        assert live.records()[0]["host"] == "api.openai.com"


@pytest.mark.parametrize(
    ("sni", "host", "status"),
    [
        ("api.openai.com", "evil.example", 421),
        (None, "api.openai.com", 421),
        (None, ELSEWHERE, 403),
        ("unknown.example", "unknown.example", 403),
        ("api.openai.com", "api.openai.com:8443", 421),
    ],
)
@pytest.mark.usefixtures("going")
def test_what_does_not_say_one_name_or_one_that_no_endpoint_has_is_refused(
    folder: Path, sni: str | None, host: str, status: int
) -> None:
    with RecordingUpstream([REPLY]) as up, Live(folder, up.port, up.ca_file, mode="transparent") as live:
        said = over_tls(live, request(f"Card {CARD}", host), sni)
        assert said.startswith(f"HTTP/1.1 {status} ".encode())
        assert up.connections == 0


def test_without_tls_it_goes_where_host_says(folder: Path, going: Aim) -> None:
    going(ELSEWHERE, 80)
    with RecordingUpstream([REPLY], tls=False) as up, Live(folder, up.port, mode="transparent") as live:
        assert live.plain(request(f"Card {CARD}", "api.openai.com")).startswith(b"HTTP/1.1 200 ")
        assert b"CREDIT_CARD_" in up.received
        assert live.plain(request("hi", "unknown.example")).startswith(b"HTTP/1.1 403 ")
        assert live.plain(request("hi", "api.openai.com:8080")).startswith(b"HTTP/1.1 421 ")
        assert up.connections == 1


def test_a_connection_that_was_made_to_the_port_itself_is_closed(folder: Path, going: Aim) -> None:
    with RecordingUpstream([REPLY]) as up, Live(folder, up.port, up.ca_file, mode="transparent") as live:
        going("127.0.0.1", live.port)
        assert live.plain(request("hi", f"127.0.0.1:{live.port}")) == b""
        with pytest.raises((ConnectionError, ssl.SSLError)):
            over_tls(live, request("hi", "api.openai.com"), "api.openai.com")
        assert up.connections == 0


@pytest.mark.usefixtures("going")
def test_nothing_but_http_is_relayed(folder: Path) -> None:
    with RecordingUpstream([REPLY], tls=False) as up, Live(folder, up.port, mode="transparent") as live:
        for raw in (f"SSH-2.0-OpenSSH {CARD}\r\n".encode(), b"\x00\x00\x00\x08" + CARD.encode()):
            assert CARD.encode() not in live.plain(raw)
        assert live.plain(b"CONNECT api.openai.com:443 HTTP/1.1\r\nHost: api.openai.com:443\r\n\r\n")[9:12] == b"400"
        assert up.received == b""


def socks(live: Live, asked: bytes) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", live.port), timeout=5)
    connection.sendall(b"\x05\x01\x00")
    assert connection.recv(2) == b"\x05\x00"
    connection.sendall(b"\x05\x01\x00" + asked)
    assert connection.recv(10)[:2] == b"\x05\x00"
    return connection


def named(host: str) -> bytes:
    return b"\x03" + bytes([len(host)]) + host.encode() + (443).to_bytes(2, "big")


NUMBERED = b"\x01" + socket.inet_aton(ELSEWHERE) + (443).to_bytes(2, "big")


@pytest.mark.parametrize(
    ("asked", "sni", "status"),
    [
        (named("api.openai.com"), "api.openai.com", 200),
        (NUMBERED, "api.openai.com", 200),
        (named("evil.example"), "api.openai.com", 421),
        (named("unknown.example"), "unknown.example", 403),
    ],
)
def test_socks_names_a_host_or_an_address(folder: Path, asked: bytes, sni: str, status: int) -> None:
    with RecordingUpstream([REPLY]) as up, Live(folder, up.port, up.ca_file, mode="socks5") as live:
        said = over_tls(live, request(f"Card {CARD}", sni), sni, socks(live, asked))
        assert said.startswith(f"HTTP/1.1 {status} ".encode())
        assert up.connections == (status == 200)
        assert CARD.encode() not in up.received
