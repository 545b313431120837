"""What `speed.py` is held to, what a part of it reports, and the page that says how far it has come.

A goal is a ratio or a difference within one run. This module must not measure anything.
"""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum
from importlib.metadata import version

from showing import table


class Goal(Enum):
    """A measure, and what it should be."""

    WARM = "CPU per request, 2 kB chat, warm, patterns + names, audit on ÷ bare mitmdump", "≤ 0.8"
    COLD = "the same, cold (every body new), patterns only", "≤ 1.0"
    LATENCY = "added latency at 1 connection, 2 kB warm, over bare mitmdump: p50 / p99", "≤ 2 ms / ≤ 25 ms"
    NAMES = "cold names: added p50 per kB of new prose", "≤ 12 ms"
    TURN = "300 kB agent turn, warm, over bare mitmdump", "≤ 30 ms added"
    CONVERSATION = "40-turn conversation, detection CPU: uncached ÷ ours / stock Presidio ÷ ours", "≥ 20 / ≥ 50"
    PATTERNS = "patterns on clean text: Presidio's pattern recognisers ÷ ours", "≥ 100"
    STREAM = "first stream event, events later / CPU per event ÷ bare mitmdump", "≤ 1 / ≤ 1.3"
    LAG = "event-loop lag p99 while 1 MB bodies are judged", "≤ 15 ms"
    MEMORY = "memory with names: one process / each further process", "≤ 600 MB / ≤ 150 MB"
    READY = "ready after the start, with names, files read before", "≤ 5 s"
    PROCESSES = "two processes: throughput ÷ one process", "≥ 1.8"

    @property
    def measure(self) -> str:
        return self.value[0]

    @property
    def least(self) -> str:
        return self.value[1]


@dataclass(frozen=True, slots=True)
class Reached:
    """A goal is not met by figures of requests that failed, whatever they are."""

    figure: str
    met: bool
    failed: int = 0

    def cells(self) -> list[str]:
        if self.failed:
            return [f"{self.figure}; {self.failed} failed", "no"]
        return [self.figure, "yes" if self.met else "no"]


@dataclass(frozen=True, slots=True)
class Report:
    """What one part has found. `note` says how to read its columns."""

    title: str
    note: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    reached: Mapping[Goal, Reached] = field(default_factory=dict)

    def text(self) -> str:
        return f"## {self.title}\n\n{self.note}\n\n{table(self.columns, self.rows)}\n"


@dataclass(frozen=True, slots=True)
class Effort:
    """How much a part may do: so many rounds, but no new one when it would end after `seconds`; `cell` is for how
    long one variant is asked at a time. `quick` leaves out what takes long."""

    rounds: int
    seconds: float
    cell: float
    quick: bool

    def each_round(self) -> Iterator[int]:
        """The numbers of the rounds, at least one."""
        start = time.monotonic()
        for number in range(self.rounds):
            yield number
            took = time.monotonic() - start
            if took + took / (number + 1) > self.seconds:
                return


def goals(reports: Sequence[Report]) -> str:
    """The goals beside what was reached."""
    reached = {goal: each for report in reports for goal, each in report.reached.items()}
    rows = [[goal.measure, goal.least, *reached[goal].cells()] for goal in Goal if goal in reached]
    return table(("measure", "goal", "reached", "met"), rows)


def page(reports: Sequence[Report], command: str, seconds: float) -> str:
    """`docs/performance.md`."""
    parts = "\n".join(report.text() for report in reports)
    load = os.getloadavg()[1]
    return f"""# Performance

Written by `{command}`, which took {seconds / 60:.0f} minutes on {datetime.now(UTC):%Y-%m-%d}: {os.cpu_count()} cores of
{platform.machine()}, Linux, Python {platform.python_version()}, mitmproxy {version("mitmproxy")}, Presidio
{version("presidio-analyzer")}, spaCy {version("spacy")}; load average {load:.1f}, of which client, upstream and proxy
are a part. Ratios are between variants of the same round, medians over rounds (lowest–highest); absolute times are
the machine's. `bench/README.md` says what is measured, [decision 29](decisions/0029-where-the-time-goes.md) where the
time goes that is over a goal.

{goals(reports)}

{parts}"""
