"""Streams for tests: the goldens in their real framings, and a rewriter that is fed with them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from goldens import WIRE, kinds, payloads

import engines
from grille.dialects import DIALECTS
from grille.engine import Engine, Inspection
from grille.exchange import Outcome, TokenMap, Verdict
from grille.framing import eventstream
from grille.framing.base import Framing, added
from grille.framing.message import Message
from grille.stream import Rewriter

TOKEN = "CREDIT_CARD_K7Q2M9XA"
MINTED = TokenMap({TOKEN: engines.CARD})
POLICY = """
version: 1
policy: one
mode: %(mode)s
use: [small.yaml]
otherwise: {endpoint: block, client: block, body: %(body)s, failure: block}
profiles: {out: {CREDIT_CARD: tokenize}, back: {US_SSN: %(ssn)s, CREDIT_CARD: %(card)s}}
endpoints:
  any: {dialect: %(dialect)s, hosts: [api.openai.com], paths: [/v1/chat/completions], request: out,
        response: {profile: back, restore: %(restore)s}, stream: {stop: %(stop)s}}
clients: {app: {match: anyone, endpoints: [any]}}
"""
DEFAULTS = {"mode": "enforce", "body": "block", "ssn": "redact", "card": "allow", "restore": "all", "stop": "hard"}


def framed(path: Path) -> tuple[Framing, bytes]:
    """A golden stream as it is on the wire."""
    if path.suffix == ".sse":
        return Framing.SSE, path.read_bytes()
    if path.parent.name == "bedrock":
        return Framing.EVENT_STREAM, b"".join(
            eventstream.message(
                ((":event-type", kind), (":content-type", "application/json"), (":message-type", "event")), payload
            )
            for kind, payload in kinds(path)
        )
    if path.parent.name == "bedrock_invoke":
        return Framing.EVENT_CHUNKS, b"".join(
            added(Framing.EVENT_CHUNKS, payload.decode(), "chunk") for payload in payloads(path)
        )
    return Framing.NDJSON, b"".join(payload + b"\n" for payload in payloads(path))


def array(path: Path) -> tuple[Framing, bytes]:
    """A golden of Gemini as the JSON array that it is without `alt=sse`."""
    events = [line[6:] for line in path.read_text("utf-8").splitlines() if line.startswith("data: ")]
    return Framing.JSON_ARRAY, ("[" + ",\r\n".join(events) + "]").encode()


GOLDENS = sorted(path for path in WIRE.glob("*/answer*") if path.suffix in (".sse", ".ndjson", ".jsonl"))
STREAMS = {f"{path.parent.name}/{path.name}": (path.parent.name, *framed(path)) for path in GOLDENS}
STREAMS["gemini/array"] = ("gemini", *array(WIRE / "gemini/answer.sse"))


def engine_for(folder: Path, dialect: str, **changed: str) -> Engine:
    return engines.engine(folder, POLICY % (DEFAULTS | {"dialect": dialect} | changed))


def rewriter(running: Engine, dialect: str, framing: Framing | None, minted: TokenMap = MINTED) -> Rewriter:
    exchange = replace(engines.exchange("openai"), endpoint="any", clients=("app",))
    asked = Inspection(exchange, Verdict(Outcome.ALLOW), Message((), b""), minted, dialect=DIALECTS[dialect])
    return Rewriter(running, asked, engines.SEARCH, engines.TODAY, minted, framing)


async def flowing(rewriting: Rewriter, chunks: Iterable[bytes]) -> list[list[bytes]]:
    """What goes out after each chunk, and after the end."""
    out = [await rewriting.feed(chunk) for chunk in chunks]
    return [*out, await rewriting.close()]


def rewritten(rewriting: Rewriter, chunks: Iterable[bytes]) -> bytes:
    return b"".join(piece for step in asyncio.run(flowing(rewriting, chunks)) for piece in step)


def cut(body: bytes, places: Sequence[int]) -> list[bytes]:
    ends = [0, *sorted(places), len(body)]
    return [body[start:end] for start, end in pairwise(ends)]


def sse(*events: object, named: bool = False) -> bytes:
    """Events as SSE; with `named`, each under its type."""
    lines = []
    for event in events:
        name = f"event: {event['type']}\n" if named and isinstance(event, dict) else ""
        lines.append(f"{name}data: {event if isinstance(event, str) else json.dumps(event)}\n\n")
    return "".join(lines).encode()
