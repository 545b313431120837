"""Audit records and spans as OTLP writes them: the only file that knows its protocol buffers.

It needs `opentelemetry-proto` (the extra `otel`), so only `telemetry.py` imports it, and only when it is asked for.
A log record's body is the line of the audit file, to the byte: chains can be verified where they are collected.
This module must not send anything.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import datetime

from google.protobuf.message import DecodeError
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest, ExportLogsServiceResponse
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, ArrayValue, InstrumentationScope, KeyValue
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord, ResourceLogs, ScopeLogs, SeverityNumber
from opentelemetry.proto.resource.v1.resource_pb2 import Resource
from opentelemetry.proto.trace.v1 import trace_pb2

from grille import __version__
from grille.sinks.audit import Record
from grille.sinks.spans import Attribute, Span, Trace, whole

type Log = tuple[Record, bytes, Trace | None]
"""A record, its line, and the trace that it is part of."""

_SEVERITIES = {
    "allow": SeverityNumber.SEVERITY_NUMBER_INFO,
    "rewrite": SeverityNumber.SEVERITY_NUMBER_INFO,
    "block": SeverityNumber.SEVERITY_NUMBER_WARN,
    "error": SeverityNumber.SEVERITY_NUMBER_ERROR,
}
_SCOPE = InstrumentationScope(name="grille", version=__version__)


def logs(resource: Mapping[str, str], batch: Sequence[Log]) -> bytes:
    """The body of a request with these records."""
    now = time.time_ns()
    within = ScopeLogs(scope=_SCOPE, log_records=[_log(now, *each) for each in batch])
    several = [ResourceLogs(resource=_resource(resource), scope_logs=[within])]
    return bytes(ExportLogsServiceRequest(resource_logs=several).SerializeToString())


def traces(resource: Mapping[str, str], providers: Mapping[str, str], batch: Sequence[Span]) -> bytes:
    """The body of a request with these spans."""
    within = trace_pb2.ScopeSpans(scope=_SCOPE, spans=[_span(each, providers) for each in batch])
    several = [trace_pb2.ResourceSpans(resource=_resource(resource), scope_spans=[within])]
    return bytes(ExportTraceServiceRequest(resource_spans=several).SerializeToString())


def rejected(answer: bytes) -> int:
    """How many of a batch a collector did not take that took the others; logs and traces say it alike."""
    try:
        return int(ExportLogsServiceResponse.FromString(answer).partial_success.rejected_log_records)
    except DecodeError:
        return 0


def _log(now: int, entry: Record, line: bytes, trace: Trace | None) -> LogRecord:
    return LogRecord(
        time_unix_nano=round(datetime.fromisoformat(entry.time).timestamp() * 1_000_000) * 1000,
        observed_time_unix_nano=now,
        severity_number=_SEVERITIES[entry.verdict],
        event_name="grille.audit",
        body=AnyValue(string_value=line.decode("ascii").strip("\n")),
        attributes=_attributes({**whole(entry), "grille.direction": entry.direction, "grille.verdict": entry.verdict}),
        trace_id=trace.id if trace else b"",
        span_id=trace.span if trace else b"",
    )


def _span(span: Span, providers: Mapping[str, str]) -> trace_pb2.Span:
    failed = trace_pb2.Status.StatusCode.STATUS_CODE_ERROR
    return trace_pb2.Span(
        trace_id=span.trace.id,
        span_id=span.trace.span,
        parent_span_id=span.trace.parent,
        name=span.name(),
        kind=trace_pb2.Span.SpanKind.SPAN_KIND_SERVER,
        start_time_unix_nano=span.began,
        end_time_unix_nano=span.ended,
        attributes=_attributes(span.attributes(providers)),
        status=trace_pb2.Status(code=failed) if span.failed else None,
    )


def _resource(resource: Mapping[str, str]) -> Resource:
    return Resource(attributes=_attributes(resource))


def _attributes(said: Mapping[str, Attribute]) -> list[KeyValue]:
    """Without those that are empty."""
    return [KeyValue(key=name, value=_value(value)) for name, value in said.items() if value not in ("", (), [])]


def _value(value: Attribute) -> AnyValue:
    match value:
        case bool():
            return AnyValue(bool_value=value)
        case int():
            return AnyValue(int_value=value)
        case float():
            return AnyValue(double_value=value)
        case str():
            return AnyValue(string_value=value)
    return AnyValue(array_value=ArrayValue(values=[AnyValue(string_value=each) for each in value]))
