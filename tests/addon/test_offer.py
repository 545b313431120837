"""What goes out in the handshake is what the policy asks for, and nothing that is wider connects."""

from __future__ import annotations

import socket
import ssl
from contextlib import suppress
from pathlib import Path

import certifi
import pytest
from live import Live, chat
from mitmproxy.connection import Server
from mitmproxy.proxy.layers.tls import parse_client_hello
from mitmproxy.tls import ClientHello
from OpenSSL import SSL

from engines import POLICY, engine
from grille.addon import offer as offer_module
from grille.addon.offer import Offer, handshake, offer
from grille.policy import Endpoint, pin_of
from upstream import Authority, RecordingUpstream

HOST = "api.openai.com"
OLD = "ECDHE-ECDSA-AES256-GCM-SHA384"
OTHER_OLD = "ECDHE-ECDSA-AES128-GCM-SHA256"
NEW, OTHER_NEW = "TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256"
CODES = {OLD: 0xC02C, OTHER_OLD: 0xC02B, NEW: 0x1302, OTHER_NEW: 0x1301}
"""RFC 8446, appendix B.4, and RFC 5289 §3.2."""
SIGNALLING = 0x00FF
"""Not a cipher: renegotiation is safe (RFC 5746 §3.3)."""
VERSIONS_EXTENSION = 43


def endpoints(folder: Path, *encryption: str) -> list[Endpoint]:
    """One endpoint for each requirement, at one host."""
    requirements = [f"require: {{encryption: {each}}}, " if each else "" for each in encryption]
    rows = "".join(
        f"  e{number}: {{dialect: anyjson, hosts: [{HOST}], paths: [/p{number}], {each}request: out, response: back}}\n"
        for number, each in enumerate(requirements)
    )
    names = ", ".join(f"e{number}" for number in range(len(encryption)))
    head = POLICY.partition("endpoints:")[0]
    clients = f"clients:\n  app: {{match: anyone, endpoints: [{names}]}}\n"
    return list(engine(folder, f"{head}endpoints:\n{rows}{clients}").policy.endpoints_at(HOST, 443))


# -- the offer -------------------------------------------------------------------------------------


def test_without_a_requirement_it_is_two_versions_and_openssls_own_ciphers(tmp_path: Path) -> None:
    assert offer(endpoints(tmp_path, "")) == Offer("1.2", None)
    assert offer(()) == Offer()


def test_several_endpoints_at_a_host_get_what_fits_all_of_them(tmp_path: Path) -> None:
    wanted = [f"{{ciphers: [{NEW}, {OTHER_NEW}, {OLD}]}}", "{tls: '1.3'}", "", f"{{ciphers: [{OLD}, {NEW}]}}"]
    assert offer(endpoints(tmp_path, *wanted)) == Offer("1.3", (NEW, OLD))


def test_the_pins_of_each_endpoint_are_kept_apart(tmp_path: Path) -> None:
    one, other = pin_of(b"one"), pin_of(b"other")
    found = offer(endpoints(tmp_path, f"{{pins: [{one}, {other}]}}", "", f"{{pins: [{other}]}}"))
    assert found == Offer("1.2", None, ((one, other), (other,)))
    assert found.accepts("TLSv1.3", NEW, [other])
    assert not found.accepts("TLSv1.3", NEW, [one])
    assert not found.accepts("TLSv1.3", NEW)


def test_endpoints_that_share_no_cipher_leave_an_empty_offer(tmp_path: Path) -> None:
    found = offer(endpoints(tmp_path, f"{{ciphers: [{NEW}]}}", f"{{ciphers: [{OTHER_NEW}]}}"))
    assert found == Offer("1.2", ())
    assert handshake(found, server(), None) is None


@pytest.mark.parametrize(
    ("wanted", "version", "cipher", "accepted"),
    [
        (Offer(), "TLSv1.2", OLD, True),
        (Offer(), "TLSv1.3", NEW, True),
        (Offer("1.3"), "TLSv1.2", OLD, False),
        (Offer("1.2", (NEW,)), "TLSv1.3", NEW, True),
        (Offer("1.2", (NEW,)), "TLSv1.3", OTHER_NEW, False),
        (Offer("1.2", (NEW,)), "TLSv1.3", None, False),
        (Offer("1.2", ()), "TLSv1.3", NEW, False),
        (Offer(), "TLSv1.1", OLD, False),
        (Offer(), "TLSv1", OLD, False),
        (Offer(), "QUICv1", NEW, False),
        (Offer(), None, None, False),
    ],
)
def test_only_what_is_within_the_offer_is_accepted(
    wanted: Offer, version: str | None, cipher: str | None, accepted: bool
) -> None:
    assert wanted.accepts(version, cipher) is accepted


# -- the words of the handshake --------------------------------------------------------------------


def server(name: str = HOST, alpn: tuple[bytes, ...] = ()) -> Server:
    made = Server(address=(name, 443))
    made.sni = name
    made.alpn_offers = alpn
    return made


