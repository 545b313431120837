"""Any JSON API that a policy names: every string, number and key is judged and may be rewritten."""

from __future__ import annotations

import json

from grille.dialects.base import Denial, Dialect, Reply
from grille.dialects.fields import Care, Field, Table
from grille.dialects.stopping import closing
from grille.dialects.streaming import Closing, Seen, Streaming
from grille.exchange import Kind

_EVERYTHING = Table([Field("**", Care.DATA, Kind.TEXT)])


def refuse(denial: Denial) -> Reply:
    """HTTP 403 as problem details (RFC 9457)."""
    headers = (("Content-Type", "application/problem+json"), ("x-should-retry", "false"))
    return Reply(403, headers, json.dumps(_problem(denial)).encode())


def _problem(denial: Denial) -> dict[str, object]:
    problem = {"type": "about:blank", "title": "Refused by policy", "status": 403, "detail": denial.text}
    return problem | {"code": denial.code, "incident": denial.incident}


def hard_stop(denial: Denial, seen: Seen) -> tuple[Closing, ...]:
    """Problem details once more, as an event: nobody knows how this API would say it."""
    return (closing(_problem(denial), "error", error=True),)


ANYJSON = Dialect(
    "anyjson", _EVERYTHING, _EVERYTHING, _EVERYTHING, refuse,
    streaming=Streaming(framed_anyhow=True),
    hard_stop=hard_stop,
)  # fmt: skip
