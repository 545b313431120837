"""`grille.policy.session_only`: nothing outlives the session, as far as it can be seen."""

from __future__ import annotations

from datetime import date

import pytest

from grille.exchange import Flag, Scalar
from grille.policy import Met, Policy
from policy_paper import CONTRACT, changed, policy
from promising import CHAT, FILES, MODELS, asking, codes, met

STORE = asking("[session_only]")
SET = asking("{session_only: {missing: set}}")
LOG = asking("{session_only: {missing: log}}")
OWN = asking("{session_only: {field: /window, equals: session_only}}")


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
