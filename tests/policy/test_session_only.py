"""`grille.policy.session_only`: nothing outlives the session, as far as it can be seen."""

from __future__ import annotations

from datetime import date

import pytest

from grille.declared import Kept
from grille.exchange import Flag, Scalar
from grille.policy import Met, Policy
from policy_paper import CONTRACT, changed, policy
from promising import CHAT, FILES, MODELS, ROUTED, asking, codes, met

STORE = asking("[session_only]")
SET = asking("{session_only: {missing: set}}")
LOG = asking("{session_only: {missing: log}}")
OWN = asking("{session_only: {field: /window, equals: session_only}}")
CONVERSATION = Kept("/conversation", "it refers to a conversation that the provider keeps")


def test_the_flag_on_the_wire_is_evidence() -> None:
    assert met(STORE, Flag("/store", True, False)) == Met(evidence=("session_only: /store is false on the wire",))


@pytest.mark.parametrize("value", [True, 0, "false", "", None])
def test_a_flag_with_any_other_value_is_refused(value: Scalar) -> None:
    found = met(STORE, Flag("/store", True, value))
    assert codes(found) == ["session_only_wrong"]
    assert found.refusals[0].text == "Set `store` to false: with any other value the provider keeps what it is sent."
    assert found.evidence == ("session_only: /store is not false",)


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
    assert refused.evidence == ("session_only: /store is missing",)
    assert met(LOG, flag) == Met((), ("session_only: /store is missing (only logged)",))


def test_a_flag_is_set_with_its_companion_and_said_to_be_set_only_then() -> None:
    assert met(SET, Flag("/store", False)) == Met(
        (),
        ("session_only: /store is missing",),
        (("/store", False), ("/include/-", "reasoning")),
        ("session_only: /store was set to false",),
    )


def test_a_signed_request_is_refused_with_the_field_that_the_caller_has_to_set() -> None:
    found = met(SET, Flag("/store", False), obstacle="the request is signed")
    assert codes(found) == ["session_only_missing"]
    assert found.refusals[0].text.startswith("Set `store` to false: ")
    assert "the request is signed" in found.refusals[0].text
    assert found.to_set == ()


def test_every_flag_of_a_route_counts_and_a_header_is_one() -> None:
    zdr, logging = Flag("/provider/zdr", True, True), Flag("header:x-logging", True, "false")
    assert met(STORE, zdr, logging, route=ROUTED).evidence == (
        "session_only: /provider/zdr is true on the wire",
        'session_only: header:x-logging is "false" on the wire',
    )
    assert codes(met(STORE, zdr, route=ROUTED)) == ["session_only_missing"]
    assert met(STORE, zdr, route=ROUTED).refusals[0].text.startswith('Set the header `x-logging` to "false"')
    assert codes(met(STORE, logging, route=ROUTED)) == ["session_only_missing"]
    assert met(SET, route=ROUTED).to_set == (("/provider/zdr", True), ("header:x-logging", "false"))


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
    assert found.evidence == ("session_only: /store is misplaced",)
    assert found.to_set == ()


def test_a_flag_at_its_place_and_elsewhere_is_fine() -> None:
    assert codes(met(STORE, Flag("/store", True, False, ("/metadata/store",)))) == []


@pytest.mark.parametrize("by", [STORE, SET, LOG, OWN])
def test_what_is_kept_is_refused_whatever_else_holds(by: Policy) -> None:
    flag = Flag("/window", True, "session_only") if by is OWN else Flag("/store", True, False)
    found = met(by, flag, kept=(CONVERSATION,))
    assert codes(found) == ["session_only_stateful"]
    assert found.refusals[0].text == "Take `conversation` out: it refers to a conversation that the provider keeps."
    assert "session_only: /conversation shows that something is kept" in found.evidence


def test_a_refusal_says_what_may_stand_there_instead_and_which_word_of_a_header_is_meant() -> None:
    ttl = Kept("/prompt_cache_retention", "it lasts a day", instead='"in_memory"')
    beta = Kept("header:anthropic-beta", "files are kept", word="files-api-*")
    found = met(STORE, Flag("/store", True, False), kept=(ttl, beta))
    assert [refusal.text for refusal in found.refusals] == [
        'Set `prompt_cache_retention` to "in_memory": it lasts a day.',
        "Take `files-api-*` out of the header `anthropic-beta`: files are kept.",
    ]


def test_a_route_that_stores_things_is_never_session_only() -> None:
    for by in (STORE, SET, LOG, OWN):
        flags = [Flag("/window", True, "session_only")] if by is OWN else []
        found = met(by, *flags, route=FILES)
        assert codes(found) == ["session_only_never"]
        assert found.evidence == ("session_only: impossible on this route",)


def test_a_route_that_keeps_nothing_is_fine() -> None:
    assert met(STORE, route=MODELS).evidence == ("session_only: this route has no store",)


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
    assert ended.evidence == ("session_only: not attested",)


def test_a_contract_with_somebody_else_does_not_count() -> None:
    by = attested("provider: acme", "{session_only: {missing: log}}")
    found = met(by, route=CONTRACT.routes[0], endpoint="vault")
    assert found.evidence == ("session_only: not attested (only logged)",)


def with_contract(asked: str) -> Policy:
    text = changed("session_only: {missing: block}", f"session_only: {asked}")
    item = "{id: ZDR-2, provider: acme, states: session_only, reference: r, owner: o, expires: 2027-01-31}"
    return policy(f"{text}attestations: [{item}]\n")


@pytest.mark.parametrize("asked", ["{missing: block}", "{attested: true}"])
def test_a_contract_is_evidence_beside_a_flag(asked: str) -> None:
    evidence = ("session_only: /store is false on the wire", "session_only: attested ZDR-2")
    assert [line for line in met(with_contract(asked), Flag("/store", True, False)).evidence if "session" in line] == [
        *evidence
    ]


def test_a_policy_may_ask_for_a_contract_beside_the_flag() -> None:
    by = with_contract("{attested: true}")
    ended = date(2027, 2, 1)
    assert codes(met(by, Flag("/store", True, False), today=ended)) == ["session_only_unattested"]
    assert codes(met(with_contract("{missing: block}"), Flag("/store", True, False), today=ended)) == []
    assert codes(met(by)) == ["session_only_missing"]
