"""First the record, then the answer."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from live import NOW
from mitmproxy.test import tflow, tutils

from engines import POLICY, engine, exchange, judge
from grille.addon.answers import Answers, shaped, unjudged, unsent
from grille.addon.refusal import Refused
from grille.errors import AuditFailed
from grille.exchange import Outcome
from grille.framing.message import Message
from grille.sinks.audit import Audit

REFUSED = Refused("upgrade", "No.")


@pytest.fixture
def answers(tmp_path: Path) -> Answers:
    return Answers(Audit(str(tmp_path / "audit.jsonl")), lambda: NOW)


def records(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / "audit.jsonl").read_text().splitlines()]


def test_what_may_pass_is_recorded_and_not_answered(tmp_path: Path, answers: Answers) -> None:
    made = engine(tmp_path)
    flow = tflow.tflow()
    judged = judge(made, "openai", json.dumps({"messages": [{"role": "user", "content": "hello"}]}))
    assert answers.judged(flow, made.policy, judged, 1.5)
    assert flow.response is None
    (record,) = records(tmp_path)
    assert (record["verdict"], record["incident"], record["duration_ms"]) == ("allow", "", 1.5)
    assert (record["route"], record["dialect"]) == ("/v1/chat/completions", "openai_chat")


def test_what_may_not_pass_is_recorded_and_answered_with_the_same_incident(tmp_path: Path, answers: Answers) -> None:
    made = engine(tmp_path)
    flow = tflow.tflow()
    judged = judge(made, "openai", json.dumps({"messages": [{"role": "user", "content": "SSN 219-09-9999"}]}))
    assert not answers.judged(flow, made.policy, judged, 0)
    assert flow.response is not None
    (record,) = records(tmp_path)
    assert flow.response.headers["x-grille-incident"] == record["incident"]
    assert "219-09" not in json.dumps(record)


def test_without_a_record_there_is_no_answer_of_this_kind(tmp_path: Path) -> None:
    made = engine(tmp_path)
    flow = tflow.tflow()
    with pytest.raises(AuditFailed):
        Answers(Audit("/dev/full"), lambda: NOW).refuse(
            flow, made.policy, unjudged(made.policy, exchange("openai")), REFUSED
        )
    assert flow.response is None


def test_what_was_not_judged_has_the_dialect_of_its_place(tmp_path: Path) -> None:
    made = engine(tmp_path)
    known = unjudged(made.policy, exchange("ledger"), "7")
    assert (known.exchange.endpoint, known.dialect and known.dialect.name, known.reply_to) == ("ledger", "mcp", "7")
    nowhere = unjudged(made.policy, replace(exchange("ledger"), host="evil.example"))
    assert (nowhere.exchange.endpoint, nowhere.dialect, nowhere.route) == ("", None, None)


def test_a_request_that_cannot_be_sent_is_read_for_its_id(tmp_path: Path) -> None:
    made = engine(tmp_path)
    call = Message((), b'{"jsonrpc": "2.0", "id": "a\\u0062", "method": "tools/list"}', "/mcp")
    assert unsent(made, exchange("ledger"), call).reply_to == '"a\\u0062"'
    assert unsent(made, exchange("ledger"), Message((), b"{broken", "/mcp")).reply_to == "null"


def test_a_failure_is_recorded_as_an_error(tmp_path: Path, answers: Answers) -> None:
    made = engine(tmp_path)
    answers.failed(made.policy, unjudged(made.policy, exchange("openai")), REFUSED, "K7Q2M9XA")
    (record,) = records(tmp_path)
    assert (record["verdict"], record["incident"]) == (Outcome.ERROR.value, "K7Q2M9XA")


def test_a_refusal_is_shaped_like_its_place(tmp_path: Path) -> None:
    made = engine(tmp_path)
    known = unjudged(made.policy, exchange("ledger"), "7")
    assert json.loads(shaped(made.policy, known, REFUSED, "I", tutils.treq()).body)["id"] == 7


def test_a_refused_head_request_has_no_body(tmp_path: Path, answers: Answers) -> None:
    made = engine(tmp_path)
    judged = judge(made, "openai", json.dumps({"messages": [{"role": "user", "content": "SSN 219-09-9999"}]}))
    first, second = tflow.tflow(), tflow.tflow()
    first.request.method = second.request.method = "HEAD"
    answers.judged(first, made.policy, judged, 0)
    answers.refuse(second, made.policy, judged, REFUSED)
    for flow in (first, second):
        assert flow.response is not None
        assert flow.response.raw_content == b""


def test_a_record_has_the_time_of_the_clock_and_the_outcome_it_was_given(tmp_path: Path, answers: Answers) -> None:
    made = engine(tmp_path)
    known = unjudged(made.policy, exchange("openai"))
    answers.refuse(tflow.tflow(), made.policy, known, REFUSED, Outcome.ERROR)
    (record,) = records(tmp_path)
    assert record["time"] == "2026-11-23T12:00:00.000000Z"
    assert record["verdict"] == "error"


def test_what_is_only_monitored_is_recorded_and_let_through(tmp_path: Path, answers: Answers) -> None:
    made = engine(tmp_path, POLICY.replace("mode: enforce", "mode: monitor"))
    flow = tflow.tflow()
    judged = judge(made, "openai", json.dumps({"messages": [{"role": "user", "content": "SSN 219-09-9999"}]}))
    assert answers.judged(flow, made.policy, judged, 0)
    assert flow.response is None
    (record,) = records(tmp_path)
    assert (record["verdict"], record["enforced"], record["incident"]) == ("block", False, "")
