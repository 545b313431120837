"""Any JSON API that a policy names: every string, number and key is judged and may be rewritten."""

from __future__ import annotations

import json

from grille.dialects.base import Denial, Dialect, Reply
from grille.dialects.fields import Care, Field, Table
from grille.exchange import Kind

_EVERYTHING = Table([Field("**", Care.DATA, Kind.TEXT)])


def refuse(denial: Denial) -> Reply:
    """HTTP 403 as problem details (RFC 9457)."""
    problem = {"type": "about:blank", "title": "Refused by policy", "status": 403, "detail": denial.text}
    body = json.dumps(problem | {"code": denial.code, "incident": denial.incident})
    headers = (("Content-Type", "application/problem+json"), ("x-should-retry", "false"))
    return Reply(403, headers, body.encode())


ANYJSON = Dialect("anyjson", _EVERYTHING, _EVERYTHING, _EVERYTHING, refuse)
