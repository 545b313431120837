"""`grille.shadow`: AI at places that no endpoint names is refused or recorded, and other traffic goes on."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from pathlib import Path

import pytest

from engines import CARD, JSON, POLICY, TODAY, engine, exchange, find
from grille.engine import Engine, Inspection, inspect
from grille.exchange import Direction, Outcome
from grille.framing.message import Message
from grille.shadow import dialect_at, provider_at
from oracle import leaks

CHAT = json.dumps({"model": "m", "messages": [{"role": "user", "content": CARD}]}).encode()


def opened(directory: Path, said: str = "", mode: str = "enforce") -> Engine:
    """The small policy, which lets unknown hosts through."""
    policy = POLICY.replace("{endpoint: block, client", f"{{endpoint: log, {said}client")
    return engine(directory, policy.replace("mode: enforce", f"mode: {mode}"))


def judge(
    running: Engine,
    host: str,
    target: str = "/",
    body: bytes = b"",
    headers: tuple[tuple[str, str], ...] = JSON,
    direction: Direction = Direction.REQUEST,
    method: str = "POST",
) -> Inspection:
    where = replace(exchange("openai", direction), host=host, path=target.partition("?")[0], method=method)
    return asyncio.run(inspect(running, where, Message(headers, body, target), find, TODAY))


def test_a_call_to_an_unknown_model_is_refused_in_its_own_dialect(tmp_path: Path) -> None:
    judged = judge(opened(tmp_path), "llm.example.com", "/serve", CHAT)
    assert judged.verdict.stops
    assert [each.code for each in judged.verdict.refusals] == ["shadow_ai"]
    assert judged.verdict.refusals[0].because.name == "otherwise.shadow_ai"
    assert judged.dialect is not None
    assert judged.dialect.name == "openai_chat"
    assert judged.verdict.evidence[-1] == "shadow AI: messages with roles"
    assert not leaks(repr(judged.verdict).encode(), [CARD])


def test_without_the_rule_it_would_leave_unread_and_is_only_recorded(tmp_path: Path) -> None:
    judged = judge(opened(tmp_path, "shadow_ai: log, "), "llm.example.com", "/serve", CHAT)
    assert judged.verdict.outcome is Outcome.ALLOW
    assert leaks(judged.message.body, [CARD])
    assert judged.verdict.evidence == (
        "the endpoint is unknown and no words were judged: otherwise.endpoint is log",
        "shadow AI: messages with roles",
    )
    assert judged.dialect is None


def test_monitoring_records_the_verdict_and_lets_it_go_on(tmp_path: Path) -> None:
    judged = judge(opened(tmp_path, mode="monitor"), "llm.example.com", "/serve", CHAT)
    assert (judged.verdict.outcome, judged.verdict.stops) == (Outcome.BLOCK, False)
    assert judged.dialect is None


def test_a_host_of_the_catalogue_is_refused_whatever_is_asked_of_it(tmp_path: Path) -> None:
    running = opened(tmp_path)
    page = judge(running, "chatgpt.com", "/", b"", (), method="GET")
    assert page.verdict.stops
    assert page.verdict.evidence[-1] == "shadow AI: a host of chatgpt"
    connect = judge(running, "api2.cursor.sh", "/x", b"\x00", (("Content-Type", "application/connect+proto"),))
    assert connect.verdict.stops
    chat = judge(running, "api.groq.com", "/openai/v1/chat/completions", CHAT)
    assert chat.dialect is not None
    assert chat.dialect.name == "openai_chat"


def test_a_call_to_an_unknown_mcp_server_is_answered_with_its_id(tmp_path: Path) -> None:
    body = b'{"jsonrpc": "2.0", "id": "x-1", "method": "tools/call", "params": {"name": "t"}}'
    judged = judge(opened(tmp_path), "tools.example.com", "/rpc", body)
    assert judged.dialect is not None
    assert (judged.dialect.name, judged.reply_to) == ("mcp", '"x-1"')


def test_an_answer_that_turns_out_to_be_mcp_is_refused(tmp_path: Path) -> None:
    headers = (("Content-Type", "text/event-stream"),)
    body = b"event: endpoint\ndata: /messages?sessionId=1\n\n"
    judged = judge(opened(tmp_path), "tools.example.com", "/sse", body, headers, Direction.RESPONSE)
    assert judged.verdict.stops


@pytest.mark.parametrize("body", [b'{"name": "Ann"}', b'{"jsonrpc": "2.0", "id": 1, "method": "eth_call"}'])
def test_other_traffic_goes_on_as_it_came(tmp_path: Path, body: bytes) -> None:
    judged = judge(opened(tmp_path), "api.other.example", "/v1/things", body)
    assert judged.verdict.outcome is Outcome.ALLOW
    assert judged.message.body is body
    assert len(judged.verdict.evidence) == 1


def test_a_host_that_an_endpoint_names_is_not_shadow(tmp_path: Path) -> None:
    judged = judge(opened(tmp_path), "api.openai.com", "/v1/chat/completions", CHAT)
    assert (judged.exchange.endpoint, judged.verdict.outcome) == ("openai", Outcome.REWRITE)


def test_a_host_that_no_provider_has_belongs_to_none() -> None:
    assert provider_at("API.X.AI.", 443) == "xai"
    assert provider_at("localhost", 11434) == "ollama"
    assert provider_at("localhost", 443) is None
    assert provider_at("api.x.ai.example.com", 443) is None


@pytest.mark.parametrize(
    ("host", "path", "dialect"),
    [
        ("api.openai.com", "/v1/chat/completions", "openai_chat"),
        ("api.anthropic.com", "/v1/messages", "anthropic"),
        ("api.mistral.ai", "/v1/chat/completions", "mistral"),
        ("api.openai.com", "/nowhere", None),
        ("llm.example.com", "/v1/chat/completions", None),
    ],
)
def test_a_provider_that_no_endpoint_names_is_refused_in_its_own_dialect(
    host: str, path: str, dialect: str | None, tmp_path: Path
) -> None:
    policy = POLICY.replace("provider: openai", "provider: groq").replace("provider: anthropic", "provider: cohere")
    running = engine(tmp_path, policy)
    where = replace(exchange("openai"), host=host, path=path)
    spoken = dialect_at(where)
    assert (spoken.name if spoken else None) == dialect
    judged = judge(running, host, path, CHAT)
    assert judged.verdict.refusals[0].code == "endpoint_unknown"
    assert judged.dialect is spoken
