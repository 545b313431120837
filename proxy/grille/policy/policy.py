"""A policy as it runs: compiled, frozen, every part with the line it came from.

`compile.py` makes one of what was written; `decide.py` and `flags.py` ask it. It answers who matches,
which endpoint is meant and which rows bear. It must not decide, read a file, or know the clock.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from fnmatch import fnmatchcase

from grille.entities import Entity
from grille.exchange import Action, Direction, Exchange, Identity, Source
from grille.policy.keeping import Tokens
from grille.policy.places import HostPattern, is_plain
from grille.policy.promises import Attestation, Requirements
from grille.policy.server_side import ServerSide
from grille.policy.streams import Streams
from grille.providers import Route, route_for

type Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Mode(Enum):
    """Whether a verdict acts, or is only recorded."""

    ENFORCE = "enforce"
    MONITOR = "monitor"


class Reaction(Enum):
    """What becomes of something the policy does not speak of."""

    BLOCK = "block"
    LOG = "log"
    ALLOW = "allow"


class Restore(Enum):
    """How far an answer's tokens become values again: not at all, in text, or in tool arguments too."""

    NEVER = "never"
    TEXT = "text"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Otherwise:
    """What becomes of an unknown endpoint, an unknown client, a body that cannot be read, and a failure.

    `endpoint` speaks of hosts that no endpoint names: LOG and ALLOW let such an exchange through unread, unless
    it looks like AI: of that `shadow_ai` speaks.
    `client` LOG lets an unknown client use every endpoint, under the endpoint's own profile. A failure
    always blocks. `store` speaks of a store of tokens and counts that does not answer.
    """

    endpoint: Reaction
    shadow_ai: Reaction
    client: Reaction
    body: Reaction
    failure: Reaction
    store: Reaction
    sources: Mapping[str, Source]


@dataclass(frozen=True, slots=True)
class Over:
    """With more than `count` different values of the entity in one message, `action` holds instead; with `within`,
    more than that of one client in so many seconds."""

    count: int
    action: Action
    within: int = 0


@dataclass(frozen=True, slots=True)
class Quota:
    """What a row counts over time: different values of `entity` from the score `least` on, of the clients named."""

    clients: tuple[str, ...]
    profile: str
    entity: str
    least: float
    over: Over


@dataclass(frozen=True, slots=True)
class Row:
    """What becomes of an entity. `threshold` is None when the entity's own holds; `keep_last` is the
    number of characters that a mask leaves."""

    action: Action
    source: Source
    threshold: float | None = None
    over: Over | None = None
    keep_last: int = 0


@dataclass(frozen=True, slots=True)
class Profile:
    """Rows by entity. An entity may have several: its own and those of groups it is in."""

    name: str
    rows: Mapping[str, tuple[Row, ...]]


@dataclass(frozen=True, slots=True)
class Tools:
    """Globs on tool names, case-sensitive. `block` wins; with `allow`, nothing else may be called."""

    source: Source
    allow: tuple[str, ...] | None = None
    block: tuple[str, ...] = ()

    def permits(self, tool: str) -> bool:
        if any(fnmatchcase(tool, glob) for glob in self.block):
            return False
        return self.allow is None or any(fnmatchcase(tool, glob) for glob in self.allow)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where requests may go, and what holds there. `provider` is empty for one that names its dialect;
    `unscannable` is what becomes of a file in which there are no words that could be read."""

    name: str
    source: Source
    provider: str
    routes: tuple[Route, ...]
    hosts: tuple[HostPattern, ...]
    mode: Mode
    requirements: Requirements
    request: Profile
    response: Profile
    server_side: ServerSide
    restore: Restore = Restore.NEVER
    tools: Tools | None = None
    streams: Streams = field(default_factory=Streams)
    unscannable: Reaction = Reaction.BLOCK

    def serves(self, host: str, port: int) -> bool:
        return any(pattern.matches(host, port) for pattern in self.hosts)

    def route(self, method: str, path: str) -> Route | None:
        """The first route for `method` and `path`, in the catalogue's order."""
        return route_for(self.routes, method, path) if is_plain(path) else None


@dataclass(frozen=True, slots=True)
class Match:
    """Who is meant. Every part that is not empty must hold; without any, only `anyone` matches."""

    anyone: bool = False
    networks: tuple[Network, ...] = ()
    proxy_users: tuple[str, ...] = ()
    claims: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    spiffe: tuple[str, ...] = ()

    def holds(self, identity: Identity) -> bool:
        if self.anyone or self == Match():
            return self.anyone
        return (
            (not self.networks or _within(identity.address, self.networks))
            and (not self.proxy_users or identity.proxy_user in self.proxy_users)
            and all(set(values) & set(identity.claims.get(claim, ())) for claim, values in self.claims.items())
            and (not self.spiffe or any(fnmatchcase(n, glob) for n in identity.names for glob in self.spiffe))
        )


