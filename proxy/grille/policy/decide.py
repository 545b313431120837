"""Who may speak to whom, and what becomes of what was found.

    admit           before a byte is read: the client, the endpoint, and whether the one may use the other
    forbidden_tool  the tool that is called
    decide          every finding gets a ruling, and the rulings make the verdict

The rows that bear on a finding are those of the endpoint's profile for that direction and of the
profiles that its clients tighten with. There is no order: the strictest wins, and only an exception
loosens. Everything here is a function of its arguments. It must not find or change words, and no text
it makes holds a value.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import NamedTuple

from grille.exchange import (
    Action,
    Direction,
    Exchange,
    Finding,
    Outcome,
    Refusal,
    Ruling,
    Segment,
    Source,
    Touch,
    Verdict,
)
from grille.policy.policy import Client, Endpoint, Exemption, Over, Policy, Profile, Quota, Reaction, Row
from grille.policy.values import canonical, fingerprint


def admit(policy: Policy, exchange: Exchange) -> Exchange | Refusal:
    """`exchange` with its clients and endpoint filled in, or why it may not go on.

    Every client that matches is filled in, because each may tighten; one of them must list the endpoint.
    With `otherwise.client: log` an unknown client may use every endpoint, and has no name. With
    `otherwise.endpoint: log` or `allow` an exchange with a host that no endpoint names has no endpoint,
    and nothing bears on it but `otherwise.shadow_ai`; a path that is not a route of a known host is refused
    all the same, because words would go to a provider unread.
    """
    clients = policy.clients_for(exchange.identity)
    if not clients and policy.otherwise.client is Reaction.BLOCK:
        text = "This proxy does not know who you are: sign in as its owner told you, or ask to be added."
        return Refusal("client_unknown", text, policy.otherwise.sources["client"])
    named = replace(exchange, clients=tuple(client.name for client in clients))
    at = policy.endpoints_at(exchange.host, exchange.port)
    if not at:
        if policy.otherwise.endpoint is Reaction.BLOCK:
            text = "This address may not be used from here: use one that is approved, or ask for it to be added."
            return Refusal("endpoint_unknown", text, policy.otherwise.sources["endpoint"])
        return named
    claiming = [endpoint for endpoint in at if endpoint.route(exchange.method, exchange.path)]
    if len(claiming) != 1:
        return _unclaimed(at, claiming)
    return _entitled(clients, claiming[0]) or replace(named, endpoint=claiming[0].name)


def _unclaimed(at: Sequence[Endpoint], claiming: Sequence[Endpoint]) -> Refusal:
    if claiming:
        text = "Two endpoints of the policy claim this address: ask its owner to say which of them is meant."
        return Refusal("endpoint_ambiguous", text, claiming[1].source)
    text = f"This method and path of {at[0].name} are not approved: use another, or ask for them to be added."
    return Refusal("route_unknown", text, at[0].source)


def _entitled(clients: Sequence[Client], endpoint: Endpoint) -> Refusal | None:
    if not clients or any(endpoint.name in client.endpoints for client in clients):
        return None
    text = f"You may not use {endpoint.name}: use an endpoint that you are approved for, or ask for this one."
    return Refusal("endpoint_forbidden", text, clients[0].source)


def unspoken(policy: Policy, exchange: Exchange) -> tuple[str, ...]:
    """What the record must say of an exchange that goes on although the policy does not speak of it."""
    said = []
    if not exchange.clients and policy.otherwise.client is Reaction.LOG:
        said.append("the client is unknown: otherwise.client is log")
    if not exchange.endpoint and policy.otherwise.endpoint is Reaction.LOG:
        said.append("the endpoint is unknown and no words were judged: otherwise.endpoint is log")
    return tuple(said)


def forbidden_tool(policy: Policy, exchange: Exchange) -> Refusal | None:
    """Why the tool that an admitted exchange calls may not be called; None when it may, or calls none."""
    endpoint = policy.endpoints.get(exchange.endpoint)
    if endpoint is None or endpoint.tools is None or exchange.tool is None:
        return None
    if endpoint.tools.permits(exchange.tool):
        return None
    text = f"This tool of {endpoint.name} may not be called from here: use another, or ask for it to be allowed."
    return Refusal("tool_forbidden", text, endpoint.tools.source)


# -- what becomes of what was found ---------------------------------------------------------------

type _Counts = dict[tuple[str, float], frozenset[str]]
"""Different values by entity and threshold."""
_NONE: Mapping[Quota, int] = {}
type _Alike = tuple[str, float, Touch, Source | None]
"""Of findings that are alike in this the same becomes: entity, best score, place, exception."""


class Found(NamedTuple):
    """A finding, its canonical value, the best score that this value has anywhere in the message, and
    the exception that reaches it."""

    finding: Finding
    value: str
    score: float
    exemption: Exemption | None

    def __repr__(self) -> str:
        return f"Found({self.finding!r}, {len(self.value)} characters)"


@dataclass(frozen=True, slots=True)
class _Bearing:
    """A row that bears on a finding, and what it asks for; `bulk` when that is because of `over`."""

    row: Row
    action: Action
    bulk: bool


def quota_of(policy: Policy, exchange: Exchange, profile: Profile, entity: str, row: Row) -> Quota | None:
    if row.over is None or not row.over.within:
        return None
    return Quota(exchange.clients, profile.name, entity, _threshold(policy, entity, row), row.over)


def decide(
    policy: Policy,
    exchange: Exchange,
    segments: Sequence[Segment],
    findings: Sequence[Finding],
    today: date,
    key: bytes | None = None,
    counted: Mapping[Quota, int] = _NONE,
) -> Verdict:
    """The verdict on what was found in an admitted exchange.

    A finding that no row speaks of, or whose score every row finds too low, gets no ruling. `key` is what
    the `fingerprints` of exceptions were made with; without it they match nothing. `counted` are the counts of
    `quotas`; what is not in it is counted in this message alone.
    """
    found = found_in(policy, exchange, segments, findings, today, key)
    profiles = policy.bearing(exchange)
    counts = values_in(policy, profiles, found)
    rulings: list[Ruling] = []
    refusals: dict[Refusal, None] = {}
    known: dict[_Alike, tuple[Ruling, Refusal | None] | None] = {}
    for each in found:
        touch = segments[each.finding.segment].touch
        alike = each.finding.entity, each.score, touch, each.exemption.source if each.exemption else None
        if alike not in known:
            bearing = _bearing(policy, exchange, profiles, each, counts, counted)
            known[alike] = _ruled(exchange.direction, touch, each, bearing) if bearing else None
        if ruled := known[alike]:
            rulings.append(Ruling(each.finding, *ruled[0][1:]))
            refusals |= {ruled[1]: None} if ruled[1] else {}
    return Verdict(
        outcome=_outcome(rulings),
        rulings=tuple(rulings),
        refusals=tuple(refusals),
        enforced=policy.enforced(exchange),
        evidence=unspoken(policy, exchange),
    )


def found_in(
    policy: Policy,
    exchange: Exchange,
    segments: Sequence[Segment],
    findings: Sequence[Finding],
    today: date,
    key: bytes | None,
) -> list[Found]:
    exemptions = [each for each in policy.exemptions if each.reaches(exchange, today)]
    spelled = cache(canonical)  # one value often stands at many places; it goes with this call
    values = [spelled(segments[each.segment].text[each.start : each.end]) for each in findings]
    best: dict[tuple[str, str], float] = {}
    for each, value in zip(findings, values, strict=True):
        best[each.entity, value] = max(each.score, best.get((each.entity, value), 0.0))
    return [
        Found(each, value, best[each.entity, value], _exemption(exemptions, each.entity, value, key))
        for each, value in zip(findings, values, strict=True)
    ]


def _exemption(exemptions: Sequence[Exemption], entity: str, value: str, key: bytes | None) -> Exemption | None:
    """The exception for this value; of several, the one that loosens most."""
    meant = []
    for each in exemptions:
        if each.entity != entity:
            continue
        of_all = not each.values and not each.fingerprints
        by_print = key is not None and each.fingerprints and fingerprint(key, entity, value) in each.fingerprints
        if of_all or value in each.values or by_print:
            meant.append(each)
    return min(meant, key=lambda each: each.action, default=None)


def _bearing(
    policy: Policy,
    exchange: Exchange,
    profiles: Sequence[Profile],
    found: Found,
    counts: _Counts,
    counted: Mapping[Quota, int],
) -> list[_Bearing]:
    entity = found.finding.entity
    bearing: list[_Bearing] = []
    for profile in profiles:
        for row in profile.rows.get(entity, ()):
            threshold = _threshold(policy, entity, row)
            if found.score < threshold:
                continue
            here = len(counts.get((entity, threshold), ()))
            quota = quota_of(policy, exchange, profile, entity, row)
            bulk = row.over is not None and (counted.get(quota, here) if quota else here) > row.over.count
            action = row.over.action if row.over and bulk else row.action
            bearing.append(_Bearing(row, action, bulk))
    return bearing


def _threshold(policy: Policy, entity: str, row: Row) -> float:
    return policy.entities[entity].threshold if row.threshold is None else row.threshold


def values_in(policy: Policy, profiles: Sequence[Profile], message: Sequence[Found]) -> _Counts:
    """The different values of an entity in the message that reach a threshold, for every row that
    counts them. Values that are excepted do not count."""
    scores: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for each in message:
        if each.exemption is None:
            scores[each.finding.entity][each.value] = each.score
    counts: _Counts = {}
    for profile in profiles:
        for entity, of_entity in scores.items():
            for row in profile.rows.get(entity, ()):
                least = _threshold(policy, entity, row)
                counts[entity, least] = frozenset(value for value, score in of_entity.items() if score >= least)
    return counts


def _ruled(
    direction: Direction, touch: Touch, found: Found, bearing: Sequence[_Bearing]
) -> tuple[Ruling, Refusal | None]:
    """The strictest row decides, of two masks the one that leaves less, and what holds for one value before what holds
    for many: fewer would not help. Then exception and place count."""
    deciding = max(bearing, key=lambda each: (each.action, -each.row.keep_last, not each.bulk))
    action, because = deciding.action, deciding.row.source
    bore = tuple(dict.fromkeys(each.row.source for each in bearing))
    if found.exemption and found.exemption.action < action:
        action, because = found.exemption.action, found.exemption.source
        bore = (*bore, because)
    wanted = action
    if action.hides and touch is not Touch.FREE:
        action = Action.BLOCK if touch is Touch.FIXED else Action.LOG
    keep_last = deciding.row.keep_last if action is Action.MASK else 0
    ruling = Ruling(found.finding, action, because, bore, keep_last)
    if action is not Action.BLOCK:
        return ruling, None
    if wanted is not Action.BLOCK:
        return ruling, _cannot_rewrite(found.finding.entity, because)
    bulk = deciding.row.over if deciding.bulk else None
    return ruling, _blocked(direction, found.finding.entity, because, bulk)


def _outcome(rulings: Sequence[Ruling]) -> Outcome:
    strictest = max((ruling.action for ruling in rulings), default=Action.ALLOW)
    if strictest is Action.BLOCK:
        return Outcome.BLOCK
    return Outcome.REWRITE if strictest.hides else Outcome.ALLOW


def _cannot_rewrite(entity: str, because: Source) -> Refusal:
    text = f"{entity} stands where nothing may be changed, such as an id or a path: take it out of there."
    return Refusal("cannot_rewrite", text, because)


def _blocked(direction: Direction, entity: str, because: Source, bulk: Over | None) -> Refusal:
    what, cure = {
        Direction.REQUEST: ("The request", "take it out and send it again"),
        Direction.RESPONSE: ("The answer", "ask for something that does not need it"),
    }[direction]
    if bulk is not None:
        text = f"{what} holds more than {bulk.count} different values of {entity}, as an export does: ask about fewer."
        if bulk.within:
            span = f"{bulk.count} different values of {entity} in {bulk.within // 60} minutes"
            text = f"With this, more than {span} would pass, as in an export: ask about fewer, or later."
        return Refusal("entity_in_bulk", text, because)
    return Refusal("entity_blocked", f"{what} holds {entity}, which may not pass here: {cure}.", because)
