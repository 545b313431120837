"""What a request costs through grille, beside none, bare mitmdump and stock Presidio: the goals, and a table for each.

    python bench/speed.py [--quick] [--only PART ...] [--rounds N] [--write]
    python bench/speed.py --profile FILE.svg [--through "grille, patterns"]

Everything runs on loopback: upstream, proxies and clients. Every round goes through every variant, so that
what disturbs the machine disturbs all of them, and ratios are taken within a round. The whole takes a quarter of
an hour on two cores at most, `--quick` three minutes. `bench/README.md` says what each part measures.

This module must not measure: its parts do, each in a file of its own.
"""

from __future__ import annotations

import argparse
import shlex
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import speed_conversation
import speed_detection
import speed_lag
import speed_memory
import speed_profile
import speed_requests
import speed_streams
from loopback import end_on_sigterm
from speed_goals import Effort, Report, goals, page
from speed_variants import BARE, NAMES, OFF, PATTERNS, Stage

PAGE = Path(__file__).parent.parent / "docs" / "performance.md"
ROUNDS, CELL = 6, 0.4
"""Rounds of each part, and seconds for which a variant is asked at a time."""
PARTS: Mapping[str, tuple[Callable[[Effort, Stage], Report], float, float]] = {
    "requests": (speed_requests.warm, 250, 40),
    "cold": (speed_requests.cold, 150, 30),
    "streams": (speed_streams.measured, 80, 20),
    "conversation": (speed_conversation.measured, 120, 30),
    "lag": (speed_lag.measured, 60, 15),
    "memory": (speed_memory.memory, 30, 30),
    "processes": (speed_memory.throughput, 30, 10),
    "detection": (speed_detection.measured, 30, 10),
}
"""What measures, and after how many seconds it begins no new round: of the whole run, and of the quick one."""


def run(names: list[str], rounds: int, *, quick: bool) -> list[Report]:
    found = []
    with Stage() as stage:
        for name in names:
            measure, seconds, fewer = PARTS[name]
            start = time.monotonic()
            found.append(measure(Effort(rounds, fewer if quick else seconds, CELL, quick), stage))
            print(f"{name}: {time.monotonic() - start:.0f} seconds", file=sys.stderr, flush=True)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer loads and rounds")
    parser.add_argument(
        "--only", nargs="+", choices=list(PARTS), default=list(PARTS), metavar="PART", help=" ".join(PARTS)
    )
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="at most, as the time allows (default: %(default)s)")
    parser.add_argument("--write", action="store_true", help=f"also write {PAGE.parent.name}/{PAGE.name}")
    parser.add_argument(
        "--profile", type=Path, metavar="FILE", help="a flame graph instead: SVG, or raw stacks as .txt"
    )
    parser.add_argument("--through", choices=(BARE, OFF, PATTERNS, NAMES), default=NAMES, help="what is profiled")
    options = parser.parse_args()
    end_on_sigterm()
    if options.profile:
        speed_profile.record(options.profile, options.through)
        return
    start = time.monotonic()
    reports = run(options.only, options.rounds, quick=options.quick)
    for report in reports:
        print(report.text())
    print(goals(reports))
    if options.write:
        command = shlex.join(["python", "bench/speed.py", *sys.argv[1:]])
        PAGE.write_text(page(reports, command, time.monotonic() - start), "utf-8")


if __name__ == "__main__":
    main()
