"""The greeting that an upstream really gets, and upstreams that answer it with something else.

No mock of TLS: what is looked at are the bytes of a socket. The outcome of a handshake would prove less, because
an upstream may choose the good among much that is bad.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable
from pathlib import Path

import pytest
from judging import H2Client, H2Peer, H2Upstream
from live import CHAT, Live, chat
from mitmproxy.tls import ClientHello
from wiretap import (
    ALERT,
    APPLICATION,
    EARLY_DATA,
    GREETING,
    POST_HANDSHAKE_AUTH,
    PRE_SHARED_KEY,
    SESSION_TICKET,
    Scripted,
    Tap,
    records,
    server_hello,
    versions,
)

from engines import POLICY
from upstream import Authority, RecordingUpstream

HOST = "api.openai.com"
OLD, NEW, OTHER_NEW = "ECDHE-ECDSA-AES256-GCM-SHA384", "TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256"
CODES = {OLD: 0xC02C, NEW: 0x1302, OTHER_NEW: 0x1301}
SIGNALLING = 0x00FF
WORDS = "a sentence that must not be seen"


def asking(encryption: str) -> str:
    changed = POLICY.replace(
        "openai: {provider: openai, request: out",
        f"openai: {{provider: openai, require: {{encryption: {encryption}}}, request: out",
    )
    assert changed != POLICY
    return changed


def names(hello: ClientHello) -> set[str]:
    """The ciphers that are offered, as OpenSSL calls them; those that it does not know by their number."""
    every = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    every.set_ciphers("ALL:COMPLEMENTOFALL:@SECLEVEL=0")
    known = {each["id"] & 0xFFFF: each["name"] for each in every.get_ciphers()}
    return {known.get(each, hex(each)) for each in hello.cipher_suites if each != SIGNALLING}


# -- the greeting ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("encryption", "spoken", "ciphers"),
    [
        ('{tls: "1.3"}', {0x0304}, None),
        (f"{{ciphers: [{NEW}]}}", {0x0304}, {NEW}),
        (f"{{ciphers: [{OLD}]}}", {0x0303}, {OLD}),
        (f"{{ciphers: [{OLD}, {OTHER_NEW}]}}", {0x0303, 0x0304}, {OLD, OTHER_NEW}),
        (f'{{tls: "1.3", ciphers: [{OLD}, {OTHER_NEW}]}}', {0x0304}, {OTHER_NEW}),
    ],
)
def test_the_upstream_is_offered_what_the_policy_asks_for_and_nothing_else(
    folder: Path, encryption: str, spoken: set[int], ciphers: set[str] | None
) -> None:
    with (
        RecordingUpstream() as up,
        Tap(up.port) as tap,
        Live(folder, tap.port, up.ca_file, asking(encryption)) as live,
    ):
        assert live.post(chat(WORDS)).status == 200
    (hello,) = tap.hellos
    assert versions(hello) == spoken
    assert hello.sni == HOST
    if ciphers is not None:
        assert names(hello) == ciphers
    else:
        assert {each for each in names(hello) if not each.startswith("TLS_")} <= names_of_12()


def names_of_12() -> set[str]:
    """With TLS 1.3 alone OpenSSL may still list older ciphers, which no TLS 1.3 server can choose."""
    return {each["name"] for each in ssl.create_default_context().get_ciphers()}


def test_without_a_requirement_the_offer_is_still_no_weak_one(folder: Path) -> None:
    with RecordingUpstream() as up, Tap(up.port) as tap, Live(folder, tap.port, up.ca_file) as live:
        assert live.post(chat(WORDS)).status == 200
    (hello,) = tap.hellos
    assert versions(hello) == {0x0303, 0x0304}
    weak = ("NULL", "ADH", "AECDH", "RC4", "DES", "EXP", "MD5", "SEED", "IDEA", "0x")
    assert not [each for each in names(hello) if any(part in each for part in weak)]


@pytest.mark.parametrize("encryption", ["{}", '{tls: "1.3"}', f"{{ciphers: [{OLD}]}}"])
def test_nothing_is_compressed_resumed_sent_early_or_asked_later(folder: Path, encryption: str) -> None:
    """Also by the connections that come after one whose server gave out tickets."""
    with (
        RecordingUpstream() as up,
        Tap(up.port) as tap,
        Live(folder, tap.port, up.ca_file, asking(encryption)) as live,
    ):
        for _ in range(3):
            assert live.post(chat(WORDS)).status == 200
        claude = {"model": "m", "max_tokens": 9, "messages": []}
        assert live.post(claude, "/v1/messages", "api.anthropic.com").status == 200
    assert len(tap.hellos) == 4
    for hello in tap.hellos:
        found = dict(hello.extensions)
        assert hello._client_hello.compression_methods.compression_methods == b"\0"
        assert not {PRE_SHARED_KEY, EARLY_DATA, POST_HANDSHAKE_AUTH} & set(found)
        assert found.get(SESSION_TICKET, b"") == b""


def test_after_the_greeting_all_is_ciphertext(folder: Path) -> None:
    with RecordingUpstream() as up, Tap(up.port) as tap, Live(folder, tap.port, up.ca_file) as live:
        assert live.post(chat(WORDS)).status == 200
        assert WORDS.encode() in up.received
    assert WORDS.encode() not in bytes(tap.sent[0])
    assert {kind for kind, _ in records(bytes(tap.sent[0]))[1:]} <= {20, ALERT, APPLICATION}


def test_no_other_protocol_is_offered_than_the_client_speaks(folder: Path) -> None:
    """So there is no h3 and no old spdy, and an upstream cannot change to one."""

    def models(peer: H2Peer, stream: int, _: str) -> None:
        peer.head(stream, ("content-type", "application/json"), end=True)

    policy = asking('{tls: "1.3"}')
    with RecordingUpstream() as up, Tap(up.port) as one, Live(folder, one.port, up.ca_file, policy) as live:
        assert live.post(chat(WORDS)).status == 200
    with H2Upstream(folder, models) as up2, Tap(up2.port) as two, Live(folder, two.port, up2.ca_file, policy) as live:
        client = H2Client(live)
        stream = client.get("/v1/models")
        client.read_until(lambda: stream in client.ended)
        client.close()
    assert [list(hello.alpn_protocols) for hello in (*one.hellos, *two.hellos)] == [[], [b"h2"]]
    assert [versions(hello) for hello in (*one.hellos, *two.hellos)] == [{0x0304}, {0x0304}]


# -- upstreams that answer it otherwise ------------------------------------------------------------

DOWNGRADED = bytes(24) + b"DOWNGRD\1"
"""How a server of TLS 1.3 says that it was made to speak TLS 1.2 (RFC 8446 §4.1.3)."""
OTHER_VERSION, OTHER_CIPHER = "does not speak the TLS version", "chose a cipher that was not offered"


@pytest.mark.parametrize(
    ("encryption", "reply", "said"),
    [
        ('{tls: "1.3"}', server_hello(0x0303, CODES[OLD]), OTHER_VERSION),
        ('{tls: "1.3"}', server_hello(0x0302, 0xC014), OTHER_VERSION),
        ("{}", server_hello(0x0302, 0xC014), OTHER_VERSION),
        ("{}", server_hello(0x0301, 0xC014), OTHER_VERSION),
        ("{}", server_hello(0x0300, 0x0005), OTHER_VERSION),
        ("{}", server_hello(0x0303, CODES[OLD], random=DOWNGRADED), "was made to speak an older TLS than it can"),
        (f"{{ciphers: [{OLD}]}}", server_hello(0x0303, 0xC02B), OTHER_CIPHER),
        ("{}", server_hello(0x0303, 0x0005), OTHER_CIPHER),
        (f"{{ciphers: [{NEW}]}}", server_hello(0x0303, CODES[OTHER_NEW], newer=0x0304), OTHER_CIPHER),
        ("{}", b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "does not speak TLS"),
    ],
)
def test_an_upstream_that_takes_what_was_not_offered_gets_nothing(
    folder: Path, encryption: str, reply: bytes, said: str
) -> None:
    def script(hello: ClientHello) -> bytes:
        """The middle of a ServerHello of TLS 1.3 repeats the client's session."""
        session = bytes(hello._client_hello.session_id.sid)
        if b"\0\x2b\0\2\3\4" in reply:
            return server_hello(0x0303, CODES[OTHER_NEW], newer=0x0304, session=session)
        return reply

    with Scripted(script) as up, Live(folder, up.port, None, asking(encryption)) as live:
        seen = live.post(chat(WORDS))
        assert said in seen.document["error"]["message"], seen.document
        assert seen.document["error"]["code"] == "upstream_unreachable"
        (record,) = live.records()
        assert (record["verdict"], record["reasons"][0]["code"]) == ("error", "upstream_unreachable")
    assert [[kind for kind, _ in records(bytes(sent))] for sent in up.sent] == [[GREETING]], "the greeting, no more"


