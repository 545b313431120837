"""`grille.policy.encryption`: both legs, as far as it can be seen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grille.exchange import Exchange, Flag, Transport
from grille.policy import Met, Policy, pin_of
from policy_paper import SAFE, exchange
from promising import asking, codes, met

TLS = asking('{encryption: {tls: "1.3"}}')
OLD = asking("[encryption]")
LISTED = asking("{encryption: {ciphers: [TLS_AES_256_GCM_SHA384]}}")
PIN, OTHER_PIN = pin_of(b"a key"), pin_of(b"another key")
PINNED = asking(f"{{encryption: {{pins: [{PIN}, {OTHER_PIN}]}}}}")
DECLARED = asking("{encryption: {field: /enc, one_of: [AES-256-GCM, 256]}}")


def over(transport: Transport, scheme: str = "https") -> Exchange:
    return replace(exchange(), transport=transport, scheme=scheme)


def test_the_negotiated_connection_is_evidence() -> None:
    assert met(TLS, where=over(SAFE)) == Met(
        evidence=(
            "encryption: TLSv1.3 TLS_AES_256_GCM_SHA384, chain verified",
            "encryption: the client speaks TLS to the proxy",
        )
    )


@pytest.mark.parametrize(
    ("by", "transport", "scheme", "code"),
    [
        (TLS, replace(SAFE, tls_version="TLSv1.2"), "https", "encryption_tls"),
        (OLD, replace(SAFE, tls_version="TLSv1.1"), "https", "encryption_tls"),
        (OLD, replace(SAFE, tls_version="SSLv3"), "https", "encryption_tls"),
        (OLD, replace(SAFE, tls_version="made up"), "https", "encryption_tls"),
        (LISTED, replace(SAFE, cipher="TLS_CHACHA20_POLY1305_SHA256"), "https", "encryption_cipher"),
        (LISTED, replace(SAFE, cipher=None), "https", "encryption_cipher"),
        (OLD, replace(SAFE, verified=False), "https", "encryption_unverified"),
        (PINNED, SAFE, "https", "encryption_pin"),
        (PINNED, replace(SAFE, keys=(pin_of(b"a third key"),)), "https", "encryption_pin"),
        (OLD, SAFE, "http", "encryption_plain"),
        (OLD, SAFE, "ws", "encryption_plain"),
        (OLD, Transport(client_tls=True), "https", "encryption_unknown"),
        (OLD, replace(SAFE, client_tls=False), "https", "encryption_client"),
    ],
)
def test_each_way_to_be_unencrypted_has_its_own_code(by: Policy, transport: Transport, scheme: str, code: str) -> None:
    found = met(by, where=over(transport, scheme))
    assert codes(found) == [code]
    assert found.refusals[0].because.name == "endpoints.chat.require.encryption"


def test_the_pin_that_was_seen_is_evidence() -> None:
    shown = (pin_of(b"the server's own"), OTHER_PIN, pin_of(b"the root"))
    found = met(PINNED, where=over(replace(SAFE, keys=shown)))
    assert found.evidence[0] == f"encryption: TLSv1.3 TLS_AES_256_GCM_SHA384, chain verified, pinned {OTHER_PIN}"


@pytest.mark.parametrize(
    ("transport", "scheme", "code"),
    [
        (Transport(upstream_loopback=True, client_loopback=True), "http", "encryption_plain"),
        (Transport(upstream_loopback=True, client_loopback=True), "https", "encryption_unknown"),
        (replace(SAFE, upstream_loopback=True), "https", "encryption_pin"),
    ],
)
def test_a_pin_is_asked_for_on_this_host_too(transport: Transport, scheme: str, code: str) -> None:
    assert codes(met(PINNED, where=over(transport, scheme))) == [code]


def test_all_that_is_wrong_with_a_connection_is_said() -> None:
    weak = Transport("TLSv1.1", "RC4-SHA")
    assert codes(met(LISTED, where=over(weak))) == [
        "encryption_tls",
        "encryption_cipher",
        "encryption_unverified",
        "encryption_client",
    ]


@pytest.mark.parametrize("version", ["TLSv1.2", "TLSv1.3", "QUICv1"])
def test_newer_versions_than_asked_are_fine(version: str) -> None:
    assert codes(met(OLD, where=over(replace(SAFE, tls_version=version)))) == []


def test_what_never_leaves_the_host_needs_no_tls() -> None:
    found = met(TLS, where=over(Transport(upstream_loopback=True, client_loopback=True), "http"))
    assert found == Met(evidence=("encryption: the upstream is on this host", "encryption: the client is on this host"))


@pytest.mark.parametrize(
    ("flag", "code"),
    [
        (Flag("/enc", True, "AES-256-GCM"), None),
        (Flag("/enc", True, 256), None),
        (Flag("/enc", True, "aes-256-gcm"), "encryption_field_wrong"),
        (Flag("/enc", True, "256"), "encryption_field_wrong"),
        (Flag("/enc", True, True), "encryption_field_wrong"),
        (Flag("/enc", True, None), "encryption_field_wrong"),
        (Flag("/enc", False), "encryption_field_missing"),
        (Flag("/enc", False, elsewhere=("/a/enc",)), "encryption_field_misplaced"),
    ],
)
def test_a_declared_field_is_true_to_the_letter(flag: Flag, code: str | None) -> None:
    found = met(DECLARED, flag)
    assert codes(found) == ([code] if code else [])
    if code:
        assert 'Set `enc` to "AES-256-GCM" or 256' in found.refusals[0].text
    else:
        assert found.evidence[-1] == "encryption: the body declares /enc as asked"


def test_a_declared_field_stands_once() -> None:
    found = met(DECLARED, Flag("/enc", True, "AES-256-GCM", elsewhere=("/a/enc",)))
    assert codes(found) == ["encryption_field_misplaced"]
    assert "Let `enc` stand at that place only" in found.refusals[0].text


def test_a_claim_does_not_stand_for_the_connection() -> None:
    found = met(DECLARED, Flag("/enc", True, "AES-256-GCM"), where=over(Transport(client_tls=True)))
    assert codes(found) == ["encryption_unknown"]
