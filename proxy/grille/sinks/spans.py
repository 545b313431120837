"""One span an exchange: what its audit records say together, for a trace.

A span holds what the records hold, and the ids of the trace: those of the caller's `traceparent`, or new ones. Names
are those of the semantic conventions for HTTP and generative AI; what these have no name for begins with `grille.`.
The model, the status and the method are not in a record, so they are in no span either.

This module must not see a message or a header but `traceparent`, and of that only two numbers: `tracestate` is free
text of the caller.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from grille.sinks.audit import Record

type Attribute = str | int | float | bool | Sequence[str]

_TRACEPARENT = re.compile(r"(?!ff)([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?")
_SAMPLED = 1
_OPERATIONS = (
    ("/chat/completions", "chat"), ("/responses", "chat"), ("/messages", "chat"), ("/chat", "chat"),
    ("/converse", "chat"), ("/interactions", "chat"), ("/conversations", "chat"), (":rawPredict", "chat"),
    ("/invoke", "chat"), (":generateContent", "generate_content"), ("/embeddings", "embeddings"),
    ("/embed", "embeddings"), ("/completions", "text_completion"), ("/completion", "text_completion"),
    ("/api/generate", "text_completion"),
)  # fmt: skip
"""What a route is for, by its end; the first that fits. Of others the conventions know no operation."""
_PROVIDERS = {
    "openai": "openai", "azure_openai": "azure.ai.openai", "anthropic": "anthropic", "gemini": "gcp.gemini",
    "vertex": "gcp.vertex_ai", "bedrock": "aws.bedrock", "mistral": "mistral_ai", "cohere": "cohere", "xai": "x_ai",
    "groq": "groq", "deepseek": "deepseek", "perplexity": "perplexity",
}  # fmt: skip
"""The conventions' names for providers of the catalogue; others are called as there."""


_VERDICTS = ("", "allow", "rewrite", "block", "error")
_NAMELESS = "exchange"


@dataclass(frozen=True, slots=True)
class Trace:
    """Where a span is in its trace. `parent` is empty in the first one."""

    id: bytes
    span: bytes
    parent: bytes = b""
    sampled: bool = True


def trace(traceparent: Sequence[str]) -> Trace:
    """The trace that a caller is in, or a new one, when he says none or not in W3C's form."""
    found = _TRACEPARENT.fullmatch(traceparent[0]) if len(traceparent) == 1 else None
    if found is None or (found[1] == "00" and len(found[0]) != 55):
        return Trace(secrets.token_bytes(16), secrets.token_bytes(8))
    whole, parent, flags = (bytes.fromhex(found[number]) for number in (2, 3, 4))
    if not any(whole) or not any(parent):
        return Trace(secrets.token_bytes(16), secrets.token_bytes(8))
    return Trace(whole, secrets.token_bytes(8), parent, bool(flags[0] & _SAMPLED))


@dataclass(slots=True)
class Side:
    """What was said in one direction: one message, or the many of a WebSocket, of which the gravest verdict counts."""

    verdict: str = ""
    judging_ms: float = 0.0
    findings: int = 0
    entities: set[str] = field(default_factory=set)

    def take(self, entry: Record) -> None:
        self.verdict = max(self.verdict, entry.verdict, key=_VERDICTS.index)
        self.judging_ms = round(self.judging_ms + entry.duration_ms, 3)
        self.findings += sum(found.count for found in entry.findings)
        self.entities |= {found.entity for found in entry.findings}


@dataclass(slots=True)
class Span:
    """An exchange under way; times in nanoseconds since 1970."""

    trace: Trace
    began: int
    ended: int = 0
    first: Record | None = None
    stopped: str = ""
    sides: dict[str, Side] = field(default_factory=dict)

    def take(self, entry: Record) -> None:
        """A record of this exchange."""
        self.first = self.first or entry
        self.sides.setdefault(entry.direction, Side()).take(entry)
        if entry.reasons and not self.stopped:
            self.stopped = entry.reasons[0].code

    @property
    def failed(self) -> bool:
        return any(side.verdict == "error" for side in self.sides.values())

    def name(self) -> str:
        first = self.first
        return (operation(first.route) or first.route or first.endpoint or _NAMELESS) if first else _NAMELESS

    def attributes(self, providers: Mapping[str, str]) -> dict[str, Attribute]:
        """What is known. `providers` are the policy's, by endpoint."""
        if self.first is None:
            return {}
        said = whole(self.first)
        does = operation(self.first.route)
        if does:
            provider = providers.get(self.first.endpoint, "")
            said |= {"gen_ai.operation.name": does, "gen_ai.provider.name": _PROVIDERS.get(provider, provider)}
        for direction, side in self.sides.items():
            said[f"grille.{direction}.verdict"] = side.verdict
            said[f"grille.{direction}.judging_ms"] = side.judging_ms
            said[f"grille.{direction}.findings"] = side.findings
            said[f"grille.{direction}.entities"] = sorted(side.entities)
        said["error.type" if self.failed else "grille.stopped"] = self.stopped
        return said


def whole(entry: Record) -> dict[str, Attribute]:
    """What a record and a span of its exchange both say."""
    return {
        "server.address": entry.host,
        "http.route": entry.route,
        "grille.exchange": entry.id,
        "grille.endpoint": entry.endpoint,
        "grille.clients": entry.clients,
        "grille.dialect": entry.dialect,
        "grille.enforced": entry.enforced,
        "grille.incident": entry.incident,
        "grille.policy": entry.policy.name,
        "grille.policy.digest": entry.policy.digest,
    }


def operation(route: str) -> str:
    """What a route of the catalogue is for, in the conventions' words; empty for others."""
    return next((does for end, does in _OPERATIONS if route.endswith(end)), "")
