"""`grille.addon.kept`: tokens that outlive their exchange, in memory and in a store."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from live import Live, chat
from stores import Server

from engines import CARD, KEY, POLICY, engine, exchange
from grille.addon import kept as room
from grille.addon.kept import Kept, Memory, Shared, kept_in
from grille.addon.sealed import Seals
from grille.addon.state import State
from grille.addon.store import Store
from grille.engine import Inspection
from grille.errors import StoreFailed
from grille.exchange import Exchange, Outcome, TokenMap, Verdict
from grille.framing.message import Message
from grille.lasting import Recalled
from grille.policy import Policy
from upstream import RecordingUpstream, answer

ONE, TWO = {"PERSON_A1BCDEFG": "Jane"}, {"PERSON_B2BCDEFG": "Joe"}
NAMES = frozenset(ONE) | frozenset(TWO)


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


def policy(folder: Path, keep: str, store: str = "block") -> Policy:
    text = POLICY.replace("failure: block", f"failure: block, store: {store}")
    return engine(folder, f"{text}\ntokens: {{keep: {keep}}}\n").policy


def to(client: str = "app") -> Exchange:
    return replace(exchange("openai"), clients=(client,))


def asked(minted: Mapping[str, str], client: str = "app", outcome: Outcome = Outcome.REWRITE) -> Inspection:
    return Inspection(to(client), Verdict(outcome), Message((), b""), TokenMap(minted))


def shared(url: str, play: Callable[[Shared], Awaitable[None]], seals: Seals = Seals(KEY)) -> None:  # noqa: B008
    async def scene() -> None:
        store = Store(url)
        try:
            await play(Shared(store, seals))
        finally:
            await store.close()

    asyncio.run(scene())


def test_a_later_exchange_of_the_same_scope_knows_earlier_tokens_and_no_other_does(tmp_path: Path) -> None:
    async def play() -> None:
        kept, keeps = Kept(), policy(tmp_path, "memory")
        await kept.added(keeps, asked(ONE))
        assert (await kept.recall(keeps, to(), NAMES)).values == ONE
        assert (await kept.recall(keeps, to("other"), NAMES)).values == {}

    asyncio.run(play())


def test_a_policy_that_keeps_nothing_keeps_nothing(tmp_path: Path) -> None:
    async def play() -> None:
        kept, forgets = Kept(), engine(tmp_path).policy
        await kept.added(forgets, asked(ONE))
        assert await kept.recall(forgets, to(), NAMES) == Recalled()

    asyncio.run(play())


def test_what_is_not_forwarded_is_not_kept(tmp_path: Path) -> None:
    async def play() -> None:
        kept, keeps = Kept(), policy(tmp_path, "memory")
        await kept.added(keeps, asked(ONE, outcome=Outcome.BLOCK))
        assert (await kept.recall(keeps, to(), NAMES)).values == {}

    asyncio.run(play())


def test_memory_forgets_an_hour_after_a_token_was_last_minted_and_what_is_too_much() -> None:
    async def play() -> None:
        clock = Clock()
        memory = Memory(clock=clock)
        for clock.now, minted in ((0.0, ONE), (10.0, TWO), (3000.0, ONE)):
            await memory.add("app", minted)
        clock.now = 3610.0
        assert await memory.look_up("app", NAMES) == ONE
        clock.now = 6600.0
        assert await memory.look_up("app", NAMES) == {}
        small = Memory(most=1)
        await small.add("app", {**ONE, **TWO})
        assert await small.look_up("app", NAMES) == TWO
        assert "Joe" not in repr(small)

    asyncio.run(play())


def test_another_replica_knows_what_one_put_into_the_store_and_another_scope_does_not(valkey: Server) -> None:
    async def one(kept: Shared) -> None:
        await kept.add("app", {**ONE, **TWO})

    async def two(kept: Shared) -> None:
        assert await kept.look_up("app", NAMES) == {**ONE, **TWO}
        assert await kept.look_up("other", NAMES) == {}

    shared(valkey.url, one)
    shared(valkey.url, two)
    said = valkey.said("KEYS", "*") + b"".join(
        valkey.said("GET", name) for name in valkey.said("KEYS", "*").decode("latin-1").split() if "grille" in name
    )
    assert said.count(b"grille:") == 2
    assert not any(word in said for word in (b"Jane", b"PERSON", b"app"))


def test_what_is_moved_to_another_place_in_the_store_is_not_known(valkey: Server) -> None:
    seals = Seals(KEY)

    async def play(kept: Shared) -> None:
        await kept.add("app", ONE)
        (mine,), (theirs,) = (seals.names("token", scope, *ONE) for scope in ("app", "other"))
        (sealed,) = await kept.store.get([mine])
        assert sealed is not None
        await kept.store.put({theirs: sealed}, 60)
        assert await kept.look_up("other", NAMES) == {}

    shared(valkey.url, play)


def test_a_change_of_the_key_leaves_known_what_was_known(valkey: Server) -> None:
    async def before(kept: Shared) -> None:
        await kept.add("app", ONE)

    async def after(kept: Shared) -> None:
        await kept.add("app", TWO)
        assert await kept.look_up("app", NAMES) == {**ONE, **TWO}

    shared(valkey.url, before)
    shared(valkey.url, after, Seals(bytes(32), [KEY]))


@dataclass
class Counting:
    """A store that tells what was put."""

    put_there: list[int] = field(default_factory=list)

    async def put(self, things: Mapping[bytes, bytes], seconds: float) -> None:
        self.put_there.append(len(things))


def test_what_was_put_there_a_moment_ago_is_not_put_there_again() -> None:
    async def play() -> None:
        clock, store = Clock(), Counting()
        kept = Shared(store, Seals(KEY), clock)  # type: ignore[arg-type]
        for clock.now in (0.0, 10.0, 400.0):
            await kept.add("app", ONE)
        assert store.put_there == [1, 0, 1]

    asyncio.run(play())


@dataclass
class Gone:
    """A place that does not answer."""

    async def add(self, scope: str, minted: Mapping[str, str]) -> None:
        raise StoreFailed("gone")

    async def look_up(self, scope: str, names: frozenset[str]) -> Mapping[str, str]:
        raise StoreFailed("gone")


def test_without_the_store_an_exchange_is_refused(tmp_path: Path) -> None:
    async def play() -> None:
        kept, keeps = Kept(Gone()), policy(tmp_path, "redis")
        with pytest.raises(StoreFailed):
            await kept.added(keeps, asked(ONE))
        with pytest.raises(StoreFailed):
            await kept.recall(keeps, to(), NAMES)
        assert await kept.added(keeps, asked({})) == asked({}), "what mints nothing needs no store"

    asyncio.run(play())


def test_or_it_goes_on_and_the_record_says_so(tmp_path: Path) -> None:
    async def play() -> None:
        kept, keeps = Kept(Gone()), policy(tmp_path, "redis", "log")
        assert (await kept.added(keeps, asked(ONE))).verdict.evidence == (room._NOT_KEPT,)
        assert await kept.recall(keeps, to(), NAMES) == Recalled(lost=True)

    asyncio.run(play())


def test_a_store_that_is_not_there_yet_is_told_of_and_waited_for(
    tmp_path: Path, valkey: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    async def play() -> None:
        state = State(tmp_path / "state")
        async with AsyncExitStack() as ends:
            valkey.stop()
            await kept_in(valkey.url, state, ends)
            assert "the store does not answer" in capsys.readouterr().err
            valkey.start()
            kept = await kept_in(valkey.url, state, ends)
            keeps = policy(tmp_path, "redis")
            await kept.added(keeps, asked(ONE))
            assert (await kept.recall(keeps, to(), NAMES)).values == ONE
            assert capsys.readouterr().err == ""

    asyncio.run(play())


def test_another_proxy_gives_back_what_one_minted_and_neither_does_without_the_store(
    tmp_path: Path, authority: Path, valkey: Server
) -> None:
    minted: list[str] = []

    def serve(request: bytes) -> bytes:
        if found := re.search(rb"CREDIT_CARD_\w{8}", request):
            minted.append(found[0].decode())
        return answer({"choices": [{"index": 0, "message": {"role": "assistant", "content": f"So {minted[-1]}."}}]})

    def kept(ends: AsyncExitStack) -> Kept:
        store = Store(valkey.url)
        ends.push_async_callback(store.close)
        return Kept(Shared(store, Seals(KEY)))

    back = POLICY.replace("back: {CREDIT_CARD: {action: mask, keep_last: 4}, ", "back: {", 1)
    policy = f"{back}\ntokens: {{keep: redis}}\n"
    for name in ("one", "two"):
        shutil.copytree(authority, tmp_path / name / "confdir")
    with RecordingUpstream(serve) as up:
        with Live(tmp_path / "one", up.port, up.ca_file, policy, kept=kept) as one:
            assert CARD in one.post(chat(f"Card {CARD}")).body.decode()
        with Live(tmp_path / "two", up.port, up.ca_file, policy, kept=kept) as two:
            assert CARD in two.post(chat("Which card was it?")).body.decode()
            valkey.stop()
            lost = two.post(chat("Which card was it?"))
            assert (lost.status, CARD in lost.body.decode(), "store" in lost.body.decode()) == (403, False, True)
            assert two.records()[-1]["verdict"] == "error"
            seen = len(up.requests)
            assert two.post(chat(f"Card {CARD}")).status == 403, "what cannot be kept is not sent"
            assert len(up.requests) == seen
        assert not any(CARD.encode() in each for each in up.requests)
