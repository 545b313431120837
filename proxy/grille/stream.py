"""An answer that streams: judged, hidden and restored piece by piece, with the same result wherever it is cut.

    feed     bytes from upstream                               framing/
    read     one frame: whole texts, and pieces of channels    dialects/frames.py
    hold     what may still become a token or a finding        held.py
    open     files in it, whole ones only                      opening.py
    judge    what stands there and what becomes of it          watching.py
    release  frames whose words are settled, in their order    waiting.py

One frame is one step, whatever the network made of it, so the result is a function of the frames alone.
What has gone out cannot be taken back: a value that is found late was not hidden earlier.

The rewriter is as pure as the engine: keys and the day are handed in, and so is where watching is done. It
must not know mitmproxy, keep anything of a stream but what waits, or go on after a refusal.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from functools import partial

from grille.aside import Work, waited
from grille.channels import Channel, Channels, texts_of
from grille.dialects import Denial, Ended, FrameReading
from grille.dialects.alike import Alike, Frames
from grille.dialects.frames import ended_by
from grille.engine import Engine, Inspection, Search, cannot_rewrite, said_otherwise, unreadable
from grille.errors import CannotRewrite, Malformed
from grille.exchange import Direction, Edit, Outcome, Refusal, TokenMap, Verdict
from grille.framing.base import Frame, Framing, added, end, framer
from grille.framing.json_spans import Object, String
from grille.held import Change, Held
from grille.lasting import NOTHING
from grille.opening import opened
from grille.policy import Stop
from grille.sinks.tally import Tally
from grille.waiting import Entry, Waiting
from grille.watching import Watching, acting

_BY_WEIGHT = (Outcome.ALLOW, Outcome.REWRITE, Outcome.BLOCK)


class Rewriter:
    """One streamed answer to the request that became `asked`; `minted` are the tokens that may be restored.

    Without a `framing`, frames are handed to `take` as they are. After a refusal (`refused`) nothing more
    comes out. Whatever `search` raises passes through: the stream has to be stopped then. Most frames ask nobody
    anything, so all that it does is `Work`, which whoever hands in the bytes may do at once as far as it goes.
    """

    def __init__(
        self,
        engine: Engine,
        asked: Inspection,
        search: Search,
        today: date,
        minted: TokenMap,
        framing: Framing | None = None,
    ) -> None:
        if asked.dialect is None:
            raise ValueError("an answer of no dialect has no frames that could be read")
        self.exchange = replace(asked.exchange, direction=Direction.RESPONSE)
        self.dialect = asked.dialect
        self.refused: tuple[Refusal, ...] = ()
        self._policy = engine.policy
        self._endpoint = engine.policy.endpoints[self.exchange.endpoint]
        self._enforced = engine.policy.enforced(self.exchange)
        self._opening = search.opening
        self._framing = framing
        self._framer = framer(framing, engine.limit) if framing else None
        self.tally = Tally()
        acts, noted = acting(engine.policy, self.exchange)
        self._watching = Watching(engine, self.exchange, search, today, self.tally, acts, minted)
        alone = replace(search, lasting=NOTHING)
        self._noting = Watching(engine, self.exchange, alone, today, self.tally, noted, TokenMap()) if noted else None
        streaming = asked.dialect.streaming
        if framing is Framing.JSON_ARRAY:
            # What separates its elements belongs to them: none may go ahead, or twice.
            streaming = replace(streaming, overtakes=False, repeats=False)
        self._waiting = Waiting(streaming, engine.limit)
        self._channels = Channels(noted=bool(noted))
        self._unframed = bytearray()
        self._frames = Frames(asked.dialect)
        self._number, self._outcome = 0, Outcome.ALLOW
        self._reasons: dict[Refusal, None] = {}
        self._evidence: dict[str, None] = {}
        self._unread: tuple[str, ...] = ()
        self._route = asked.route

    # -- what comes and what goes -----------------------------------------------------------------

    async def feed(self, chunk: bytes) -> list[bytes]:
        """`feeding`, all of it."""
        return await waited(self.feeding(chunk))

    async def take(self, frames: Iterable[Frame]) -> list[bytes]:
        """More frames; those that may go out now."""
        return await waited(self._taking(frames))

    async def close(self) -> list[bytes]:
        """`closing`, all of it."""
        return await waited(self.closing())

    def feeding(self, chunk: bytes) -> Work[list[bytes]]:
        """More of the stream; what of it may go out now, frame by frame."""
        if self.refused or self._framer is None:
            return []
        if self._unread:
            return [chunk]
        self._unframed += chunk
        try:
            frames = self._framer.feed(chunk)
        except Malformed as error:
            return (yield from self._gave_up(error, bytes(self._unframed)))
        del self._unframed[: sum(len(frame.raw) for frame in frames)]
        out = yield from self._taking(frames)
        return [*out, bytes(self._unframed)] if self._unread else out

    def _taking(self, frames: Iterable[Frame]) -> Work[list[bytes]]:
        out: list[bytes] = []
        for frame in frames:
            if self.refused:
                break
            if self._unread:
                out.append(frame.raw)
                continue
            try:
                out += yield from self._step(frame)
            except Malformed as error:
                out += yield from self._gave_up(error, frame.raw)
        return out

    def closing(self) -> Work[list[bytes]]:
        """The stream has ended: the rest of what may go out."""
        if self.refused or self._unread:
            return []
        try:
            out = yield from self._taking(self._framer.close() if self._framer else ())
        except Malformed as error:
            return (yield from self._gave_up(error, bytes(self._unframed)))
        if not self.refused and not self._unread:
            yield from self._judge(None, self._channels.ended([Ended()]))
            out += self._released()
        return out

    def stop(self, denial: Denial) -> list[bytes]:
        """The frames that end the stream now, in the way that the endpoint says; none where nothing does."""
        soft = self.dialect.soft_stop if self._endpoint.streams.stop is Stop.SOFT else None
        ending = soft or self.dialect.hard_stop
        if ending is None:
            return []
        seen = self._waiting.seen
        closings = ending(denial, seen)
        if (framing := self._framing) is None:
            return [each.data.encode() for each in closings]
        out: list[bytes] = []
        for each in closings:
            begun = seen.latest is not None or bool(out)
            out.append(added(framing, each.data, each.name, error=each.error, begun=begun))
        return [*out, end(framing)]

    @property
    def verdict(self) -> Verdict:
        """The verdict on all that has come so far; what was found is in `tally`."""
        reasons = tuple(dict.fromkeys((*self.refused, *self._reasons)))
        outcome = Outcome.BLOCK if self.refused else self._outcome
        return Verdict(outcome, (), reasons, self._enforced, (*self._unread, *self._evidence, *self._watching.evidence))

    def may_restore(self, minted: TokenMap) -> None:
        """From here on these tokens may be restored instead of those before."""
        self._watching.may_restore(minted)

    # -- one step ---------------------------------------------------------------------------------

    def _step(self, frame: Frame) -> Work[list[bytes]]:
        said = self._frames.read(frame, self._number)
        self._number += 1
        if isinstance(said, Alike):
            entry, touched = self._entered_alike(frame, said)
        else:
            said = yield from self._opened(said)
            if self.refused:
                return []
            entry, touched = self._entered(frame, said)
        yield from self._judge(entry, touched)
        if not self._enforced:
            return [frame.raw]
        self._waiting.put(entry)
        return self._released()

    def _opened(self, said: FrameReading) -> Work[FrameReading]:
        """What the frame says, with the words of its files."""
        if not said.reading.files:
            return said
        reading, met = yield partial(opened, said.reading, self._endpoint, self._opening)
        self._evidence |= dict.fromkeys(met.evidence)
        if met.refusals:
            self._outcome = Outcome.BLOCK
            self._reasons |= dict.fromkeys(met.refusals)
            self.refused = met.refusals if self._enforced else ()
        return replace(said, reading=reading)

    def _entered(self, frame: Frame, said: FrameReading) -> tuple[Entry, list[Channel]]:
        """The frame as one that waits, and the channels that it adds to or ends."""
        self._evidence |= dict.fromkeys(said_otherwise(self._endpoint, self._route, said.reading))
        entry = Entry(frame, said)
        touched = self._channels.added(entry, [said.reading.segments[piece.segment].text for piece in said.pieces])
        entry.ended = ended_by(self.dialect, frame, said)
        touched += self._channels.ended(entry.ended)
        streaming = self.dialect.streaming
        kind = said.root.get("type") if isinstance(said.root, Object) else None
        silent = frame.data is None or (isinstance(kind, String) and kind.text in streaming.keep_alive)
        entry.keeps_alive = silent and not entry.spans and self._framing is not Framing.JSON_ARRAY
        return entry, touched

    def _entered_alike(self, frame: Frame, said: Alike) -> tuple[Entry, list[Channel]]:
        """The same for a frame with pieces that says nothing else that is new."""
        entry = Entry(frame, said, ended=said.ended)
        touched = self._channels.added(entry, said.texts)
        return entry, touched + self._channels.ended(said.ended)

    def _judge(self, entry: Entry | None, touched: Iterable[Channel]) -> Work[None]:
        touched = {id(each): each for each in touched}.values()
        yield from self._judge_by(self._watching, entry, [(each, each.held) for each in touched])
        if self._noting is not None and not self.refused:
            noted = [(each, each.noted) for each in touched if each.noted is not None]
            yield from self._judge_by(self._noting, entry, noted)

    def _judge_by(
        self, watching: Watching, entry: Entry | None, channels: Sequence[tuple[Channel, Held]]
    ) -> Work[None]:
        texts = [each for each in texts_of(watching, entry, channels) if watching.worth_it(each.asked)]
        judged = yield from watching.judge([each.asked for each in texts])
        if judged.outcome is not Outcome.ALLOW:
            self._outcome = max(self._outcome, judged.outcome, key=_BY_WEIGHT.index)
            self._reasons |= dict.fromkeys(judged.refusals)
        if judged.stops:
            self.refused = judged.refusals
            return
        for number, (text, edge) in enumerate(zip(texts, judged.edges, strict=True)):
            changes = [each for each in judged.changes if each.segment == number]
            if text.held is not None and text.stretch is not None:
                text.held.settle(text.stretch, edge, [Change(each.start, each.end, each.text) for each in changes])
            elif entry is not None:
                entry.edits += [Edit(text.segment, each.start, each.end, each.text) for each in changes]

    def _released(self) -> list[bytes]:
        out: list[bytes] = []
        if self.refused:
            return out
        try:
            out += self._waiting.release()
        except CannotRewrite as error:
            self.refused = (cannot_rewrite(error, self._endpoint.source),)
        return out

    def _gave_up(self, error: Malformed, unread: bytes) -> Work[list[bytes]]:
        """The rest, which begins with `unread`, cannot be read: the policy says whether it goes on all the same.
        What came before was read, and is judged as if the stream ended there."""
        verdict = unreadable(self._policy, self.exchange, error)
        if verdict.stops:
            self.refused = verdict.refusals
            return []
        yield from self._judge(None, self._channels.ended([Ended()]))
        out = self._released()
        if not self.refused:
            self._unread = verdict.evidence or tuple(f"not judged: {each.code}" for each in verdict.refusals)
            out.append(unread)
        return out
