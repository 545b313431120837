"""A pinned upstream is one whose verified chain has that key, and nothing is said to any other."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Sequence
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from judging import H2Client, H2Peer, H2Upstream
from live import Live, chat, drain
from mitmproxy.test import tflow
from OpenSSL import SSL
from test_offer import connect

from engines import POLICY
from grille.addon import pinning
from grille.addon.offer import Offer
from grille.addon.pinning import keys_of, pinned, verifier
from grille.policy import pin_of
from upstream import Authority, RecordingUpstream

HOST = "api.openai.com"
STRANGER = pin_of(b"nobody's key")


def pin(certificate: x509.Certificate) -> str:
    return pin_of(certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))


def leaf(up: RecordingUpstream | H2Upstream, name: str = HOST) -> str:
    """The pin of the certificate that is shown for `name`."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with (
        socket.create_connection(("127.0.0.1", up.port), timeout=5) as plain,
        context.wrap_socket(plain, server_hostname=name) as connection,
    ):
        return pin(x509.load_der_x509_certificate(connection.getpeercert(binary_form=True) or b""))


def asking(*pins: str, policy: str = POLICY) -> str:
    changed = policy.replace(
        "openai: {provider: openai, request: out",
        f"openai: {{provider: openai, require: {{encryption: {{pins: [{', '.join(pins)}]}}}}, request: out",
    )
    assert changed != policy
    return changed


# -- the chain -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pins", "keys", "satisfied"),
    [
        ((), (), True),
        ((), ("a",), True),
        ((("a",),), ("a",), True),
        ((("a", "b"),), ("x", "b"), True),
        ((("a",), ("b",)), ("a", "b"), True),
        ((("a",), ("b",)), ("a",), False),
        ((("a",),), (), False),
        ((("a",),), ("A", "aa"), False),
    ],
)
def test_each_endpoint_must_find_one_of_its_pins(pins: pinning.Pins, keys: Sequence[str], satisfied: bool) -> None:
    assert pinned(pins, keys) is satisfied


def test_a_server_that_is_no_connection_has_no_keys() -> None:
    assert keys_of(None) == ()
    assert keys_of(SSL.Connection(SSL.Context(SSL.TLS_CLIENT_METHOD))) == ()


@pytest.mark.parametrize("which", ["leaf", "intermediate", "root"])
def test_a_pin_may_be_of_any_certificate_of_the_verified_chain(which: str) -> None:
    root = Authority("root")
    between = Authority("between", root)
    with RecordingUpstream(authority=root, signer=between, sent=between.pem()) as up:
        known = {"leaf": leaf(up), "intermediate": pin(between.certificate), "root": pin(root.certificate)}
        assert connect(up, Offer(pins=((known[which],),)), up.ca_file)[0] == "TLSv1.3"
        assert connect(up, Offer(pins=((STRANGER, known[which]),)), up.ca_file)[0] == "TLSv1.3"


