"""What a policy says of tokens: who shares them, and what outlives an exchange. It must not know where it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Scope(Enum):
    """Who shares the token of a value: all exchanges of a client, or those of one session."""

    CLIENT = "client"
    SESSION = "session"


class Keep(Enum):
    """Where a token map is kept after its exchange, for APIs that do not resend what was said."""

    NOTHING = "nothing"
    MEMORY = "memory"
    REDIS = "redis"


@dataclass(frozen=True, slots=True)
class Tokens:
    scope: Scope = Scope.CLIENT
    keep: Keep = Keep.NOTHING
