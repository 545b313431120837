"""`grille.policy.profiles`: rows by entity."""

from __future__ import annotations

import pytest

from grille.exchange import Action
from grille.policy import Over
from policy_paper import changed, policy, said


def test_a_group_becomes_a_row_of_each_of_its_entities() -> None:
    rows = policy().profiles["outside"].rows
    assert rows["API_KEY"] == rows["PASSWORD"]
    assert rows["API_KEY"][0].source.name == "profiles.outside.@secrets"


def test_an_entity_has_its_own_row_and_that_of_its_group() -> None:
    rows = policy(changed("    US_SSN: block\n", "    US_SSN: block\n    API_KEY: log\n")).profiles["outside"].rows
    assert [row.action for row in rows["API_KEY"]] == [Action.BLOCK, Action.LOG]


def test_the_details_of_a_row_are_kept() -> None:
    rows = policy().profiles["outside"].rows
    assert rows["CREDIT_CARD"][0].over == Over(2, Action.BLOCK)
    assert rows["CREDIT_CARD"][0].threshold is None
    assert rows["PERSON"][0].threshold == 0.8
    assert policy().profiles["back"].rows["CREDIT_CARD"][0].keep_last == 4


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        ("US_SSN: block", "US_SSM: block", "7:5 unknown entity `US_SSM`: did you mean `US_SSN`?"),
        ('"@secrets": block', '"@secret": block', "6:5 unknown group `secret`: did you mean `secrets`?"),
        ("count: 2, action: block", "count: 2, action: mask", "`over` must be stricter than `tokenize`, which holds"),
        ("threshold: 0.8", "keep_last: 2", "`keep_last` goes with the action `mask` and with no other"),
    ],
)
def test_a_row_that_means_nothing_is_refused(old: str, new: str, text: str) -> None:
    found = said(changed(old, new))
    assert len(found) == 1
    assert text in found[0]


def test_keep_last_may_go_with_a_mask_in_bulk() -> None:
    row = "PERSON: {action: log, keep_last: 2, over: {count: 5, action: mask}}"
    assert said(changed("PERSON: {action: tokenize, threshold: 0.8}", row)) == []
