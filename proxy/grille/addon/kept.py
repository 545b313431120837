"""Tokens that outlive their exchange: `tokens.keep: memory`, for APIs that do not resend what was said.

Most policies keep nothing: the map is rebuilt from each request. Here values stay in this process's
memory for an hour after they were last seen, apart for every scope, so that no client is ever given
another's. They are never written anywhere, and a restart forgets them. The map of the exchange itself
always comes first.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic

from grille.edits import scope_of
from grille.engine import Inspection
from grille.exchange import TokenMap
from grille.policy import Keep, Policy


@dataclass(slots=True)
class KeptTokens:
    """`seconds` is how long a token is known after it was last minted, `most` how many are known in all: the
    oldest is forgotten first. `changes` says how often something was added."""

    seconds: float = 3600.0
    most: int = 100_000
    clock: Callable[[], float] = monotonic
    changes: int = 0
    _known: OrderedDict[tuple[str, str], tuple[float, str]] = field(default_factory=OrderedDict, repr=False)

    def add(self, policy: Policy, asked: Inspection) -> None:
        """Remember what a request minted, if its policy keeps tokens."""
        if policy.tokens.keep is Keep.NOTHING:
            return
        now, scope = self.clock(), scope_of(policy, asked.exchange)
        self.changes += 1
        for token, value in asked.tokens.values.items():
            self._known[scope, token] = (now + self.seconds, value)
            self._known.move_to_end((scope, token))
        self._forget(now)

    def joined(self, policy: Policy, asked: Inspection) -> TokenMap:
        """What may be restored in the answer to a request: its own tokens, and those kept for its scope."""
        if policy.tokens.keep is Keep.NOTHING:
            return asked.tokens
        self._forget(self.clock())
        scope = scope_of(policy, asked.exchange)
        kept = {token: value for (owner, token), (_, value) in self._known.items() if owner == scope}
        return TokenMap(kept | dict(asked.tokens.values))

    def _forget(self, now: float) -> None:
        while self._known and (len(self._known) > self.most or next(iter(self._known.values()))[0] <= now):
            self._known.popitem(last=False)