ROOT = Authority("trusted")
BETWEEN = Authority("between", ROOT)
STRANGER = Authority("a stranger")


@pytest.mark.parametrize(
    ("upstream", "said"),
    [
        (lambda: RecordingUpstream(authority=ROOT, expired=True), "its certificate has expired"),
        (lambda: RecordingUpstream(authority=ROOT, names=["example.com"]), "its certificate is for another name"),
        (lambda: RecordingUpstream(authority=ROOT, signer=STRANGER), "not signed by a CA that is trusted here"),
        (lambda: RecordingUpstream(authority=ROOT, signer=STRANGER, sent=STRANGER.pem()), "not signed by a CA"),
        (lambda: RecordingUpstream(authority=ROOT, signer=STRANGER, itself=True), "not signed by a CA"),
        (lambda: RecordingUpstream(authority=ROOT, signer=BETWEEN), "not signed by a CA that is trusted here"),
    ],
    ids=["expired", "another name", "unknown CA", "unknown CA that is sent along", "self-signed", "no intermediate"],
)
def test_an_upstream_that_is_not_verified_gets_nothing(
    folder: Path, upstream: Callable[[], RecordingUpstream], said: str
) -> None:
    with upstream() as up, Live(folder, up.port, up.ca_file) as live:
        seen = live.post({"jsonrpc": "2.0", "id": 7, "method": "tools/list"}, "/mcp", "mcp.example.com")
        assert seen.document["id"] == 7
        assert said in seen.document["error"]["message"]
        assert said in live.post(chat(WORDS), CHAT).document["error"]["message"]
        assert [record["verdict"] for record in live.records()] == ["error", "error"]
        assert up.received == b""


def test_with_its_intermediate_it_is_verified(folder: Path) -> None:
    with (
        RecordingUpstream(authority=ROOT, signer=BETWEEN, sent=BETWEEN.pem()) as up,
        Live(folder, up.port, up.ca_file) as live,
    ):
        assert live.post(chat(WORDS)).status == 200
        assert WORDS.encode() in up.received


def test_an_upstream_of_http2_that_is_not_verified_gets_nothing(folder: Path) -> None:
    def never(peer: H2Peer, stream: int, _: str) -> None:
        peer.head(stream, end=True)

    stranger = folder / "stranger.pem"
    stranger.write_bytes(STRANGER.pem())
    with H2Upstream(folder, never) as up, Live(folder, up.port, str(stranger)) as live:
        client = H2Client(live)
        stream = client.get("/v1/models")
        client.read_until(lambda: stream in client.ended)
        assert b"not signed by a CA that is trusted here" in client.data[stream]
        client.close()
        assert up.peers == []
