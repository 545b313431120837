"""Every place of every dialect at which a provider is pointed at something: refused, unless the policy lists it.

The places are those of the tables. The control is the same request with its host and tool on the list, which
leaves byte for byte.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from engines import engine, judge
from grille.dialects import DIALECTS
from grille.dialects.fields import Care
from grille.exchange import Outcome

POLICY = """
version: 1
policy: one
use: [small.yaml]
profiles: {out: {CREDIT_CARD: tokenize}, back: {US_SSN: log}}
endpoints:
  openai: {dialect: %s, hosts: [api.openai.com], paths: [/v1/chat/completions], request: out, response: back%s}
clients: {app: {match: anyone, endpoints: [openai]}}
"""
LISTED = ', server_side: {allow: [files.example.com], tools: ["*"]}'
URL = "https://files.example.com/a"
STEP = re.compile(r"\.?(?:(\*\*)|(\[\])|\{([^=}]+)=([^}]*)\}|([^.\[\]{}]+))")


def document(where: str, value: object) -> object:
    """The smallest document that has `value` at a place of a table."""
    steps = [match.groups() for match in STEP.finditer(where) if not match[1]]

    def build(at: int) -> object:
        if at == len(steps):
            return value
        _, item, key, choices, name = steps[at]
        if item:
            return [build(at + 1)]
        below = build(at + 1)
        if key:
            assert isinstance(below, dict)
            return {**below, key: choices.split("|")[0].replace("*", "x")}
        return {"tool" if name == "*" else name: below}

    return build(0)


def pointing() -> Iterator[tuple[str, str, str, str]]:
    """Dialect, place, what stands there as JSON, and the code of the refusal."""
    for name, dialect in DIALECTS.items():
        for row in {row.where: row for row in dialect.request.fields}.values():
            if row.care in (Care.POINTER, Care.FILE):
                yield name, row.where, json.dumps(URL), "server_side_host"
            elif row.care is Care.HOSTED:
                presence = row.where.endswith("*") or "." not in row.where
                yield name, row.where, "{}" if presence else '"some_hosted_tool"', "server_side_tool"


PLACES = sorted(set(pointing()))


@pytest.mark.parametrize(("dialect", "where", "value", "code"), PLACES)
def test_what_the_provider_would_reach_is_refused(
    dialect: str, where: str, value: str, code: str, tmp_path: Path
) -> None:
    body = json.dumps(document(where, json.loads(value)))
    inspection = judge(engine(tmp_path, POLICY % (dialect, "")), "openai", body)
    assert code in {refusal.code for refusal in inspection.verdict.refusals}
    assert inspection.verdict.outcome is Outcome.BLOCK


@pytest.mark.parametrize(("dialect", "where", "value", "code"), PLACES)
def test_what_the_policy_lists_leaves_as_it_came(
    dialect: str, where: str, value: str, code: str, tmp_path: Path
) -> None:
    body = json.dumps(document(where, json.loads(value)))
    inspection = judge(engine(tmp_path, POLICY % (dialect, LISTED)), "openai", body)
    assert inspection.verdict.outcome is Outcome.ALLOW, inspection.verdict.refusals
    assert inspection.message.body == body.encode()


def test_every_dialect_whose_provider_reaches_out_has_pointers() -> None:
    assert {name for name, *_ in PLACES} >= set(DIALECTS) - {"mcp", "anyjson"}


@pytest.mark.parametrize(
    ("dialect", "tools"),
    [
        ("openai_chat", [{"type": "function", "function": {"name": "x"}}, {"type": "custom", "custom": {"name": "x"}}]),
        ("openai_responses", [{"type": kind} for kind in ("function", "custom", "local_shell", "apply_patch", "mcp")]),
        ("anthropic", [{"name": "x", "input_schema": {}}, {"type": "bash_20250124", "name": "bash"}]),
        ("gemini", [{"functionDeclarations": [{"name": "x"}]}, {"function_declarations": [{"name": "y"}]}]),
        ("gemini", {"functionDeclarations": {"name": "x", "parameters": {"properties": {"tools": {"type": "ARRAY"}}}}}),
        ("gemini_interactions", [{"type": "function", "name": "x"}]),
        ("mistral", [{"type": "function", "function": {"name": "x"}}]),
        ("cohere", [{"type": "function", "function": {"name": "x"}}]),
        ("bedrock", [{"toolSpec": {"name": "x"}}]),
    ],
)
def test_tools_that_the_caller_runs_need_no_permission(dialect: str, tools: object, tmp_path: Path) -> None:
    body = json.dumps({"toolConfig": {"tools": tools}} if dialect == "bedrock" else {"tools": tools})
    assert not judge(engine(tmp_path, POLICY % (dialect, "")), "openai", body).verdict.stops


@pytest.mark.parametrize(
    ("dialect", "body", "name"),
    [
        ("openai_chat", {"web_search_options": {}}, "web_search_options"),
        ("openai_responses", {"tools": [{"type": "web_search"}]}, "web_search"),
        ("anthropic", {"tools": [{"type": "web_fetch_20260318", "name": "web_fetch"}]}, "web_fetch_20260318"),
        ("gemini", {"tools": [{"googleSearch": {}}]}, "googleSearch"),
        ("gemini", {"tools": [{"url_context": {}}]}, "url_context"),
        ("gemini", {"tools": {"googleSearch": {}}}, "googleSearch"),
        ("gemini", {"generate_content_request": {"tools": {"google_search": {}}}}, "google_search"),
        ("gemini_live", {"setup": {"tools": {"googleSearch": {}}}}, "googleSearch"),
        ("mistral", {"tools": [{"type": "web_search"}]}, "web_search"),
        ("bedrock", {"toolConfig": {"tools": [{"systemTool": {"name": "nova_grounding"}}]}}, "nova_grounding"),
    ],
)
def test_a_tool_of_the_provider_is_allowed_by_its_name(dialect: str, body: object, name: str, tmp_path: Path) -> None:
    for listed, stops in ((name, False), ("another", True)):
        folder = tmp_path / listed
        folder.mkdir()
        running = engine(folder, POLICY % (dialect, f", server_side: {{tools: [{listed}]}}"))
        assert judge(running, "openai", json.dumps(body)).verdict.stops is stops


def test_what_is_absent_or_off_reaches_nothing(tmp_path: Path) -> None:
    running = engine(tmp_path, POLICY % ("openai_chat", ""))
    body = json.dumps({"web_search_options": None, "enable_search": False, "messages": []})
    assert not judge(running, "openai", body).verdict.stops
