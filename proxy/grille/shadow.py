"""Shadow AI: models and MCP servers at places that no endpoint names, where `otherwise.endpoint` lets exchanges
go on unread.

An exchange is one by its host, which the catalogue knows, or by what it looks like (`dialects/recognise.py`).
What becomes of it says `otherwise.shadow_ai`. This module must not read words, and never names a value: hosts
that are not in the catalogue are the client's words too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from grille.dialects import DIALECTS, Dialect, Sign, answered, asked, providers
from grille.exchange import Direction, Exchange, Outcome, Refusal, Verdict
from grille.framing.message import Message
from grille.policy import HostPattern, Policy, Reaction, host_pattern, unspoken
from grille.providers import route_for


@dataclass(frozen=True, slots=True)
class Shadow:
    """`verdict` is what becomes of an exchange without an endpoint; when it is stopped, `dialect` and `reply_to`
    say how the caller is told."""

    verdict: Verdict
    dialect: Dialect | None = None
    reply_to: str | None = "null"


def looked_at(policy: Policy, exchange: Exchange, message: Message, limit: int) -> Shadow:
    """The verdict on an exchange that was admitted and has no endpoint."""
    said = unspoken(policy, exchange)
    sign = _sign(exchange, message, limit)
    if sign is None:
        return Shadow(Verdict(Outcome.ALLOW, evidence=said))
    evidence = (*said, f"shadow AI: {sign.seen}")
    if policy.otherwise.shadow_ai is Reaction.LOG:
        return Shadow(Verdict(Outcome.ALLOW, evidence=evidence))
    enforced = policy.enforced(exchange)
    refusal = Refusal("shadow_ai", _text(exchange, sign), policy.otherwise.sources["shadow_ai"])
    verdict = Verdict(Outcome.BLOCK, refusals=(refusal,), enforced=enforced, evidence=evidence)
    return Shadow(verdict, DIALECTS[sign.dialect], sign.reply_to) if enforced else Shadow(verdict)


def _sign(exchange: Exchange, message: Message, limit: int) -> Sign | None:
    if exchange.direction is Direction.RESPONSE:
        return answered(message, limit)
    looks = asked(exchange.method, message, limit)
    provider = provider_at(exchange.host, exchange.port)
    if provider is None:
        return looks
    dialect, reply_to = (looks.dialect, looks.reply_to) if looks else ("anyjson", "null")
    return Sign(dialect, f"a host of {provider}", reply_to)


def provider_at(host: str, port: int) -> str | None:
    """The provider of the catalogue whose host this is."""
    return _at(host, port)[0]


def host_at(host: str, port: int) -> HostPattern | None:
    """The host of the catalogue that this is, as it is written there."""
    return _at(host, port)[1]


def _at(host: str, port: int) -> tuple[str, HostPattern] | tuple[None, None]:
    return next(((name, pattern) for name, pattern in _hosts() if pattern.matches(host, port)), (None, None))


def dialect_at(exchange: Exchange) -> Dialect | None:
    """How a provider of the catalogue speaks at that place: whoever is refused there can be told so."""
    name = provider_at(exchange.host, exchange.port)
    route = route_for(providers()[name].routes, exchange.method, exchange.path) if name else None
    return DIALECTS[route.dialect] if route else None


@cache
def _hosts() -> Sequence[tuple[str, HostPattern]]:
    return [(name, host_pattern(text)) for name, each in providers().items() for text in each.hosts]


def _text(exchange: Exchange, sign: Sign) -> str:
    what = "This answer" if exchange.direction is Direction.RESPONSE else "This call"
    return (
        f"{what} looks like AI ({sign.seen}), and no endpoint of the policy names this address: use one that is"
        " approved, or ask the owner of this proxy to add an endpoint for it."
    )
