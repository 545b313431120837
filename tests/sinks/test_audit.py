"""The audit: one whole line for each message, before anything else happens, and never a value."""

from __future__ import annotations

import errno
import json
import os
import random
import re
import signal
import stat
import subprocess
import sys
import time
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import grille
from grille.errors import AuditFailed
from grille.exchange import Action, Direction, Exchange, Finding, Outcome, Refusal, Ruling, Source, Verdict
from grille.sinks.audit import (
    Audit,
    PolicyStamp,
    Reason,
    Record,
    record,
    safe_host,
)
from grille.sinks.tally import Found, Tally, tally
from grille.sinks.verify import verify

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
STAMP = PolicyStamp("fintech", "0" * 64)
EXCHANGE = Exchange("x1", Direction.REQUEST, "https", "api.openai.com", 443, "POST", "/v1/4111111111111111")
CARD_ROW = Source("policy.yaml", 14, "profiles.outside.CREDIT_CARD")
CHAINED = ["chain", "seq", "prev"]
DOCUMENTATION = Path(__file__).parents[2] / "docs" / "audit.md"


def ruling(segment: int, action: Action = Action.TOKENIZE, entity: str = "CREDIT_CARD") -> Ruling:
    return Ruling(Finding(segment, 3, 9, entity, 0.9, "test"), action, CARD_ROW)


def entry(number: int = 0) -> Record:
    return record(replace(EXCHANGE, id=str(number)), Verdict(Outcome.ALLOW), Tally(), STAMP, time=NOW)


# -- what a record says ---------------------------------------------------------------------------


def test_a_record_says_who_where_what_and_why(tmp_path: Path) -> None:
    refusal = Refusal("session_only_missing", "Set `store` to false.", Source("policy.yaml", 30, "endpoints.openai"))
    verdict = Verdict(Outcome.BLOCK, (ruling(0),), (refusal,), enforced=False, evidence=("session_only: no",))
    exchange = replace(EXCHANGE, clients=("support", "staff"), endpoint="openai")
    audit = Audit(str(tmp_path / "audit.jsonl"))
    audit.write(
        record(
            exchange, verdict, tally(verdict.rulings, ["/messages/0/content"]), STAMP, time=NOW,
            route="POST /v1/responses", dialect="openai_responses", incident="K7Q2M9XA", duration_ms=1.23456,
        )
    )  # fmt: skip
    audit.close()
    (line,) = (tmp_path / "audit.jsonl").read_text("ascii").splitlines()
    assert [line.index(f',"{name}":') for name in ("chain", "seq", "prev")] > [line.index('"duration_ms"')]
    said = json.loads(line)
    assert len(said.pop("chain")) == 16
    assert (said.pop("seq"), said.pop("prev")) == (1, "0" * 64)
    assert said == {
        "time": "2026-11-23T09:30:00.000000Z",
        "id": "x1",
        "incident": "K7Q2M9XA",
        "direction": "request",
        "clients": ["support", "staff"],
        "endpoint": "openai",
        "host": "api.openai.com",
        "route": "POST /v1/responses",
        "dialect": "openai_responses",
        "verdict": "block",
        "enforced": False,
        "reasons": [{"code": "session_only_missing", "because": "policy.yaml:30 endpoints.openai"}],
        "findings": [
            {
                "entity": "CREDIT_CARD",
                "action": "tokenize",
                "count": 1,
                "because": "policy.yaml:14 profiles.outside.CREDIT_CARD",
                "addresses": ["/messages/0/content"],
            }
        ],
        "evidence": ["session_only: no"],
        "policy": {"name": "fintech", "digest": "0" * 64},
        "duration_ms": 1.235,
    }


@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_has_its_word(outcome: Outcome) -> None:
    assert record(EXCHANGE, Verdict(outcome), Tally(), STAMP, time=NOW).verdict == outcome.value


def test_the_time_is_universal() -> None:
    there = datetime(2026, 11, 23, 10, 30, 0, 5, tzinfo=timezone(timedelta(hours=1)))
    assert record(EXCHANGE, Verdict(Outcome.ALLOW), Tally(), STAMP, time=there).time == "2026-11-23T09:30:00.000005Z"
    with pytest.raises(ValueError, match="time zone"):
        record(EXCHANGE, Verdict(Outcome.ALLOW), Tally(), STAMP, time=NOW.replace(tzinfo=None))


