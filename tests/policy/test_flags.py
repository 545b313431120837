"""`grille.policy.flags`: session-only and encrypted, as far as it can be seen."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from grille.exchange import Exchange, Flag, Scalar, Transport
from grille.policy import Met, Policy, fields_needed, require
from grille.providers import Route
from policy_paper import ACME, CONTRACT, SAFE, TODAY, changed, exchange, placed, policy

CHAT, RESPONSES, MODELS, FILES = ACME.routes
SESSION = 'require: {encryption: {tls: "1.3"}, session_only: {missing: block}}'


def asking(promises: str) -> Policy:
    return policy(changed(SESSION, f"require: {promises}"))


def met(
    by: Policy,
    *flags: Flag,
    route: Route = RESPONSES,
    where: Exchange | None = None,
    endpoint: str = "chat",
    today: date = TODAY,
) -> Met:
    needed = fields_needed(by.endpoints[endpoint], route)
    seen = {field: Flag(field, present=False) for field in needed} | {flag.field: flag for flag in flags}
    assert set(seen) == set(needed)
    return require(by, by.endpoints[endpoint], route, where or placed(), seen, today)


def codes(found: Met) -> list[str]:
    return [refusal.code for refusal in found.refusals]


STORE = asking("[session_only]")
SET = asking("{session_only: {missing: set}}")
LOG = asking("{session_only: {missing: log}}")
OWN = asking("{session_only: {field: /window, equals: session_only}}")


def test_only_the_fields_that_count_are_asked_for() -> None:
    chat = policy().endpoints["chat"]
    assert fields_needed(chat, RESPONSES) == ("/store", "/conversation", "/background")
    assert fields_needed(chat, MODELS) == ()
    assert fields_needed(OWN.endpoints["chat"], RESPONSES) == ("/window", "/conversation", "/background")
    assert fields_needed(policy().endpoints["ledger"], CHAT) == ()
    both = asking("{encryption: {field: /enc, one_of: [a]}}")
    assert fields_needed(both.endpoints["chat"], CHAT) == ("/enc",)


def test_nothing_is_required_where_nothing_is_asked() -> None:
    assert met(policy(), endpoint="ledger", route=CHAT) == Met()


def test_the_flag_on_the_wire_is_evidence() -> None:
    assert met(STORE, Flag("/store", True, False)) == Met(evidence=("session_only: /store is false on the wire",))


@pytest.mark.parametrize("value", [True, 0, "false", "", None])
def test_a_flag_with_any_other_value_is_refused(value: Scalar) -> None:
    found = met(STORE, Flag("/store", True, value))
    assert codes(found) == ["session_only_wrong"]
    assert found.refusals[0].text == "Set `store` to false: with any other value the provider keeps what it is sent."


def test_a_wrong_value_is_not_changed_for_the_caller() -> None:
    found = met(SET, Flag("/store", True, True))
    assert codes(found) == ["session_only_wrong"]
    assert found.to_set == ()


@pytest.mark.parametrize("flag", [Flag("/store", False), Flag("/store", True, None, null=True)])
def test_a_missing_flag_is_refused_set_or_logged(flag: Flag) -> None:
    refused = met(STORE, flag)
    assert codes(refused) == ["session_only_missing"]
    assert "Set `store` to false" in refused.refusals[0].text
    assert refused.refusals[0].because.name == "endpoints.chat.require.session_only"
    assert met(SET, flag) == Met((), ("session_only: /store was set to false",), (("/store", False),))
    assert met(LOG, flag) == Met((), ("session_only: /store is missing (only logged)",))


def test_a_wrong_flag_may_be_logged_too() -> None:
    assert met(LOG, Flag("/store", True, True)).evidence == ("session_only: /store is not false (only logged)",)


@pytest.mark.parametrize("by", [STORE, SET, LOG])
def test_a_missing_flag_is_fine_where_the_default_is_right(by: Policy) -> None:
    elsewhere = Flag("/store", False, elsewhere=("/metadata/store",))
    assert met(by, elsewhere, route=CHAT) == Met(evidence=("session_only: /store is absent, and false by default",))


@pytest.mark.parametrize("by", [STORE, SET, LOG])
def test_a_flag_at_another_place_is_refused_as_misplaced(by: Policy) -> None:
    found = met(by, Flag("/store", False, elsewhere=("/metadata/store",)))
    assert codes(found) == ["session_only_misplaced"]
    assert "at exactly that place" in found.refusals[0].text
    assert "metadata" not in found.refusals[0].text
    assert found.to_set == ()


def test_a_flag_at_its_place_and_elsewhere_is_fine() -> None:
    assert codes(met(STORE, Flag("/store", True, False, ("/metadata/store",)))) == []


@pytest.mark.parametrize("by", [STORE, SET, LOG, OWN])
@pytest.mark.parametrize("value", ["conv_1", "", 0, True, None])
def test_a_reference_to_something_kept_is_refused_whatever_else_holds(by: Policy, value: Scalar) -> None:
    found = (
        met(by, Flag("/store", True, False), Flag("/conversation", True, value))
        if by is not OWN
        else met(by, Flag("/window", True, "session_only"), Flag("/conversation", True, value))
    )
    assert codes(found) == ["session_only_stateful"]
    assert "Take `conversation` out" in found.refusals[0].text


@pytest.mark.parametrize("flag", [Flag("/background", True, False), Flag("/background", True, None, null=True)])
def test_a_reference_that_is_null_or_false_refers_to_nothing(flag: Flag) -> None:
    assert codes(met(STORE, Flag("/store", True, False), flag)) == []


def test_a_route_that_stores_things_is_never_session_only() -> None:
    for by in (STORE, SET, LOG, OWN):
        flags = [Flag("/window", True, "session_only")] if by is OWN else []
        assert codes(met(by, *flags, route=FILES)) == ["session_only_never"]


def test_a_route_that_keeps_nothing_is_fine() -> None:
    assert met(STORE, route=MODELS).evidence == ("session_only: nothing is kept on this route",)


def test_a_field_of_the_endpoints_own_stands_for_the_providers() -> None:
    assert met(OWN, Flag("/window", True, "session_only")).evidence == (
        'session_only: /window is "session_only" on the wire',
    )
    assert codes(met(OWN)) == ["session_only_missing"]
    assert met(OWN).refusals[0].text.startswith('Set `window` to "session_only"')


def attested(about: str, asked: str = "[session_only]") -> Policy:
    text = changed("{provider: contract, ", f"{{provider: contract, require: {asked}, ")
    item = f"{{id: ZDR-1, {about}, states: session_only, reference: r, owner: o, expires: 2027-01-31}}"
    return policy(f"{text}attestations: [{item}]\n")


@pytest.mark.parametrize("about", ["provider: contract", "endpoint: vault"])
def test_a_contract_counts_until_its_last_day(about: str) -> None:
    by, route = attested(about), CONTRACT.routes[0]
    found = met(by, route=route, endpoint="vault", today=date(2027, 1, 31))
    assert found == Met(evidence=("session_only: attested ZDR-1",))
    ended = met(by, route=route, endpoint="vault", today=date(2027, 2, 1))
    assert codes(ended) == ["session_only_unattested"]
    assert "No contract that vault keeps nothing is on record" in ended.refusals[0].text


def test_a_contract_with_somebody_else_does_not_count() -> None:
    by = attested("provider: acme", "{session_only: {missing: log}}")
    found = met(by, route=CONTRACT.routes[0], endpoint="vault")
    assert found.evidence == ("session_only: not attested (only logged)",)


# -- encryption -----------------------------------------------------------------------------------

TLS = asking('{encryption: {tls: "1.3"}}')
OLD = asking("[encryption]")
LISTED = asking("{encryption: {ciphers: [TLS_AES_256_GCM_SHA384]}}")
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


def test_a_claim_does_not_stand_for_the_connection() -> None:
    found = met(DECLARED, Flag("/enc", True, "AES-256-GCM"), where=over(Transport(client_tls=True)))
    assert codes(found) == ["encryption_unknown"]


def test_a_flag_that_was_not_looked_at_is_an_error_and_no_pass() -> None:
    with pytest.raises(KeyError):
        require(STORE, STORE.endpoints["chat"], RESPONSES, placed(), {}, TODAY)
