"""Whole requests, one after the other and many at once: CPU, rate and latency, beside bare mitmdump.

Warm, a variant has seen the body before; cold, every body is new, for each variant another one. This module
must not compare figures of different rounds.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from random import Random

from showing import amount, percentile, spread
from speed_client import HTTP1, HTTP2, Client, Load
from speed_goals import Effort, Goal, Reached, Report
from speed_variants import BARE, DIRECT, NAMES, OFF, PATTERNS, Stage, Variant, naive_name
from speed_words import FRESH, SEEN, chat

ALL = (DIRECT, BARE, OFF, PATTERNS, NAMES, naive_name())
_NAIVE_SIZE, _NAIVE_AT_ONCE = 20, 8
"""More would take stock Presidio a minute a request."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One kind of load. `longer` is for a cell that a goal rests on."""

    protocol: str
    kilobytes: float
    at_once: int
    longer: int = 1

    def __str__(self) -> str:
        return f"{self.protocol} {self.kilobytes:g} kB × {self.at_once}"

    def suits(self, variant: Variant) -> bool:
        small = self.kilobytes <= _NAIVE_SIZE and self.at_once <= _NAIVE_AT_ONCE
        return small or not variant.naive


_GOAL = Cell(HTTP1, 2, 1, longer=3)
_LARGE = Cell(HTTP1, 20, 1)
_WARM = (
    Cell(HTTP1, 0.2, 1), _GOAL, _LARGE, Cell(HTTP1, 300, 1), Cell(HTTP1, 2, 8), Cell(HTTP1, 2, 32),
    Cell(HTTP2, 0.2, 1), Cell(HTTP2, 2, 1), Cell(HTTP2, 20, 1), Cell(HTTP2, 300, 1), Cell(HTTP2, 2, 8),
    Cell(HTTP2, 2, 32),
)  # fmt: skip
_WARM_QUICK = (_GOAL, Cell(HTTP1, 300, 1), Cell(HTTP1, 2, 8), Cell(HTTP2, 2, 1))
_COLD = (Cell(HTTP1, 0.2, 1), _GOAL, _LARGE, Cell(HTTP1, 300, 1), Cell(HTTP1, 2, 8))
_COLD_QUICK = (_GOAL, _LARGE)

type Measured = Mapping[tuple[Cell, str], Sequence[Load]]


def warm(effort: Effort, stage: Stage) -> Report:
    """Every body has been seen."""
    measured = _measured(effort, stage, _WARM_QUICK if effort.quick else _WARM, fresh=False)
    loads, bare = measured[_GOAL, NAMES], measured[_GOAL, BARE]
    ratios = _ratios(loads, bare)
    p50, p99 = _later(loads, bare), _later_at_most(loads, bare)
    failed, quick = _failed(loads), percentile(p50, 50) <= 2 and p99 <= 25
    reached = {
        Goal.WARM: Reached(spread(ratios), percentile(ratios, 50) <= 0.8, failed),
        Goal.LATENCY: Reached(f"{spread(p50)} ms / {amount(p99)} ms", quick, failed),
    }
    return _report("Requests, warm", measured, reached)


def cold(effort: Effort, stage: Stage) -> Report:
    """Every body is new."""
    measured = _measured(effort, stage, _COLD_QUICK if effort.quick else _COLD, fresh=True)
    ratios = _ratios(measured[_GOAL, PATTERNS], measured[_GOAL, BARE])
    figures = {
        (cell, name): percentile(_later(measured[cell, name], measured[cell, BARE]), 50) / cell.kilobytes
        for cell in (_GOAL, _LARGE)
        for name in (NAMES, naive_name())
    }
    small, large = figures[_GOAL, NAMES], figures[_LARGE, NAMES]
    naive = f"{amount(figures[_GOAL, naive_name()])} and {amount(figures[_LARGE, naive_name()])}"
    text = f"{amount(small)} ms (2 kB), {amount(large)} ms (20 kB); {naive_name()}: {naive}"
    reached = {
        Goal.COLD: Reached(spread(ratios), percentile(ratios, 50) <= 1, _failed(measured[_GOAL, PATTERNS])),
        Goal.NAMES: Reached(text, max(small, large) <= 12, _failed(measured[_LARGE, NAMES])),
    }
    return _report("Requests, cold", measured, reached)


