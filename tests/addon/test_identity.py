"""Nobody is whom they only say they are."""

from __future__ import annotations

import asyncio
import base64
import json
import ssl
import threading
import time
from datetime import UTC, datetime, timedelta
from http.client import HTTPSConnection
from pathlib import Path

import bcrypt
import jwt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import load_pem_x509_certificates
from live import CHAT, Live, chat
from mitmproxy import certs, http
from mitmproxy.proxy.mode_specs import ProxyMode
from mitmproxy.test import tflow

from engines import POLICY
from grille.addon import identity
from grille.addon.claims import JwtSettings, Tokens
from grille.addon.identity import Certificates, Checks, Identities, Users
from grille.addon.refusal import Refused
from grille.errors import SettingsError
from grille.exchange import Identity
from upstream import Authority, RecordingUpstream, answer

KEY = ec.generate_private_key(ec.SECP256R1())
PASSWORD = "correct horse"


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def token(**claims: object) -> str:
    return jwt.encode({"exp": time.time() + 60, **claims}, KEY, "ES256")


@pytest.fixture
def users(tmp_path: Path) -> Users:
    file = tmp_path / "htpasswd"
    file.write_text(f"jane:{bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode()}\n")
    return Users(str(file))


@pytest.fixture
def tokens(tmp_path: Path) -> Tokens:
    file = tmp_path / "key.pem"
    file.write_bytes(KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    return Tokens(JwtSettings(str(file)))


def flow_with(*headers: tuple[str, str]) -> http.HTTPFlow:
    flow = tflow.tflow()
    flow.client_conn.peername = ("192.0.2.7", 5000)
    fields = [(name.encode(), value.encode("utf-8", "surrogateescape")) for name, value in headers]
    flow.request.headers = http.Headers(fields)
    return flow


def who(checks: Checks, *headers: tuple[str, str]) -> Identity:
    return asyncio.run(Identities(checks).of(flow_with(*headers)))


def test_without_credentials_there_is_the_address() -> None:
    assert who(Checks()) == Identity("192.0.2.7")


def test_a_user_with_the_right_password_is_the_user(users: Users) -> None:
    assert who(Checks(users), ("Proxy-Authorization", basic("jane", PASSWORD))).proxy_user == "jane"


def test_a_password_may_hold_a_colon(tmp_path: Path) -> None:
    file = tmp_path / "htpasswd"
    file.write_text(f"jane:{bcrypt.hashpw(b'a:b', bcrypt.gensalt(4)).decode()}\n")
    assert who(Checks(Users(str(file))), ("Proxy-Authorization", basic("jane", "a:b"))).proxy_user == "jane"


@pytest.mark.parametrize(
    "value",
    [
        basic("jane", "wrong"),
        basic("joe", PASSWORD),
        basic("", ""),
        basic("jane", "x" * 100),
        basic("jane", "a\0b"),
        "Basic !!!",
        "Basic " + base64.b64encode(b"no colon").decode(),
        "Basic " + base64.b64encode(b"\xff\xfe:x").decode(),
        "Basic é",
        "Basic \udce9",
        basic("jane", PASSWORD) + " " * 20_000,
        "Digest x",
        "Basic",
        "",
        "Basic " + "A" * 20_000,
    ],
)
def test_wrong_credentials_are_refused_and_not_passed_over(users: Users, value: str) -> None:
    with pytest.raises(Refused) as caught:
        who(Checks(users), ("Proxy-Authorization", value))
    assert (caught.value.code, caught.value.status) == ("credentials", 407)


def test_two_credentials_are_none(users: Users) -> None:
    with pytest.raises(Refused):
        who(Checks(users), *[("Proxy-Authorization", basic("jane", PASSWORD))] * 2)


@pytest.mark.parametrize(
    "header",
    [
        lambda text: ("Proxy-Authorization", f"Bearer {text}"),
        lambda text: ("Proxy-Authorization", basic("anything", text)),
        lambda text: ("X-Grille-Identity", text),
        lambda text: ("X-Grille-Identity", f"Bearer {text}"),
    ],
)
def test_a_token_may_come_in_three_ways(tokens: Tokens, header: object) -> None:
    assert callable(header)
    assert who(Checks(tokens=tokens), header(token(groups=["support"]))).claims["groups"] == ("support",)
    with pytest.raises(Refused):
        who(Checks(tokens=tokens), header(token()[:-6] + "AAAAAA"))


def test_a_user_and_a_token_are_told_apart(users: Users, tokens: Tokens) -> None:
    both = Checks(users, tokens)
    assert who(both, ("Proxy-Authorization", basic("jane", PASSWORD))).proxy_user == "jane"
    assert who(both, ("Proxy-Authorization", basic("jane", token(a="1")))).claims["a"] == ("1",)
    assert who(both, ("Proxy-Authorization", basic("jane", token(a="1")))).proxy_user is None


def test_the_user_beside_a_token_is_not_believed(tokens: Tokens) -> None:
    assert who(Checks(tokens=tokens), ("Proxy-Authorization", basic("admin", token()))).proxy_user is None


def test_credentials_that_nothing_checks_are_not_looked_at() -> None:
    for value in (basic("jane", "x"), "Bearer nonsense", "what"):
        assert who(Checks(), ("Proxy-Authorization", value), ("X-Grille-Identity", "x")) == Identity("192.0.2.7")


def test_a_caller_of_a_reverse_proxy_is_not_asked_for_credentials(users: Users) -> None:
    """They would take it for the provider's question: MCP clients start an OAuth flow."""
    flow = flow_with(("Proxy-Authorization", "Basic x"))
    flow.client_conn.proxy_mode = ProxyMode.parse("reverse:https://api.openai.com")
    with pytest.raises(Refused) as caught:
        asyncio.run(Identities(Checks(users)).of(flow))
    assert caught.value.status == 403


def test_what_a_connect_request_proved_holds_for_its_tunnel_and_no_other(users: Users) -> None:
    async def scene() -> None:
        identities = Identities(Checks(users))
        connect = flow_with(("Proxy-Authorization", basic("jane", PASSWORD)))
        assert (await identities.connect(connect)).proxy_user == "jane"
        inner, other = flow_with(), flow_with()
        inner.client_conn = connect.client_conn
        assert (await identities.of(inner)).proxy_user == "jane"
        assert (await identities.of(other)).proxy_user is None

    asyncio.run(scene())


def test_a_password_that_passed_is_not_hashed_again(users: Users, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []
    original = users._matches

    def counting(user: str, password: str) -> bool:
        calls.append(user)
        return original(user, password)

    monkeypatch.setattr(users, "_matches", counting)

    async def scene() -> list[bool]:
        return [await users.check("jane", PASSWORD) for _ in range(3)] + [
            await users.check("jane", "x") for _ in range(2)
        ]

    assert asyncio.run(scene()) == [True, True, True, False, False]
    assert len(calls) == 3
    assert PASSWORD not in repr(vars(users))


def test_where_a_user_ends_and_a_password_begins_is_remembered_too(users: Users) -> None:
    async def scene() -> None:
        assert await users.check("jane", PASSWORD)
        assert not await users.check("jan", "e" + PASSWORD)
        assert not await users.check("jane" + PASSWORD, "")

    asyncio.run(scene())


def test_passwords_that_passed_are_forgotten_in_the_end(users: Users, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identity, "_REMEMBERED", 2)
    monkeypatch.setattr(users, "_matches", lambda user, password: True)

    async def scene() -> None:
        for number in range(5):
            await users.check("jane", str(number))

    asyncio.run(scene())
    assert len(users._passed) == 2


def test_guessing_passwords_uses_two_threads_at_most(users: Users, monkeypatch: pytest.MonkeyPatch) -> None:
    running: list[int] = [0, 0]
    lock = threading.Lock()

    def slow(user: str, password: str) -> bool:
        with lock:
            running[0] += 1
            running[1] = max(running)
        time.sleep(0.02)
        with lock:
            running[0] -= 1
        return False

    monkeypatch.setattr(users, "_matches", slow)

    async def scene() -> None:
        await asyncio.gather(*(users.check("jane", str(number)) for number in range(8)))

    asyncio.run(scene())
    assert running == [0, 2]


@pytest.mark.parametrize("content", ["jane", "jane:{SHA}fEqNCco3Yq9h5ZUglD3CZJT4lBs=", "jane:$apr1$x$y", ":x"])
def test_an_htpasswd_file_that_is_not_safe_is_refused(tmp_path: Path, content: str) -> None:
    file = tmp_path / "htpasswd"
    file.write_text(content + "\n")
    with pytest.raises(SettingsError, match="htpasswd -B"):
        Users(str(file))


# -- certificates ----------------------------------------------------------------------------------

SPIFFE = "spiffe://bank.internal/ns/batch/a"


@pytest.fixture(scope="module")
def bank() -> Authority:
    return Authority("bank")


@pytest.fixture
def certificates(tmp_path: Path, bank: Authority) -> Certificates:
    (tmp_path / "clients.pem").write_bytes(bank.pem())
    return Certificates(str(tmp_path / "clients.pem"))


def names_of(certificates: Certificates, pem: bytes) -> tuple[str, ...]:
    flow = flow_with()
    flow.client_conn.certificate_list = [certs.Cert(each) for each in load_pem_x509_certificates(pem)]
    identities = Identities(Checks(certificates=certificates))
    identities.handshake(flow.client_conn)
    return asyncio.run(identities.of(flow)).names


def test_the_names_of_a_certificate_that_verifies_are_the_clients(certificates: Certificates, bank: Authority) -> None:
    pem = bank.issue(["batch.bank.internal"], [SPIFFE], client=True)
    assert set(names_of(certificates, pem)) == {"batch.bank.internal", SPIFFE}


def test_an_address_in_a_certificate_is_no_name(certificates: Certificates, bank: Authority) -> None:
    """An address says where somebody is, and the policy asks who it is."""
    pem = bank.issue(["batch.bank.internal", "192.0.2.7"], [SPIFFE], client=True)
    assert set(names_of(certificates, pem)) == {"batch.bank.internal", SPIFFE}


def test_a_certificate_may_come_with_its_intermediate(certificates: Certificates, bank: Authority) -> None:
    inner = Authority("inner")
    pem = inner.issue([], [SPIFFE], client=True)
    assert names_of(certificates, pem + signed_by(bank, inner)) == (SPIFFE,)
    with pytest.raises(Refused):
        names_of(certificates, pem)
    with pytest.raises(Refused):
        names_of(certificates, pem + inner.pem())


def signed_by(outer: Authority, inner: Authority) -> bytes:
    """The certificate that makes `inner` an intermediate of `outer`."""
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder(outer.name, inner.name, inner.key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(outer.key.public_key()), critical=False)
    )
    for extension in inner.certificate.extensions:
        builder = builder.add_extension(extension.value, extension.critical)
    return builder.sign(outer.key, hashes.SHA256()).public_bytes(Encoding.PEM)


@pytest.mark.parametrize("wrong", ["stranger", "server", "expired"])
def test_a_certificate_that_does_not_verify_is_refused(certificates: Certificates, bank: Authority, wrong: str) -> None:
    issuer = Authority("bank") if wrong == "stranger" else bank
    pem = issuer.issue([], [SPIFFE], client=wrong != "server", expired=wrong == "expired")
    with pytest.raises(Refused, match="could not be verified"):
        names_of(certificates, pem)


def test_without_a_client_ca_a_certificate_says_nothing(bank: Authority) -> None:
    flow = flow_with()
    pem = bank.issue([], [SPIFFE], client=True)
    flow.client_conn.certificate_list = [certs.Cert(each) for each in load_pem_x509_certificates(pem)]
    identities = Identities(Checks())
    identities.handshake(flow.client_conn)
    assert asyncio.run(identities.of(flow)).names == ()


def test_a_ca_file_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.pem").write_text("nothing")
    with pytest.raises(SettingsError, match="PEM"):
        Certificates(str(tmp_path / "x.pem"))


# -- through the proxy -----------------------------------------------------------------------------

REPLY = answer({"choices": [{"index": 0, "message": {"role": "assistant", "content": "hello"}}]})
UPSTREAM = "https://api.openai.com"
BY_USER = POLICY.replace("match: anyone", "match: {proxy_user: jane}")
BY_NAME = POLICY.replace("match: anyone", 'match: {spiffe: "spiffe://bank.internal/ns/batch/*"}')


def test_an_unknown_client_is_asked_for_credentials_before_anything_is_connected(folder: Path, users: Users) -> None:
    with (
        RecordingUpstream([REPLY]) as up,
        Live(folder, up.port, up.ca_file, BY_USER, checks=Checks(users)) as live,
    ):
        with pytest.raises(ConnectionRefusedError, match="407") as caught:
            live.tunnel("api.openai.com")
        assert "Proxy-Authenticate: Basic" in str(caught.value)
        assert up.connections == 0
        live.tunnel("api.openai.com", Proxy_Authorization=basic("jane", PASSWORD)).close()
        assert live.records()[0]["reasons"][0]["code"] == "credentials"


def test_who_showed_good_credentials_and_is_no_client_is_told_that_and_not_asked_again(
    folder: Path, users: Users
) -> None:
    elsewhere = BY_USER.replace("jane", "somebody_else")
    with Live(folder, policy=elsewhere, checks=Checks(users)) as live:
        with pytest.raises(ConnectionRefusedError, match="403"):
            live.tunnel("api.openai.com", Proxy_Authorization=basic("jane", PASSWORD))
        with pytest.raises(ConnectionRefusedError, match="407"):
            live.tunnel("api.openai.com", Proxy_Authorization=basic("jane", "wrong"))
        unknown, wrong = (record["reasons"] for record in live.records())
        assert [reason["code"] for reason in unknown] == ["client_unknown"]
        assert unknown[0]["because"].endswith("otherwise.client")
        assert [reason["code"] for reason in wrong] == ["credentials"]


@pytest.mark.parametrize(
    ("checked", "shown", "lacks"),
    [
        ((), Identity(), False),
        (("users",), Identity(), True),
        (("users",), Identity(names=(SPIFFE,)), True),
        (("users", "certificates"), Identity(proxy_user="jane"), False),
        (("tokens",), Identity(claims={"sub": ("jane",)}), False),
        (("certificates",), Identity(), True),
        (("certificates",), Identity(names=(SPIFFE,)), False),
    ],
)
def test_who_showed_what_is_asked_for_lacks_nothing(
    checked: tuple[str, ...], shown: Identity, lacks: bool, request: pytest.FixtureRequest
) -> None:
    checks = Checks(**{name: request.getfixturevalue(name) for name in checked})
    assert Identities(checks).lacks(shown) is lacks


def test_credentials_for_grille_do_not_reach_the_provider(folder: Path, users: Users, tokens: Tokens) -> None:
    with (
        RecordingUpstream([REPLY]) as up,
        Live(folder, up.port, up.ca_file, checks=Checks(users, tokens)) as live,
    ):
        mine = {
            "X-Grille-Identity": token(),
            "Proxy-Authorization": basic("jane", PASSWORD),
            "Authorization": "Bearer k",
        }
        assert live.post(chat("hello"), headers=mine).status == 200
        assert b"Authorization: Bearer k" in up.received
        assert b"Proxy-Authorization" not in up.received
        assert b"Grille" not in up.received


def test_a_client_certificate_is_asked_for_and_believed(
    folder: Path, certificates: Certificates, bank: Authority
) -> None:
    (folder / "client.pem").write_bytes(bank.issue([], [SPIFFE], client=True))
    (folder / "stranger.pem").write_bytes(Authority("bank").issue([], [SPIFFE], client=True))
    checks = Checks(certificates=certificates)
    with (
        RecordingUpstream([REPLY]) as up,
        Live(
            folder,
            up.port,
            up.ca_file,
            BY_NAME,
            checks=checks,
            client_certificates=True,
            reverse="https://api.openai.com",
        ) as live,
    ):
        assert post_over_tls(live, folder / "client.pem") == 200
        assert post_over_tls(live, None) == 403
        assert post_over_tls(live, folder / "stranger.pem") == 403
        assert len(up.requests) == 1


def post_over_tls(live: Live, certificate: Path | None) -> int:
    """The status of a request to a reverse proxy, with a client certificate or without."""
    context = ssl.create_default_context(cafile=live.ca)
    context.check_hostname = False
    if certificate:
        context.load_cert_chain(certificate)
    connection = HTTPSConnection("127.0.0.1", live.port, timeout=5, context=context)
    try:
        connection.request("POST", CHAT, json.dumps(chat("hello")), {"Content-Type": "application/json"})
        return connection.getresponse().status
    finally:
        connection.close()


def test_credentials_that_are_no_text_are_wrong_credentials(folder: Path, users: Users) -> None:
    """Not a fault of grille's: nothing is said on stderr, and the record says `block`."""
    with RecordingUpstream() as up, Live(folder, up.port, up.ca_file, checks=Checks(users)) as live:
        seen = live.post(chat("hello"), headers={"Proxy-Authorization": "Basic \xe9"})
        assert (seen.status, seen.document["code"]) == (407, "credentials")
        assert [record["verdict"] for record in live.records()] == ["block"]
        assert up.connections == 0
