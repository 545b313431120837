"""An upstream that says no after the handshake leaves nobody waiting."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest
from live import CHAT, Live, chat
from mitmproxy.addons import next_layer
from mitmproxy.proxy.layers import tls

from grille.addon import layers
from grille.addon.alerts import ToServer
from upstream import RecordingUpstream

BODY = b'{"model": "m", "messages": []}'
HEAD = f"POST {CHAT} HTTP/1.1\r\nHost: api.openai.com\r\nContent-Length: {len(BODY)}\r\n\r\n"
ASKED = HEAD.encode() + BODY


class Mutual(RecordingUpstream):
    """Asks for a client certificate, which nobody has."""

    def _new_context(self, name: str) -> ssl.SSLContext:
        context = super()._new_context(name)
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(self.ca_file)
        return context


def test_it_stands_in_for_the_layer_of_mitmproxy() -> None:
    layers.install()
    assert tls.ServerTLSLayer is ToServer
    assert next_layer.ServerTLSLayer is ToServer


@pytest.mark.parametrize("newest", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
@pytest.mark.parametrize("reverse", ["", "https://api.openai.com"])
def test_an_upstream_that_wants_a_certificate_is_told_of_and_hears_nothing(
    folder: Path, newest: ssl.TLSVersion, reverse: str
) -> None:
    """With TLS 1.3 that comes after the handshake. A second request finds a connection of its own."""
    with Mutual(newest=newest) as up, Live(folder, up.port, up.ca_file, reverse=reverse) as live:
        for _ in range(2):
            said = live.plain(ASKED) if reverse else live.raw(ASKED)
            assert b'"code": "upstream_' in said
        assert up.received == b""
        assert [record["verdict"] for record in live.records()].count("error") == 2


@pytest.mark.parametrize("newest", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_an_answer_that_ends_with_the_connection_is_whole(folder: Path, newest: ssl.TLSVersion) -> None:
    """A close that is said properly is passed on once."""
    reply = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{"choices": []}'

    class Closing(RecordingUpstream):
        def _converse(self, connection: ssl.SSLSocket) -> None:  # type: ignore[override]
            connection.recv(65536)
            connection.sendall(reply)
            connection.settimeout(5)
            connection.unwrap()

    with Closing(newest=newest) as up, Live(folder, up.port, up.ca_file) as live:
        assert live.post(chat("hello")).document == {"choices": []}
