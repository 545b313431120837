"""`grille.policy.quotas`: what rows count over time, and what becomes of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grille.errors import PolicyErrors
from grille.exchange import Action
from grille.policy import Over, Policy, Quota, decide, quotas
from policy_paper import POLICY, TODAY, message, placed, policy

CARD = ("CREDIT_CARD", "4111 1111 1111 1111")
OTHER = ("CREDIT_CARD", "4012 8888 8888 1881")
NAME = ("PERSON", "Jane Doe")


@pytest.fixture(scope="module")
def counting() -> Policy:
    assert "over: {count: 2, action: block}" in POLICY
    return policy(POLICY.replace("over: {count: 2, action: block}", "over: {count: 2, within: 2h, action: block}"))


def test_a_row_may_count_over_time(counting: Policy) -> None:
    (row,) = counting.profiles["outside"].rows["CREDIT_CARD"]
    assert row.over == Over(2, Action.BLOCK, 7200)


@pytest.mark.parametrize("wrong", ["2", "0h", "1w", "1.5h", "12345m", "[1h]"])
def test_a_while_is_minutes_hours_or_days(wrong: str) -> None:
    with pytest.raises(PolicyErrors, match=r"a while is a number|should be|must be|not a"):
        policy(POLICY.replace("over: {count: 2, action: block}", f"over: {{count: 2, within: {wrong}, action: block}}"))


def test_different_values_are_told_by_quota_and_nothing_else_is(counting: Policy) -> None:
    segments, findings = message(CARD, CARD, OTHER, NAME)
    found = quotas(counting, placed(), segments, findings, TODAY)
    ((quota, values),) = found.items()
    assert (quota.clients, quota.profile, quota.entity) == (placed().clients, "outside", "CREDIT_CARD")
    assert values == {"4111111111111111", "4012888888881881"}
    assert quotas(counting, placed(), *message(NAME), TODAY) == {}
    assert quotas(policy(), placed(), segments, findings, TODAY) == {}, "a row without `within` counts a message alone"


def test_what_was_counted_decides_and_without_it_the_message_alone(counting: Policy) -> None:
    segments, findings = message(CARD)
    (quota,) = quotas(counting, placed(), segments, findings, TODAY)

    def action(counted: dict[Quota, int]) -> Action:
        return decide(counting, placed(), segments, findings, TODAY, None, counted).rulings[0].action

    assert action({quota: 2}) is Action.TOKENIZE
    assert action({quota: 3}) is Action.BLOCK
    assert action({replace(quota, clients=("other",)): 3}) is Action.TOKENIZE
    assert action({}) is Action.TOKENIZE


def test_the_refusal_says_what_to_do(counting: Policy) -> None:
    segments, findings = message(CARD)
    (quota,) = quotas(counting, placed(), segments, findings, TODAY)
    (refusal,) = decide(counting, placed(), segments, findings, TODAY, None, {quota: 3}).refusals
    assert refusal.code == "entity_in_bulk"
    assert refusal.text == (
        "With this, more than 2 different values of CREDIT_CARD in 120 minutes would pass, as in an export: "
        "ask about fewer, or later."
    )
