"""The hooks of WebSockets: what a client says is judged like a request, what a server says like a stream.

    websocket_start   only what was opened here may go on
    websocket_piece   one whole message of either side (`websockets.py` joins fragments)
    websocket_end     the record of all that the server said

A message of the client that may not go on is dropped, and the client gets the error event of its dialect; the
connection stays. What a server says comes in pieces of texts, so an answer that may not go on is stopped,
and with it the connection, because what has been held back cannot be skipped.

Each message of the client has a record, and the server's side has one in the end. This module must not judge
words: `engine.inspect` and `stream.Rewriter` do.
"""

from __future__ import annotations

from time import perf_counter

from mitmproxy import http

from grille.addon import refusal
from grille.addon.guard import guarded
from grille.addon.kept import Kept
from grille.addon.passing import Passage, Passing, Streams
from grille.addon.pieces import WebSocketPiece
from grille.dialects import Denial, Seen
from grille.engine import Inspection
from grille.exchange import TokenMap
from grille.framing.message import Message
from grille.framing.websocket import SocketMessage, has_text
from grille.stream import Rewriter


class Sockets(Streams):
    """The hooks."""

    kept: Kept

    def socket_opened(self, passage: Passage, asked: Inspection) -> bool:
        """Whether the WebSocket that `asked` opens can be judged."""
        if asked.dialect is None or asked.dialect.sockets is None:
            return False
        engine = self.engine_at(asked.exchange.host)
        passage.passing = Passing(Rewriter(engine, asked, self.search, self.now().date(), asked.tokens))
        return True

    @guarded
    def websocket_start(self, flow: http.HTTPFlow) -> None:
        passage = self._passages.get(flow)
        if passage is None or passage.passing is None:
            self.not_http(flow)

    @guarded
    async def websocket_piece(self, piece: WebSocketPiece) -> None:
        passage = self._passages[piece.flow]
        passing, asked = passage.passing, passage.asked
        if passing is None or asked is None:
            raise LookupError("a message of a connection that was not opened")
        if piece.from_client:
            await self._from_client(piece, passing, asked)
        else:
            await self._from_server(piece, passage, passing)
        piece.done = True

    @guarded
    async def websocket_end(self, flow: http.HTTPFlow) -> None:
        passage = self._passages.get(flow)
        if passage is not None and passage.passing is not None and not passage.passing.recorded:
            await passage.passing.rewriter.close()
            self.record(passage, passage.passing, passage.passing.rewriter.verdict)

    async def _from_client(self, piece: WebSocketPiece, passing: Passing, asked: Inspection) -> None:
        engine = self.engine_at(asked.exchange.host)
        start = perf_counter()
        judged = await self.inspected(asked.exchange, Message((), piece.content), in_socket=True)
        judged = await self.kept.added(engine.policy, judged)
        incident = refusal.incident_id() if judged.verdict.stops else ""
        self.answers.noted(engine.policy, judged, incident, 1000 * (perf_counter() - start))
        if judged.verdict.stops:
            piece.back = self._error(judged, refusal.first(judged.verdict), engine.policy.name, incident)
            return
        passing.minted = TokenMap({**passing.minted.values, **judged.tokens.values})
        passing.rewriter.may_restore(passing.minted)
        piece.out = [judged.message.body]

    async def _from_server(self, piece: WebSocketPiece, passage: Passage, passing: Passing) -> None:
        start = perf_counter()
        binary = not has_text(piece.content, is_text=piece.is_text)
        out = await passing.rewriter.take([SocketMessage(piece.content, binary)])
        passing.took += perf_counter() - start
        if passing.rewriter.refused:
            out += self.stopped(passage, passing, refusal.first(passing.rewriter.verdict))
            piece.close = True
        piece.out = out

    def _error(self, judged: Inspection, refused: refusal.Refused, policy: str, incident: str) -> list[str]:
        if judged.dialect is None or judged.dialect.hard_stop is None:
            return []
        denial = Denial(refused.code, refusal.sentence(refused, policy, incident), incident)
        return [each.data for each in judged.dialect.hard_stop(denial, Seen())]