def test_the_documentation_names_every_field_and_no_other() -> None:
    documented = re.findall(r"^\| `(\w+)` \|", DOCUMENTATION.read_text("utf-8"), re.MULTILINE)
    written = [field.name for kind in (Record, Reason, Found, PolicyStamp) for field in fields(kind)]
    written[len(fields(Record)) : len(fields(Record))] = CHAINED
    assert documented == written


def test_the_record_in_the_documentation_is_one() -> None:
    (example,) = re.findall(r"```json\n(.*?)```", DOCUMENTATION.read_text("utf-8"), re.DOTALL)
    assert list(json.loads(example)) == [field.name for field in fields(Record)] + CHAINED


# -- never a value --------------------------------------------------------------------------------

CANARIES = ("4111", "1111", "078", "1120", "5551", "Zoë", "zo%C3%AB")


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("api.openai.com", "api.openai.com"),
        ("bedrock-runtime.us-east-1.amazonaws.com", "bedrock-runtime.us-east-1.amazonaws.com"),
        ("203.0.113.10", "203.0.113.10"),
        ("localhost", "localhost"),
        ("", ""),
        ("4111111111111111.evil.example", "….evil.example"),
        ("4111.1111.1111.1111.evil.example", "….….….….evil.example"),
        ("41.11.11.11.11.11.11.11", "….….….….….….….…"),
        ("a4.b1.c1.d1.e1.f1.evil.example", "….….….….….….evil.example"),
        ("078-05-1120.evil.example", "….evil.example"),
        ("٤١١١١١.evil.example", "….evil.example"),
        ("a" * 24 + ".example", "a" * 24 + ".example"),
        ("a" * 25 + ".example", "….example"),
        ("4111:1111:1111:1111::1", "…"),
        ("::1", "::1"),
    ],
)
def test_a_host_name_is_kept_without_what_could_be_a_value(host: str, expected: str) -> None:
    assert safe_host(host) == expected
    assert record(replace(EXCHANGE, host=host), Verdict(Outcome.ALLOW), Tally(), STAMP, time=NOW).host == expected


@given(st.lists(st.sampled_from(["a", "4", "11", "1", ".", "-", "Zoë"]), max_size=30))
def test_no_host_keeps_more_digits_than_an_address_has(parts: list[str]) -> None:
    words = "".join(parts)
    assert sum(map(str.isdigit, safe_host(words))) <= (12 if safe_host(words) == words else 5)


def test_a_record_holds_no_value(tmp_path: Path) -> None:
    exchange = replace(
        EXCHANGE, host="4111111111111111.zoe.example", path="/v1/4111", tool="pay_4111", session="078-05-1120"
    )
    addresses = ["/4111/1111/1111/1111", "/078-05-1120~", "/to/Zoë", "header:x-555-1212-5551", "query:zo%C3%AB"]
    verdict = Verdict(
        Outcome.BLOCK,
        tuple(ruling(number) for number in range(len(addresses))),
        (Refusal("blocked", "Remove 4111 1111 1111 1111.", CARD_ROW),),
    )
    path = tmp_path / "audit.jsonl"
    Audit(str(path)).write(record(exchange, verdict, tally(verdict.rulings, addresses), STAMP, time=NOW))
    written = path.read_text("utf-8")
    assert not [canary for canary in CANARIES if canary in json.dumps(json.loads(written), ensure_ascii=False)]
    assert '"count":5' in written


# -- writing --------------------------------------------------------------------------------------