def hello(wanted: Offer, to: Server | None = None) -> ClientHello:
    """The first message of the handshake."""
    made = handshake(wanted, to or server(), certifi.where())
    assert made is not None
    with pytest.raises(SSL.WantReadError):
        made.do_handshake()
    said = parse_client_hello(made.bio_read(65536))
    assert said is not None
    return said


def versions(said: ClientHello) -> set[int]:
    (listed,) = (body for number, body in said.extensions if number == VERSIONS_EXTENSION)
    return {int.from_bytes(listed[at : at + 2]) for at in range(1, len(listed), 2)}


@pytest.mark.parametrize(
    ("wanted", "ciphers", "spoken"),
    [
        (Offer("1.3", (NEW,)), {NEW}, {0x0304}),
        (Offer("1.2", (NEW, OTHER_NEW)), {NEW, OTHER_NEW}, {0x0304}),
        (Offer("1.2", (OLD, NEW)), {OLD, NEW}, {0x0304, 0x0303}),
        (Offer("1.3", (OLD, NEW)), {NEW}, {0x0304}),
    ],
)
def test_only_the_policys_versions_and_ciphers_are_offered(wanted: Offer, ciphers: set[str], spoken: set[int]) -> None:
    said = hello(wanted)
    assert versions(said) == spoken
    assert set(said.cipher_suites) - {SIGNALLING} == {CODES[each] for each in ciphers}


def test_old_ciphers_alone_offer_no_tls_1_3() -> None:
    said = hello(Offer("1.2", (OLD,)))
    assert set(said.cipher_suites) - {SIGNALLING} == {CODES[OLD]}
    assert VERSIONS_EXTENSION not in dict(said.extensions)


def test_old_ciphers_alone_make_no_handshake_when_1_3_is_asked_for() -> None:
    assert handshake(Offer("1.3", (OLD,)), server(), None) is None


def test_nothing_older_than_1_2_is_ever_offered() -> None:
    assert versions(hello(Offer())) == {0x0304, 0x0303}


def test_the_servers_name_and_protocols_are_sent() -> None:
    said = hello(Offer(), server(alpn=(b"h2", b"http/1.1")))
    assert said.sni == HOST
    assert list(said.alpn_protocols) == [b"h2", b"http/1.1"]


def test_an_address_is_verified_and_not_sent_as_a_name() -> None:
    assert hello(Offer(), server("127.0.0.1")).sni is None


