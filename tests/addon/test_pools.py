"""The pools of a proxy are made of nurseries that fit, and of none that was made from another policy."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

import engines
from grille.addon import pools, rehearsal
from grille.addon.ancestors import Ancestor
from grille.addon.nursery import Recipe
from grille.addon.workers import Limits, Workers, nursery
from grille.errors import SettingsError
from grille.policy import Policy


async def parents(policy: Policy, nurseries: pools.Nurseries) -> set[int]:
    """The processes from which the workers of both pools were forked."""
    async with AsyncExitStack() as ends:
        found = await pools.started(policy, Limits(workers=1), ends, nurseries)
        pids = [
            int(line.split()[1])
            for each in found
            for worker in each._all
            for line in Path(f"/proc/self/fdinfo/{worker.handle}").read_text().splitlines()
            if line.startswith("Pid:")
        ]
        return {int(Path(f"/proc/{pid}/stat").read_text().split()[3]) for pid in pids}


def made(recipe: Recipe) -> tuple[Ancestor, int]:
    ancestor = nursery(recipe)
    assert ancestor._process is not None
    return ancestor, ancestor._process.pid


def test_a_nursery_is_taken_if_it_was_made_from_the_same(folder: Path) -> None:
    policy = engines.engine(folder).policy
    finder, opener = pools.recipes(pools.entities(policy), policy.languages)
    (first, first_pid), (other, other_pid) = made(finder), made(opener)
    stale = Recipe(finder.module, finder.function, ((), policy.languages))
    found = asyncio.run(parents(policy, [(finder, first), (opener, other)]))
    assert found == {first_pid, other_pid}
    again, pid = made(opener)
    found = asyncio.run(parents(policy, [(stale, again)]))
    assert pid not in found
    assert len(found) == 2
    again.close()


def test_both_pools_are_made_at_the_same_time(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def both() -> None:
        together = asyncio.Barrier(2)

        async def start(_: Workers) -> None:
            async with asyncio.timeout(10):
                await together.wait()

        monkeypatch.setattr(Workers, "start", start)
        async with AsyncExitStack() as ends:
            await pools.started(engines.engine(folder).policy, Limits(), ends)

    asyncio.run(both())


def test_one_that_cannot_be_made_is_told_when_the_other_is_there(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []

    async def start(pool: Workers) -> None:
        if pool._recipe.function == "finder":
            raise SettingsError("no finder")
        await asyncio.sleep(0.01)
        made.append(pool._recipe.function)

    async def both() -> None:
        async with AsyncExitStack() as ends:
            await pools.started(engines.engine(folder).policy, Limits(), ends)

    monkeypatch.setattr(Workers, "start", start)
    with pytest.raises(SettingsError, match="no finder"):
        asyncio.run(both())
    assert made == ["opener"]


def test_what_no_row_names_has_no_detector(folder: Path) -> None:
    policy = engines.engine(folder).policy
    named = {entity for profile in policy.profiles.values() for entity in profile.rows}
    assert {entity.name for entity in pools.entities(policy)} == named | {
        entity.name for entity in rehearsal.policy().sought()
    }


def test_what_tells_silence_is_made_once_for_all_who_are_forked_for_a_policy(folder: Path) -> None:
    first, again = (engines.engine(folder).policy for _ in range(2))
    assert first is not again
    assert pools.silence(pools.entities(first)) is pools.silence(pools.entities(again))
