"""Connections: not too many, and with upstreams none that the policy would not accept."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import cast

import pytest
from live import NOW, Live
from mitmproxy.connection import TlsVersion
from mitmproxy.proxy.context import Context
from mitmproxy.test import taddons, tflow
from mitmproxy.tls import TlsData
from OpenSSL import SSL

from engines import POLICY, SEARCH
from grille.addon import connections
from grille.addon.addon import Grille
from grille.addon.guard import CLOSED
from grille.addon.identity import Checks, Identities
from grille.sinks.audit import Audit
from upstream import RecordingUpstream

STRICT = "api.anthropic.com"


@pytest.fixture
def grille(folder: Path) -> Grille:
    audit = Audit(str(folder / "audit.jsonl"))
    return Grille(Live(folder).engine, SEARCH, audit, Identities(Checks()), lambda: NOW)


def handshake_with(host: str) -> TlsData:
    server = tflow.tserver_conn()
    server.address = (host, 443)
    with taddons.context() as context:
        made = Context(tflow.tclient_conn(), context.options)
    return TlsData(server, made, SSL.Connection(SSL.Context(SSL.TLS_CLIENT_METHOD)))


def test_too_many_connections_are_closed_at_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "MOST_CONNECTIONS", 1)
    with RecordingUpstream() as up, Live(folder, up.port, up.ca_file) as live:
        with live.tunnel("api.openai.com"):
            assert live.plain(b"GET / HTTP/1.1\r\n\r\n") == b""
        request = b"GET http://a.example/ HTTP/1.1\r\nHost: b.example\r\n\r\n"
        assert any(b" 421 " in live.plain(request) for _ in range(50)), "there is room again"


def test_a_client_that_does_not_trust_the_ca_is_noticed(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with RecordingUpstream() as up, Live(folder, up.port, up.ca_file) as live:
        kept = Path(live.ca).read_bytes()
        Path(live.ca).write_bytes(Path(up.ca_file).read_bytes())
        with pytest.raises(ssl.SSLError):
            live.tunnel("api.openai.com")
        Path(live.ca).write_bytes(kept)
    assert "a client ended the handshake for api.openai.com" in capfd.readouterr().err


def test_the_name_that_goes_out_is_the_one_that_was_judged(grille: Grille) -> None:
    data = handshake_with(STRICT)
    data.conn.sni = "4111111111111111.example"
    data.context.client.sni = "4111111111111111.example"
    former = data.ssl_conn
    grille.tls_start_server(data)
    assert data.conn.sni == STRICT
    assert data.ssl_conn is not None
    assert data.ssl_conn is not former
    assert data.ssl_conn.get_context().get_verify_mode() == SSL.VERIFY_PEER


def test_a_handshake_with_nobody_is_closed(grille: Grille) -> None:
    data = handshake_with(STRICT)
    data.conn = tflow.tclient_conn()
    grille.tls_start_server(data)
    assert data.ssl_conn is None


@pytest.mark.parametrize(("version", "closed"), [("TLSv1.3", False), ("TLSv1.2", True)])
def test_a_connection_that_is_not_what_was_offered_carries_nothing(grille: Grille, version: str, closed: bool) -> None:
    data = handshake_with(STRICT)
    data.conn.tls_version = cast(TlsVersion, version)
    data.conn.cipher = "TLS_AES_256_GCM_SHA384"
    grille.tls_established_server(data)
    assert (CLOSED.itself(data) is not None) is closed


def test_an_offer_without_a_cipher_in_common_connects_nowhere(folder: Path) -> None:
    one, other = "TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256"
    policy = POLICY.replace("hosts: [mcp.example.com]", "hosts: [api.example.com]").replace(
        "tools: {block", f"require: {{encryption: {{ciphers: [{one}]}}}}, tools: {{block"
    )
    policy = policy.replace(
        "require: {session_only: {field: /context_window, equals: session_only}}",
        f"require: {{encryption: {{ciphers: [{other}]}}}}",
    )
    with RecordingUpstream() as up, Live(folder, up.port, up.ca_file, policy) as live:
        seen = live.post({"jsonrpc": "2.0", "id": 1, "method": "tools/list"}, "/mcp", "api.example.com")
        assert "ledger could not be reached" in seen.document["error"]["message"]
        assert up.snis == []
