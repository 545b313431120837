"""Clients that end the handshake with grille: they pin a provider's certificate, or were not told of the CA.

Such a client gets no answer, because nothing can be said to it; so the operator has to be told, in a line on
stderr and a record. Agents try again and again, and each try would be another line: of the same client and
host one a minute is told, with the number of those since the last. Tries that end within that minute and never
come again are not counted anywhere: an accepted miss.

This module must not name a host in the client's own words: `host` is what the policy or the catalogue calls it. It must
not keep more than it needs to tell the same from the new.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from grille.addon.refusal import Refused
from grille.exchange import Outcome, Verdict
from grille.policy import Endpoint
from grille.shadow import host_at

SECONDS = 60.0
"""Between two reports of the same."""
MOST = 1000
"""Of clients and hosts that are remembered; the oldest is forgotten, and told again when it comes again."""

_VERSIONS = ("unsupported protocol", "no shared cipher", "agree on a tls version")
"""Of the texts of mitmproxy and OpenSSL: nothing to do with the certificate."""


@dataclass(frozen=True, slots=True)
class Report:
    """What to tell. `endpoint` is empty when several endpoints are at that host."""

    host: str
    endpoint: str
    tries: int
    old: bool

    @property
    def line(self) -> str:
        """For the operator."""
        if self.old:
            cause = "it speaks no TLS that grille takes: 1.2 or newer, with a cipher of today"
        else:
            cause = "it probably pins the provider's certificate, or was not told of grille's CA (see `grille env`)"
        times = f" {self.tries} times" if self.tries > 1 else ""
        return f"a client ended the handshake for {self.host}{times}: {cause}"

    @property
    def verdict(self) -> Verdict:
        """For the record."""
        verdict = Refused("client_tls", "").verdict(Outcome.ERROR)
        return replace(verdict, evidence=(f"client: handshakes ended since the last record: {self.tries}",))


@dataclass(slots=True)
class Distrust:
    """Remembers what was told when."""

    _told: OrderedDict[tuple[str, str], float] = field(default_factory=OrderedDict)
    _untold: dict[tuple[str, str], int] = field(default_factory=dict)

    def report(
        self, client: str, endpoints: Iterable[Endpoint], where: tuple[str, int], error: str, now: float
    ) -> Report | None:
        """What to tell of a handshake that the client at `client` ended, if it is anything new. `endpoints` are those
        at that host; without any only a host of the catalogue is told. `now` is in seconds of any clock that does not
        go back."""
        found = tuple(endpoints)
        pattern = next((each for each in found[0].hosts if each.matches(*where)), None) if found else host_at(*where)
        if pattern is None:
            return None
        host = str(pattern)
        key = (client, host)
        tries = self._untold.get(key, 0) + 1
        if key in self._told and now - self._told[key] < SECONDS:
            self._untold[key] = tries
            return None
        self._told[key] = now
        self._told.move_to_end(key)
        self._untold.pop(key, None)
        if len(self._told) > MOST:
            oldest, _ = self._told.popitem(last=False)
            self._untold.pop(oldest, None)
        old = any(sign in error.lower() for sign in _VERSIONS)
        return Report(host, found[0].name if len(found) == 1 else "", tries, old)
