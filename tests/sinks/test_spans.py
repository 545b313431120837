"""What a span says of an exchange, and whose trace it is in."""

from __future__ import annotations

from dataclasses import replace

import pytest
from opentelemetry.semconv._incubating.attributes.gen_ai_attributes import (
    GenAiOperationNameValues,
    GenAiProviderNameValues,
)

from chains import entry
from grille.dialects import providers
from grille.sinks import spans
from grille.sinks.audit import Reason
from grille.sinks.spans import Span, Trace, operation, trace
from grille.sinks.tally import Found

TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"


def test_the_trace_of_the_caller_goes_on() -> None:
    found = trace([f"00-{TRACE}-{PARENT}-01"])
    assert (found.id.hex(), found.parent.hex(), found.sampled) == (TRACE, PARENT, True)
    assert len(found.span) == 8
    assert found.span.hex() != PARENT
    assert not trace([f"00-{TRACE}-{PARENT}-00"]).sampled
    assert trace([f"cc-{TRACE}-{PARENT}-01-what.comes.later"]).id.hex() == TRACE


@pytest.mark.parametrize(
    "said",
    [
        [],
        [""],
        [f"00-{TRACE}-{PARENT}-01"] * 2,
        [f"00-{TRACE}-{PARENT}"],
        [f"00-{TRACE}-{PARENT}-01-more"],
        [f"ff-{TRACE}-{PARENT}-01"],
        [f"00-{TRACE.upper()}-{PARENT}-01"],
        [f"00-{'0' * 32}-{PARENT}-01"],
        [f"00-{TRACE}-{'0' * 16}-01"],
        [f"00-{TRACE}-{PARENT}-01\n"],
    ],
)
def test_where_there_is_none_or_a_wrong_one_a_trace_begins(said: list[str]) -> None:
    found = trace(said)
    assert (len(found.id), len(found.span), found.parent, found.sampled) == (16, 8, b"", True)
    assert found.id.hex() != TRACE
    assert trace(said).id != found.id


def span() -> Span:
    return Span(Trace(b"1" * 16, b"2" * 8), 1)


def test_a_span_says_what_the_records_of_its_exchange_say() -> None:
    found = (Found("CREDIT_CARD", "tokenize", 2, "policy.yaml:1 x", ("/a",)), Found("PERSON", "log", 1, "x", ("/b",)))
    asked = replace(entry(), endpoint="openai", clients=("support",), verdict="rewrite", findings=found)
    asked = replace(asked, route="/v1/chat/completions", dialect="openai_chat", duration_ms=2.5)
    one = span()
    one.take(asked)
    one.take(replace(asked, direction="response", verdict="allow", findings=(), duration_ms=1.0))
    assert one.name() == "chat"
    said = one.attributes({"openai": "azure_openai"})
    assert {name: value for name, value in said.items() if value not in ("", [])} == {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "azure.ai.openai",
        "server.address": "api.openai.com",
        "http.route": "/v1/chat/completions",
        "grille.exchange": "0",
        "grille.endpoint": "openai",
        "grille.clients": ("support",),
        "grille.dialect": "openai_chat",
        "grille.enforced": True,
        "grille.policy": "p",
        "grille.policy.digest": "0" * 64,
        "grille.request.verdict": "rewrite",
        "grille.request.judging_ms": 2.5,
        "grille.request.findings": 3,
        "grille.request.entities": ["CREDIT_CARD", "PERSON"],
        "grille.response.verdict": "allow",
        "grille.response.judging_ms": 1.0,
        "grille.response.findings": 0,
    }


def test_what_was_stopped_is_no_failure_and_a_failure_is_an_error() -> None:
    blocked, failed = span(), span()
    blocked.take(replace(entry(), verdict="block", reasons=(Reason("entity_blocked", "x"),), incident="K7Q2M9XA"))
    assert blocked.attributes({})["grille.stopped"] == "entity_blocked"
    assert blocked.attributes({})["grille.incident"] == "K7Q2M9XA"
    assert not blocked.failed
    failed.take(entry())
    failed.take(replace(entry(), direction="response", verdict="error", reasons=(Reason("upstream_failed", "x"),)))
    assert failed.failed
    assert failed.attributes({})["error.type"] == "upstream_failed"


def test_of_the_many_messages_of_a_websocket_all_count() -> None:
    found = (Found("CREDIT_CARD", "block", 2, "policy.yaml:1 x", ("/a",)),)
    one = span()
    for verdict, findings in (("allow", ()), ("block", found), ("rewrite", found)):
        one.take(replace(entry(), verdict=verdict, findings=findings, duration_ms=1.1))
    said = one.attributes({})
    assert said["grille.request.verdict"] == "block"
    assert (said["grille.request.findings"], said["grille.request.entities"]) == (4, ["CREDIT_CARD"])
    assert said["grille.request.judging_ms"] == 3.3
    assert "grille.response.verdict" not in said


def test_a_span_without_a_route_has_a_name() -> None:
    one = span()
    assert one.name() == "exchange"
    one.take(replace(entry(), endpoint="ledger"))
    assert one.name() == "ledger"
    one = span()
    one.take(replace(entry(), route="/mcp"))
    assert one.name() == "/mcp"
    assert "gen_ai.operation.name" not in one.attributes({})


def test_names_are_those_of_the_conventions() -> None:
    known = {each.value for each in GenAiOperationNameValues}
    routes = {route.name for provider in providers().values() for route in provider.routes}
    assert {operation(route) for route in routes} - {""} <= known
    assert {operation(route) for route in routes} >= {"chat", "embeddings", "text_completion", "generate_content"}
    assert set(spans._PROVIDERS.values()) <= {each.value for each in GenAiProviderNameValues}
    assert set(spans._PROVIDERS) <= set(providers())


@pytest.mark.parametrize(
    ("route", "does"),
    [
        ("/v1/chat/completions", "chat"),
        ("/v1/completions", "text_completion"),
        ("/model/{model}/converse", "chat"),
        ("/v1beta/models/{model}:generateContent", "generate_content"),
        ("/v2/embed", "embeddings"),
        ("/v1/models", ""),
        ("/mcp", ""),
        ("", ""),
    ],
)
def test_what_a_route_is_for_is_told_by_its_end(route: str, does: str) -> None:
    assert operation(route) == does
