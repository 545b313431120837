"""Tokens that outlive their exchange, for APIs that do not resend what was said: in memory, or in a store.

    nothing   most policies: the map is rebuilt from each request
    memory    of this process, for an hour after they were last minted
    redis     sealed, in a store that proxies share, for as long

Apart for every scope, so that no client is ever given another's. What is minted is kept before it is forwarded. When
the store does not answer, `otherwise.store` says what becomes of the exchange: it is refused, or goes on as with
`nothing` and its record says so. The map of the exchange itself always comes first.
"""

from __future__ import annotations

import sys
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from functools import partial
from time import monotonic
from typing import Protocol

from grille.addon.counters import Counters
from grille.addon.sealed import Seals
from grille.addon.state import State
from grille.addon.store import Store
from grille.aside import aside
from grille.edits import scope_of
from grille.engine import Inspection
from grille.errors import StoreFailed
from grille.exchange import Exchange
from grille.lasting import Lasting, Recalled
from grille.policy import Keep, Policy, Reaction

SECONDS = 3600.0
"""How long a token is known after it was last minted."""
_AGAIN, _MOST_PUT = SECONDS / 12, 100_000
_OF_EACH = 100
"""Characters that cost as much to search as a token costs to seal."""
_NOT_KEPT = "tokens: the store did not answer, so those of this message are not kept"


class Keeping(Protocol):
    """Where tokens are kept, by scope. Both raise `StoreFailed`."""

    async def add(self, scope: str, minted: Mapping[str, str]) -> None: ...

    async def look_up(self, scope: str, names: frozenset[str]) -> Mapping[str, str]: ...


@dataclass(slots=True)
class Memory:
    """`most` are known in all: the oldest is forgotten first."""

    most: int = 100_000
    clock: Callable[[], float] = monotonic
    _known: OrderedDict[tuple[str, str], tuple[float, str]] = field(default_factory=OrderedDict, repr=False)

    async def add(self, scope: str, minted: Mapping[str, str]) -> None:
        until = self.clock() + SECONDS
        for token, value in minted.items():
            self._known[scope, token] = (until, value)
            self._known.move_to_end((scope, token))
        self._forget()

    async def look_up(self, scope: str, names: frozenset[str]) -> Mapping[str, str]:
        self._forget()
        found = ((name, self._known.get((scope, name))) for name in names)
        return {name: kept[1] for name, kept in found if kept}

    def _forget(self) -> None:
        now = self.clock()
        while self._known and (len(self._known) > self.most or next(iter(self._known.values()))[0] <= now):
            self._known.popitem(last=False)


@dataclass(slots=True)
class Shared:
    """In `store`. A conversation mints the same tokens in every turn: what was put there a moment ago is not put there
    again, so a token is known a twelfth of an hour less long at worst."""

    store: Store
    seals: Seals
    clock: Callable[[], float] = monotonic
    _put: OrderedDict[bytes, float] = field(default_factory=OrderedDict, repr=False)

    async def add(self, scope: str, minted: Mapping[str, str]) -> None:
        now = self.clock()
        fresh = await aside(partial(self._sealed, scope, minted, now), _OF_EACH * len(minted))
        await self.store.put(fresh, SECONDS)
        for name in fresh:
            self._put[name] = now
            self._put.move_to_end(name)
        while len(self._put) > _MOST_PUT:
            self._put.popitem(last=False)

    async def look_up(self, scope: str, names: frozenset[str]) -> Mapping[str, str]:
        size = _OF_EACH * len(names)
        places = await aside(partial(self._places, scope, names), size)
        found = await self.store.get([name for _, name in places])
        return await aside(partial(self._opened, scope, places, found), size)

    def _sealed(self, scope: str, minted: Mapping[str, str], now: float) -> dict[bytes, bytes]:
        named = {self.seals.names("token", scope, token)[0]: token for token in minted}
        return {
            name: self.seals.seal(scope, token, minted[token])
            for name, token in named.items()
            if self._put.get(name, now - _AGAIN) <= now - _AGAIN
        }

    def _places(self, scope: str, names: frozenset[str]) -> list[tuple[str, bytes]]:
        return [(token, name) for token in names for name in self.seals.names("token", scope, token)]

    def _opened(self, scope: str, places: Sequence[tuple[str, bytes]], found: Sequence[bytes | None]) -> dict[str, str]:
        """What was sealed with the newest key counts: it comes last here."""
        opened = (
            (token, self.seals.opened(scope, token, sealed))
            for (token, _), sealed in reversed(list(zip(places, found, strict=True)))
            if sealed is not None
        )
        return {token: value for token, value in opened if value is not None}


class Kept:
    """What a policy keeps, where it says, and what it counts; without a store in memory."""

    def __init__(
        self, shared: Keeping | None = None, memory: Keeping | None = None, counters: Counters | None = None
    ) -> None:
        self._places: dict[Keep, Keeping] = {Keep.MEMORY: memory or Memory()}
        if shared is not None:
            self._places[Keep.REDIS] = shared
        self._counters = counters or Counters()

    @property
    def lasting(self) -> Lasting:
        """As the engine asks for it."""
        return Lasting(self.recall, self._counters.count)

    async def added(self, policy: Policy, judged: Inspection) -> Inspection:
        """Keep what a request minted that is to be forwarded. Raises `StoreFailed`, where its policy blocks then."""
        if policy.tokens.keep is Keep.NOTHING or judged.verdict.stops or not judged.tokens:
            return judged
        try:
            await self._place(policy).add(scope_of(policy, judged.exchange), judged.tokens.values)
        except StoreFailed:
            if policy.otherwise.store is Reaction.BLOCK:
                raise
            verdict = replace(judged.verdict, evidence=(*judged.verdict.evidence, _NOT_KEPT))
            return replace(judged, verdict=verdict)
        return judged

    async def recall(self, policy: Policy, exchange: Exchange, names: frozenset[str]) -> Recalled:
        """As `lasting.Recall`."""
        if policy.tokens.keep is Keep.NOTHING:
            return Recalled()
        try:
            return Recalled(await self._place(policy).look_up(scope_of(policy, exchange), names))
        except StoreFailed:
            if policy.otherwise.store is Reaction.BLOCK:
                raise
            return Recalled(lost=True)

    def _place(self, policy: Policy) -> Keeping:
        if policy.tokens.keep not in self._places:
            raise StoreFailed("there is none")
        return self._places[policy.tokens.keep]


async def kept_in(url: str, state: State, ends: AsyncExitStack) -> Kept:
    """Where tokens are kept; without a `url`, in memory. A store that does not answer yet may do so later: until then
    the policy says what holds."""
    if not url:
        return Kept()
    store = Store(url)
    ends.push_async_callback(store.close)
    if not await store.answers():
        print("grille: the store does not answer", file=sys.stderr, flush=True)
    seals = Seals(state.key(), state.former_keys())
    return Kept(Shared(store, seals), counters=Counters(store, seals))
