"""What is counted is what records say, in the policy's names and no others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from time import monotonic
from unittest import mock

import pytest
from prometheus_client.parser import text_string_to_metric_families

from grille.errors import AuditFailed
from grille.exchange import Action, Direction, Exchange, Finding, Outcome, Refusal, Ruling, Source, Verdict
from grille.sinks import metrics as module
from grille.sinks.audit import PolicyStamp, Record, record
from grille.sinks.metrics import End, Metrics, Pool, Signal, Vitals, merged
from grille.sinks.tally import tally

CARD = "4111111111111111"
ROW = Source("policy.yaml", 14, "profiles.outside.CREDIT_CARD")
EXCHANGE = Exchange("x1", Direction.REQUEST, "https", f"{CARD}.example", 443, "POST", f"/v1/{CARD}", endpoint="openai")
POOLS = (Pool("texts", 3, 2, 1, 4096, 65536, 1), Pool("files", 2, 2, 0, 0, 65536, 0))
VITALS = Vitals(
    policy="fintech", digest="ab12", mode="enforce", ends=(End("attestation", "ZDR-1", 1_810_000_000.0),),
    certificate_ends=1_800_000_000.0, draining=False, clients=7, exchanges=2, known=120, met=80, searched=40,
    records=41, pools=POOLS, signals=(Signal("logs", 5, 900, 3),),
)  # fmt: skip

type Samples = Mapping[tuple[str, frozenset[tuple[str, str]]], float]


class Kept:
    """A sink that keeps records, or takes none."""

    def __init__(self, full: bool = False) -> None:
        self.records: list[Record] = []
        self.full = full

    def write(self, entry: Record) -> None:
        if self.full:
            raise AuditFailed("the disk is full")
        self.records.append(entry)


def entry(exchange: Exchange = EXCHANGE, outcome: Outcome = Outcome.REWRITE, **more: float) -> Record:
    rulings = [Ruling(Finding(0, 3, 9, "CREDIT_CARD", 0.9, "test"), Action.TOKENIZE, ROW)] * 2
    refusals = (Refusal("session_only_missing", "Set `store`.", ROW),) if outcome is Outcome.BLOCK else ()
    verdict = Verdict(outcome, tuple(rulings), refusals)
    found = tally(rulings, [f"/messages/{CARD}/content"])
    return record(exchange, verdict, found, PolicyStamp("p", "d"), time=datetime(2026, 11, 23, tzinfo=UTC), **more)


def samples(text: bytes) -> Samples:
    families = text_string_to_metric_families(text.decode())
    return {(each.name, frozenset(each.labels.items())): each.value for family in families for each in family.samples}


def key(name: str, /, **labels: str) -> tuple[str, frozenset[tuple[str, str]]]:
    return name, frozenset(labels.items())


def test_a_record_is_counted_by_endpoint_verdict_entity_and_action() -> None:
    metrics = Metrics(Kept(), lambda: VITALS)
    metrics.write(entry(duration_ms=12.0))
    metrics.write(entry(outcome=Outcome.BLOCK))
    seen = samples(metrics.text())
    where = {"direction": "request", "endpoint": "openai"}
    assert seen[key("grille_messages_total", **where, verdict="rewrite", enforced="true")] == 1
    assert seen[key("grille_messages_total", **where, verdict="block", enforced="true")] == 1
    assert seen[key("grille_findings_total", **where, entity="CREDIT_CARD", action="tokenize")] == 4
    assert seen[key("grille_stops_total", **where, code="session_only_missing")] == 1
    assert seen[key("grille_judging_seconds_bucket", direction="request", le="0.01")] == 1
    assert seen[key("grille_judging_seconds_bucket", direction="request", le="0.025")] == 2


def test_the_sink_behind_has_every_record_first() -> None:
    kept = Kept()
    written = entry()
    Metrics(kept, lambda: VITALS).write(written)
    assert kept.records == [written]


def test_a_record_that_could_not_be_written_is_counted_as_that_alone() -> None:
    metrics = Metrics(Kept(full=True), lambda: VITALS)
    with pytest.raises(AuditFailed):
        metrics.write(entry())
    seen = samples(metrics.text())
    assert seen[key("grille_audit_failures_total")] == 1
    assert not any(name == "grille_messages_total" for name, _ in seen)


def test_after_a_record_that_could_not_be_written_no_traffic_is_asked_for_until_it_is_time_to_try_again() -> None:
    kept = Kept(full=True)
    metrics = Metrics(kept, lambda: VITALS)
    assert metrics.is_recording()
    with pytest.raises(AuditFailed):
        metrics.write(entry())
    assert not metrics.is_recording()
    with mock.patch.object(module, "monotonic", return_value=monotonic() + module._TRIED_AGAIN):
        assert metrics.is_recording()
    kept.full = False
    metrics.write(entry())
    assert metrics.is_recording()


def test_hosts_paths_and_addresses_stay_out() -> None:
    kept = Kept()
    metrics = Metrics(kept, lambda: VITALS)
    unsafe = replace(entry(), host=CARD, route=CARD, id=CARD, clients=(CARD,), dialect=CARD, evidence=(CARD,))
    metrics.write(unsafe)
    assert CARD in repr(kept.records), "the control: it was there to be told"
    assert CARD.encode() not in metrics.text()


def test_how_the_process_is_is_read_off_when_somebody_asks() -> None:
    now = VITALS
    metrics = Metrics(Kept(), lambda: now)
    assert samples(metrics.text())[key("grille_draining")] == 0
    now = replace(VITALS, draining=True)
    seen = samples(metrics.text())
    assert seen[key("grille_draining")] == 1
    assert seen[key("grille_policy_info", name="fintech", digest="ab12", mode="enforce")] == 1
    assert seen[key("grille_certificate_expiry_timestamp_seconds")] == 1_800_000_000
    assert seen[key("grille_policy_expiry_timestamp_seconds", kind="attestation", id="ZDR-1")] == 1_810_000_000
    assert seen[key("grille_audit_sequence")] == 41
    assert (seen[key("grille_clients")], seen[key("grille_exchanges")]) == (7, 2)
    assert (seen[key("grille_texts_total", known="yes")], seen[key("grille_texts_total", known="no")]) == (80, 40)
    assert seen[key("grille_known_texts")] == 120
    assert seen[key("grille_workers", pool="texts")] == 3
    assert seen[key("grille_workers_idle", pool="texts")] == 2
    assert seen[key("grille_workers_jobs", pool="texts")] == 1
    assert seen[key("grille_workers_waiting_bytes", pool="texts")] == 4096
    assert seen[key("grille_workers_waiting_limit_bytes", pool="texts")] == 65536
    assert seen[key("grille_workers_replaced_total", pool="texts")] == 1
    assert any(name == "process_resident_memory_bytes" for name, _ in seen)
    assert seen[key("grille_otlp_waiting", signal="logs")] == 5
    assert seen[key("grille_otlp_sent_total", signal="logs")] == 900
    assert seen[key("grille_otlp_dropped_total", signal="logs")] == 3


def test_of_what_is_not_asked_for_there_is_no_metric() -> None:
    assert b"grille_otlp" in Metrics(Kept(), lambda: VITALS).text()
    assert b"grille_otlp" not in Metrics(Kept(), lambda: replace(VITALS, signals=())).text()


def test_the_metrics_of_several_processes_are_one_text_with_one_head_for_each() -> None:
    one, two = Metrics(Kept(), lambda: VITALS), Metrics(Kept(), lambda: VITALS)
    one.write(entry())
    two.write(entry())
    two.write(entry())
    text = merged({"0": one.text().decode(), "1": two.text().decode()})
    assert text.count(b"# TYPE grille_messages_total counter") == 1
    seen = samples(text)
    where = {"direction": "request", "endpoint": "openai", "verdict": "rewrite", "enforced": "true"}
    assert [seen[key("grille_messages_total", **where, process=each)] for each in ("0", "1")] == [1, 2]
    assert seen[key("grille_judging_seconds_count", direction="request", process="1")] == 2
