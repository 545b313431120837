"""Records and spans in OTLP: the line to the byte, and nothing that the record does not hold."""

from __future__ import annotations

from dataclasses import replace

import pytest
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import (
    ExportLogsPartialSuccess,
    ExportLogsServiceRequest,
    ExportLogsServiceResponse,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTracePartialSuccess,
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)

from chains import NOW, entry
from collector import said
from grille.exchange import Outcome
from grille.sinks.otlp import logs, rejected, traces
from grille.sinks.spans import Span, Trace

TRACE = Trace(b"t" * 16, b"s" * 8, b"p" * 8)


SEVERITIES = {Outcome.ALLOW: 9, Outcome.REWRITE: 9, Outcome.BLOCK: 13, Outcome.ERROR: 17}


@pytest.mark.parametrize(("verdict", "severity"), [(each.value, SEVERITIES[each]) for each in Outcome])
def test_a_record_is_its_line_and_belongs_to_its_trace(verdict: str, severity: int) -> None:
    one = replace(entry(), verdict=verdict)
    body = logs({"service.name": "grille"}, [(one, b'\n{"a":1}\n', TRACE), (one, b'{"b":2}\n', None)])
    (several,) = ExportLogsServiceRequest.FromString(body).resource_logs
    assert said(several.resource) == {"service.name": "grille"}
    first, second = several.scope_logs[0].log_records
    assert (first.body.string_value, second.body.string_value) == ('{"a":1}', '{"b":2}')
    assert (first.trace_id, first.span_id, second.trace_id) == (TRACE.id, TRACE.span, b"")
    assert first.time_unix_nano == int(NOW.timestamp()) * 10**9
    assert (first.severity_number, first.event_name) == (severity, "grille.audit")
    assert said(first)["grille.verdict"] == verdict
    assert said(first)["grille.direction"] == "request"


def test_a_span_has_its_times_its_parent_and_its_status() -> None:
    well, ill = Span(TRACE, 10, 20), Span(TRACE, 10, 20)
    well.take(entry())
    ill.take(replace(entry(), verdict="error"))
    (several,) = ExportTraceServiceRequest.FromString(traces({}, {}, [well, ill])).resource_spans
    first, second = several.scope_spans[0].spans
    assert (first.trace_id, first.span_id, first.parent_span_id) == (TRACE.id, TRACE.span, TRACE.parent)
    assert (first.start_time_unix_nano, first.end_time_unix_nano, first.kind) == (10, 20, 2)
    assert (first.status.code, second.status.code) == (0, 2)
    assert said(first)["grille.enforced"] is True


def test_what_a_collector_did_not_take_is_counted() -> None:
    some = ExportLogsServiceResponse(partial_success=ExportLogsPartialSuccess(rejected_log_records=3))
    assert rejected(some.SerializeToString()) == 3
    other = ExportTraceServiceResponse(partial_success=ExportTracePartialSuccess(rejected_spans=4))
    assert rejected(other.SerializeToString()) == 4
    assert rejected(b"") == 0
    assert rejected(b"<html>") == 0
