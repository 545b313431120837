"""`grille.policy.flags`: which fields count, and that nobody passes unseen."""

from __future__ import annotations

import pytest

from grille.declared import Declared
from grille.policy import Met, fields_needed, require
from policy_paper import TODAY, placed, policy
from promising import CHAT, MODELS, RESPONSES, ROUTED, asking, met

STORE = asking("[session_only]")
OWN = asking("{session_only: {field: /window, equals: session_only}}")


def test_only_the_fields_that_count_are_asked_for() -> None:
    chat = policy().endpoints["chat"]
    assert fields_needed(chat, RESPONSES) == ("/store",)
    assert fields_needed(chat, ROUTED) == ("/provider/zdr", "header:x-logging")
    assert fields_needed(chat, MODELS) == ()
    assert fields_needed(OWN.endpoints["chat"], RESPONSES) == ("/window",)
    assert fields_needed(policy().endpoints["ledger"], CHAT) == ()
    both = asking("{encryption: {field: /enc, one_of: [a]}}")
    assert fields_needed(both.endpoints["chat"], CHAT) == ("/enc",)


def test_nothing_is_required_where_nothing_is_asked() -> None:
    assert met(policy(), endpoint="ledger", route=CHAT) == Met()


def test_a_flag_that_was_not_looked_at_is_an_error_and_no_pass() -> None:
    with pytest.raises(KeyError):
        require(STORE, STORE.endpoints["chat"], RESPONSES, placed(), Declared({}), TODAY)
