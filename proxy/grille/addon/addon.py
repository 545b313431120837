"""The hooks: what mitmproxy asks, and in which order grille answers.

    http_connect      is there an endpoint at this host? else 403, before a name is looked up
    requestheaders    who is it, where does it go, may it? then a connection may be made (`layers.py`)
    tls_start_server  offer the upstream what the policy would accept (`connections.py`)
    request           judge the request, write the record, then forward it or answer in its place
    responseheaders   collect the answer, or open it as a stream (`passing.py`); keep clients from going around
    response          judge the answer, write the record, then hand it on or replace it
    error             say what failed, in the caller's dialect

Everything that is not HTTP is closed (`only_http.py`). Every hook is guarded, also those that cannot fail.

This module must not judge words: `engine.inspect` does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from time import perf_counter

from mitmproxy import connection, flow, http

from grille.addon import destination, failing, guard, intake, layers, refusal, signed
from grille.addon.answers import Answers, shaped, unjudged, unsent
from grille.addon.distrust import Report
from grille.addon.guard import Failure, Subject, guarded
from grille.addon.identity import Identities, refused_credentials
from grille.addon.kept import Kept
from grille.addon.passing import Passage
from grille.addon.pieces import Piece, WebSocketPiece
from grille.addon.refusal import Answer, Refused
from grille.addon.sockets import Sockets
from grille.engine import Engine, Inspection, Search
from grille.exchange import Direction, Exchange, Outcome, Refusal
from grille.framing.message import Message
from grille.policy import Policy, admit
from grille.shadow import provider_at
from grille.sinks.audit import Sink

_ALWAYS = frozenset({"client_unknown"})
_HTTPS = 443
_AT_CONNECT = frozenset({"client_unknown", "endpoint_unknown"})
"""Reasons not to admit that hold for a whole tunnel; the others are about a path."""


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """An engine for one host that is nobody's: the self-test at the start."""

    host: str
    engine: Engine


