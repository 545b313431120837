"""The golden messages of every dialect, through the whole engine: a card leaves as a token and comes back,
and put into any other place of a request it does not get out."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from goldens import messages, reading_of

from engines import CARD, JSON, TODAY, engine, exchange, find
from grille.engine import Inspection, inspect
from grille.exchange import Direction, Kind, Outcome, TokenMap, Touch
from grille.framing.message import Message
from oracle import leaks
from test_every_place import address, places, with_card

DIGITS = CARD.replace(" ", "")
TOKEN = "CREDIT_CARD_K7Q2M9XA"
POLICY = """
version: 1
policy: one
mode: enforce
use: [small.yaml]
otherwise: {endpoint: block, client: block, body: block, failure: block}
profiles: {out: {CREDIT_CARD: tokenize}, back: {US_SSN: log}}
endpoints:
  any: {dialect: %s, hosts: [api.openai.com], paths: [/v1/chat/completions], request: out,
        response: {profile: back, restore: all},
        server_side: {allow: ["*.example.com", example.com, "*.googleapis.com", "s3://*"], tools: ["*"]}}
clients: {app: {match: anyone, endpoints: [any]}}
"""
UNTOUCHED = {
    "gemini/request.json": {"/contents/1/parts/1/thoughtSignature"},
    "gemini/request_snake.json": {"/contents/parts/2/thought_signature"},
    "gemini_interactions/request.json": {"/input/1/signature"},
    "bedrock/request.json": {
        "/messages/1/content/0/reasoningContent/reasoningText/signature",
        "/messages/1/content/0/reasoningContent/reasoningText/text",
        "/messages/1/content/2/reasoningContent/redactedContent",
    },
    "bedrock_invoke/request.json": {
        "/messages/1/content/0/signature",
        "/messages/1/content/0/thinking",
        "/messages/1/content/1/data",
    },
    "mistral/request.json": {"/messages/2/content/0/signature", "/messages/2/content/0/thinking/0/text"},
    "openrouter/request.json": {
        "/messages/1/reasoning_details/0/signature",
        "/messages/1/reasoning_details/0/text",
        "/messages/1/reasoning_details/2/data",
    },
}
"""What the provider signed or encrypted: it is not looked at, or only blocking acts on it. Nobody adds one unseen."""
WALKED = [path for path in messages() if path.stem.startswith("request") and path.suffix == ".json"]
ELSEWHERE = {"openai_chat", "openai_responses", "anthropic", "mcp", "anyjson"}
"""These are walked by `test_every_place.py`, with the policy of their providers."""

REQUESTS = [path for path in messages() if path.stem.startswith("request") and DIGITS[:4].encode() in path.read_bytes()]
ANSWERS = [
    path
    for path in messages()
    if path.stem.startswith("answer") and path.suffix in (".json", ".sse") and TOKEN.encode() in path.read_bytes()
]


def named(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


def judged(path: Path, directory: Path, minted: TokenMap | None = None, body: str | None = None) -> Inspection:
    direction = Direction.REQUEST if minted is None else Direction.RESPONSE
    content = (("Content-Type", "text/event-stream"),) if path.suffix == ".sse" else JSON
    message = Message(content, path.read_bytes() if body is None else body.encode(), "/v1/chat/completions")
    running = engine(directory, POLICY % path.parent.name)
    return asyncio.run(inspect(running, exchange("openai", direction), message, find, TODAY, minted or TokenMap()))


@pytest.mark.parametrize("path", REQUESTS, ids=named)
def test_no_card_leaves_in_a_request(path: Path, tmp_path: Path) -> None:
    assert leaks(path.read_bytes(), [DIGITS])
    inspection = judged(path, tmp_path)
    if any(DIGITS[:4] in segment.text and segment.touch is Touch.FIXED for segment in inspection.segments):
        assert inspection.verdict.stops  # a file cannot be rewritten
        return
    assert inspection.verdict.outcome is Outcome.REWRITE
    assert not leaks(inspection.message.body, [DIGITS])
    assert [value.replace(" ", "") for value in inspection.tokens.values.values()].count(DIGITS) >= 1


@pytest.mark.parametrize("path", ANSWERS, ids=named)
def test_a_token_in_an_answer_comes_back_as_the_card(path: Path, tmp_path: Path) -> None:
    inspection = judged(path, tmp_path, TokenMap({TOKEN: CARD}))
    assert inspection.verdict.outcome is Outcome.REWRITE
    again = reading_of(path, inspection.message.body)
    free = [s.text for s in again.segments if s.touch is Touch.FREE and s.kind is not Kind.NAME]
    assert any(CARD in text for text in free)
    assert not any(TOKEN in text for text in free)


@pytest.mark.parametrize("path", [path for path in WALKED if path.parent.name not in ELSEWHERE], ids=named)
def test_a_card_in_any_place_is_blocked_or_hidden(path: Path, tmp_path: Path) -> None:
    document = json.loads(path.read_text("utf-8").replace(CARD, "1").replace(DIGITS, "1"))
    leaking = set()
    for place, in_key in places(document):
        inspection = judged(path, tmp_path, body=with_card(document, place, in_key=in_key))
        if not inspection.verdict.stops and leaks(inspection.message.body, [CARD]):
            leaking.add(address(place) + ("~" if in_key else ""))
    assert leaking == UNTOUCHED.get(named(path), set())
