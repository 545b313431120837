"""The official MCP client through the proxy, in both eras: tools, resources and prompts, let through, rewritten,
refused. What the server gets is compared with what the very same call sends without a proxy."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import anyio
import mcp
import pytest
from ledger import Ledger
from mcp import MCPError
from saying import CARD, SSN
from streams import ASKED_LEDGER, Way

from oracle import leaks

DIGITS = CARD.replace(" ", "")
ERAS = ["legacy", "2026-07-28"]


async def tool(client: mcp.Client, words: str) -> str:
    result = await client.call_tool("greet", {"name": words})
    return str(result.content[0].text)  # type: ignore[union-attr]


async def resource(client: mcp.Client, words: str) -> str:
    result = await client.read_resource(f"ledger://cards/{words}")
    return str(result.contents[0].text)  # type: ignore[union-attr]


async def prompt(client: mcp.Client, words: str) -> str:
    result = await client.get_prompt("explain", {"card": words})
    return str(result.messages[0].content.text)  # type: ignore[union-attr]


CALLS = {"tools/call": tool, "resources/read": resource, "prompts/get": prompt}
SAID = {
    "tools/call": "Hello {}.",
    "resources/read": "Card {} is over its limit.",
    "prompts/get": "Why was {} declined?",
}

type Call = Callable[[mcp.Client, str], Awaitable[Any]]


def asked(way: Way, ledger: Ledger, era: str, call: Call, *words: str) -> tuple[list[Any], list[str]]:
    """What the client reads, or the error that it raises, for each of `words`; and the bodies that got through."""

    async def converse() -> list[Any]:
        read: list[Any] = []
        with anyio.fail_after(20):
            async with mcp.Client(f"{way.to(ASKED_LEDGER, ledger.port)}/mcp", mode=era) as client:
                for each in words:
                    try:
                        read.append(await call(client, each))
                    except MCPError as error:
                        read.append(error)
        return read

    before = len(ledger.received)
    return asyncio.run(converse()), ledger.received[before:]


def calls(bodies: list[str], method: str) -> list[str]:
    return [body for body in bodies if json.loads(body)["method"] == method]


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize("method", CALLS)
def test_a_clean_call_leaves_as_the_client_wrote_it(
    request: pytest.FixtureRequest, ledger: Ledger, method: str, era: str
) -> None:
    sent = {}
    for name in ("direct", "guarded"):
        way = request.getfixturevalue(name)
        read, bodies = asked(way, ledger, era, CALLS[method], "4111")
        assert read == [SAID[method].format("4111")]
        (sent[name],) = calls(bodies, method)
    assert sent["guarded"] == sent["direct"]


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize("method", CALLS)
def test_a_card_is_a_token_for_the_server(way: Way, ledger: Ledger, method: str, era: str) -> None:
    """Without the proxy it is there: the negative control. It is not restored here, because MCP servers
    are asked with `restore: never` unless a policy says otherwise."""
    read, bodies = asked(way, ledger, era, CALLS[method], DIGITS)
    (sent,) = calls(bodies, method)
    if way.proxy is None:
        assert leaks(sent.encode(), [DIGITS]) == {DIGITS}
        assert read == [SAID[method].format(DIGITS)]
    else:
        assert not leaks("".join(bodies).encode(), [DIGITS])
        assert "CREDIT_CARD_" in sent
        assert "CREDIT_CARD_" in read[0]


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize("method", CALLS)
def test_a_forbidden_call_is_the_clients_own_error_and_the_session_goes_on(
    guarded: Way, ledger: Ledger, method: str, era: str
) -> None:
    (error, read), bodies = asked(guarded, ledger, era, CALLS[method], SSN, "4111")
    assert isinstance(error, MCPError)
    assert (error.error.code, error.error.data["code"]) == (-32010, "entity_blocked")
    assert "US_SSN" in str(error)
    assert SSN not in str(error)
    assert read == SAID[method].format("4111")
    assert len(calls(bodies, method)) == 1
    assert SSN not in "".join(bodies)
