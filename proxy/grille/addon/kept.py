"""Tokens that outlive their exchange: `tokens.keep: memory`, for APIs that do not resend what was said.

Most policies keep nothing: the map is rebuilt from each request. Here values stay in this process's
memory for an hour after they were last seen, apart for every scope, so that no client is ever given
another's. They are never written anywhere, and a restart forgets them. The map of the exchange itself
always comes first.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field

from grille.exchange import TokenMap


@dataclass(slots=True)
class KeptTokens:
    """`seconds` is how long a token is known after it was last minted, `most` how many are known in all:
    the oldest is forgotten first. Times are those of one monotonic clock, in seconds."""

    seconds: float = 3600.0
    most: int = 100_000
    _known: OrderedDict[tuple[str, str], tuple[float, str]] = field(default_factory=OrderedDict, repr=False)

    def add(self, scope: str, minted: TokenMap, now: float) -> None:
        """Remember what an exchange of `scope` minted."""
        for token, value in minted.values.items():
            self._known[scope, token] = (now + self.seconds, value)
            self._known.move_to_end((scope, token))
        self._forget(now)

    def joined(self, scope: str, minted: TokenMap, now: float) -> TokenMap:
        """Everything known of `scope`, and `minted`."""
        self._forget(now)
        kept = {token: value for (owner, token), (_, value) in self._known.items() if owner == scope}
        return TokenMap(kept | dict(minted.values))

    def _forget(self, now: float) -> None:
        while self._known and (len(self._known) > self.most or next(iter(self._known.values()))[0] <= now):
            self._known.popitem(last=False)
