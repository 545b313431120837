"""Files of a message: opened, their words added to its reading, and what the endpoint says of the rest.

Where files are opened is handed in: it is heavy work with hostile bytes. A file that nobody can read is what
`unscannable` speaks of, and it alone: everything else in the message is judged all the same. This module
must not open a file itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from grille.dialects import Reading
from grille.dialects.reading import Elsewhere
from grille.exchange import Kind, Refusal, Segment, Touch
from grille.files import File, Opened, Opening, Unread
from grille.policy import Endpoint, Met, Reaction
from grille.sinks.tally import safe_address

_MOST_NAMED = 5


async def opened(reading: Reading, endpoint: Endpoint, opening: Opening) -> tuple[Reading, Met]:
    """The reading with the words of its files, and what the unread parts of them mean here. Raises what
    `opening` raises."""
    if not reading.files:
        return reading, Met()
    found = await opening(reading.files)
    texts = [segment for file, each in zip(reading.files, found, strict=True) for segment in _segments(file, each)]
    unread = [_named(file, part) for file, each in zip(reading.files, found, strict=True) for part in each.unread]
    reading = replace(
        reading,
        segments=(*reading.segments, *texts),
        places=(*reading.places, *(Elsewhere() for _ in texts)),
        files=(),
    )
    return reading, _consequence(unread, endpoint)


def _segments(file: File, opened: Opened) -> list[Segment]:
    """Nothing in a file can be rewritten, so that hiding there becomes blocking."""
    return [
        Segment(
            _address(file, each.where), Kind.OPAQUE if each.is_list else Kind.TEXT, each.text, file.label, Touch.FIXED
        )
        for each in opened.texts
    ]


def _address(file: File, where: str) -> str:
    return f"{file.address}#/{where}" if where else file.address


def _named(file: File, part: Unread) -> str:
    return f"{part.why.value} at {safe_address(_address(file, part.where), frozenset())}"


def _consequence(unread: Sequence[str], endpoint: Endpoint) -> Met:
    if not unread or endpoint.unscannable is Reaction.ALLOW:
        return Met()
    named = list(dict.fromkeys(unread))
    listed = [*named[:_MOST_NAMED], *([f"{len(named) - _MOST_NAMED} more"] if len(named) > _MOST_NAMED else [])]
    if endpoint.unscannable is Reaction.LOG:
        return Met(evidence=tuple(f"not judged: {each}" for each in listed))
    text = (
        f"A file cannot be read, so it cannot be judged: {'; '.join(listed)}. Send what it says as text,"
        " or in a document of words alone."
    )
    return Met(refusals=(Refusal("unscannable_body", text, endpoint.source),))
