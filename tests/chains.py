"""Chains of records for tests that do something to them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from grille.exchange import Direction, Exchange, Outcome, Verdict
from grille.sinks.audit import Audit, PolicyStamp, Record, record
from grille.sinks.chain import Link, Memory
from grille.sinks.tally import Tally

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
EXCHANGE = Exchange("x1", Direction.REQUEST, "https", "api.openai.com", 443, "POST", "/v1/responses")


def entry(number: int = 0) -> Record:
    exchange = replace(EXCHANGE, id=str(number))
    return record(exchange, Verdict(Outcome.ALLOW), Tally(), PolicyStamp("p", "0" * 64), time=NOW)


def wrote(path: Path, count: int, memory: Memory | None = None) -> Link:
    """Write that many records as one process does, and what the last one is."""
    audit = Audit(str(path), memory)
    for number in range(count):
        audit.write(entry(number))
    audit.close()
    assert audit.memory is not None
    return audit.memory.link


def lines(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines(keepends=True)