def _within(address: str | None, networks: tuple[Network, ...]) -> bool:
    try:
        found = ipaddress.ip_address(address or "")
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return any(found in network for network in networks)


@dataclass(frozen=True, slots=True)
class Client:
    """Who may speak, and to which endpoints. `tighten` adds rows, whichever endpoint it is."""

    name: str
    source: Source
    match: Match
    endpoints: frozenset[str]
    tighten: Profile | None = None


@dataclass(frozen=True, slots=True)
class Exemption:
    """An item of `exceptions`. `values` are canonical; with neither `values` nor `fingerprints` every
    value is meant. `clients` and `endpoints` are None when all are meant. `expires` is the last day."""

    id: str
    source: Source
    reason: str
    owner: str
    expires: date
    entity: str
    action: Action
    values: frozenset[str] = field(default=frozenset(), repr=False)
    fingerprints: frozenset[str] = frozenset()
    clients: frozenset[str] | None = None
    endpoints: frozenset[str] | None = None

    def reaches(self, exchange: Exchange, today: date) -> bool:
        return (
            today <= self.expires
            and (self.endpoints is None or exchange.endpoint in self.endpoints)
            and (self.clients is None or not self.clients.isdisjoint(exchange.clients))
        )


@dataclass(frozen=True, slots=True)
class Policy:
    """The whole of it. `digest` is the SHA-256, in hex, of what the policy and its packs say; `languages` are
    those in which names are looked for, none named: all that the installed models read."""

    name: str
    file: str
    description: str
    digest: str
    mode: Mode
    otherwise: Otherwise
    tokens: Tokens
    languages: tuple[str, ...]
    entities: Mapping[str, Entity]
    groups: Mapping[str, tuple[str, ...]]
    profiles: Mapping[str, Profile]
    endpoints: Mapping[str, Endpoint]
    clients: Mapping[str, Client]
    exemptions: tuple[Exemption, ...] = ()
    attestations: tuple[Attestation, ...] = ()

    def endpoints_at(self, host: str, port: int) -> tuple[Endpoint, ...]:
        """Every endpoint that names the host."""
        return tuple(endpoint for endpoint in self.endpoints.values() if endpoint.serves(host, port))

    def endpoint_for(self, host: str, port: int, method: str, path: str) -> tuple[Endpoint, Route] | None:
        """The one endpoint and route that are meant. None when there is none, and also when two endpoints
        claim the place: `check` refuses such a policy where it can see it, and nothing is chosen here."""
        found = [
            (endpoint, route)
            for endpoint in self.endpoints_at(host, port)
            if (route := endpoint.route(method, path)) is not None
        ]
        return found[0] if len(found) == 1 else None

    def clients_for(self, identity: Identity) -> tuple[Client, ...]:
        return tuple(client for client in self.clients.values() if client.match.holds(identity))

    @property
    def knows_everybody(self) -> bool:
        """Whether nobody may do anything of whom nothing is known: no client is `anyone`, and others are blocked."""
        return self.otherwise.client is Reaction.BLOCK and not any(each.match.anyone for each in self.clients.values())

    def enforced(self, exchange: Exchange) -> bool:
        """Whether a verdict on `exchange` acts: the endpoint's mode, else the policy's. It may be asked
        of an exchange that was not admitted; with two endpoints at a host, both must be monitoring."""
        named = self.endpoints.get(exchange.endpoint)
        at = (named,) if named else self.endpoints_at(exchange.host, exchange.port)
        modes = {endpoint.mode for endpoint in at} or {self.mode}
        return Mode.ENFORCE in modes

    def bearing(self, exchange: Exchange) -> tuple[Profile, ...]:
        """The profiles that bear on an admitted exchange: the endpoint's for that direction, then those
        that its clients tighten with."""
        endpoint = self.endpoints.get(exchange.endpoint)
        if endpoint is None:
            return ()
        own = endpoint.request if exchange.direction is Direction.REQUEST else endpoint.response
        clients = (self.clients[name].tighten for name in exchange.clients)
        return (own, *(profile for profile in clients if profile is not None))

    def wanted(self, exchange: Exchange) -> frozenset[str]:
        """The entities to look for: those that a bearing row names, and no other."""
        return frozenset(entity for profile in self.bearing(exchange) for entity in profile.rows)

    def sought(self) -> tuple[Entity, ...]:
        """The entities that some row names. What none names is never looked for: no model is loaded for it."""
        named = {entity for profile in self.profiles.values() for entity in profile.rows}
        return tuple(entity for name, entity in self.entities.items() if name in named)

    def sources(self) -> tuple[Source, ...]:
        """Every row of every profile and every exception, once each: what tests can cover."""
        rows = (row for profile in self.profiles.values() for of_entity in profile.rows.values() for row in of_entity)
        return tuple(dict.fromkeys([row.source for row in rows] + [each.source for each in self.exemptions]))
