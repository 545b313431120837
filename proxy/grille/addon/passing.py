"""Answers that are judged while they pass: the hooks of streams, on top of those of connections.

    responseheaders   does this answer come in pieces? then it is opened (`pieces.py`)
    at_once           feed the rewriter, hand on what is settled; at the end, write the record
    stream_piece      the same, or the rest of it, where something has to be waited for

What has been handed on cannot be taken back, so a stream that may not go on is stopped in the caller's own
dialect, and the record of a stream, which is one, is written before the end of it is handed on. A stream
that breaks off on either side has its record too (`broken_off`).

This module must not judge words: `stream.Rewriter` does.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from time import perf_counter
from weakref import WeakKeyDictionary

from mitmproxy import http

from grille.addon import refusal
from grille.addon.answers import Answers
from grille.addon.connections import Connections
from grille.addon.guard import guarded
from grille.addon.identity import Identities
from grille.addon.pieces import Piece, open_stream
from grille.addon.refusal import Refused
from grille.aside import Waits, Work, waited
from grille.dialects import Denial, framing_of, is_read_so
from grille.engine import Engine, Inspection, Search, inspect
from grille.exchange import Exchange, Outcome, TokenMap, Verdict
from grille.framing.message import Message
from grille.policy import Judging
from grille.stream import Rewriter

_LEFT = Refused("client_left", "The client left before the answer had ended.")


@dataclass(slots=True)
class Passing:
    """An answer that is on its way. `minted` are the tokens of what a client said in a WebSocket, `took` are the
    seconds spent on judging. `recorded` says that its record is written: there is one, whatever happens. `begun` is the
    judging of a piece that waits for something.
    """

    rewriter: Rewriter
    minted: TokenMap = TokenMap()
    took: float = 0.0
    recorded: bool = False
    begun: tuple[Work[None], Waits] | None = None


@dataclass(slots=True)
class Passage:
    """What is known of one flow. `asked` is the judged request; `answered` says that grille answered in
    the upstream's place, so that there is nothing more to judge; `passing` is an answer that streams."""

    exchange: Exchange
    asked: Inspection | None = None
    answered: bool = False
    passing: Passing | None = None


class Streams(Connections):
    """The hooks. What is known of a flow is kept here, keyed weakly by the flow, and never in
    `flow.metadata`, which mitmproxy writes into dumps."""

    answers: Answers
    search: Search
    now: Callable[[], datetime]

    def __init__(self, identities: Identities, ca_file: str | None) -> None:
        super().__init__(identities, ca_file)
        self._passages: MutableMapping[http.HTTPFlow, Passage] = WeakKeyDictionary()

    @abstractmethod
    def engine_at(self, host: str) -> Engine:
        """The engine that judges what goes to `host`."""

    async def inspected(
        self, exchange: Exchange, message: Message, minted: TokenMap = TokenMap(), *, in_socket: bool = False
    ) -> Inspection:
        """A whole message, judged by what this proxy has to judge with."""
        engine, of = self.engine_at(exchange.host), self.search
        judging = partial(inspect, opening=of.opening, once=of.once, lasting=of.lasting, in_socket=in_socket)
        return await judging(engine, exchange, message, of.find, self.now().date(), minted)

    def open_answer(self, flow: http.HTTPFlow, passage: Passage) -> None:
        """An answer whose head has come is judged as it passes, if it is one that streams; else whole."""
        asked, head = passage.asked, flow.response
        if asked is None or asked.dialect is None or head is None or _is_coded(head):
            return
        engine = self.engine_at(asked.exchange.host)
        framing = framing_of(asked.dialect, head.headers.get("content-type", ""), asked.exchange.path)
        judging = engine.policy.endpoints[asked.exchange.endpoint].streams.judge
        if framing is None or judging is Judging.COLLECT or not is_read_so(asked.dialect, framing):
            return
        if open_stream(flow, self.at_once):
            passage.passing = Passing(Rewriter(engine, asked, self.search, self.now().date(), asked.tokens, framing))

    @guarded
    def at_once(self, piece: Piece) -> None:
        """Not a hook: mitmproxy's layers call it, and wait for `stream_piece` unless it judged the piece."""
        passage, passing = self._opened_for(piece)
        work = self._judging(piece, passage, passing)
        if (waits := next(work, None)) is not None:
            passing.begun = work, waits

    @guarded
    async def stream_piece(self, piece: Piece) -> None:
        passage, passing = self._opened_for(piece)
        if passing.begun is None:
            await waited(self._judging(piece, passage, passing))
        else:
            (work, waits), passing.begun = passing.begun, None
            await waited(work, await waits())

    def _opened_for(self, piece: Piece) -> tuple[Passage, Passing]:
        passage = self._passages[piece.flow]
        if passage.passing is None or passage.asked is None:
            raise LookupError("a piece of an answer that was not opened")
        return passage, passage.passing

    def _judging(self, piece: Piece, passage: Passage, passing: Passing) -> Work[None]:
        start = perf_counter()
        out = yield from passing.rewriter.feeding(piece.data)
        if piece.last:
            out += yield from passing.rewriter.closing()
        passing.took += perf_counter() - start
        if passing.rewriter.refused:
            piece.out = [*out, *self.stopped(passage, passing, refusal.first(passing.rewriter.verdict))]
            piece.stop = True
        else:
            if piece.last:
                self.record(passage, passing, passing.rewriter.verdict)
            piece.out = out
        piece.done = True

    def broken_off(self, passage: Passage, refused: Refused | None, incident: str = "") -> None:
        """Record that a stream broke off: what was found in it, and why there is no more of it. None says that
        the client left."""
        passing = passage.passing
        if passing is not None and not passing.recorded:
            verdict = passing.rewriter.verdict
            outcome = Outcome.ERROR if refused else verdict.outcome
            reasons = (refused or _LEFT).verdict().refusals
            self.record(
                passage, passing, replace(verdict, outcome=outcome, refusals=(*verdict.refusals, *reasons)), incident
            )

    def last_words(self, passage: Passage, refused: Refused, incident: str) -> list[bytes]:
        """The frames that tell the client why the answer ends here."""
        passing, asked = passage.passing, passage.asked
        if passing is None or asked is None:
            return []
        policy = self.engine_at(asked.exchange.host).policy
        denial = Denial(refused.code, refusal.sentence(refused, policy.name, incident), incident, asked.reply_to)
        return passing.rewriter.stop(denial)

    def stopped(self, passage: Passage, passing: Passing, refused: Refused) -> list[bytes]:
        """Record that a stream was stopped; its last words."""
        incident = refusal.incident_id()
        self.record(passage, passing, passing.rewriter.verdict, incident)
        return self.last_words(passage, refused, incident)

    def record(self, passage: Passage, passing: Passing, verdict: Verdict, incident: str = "") -> None:
        """Write the record of a stream."""
        asked = passage.asked
        assert asked is not None
        known = replace(asked, exchange=passing.rewriter.exchange, verdict=verdict, segments=())
        policy = self.engine_at(asked.exchange.host).policy
        self.answers.passed(policy, known, passing.rewriter.tally, incident, 1000 * passing.took)
        passing.recorded = True


def _is_coded(head: http.Response) -> bool:
    """Whether the body comes in a content coding: that is undone whole, so the answer is collected."""
    return any(value.strip().lower() not in ("", "identity") for value in head.headers.get_all("content-encoding"))
