"""`grille.addon.kept`: tokens that outlive their exchange."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from engines import POLICY, engine, exchange
from grille.addon.kept import KeptTokens
from grille.engine import Inspection
from grille.exchange import Outcome, TokenMap, Verdict
from grille.framing.message import Message
from grille.policy import Policy

ONE, TWO, NONE = TokenMap({"PERSON_A1": "Jane"}), TokenMap({"PERSON_B2": "Joe"}), TokenMap()


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def policy(tmp_path: Path) -> Policy:
    return engine(tmp_path, f"{POLICY}\ntokens: {{keep: memory}}\n").policy


def asked(minted: TokenMap, client: str = "app") -> Inspection:
    where = replace(exchange("openai"), clients=(client,))
    return Inspection(where, Verdict(Outcome.ALLOW), Message((), b""), minted)


def test_a_later_exchange_of_the_same_scope_knows_earlier_tokens(policy: Policy) -> None:
    kept = KeptTokens()
    kept.add(policy, asked(ONE))
    assert kept.joined(policy, asked(TWO)).values == {"PERSON_A1": "Jane", "PERSON_B2": "Joe"}


def test_another_scope_never_does(policy: Policy) -> None:
    kept = KeptTokens()
    kept.add(policy, asked(ONE))
    assert kept.joined(policy, asked(NONE, "other")).values == {}


def test_a_policy_that_keeps_nothing_keeps_nothing(tmp_path: Path) -> None:
    forgetful, kept = engine(tmp_path).policy, KeptTokens()
    kept.add(forgetful, asked(ONE))
    assert kept.joined(forgetful, asked(TWO)) is TWO


def test_the_exchanges_own_tokens_come_first(policy: Policy) -> None:
    kept = KeptTokens()
    kept.add(policy, asked(TokenMap({"PERSON_A1": "old spelling"})))
    assert kept.joined(policy, asked(ONE)).values == {"PERSON_A1": "Jane"}


def test_a_token_is_forgotten_an_hour_after_it_was_last_seen(policy: Policy) -> None:
    clock = Clock()
    kept = KeptTokens(clock=clock)
    for clock.now, minted in ((0.0, ONE), (10.0, TWO), (3000.0, ONE)):
        kept.add(policy, asked(minted))
    clock.now = 3610.0
    assert set(kept.joined(policy, asked(NONE)).values) == {"PERSON_A1"}
    clock.now = 6600.0
    assert kept.joined(policy, asked(NONE)).values == {}


def test_memory_is_bounded(policy: Policy) -> None:
    kept = KeptTokens(most=2)
    for number in range(5):
        kept.add(policy, asked(TokenMap({f"PERSON_{number}": "x"})))
    assert set(kept.joined(policy, asked(NONE)).values) == {"PERSON_3", "PERSON_4"}


def test_values_do_not_show(policy: Policy) -> None:
    kept = KeptTokens()
    kept.add(policy, asked(ONE))
    assert "Jane" not in repr(kept)
