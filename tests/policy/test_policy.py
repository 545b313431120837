"""`grille.policy.policy`: what is meant, and which rows bear."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grille.exchange import Direction, Identity
from grille.policy import Tools
from policy_paper import ROBOT, STAFF, changed, exchange, placed, policy


@pytest.mark.parametrize(
    ("host", "method", "path", "route"),
    [
        ("api.acme.example", "POST", "/v1/chat", "/v1/chat"),
        ("eu.api.acme.example", "post", "/v1/responses", "/v1/responses"),
        ("api.acme.example", "DELETE", "/v1/files/f1", "/v1/files"),
        ("api.acme.example", "GET", "/v1/chat", None),
        ("api.acme.example", "POST", "/v1/chat/", None),
        ("api.acme.example", "POST", "/v1/files/../chat", None),
        ("acme.example", "POST", "/v1/chat", None),
    ],
)
def test_a_place_leads_to_one_endpoint_and_route(host: str, method: str, path: str, route: str | None) -> None:
    found = policy().endpoint_for(host, 443, method, path)
    assert (found and (found[0].name, found[1].name)) == (route and ("chat", route))


def test_where_two_endpoints_claim_a_place_none_is_chosen() -> None:
    small = policy()
    chat = small.endpoints["chat"]
    both = replace(small, endpoints={"chat": chat, "again": replace(chat, name="again")})
    assert both.endpoint_for("api.acme.example", 443, "POST", "/v1/chat") is None


def test_one_identity_may_match_several_clients() -> None:
    small = policy(changed("clients:\n", "clients:\n  all: {match: anyone, endpoints: []}\n"))
    assert [client.name for client in small.clients_for(STAFF)] == ["all", "staff"]
    assert [client.name for client in small.clients_for(ROBOT)] == ["all", "robot"]
    assert [client.name for client in small.clients_for(Identity())] == ["all"]


def test_rows_bear_by_direction_and_by_every_client() -> None:
    small = policy()
    request = placed("chat", ("staff", "robot"))
    assert [profile.name for profile in small.bearing(request)] == ["outside", "no_names"]
    answer = placed("chat", ("staff",), Direction.RESPONSE)
    assert [profile.name for profile in small.bearing(answer)] == ["back"]
    assert small.bearing(exchange()) == ()


def test_only_what_a_row_names_is_looked_for() -> None:
    small = policy()
    assert small.wanted(placed("ledger", ("staff",))) == {"CREDIT_CARD", "PERSON"}
    assert small.wanted(placed("chat", ("robot",), Direction.RESPONSE)) == {
        "CREDIT_CARD",
        "API_KEY",
        "PASSWORD",
        "PERSON",
    }
    assert small.wanted(exchange("other.example")) == frozenset()


def test_what_no_row_of_any_profile_names_is_never_sought() -> None:
    small = policy()
    named = {entity for profile in small.profiles.values() for entity in profile.rows}
    assert {entity.name for entity in small.sought()} == named
    outside = small.profiles["outside"]
    one = replace(outside, rows={"CREDIT_CARD": outside.rows["CREDIT_CARD"]})
    assert [entity.name for entity in replace(small, profiles={"outside": one}).sought()] == ["CREDIT_CARD"]


def test_a_mode_is_the_endpoints_else_the_policys() -> None:
    small = policy()
    monitoring = policy(changed("policy: small", "policy: small\nmode: monitor"))
    assert small.enforced(placed("chat"))
    assert not small.enforced(placed("vault"))
    assert not small.enforced(exchange("api.contract.example"))
    assert small.enforced(exchange("other.example"))
    assert not monitoring.enforced(placed("chat"))
    assert not monitoring.enforced(exchange("other.example"))


@pytest.mark.parametrize(
    ("allow", "block", "tool", "permitted"),
    [
        (None, (), "anything", True),
        (("get_*",), (), "get_balance", True),
        (("get_*",), (), "Get_balance", False),
        (("get_*",), ("get_secret*",), "get_secrets", False),
        ((), (), "anything", False),
        (None, ("*_all",), "export_all", False),
    ],
)
def test_tools_are_chosen_by_glob(
    allow: tuple[str, ...] | None, block: tuple[str, ...], tool: str, permitted: bool
) -> None:
    source = policy().endpoints["ledger"].source
    assert Tools(source, allow, block).permits(tool) is permitted


def test_sources_name_every_row_and_exception_once() -> None:
    assert [source.name for source in policy().sources()] == [
        "profiles.outside.@secrets",
        "profiles.outside.US_SSN",
        "profiles.outside.CREDIT_CARD",
        "profiles.outside.PERSON",
        "profiles.back.CREDIT_CARD",
        "profiles.back.@secrets",
        "profiles.inside.CREDIT_CARD",
        "profiles.inside.PERSON",
        "profiles.no_names.PERSON",
        "exceptions.EX-1",
    ]


def test_everybody_is_known_when_no_client_is_anyone_and_strangers_are_blocked() -> None:
    assert policy().knows_everybody
    assert not policy(changed("clients:\n", "clients:\n  all: {match: anyone, endpoints: []}\n")).knows_everybody
    assert not policy(changed("profiles:\n", "otherwise: {client: log}\nprofiles:\n")).knows_everybody
