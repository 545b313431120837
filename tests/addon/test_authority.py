"""The CA: made once, taken over from elsewhere, and changed for another without a day on which clients break."""

from __future__ import annotations

import ssl
import stat
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from live import CONFDIR, Live, chat

from grille.addon import authority
from grille.addon.state import State
from grille.errors import SettingsError
from upstream import Authority, RecordingUpstream, answer

REPLY = answer({"choices": [{"index": 0, "message": {"role": "assistant", "content": "hello"}}]})


@pytest.fixture
def state(tmp_path: Path) -> State:
    made = State(tmp_path / CONFDIR)
    authority.make(made)
    return made


def trusts(pem: str) -> list[x509.Certificate]:
    return x509.load_pem_x509_certificates(pem.encode())


def test_the_end_of_a_certificate_is_read_off_its_file(tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    file.write_bytes(Authority().pem())
    assert timedelta(hours=23) < authority.ends(file) - datetime.now(UTC) < timedelta(hours=25)


def test_what_is_no_certificate_is_said(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="not a readable certificate"):
        authority.ends(tmp_path / "missing.pem")


def test_a_new_ca_is_its_owners_alone_and_is_not_made_twice(state: State) -> None:
    assert stat.S_IMODE(state.authority.stat().st_mode) == 0o600
    assert timedelta(days=364) < authority.ends(state.certificate) - datetime.now(UTC) < timedelta(days=366)
    before = state.authority.read_bytes()
    with pytest.raises(SettingsError, match="grille ca rotate"):
        authority.make(state)
    assert state.authority.read_bytes() == before


def test_a_proxy_signs_with_a_ca_that_was_made_before_and_a_strict_client_takes_it(
    state: State, tmp_path: Path
) -> None:
    fingerprint = authority.shown(state)[0].fingerprint
    with RecordingUpstream([REPLY]) as up, Live(tmp_path, up.port, up.ca_file) as live:
        assert live.post(chat("hello")).status == 200, "Python 3.13 verifies with VERIFY_X509_STRICT"
    assert authority.shown(state)[0].fingerprint == fingerprint


def test_while_one_follows_another_clients_trust_both(state: State) -> None:
    (first,) = trusts(authority.ours(state))
    authority.rotate(state, now=False)
    assert [each.role for each in authority.shown(state)] == ["in use", "next"]
    assert first == trusts(authority.ours(state))[0], "nothing has changed for the proxy"
    (_, second) = trusts(authority.ours(state))
    with pytest.raises(SettingsError, match="there is one that follows"):
        authority.rotate(state, now=False)
    authority.rotate(state, now=True)
    assert trusts(authority.ours(state)) == [second, first]
    assert b"PRIVATE KEY" in state.authority.read_bytes()
    assert x509.load_pem_x509_certificate(state.authority.read_bytes()) == second
    assert [each.role for each in authority.shown(state)] == ["in use", "former"]
    with pytest.raises(SettingsError, match="there is none that follows"):
        authority.rotate(state, now=True)


def test_one_that_has_ended_is_no_longer_trusted(state: State) -> None:
    expired = Authority().issue(["x"], expired=True)
    (state.directory / "former-ca-cert.pem").write_bytes(expired)
    assert len(trusts(authority.ours(state))) == 1
    assert len(authority.shown(state)) == 2


def test_the_bundle_holds_the_systems_roots_and_no_key(state: State) -> None:
    authority.rotate(state, now=False)
    text = authority.bundle(state)
    assert "PRIVATE" not in text
    loaded = ssl.create_default_context(cadata=text).get_ca_certs()
    assert len(loaded) > len(trusts(authority.ours(state)))


def test_before_there_is_one_nothing_can_be_shown_or_changed(tmp_path: Path) -> None:
    empty = State(tmp_path)
    with pytest.raises(SettingsError, match="grille ca init"):
        authority.ours(empty)
    with pytest.raises(SettingsError, match="grille ca init"):
        authority.rotate(empty, now=False)


def secret(folder: Path, *, kind: str = "rsa:2048", is_ca: bool = True) -> Path:
    """As a Kubernetes Secret is mounted."""
    folder.mkdir()
    new = ["-newkey", *kind.split(" ")]
    subprocess.run(
        ["openssl", "req", "-x509", *new, "-nodes", "-keyout", folder / "tls.key", "-out", folder / "tls.crt", "-days",
         "2", "-subj", "/CN=corporate", "-addext", f"basicConstraints=critical,CA:{str(is_ca).upper()}"],
        check=True, capture_output=True,
    )  # fmt: skip
    (folder / "tls.key").chmod(0o440)
    return folder


def test_a_ca_and_a_key_that_were_made_elsewhere_are_taken_over(tmp_path: Path) -> None:
    mounted, state = secret(tmp_path / "secret"), State(tmp_path / "state")
    (mounted / "key").write_bytes(bytes(range(32)))
    authority.adopt(state, mounted)
    authority.adopt(state, mounted)
    assert state.key() == bytes(range(32))
    assert authority.shown(state)[0].name == "CN=corporate"
    assert stat.S_IMODE(state.authority.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("kind", "is_ca", "problem"),
    [
        ("ec -pkeyopt ec_paramgen_curve:P-256", True, "must be the RSA key"),
        ("rsa:2048", False, "no certificate of a CA"),
    ],
)
def test_what_cannot_sign_is_refused(tmp_path: Path, kind: str, is_ca: bool, problem: str) -> None:
    with pytest.raises(SettingsError, match=problem):
        authority.adopt(State(tmp_path / "state"), secret(tmp_path / "secret", kind=kind, is_ca=is_ca))


def test_a_key_of_another_certificate_is_refused(tmp_path: Path) -> None:
    mounted = secret(tmp_path / "secret")
    (mounted / "tls.crt").write_bytes((secret(tmp_path / "other") / "tls.crt").read_bytes())
    with pytest.raises(SettingsError, match="must be the RSA key of"):
        authority.adopt(State(tmp_path / "state"), mounted)
    with pytest.raises(SettingsError, match="must hold"):
        authority.adopt(State(tmp_path / "state"), tmp_path)
