"""The golden streams, stopped before their time: what went out, and the events that a dialect adds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from goldens import WIRE, kinds
from refusals import DENIAL

from grille.dialects import DIALECTS, Closing, Denial, Reply, Seen, read_frame
from grille.framing.base import Frame, Framing, added, end, framer

LIMIT = 1 << 20
TYPES = {
    Framing.SSE: "text/event-stream",
    Framing.NDJSON: "application/x-ndjson",
    Framing.EVENT_STREAM: "application/vnd.amazon.eventstream",
    Framing.EVENT_CHUNKS: "application/vnd.amazon.eventstream",
    Framing.JSON_ARRAY: "application/json",
}
_BY_SUFFIX = {".sse": Framing.SSE, ".ndjson": Framing.NDJSON}
_BY_DIALECT = {"bedrock": Framing.EVENT_STREAM, "bedrock_invoke": Framing.EVENT_CHUNKS}


def frames_of(name: str) -> tuple[Framing, tuple[Frame, ...]]:
    """The golden stream `name`, cut as its vendor cuts it."""
    path = WIRE / name
    framing = _BY_DIALECT.get(path.parent.name) if path.suffix == ".jsonl" else _BY_SUFFIX[path.suffix]
    framing = framing or Framing.NDJSON  # a message of a WebSocket a line
    body = path.read_bytes()
    if framing is Framing.EVENT_STREAM:
        body = b"".join(added(framing, payload.decode(), kind) for kind, payload in kinds(path))
    if framing is Framing.EVENT_CHUNKS:
        body = b"".join(added(framing, line, "chunk") for line in path.read_text("utf-8").splitlines())
    stream = framer(framing, LIMIT)
    return framing, (*stream.feed(body), *stream.close())


def seen_in(dialect: str, frames: Sequence[Frame]) -> Seen:
    """What is known after `frames`. Only what ends without a name of a channel ends for good."""
    seen = Seen()
    for frame in frames:
        read = read_frame(DIALECTS[dialect], frame)
        if read.root is None:
            continue
        begun = dict.fromkeys((*seen.open, *read.groups))
        whole = [each.indices for each in DIALECTS[dialect].streaming.ended(read.root) if not each.names]
        still = tuple(group for group in begun if not any(group[: len(each)] == each for each in whole))
        seen = Seen(read.root, still, seen.first or read.root)
    return seen


def events(dialect: str, how: str, frames: Sequence[Frame], denial: Denial = DENIAL) -> tuple[Closing, ...]:
    """The events with which the dialect stops `hard` or `soft` after `frames`."""
    known = DIALECTS[dialect]
    stop = known.hard_stop if how == "hard" else known.soft_stop
    assert stop is not None
    return stop(denial, seen_in(dialect, frames))


def stopped(name: str, how: str, after: int) -> Reply:
    """The golden stream `name`, stopped after that many frames."""
    framing, frames = frames_of(name)
    out = frames[:after]
    more = _written(framing, events(name.partition("/")[0], how, out), begun=any(frame.data for frame in out))
    body = b"".join((*(frame.raw for frame in out), *more))
    return Reply(200, (("Content-Type", TYPES[framing]),), body)


def _written(framing: Framing, closings: Sequence[Closing], *, begun: bool) -> Iterator[bytes]:
    for each in closings:
        yield added(framing, each.data, each.name, error=each.error, begun=begun)
        begun = True
    yield end(framing, begun=begun)


def cuts(name: str) -> range:
    """Every place where a golden stream can be stopped: before its first frame, after each but the last."""
    return range(len(frames_of(name)[1]))
