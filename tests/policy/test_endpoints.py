"""`grille.policy.endpoints`: hosts, routes and promises of an endpoint."""

from __future__ import annotations

import pytest

from grille.policy import Encryption, HostPattern, Missing
from policy_paper import ACME, POLICY, changed, policy, said

OTHER = "  other: {%s, request: inside, response: inside}\nclients:\n"


def with_other(keys: str) -> str:
    return changed("clients:\n", OTHER % keys)


def test_a_provider_brings_hosts_and_routes() -> None:
    chat = policy().endpoints["chat"]
    assert chat.hosts == (HostPattern("api.acme.example"), HostPattern("*.api.acme.example"))
    assert chat.routes == ACME.routes
    assert chat.provider == "acme"


def test_hosts_may_be_those_of_a_gateway_of_ones_own() -> None:
    chat = policy(changed("provider: acme\n", "provider: acme\n    hosts: [llm.bank.example:8443]\n")).endpoints["chat"]
    assert chat.hosts == (HostPattern("llm.bank.example", 8443),)
    assert chat.routes == ACME.routes


def test_a_dialect_without_paths_serves_every_path_of_its_hosts() -> None:
    ledger = policy(changed("    paths: [/mcp]\n", "")).endpoints["ledger"]
    assert ledger.route("DELETE", "/any/where") is not None
    assert ledger.route("POST", "/any/../where") is None


def test_promises_are_kept_with_their_lines() -> None:
    asked = policy().endpoints["chat"].requirements
    assert asked.encryption is not None
    assert asked.encryption.tls == "1.3"
    assert asked.session_only is not None
    assert asked.session_only.missing is Missing.BLOCK
    assert asked.session_only.source.name == "endpoints.chat.require.session_only"


def test_a_promise_of_ones_own_names_its_field() -> None:
    keys = (
        "dialect: anyjson, hosts: [a.example], require: {session_only: {field: /window, equals: session_only}, "
        "encryption: {field: /enc, one_of: [AES-256-GCM], ciphers: [TLS_AES_256_GCM_SHA384]}}"
    )
    asked = policy(with_other(keys)).endpoints["other"].requirements
    assert asked.session_only is not None
    assert (asked.session_only.field, asked.session_only.equals) == ("/window", "session_only")
    assert isinstance(asked.encryption, Encryption)
    assert (asked.encryption.field, asked.encryption.one_of) == ("/enc", ("AES-256-GCM",))
    assert asked.encryption.ciphers == ("TLS_AES_256_GCM_SHA384",)


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        ("provider: acne", "unknown provider `acne`: did you mean `acme`?"),
        ("dialect: mpc, hosts: [a.example]", "unknown dialect `mpc`: did you mean `mcp`?"),
        ("hosts: [a.example]", "an endpoint names a `provider` of the catalogue or else its `dialect`"),
        ("provider: acme, dialect: mcp", "an endpoint names a `provider` of the catalogue or else its `dialect`"),
        ("dialect: mcp", "an endpoint that names no provider needs `hosts`"),
        ("dialect: mcp, hosts: [https://a.example]", "a host stands alone"),
        ("dialect: mcp, hosts: [a.example], paths: [mcp]", "a path begins with `/`"),
        ("provider: contract, paths: [/x]", "`paths` goes with `dialect`: a provider brings its own"),
        (
            "dialect: mcp, hosts: [a.example], require: {encryption: {field: /enc}}",
            "`field` and `one_of` go together",
        ),
        (
            "dialect: mcp, hosts: [a.example], require: {session_only: {equals: x}}",
            "`field` and `equals` go together",
        ),
        (
            "dialect: mcp, hosts: [a.example], require: [session_only]",
            "nothing could show this here: add an attestation, or say which `field` must equal what",
        ),
        (
            "provider: contract, hosts: [a.example], require: {session_only: {missing: set}}",
            "no request to this endpoint has a field to set",
        ),
        (
            "provider: acme, hosts: [a.example], require: {session_only: {attested: true}}",
            "no attestation speaks of",
        ),
    ],
)
def test_an_endpoint_that_cannot_work_is_refused(keys: str, text: str) -> None:
    found = said(with_other(keys))
    assert [line for line in found if text in line], found


@pytest.mark.parametrize("attested", ["provider: contract", "endpoint: vault"])
def test_an_attestation_can_show_what_no_field_can(attested: str) -> None:
    text = changed("{provider: contract, ", "{provider: contract, require: [session_only], ")
    assert "nothing could show this here" in said(text)[0]
    item = f"{{id: Z, {attested}, states: session_only, reference: r, owner: o, expires: 2027-01-01}}"
    assert said(f"{text}attestations: [{item}]\n") == []


def test_an_unknown_profile_is_told_where_it_is_used() -> None:
    assert said(
        changed("request: outside\n    response: {profile: back", "request: outsid\n    response: {profile: bak")
    ) == [
        "17:14 unknown profile `outsid`: did you mean `outside`?",
        "18:25 unknown profile `bak`: did you mean `back`?",
    ]


@pytest.mark.parametrize(
    "keys",
    [
        "provider: acme",
        "provider: contract, hosts: [mcp.ledger.example, eu.api.acme.example], mode: monitor",
        "dialect: mcp, hosts: [mcp.ledger.example]",
        "dialect: mcp, hosts: ['*.ledger.example'], paths: [/m*]",
        "dialect: anyjson, hosts: [api.acme.example], paths: [/v1/responses]",
        "dialect: anyjson, hosts: [api.acme.example], paths: [/v1/files/**]",
    ],
)
def test_two_endpoints_may_not_claim_the_same_place(keys: str) -> None:
    found = said(with_other(keys))
    if keys.startswith("provider: contract"):
        assert found == []
    else:
        assert len(found) == 1
        assert "claims places at " in found[0]


def test_endpoints_may_share_a_host() -> None:
    assert said(with_other("dialect: anyjson, hosts: [mcp.ledger.example], paths: [/v2/**]")) == []
    assert said(with_other("dialect: anyjson, hosts: [mcp.ledger.example:8443, a.example], paths: [/x]")) == []


def test_the_small_policy_stands() -> None:
    assert said(POLICY) == []
