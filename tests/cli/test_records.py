"""`grille.cli.records`: what a dry run reads."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from mitmproxy import io
from mitmproxy.test import tflow, tutils

from grille.cli.dry import DryRun, dry_run
from grille.cli.records import Record, aim, read
from grille.engine import load_policy
from grille.errors import SettingsError

BODY = {"model": "m", "messages": [{"role": "user", "content": "hi"}]}


@pytest.fixture(scope="module")
def run() -> DryRun:
    return dry_run(load_policy("starter", None), datetime.now(UTC).date())


def records(run: DryRun, path: Path, to: str | None = None) -> list[Record]:
    return list(read(str(path), run, aim(run.policy, to, None, "request")))


def test_a_text_is_carried_to_the_endpoint_that_was_asked_for(run: DryRun, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("hello")
    (record,) = records(run, tmp_path / "a.txt", "anthropic")
    assert record.exchange.host == "api.anthropic.com"
    assert b"hello" in record.message.body


def test_a_body_goes_as_it_is(run: DryRun, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps(BODY))
    (record,) = records(run, tmp_path / "a.json")
    assert json.loads(record.message.body) == BODY


def test_a_line_of_json_lines_is_a_body_a_string_or_a_text(run: DryRun, tmp_path: Path) -> None:
    lines = [json.dumps(BODY), json.dumps("just words"), "", json.dumps({"text": "labelled", "spans": []})]
    (tmp_path / "a.jsonl").write_text("\n".join(lines))
    first, second, third = records(run, tmp_path / "a.jsonl")
    assert json.loads(first.message.body) == BODY
    assert b"just words" in second.message.body
    assert b"labelled" in third.message.body
    assert third.name.endswith("a.jsonl:4")


def test_a_line_may_be_an_entry_as_in_a_har_file(run: DryRun, tmp_path: Path) -> None:
    entry = {"request": {"method": "POST", "url": "https://api.anthropic.com/v1/messages", "postData": {"text": "{}"}}}
    (tmp_path / "a.jsonl").write_text(json.dumps(entry) + "\n" + json.dumps({"request": "no recording", **BODY}))
    recorded, body = records(run, tmp_path / "a.jsonl")
    assert (recorded.exchange.host, recorded.message.body) == ("api.anthropic.com", b"{}")
    assert body.exchange.host == "api.openai.com"


def test_a_flow_dump_brings_its_own_exchanges_both_ways(run: DryRun, tmp_path: Path) -> None:
    request = tutils.treq(
        host="api.openai.com", port=443, scheme=b"https", path=b"/v1/chat/completions", method=b"POST"
    )
    flow = tflow.tflow(req=request, resp=True)
    with (tmp_path / "a.flow").open("wb") as file:
        io.FlowWriter(file).add(flow)
    asked, answered = records(run, tmp_path / "a.flow")
    assert asked.exchange.host == answered.exchange.host == "api.openai.com"
    assert asked.exchange.direction is not answered.exchange.direction
    assert asked.exchange.transport.tls_version


def test_a_har_file_brings_its_own_exchanges(run: DryRun, tmp_path: Path) -> None:
    entry = {
        "startedDateTime": "2026-11-23T00:00:00.000Z",
        "time": 1,
        "request": {
            "method": "POST", "url": "https://api.openai.com/v1/chat/completions", "httpVersion": "HTTP/1.1",
            "headers": [{"name": "Host", "value": "api.openai.com"}], "queryString": [], "cookies": [],
            "headersSize": -1, "bodySize": -1, "postData": {"mimeType": "application/json", "text": json.dumps(BODY)},
        },
        "response": {
            "status": 200, "statusText": "OK", "httpVersion": "HTTP/1.1", "headers": [], "cookies": [],
            "content": {"size": 2, "mimeType": "application/json", "text": "{}"}, "redirectURL": "",
            "headersSize": -1, "bodySize": 2,
        },
        "cache": {},
        "timings": {"send": 0, "wait": 1, "receive": 0},
    }  # fmt: skip
    har = {"log": {"version": "1.2", "creator": {"name": "t", "version": "1"}, "entries": [entry]}}
    (tmp_path / "a.har").write_text(json.dumps(har))
    asked, _ = records(run, tmp_path / "a.har")
    assert (asked.exchange.host, asked.exchange.path) == ("api.openai.com", "/v1/chat/completions")
    assert json.loads(asked.message.body) == BODY


def test_what_is_no_recording_and_no_text_is_refused(run: DryRun, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError, match=r"a\.txt: this is neither text"):
        records(run, tmp_path / "a.txt")


def test_an_aim_that_the_policy_does_not_know_is_refused_with_those_it_knows(run: DryRun) -> None:
    with pytest.raises(SettingsError, match="openai"):
        aim(run.policy, "nonsense", None, "request")
    with pytest.raises(SettingsError, match="local"):
        aim(run.policy, None, "nonsense", "request")
