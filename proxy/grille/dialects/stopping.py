"""What the events that stop a stream are made of: what the stream itself said before, and the denial.

A stream may have to stop before its first event went out, so everything here has something to say then. This
module must not know any dialect.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from grille.dialects.streaming import Closing, Seen
from grille.framing.json_spans import LONGEST_WHOLE, Number, String, find

type Json = Mapping[str, object]


def closing(event: Json, name: str = "", *, error: bool = False) -> Closing:
    return Closing(json.dumps(event), name, error)


def said(seen: Seen, address: str, otherwise: str = "") -> str:
    """The text at `address` in the latest event, else in the first, such as an id that every event repeats."""
    nodes = (find(event, address) for event in (seen.latest, seen.first) if event is not None)
    return next((node.text for node in nodes if isinstance(node, String)), otherwise)


def counted(seen: Seen, address: str, otherwise: int = 0) -> int:
    """The whole number at `address` in the latest event, else in the first."""
    nodes = (find(event, address) for event in (seen.latest, seen.first) if event is not None)
    numbers = (node.text for node in nodes if isinstance(node, Number))
    return next((int(text) for text in numbers if _is_whole(text)), otherwise)


def begun(seen: Seen, name: str = "index") -> tuple[int, ...]:
    """The numbers of the outermost parts of the stream that began and have not ended."""
    first = (indices[0].partition("=") for indices in seen.open if indices)
    return tuple(dict.fromkeys(int(value) for key, _, value in first if key == name and _is_whole(value)))


def _is_whole(text: str) -> bool:
    return text.isdecimal() and len(text) <= LONGEST_WHOLE
