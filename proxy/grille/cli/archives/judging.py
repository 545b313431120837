"""A chunk of raw records into what was found in them: the one function that every pool runs.

    plan, records ─▶ parsed ─▶ the engine, as in any dry run ─▶ counts, and lines without a value

A process builds its detectors for a plan once. Texts that come again (agents send a whole conversation with every
turn) are searched once, as in the proxy. This module must not know where it runs, or read a file.
"""

from __future__ import annotations

import asyncio
import base64
import pickle
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from functools import lru_cache

from grille.cli.archives import told
from grille.cli.archives.cuts import Raw
from grille.cli.archives.tally import Tally
from grille.cli.dry import DryRun, dry_run
from grille.cli.records import Aim, messages
from grille.cli.showing import places
from grille.engine import Inspection
from grille.errors import GrilleError
from grille.exchange import Direction, Exchange, TokenMap
from grille.framing.message import Message
from grille.once import Once
from grille.policy import Policy

_KNOWN = 20_000
"""Texts that a process knows at once: some 10 MB."""


class Telling(Enum):
    """What is told of messages, beside counts."""

    BLOCKS = "a block for each"
    LINES = "a line for each"
    FINDINGS = "a line for each in which something was found or refused"


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done with every record. With `replays`, an answer is judged as that of its request: not at all if
    that would have been stopped, else with its tokens. `against` is a policy to compare with: then only what would
    change is told. `sent` says that the bytes that would be forwarded are told too."""

    policy: Policy
    aim: Aim
    today: date
    telling: Telling
    replays: bool = False
    against: Policy | None = None
    sent: bool = False


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of a chunk. `lines` are told on stdout or in a file, `problems` name what could not be judged."""

    tally: Tally = field(default_factory=Tally)
    lines: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def judge(plan: bytes, records: Sequence[Raw]) -> Judged:
    """What is in `records`; `plan` is a pickled `Plan`."""
    return asyncio.run(_judging(plan).all(records))


@lru_cache(maxsize=1)
def _judging(plan: bytes) -> Judging:
    asked = pickle.loads(plan)  # noqa: S301  # from whoever runs the verb, who runs this process too
    assert isinstance(asked, Plan)
    return Judging(asked)


@dataclass(frozen=True, slots=True)
class _Side:
    """One policy at work."""

    run: DryRun
    once: Once

    async def inspect(self, exchange: Exchange, message: Message, minted: TokenMap) -> Inspection:
        return await self.run.inspected(exchange, message, minted, once=self.once)


type _Pair = tuple[Inspection, Inspection | None]
"""What either policy makes of a message; None without a second one."""


class Judging:
    """A plan with its detectors."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._side = _side(plan.policy, plan.today)
        self._other = _side(plan.against, plan.today) if plan.against else None

    async def all(self, records: Sequence[Raw]) -> Judged:
        judged = Judged()
        for raw in records:
            try:
                await self._one(raw, judged)
            except GrilleError as error:
                self._unread(raw.name, str(error), judged)
        return judged

    def _unread(self, name: str, problem: str, judged: Judged) -> None:
        judged.tally.unread()
        judged.problems.append(f"{name}: {problem}")
        if self._plan.telling is not Telling.BLOCKS:
            judged.lines.append(told.unread_line(name, problem))

    async def _one(self, raw: Raw, judged: Judged) -> None:
        found = messages(raw, self._side.run, self._plan.aim)
        if not found:
            judged.tally.left_out()
        asked: _Pair | None = None
        for exchange, message in found:
            answers = self._plan.replays and exchange.direction is Direction.RESPONSE
            if answers and asked and any(each.verdict.stops for each in asked if each):
                judged.tally.not_reached()
                continue
            minted = [each.tokens if each and answers else TokenMap() for each in asked or (None, None)]
            one = await self._side.inspect(exchange, message, minted[0])
            other = await self._other.inspect(exchange, message, minted[1]) if self._other else None
            asked = one, other
            judged.tally.judged(one)
            self._tell(raw.name, one, other, judged)

    def _tell(self, name: str, one: Inspection, other: Inspection | None, judged: Judged) -> None:
        policy, more = self._plan.policy, dict[str, object]()
        if other is not None:
            if _gist(one) == _gist(other):
                return
            judged.tally.changed(one, other)
            more["against"] = {"verdict": other.verdict.outcome.value, "findings": _gist(other)[2]}
        if self._plan.sent:
            more["sent"] = None if one.verdict.stops else _sent(one.message)
        match self._plan.telling:
            case Telling.BLOCKS if other is not None:
                after = f"would be {told.outcome(other)}"
                judged.lines.append(f"{told.as_block(name, one, policy)}\n  {after}")
            case Telling.BLOCKS:
                judged.lines.append(told.as_block(name, one, policy))
            case Telling.FINDINGS if not (one.verdict.rulings or one.verdict.refusals or other):
                pass
            case _:
                judged.lines.append(told.as_line(name, one, policy, more))


def _side(policy: Policy, today: date) -> _Side:
    run = dry_run(policy, today)
    return _Side(run, run.once(_KNOWN))


def _gist(inspection: Inspection) -> tuple[str, list[str], list[list[object]]]:
    """What makes two verdicts the same."""
    verdict, where = inspection.verdict, places(inspection)
    rulings = [
        [each.finding.entity, each.action.name.lower(), where[each.finding.segment], each.finding.start]
        for each in verdict.rulings
    ]
    return verdict.outcome.value, [each.code for each in verdict.refusals], rulings


def _sent(message: Message) -> dict[str, object]:
    """What would be forwarded, without its headers."""
    head: dict[str, object] = {"status": message.status} if message.status else {"target": message.target}
    try:
        return head | {"body": message.body.decode()}
    except UnicodeDecodeError:
        return head | {"base64": base64.b64encode(message.body).decode()}