class Grille(Sockets):
    """The addon. `search` says where detection is done, `now` is the clock; hooks of streams are in `passing.py`,
    those of connections in `connections.py`."""

    def __init__(
        self,
        engine: Engine,
        search: Search,
        audit: Sink,
        identities: Identities,
        now: Callable[[], datetime],
        ca_file: str | None = None,
        kept: Kept | None = None,
    ) -> None:
        super().__init__(identities, ca_file)
        self.engine = engine
        self.kept = kept or Kept()
        self.search = replace(search, lasting=self.kept.lasting)
        self.answers = Answers(audit, now)
        self.now = now
        self.rehearsal: Rehearsal | None = None

    def policy_at(self, host: str) -> Policy:
        return self.engine_at(host).policy

    @property
    def exchanges(self) -> int:
        """How many are under way."""
        return sum(1 for flow in self._passages if flow.live)

    # -- requests -----------------------------------------------------------------------------------

    @guarded
    async def http_connect(self, flow: http.HTTPFlow) -> None:
        exchange = failing.nowhere(flow)
        try:
            host = destination.canonical_or_refused(flow.request.host)
            exchange = replace(exchange, scheme="https", host=host)
            exchange = replace(exchange, identity=await self.identities.connect(flow))
        except Refused as refused:
            self._turn_away(flow, exchange, refused)
            return
        flow.request.data.host = host
        self._may_connect(flow, exchange, _AT_CONNECT)

    @guarded
    async def requestheaders(self, flow: http.HTTPFlow) -> None:
        if flow.error is not None:
            return  # not valid HTTP: `error` comes next
        try:
            exchange = intake.exchange(flow, await self.identities.of(flow))
        except Refused as refused:
            self._turn_away(flow, failing.nowhere(flow), refused)
            return
        self._passages[flow] = Passage(exchange)
        try:
            signed.prepare(flow)
        except Refused as refused:
            self._turn_away(flow, exchange, refused)
            return
        if self._may_connect(flow, exchange, _ALWAYS):
            layers.CONNECT_FIRST.add(flow)

    @guarded
    async def request(self, flow: http.HTTPFlow) -> None:
        passage = self._passages[flow]
        if passage.answered or flow.response is not None:
            passage.answered = True
            return
        passage.exchange = exchange = replace(
            passage.exchange, transport=intake.transport(flow.client_conn, flow.server_conn)
        )
        engine = self.engine_at(exchange.host)
        try:
            message = intake.message(flow.request)
        except Refused as refused:
            self._turn_away(flow, exchange, refused)
            return
        if flow.server_conn.error:
            self._unreachable(flow, exchange, message, flow.server_conn.error)
            return
        start, socket = perf_counter(), intake.asks_for_socket(flow.request)
        passage.asked = judged = await self.inspected(exchange, message, in_socket=socket)
        if socket and not judged.verdict.stops and not self.socket_opened(passage, judged):
            text = "This was not sent: what is said over a WebSocket here is no API that grille can read."
            self._turn_away(flow, judged.exchange, Refused("upgrade", text))
            return
        judged = await self.kept.added(engine.policy, judged)
        if self.answers.judged(flow, engine.policy, judged, 1000 * (perf_counter() - start)):
            intake.write(judged.message, message, flow.request)
        else:
            passage.answered = True

    # -- answers ------------------------------------------------------------------------------------

    @guarded
    def responseheaders(self, flow: http.HTTPFlow) -> None:
        passage = self._passages[flow]
        if flow.response is not None and not passage.answered:
            flow.response.stream = False
            kept = (pair for pair in flow.response.headers.fields if pair[0].lower() != b"alt-svc")
            flow.response.headers.fields = tuple(kept)
            if flow.response.status_code != 101:
                passage.passing = None
                self.open_answer(flow, passage)

    @guarded
    async def response(self, flow: http.HTTPFlow) -> None:
        passage = self._passages[flow]
        if passage.answered or flow.response is None:
            return
        if passage.asked is None:
            raise LookupError("an answer to a request that was not judged")
        exchange = intake.answering(passage.asked.exchange)
        try:
            if flow.response.status_code == 101:
                if passage.passing is not None:
                    return  # what a WebSocket says is judged message by message
                raise Refused("upgrade", "This was not forwarded: the other side changed to another protocol.")
            message = intake.message(flow.response)
        except Refused as refused:
            self._turn_away(flow, exchange, refused)
            return
        engine = self.engine_at(exchange.host)
        start = perf_counter()
        judged = await self.inspected(exchange, message, passage.asked.tokens)
        judged = replace(judged, reply_to=passage.asked.reply_to)
        if self.answers.judged(flow, engine.policy, judged, 1000 * (perf_counter() - start)):
            intake.write(judged.message, message, flow.response)

    @guarded
    def error(self, flow: http.HTTPFlow) -> None:
        passage = self._passages.get(flow) or Passage(failing.nowhere(flow))
        if not passage.answered and flow.error is not None:
            judged, heard = passage.asked is not None, flow.client_conn.connected
            refused = failing.broken(flow.error.msg, judged=judged, heard=heard)
            exchange = intake.answering(passage.asked.exchange) if passage.asked else passage.exchange
            if passage.passing is not None and flow.response is not None:
                self.broken_off(passage, refused)
            elif refused is not None:
                self._turn_away(flow, exchange, refused, Outcome.ERROR)

    def not_http(self, flow: flow.Flow) -> None:
        """Close it, for this and every later hook."""
        exchange = Exchange(flow.id, Direction.REQUEST, flow.type, "", 0, "", "")
        refused = Refused("protocol", "This was not forwarded: it is not HTTP.")
        answer = refusal.problem(refused, refused.text, refusal.incident_id())
        guard.close(flow, answer)
        guard.CLOSED.add(flow, guard.Ending(answer))
        self.answers.failed(self.engine.policy, unjudged(self.engine.policy, exchange), refused, "")

    def distrusted(self, client: connection.Client, address: tuple[str, int], report: Report) -> None:
        policy = self.policy_at(address[0])
        identity = self.identities.known(client)
        exchange = Exchange(client.id, Direction.REQUEST, "https", *address, "CONNECT", "", identity)
        exchange = replace(exchange, endpoint=report.endpoint)
        self.answers.noted(policy, Inspection(exchange, report.verdict, Message((), b"")), "", 0.0)

    # -- steps --------------------------------------------------------------------------------------

    def engine_at(self, host: str) -> Engine:
        if self.rehearsal is not None and host == self.rehearsal.host:
            return self.rehearsal.engine
        return self.engine

    def _may_connect(self, flow: http.HTTPFlow, exchange: Exchange, final: frozenset[str]) -> bool:
        """Whether the policy admits the exchange. Reasons in `final` are answered at once; for others the
        request is read first, so that the answer can be in its dialect."""
        policy = self.policy_at(exchange.host)
        admitted = admit(policy, exchange)
        if not isinstance(admitted, Refusal):
            return True
        if admitted.code in final and policy.enforced(exchange):
            refused = Refused(admitted.code, admitted.text, because=admitted.because)
            if admitted.code == "endpoint_unknown" and exchange.port == _HTTPS and provider_at(exchange.host, _HTTPS):
                self._refuse_each(exchange, refused)
                return False
            challenge = admitted.code == "client_unknown" and self.identities.lacks(exchange.identity)
            refused = refused_credentials(flow) if challenge else refused
            self._turn_away(flow, exchange, refused)
        return False

    def _refuse_each(self, exchange: Exchange, refused: Refused) -> None:
        """Who calls a provider has an SDK, which takes a refused tunnel for a broken one and tries again: the tunnel is
        opened, and each call in it is refused. That it was asked for has a record all the same."""
        policy = self.policy_at(exchange.host)
        self.answers.noted(policy, replace(unjudged(policy, exchange), verdict=refused.verdict()), "")

    def _turn_away(
        self, flow: http.HTTPFlow, exchange: Exchange, refused: Refused, outcome: Outcome = Outcome.BLOCK
    ) -> None:
        passage = self._passages.setdefault(flow, Passage(exchange))
        passage.answered = True
        policy = self.policy_at(exchange.host)
        self.answers.refuse(flow, policy, self._known(flow, exchange), refused, outcome)

    def _unreachable(self, flow: http.HTTPFlow, exchange: Exchange, message: Message, error: str) -> None:
        """There is no connection to judge or to send over."""
        engine = self.engine_at(exchange.host)
        known = unsent(engine, exchange, message)
        self._passages[flow].answered = True
        refused = failing.unreachable(known.exchange.endpoint or "the upstream", error)
        self.answers.refuse(flow, engine.policy, known, refused, Outcome.ERROR)

    def _known(self, flow: http.HTTPFlow, exchange: Exchange) -> Inspection:
        passage = self._passages.get(flow)
        reply_to = passage.asked.reply_to if passage is not None and passage.asked is not None else "null"
        return unjudged(self.policy_at(exchange.host), exchange, reply_to)

    # -- for the guard ------------------------------------------------------------------------------

    def failure_answer(self, subject: Subject, failure: Failure) -> Answer | None:
        if isinstance(subject, Piece | WebSocketPiece):
            words = self.last_words(self._passages[subject.flow], failure.refused, failure.incident)
            if isinstance(subject, Piece) or not subject.from_client:
                subject.out = words
            else:
                subject.back = [each.decode() for each in words]
            return None
        if not isinstance(subject, http.HTTPFlow) or subject not in self._passages:
            return None
        exchange = self._passages[subject].exchange
        policy = self.policy_at(exchange.host)
        return shaped(policy, self._known(subject, exchange), failure.refused, failure.incident, subject.request)

    def failure_record(self, subject: Subject, failure: Failure) -> None:
        if isinstance(subject, Piece | WebSocketPiece):
            self.broken_off(self._passages[subject.flow], failure.refused, failure.incident)
            return
        exchange = Exchange("", Direction.REQUEST, "", "", 0, "", "")
        if isinstance(subject, http.HTTPFlow):
            passage = self._passages.get(subject)
            exchange = passage.exchange if passage else failing.nowhere(subject)
            if passage is not None and passage.asked is not None and failure.hook.startswith("response"):
                exchange = intake.answering(passage.asked.exchange)
        policy = self.policy_at(exchange.host)
        self.answers.failed(policy, unjudged(policy, exchange), failure.refused, failure.incident)
