"""`grille.addon.counters`: how many different values passed in a while, in memory and in a store."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from live import Live, chat
from stores import Server

from engines import KEY, POLICY, engine
from grille.addon.counters import Counters
from grille.addon.kept import Kept
from grille.addon.sealed import Seals
from grille.addon.store import Store
from grille.errors import StoreFailed
from grille.exchange import Action
from grille.policy import Over, Policy, Quota
from upstream import RecordingUpstream, answer

QUOTA = Quota(("app",), "out", "CREDIT_CARD", 0.5, Over(3, Action.BLOCK, 3600))
REPLY = answer({"choices": [{"index": 0, "message": {"role": "assistant", "content": "fine"}}]})


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


def policy(folder: Path, store: str = "block") -> Policy:
    return engine(folder, POLICY.replace("failure: block", f"failure: block, store: {store}")).policy


async def counts(counters: Counters, by: Policy, *values: str, quota: Quota = QUOTA) -> int:
    return (await counters.count(by, {quota: frozenset(values)})).values[quota]


async def values_are_counted_once_and_only_if_they_may_pass(one: Counters, two: Counters, by: Policy) -> None:
    assert await counts(one, by, "a", "b") == 2
    assert await counts(two, by, "b", "a") == 2, "what comes again is not counted again"
    assert await counts(two, by, "c", "d", "e") == 5, "too many"
    assert await counts(one, by, "a", "c") == 3, "and so none of them passed"
    assert await counts(one, by, "d") == 4
    others = (
        replace(QUOTA, clients=("other",)), replace(QUOTA, entity="PERSON"), replace(QUOTA, profile="back"),
        replace(QUOTA, least=0.9), replace(QUOTA, over=replace(QUOTA.over, within=60)),
    )  # fmt: skip
    for other in others:
        assert await counts(one, by, "d", quota=other) == 1


def test_a_process_counts_by_itself(tmp_path: Path) -> None:
    counters = Counters()
    asyncio.run(values_are_counted_once_and_only_if_they_may_pass(counters, counters, policy(tmp_path)))
    assert b"a" not in [mark for seen in counters._seen.values() for mark in seen]


def sharing(url: str, play: Callable[[Counters, Counters], object]) -> None:
    async def scene() -> None:
        stores = Store(url), Store(url)
        try:
            await play(*(Counters(store, Seals(KEY)) for store in stores))  # type: ignore[misc]
        finally:
            for store in stores:
                await store.close()

    asyncio.run(scene())


def test_replicas_count_together_and_the_store_sees_no_value(tmp_path: Path, valkey: Server) -> None:
    by = policy(tmp_path)
    sharing(valkey.url, lambda one, two: values_are_counted_once_and_only_if_they_may_pass(one, two, by))
    (name, *_) = (each for each in valkey.said("KEYS", "*").split(b"\r\n") if each.startswith(b"grille:"))
    assert not any(word in valkey.said("KEYS", "*") for word in (b"CREDIT", b"app"))
    assert len(name) > 20


def test_many_at_once_are_counted_in_one_step(tmp_path: Path, valkey: Server) -> None:
    by, quota = policy(tmp_path), replace(QUOTA, over=Over(50, Action.BLOCK, 3600))

    async def play(one: Counters, two: Counters) -> None:
        asked = (counts((one, two)[n % 2], by, f"{n}", f"{n + 1}", quota=quota) for n in range(0, 200, 2))
        passed = [total for total in await asyncio.gather(*asked) if total <= 50]
        assert len(passed) == 25

    sharing(valkey.url, play)


def test_a_value_is_forgotten_a_while_after_it_last_passed(tmp_path: Path) -> None:
    async def play() -> None:
        clock, by = Clock(), policy(tmp_path)
        counters = Counters(clock=clock)
        await counts(counters, by, "a", "b")
        clock.now = 3000.0
        await counts(counters, by, "b")
        clock.now = 3601.0
        assert await counts(counters, by, "c") == 2
        clock.now = 6601.0
        assert await counts(counters, by, "d") == 2

    asyncio.run(play())


def test_in_a_store_too(tmp_path: Path, valkey: Server) -> None:
    by, quota = policy(tmp_path), replace(QUOTA, over=Over(3, Action.BLOCK, 1))

    async def play(one: Counters, two: Counters) -> None:
        assert await counts(one, by, "a", "b", quota=quota) == 2
        await asyncio.sleep(1.1)
        assert await counts(two, by, "c", quota=quota) == 1
        await asyncio.sleep(1.1)
        assert b"grille" not in valkey.said("KEYS", "*"), "nothing is left of it"

    sharing(valkey.url, play)


def test_without_the_store_an_exchange_is_refused_or_this_process_counts_alone(tmp_path: Path, valkey: Server) -> None:
    async def play(one: Counters, two: Counters) -> None:
        valkey.stop()
        with pytest.raises(StoreFailed):
            await counts(one, policy(tmp_path), "a")
        found = await two.count(policy(tmp_path, "log"), {QUOTA: frozenset("abc")})
        assert (found.values, found.lost) == ({QUOTA: 3}, True)

    sharing(valkey.url, play)


def test_two_proxies_stop_what_is_an_export_together(tmp_path: Path, authority: Path, valkey: Server) -> None:
    rows = POLICY.replace(
        "CREDIT_CARD: tokenize", "CREDIT_CARD: {action: tokenize, over: {count: 3, within: 1h, action: block}}", 1
    )
    cards = [f"4111 1111 1111 {number}" for number in range(1000, 1008)]

    def kept(ends: AsyncExitStack) -> Kept:
        store = Store(valkey.url)
        ends.push_async_callback(store.close)
        return Kept(counters=Counters(store, Seals(KEY)))

    for name in ("one", "two"):
        shutil.copytree(authority, tmp_path / name / "confdir")
    with RecordingUpstream(lambda _: REPLY) as up:
        with Live(tmp_path / "one", up.port, up.ca_file, rows, kept=kept) as one:
            assert [one.post(chat(f"Card {card}")).status for card in cards[:3]] == [200, 200, 200]
        with Live(tmp_path / "two", up.port, up.ca_file, rows, kept=kept) as two:
            stopped = two.post(chat(f"Card {cards[3]}"))
            assert stopped.status == 403
            assert "more than 3 different values of CREDIT_CARD in 60 minutes" in stopped.body.decode()
            assert two.post(chat(f"Card {cards[0]}")).status == 200, "a value that passed before may pass again"
        assert len(up.requests) == 4
