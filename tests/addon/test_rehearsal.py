"""The self-test passes on a stack that works, and fails on each that does not, with a sentence of its own."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from live import CONFDIR, NOW, Live

import engines
from grille.addon import journal, passing, rehearsal
from grille.addon.addon import Grille, Rehearsal
from grille.addon.identity import Checks, Identities
from grille.addon.rehearsal import CANARY, ENTITY, HOST, SelfTestFailed, Witness, rehearse
from grille.addon.stack import Loop, Stack, Wiring
from grille.engine import Engine, Find, Inspection, Search, inspect
from grille.exchange import Exchange, Finding, Outcome, Segment, TokenMap, Verdict
from grille.framing.message import Message
from grille.sinks.audit import Audit

KEY = bytes(range(32))


async def seeing(segments: Sequence[Segment], wanted: frozenset[str]) -> tuple[Finding, ...]:
    """Finds the canary."""
    return tuple(
        Finding(number, segment.text.index(CANARY), segment.text.index(CANARY) + len(CANARY), ENTITY, 1.0, "test")
        for number, segment in enumerate(segments)
        if CANARY in segment.text and ENTITY in wanted
    )


async def blind(segments: Sequence[Segment], wanted: frozenset[str]) -> tuple[Finding, ...]:
    return ()


async def broken(segments: Sequence[Segment], wanted: frozenset[str]) -> tuple[Finding, ...]:
    raise RuntimeError(CANARY)


def play(folder: Path, find: Find = seeing, engine: Engine | None = None) -> bytes:
    """The self-test on a stack of its own; what arrived at the witness."""

    async def scene() -> bytes:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, Loop)
        async with Witness().listening() as witness, AsyncExitStack() as ends:
            loop.elsewhere[HOST, 80] = ("127.0.0.1", witness.port)
            audit = Audit(str(folder / "audit.jsonl"))
            ends.callback(audit.close)
            grille = Grille(Live(folder).engine, Search(find, engines.watch), audit, Identities(Checks()), lambda: NOW)
            grille.rehearsal = Rehearsal(HOST, engine or Engine(rehearsal.policy(), KEY))
            stack = Stack(grille, Wiring(folder / CONFDIR, 1 << 20))
            await stack.start()
            ends.push_async_callback(stack.stop)
            _, port = await stack.listen(("127.0.0.1", 0))
            await rehearse(witness, port)
            return witness.received

    notes = journal.install()
    notes.starting = False
    try:
        with asyncio.Runner(loop_factory=Loop) as runner:
            return runner.run(scene())
    finally:
        journal.uninstall(notes)


# -- the stack -------------------------------------------------------------------------------------


def test_a_stack_that_works_passes_and_no_card_arrives(folder: Path) -> None:
    received = play(folder)
    assert b"A message without any number." in received
    assert CANARY.encode() not in received
    assert f"{ENTITY}_".encode() in received
    assert b"/stop" not in received


def test_its_records_hold_no_card(folder: Path) -> None:
    play(folder)
    records = [json.loads(line) for line in (folder / "audit.jsonl").read_text("utf-8").splitlines()]
    assert {record["policy"]["name"] for record in records} == {"grille-self-test"}
    assert "4111 1111" not in json.dumps(records)


def test_a_detector_that_finds_nothing_is_noticed(folder: Path) -> None:
    with pytest.raises(SelfTestFailed, match="should have been swapped arrived at the upstream"):
        play(folder, blind)


def test_an_engine_that_allows_everything_is_noticed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def allow(
        engine: Engine,
        exchange: Exchange,
        message: Message,
        find: Find,
        today: object,
        minted: TokenMap | None = None,
        **_: bool,
    ) -> Inspection:
        return Inspection(exchange, Verdict(Outcome.ALLOW), message, tokens=minted or TokenMap())

    monkeypatch.setattr(passing, "inspect", allow)
    with pytest.raises(SelfTestFailed, match="should have been swapped arrived at the upstream"):
        play(folder)


def test_an_engine_that_forgets_to_stop_is_noticed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def never_stop(
        engine: Engine,
        exchange: Exchange,
        message: Message,
        find: Find,
        today: object,
        minted: TokenMap | None = None,
        **_: bool,
    ) -> Inspection:
        found = await inspect(engine, exchange, message, find, NOW.date(), minted or TokenMap())
        verdict = (
            replace(found.verdict, outcome=Outcome.ALLOW, enforced=False) if found.verdict.stops else found.verdict
        )
        return replace(found, verdict=verdict)

    monkeypatch.setattr(passing, "inspect", never_stop)
    with pytest.raises(SelfTestFailed, match="should have been blocked arrived at the upstream"):
        play(folder)


def test_a_stack_that_lets_nothing_through_is_noticed(folder: Path) -> None:
    with pytest.raises(SelfTestFailed, match=r"did not pass \(status 403\)"):
        play(folder, broken)


# -- other proxies ---------------------------------------------------------------------------------

type Reply = Callable[[str, bytes, "Reach"], Awaitable[bytes]]


@dataclass(frozen=True)
class Reach:
    """The way to the witness, for a proxy that is none."""

    port: int

    async def forward(self, path: str, body: bytes) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(http(f"POST {path} HTTP/1.1", body))
        answer = await reader.read()
        writer.close()
        await writer.wait_closed()
        return answer


def http(start: str, body: bytes) -> bytes:
    return f"{start}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def against(reply: Reply) -> None:
    """The self-test against a proxy that answers with `reply`."""

    async def scene() -> None:
        async with Witness().listening() as witness:

            async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
                path = "/" + head.split(b" ")[1].decode().rpartition("/")[2]
                writer.write(await reply(path, await reader.readexactly(length), Reach(witness.port)))
                writer.close()

            async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
                await rehearse(witness, server.sockets[0].getsockname()[1])

    asyncio.run(scene())


async def transparent(path: str, body: bytes, to: Reach) -> bytes:
    return await to.forward(path, body)


async def one_way(path: str, body: bytes, to: Reach) -> bytes:
    """It hides, and never restores."""
    return await to.forward(path, body.replace(CANARY.encode(), f"{ENTITY}_A1".encode()))


def swapping(stopped: bytes) -> Reply:
    async def swap(path: str, body: bytes, to: Reach) -> bytes:
        if path == "/stop":
            return stopped
        token = f"{ENTITY}_A1".encode()
        return (await to.forward(path, body.replace(CANARY.encode(), token))).replace(token, CANARY.encode())

    return swap


async def deaf(path: str, body: bytes, to: Reach) -> bytes:
    return http("HTTP/1.1 200 OK", body)


async def nonsense(path: str, body: bytes, to: Reach) -> bytes:
    return b"\x00\x01\x02"


def test_a_proxy_that_forwards_everything_fails() -> None:
    with pytest.raises(SelfTestFailed, match="should have been swapped arrived"):
        against(transparent)


def test_a_proxy_that_does_not_give_the_card_back_fails() -> None:
    with pytest.raises(SelfTestFailed, match=r"swapped for a token and back \(status 200\)"):
        against(one_way)


@pytest.mark.parametrize("proxy", [deaf, nonsense])
def test_a_proxy_whose_messages_never_arrive_fails(proxy: Reply) -> None:
    with pytest.raises(SelfTestFailed, match="did not pass"):
        against(proxy)


@pytest.mark.parametrize(
    "stopped",
    [
        http("HTTP/1.1 200 OK", b'{"incident": "X"}'),
        http("HTTP/1.1 403 No", b"no"),
        http("HTTP/1.1 403 No", f'{{"incident": "{CANARY}"}}'.encode()),
    ],
)
def test_a_block_that_is_not_answered_as_it_should_be_fails(stopped: bytes) -> None:
    with pytest.raises(SelfTestFailed, match="not answered as it should be"):
        against(swapping(stopped))


def test_a_proxy_that_does_everything_passes() -> None:
    against(swapping(http("HTTP/1.1 403 No", b'{"incident": "X"}')))


def test_a_proxy_that_says_nothing_fails_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    async def silent(path: str, body: bytes, to: Reach) -> bytes:
        await asyncio.sleep(0.5)
        return b""

    monkeypatch.setattr(rehearsal, "SECONDS", 0.1)
    with pytest.raises(SelfTestFailed, match="did not answer"):
        against(silent)


def test_a_proxy_that_is_not_there_fails() -> None:
    async def scene() -> None:
        async with Witness().listening() as witness:
            async with await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", 0) as server:
                port = server.sockets[0].getsockname()[1]
            await rehearse(witness, port)

    with pytest.raises(SelfTestFailed, match="did not answer"):
        asyncio.run(scene())


# -- the witness and the policy --------------------------------------------------------------------


def test_the_witness_survives_what_is_no_request() -> None:
    async def scene() -> bytes:
        async with Witness().listening() as witness:
            for raw in (b"", b"GET", b"GET / HTTP/1.1\r\n\r\n", b"GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n"):
                reader, writer = await asyncio.open_connection("127.0.0.1", witness.port)
                writer.write(raw)
                writer.write_eof()
                assert await reader.read() == b""
                writer.close()
                await writer.wait_closed()
            return witness.received

    assert asyncio.run(scene()).startswith(b"GET / HTTP/1.1")


def test_the_policy_of_the_self_test_is_for_a_host_that_is_nobodys() -> None:
    patterns = [pattern for endpoint in rehearsal.policy().endpoints.values() for pattern in endpoint.hosts]
    assert HOST.endswith(".invalid")
    assert patterns
    assert all(each.matches(HOST, 80) for each in patterns)
    assert not any(each.matches(other, 80) for each in patterns for other in ("api.openai.com", "a." + HOST))
