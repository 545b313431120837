"""Golden readings: for each message in `tests/wire`, the segments that its dialect reads.

`python tests/dialects/goldens.py` writes them anew; read the difference before you commit it.
"""

from __future__ import annotations

import json
from pathlib import Path

from grille.dialects import DIALECTS, Reading, read
from grille.exchange import Direction
from grille.framing.message import Message

WIRE = Path(__file__).parent.parent / "wire"
CONTENT_TYPES = {".json": "application/json", ".sse": "text/event-stream; charset=utf-8"}
LIMIT = 1 << 20


def messages() -> list[Path]:
    return sorted(path for path in WIRE.glob("*/*") if path.suffix in CONTENT_TYPES)


def reading_of(path: Path, body: bytes | None = None) -> Reading:
    direction = Direction.REQUEST if path.stem.startswith("request") else Direction.RESPONSE
    message = Message((("Content-Type", CONTENT_TYPES[path.suffix]),), path.read_bytes() if body is None else body)
    return read(DIALECTS[path.parent.name], direction, message, LIMIT)


def described(reading: Reading) -> str:
    """One line a segment: what may be done to it, its kind, its address, its text as JSON."""
    lines = [
        f"{each.touch.value:6} {each.kind.value:14} {each.address} {json.dumps(each.text, ensure_ascii=False)}"
        for each in reading.segments
        if not each.address.startswith(("header:", "path"))
    ]
    return "\n".join(lines) + "\n"


def golden(path: Path) -> Path:
    return path.with_name(path.name + ".segments")


if __name__ == "__main__":
    for each in messages():
        golden(each).write_text(described(reading_of(each)), "utf-8")
