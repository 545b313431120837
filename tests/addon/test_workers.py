"""A late, dead or lying worker fails one job and no other."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from processes import ends

from grille.addon.nursery import Recipe
from grille.addon.workers import Limits, Workers
from grille.errors import DetectionFailed, SettingsError
from grille.exchange import Growing, Kind, Known, Segment, Watched
from grille.sinks.metrics import Pool

GOOD = Recipe("finders", "obedient")
WANTED = frozenset({"CREDIT_CARD"})
CARD = "4111 1111 1111 1111"


def words(text: str) -> list[Segment]:
    return [Segment("/text", Kind.TEXT, text)]


@asynccontextmanager
async def running(limits: Limits, recipe: Recipe = GOOD) -> AsyncIterator[Workers]:
    workers = Workers(recipe, limits)
    try:
        await workers.start()
        yield workers
    finally:
        await workers.stop()


async def pid_of(workers: Workers) -> int:
    with pytest.raises(DetectionFailed) as caught:
        await workers.find(words("#pid"), WANTED)
    return int(caught.value.problem)


async def gone(pid: int) -> bool:
    return await asyncio.to_thread(ends, pid)


def test_findings_come_back_with_their_places() -> None:
    async def scene() -> None:
        async with running(Limits(workers=1)) as workers:
            found = await workers.find(words(f"it is {CARD}."), WANTED)
            assert [(each.start, each.end, each.entity) for each in found] == [(6, 25, "CREDIT_CARD")]

    asyncio.run(scene())


def test_nothing_wanted_is_no_work() -> None:
    asyncio.run(Workers(GOOD).find(words(CARD), frozenset()))


@pytest.mark.parametrize("trouble", ["#hang", "#sleep"])
def test_a_late_worker_fails_its_job_in_time_and_is_replaced(trouble: str) -> None:
    async def scene() -> None:
        async with running(Limits(workers=1, seconds=0.3)) as workers:
            before = await pid_of(workers)
            start = time.monotonic()
            with pytest.raises(DetectionFailed, match="not done after"):
                await workers.find(words(trouble), WANTED)
            assert time.monotonic() - start < 1
            assert await workers.find(words(CARD), WANTED)
            assert await gone(before)
            assert await pid_of(workers) != before

    asyncio.run(scene())


@pytest.mark.parametrize("trouble", ["#crash", "#raise 4111 1111 1111 1111"])
def test_a_worker_that_ends_fails_its_job_without_a_word(trouble: str, capfd: pytest.CaptureFixture[str]) -> None:
    async def scene() -> None:
        async with running(Limits(workers=1)) as workers:
            with pytest.raises(DetectionFailed, match="the worker ended"):
                await workers.find(words(trouble), WANTED)
            assert await workers.find(words(CARD), WANTED)

    asyncio.run(scene())
    assert capfd.readouterr() == ("", "")


def test_a_detector_that_was_skipped_is_named() -> None:
    async def scene() -> None:
        async with running(Limits(workers=1)) as workers:
            with pytest.raises(DetectionFailed, match="length: was skipped"):
                await workers.find(words("#fail"), WANTED)

    asyncio.run(scene())


def test_an_idle_worker_that_died_costs_no_job() -> None:
    async def scene() -> None:
        async with running(Limits(workers=1)) as workers:
            pid = await pid_of(workers)
            os.kill(pid, signal.SIGKILL)
            assert await gone(pid)
            await asyncio.sleep(0.05)
            assert await workers.find(words(CARD), WANTED)

    asyncio.run(scene())


def test_a_stopped_worker_does_not_hold_up_the_other() -> None:
    async def scene() -> None:
        async with running(Limits(workers=2, seconds=0.3)) as workers:
            os.kill(await pid_of(workers), signal.SIGSTOP)
            jobs = [workers.find(words(CARD), WANTED) for _ in range(6)]
            done = await asyncio.gather(*jobs, return_exceptions=True)
            assert sum(isinstance(each, DetectionFailed) for each in done) == 1
            assert sum(isinstance(each, tuple) for each in done) == 5

    asyncio.run(scene())


def test_a_nursery_that_died_is_started_anew() -> None:
    async def scene() -> None:
        async with running(Limits(workers=1, patience=8)) as workers:
            pid = await pid_of(workers)
            nursery = int(Path(f"/proc/{pid}/stat").read_text().split()[3])
            os.kill(nursery, signal.SIGKILL)
            assert await gone(pid), "a worker must not outlive the nursery"
            assert await workers.find(words(CARD), WANTED)

    asyncio.run(scene())


def test_too_much_waiting_work_is_refused_at_once() -> None:
    async def scene() -> None:
        async with running(Limits(workers=1, seconds=0.5, waiting_bytes=3000)) as workers:
            busy = asyncio.create_task(workers.find(words("#sleep" + " " * 2000), WANTED))
            await asyncio.sleep(0.05)
            start = time.monotonic()
            with pytest.raises(DetectionFailed, match="too much"):
                await workers.find(words("x" * 2000), WANTED)
            assert time.monotonic() - start < 0.2
            with pytest.raises(DetectionFailed):
                await busy
            assert await workers.find(words(CARD + " " * 2000), WANTED)

    asyncio.run(scene())


def test_waiting_for_a_worker_has_an_end() -> None:
    async def scene() -> None:
        async with running(Limits(workers=1, seconds=1.0, patience=0.2)) as workers:
            busy = asyncio.create_task(workers.find(words("#sleep"), WANTED))
            await asyncio.sleep(0.05)
            with pytest.raises(DetectionFailed, match="no worker was free"):
                await workers.find(words(CARD), WANTED)
            with pytest.raises(DetectionFailed):
                await busy

    asyncio.run(scene())


def test_a_job_that_was_given_up_does_not_leave_its_worker_to_the_next() -> None:
    async def scene() -> None:
        async with running(Limits(workers=1, seconds=5)) as workers:
            busy = asyncio.create_task(workers.find(words("#sleep"), WANTED))
            await asyncio.sleep(0.1)
            busy.cancel()
            with pytest.raises(asyncio.CancelledError):
                await busy
            start = time.monotonic()
            assert await workers.find(words(CARD), WANTED)
            assert time.monotonic() - start < 1

    asyncio.run(scene())


def test_a_big_job_does_not_block_the_loop_when_its_worker_does_not_read() -> None:
    async def scene() -> None:
        async with running(Limits(workers=1, seconds=0.3, seconds_per_kb=0)) as workers:
            os.kill(await pid_of(workers), signal.SIGSTOP)
            ticks = 0

            async def tick() -> None:
                nonlocal ticks
                while True:
                    await asyncio.sleep(0.01)
                    ticks += 1

            ticker = asyncio.create_task(tick())
            with pytest.raises(DetectionFailed):
                await workers.find(words("x" * 4_000_000), WANTED)
            ticker.cancel()
            assert ticks > 10

    asyncio.run(scene())


def test_detectors_that_cannot_be_built_say_why() -> None:
    async def scene() -> None:
        async with running(Limits(workers=1), Recipe("finders", "unbuildable")):
            pass

    with pytest.raises(SettingsError, match="no such recogniser"):
        asyncio.run(scene())


def test_a_failing_build_shows_nothing_of_its_exception(capfd: pytest.CaptureFixture[str]) -> None:
    async def scene() -> None:
        async with running(Limits(workers=1), Recipe("finders", "broken")):
            pass

    with pytest.raises(SettingsError) as caught:
        asyncio.run(scene())
    assert "4111" not in str(caught.value) + "".join(capfd.readouterr())


def test_stopping_ends_every_process() -> None:
    async def scene() -> tuple[int, int]:
        async with running(Limits(workers=2)) as workers:
            busy = asyncio.create_task(workers.find(words("#hang"), WANTED))
            pid = await pid_of(workers)
            nursery = int(Path(f"/proc/{pid}/stat").read_text().split()[3])
        with pytest.raises(DetectionFailed):
            await busy
        assert await gone(pid)
        assert await gone(nursery)
        return pid, nursery

    asyncio.run(scene())


def test_killing_the_proxy_leaves_no_process_behind(tmp_path: Path) -> None:
    script = tmp_path / "proxy.py"
    script.write_text(
        "import asyncio, os\n"
        "from grille.addon.nursery import Recipe\n"
        "from grille.addon.workers import Limits, Workers\n"
        "from grille.exchange import Kind, Segment\n"
        "from grille.errors import DetectionFailed\n"
        "async def scene():\n"
        "    workers = Workers(Recipe('finders', 'obedient'), Limits(workers=2))\n"
        "    await workers.start()\n"
        "    busy = asyncio.create_task(workers.find([Segment('', Kind.TEXT, '#hang')], frozenset({'CREDIT_CARD'})))\n"
        "    await asyncio.sleep(0.1)\n"
        "    try:\n"
        "        await workers.find([Segment('', Kind.TEXT, '#pid')], frozenset({'CREDIT_CARD'}))\n"
        "    except DetectionFailed as error:\n"
        "        print(error.problem, flush=True)\n"
        "    await busy\n"
        "asyncio.run(scene())\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, env=environment, text=True) as proxy:
        assert proxy.stdout is not None
        pid = int(proxy.stdout.readline())
        nursery = int(Path(f"/proc/{pid}/stat").read_text().split()[3])
        children = Path(f"/proc/{nursery}/task/{nursery}/children").read_text().split()
        proxy.kill()
    assert len(children) == 2
    for each in (nursery, *map(int, children)):
        assert asyncio.run(gone(each))


def growing(text: str, settled: int = 0, *, closed: bool = False) -> list[Growing]:
    return [Growing(segment, settled, closed) for segment in words(text)]


def test_of_a_growing_text_the_findings_and_the_edge_come_back() -> None:
    async def scene() -> None:
        async with running(Limits(workers=1)) as workers:
            seen = await workers.watch(growing(f"{CARD} is {CARD} of Jane", 4), WANTED | {"PERSON"}, [JANE])
            assert [(each.start, each.end, each.entity) for each in seen.findings] == [
                (23, 42, "CREDIT_CARD"),
                (46, 50, "PERSON"),
            ]
            assert seen.edges == (50,)

    asyncio.run(scene())


JANE = Known("Jane", "PERSON", 0.9)


def test_a_piece_in_which_nothing_is_wanted_is_no_work() -> None:
    assert asyncio.run(Workers(GOOD).watch(growing(CARD), frozenset(), [JANE])) == Watched((), (len(CARD),))
    assert asyncio.run(Workers(GOOD).watch([], WANTED)) == Watched((), ())


def test_a_late_piece_fails_in_time_and_its_worker_is_replaced() -> None:
    async def scene() -> None:
        async with running(Limits(workers=1, seconds=0.3)) as workers:
            with pytest.raises(DetectionFailed, match="not done after"):
                await workers.watch(growing("#hang"), WANTED)
            assert (await workers.watch(growing(CARD), WANTED)).findings

    asyncio.run(scene())


def test_what_is_known_counts_for_the_work_that_waits() -> None:
    async def scene() -> None:
        async with running(Limits(workers=1, waiting_bytes=3000)) as workers:
            with pytest.raises(DetectionFailed, match="too much"):
                await workers.watch(growing(CARD), WANTED, [Known("x" * 4000, "PASSWORD", 1.0)])
            assert (await workers.watch(growing(CARD), WANTED)).findings

    asyncio.run(scene())


def test_a_worker_that_says_of_a_growing_text_what_cannot_be_is_not_believed() -> None:
    async def scene() -> None:
        async with running(Limits(workers=1)) as workers:
            with pytest.raises(DetectionFailed, match="something else than findings"):
                await workers.watch(growing("Jane"), WANTED, [JANE])

    asyncio.run(scene())


def test_a_pool_says_how_it_is() -> None:
    async def scene() -> None:
        async with running(Limits(workers=2, seconds=0.3)) as workers:
            assert workers.pool("texts") == Pool("texts", 2, 2, 0, 0, Limits().waiting_bytes, 0)
            asking = asyncio.create_task(workers.find(words("#sleep"), WANTED))
            await asyncio.sleep(0.1)
            now = workers.pool("texts")
            assert (now.processes, now.idle) == (2, 1)
            assert now.waiting_bytes > 0
            with pytest.raises(DetectionFailed):
                await asking
            assert workers.pool("texts").replaced == 1

    asyncio.run(scene())