def test_a_new_file_belongs_to_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    before = os.umask(0)
    try:
        Audit(str(path)).close()
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_records_are_appended(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    for number in range(3):
        audit = Audit(str(path))
        audit.write(entry(number))
        audit.close()
    assert [json.loads(line)["id"] for line in path.read_text().splitlines()] == ["0", "1", "2"]


def test_a_record_is_one_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[bytes] = []

    def spy(descriptor: int, data: bytes) -> int:
        written.append(data)
        return len(data)

    audit = Audit(str(tmp_path / "audit.jsonl"))
    monkeypatch.setattr(os, "write", spy)
    audit.write(entry(1))
    (data,) = written
    assert data.endswith(b"}\n")
    assert data.count(b"\n") == 1


def test_nothing_in_a_record_breaks_its_line(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    exchange = replace(EXCHANGE, id="a\nb\u2028c\ud800", endpoint="é\r")
    Audit(str(path)).write(record(exchange, Verdict(Outcome.ALLOW), Tally(), STAMP, time=NOW))
    (line,) = path.read_bytes().splitlines()
    assert json.loads(line)["id"] == "a\nb\u2028c\ud800"


@pytest.mark.parametrize("left", [0, 1, 50])
def test_a_record_written_in_part_is_an_error_and_the_next_has_a_line_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, left: int
) -> None:
    path = tmp_path / "audit.jsonl"
    real = os.write
    audit = Audit(str(path))
    audit.write(entry(1))
    monkeypatch.setattr(os, "write", lambda descriptor, data: real(descriptor, data[:left]))
    for _ in range(2):
        with pytest.raises(AuditFailed, match="in part"):
            audit.write(entry(2))
    monkeypatch.setattr(os, "write", real)
    audit.write(entry(3))
    audit.write(entry(4))
    lines = path.read_text().splitlines()
    assert [json.loads(line)["id"] for line in (lines[0], *lines[-2:])] == ["1", "3", "4"]
    assert [line for line in lines[1:-2] if line.endswith("}")] == []


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EBADF, errno.EAGAIN])
def test_a_record_that_cannot_be_written_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def fail(descriptor: int, data: bytes) -> int:
        raise OSError(number, os.strerror(number))

    path = tmp_path / "audit.jsonl"
    audit = Audit(str(path))
    with monkeypatch.context() as patched:
        patched.setattr(os, "write", fail)
        with pytest.raises(AuditFailed, match="could not be written") as caught:
            audit.write(entry(1))
    assert caught.value.__cause__ is None
    audit.write(entry(2))
    assert json.loads(path.read_text().splitlines()[-1])["id"] == "2"


def test_a_full_disk_is_an_error() -> None:
    audit = Audit("/dev/full")
    with pytest.raises(AuditFailed, match="No space"):
        audit.write(entry(1))
    audit.close()


def test_a_file_that_cannot_be_opened_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(AuditFailed, match="cannot be opened"):
        Audit(str(tmp_path / "missing" / "audit.jsonl"))
    with pytest.raises(AuditFailed, match="cannot be opened"):
        Audit(str(tmp_path))


@pytest.mark.parametrize("before", ["", '{"id":"0"}\n', '{"id":"0"}\n{"id', "\n"])
def test_a_line_that_a_dead_process_left_unfinished_is_ended_first(tmp_path: Path, before: str) -> None:
    path = tmp_path / "audit.jsonl"
    path.write_text(before)
    audit = Audit(str(path))
    audit.write(entry(1))
    audit.write(entry(2))
    lines = path.read_text().splitlines()
    assert [json.loads(line)["id"] for line in lines[-2:]] == ["1", "2"]
    assert path.read_text().startswith(before)


def test_a_descriptor_is_written_to_and_stays_open() -> None:
    reading, writing = os.pipe()
    audit = Audit(writing)
    audit.write(entry(7))
    audit.close()
    assert json.loads(os.read(reading, 10_000))["id"] == "7"
    os.close(writing)
    os.close(reading)


def test_a_dash_is_standard_output(capfd: pytest.CaptureFixture[str]) -> None:
    audit = Audit("-")
    audit.write(entry(8))
    audit.close()
    said = json.loads(capfd.readouterr().out)
    assert (said["id"], said["seq"], said["prev"]) == ("8", 1, "0" * 64), "every process begins a chain there"