def _measured(effort: Effort, stage: Stage, cells: Sequence[Cell], *, fresh: bool) -> Measured:
    measured: dict[tuple[Cell, str], list[Load]] = defaultdict(list)
    variants = stage.variants(*ALL)
    with asyncio.Runner() as runner:
        client = Client(runner)
        for number in effort.each_round():
            for cell in cells:
                for variant in filter(cell.suits, variants):
                    seed = f"{number} {cell} {variant.name}" if fresh else str(cell)
                    bodies = _new(seed, cell) if fresh else _again(client, variant, cell, seed)
                    load = client.load(variant, cell.protocol, cell.at_once, bodies, cell.longer * effort.cell)
                    measured[cell, variant.name].append(load)
        client.close()
    return measured


def _new(seed: str, cell: Cell) -> Iterable[bytes]:
    """As many as can be sent in the time; written before it begins."""
    source, count = Random(seed), max(3, cell.at_once, int(min(300, 600 / cell.kilobytes)))
    return [chat(source, cell.kilobytes, FRESH) for _ in range(count)]


def _again(client: Client, variant: Variant, cell: Cell, seed: str) -> Iterable[bytes]:
    body = chat(Random(seed), cell.kilobytes, SEEN)
    if not variant.naive:
        client.once(variant, cell.protocol, body)
    return repeat(body)


# -- figures -------------------------------------------------------------------------------------------


def _ratios(loads: Sequence[Load], others: Sequence[Load]) -> list[float]:
    """Of the CPU of a request, round by round."""
    return [one.cpu / other.cpu for one, other in zip(loads, others, strict=True)]


def _later(loads: Sequence[Load], others: Sequence[Load]) -> list[float]:
    """How much later the median answer comes, round by round."""
    pairs = zip(loads, others, strict=True)
    return [percentile(one.latencies, 50) - percentile(other.latencies, 50) for one, other in pairs]


def _later_at_most(loads: Sequence[Load], others: Sequence[Load]) -> float:
    """The same of the 99th percentile, of all rounds together: one round has too few requests."""
    return _slowest(loads) - _slowest(others)


def _slowest(loads: Sequence[Load]) -> float:
    return percentile([latency for load in loads for latency in load.latencies], 99)


def _failed(loads: Sequence[Load]) -> int:
    return sum(load.failed for load in loads)


def _report(title: str, measured: Measured, reached: Mapping[Goal, Reached]) -> Report:
    note = (
        "Protocol, size of the body × requests at once (connections of h1, streams of one connection of h2). Times in "
        "ms, CPU of all processes of the proxy. `+`: added to the median, and to the 99th percentile of the rounds."
    )
    columns = (
        "request", "variant", "rounds", "per s", "p50", "+ direct", "+ mitmdump", "p99", "+ mitmdump", "CPU ms",
        "CPU ÷ mitmdump", "failed",
    )  # fmt: skip
    return Report(title, note, columns, list(_rows(measured)), reached)


def _rows(measured: Measured) -> Iterator[list[str]]:
    for (cell, name), loads in measured.items():
        direct, bare = measured[cell, DIRECT], measured[cell, BARE]
        total, failed = sum(len(load.latencies) for load in loads), _failed(loads)
        no_cpu = name == DIRECT or failed  # a worker that was killed has taken its figures along
        yield [
            str(cell), name, str(len(loads)),
            amount(percentile([load.rate for load in loads], 50)),
            amount(percentile([percentile(load.latencies, 50) for load in loads], 50)),
            amount(percentile(_later(loads, direct), 50)),
            amount(percentile(_later(loads, bare), 50)),
            amount(_slowest(loads)),
            amount(_later_at_most(loads, bare)),
            "-" if no_cpu else amount(percentile([load.cpu for load in loads], 50)),
            "-" if no_cpu else spread(_ratios(loads, bare)),
            f"{100 * failed / total:.0f} %" if failed else "-",
        ]  # fmt: skip
