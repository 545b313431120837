"""`grille.policy.clients`: who is meant."""

from __future__ import annotations

import pytest

from grille.exchange import Identity
from grille.policy import Match
from policy_paper import changed, policy, said


def match(written: str) -> Match:
    return policy(changed("{jwt: {groups: staff}}", written)).clients["staff"].match


@pytest.mark.parametrize(
    ("written", "identity", "holds"),
    [
        ("anyone", Identity(), True),
        ("{network: 10.0.0.0/8}", Identity(address="10.1.2.3"), True),
        ("{network: [10.0.0.0/8, '::1/128']}", Identity(address="::1"), True),
        ("{network: 10.0.0.0/8}", Identity(address="::ffff:10.1.2.3"), True),
        ("{network: 10.0.0.0/8}", Identity(address="11.1.2.3"), False),
        ("{network: 10.0.0.0/8}", Identity(), False),
        ("{network: 10.0.0.0/8}", Identity(address="not an address"), False),
        ("{proxy_user: ann}", Identity(proxy_user="ann"), True),
        ("{proxy_user: [ann, ben]}", Identity(proxy_user="ben"), True),
        ("{proxy_user: ann}", Identity(proxy_user="Ann"), False),
        ("{proxy_user: ann}", Identity(), False),
        ("{jwt: {groups: [a, b]}}", Identity(claims={"groups": ("x", "b")}), True),
        ("{jwt: {groups: a, iss: i}}", Identity(claims={"groups": ("a",)}), False),
        ("{jwt: {groups: a, iss: i}}", Identity(claims={"groups": ("a",), "iss": ("i",)}), True),
        ('{spiffe: "spiffe://bank.example/ns/*"}', Identity(names=("dns.example", "spiffe://bank.example/ns/x")), True),
        ('{spiffe: "spiffe://bank.example/ns/*"}', Identity(names=("spiffe://bank.example.evil/ns/x",)), False),
        ("{proxy_user: ann, network: 10.0.0.0/8}", Identity(proxy_user="ann"), False),
        ("{proxy_user: ann, network: 10.0.0.0/8}", Identity(proxy_user="ann", address="10.0.0.1"), True),
    ],
)
def test_every_part_of_a_match_must_hold(written: str, identity: Identity, holds: bool) -> None:
    assert match(written).holds(identity) is holds


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("{anyone: true, proxy_user: ann}", "`anyone` stands alone: take it away, or take away proxy_user"),
        ("{network: []}", "an empty `network` would match everybody: name somebody"),
        ("{jwt: {}}", "an empty `jwt` would match everybody: name somebody"),
        ("{jwt: {groups: []}}", "an empty `groups` would match nobody: name a value"),
        ("{network: 10.0.0.1/8}", "a network is an address with its prefix, like 10.0.0.0/8 or ::1/128"),
        ("{network: office}", "a network is an address with its prefix"),
        ('{spiffe: "spiffe://*/ns"}', "a SPIFFE ID begins with spiffe:// and a trust domain without `*`"),
        ('{spiffe: "spiffe://bank*"}', "a SPIFFE ID begins with"),
        ('{spiffe: "bank.example/ns"}', "a SPIFFE ID begins with"),
    ],
)
def test_a_match_that_lets_strangers_in_is_refused(written: str, text: str) -> None:
    found = said(changed("{jwt: {groups: staff}}", written))
    assert [line for line in found if text in line], found


def test_names_a_client_uses_must_exist() -> None:
    assert said(changed("endpoints: [ledger], tighten: no_names", "endpoints: [ledgr], tighten: no_name")) == [
        "29:76 unknown endpoint `ledgr`: did you mean `ledger`?",
        "29:93 unknown profile `no_name`: did you mean `no_names`?",
    ]


def test_a_client_may_list_no_endpoint_and_only_tighten() -> None:
    both = changed("clients:\n", "clients:\n  all: {match: anyone, endpoints: [], tighten: no_names}\n")
    everybody = policy(both).clients["all"]
    assert everybody.endpoints == frozenset()
    assert everybody.tighten is not None


def test_a_match_of_nothing_holds_for_nobody() -> None:
    assert not Match().holds(Identity())
    assert not Match().holds(Identity(address="10.0.0.1", proxy_user="ann"))
