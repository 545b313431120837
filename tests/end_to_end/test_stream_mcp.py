"""MCP in streams: both eras of the protocol, and the transport before them, whose one stream never ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import anyio
import mcp
import mcp_types
import pytest
from ledger import STEPS, Ledger
from mcp.client.sse import sse_client
from mcp_types import ElicitResult
from saying import CARD, EMAIL, STRANGE
from streams import LEDGER, Way

from oracle import leaks
from streaming_upstream import Tap

SEARCH = f"card {CARD} of {EMAIL}"
ERAS = ["legacy", "2026-07-28"]


def url(way: Way, ledger: Ledger, path: str) -> str:
    return way.to(LEDGER, ledger.port) + path


@asynccontextmanager
async def connected(way: Way, ledger: Ledger, mode: str, **more: Any) -> AsyncIterator[mcp.Client]:
    """A client in one of the eras, or over the transport before them, for at most as long as a test may take."""
    if mode == "sse":
        made = mcp.Client(sse_client(url(way, ledger, "/sse")), mode="legacy", **more)
    else:
        made = mcp.Client(url(way, ledger, "/mcp"), mode=mode, **more)
    with anyio.fail_after(20):
        async with made as client:
            yield client


async def look_up(client: mcp.Client, tap: Tap | None = None) -> tuple[list[str], str]:
    """Every report of progress, each of which lets the next one out, and the result."""
    reports: list[str] = []

    async def report(progress: float, total: float | None, message: str | None) -> None:
        reports.append(message or "")
        if tap is not None:
            tap.let()

    result = await client.call_tool("look_up", {"search": SEARCH}, progress_callback=report)
    return reports, result.content[0].text


def expected(way: Way, search: str) -> tuple[list[str], str]:
    other, ssn = way.reads.other, way.reads.ssn
    reports = [f"{step}: {search}, not {other}" for step in range(STEPS)]
    return reports, f"Found {search}. Others: {other}, SSN {ssn}."


@pytest.mark.parametrize("mode", ERAS)
def test_progress_and_result_come_restored_and_event_by_event(way: Way, ledger: Ledger, mode: str) -> None:
    """Each report is sent only after the one before it has arrived."""

    async def converse() -> tuple[list[str], str]:
        async with connected(way, ledger, mode) as client:
            return await look_up(client, ledger.tap)

    ledger.tap, before = Tap(1), len(ledger.received)
    reports, text = asyncio.run(converse())
    assert (reports, text) == expected(way, SEARCH)
    assert bool(leaks("\n".join([*reports, text]).encode(), STRANGE)) is not bool(way.proxy)
    sent = "".join(ledger.received[before:]).encode()
    assert leaks(sent, [CARD, EMAIL]) == (set() if way.proxy else {CARD, EMAIL})


def test_the_old_transport_flows_event_by_event(way: Way, ledger: Ledger) -> None:
    """Everything that the server says comes on one stream that a GET opened and that never ends: the address to
    post to, each answer, each report. What was said in a POST is another exchange's, so tokens may stay."""

    async def converse() -> tuple[list[Any], list[Any]]:
        async with connected(way, ledger, "sse") as client:
            tools = [tool.name for tool in (await client.list_tools()).tools]
            first = await look_up(client, ledger.tap)
            ledger.tap = Tap(1)
            return tools, [first, await look_up(client, ledger.tap)]

    ledger.tap, before = Tap(1), len(ledger.received)
    tools, (first, second) = asyncio.run(converse())
    assert tools == ["look_up", "confirm", "greet", "announce"]
    assert first == second
    search = first[1].removeprefix("Found ").partition(". ")[0]
    assert first == expected(way, search)
    sent = "".join(ledger.received[before:]).encode()
    assert search == SEARCH or search.encode() in sent
    assert leaks(sent, [CARD, EMAIL]) == (set() if way.proxy else {CARD, EMAIL})


def test_a_question_to_the_user_and_its_answer_pass_through_the_stream(way: Way, ledger: Ledger) -> None:
    asked: list[str] = []

    async def answer(context: Any, params: mcp_types.ElicitRequestFormParams) -> ElicitResult:
        asked.append(params.message)
        return ElicitResult(action="accept", content={"card": CARD})

    async def converse() -> str:
        async with connected(way, ledger, "legacy", elicitation_callback=answer) as client:
            return (await client.call_tool("confirm", {"search": SEARCH})).content[0].text

    before = len(ledger.received)
    text = asyncio.run(converse())
    assert asked == [f"May I look for {SEARCH}, and not for {way.reads.other}?"]
    assert text == f"The user says {CARD}."
    sent = "".join(ledger.received[before:]).encode()
    assert leaks(sent, [CARD]) == (set() if way.proxy else {CARD})


def test_the_stream_that_a_client_opens_to_listen(way: Way, ledger: Ledger) -> None:
    """What belongs to no request comes on a GET of its own, while other requests come and go."""
    heard: list[str] = []

    async def converse() -> None:
        told = anyio.Event()

        async def listen(message: Any) -> None:
            heard.append(type(message).__name__)
            told.set()

        async with connected(way, ledger, "legacy", message_handler=listen) as client:
            while not told.is_set():
                await client.call_tool("announce", {})
                with anyio.move_on_after(0.2):
                    await told.wait()

    asyncio.run(converse())
    assert set(heard) == {"ResourceListChangedNotification"}


def test_a_client_that_leaves_in_the_middle_does_not_end_the_next_one(guarded: Way, ledger: Ledger) -> None:
    async def leave() -> None:
        async with connected(guarded, ledger, "2026-07-28") as client:
            with anyio.move_on_after(0.5):
                await look_up(client)

    ledger.tap = Tap(1)
    asyncio.run(leave())
    ledger.tap.open()

    async def converse() -> tuple[list[str], str]:
        async with connected(guarded, ledger, "2026-07-28") as client:
            return await look_up(client)

    assert asyncio.run(converse()) == expected(guarded, SEARCH)