@pytest.mark.parametrize("name", ["", "a..b"])
def test_without_a_name_to_verify_there_is_no_handshake(name: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  whichever of the encoder and OpenSSL says it first
        handshake(Offer(), server(name), None)


# -- the handshake itself --------------------------------------------------------------------------


def connect(up: RecordingUpstream, wanted: Offer, ca_file: str | None, name: str = HOST) -> tuple[str, str | None]:
    """The version and cipher that come of it. Raises SSL.Error."""
    made = handshake(wanted, server(name), ca_file)
    assert made is not None
    with socket.create_connection(("127.0.0.1", up.port), timeout=5) as plain:
        while True:
            try:
                made.do_handshake()
                break
            except SSL.WantReadError:
                flush(made, plain)
                made.bio_write(plain.recv(65536) or pytest.fail("the upstream hung up"))
            except SSL.Error:
                flush(made, plain)
                raise
        flush(made, plain)
        return made.get_protocol_version_name(), made.get_cipher_name()


def flush(made: SSL.Connection, plain: socket.socket) -> None:
    try:
        plain.sendall(made.bio_read(65536))
    except SSL.WantReadError:
        return


@pytest.mark.parametrize(
    ("newest", "theirs", "wanted", "found"),
    [
        (ssl.TLSVersion.TLSv1_3, "", Offer(), "TLSv1.3"),
        (ssl.TLSVersion.TLSv1_3, "", Offer("1.3", (OTHER_NEW,)), "TLSv1.3"),
        (ssl.TLSVersion.TLSv1_2, "", Offer(), "TLSv1.2"),
        (ssl.TLSVersion.TLSv1_2, OLD, Offer("1.2", (OTHER_OLD, OLD)), "TLSv1.2"),
        (ssl.TLSVersion.TLSv1_3, "", Offer("1.2", (OLD,)), "TLSv1.2"),
    ],
)
def test_an_upstream_within_the_offer_is_connected(
    newest: ssl.TLSVersion, theirs: str, wanted: Offer, found: str
) -> None:
    with RecordingUpstream(newest=newest, ciphers=theirs) as up:
        version, cipher = connect(up, wanted, up.ca_file)
        assert version == found
        assert wanted.accepts(version, cipher)


@pytest.mark.parametrize(
    ("newest", "theirs", "wanted"),
    [
        (ssl.TLSVersion.TLSv1_2, "", Offer("1.3")),
        (ssl.TLSVersion.TLSv1_2, "", Offer("1.2", (NEW,))),
        (ssl.TLSVersion.TLSv1_2, OTHER_OLD, Offer("1.2", (OLD, NEW))),
    ],
)
def test_an_upstream_outside_the_offer_is_not(newest: ssl.TLSVersion, theirs: str, wanted: Offer) -> None:
    with RecordingUpstream(newest=newest, ciphers=theirs) as up, pytest.raises(SSL.Error):
        connect(up, wanted, up.ca_file)


@pytest.mark.parametrize(
    ("names", "expired", "asked"),
    [
        (("api.example.com",), False, HOST),
        (("*.com",), False, HOST),
        (("a*.openai.com",), False, HOST),
        (("10.0.0.1",), False, "127.0.0.1"),
        (("127.0.0.1",), False, HOST),
        ((HOST,), True, HOST),
    ],
)
def test_a_certificate_for_another_name_or_time_fails(names: tuple[str, ...], expired: bool, asked: str) -> None:
    with RecordingUpstream(names=names, expired=expired) as up, pytest.raises(SSL.Error, match="verify failed"):
        connect(up, Offer(), up.ca_file, asked)


@pytest.mark.parametrize(("names", "asked"), [(("*.openai.com",), HOST), (("127.0.0.1",), "127.0.0.1")])
def test_a_certificate_for_the_name_or_address_is_enough(names: tuple[str, ...], asked: str) -> None:
    with RecordingUpstream(names=names) as up:
        assert connect(up, Offer(), up.ca_file, asked)[0] == "TLSv1.3"


ALERT, HANDSHAKE = 21, 22


@pytest.mark.parametrize(("ours", "answered"), [(True, ALERT), (False, HANDSHAKE)])
def test_an_upstream_cannot_start_a_second_handshake(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ours: bool, answered: int
) -> None:
    """In which it could choose another cipher: it gets a no. Without our option OpenSSL would go along."""
    if not ours:
        monkeypatch.setattr(SSL, "OP_NO_RENEGOTIATION", 0)
    authority, leaf = Authority(), str(tmp_path / "leaf.pem")
    (tmp_path / "ca.pem").write_bytes(authority.pem())
    (tmp_path / "leaf.pem").write_bytes(authority.issue([HOST]))
    there = SSL.Context(SSL.TLS_SERVER_METHOD)
    there.use_certificate_chain_file(leaf)
    there.use_privatekey_file(leaf)
    upstream = SSL.Connection(there)
    upstream.set_accept_state()
    made = handshake(Offer("1.2", (OLD, OTHER_OLD)), server(), str(tmp_path / "ca.pem"))
    assert made is not None
    for _ in range(3):
        carry(made, upstream)
        carry(upstream, made)
    assert upstream.renegotiate()
    carry(upstream, made)
    assert carry(made, upstream)[0] == answered


def carry(one: SSL.Connection, other: SSL.Connection) -> bytes:
    """What `one` has to say next, brought to `other`."""
    with suppress(SSL.WantReadError):
        one.do_handshake()
        one.recv(1)
    said = b""
    with suppress(SSL.WantReadError):
        said = one.bio_read(65536)
        other.bio_write(said)
    return said


def test_an_unknown_ca_fails_also_one_that_calls_itself_the_same(tmp_path: Path) -> None:
    stranger = tmp_path / "other.pem"
    stranger.write_bytes(Authority().pem())
    public = None
    with RecordingUpstream() as up:
        for ca_file in (str(stranger), public):
            with pytest.raises(SSL.Error, match="verify failed"):
                connect(up, Offer(), ca_file)
        assert up.received == b""


def test_a_context_is_made_once_for_each_offer() -> None:
    before = offer_module._context.cache_info().misses
    for _ in range(3):
        assert handshake(Offer("1.3", (NEW,)), server("once.example.com"), None) is not None
    assert offer_module._context.cache_info().misses - before <= 1


# -- through the proxy -----------------------------------------------------------------------------

STRICT = POLICY.replace(
    "openai: {provider: openai, request: out",
    "openai: {provider: openai, require: {encryption: {tls: '1.3', ciphers: [" + NEW + "]}}, request: out",
)


def test_the_proxy_offers_what_the_policy_asks_for_and_connects_to_nothing_less(folder: Path) -> None:
    assert STRICT != POLICY
    with (
        RecordingUpstream(newest=ssl.TLSVersion.TLSv1_2) as old,
        RecordingUpstream() as new,
        Live(folder, old.port, old.ca_file, STRICT) as live,
    ):
        seen = live.post(chat("hello"))
        assert b"the TLS version that the policy asks for" in seen.body
        assert old.requests == []
        live.redirect(HOST, new.port)
        assert b"not signed by a CA that is trusted here" in live.post(chat("hello")).body
        assert new.requests == []
        assert [record["verdict"] for record in live.records()] == ["error", "error"]


def test_the_proxy_connects_where_the_offer_is_taken(folder: Path) -> None:
    with RecordingUpstream() as up, Live(folder, up.port, up.ca_file, STRICT) as live:
        assert live.post(chat("hello")).status == 200
        assert up.snis == [HOST]
