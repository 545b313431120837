"""An agent's conversation of forty turns, each with everything that was said before.

What detection costs in a running proxy is the CPU of all its processes for all turns, less that of the same
conversation through an endpoint that looks for nothing. What it would cost to look at everything again is
reckoned: each turn adds some texts, the time for which is measured once, in a process of its own, and paid
again in every turn that repeats them. So is what stock Presidio costs, called once for each message.

This module must not send a conversation twice to something that may remember it, but for its last turn.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import repeat

from showing import amount, percentile, spread
from speed_client import HTTP1, Client, Load
from speed_detection import alone, turns
from speed_goals import Effort, Goal, Reached, Report
from speed_naive import model_name
from speed_variants import BARE, DIRECT, NAMES, OFF, PATTERNS, Stage
from speed_words import conversation

_AGAIN = 9
"""How often the last turn is sent once more."""


def measured(effort: Effort, stage: Stage) -> Report:
    count = 12 if effort.quick else 40
    whole: dict[str, list[float]] = defaultdict(list)
    last: dict[str, list[Load]] = defaultdict(list)
    failed: dict[str, int] = defaultdict(int)
    variants = stage.variants(DIRECT, BARE, OFF, PATTERNS, NAMES)
    with asyncio.Runner() as runner:
        client = Client(runner)
        for number in effort.each_round():
            for variant in variants:
                bodies = conversation(2 * number + (variant.name == PATTERNS), count)
                load = client.load(variant, HTTP1, 1, bodies, effort.seconds)
                whole[variant.name].append(load.cpu * len(load.latencies))
                last[variant.name].append(client.load(variant, HTTP1, 1, repeat(bodies[-1], _AGAIN)))
                left = count - len(load.latencies)  # what there was no time for has failed too
                failed[variant.name] += left + load.failed + last[variant.name][-1].failed
        client.close()
    ours, naive = alone(turns, conversation(0, count))
    size = len(conversation(0, count)[-1]) / 1000
    return _report(size, whole, last, failed, (_repeated(ours), _repeated(naive)))


def _repeated(costs: Sequence[float]) -> float:
    """The cost of all turns, where each repeats what the ones before it have said."""
    return sum(cost * (len(costs) - turn) for turn, cost in enumerate(costs))


def _report(
    size: float,
    whole: Mapping[str, Sequence[float]],
    last: Mapping[str, Sequence[Load]],
    failed: Mapping[str, int],
    reckoned: tuple[float, float],
) -> Report:
    found = {name: [each - off for each, off in zip(whole[name], whole[OFF], strict=True)] for name in whole}
    later = {name: _later(loads, last[BARE]) for name, loads in last.items()}
    rows = [  # of one with failures no CPU: a worker that was killed has taken its figures along
        [
            name,
            "-" if name == DIRECT or failed[name] else spread(whole[name]),
            spread(found[name]) if name in (PATTERNS, NAMES) and not failed[name] else "-",
            amount(percentile([percentile(load.latencies, 50) for load in last[name]], 50)),
            spread(later[name]),
            str(failed[name] or "-"),
        ]
        for name in whole
    ]
    others = ("reckoned: grille, everything again", f"reckoned: Presidio {model_name()}, each message")
    rows += [[name, "-", amount(cost), "-", "-", "-"] for name, cost in zip(others, reckoned, strict=True)]
    again, naive = ([cost / max(1.0, ours) for ours in found[NAMES]] for cost in reckoned)
    enough = percentile(again, 50) >= 20 and percentile(naive, 50) >= 50
    reached = {
        Goal.CONVERSATION: Reached(f"{spread(again)} / {spread(naive)}", enough, failed[NAMES]),
        Goal.TURN: Reached(
            f"{spread(later[NAMES])} ms at {size:.0f} kB", percentile(later[NAMES], 50) <= 30, failed[NAMES]
        ),
    }
    note = (
        f"CPU in ms of all turns, and of detection alone; the last turn, {size:.0f} kB, once more: its median in ms. "
        "What `reckoned` means is said at the head of `bench/speed_conversation.py`."
    )
    columns = ("variant", "CPU, all turns", "detection", "last turn again", "+ mitmdump", "failed")
    return Report("An agent's conversation", note, columns, rows, reached)


def _later(loads: Sequence[Load], others: Sequence[Load]) -> list[float]:
    pairs = zip(loads, others, strict=True)
    return [percentile(one.latencies, 50) - percentile(other.latencies, 50) for one, other in pairs]