def test_a_pipe_that_nobody_reads_any_more_is_an_error(tmp_path: Path) -> None:
    os.mkfifo(path := tmp_path / "pipe")
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    audit = Audit(str(path))
    audit.write(entry(1))
    assert json.loads(os.read(reader, 10_000))["seq"] == 1
    os.close(reader)
    with pytest.raises(AuditFailed, match="Broken pipe"):
        audit.write(entry(2))
    audit.close()


# -- a chain for each file --------------------------------------------------------------------------


def test_one_process_at_a_time_writes_a_file(tmp_path: Path) -> None:
    path = str(tmp_path / "audit.jsonl")
    first = Audit(path)
    with pytest.raises(AuditFailed, match="another process writes its records to"):
        Audit(path)
    first.close()
    Audit(path).close()


def test_a_file_that_was_renamed_is_left_for_a_new_one_and_the_chain_goes_on(tmp_path: Path) -> None:
    path, old = tmp_path / "audit.jsonl", tmp_path / "audit.jsonl.1"
    audit = Audit(str(path))
    audit.write(entry(1))
    path.rename(old)
    audit.write(entry(2))
    path.unlink()
    audit.write(entry(3))
    assert [json.loads(each)["seq"] for each in (old.read_text(), path.read_text())] == [1, 3]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(AuditFailed, match="another process"):
        Audit(str(path))
    Audit(str(old)).close()
    audit.close()


def test_a_new_file_that_cannot_be_made_is_an_error_until_it_can(tmp_path: Path) -> None:
    folder = tmp_path / "records"
    folder.mkdir()
    audit = Audit(str(folder / "audit.jsonl"))
    audit.write(entry(1))
    folder.rename(tmp_path / "old")
    for _ in range(2):
        with pytest.raises(AuditFailed, match="cannot be opened"):
            audit.write(entry(2))
    folder.mkdir()
    audit.write(entry(3))
    audit.close()
    assert json.loads((folder / "audit.jsonl").read_text())["seq"] == 2, "what was not written has no number"


def test_a_file_that_was_copied_and_emptied_goes_on_with_the_chain(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    audit = Audit(str(path))
    audit.write(entry(1))
    os.truncate(path, 0)
    audit.write(entry(2))
    assert json.loads(path.read_text())["seq"] == 2


def test_what_is_remembered_is_the_last_record_and_whether_others_can_follow(tmp_path: Path) -> None:
    audit = Audit(str(tmp_path / "audit.jsonl"))
    assert audit.memory is None
    audit.write(entry(1))
    assert audit.memory is not None
    assert (audit.memory.link.seq, audit.memory.ended) == (1, False)
    audit.close()
    assert audit.memory.ended


# -- durability -----------------------------------------------------------------------------------

WRITER = """
import os, sys
from datetime import UTC, datetime
from grille.exchange import Direction, Exchange, Outcome, Verdict
from grille.sinks.audit import Audit, PolicyStamp, record
from grille.sinks.tally import Tally
audit, verdict, stamp = Audit(sys.argv[1]), Verdict(Outcome.ALLOW), PolicyStamp("p", "d")
for number in range(1_000_000):
    exchange = Exchange(f"{sys.argv[2]}-{number}", Direction.REQUEST, "https", "api.openai.com", 443, "POST", "/")
    audit.write(record(exchange, verdict, Tally(), stamp, time=datetime.now(UTC)))
    os.write(1, f"{exchange.id}\\n".encode())
"""


def test_no_acknowledged_record_is_lost_when_the_process_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    source = str(Path(grille.__file__).parents[1])
    rng = random.Random(1)
    acknowledged: set[str] = set()
    for run in range(8):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path), str(run)],
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": source},
        )
        assert writer.stdout is not None
        first = writer.stdout.readline()
        time.sleep(rng.uniform(0, 0.02))
        writer.send_signal(signal.SIGKILL)
        rest = writer.stdout.read()
        writer.wait()
        writer.stdout.close()
        acknowledged |= set((first + rest[: rest.rfind(b"\n") + 1]).decode().split())
    lines = [json.loads(line) for line in path.read_text().splitlines() if line.endswith("}")]
    assert len(acknowledged) > 8
    assert verify([path]).whole
    assert acknowledged <= {line["id"] for line in lines}
