"""A small policy and a finder of patterns, for tests that need an engine and no language model."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from grille.documents import open_files
from grille.engine import Engine, Inspection, Search, inspect, load_policy
from grille.exchange import (
    Direction,
    Exchange,
    Finding,
    Growing,
    Identity,
    Known,
    Segment,
    TokenMap,
    Transport,
    Watched,
)
from grille.files import File, Opened
from grille.framing.message import Message

KEY = bytes(range(32))
TODAY = date(2026, 11, 23)
CARD, IBAN, SSN = "4111 1111 1111 1111", "GB82 WEST 1234 5698 7654 32", "219-09-9999"
PATTERNS = {
    "CREDIT_CARD": r"(?<!\d)(?:4\d{3}[ -]?\d{4}[ -]?\d{4}[ -]?\d{4})(?!\d)",
    "IBAN_CODE": r"GB\d\d ?[A-Z]{4} ?\d{4} ?\d{4} ?\d{4} ?\d\d",
    "US_SSN": r"\b\d{3}-\d\d-\d{4}\b",
    "PERSON": r"Jane Doe",
    "EMAIL_ADDRESS": r"[a-z.]+@example\.com",
}
PACK = "\n".join(
    ["version: 1", "pack: small", "entities:"]
    + [
        f"  {name}: {{pattern: '{pattern}', score: 0.9, score_with_context: 0.9, examples: ['{example}']}}"
        for (name, pattern), example in zip(
            PATTERNS.items(), (CARD, IBAN, SSN, "Jane Doe", "jane@example.com"), strict=True
        )
    ]
)
POLICY = """
version: 1
policy: small
mode: enforce
use: [small.yaml]
otherwise: {endpoint: block, client: block, body: block, failure: block}
profiles:
  out: {CREDIT_CARD: tokenize, IBAN_CODE: tokenize, PERSON: tokenize, EMAIL_ADDRESS: hash, US_SSN: block}
  ledger_out: {CREDIT_CARD: redact, IBAN_CODE: tokenize}
  back: {CREDIT_CARD: {action: mask, keep_last: 4}, IBAN_CODE: redact}
endpoints:
  openai: {provider: openai, request: out, response: {profile: back, restore: text}}
  strict:
    provider: anthropic
    require: {session_only: {missing: log}, encryption: {tls: "1.3"}}
    request: out
    response: back
  ledger: {dialect: mcp, hosts: [mcp.example.com], paths: [/mcp], tools: {block: ["export_*"]}, request: ledger_out,
           response: {profile: back, restore: never}}
  query:
    dialect: anyjson
    hosts: [api.example.com]
    paths: [/query]
    require: {session_only: {field: /context_window, equals: session_only}}
    request: out
    response: {profile: back, restore: all}
clients:
  app: {match: anyone, endpoints: [openai, strict, ledger, query]}
"""
PLACES = {
    "openai": ("api.openai.com", "/v1/chat/completions"),
    "responses": ("api.openai.com", "/v1/responses"),
    "strict": ("api.anthropic.com", "/v1/messages"),
    "ledger": ("mcp.example.com", "/mcp"),
    "query": ("api.example.com", "/query"),
}
JSON = (("Content-Type", "application/json"),)


def engine(directory: Path, policy: str = POLICY) -> Engine:
    """An engine for `policy`, written into `directory` with its pack."""
    (directory / "small.yaml").write_text(PACK, "utf-8")
    file = directory / "policy.yaml"
    file.write_text(policy, "utf-8")
    return Engine(load_policy(str(file), None), KEY)


def exchange(to: str, direction: Direction = Direction.REQUEST) -> Exchange:
    host, path = PLACES[to]
    transport = Transport("TLSv1.3", "TLS_AES_256_GCM_SHA384", verified=True, client_tls=True)
    return Exchange("x1", direction, "https", host, 443, "POST", path, Identity("127.0.0.1"), transport)


async def find(segments: Sequence[Segment], wanted: frozenset[str]) -> tuple[Finding, ...]:
    """Every pattern of `wanted` in every segment."""
    return tuple(
        Finding(number, found.start(), found.end(), entity, 0.9, "patterns")
        for number, segment in enumerate(segments)
        for entity in sorted(wanted)
        for found in re.finditer(PATTERNS[entity], segment.text)
    )


_UNFINISHED = re.compile(r"(?:GB[0-9A-Z ]*|Jane ?|[0-9][0-9 -]*|[0-9A-Za-z@._-]+)?\Z")


async def watch(texts: Sequence[Growing], wanted: frozenset[str], known: Sequence[Known]) -> Watched:
    """As `find`; whatever could still be a part of a number, a word or an address is not settled."""
    findings: list[Finding] = []
    edges: list[int] = []
    for number, each in enumerate(texts):
        text = each.segment.text
        edge = len(text) if each.closed else max(each.settled, _UNFINISHED.search(text).start())  # type: ignore[union-attr]
        edges.append(edge)
        findings += [
            found._replace(segment=number)
            for found in await find([each.segment], wanted)
            if each.settled <= found.start and found.end <= edge
        ]
    return Watched(tuple(findings), tuple(edges))


async def opening(files: Sequence[File]) -> tuple[Opened, ...]:
    """Files are opened here, as a dry run does."""
    return open_files(files)


SEARCH = Search(find, watch, opening)


def judge(
    running: Engine,
    to: str,
    body: bytes | str,
    headers: tuple[tuple[str, str], ...] = JSON,
    minted: TokenMap | None = None,
    at: Exchange | None = None,
) -> Inspection:
    """Judge a request, or with `minted` an answer."""
    direction = Direction.REQUEST if minted is None else Direction.RESPONSE
    message = Message(headers, body.encode() if isinstance(body, str) else body, PLACES[to][1])
    where = replace(at or exchange(to), direction=direction)
    return asyncio.run(inspect(running, where, message, find, TODAY, minted or TokenMap(), opening=opening))
