"""What outlives an exchange: tokens of earlier ones, and how many values passed in a while.

    recalled   for APIs that do not resend what was said: tokens that stand in an answer
    counted    for rows with `over` and `within`: different values that a client was let have

Whoever calls the engine says where both are kept (`Lasting`). Only what stands in an answer is asked for, so nobody
hands out a whole scope; and only by its own scope, so no client is ever given another's. What is not known stays the
token that it is. This module must not keep anything.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Final

from grille import tokens
from grille.aside import aside
from grille.exchange import Exchange, Finding, Segment, TokenMap, Touch
from grille.policy import Keep, Policy, Quota, Restore, counts_over_time, quotas

MOST: Final = 10_000
"""Tokens that one message is asked about; others stay what they are."""
_NOT_RECALLED: Final = "tokens: the store did not answer, so those of earlier exchanges stay as they are"
_COUNTED_HERE: Final = "over: the store did not answer, so only what passed this process is counted"


@dataclass(frozen=True, slots=True)
class Recalled:
    """What tokens stand for, as far as that is known. `lost`: the store did not answer, and the policy goes on."""

    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    lost: bool = False


@dataclass(frozen=True, slots=True)
class Counted:
    """How many different values each quota has with those of this message; `lost` as for `Recalled`."""

    values: Mapping[Quota, int] = field(default_factory=dict)
    lost: bool = False


type Recall = Callable[[Policy, Exchange, frozenset[str]], Awaitable[Recalled]]
"""The tokens of the scope of an exchange. Raises `StoreFailed`."""

type Count = Callable[[Policy, Mapping[Quota, frozenset[str]]], Awaitable[Counted]]
"""Counts values, unless that is more than the quota allows: what will not pass is not counted. Raises `StoreFailed`."""


def entities_kept(policy: Policy) -> frozenset[str]:
    """The entities of which earlier exchanges may have left tokens."""
    return frozenset() if policy.tokens.keep is Keep.NOTHING else frozenset(policy.entities) | {tokens.LITERAL}


@dataclass(frozen=True, slots=True)
class Lasting:
    """Where it is kept; None: nowhere."""

    recall: Recall | None = None
    count: Count | None = None

    def recalls(self, policy: Policy) -> bool:
        """Whether anything may be known of earlier exchanges."""
        return self.recall is not None and policy.tokens.keep is not Keep.NOTHING

    async def recalled(
        self,
        policy: Policy,
        exchange: Exchange,
        segments: Sequence[Segment],
        minted: TokenMap,
        begins: Sequence[int] = (),
    ) -> tuple[TokenMap, tuple[str, ...]]:
        """`minted` and what else may be restored in the segments of an answer (from `begins` on), and what the record
        must say of it."""
        if self.recall is None or not self.recalls(policy):
            return minted, ()
        size = sum(len(each.text) for each in segments)
        standing = await aside(partial(_standing, policy, exchange, segments, begins), size)
        asked = frozenset(sorted(standing - minted.values.keys())[:MOST])
        if not asked:
            return minted, ()
        found = await self.recall(policy, exchange, asked)
        return TokenMap({**found.values, **minted.values}), (_NOT_RECALLED,) if found.lost else ()

    async def counted(
        self,
        policy: Policy,
        exchange: Exchange,
        segments: Sequence[Segment],
        findings: Sequence[Finding],
        today: date,
        key: bytes,
    ) -> tuple[Mapping[Quota, int], tuple[str, ...]]:
        """The counts of every quota that bears on the message, and what the record must say of them."""
        if self.count is None or not findings or not counts_over_time(policy, exchange):
            return {}, ()
        size = sum(len(each.text) for each in segments)
        values = await aside(partial(quotas, policy, exchange, segments, findings, today, key), size)
        found = await self.count(policy, values) if values else Counted()
        return found.values, (_COUNTED_HERE,) if found.lost else ()


NOTHING: Final = Lasting()
"""Nothing outlives an exchange."""


def _standing(policy: Policy, exchange: Exchange, segments: Sequence[Segment], begins: Sequence[int]) -> set[str]:
    """What looks like a token, in its plain spelling."""
    never = policy.endpoints[exchange.endpoint].restore is Restore.NEVER
    entities = [tokens.LITERAL] if never else list(policy.entities)
    return {
        tokens.named(segment.text[start:end])
        for number, segment in enumerate(segments)
        if segment.touch is Touch.FREE
        for start, end in tokens.look_alikes(segment.text, entities)
        if not begins or start >= begins[number]
    }
