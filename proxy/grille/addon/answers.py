"""Records first, then what the caller sees: the end of every judgement.

One record is written for each message, before anything is forwarded or answered; when it cannot be
written, `AuditFailed` passes through to the guard and nothing is forwarded.

This module must not judge anything.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from mitmproxy import http

from grille.addon import refusal
from grille.addon.refusal import Answer, Refused
from grille.dialects import DIALECTS, read
from grille.engine import Engine, Inspection
from grille.errors import Malformed
from grille.exchange import Direction, Exchange, Outcome
from grille.framing.message import Message
from grille.policy import Policy
from grille.sinks.audit import PolicyStamp, Sink, record
from grille.sinks.tally import Tally, tally

_NOTHING = Message((), b"")


@dataclass(frozen=True, slots=True)
class Answers:
    """`audit` is where records go, `now` the clock; it knows its time zone."""

    audit: Sink
    now: Callable[[], datetime]

    def judged(self, flow: http.HTTPFlow, policy: Policy, judged: Inspection, took_ms: float) -> bool:
        """Record a judged message; true when it may be forwarded, else the flow has its answer."""
        if not judged.verdict.stops:
            self.noted(policy, judged, "", took_ms)
            return True
        incident = refusal.incident_id()
        self.noted(policy, judged, incident, took_ms)
        answer = shaped(policy, judged, refusal.first(judged.verdict), incident, flow.request)
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
        """Record and answer a message that never was judged."""
        incident = refusal.incident_id()
        self.noted(policy, replace(known, verdict=refused.verdict(outcome)), incident)
        flow.response = shaped(policy, known, refused, incident, flow.request).response(flow.request.method)

    def failed(self, policy: Policy, known: Inspection, refused: Refused, incident: str) -> None:
        """Record a failure; the guard has closed what it was about."""
        self.noted(policy, replace(known, verdict=refused.verdict(Outcome.ERROR)), incident)

    def noted(self, policy: Policy, known: Inspection, incident: str, took_ms: float = 0.0) -> None:
        """Record a message; it is answered elsewhere, or never."""
        found = tally(known.verdict.rulings, [segment.address for segment in known.segments])
        self.passed(policy, known, found, incident, took_ms)

    def passed(self, policy: Policy, known: Inspection, found: Tally, incident: str, took_ms: float) -> None:
        """Record what was found in a message, or in an answer that was judged while it passed."""
        exchange = known.exchange
        if not exchange.clients:  # not admitted, but not therefore a stranger
            who = policy.clients_for(exchange.identity)
            exchange = replace(exchange, clients=tuple(client.name for client in who))
        entry = record(
            exchange,
            known.verdict,
            found,
            PolicyStamp(policy.name, policy.digest),
            time=self.now(),
            route=known.route.name if known.route else "",
            dialect=known.dialect.name if known.dialect else "",
            incident=incident,
            duration_ms=took_ms,
        )
        self.audit.write(entry)


def unjudged(policy: Policy, exchange: Exchange, reply_to: str | None = "null") -> Inspection:
    """What is known of a message that was not judged: where it goes, and in which dialect to say no."""
    place = policy.endpoint_for(exchange.host, exchange.port, exchange.method, exchange.path)
    verdict = Refused("unjudged", "").verdict()
    if place is None:
        return Inspection(exchange, verdict, _NOTHING)
    endpoint, route = place
    exchange = replace(exchange, endpoint=exchange.endpoint or endpoint.name)
    return Inspection(exchange, verdict, _NOTHING, route=route, dialect=DIALECTS[route.dialect], reply_to=reply_to)


def unsent(engine: Engine, exchange: Exchange, message: Message) -> Inspection:
    """As `unjudged`, for a request that is all there: it is read for the id that an answer repeats."""
    known = unjudged(engine.policy, exchange)
    if known.dialect is not None:
        with suppress(Malformed):
            return replace(known, reply_to=read(known.dialect, Direction.REQUEST, message, engine.limit).reply_to)
    return known


def shaped(policy: Policy, known: Inspection, refused: Refused, incident: str, request: http.Request) -> Answer:
    """The refusal in the caller's dialect."""
    content_type = request.headers.get("content-type", "")
    return refusal.answer(refused, policy.name, incident, known.dialect, known.reply_to, content_type)
