"""Records first, then what the caller sees: the end of every judgement.

One record is written for each message, before anything is forwarded or answered; when it cannot be
written, `AuditFailed` passes through to the guard and nothing is forwarded.

This module must not judge anything. What it hands to a record is fit for one: a host that no endpoint
names is a client's words, and is cut down.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from mitmproxy import http

from grille.addon import destination, refusal
from grille.addon.refusal import Answer, Refused
from grille.dialects import DIALECTS, Dialect
from grille.engine import Inspection
from grille.exchange import Exchange, Outcome
from grille.framing.message import Message
from grille.policy import Policy

type Record = Callable[[Policy, Inspection, str], None]
"""Writes the record of one message, with the incident id that the caller was given, if any. Raises
`AuditFailed`."""

_NOTHING = Message((), b"")


@dataclass(frozen=True, slots=True)
class Answers:
    """`record` is where records go."""

    record: Record

    def judged(self, flow: http.HTTPFlow, policy: Policy, judged: Inspection) -> bool:
        """Record a judged message; true when it may be forwarded, else the flow has its answer."""
        if not judged.verdict.stops:
            self.record(policy, _fit(policy, judged), "")
            return True
        incident = refusal.incident_id()
        self.record(policy, _fit(policy, judged), incident)
        refused = refusal.first(judged.verdict)
        answer = refusal.answer(refused, policy.name, incident, judged.dialect, judged.reply_to)
        flow.response = answer.response(flow.request.method)
        return False

    def refuse(
        self,
        flow: http.HTTPFlow,
        policy: Policy,
        known: Inspection,
        refused: Refused,
        outcome: Outcome = Outcome.BLOCK,
    ) -> None:
        """Record and answer a message that never was judged; of `known` the exchange and the dialect count."""
        incident = refusal.incident_id()
        self.record(policy, _fit(policy, replace(known, verdict=refused.verdict(outcome))), incident)
        answer = refusal.answer(refused, policy.name, incident, known.dialect, known.reply_to)
        flow.response = answer.response(flow.request.method)

    def failed(self, policy: Policy, known: Inspection, refused: Refused, incident: str) -> None:
        """Record a failure; the guard has closed what it was about."""
        self.record(policy, _fit(policy, replace(known, verdict=refused.verdict(Outcome.ERROR))), incident)


def unjudged(policy: Policy, exchange: Exchange, reply_to: str | None = "null") -> Inspection:
    """What is known of a message that was not judged: where it goes, and in which dialect to say no."""
    place = policy.endpoint_for(exchange.host, exchange.port, exchange.method, exchange.path)
    verdict = Refused("unjudged", "").verdict()
    if place is None:
        return Inspection(exchange, verdict, _NOTHING)
    endpoint, route = place
    exchange = replace(exchange, endpoint=exchange.endpoint or endpoint.name)
    return Inspection(exchange, verdict, _NOTHING, route=route, dialect=DIALECTS[route.dialect], reply_to=reply_to)


def shaped(policy: Policy, known: Inspection, refused: Refused, incident: str) -> Answer:
    """The refusal in the caller's dialect."""
    dialect: Dialect | None = known.dialect
    return refusal.answer(refused, policy.name, incident, dialect, known.reply_to)


def _fit(policy: Policy, known: Inspection) -> Inspection:
    exchange = known.exchange
    if not exchange.host or policy.endpoints_at(exchange.host, exchange.port):
        return known
    return replace(known, exchange=replace(exchange, host=destination.recordable(exchange.host)))
