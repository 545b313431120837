"""What a process of the proxy costs in memory and in time to start, and what a second one brings.

Memory is what the kernel calls Pss, of all processes of a proxy: pages that processes share are counted once.
Every proxy has judged some bodies before it is looked at. Two proxies are two `grille run` with a client
each; the CPU of a request shows whether they are in each other's way when there are not cores enough for the
clients and the upstream as well.

This module must not count the client or the upstream.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import tempfile
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from itertools import repeat
from pathlib import Path
from random import Random

import speed_upstream
from loopback import grille, upstream
from processes import pss, rss, tree
from showing import amount, percentile, spread
from speed_client import HTTP1, Client, Load
from speed_goals import Effort, Goal, Reached, Report
from speed_variants import BARE, HOSTS, NAMES, POLICY, Stage, Variant, naive_name, of_grille
from speed_words import FRESH, SEEN, chat

_AT_ONCE = 8


@contextmanager
def several(count: int, *options: str) -> Iterator[list[Variant]]:
    """So many proxies that look for names."""
    with ExitStack() as ends:
        folder = Path(ends.enter_context(tempfile.TemporaryDirectory(prefix="grille-bench-")))
        there = ends.enter_context(upstream(folder, list(HOSTS.values()), speed_upstream.serve))
        hosts = list(HOSTS.values())
        started = (grille(folder / str(at), POLICY, hosts, there, *options) for at in range(count))
        yield [of_grille(ends.enter_context(each))[NAMES] for each in started]


def memory(effort: Effort, stage: Stage) -> Report:
    """Of one round: memory is no noisy thing."""
    with Stage() as fresh:
        others = [BARE] if effort.quick else [BARE, naive_name()]
        rows = [[variant.name, *_looked_at([variant])] for variant in fresh.variants(*others)]
    found, ready = [], []
    for workers, detectors in ((1, 1), (1, 2), (2, 1), (3, 1)):
        with several(1, "--workers", str(workers), "--detectors", str(detectors)) as variants:
            rows.append([f"{NAMES}, workers: {workers}, detectors: {detectors}", *_looked_at(variants)])
            found.append(_memory(variants))
            ready.append(_seconds(variants))
    single, detector, another = found[0], found[1] - found[0], (found[3] - found[0]) / 2
    text = f"{single:.0f} MB / {detector:.0f} MB a detector, {another:.0f} MB another proxy of three"
    reached = {
        Goal.MEMORY: Reached(text, single <= 600 and max(detector, another) <= 150),
        Goal.READY: Reached(f"{amount(ready[0])} s", ready[0] <= 5),
    }
    note = (
        "MB (1,000,000 bytes) after 30 new bodies. `ready`: seconds until it listens; `main`: resident in the process "
        "that listens; `all`: Pss of all."
    )
    return Report("Memory", note, ("variant", "ready", "processes", "main", "all"), rows, reached)


def _looked_at(variants: list[Variant]) -> list[str]:
    with asyncio.Runner() as runner:
        client = Client(runner)
        for variant in variants:
            client.load(variant, HTTP1, 2, [chat(Random(each), 2, FRESH) for each in range(30)])
        client.close()
    pids = [variant.proxy.pid for variant in variants if variant.proxy]
    main = sum(rss(pid) for pid in pids) / 1e6
    return [
        amount(_seconds(variants)),
        str(sum(len(list(tree(pid))) for pid in pids)),
        f"{main:.0f}",
        f"{_memory(variants):.0f}",
    ]


def _seconds(variants: list[Variant]) -> float:
    return max(variant.proxy.seconds for variant in variants if variant.proxy)


def _memory(variants: list[Variant]) -> float:
    return sum(pss(variant.proxy.pid) for variant in variants if variant.proxy) / 1e6


# -- two of them ---------------------------------------------------------------------------------------


def throughput(effort: Effort, stage: Stage) -> Report:
    """One proxy, then two at the same time, in every round."""
    rates, costs = [], []
    with (
        several(2, "--detectors", "1") as variants,
        ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool,
    ):
        for _ in effort.each_round():
            one = [pool.submit(_driven, variants[0], 4 * effort.cell).result()]
            asked: list[Future[Load]] = [pool.submit(_driven, each, 4 * effort.cell) for each in variants]
            two = [each.result() for each in asked]
            rates.append((sum(each.rate for each in one), sum(each.rate for each in two)))
            costs.append((one[0].cpu, sum(each.cpu for each in two) / 2))
    gained = [two / one for one, two in rates]
    dearer = [two / one for one, two in costs]
    rows = [
        [name, spread([each[at] for each in rates]), spread([each[at] for each in costs])]
        for at, name in enumerate(("one", "two"))
    ]
    rows.append(["two ÷ one", spread(gained), spread(dearer)])
    cores = percentile([two * cost / 1000 for (_, two), (_, cost) in zip(rates, costs, strict=True)], 50)
    text = f"{spread(gained)} on {amount(cores)} of the 2 cores; CPU of a request {spread(dearer)}"
    reached = {Goal.PROCESSES: Reached(text, percentile(gained, 50) >= 1.8)}
    note = f"2 kB, warm, names, {_AT_ONCE} connections to each; clients and upstream have the same cores. CPU in ms."
    return Report("Two processes", note, ("proxies", "requests per s", "CPU of a request"), rows, reached)


def _driven(variant: Variant, seconds: float) -> Load:
    """A client's load, in a process of its own."""
    body = chat(Random(1), 2, SEEN)
    with asyncio.Runner() as runner:
        client = Client(runner)
        client.load(variant, HTTP1, _AT_ONCE, repeat(body, 2 * _AT_ONCE))
        load = client.load(variant, HTTP1, _AT_ONCE, repeat(body), seconds)
        client.close()
    return load
