"""How many different values passed in a while: of each client, by rows with `over` and `within`.

In this process, or in a store that proxies share. Values are counted under keyed hashes, and only if the quota holds
with them: what the stricter action stops has not passed, and somebody who pasted a table by mistake is not shut out
for an hour. A value that comes again is not counted again, but its while begins anew. When the store does not answer,
`otherwise.store` says what holds: the exchange is refused, or what passes this process alone is counted, and the
record says so. This module must not keep a value.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from time import monotonic

from grille.addon.sealed import Seals
from grille.addon.store import Store
from grille.errors import StoreFailed
from grille.lasting import Counted
from grille.policy import Policy, Quota, Reaction


@dataclass(slots=True)
class Counters:
    """Without a `store`, of this process."""

    store: Store | None = None
    seals: Seals = field(default_factory=lambda: Seals(os.urandom(32)), repr=False)
    clock: Callable[[], float] = monotonic
    _seen: dict[bytes, dict[bytes, float]] = field(default_factory=dict, repr=False)

    async def count(self, policy: Policy, wanted: Mapping[Quota, frozenset[str]]) -> Counted:
        """As `lasting.Count`."""
        hidden = {quota: (self._name(quota), self._marks(quota, values)) for quota, values in wanted.items()}
        try:
            if self.store is not None:
                return Counted({quota: await self._there(self.store, quota, *each) for quota, each in hidden.items()})
        except StoreFailed:
            if policy.otherwise.store is Reaction.BLOCK:
                raise
        here = {quota: self._here(quota, *each) for quota, each in hidden.items()}
        return Counted(here, lost=self.store is not None)

    async def _there(self, store: Store, quota: Quota, name: bytes, marks: list[bytes]) -> int:
        if len(marks) > quota.over.count:
            return len(marks)  # too many by themselves, whatever passed before
        return await store.count(name, marks, quota.over.count, quota.over.within)

    def _here(self, quota: Quota, name: bytes, marks: list[bytes]) -> int:
        """The same in memory. There are as many counters as the policy has clients and rows."""
        now = self.clock()
        seen = {mark: at for mark, at in self._seen.get(name, {}).items() if at > now - quota.over.within}
        total = len(seen.keys() | set(marks))
        if total <= quota.over.count:
            seen |= dict.fromkeys(marks, now)
        self._seen[name] = seen
        return total

    def _name(self, quota: Quota) -> bytes:
        said = (*quota.clients, quota.profile, quota.entity, str(quota.least), str(quota.over.within))
        return self.seals.names("count", *said)[0]

    def _marks(self, quota: Quota, values: frozenset[str]) -> list[bytes]:
        return sorted(self.seals.names("counted", *quota.clients, quota.entity, value)[0] for value in values)