@pytest.mark.parametrize("newest", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_chain_without_a_pinned_key_ends_the_handshake(newest: ssl.TLSVersion) -> None:
    with RecordingUpstream(newest=newest) as up, pytest.raises(SSL.Error, match="verify failed"):
        connect(up, Offer(pins=((STRANGER,),)), up.ca_file)


def test_a_certificate_that_is_only_sent_along_does_not_count() -> None:
    other = Authority("another")
    with RecordingUpstream(sent=other.pem()) as up:
        assert connect(up, Offer(), up.ca_file)[0] == "TLSv1.3"
        with pytest.raises(SSL.Error, match="verify failed"):
            connect(up, Offer(pins=((pin(other.certificate),),)), up.ca_file)


@pytest.mark.parametrize(("names", "expired"), [(("other.example.com",), False), ((), True)])
def test_a_pinned_key_does_not_make_up_for_a_name_or_a_date(names: tuple[str, ...], expired: bool) -> None:
    with RecordingUpstream(names=names, expired=expired) as up, pytest.raises(SSL.Error, match="verify failed"):
        connect(up, Offer(pins=((pin(up.authority.certificate),),)), up.ca_file)


def test_what_openssl_finds_wrong_stays_wrong() -> None:
    verify = verifier(())
    made = SSL.Connection(SSL.Context(SSL.TLS_CLIENT_METHOD))
    certificate = SSL.X509.from_cryptography(Authority().certificate)
    assert verify(made, certificate, 0, 0, 1)
    assert not verify(made, certificate, 10, 0, 0)
    assert not verify(made, certificate, 19, 1, 0)


def test_keys_of_one_connection_do_not_count_for_the_next() -> None:
    with RecordingUpstream() as up, RecordingUpstream() as other:
        offer = Offer(pins=((pin(up.authority.certificate),),))
        for _ in range(2):
            assert connect(up, offer, up.ca_file)[0] == "TLSv1.3"
            with pytest.raises(SSL.Error, match="verify failed"):
                connect(other, offer, other.ca_file)


def test_keys_are_forgotten_with_their_connection() -> None:
    server = tflow.tserver_conn()
    pinning.SHOWN[server] = (STRANGER,)
    before = len(pinning.SHOWN)
    del server
    assert len(pinning.SHOWN) < before


# -- through the proxy -----------------------------------------------------------------------------


def test_the_record_names_the_pin_that_was_seen(folder: Path) -> None:
    root = Authority()
    with RecordingUpstream(authority=root) as up:
        policy = asking(STRANGER, pin(root.certificate))
        with Live(folder, up.port, up.ca_file, policy) as live:
            assert live.post(chat("hello")).status == 200
            seen = live.records()[0]["evidence"]
    assert any(each.endswith(f"chain verified, pinned {pin(root.certificate)}") for each in seen)


def test_not_one_byte_goes_to_an_upstream_without_the_pin(folder: Path) -> None:
    with RecordingUpstream() as up, Live(folder, up.port, up.ca_file, asking(STRANGER)) as live:
        seen = live.post(chat("hello"))
        assert seen.document["error"]["code"] == "encryption_pin"
        assert "openai could not be reached: none of the keys that the policy pins" in seen.document["error"]["message"]
        assert up.received == b""
        (record,) = live.records()
        assert (record["verdict"], record["reasons"][0]["code"]) == ("error", "encryption_pin")


def test_without_the_pin_in_the_policy_it_does(folder: Path) -> None:
    with RecordingUpstream() as up, Live(folder, up.port, up.ca_file) as live:
        assert live.post(chat("hello")).status == 200
        assert b"hello" in up.received


@pytest.mark.parametrize("right", [True, False])
def test_an_upstream_that_speaks_http2_is_held_to_its_pin(folder: Path, right: bool) -> None:
    def models(peer: H2Peer, stream: int, _: str) -> None:
        peer.head(stream, ("content-type", "application/json"))
        peer.say(stream, b"{}", end=True)

    with H2Upstream(folder, models) as up:
        root = pin(x509.load_pem_x509_certificate(Path(up.ca_file).read_bytes()))
        with Live(folder, up.port, up.ca_file, asking(root if right else STRANGER)) as live:
            client = H2Client(live)
            for _ in range(2):
                stream = client.get("/v1/models")
                client.read_until(lambda stream=stream: stream in client.ended)  # type: ignore[misc]
                said = bytes(client.data[stream])
                assert (said == b"{}") is right
                assert (b"encryption_pin" in said) is not right
            client.close()
        evidence = [record["evidence"] for record in live.records() if record["direction"] == "request"]
        assert [any("pinned" in each for each in said) for said in evidence] == [right, right]
        assert len(up.peers) == (1 if right else 0)


def test_every_endpoint_at_a_host_must_find_its_pin(folder: Path) -> None:
    """Also for a request to the other one: at the handshake nobody knows which is meant."""
    other = f"""
  models: {{dialect: anyjson, hosts: [{HOST}], paths: [/other], require: {{encryption: {{pins: [{STRANGER}]}}}},
           request: out, response: back}}
"""
    root = Authority()
    policy = (
        asking(pin(root.certificate)).replace("\nclients:", f"{other}clients:").replace("[openai,", "[openai, models,")
    )
    with RecordingUpstream(authority=root) as up, Live(folder, up.port, up.ca_file, policy) as live:
        assert b"encryption_pin" in live.post(chat("hello")).body
        assert b"encryption_pin" in live.post({"text": "hello"}, "/other").body
        assert up.received == b""


def test_the_pin_is_judged_with_every_request_not_only_with_the_connection(folder: Path) -> None:
    """A connection whose keys nobody knows any more carries nothing."""
    root = Authority()
    with RecordingUpstream(authority=root) as up:
        policy = asking(pin(root.certificate))
        with Live(folder, up.port, up.ca_file, policy) as live, live.tunnel(HOST) as connection:
            body = b'{"model": "m", "messages": []}'
            head = f"POST /v1/chat/completions HTTP/1.1\r\nHost: {HOST}\r\nContent-Type: application/json\r\n"
            request = f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body
            connection.sendall(request)
            assert b" 200 " in drain(connection)
            pinning.SHOWN.clear()
            connection.sendall(request)
            assert b"No certificate of openai has a key that the policy pins" in drain(connection)
            assert len(up.requests) == 1
            assert live.records()[-1]["reasons"][0]["code"] == "encryption_pin"


def test_in_monitor_mode_a_pin_is_asked_for_in_the_handshake_too(folder: Path) -> None:
    policy = asking(STRANGER).replace("mode: enforce", "mode: monitor")
    with RecordingUpstream() as up, Live(folder, up.port, up.ca_file, policy) as live:
        assert b"encryption_pin" in live.post(chat("hello")).body
        assert up.received == b""
