"""`grille providers`."""

from __future__ import annotations

import json

import pytest
from commands import grille

from grille.dialects import providers


def test_it_lists_every_provider_and_every_route_in_120_columns() -> None:
    done = grille("providers")
    assert done.code == 0
    for provider in providers().values():
        assert f"\n{provider.name}\n" in f"\n{done.out}"
        for route in provider.routes:
            assert route.name.removesuffix(" (WebSocket)") in done.out
    assert max(map(len, done.out.splitlines())) <= 120


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("openai", ["api.openai.com", "Authorization: Bearer", "/store=false (default true)", "WebSocket", "never"]),
        ("anthropic", ["x-api-key", "account: attest it", "reviewed 20"]),
        ("gemini", ["?key=", "json array or sse"]),
        ("bedrock", ["AWS4-HMAC-SHA256", "event stream or sse"]),
        ("ollama", ["ndjson or sse", "always"]),
        ("vercel", ["/providerOptions/gateway/zeroDataRetention=true (default false)"]),
    ],
)
def test_one_provider_is_shown_as_the_engine_knows_it(name: str, words: list[str]) -> None:
    out = " ".join(grille("providers", name).out.split())
    assert out.startswith(f"{name} hosts ")
    assert [word for word in words if word not in out] == []


def test_every_row_for_programs_says_where_it_is_from_and_when_it_was_read() -> None:
    done = json.loads(grille("providers", "--format", "json").out)
    rows = [row for provider in done for row in provider["routes"]]
    assert len(rows) == sum(len(provider.routes) for provider in providers().values())
    assert all(row["source"] and row["reviewed"] and row["streams_as"] and row["session_only"] for row in rows)


def test_a_name_that_is_not_there_says_which_are() -> None:
    done = grille("providers", "opnai")
    assert done.code == 2
    assert "openai" in done.err
