"""Whom a large body keeps waiting: the lag of the proxy's event loop, looked at from outside.

A small request, which nothing is looked for in, is sent every 20 ms while new bodies of 1 MB are judged on another
connection. By how much the 99th percentile of its answers is later than the usual answer of an idle proxy
is the lag: so it contains what the machine's other work adds. This module must not let a large body outlive
its round.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from random import Random
from time import perf_counter

from showing import amount, percentile
from speed_client import HTTP1, opened
from speed_goals import Effort, Goal, Reached, Report
from speed_variants import BARE, NAMES, OFF, PATTERNS, Stage, Variant
from speed_words import FRESH, SEEN, chat

_PAUSE = 0.02
_KILOBYTES = 1000


def measured(effort: Effort, stage: Stage) -> Report:
    idle: dict[str, list[float]] = defaultdict(list)
    busy: dict[str, list[float]] = defaultdict(list)
    judged: dict[str, int] = defaultdict(int)
    seconds = 10 * effort.cell
    variants = stage.variants(BARE, OFF, PATTERNS, NAMES)
    with asyncio.Runner() as runner:
        quiet = {BARE: variants[0]} | dict.fromkeys((OFF, PATTERNS, NAMES), variants[1])
        for number in effort.each_round():
            for variant in variants:
                body = chat(Random(f"{number} {variant.name}"), _KILOBYTES, FRESH)
                small = quiet[variant.name]
                idle[variant.name] += runner.run(_probed(small, seconds / 2))
                came, sent = runner.run(_beside(small, variant, body, seconds))
                busy[variant.name] += came
                judged[variant.name] += sent
    rows = []
    for name, came in busy.items():
        usual, late = percentile(idle[name], 50), [percentile(each, 99) for each in (idle[name], came)]
        rows.append([name, *map(amount, (usual, late[0] - usual, late[1] - usual)), str(judged[name]), str(len(came))])
    worst = {name: percentile(busy[name], 99) - percentile(idle[name], 50) for name in (BARE, PATTERNS, NAMES)}
    text = f"patterns {amount(worst[PATTERNS])} ms, names {amount(worst[NAMES])} ms; mitmdump {amount(worst[BARE])} ms"
    reached = {Goal.LAG: Reached(text, max(worst[PATTERNS], worst[NAMES]) <= 15)}
    note = "Of small requests beside bodies of 1 MB, ms. `lag`: the 99th percentile less the usual answer when idle."
    columns = ("bodies of 1 MB through", "usual", "lag, idle", "lag, busy", "bodies done", "small requests")
    return Report("Event loop", note, columns, rows, reached)


async def _probed(variant: Variant, seconds: float) -> list[float]:
    channel = await opened(variant, HTTP1)
    body, came = chat(Random(0), 0.2, SEEN), []
    start = perf_counter()
    while perf_counter() - start < seconds:
        sent = perf_counter()
        await channel.post(body)
        came.append(1000 * (perf_counter() - sent))
        await asyncio.sleep(_PAUSE)
    channel.close()
    return came


async def _beside(small: Variant, variant: Variant, body: bytes, seconds: float) -> tuple[list[float], int]:
    """Latencies of small requests while large ones are under way, and how many of those were done."""
    done = 0

    async def keep_busy() -> None:
        nonlocal done
        channel = await opened(variant, HTTP1)
        try:
            while True:
                await channel.post(body.replace(b'"content":"', b'"content":"%d ' % done))  # so every text is new
                done += 1
        finally:
            channel.close()

    busy = asyncio.create_task(keep_busy())
    came = await _probed(small, seconds)
    busy.cancel()
    await asyncio.wait([busy])
    return came, done
