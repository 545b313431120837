"""Any JSON API that a policy names: every string, number and key is judged and may be rewritten.

Of its streams nobody knows more than that what calls itself a delta goes on in the next event that has one, as in
OpenAI's threads. Any other value that such an API cuts into events is an accepted miss: to wait for more of each string
would stop an API whose events are whole.
"""

from __future__ import annotations

import json

from grille.dialects.base import Denial, Dialect, Reply
from grille.dialects.fields import OTHER, Care, Field, Table
from grille.dialects.stopping import closing
from grille.dialects.streaming import Closing, Ended, Seen, Streaming
from grille.dialects.vocabulary import data
from grille.exchange import Kind
from grille.framing.json_spans import Array, Node, Object

_EVERYTHING = Table([Field("**", Care.DATA, Kind.TEXT)])
ANSWER = Table([*_EVERYTHING.fields, *data("**.arguments", Kind.ARGUMENTS)])
EVENT = Table(
    [
        *ANSWER.fields,
        Field("**.delta.**", Care.DATA, Kind.TEXT, channel=OTHER),
        Field("**.delta.**.arguments.**", Care.DATA, Kind.ARGUMENTS, channel=OTHER),
    ]
)


def refuse(denial: Denial) -> Reply:
    """HTTP 403 as problem details (RFC 9457), with what most SDKs look for in the body of an error: they would show a
    bare 403 else, and go on reading a stream."""
    headers = (("Content-Type", "application/problem+json"), ("x-should-retry", "false"))
    return Reply(403, headers, json.dumps(_problem(denial)).encode())


def _problem(denial: Denial) -> dict[str, object]:
    problem = {"type": "about:blank", "title": "Refused by policy", "status": 403, "detail": denial.text}
    error = {"code": denial.code, "message": denial.text}
    return problem | {"code": denial.code, "incident": denial.incident, "error": error}


def ended(event: Node) -> tuple[Ended, ...]:
    """An event without a delta ends those before it: it may be the last for a long time."""
    return () if _has_delta(event) else (Ended(),)


def _has_delta(node: Node) -> bool:
    match node:
        case Object(members=members):
            return any(key.text == "delta" or _has_delta(value) for key, value in members)
        case Array(items=items):
            return any(map(_has_delta, items))
        case _:
            return False


def hard_stop(denial: Denial, seen: Seen) -> tuple[Closing, ...]:
    """Problem details once more, as an event: nobody knows how this API would say it."""
    return (closing(_problem(denial), "error", error=True),)


ANYJSON = Dialect(
    "anyjson", _EVERYTHING, ANSWER, EVENT, refuse,
    streaming=Streaming(ended, framed_anyhow=True),
    hard_stop=hard_stop,
)  # fmt: skip
