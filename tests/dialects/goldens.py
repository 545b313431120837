"""Golden readings: for each message in `tests/wire`, the segments that its dialect reads.

A stream of lines stands there as it is on the wire (`.ndjson`); one of frames that no person could read
(AWS event streams, WebSockets) as a JSON object a line (`.jsonl`), an AWS event under its kind.

`python tests/dialects/goldens.py` writes them anew; read the difference before you commit it.
"""

from __future__ import annotations

import json
from pathlib import Path

from grille.dialects import DIALECTS, Reading, read
from grille.exchange import Direction
from grille.framing.message import Message

WIRE = Path(__file__).parent.parent / "wire"
_EVENTS = "text/event-stream; charset=utf-8"
CONTENT_TYPES = {".json": "application/json", ".sse": _EVENTS, ".ndjson": _EVENTS, ".jsonl": _EVENTS}
"""What a reading says of an event does not depend on the framing, so every stream is read as events."""
LIMIT = 1 << 20


def messages() -> list[Path]:
    return sorted(path for path in WIRE.glob("*/*") if path.suffix in CONTENT_TYPES)


def reading_of(path: Path, body: bytes | None = None) -> Reading:
    direction = Direction.REQUEST if path.stem.startswith("request") else Direction.RESPONSE
    message = Message((("Content-Type", CONTENT_TYPES[path.suffix]),), _body(path) if body is None else body)
    return read(DIALECTS[path.parent.name], direction, message, LIMIT)


def _body(path: Path) -> bytes:
    if path.suffix not in (".ndjson", ".jsonl"):
        return path.read_bytes()
    return b"".join(b"data: " + line + b"\n\n" for line in payloads(path))


def payloads(path: Path) -> list[bytes]:
    """The payload of each frame of a stream."""
    lines = path.read_bytes().splitlines()
    return [payload for _, payload in kinds(path)] if path.parent.name == "bedrock" else lines


def kinds(path: Path) -> list[tuple[str, bytes]]:
    """Kind and payload of each AWS event."""
    events = (json.loads(line) for line in path.read_bytes().splitlines())
    return [(kind, json.dumps(payload).encode()) for event in events for kind, payload in event.items()]


def described(reading: Reading) -> str:
    """One line a segment: what may be done to it, its kind, its address, its text as JSON."""
    lines = [
        f"{each.touch.value:6} {each.kind.value:14} {each.address} {json.dumps(each.text, ensure_ascii=False)}"
        for each in reading.segments
        if not each.address.startswith(("header:", "path"))
    ]
    return "\n".join(lines) + "\n"


def streamed(name: str, channel: str) -> str:
    """The text at `stream:CHANNEL`, as the stream `name` is read."""
    return {each.address: each.text for each in reading_of(WIRE / name).segments}[f"stream:{channel}"]


def golden(path: Path) -> Path:
    return path.with_name(path.name + ".segments")


if __name__ == "__main__":
    for each in messages():
        golden(each).write_text(described(reading_of(each)), "utf-8")
