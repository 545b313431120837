"""What a refusal must be in every dialect."""

from __future__ import annotations

import json
from typing import Any

from grille.dialects import DIALECTS, Denial, Reply

DENIAL = Denial("entity_blocked", "The request holds US_SSN.", "K7Q2M9XA", "7")
RETRIED = {408, 409, 425, 429}


def refused(dialect: str, denial: Denial = DENIAL) -> tuple[Reply, Any]:
    """The reply, and its body as Python reads it."""
    reply = DIALECTS[dialect].refuse(denial)
    assert reply.status not in RETRIED
    assert reply.status < 500
    return reply, json.loads(reply.body) if reply.body else None
