"""The official MCP client and a real MCP server through `grille run`, in both eras of the protocol."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import mcp
import pytest
from mcp import MCPError
from proxies import Proxy, environment, proxy

from grille.cli.demo.certificates import issue
from grille.cli.demo.upstream import LEDGER, Upstream

URL = f"https://{LEDGER}/mcp"
ERAS = ["legacy", "2026-07-28"]


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Upstream, str]]:
    certificates = issue([LEDGER], tmp_path_factory.mktemp("certificates"))
    with Upstream(certificates) as upstream:
        yield upstream, str(certificates.authority)


@pytest.fixture(scope="module")
def running(ledger: tuple[Upstream, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    upstream, ca_file = ledger
    with proxy(tmp_path_factory.mktemp("run"), "starter", upstream.port, ca_file, [LEDGER]) as started:
        yield started


@pytest.fixture
def through(running: Proxy) -> Iterator[Proxy]:
    with environment(running.variables):
        yield running


async def contacts(mode: str, search: str = "Harbour") -> str:
    async with mcp.Client(URL, mode=mode) as client:
        return _text(await client.call_tool("list-contacts", {"search": search}))


def _text(result: object) -> str:
    return "\n".join(block.text for block in getattr(result, "content", ()) if hasattr(block, "text"))


@pytest.mark.parametrize("mode", ERAS)
def test_a_tool_result_reaches_the_agent_masked(through: Proxy, mode: str) -> None:
    text = asyncio.run(contacts(mode))
    assert "Harbour Bakery" in text
    assert "4111 1111 1111" not in text
    assert "GB82 WEST" not in text


@pytest.mark.parametrize("mode", ERAS)
def test_a_blocked_call_is_the_clients_own_error_and_the_session_goes_on(through: Proxy, mode: str) -> None:
    async def converse() -> tuple[MCPError, str]:
        async with mcp.Client(URL, mode=mode) as client:
            with pytest.raises(MCPError) as caught:
                await client.call_tool("list-contacts", {"search": "SSN 219-09-9999"})
            return caught.value, _text(await client.call_tool("list-contacts", {"search": "Harbour"}))

    error, text = asyncio.run(converse())
    assert error.error.code == -32010
    assert error.error.data["code"] == "entity_blocked"
    assert "219-09" not in str(error)
    assert "Harbour Bakery" in text


POLICY = f"""
version: 1
policy: closed
mode: enforce
use: [entities/payment.yaml]
profiles: {{ledger: {{CREDIT_CARD: tokenize}}}}
endpoints:
  ledger:
    dialect: mcp
    hosts: [{LEDGER}]
    paths: [/mcp]
    request: ledger
    response: {{profile: ledger, restore: text}}
clients:
  anyone: {{match: anyone, endpoints: [ledger]}}
"""


@pytest.mark.parametrize("mode", ERAS)
def test_what_a_call_holds_is_hidden_from_the_server(tmp_path: Path, ledger: tuple[Upstream, str], mode: str) -> None:
    upstream, ca_file = ledger
    (tmp_path / "closed.yaml").write_text(POLICY)
    before = len(upstream.received)
    with (
        proxy(tmp_path, str(tmp_path / "closed.yaml"), upstream.port, ca_file, [LEDGER]) as started,
        environment(started.variables),
    ):
        asyncio.run(contacts(mode, "card 4111 1111 1111 1111"))
    calls = [each.body for each in upstream.received[before:] if "tools/call" in each.body]
    assert calls
    assert all("CREDIT_CARD_" in call and "4111" not in call for call in calls)
