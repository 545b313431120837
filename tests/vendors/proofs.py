"""A card number at every place of the vendors' types, through the whole engine, under three policies.

One hides it (a token on the way out, nothing on the way back), one blocks it, one allows it: that is the control.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import Enum
from functools import cache
from pathlib import Path
from unittest import mock

import engines
import grille.engine
from grille.dialects import Dialect, Reading, Recall
from grille.dialects.coverage import Way
from grille.engine import Engine, Inspection, inspect
from grille.exchange import Direction, Touch
from grille.framing.message import Message
from grille.policy.met import Met
from vendors.documents import CARD
from vendors.leaves import leaves_of
from vendors.roots import ROOTS
from vendors.treatments import Placed, direction, holds, placed

POLICY = """
version: 1
policy: one
mode: enforce
use: [small.yaml]
otherwise: {endpoint: block, client: block, body: block, failure: block}
profiles: {out: {CREDIT_CARD: %(out)s}, back: {CREDIT_CARD: %(back)s}}
endpoints:
  any: {dialect: %(dialect)s, hosts: [api.openai.com], paths: [/v1/chat/completions], request: out, response: back}
clients: {app: {match: anyone, endpoints: [any]}}
"""


class Seen(Enum):
    """What `read` made of the card number."""

    FREE = "judged"
    FIXED = "judged, and blocks where it would be hidden"
    SEALED = "judged, and only blocking acts"
    REFUSED = "cannot be read: refused"
    NOT = "not looked at"


class Fate(Enum):
    """What became of the message."""

    REWRITTEN = "it went on without the card number"
    BLOCKED = "it was blocked for the card number"
    UNREADABLE = "it was refused, because it cannot be read"
    LEAKED = "it went on with the card number"


@dataclass(frozen=True, slots=True)
class Proof:
    """`after` is what went on in place of the message when the policy hides."""

    placed: Placed
    seen: Seen
    hiding: Fate
    blocking: Fate
    off: Fate
    after: Message

    def __str__(self) -> str:
        return f"{self.placed.leaf.root.name}: {self.placed.leaf.place} ({self.placed.form.value})"


_TOUCHES = {Touch.FREE: Seen.FREE, Touch.FIXED: Seen.FIXED, Touch.SEALED: Seen.SEALED}


_PART = 2500


def parts(dialect: str, way: Way) -> int:
    """Into how many parts the leaves of a dialect are cut, so that none takes long."""
    count = sum(len(leaves_of(root)) for root in ROOTS if dialect in root.dialects and root.way is way)
    return count // _PART + 1


@cache
def proofs(dialect: str, way: Way, part: int) -> tuple[Proof, ...]:
    with tempfile.TemporaryDirectory() as folder:
        hiding = _engine(Path(folder), dialect, "tokenize", "redact")
        blocking, off = (_engine(Path(folder), dialect, action, action) for action in ("block", "allow"))

    async def all_of_them() -> tuple[Proof, ...]:
        found: list[Proof] = []
        for each in placed(dialect, way)[part :: parts(dialect, way)]:
            hidden = await judged(hiding, each)
            fates = [fate(await judged(running, each)) for running in (blocking, off)]
            found.append(Proof(each, _seen(hidden), fate(hidden), *fates, hidden.message))
        return tuple(found)

    with _read_once():
        return asyncio.run(all_of_them())


def _engine(folder: Path, dialect: str, out: str, back: str) -> Engine:
    return engines.engine(folder, POLICY % {"dialect": dialect, "out": out, "back": back})


@contextmanager
def _read_once() -> Iterator[None]:
    """A reading does not depend on the policy, and takes most of the time: three policies share it. What a provider
    would reach is another test's affair (`test_every_pointer.py`)."""
    reads = grille.engine.read
    last: dict[bytes, Reading] = {}

    def read(
        dialect: Dialect, way: Direction, message: Message, limit: int, credentials: frozenset[str] | None, _: Recall
    ) -> Reading:
        if message.body not in last:
            last.clear()
            last[message.body] = reads(dialect, way, message, limit, credentials)
        return last[message.body]

    reaching = mock.patch.object(grille.engine, "egress", return_value=Met())
    with mock.patch.object(grille.engine, "read", read), reaching:
        yield


async def judged(running: Engine, each: Placed, body: bytes | None = None) -> Inspection:
    exchange = engines.exchange("openai", direction(each.way))
    sent = each.message if body is None else replace(each.message, body=body)
    return await inspect(running, exchange, sent, engines.find, engines.TODAY)


def fate(inspection: Inspection) -> Fate:
    if inspection.verdict.stops:
        codes = {refusal.code for refusal in inspection.verdict.refusals}
        return Fate.UNREADABLE if codes & {"unscannable_body", "malformed_body"} else Fate.BLOCKED
    return Fate.LEAKED if holds(inspection.message.body.decode(errors="replace")) else Fate.REWRITTEN


def _seen(inspection: Inspection) -> Seen:
    touches = [_TOUCHES[segment.touch] for segment in inspection.segments if holds(segment.text)]
    if touches:
        return touches[0]
    return Seen.REFUSED if fate(inspection) is Fate.UNREADABLE else Seen.NOT


def beside_a_card(each: Placed) -> Fate:
    """What becomes of a message that says a card number in an echo, and once more in words of its own."""
    body = json.dumps({"a_word_of_its_own": CARD, **each.document}).encode()
    if each.way is Way.EVENT:
        body = b"data: " + body + b"\n\n"
    with tempfile.TemporaryDirectory() as folder:
        running = _engine(Path(folder), each.dialect, "tokenize", "redact")
    return fate(asyncio.run(judged(running, each, body)))
