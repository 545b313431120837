"""`grille.cli.archives.pools`: the same, wherever it is judged."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from datetime import date
from pathlib import Path

import pytest
from recordings import SAID, lines

from grille.cli.archives import pools
from grille.cli.archives.chunks import Chunk, Reached, chunks
from grille.cli.archives.cuts import Form, Place, Raw
from grille.cli.archives.judging import Judged, Plan, Telling
from grille.cli.archives.sources import Source, found
from grille.cli.records import aim
from grille.engine import load_policy
from grille.errors import SettingsError


@pytest.fixture
def plan(policy: Path) -> bytes:
    loaded = load_policy(str(policy), None)
    return pickle.dumps(Plan(loaded, aim(loaded, None, None, "request"), date(2026, 11, 26), Telling.LINES))


@pytest.fixture
def work(archive: Path) -> Path:
    (archive / "d.jsonl").write_text(lines([f"{SAID[n % 4]} {n}" for n in range(150)]))
    return archive


def cut(archive: Path) -> Iterator[Chunk]:
    return chunks(found([str(archive)]), lambda _: Place(), "")


def test_processes_find_what_one_finds(plan: bytes, work: Path) -> None:
    assert list(pools.in_processes(plan, cut(work), 2)) == list(pools.here(plan, cut(work)))


def test_a_dask_cluster_finds_what_one_process_finds(plan: bytes, work: Path) -> None:
    distributed = pytest.importorskip("distributed", reason="Dask is not installed: pip install 'grille[dask]'")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=False, dashboard_address=":0"
    ) as cluster:
        assert list(pools.on_dask(plan, cut(work), cluster.scheduler_address)) == list(pools.here(plan, cut(work)))


def test_a_cluster_that_is_not_there_is_said(plan: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed", reason="Dask is not installed: pip install 'grille[dask]'")
    monkeypatch.setattr(pools, "_DASK_WAITS", 0.5)
    with pytest.raises(SettingsError, match="there is no scheduler"):
        list(pools.on_dask(plan, iter(()), "tcp://127.0.0.1:1"))


class Pool:
    """An executor whose work is done at the very end, or never."""

    alive = True
    most = 0

    def __init__(self, *_: object) -> None:
        self.waiting: list[Promise] = []

    def submit(self, _: object, plan: bytes, records: list[Raw]) -> Promise:
        self.waiting = [*(each for each in self.waiting if not each.asked), Promise()]
        Pool.most = max(Pool.most, len(self.waiting))
        return self.waiting[-1]

    def shutdown(self, **_: object) -> None:
        pass


class Promise(Future[Judged]):
    asked = False

    def result(self, timeout: float | None = None) -> Judged:
        self.asked = True
        if not Pool.alive:
            raise BrokenProcessPool
        return Judged()


def many() -> Iterator[Chunk]:
    for number in range(50):
        yield Chunk([Raw(str(number), Form.LINE)], [Reached(Source("x", 0, ""), None, 0)])


def test_a_bounded_number_of_chunks_is_ahead_and_they_come_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pools, "ProcessPoolExecutor", Pool)
    done = [chunk.records[0].name for chunk, _ in pools.in_processes(b"", many(), 3)]
    assert done == [str(number) for number in range(50)]
    assert Pool.most == 3 * pools.AHEAD


def test_a_process_that_was_killed_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pools, "ProcessPoolExecutor", Pool)
    monkeypatch.setattr(Pool, "alive", False)
    with pytest.raises(SettingsError, match="was killed"):
        list(pools.in_processes(b"", many(), 2))
