"""What is recorded is sent, waits, or is counted as lost; nothing ever waits for it."""

from __future__ import annotations

import asyncio
import http.client
import socket
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsPartialSuccess, ExportLogsServiceResponse

import engines
from chains import entry, lines
from collector import Collector, said
from grille import __version__
from grille.addon import telemetry
from grille.addon.telemetry import Telemetry, described, pairs
from grille.errors import SettingsError
from grille.sinks.audit import Audit
from grille.sinks.metrics import Signal
from grille.sinks.verify import verify
from upstream import Authority


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telemetry, "SECONDS", 0.02)


def playing(url: str, scene: Callable[[Telemetry], Awaitable[None]]) -> tuple[Signal, ...]:
    """Play a scene, and what its telemetry says in the end."""

    async def play() -> tuple[Signal, ...]:
        sent = Telemetry(url, {})
        try:
            await scene(sent)
        finally:
            await sent.stop()
        return sent.signals()

    return asyncio.run(play())


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.005)


def test_what_is_collected_is_the_file_and_can_be_verified_there(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"

    async def scene(sent: Telemetry) -> None:
        audit = Audit(str(path), None, sent.record)
        for number in range(telemetry.BATCH + 3):
            audit.write(entry(number))
        audit.close()

    with Collector() as there:
        logs, traces = playing(there.url, scene)
    assert (logs.sent, logs.waiting, logs.dropped, traces.sent) == (telemetry.BATCH + 3, 0, 0, 0)
    collected = tmp_path / "collected.jsonl"
    collected.write_bytes(b"".join(each.body.string_value.encode() + b"\n" for each in there.logs))
    assert lines(collected) == lines(path)
    assert verify([collected]).whole


def test_a_record_that_could_not_be_written_is_not_sent(tmp_path: Path) -> None:
    async def scene(sent: Telemetry) -> None:
        with pytest.raises(Exception, match="could not be written"):
            Audit("/dev/full", None, sent.record).write(entry())

    with Collector() as there:
        assert playing(there.url, scene)[0].sent == 0
    assert there.logs == []


def test_a_span_is_sent_when_its_exchange_ends_and_its_records_name_it() -> None:
    async def scene(sent: Telemetry) -> None:
        sent.begin("0", [])
        sent.begin("silent", [])
        sent.begin("1", [f"00-{'ab' * 16}-{'cd' * 8}-00"])
        for number in (0, 1, 2):
            sent.record(entry(number), b"{}\n")
        for exchange in ("0", "silent", "1", "unknown"):
            sent.end(exchange)

    with Collector() as there:
        assert playing(there.url, scene)[1].sent == 1
    (span,) = there.spans
    assert said(span)["grille.exchange"] == "0"
    assert [(each.trace_id, each.span_id) for each in there.logs[:1]] == [(span.trace_id, span.span_id)]
    assert there.logs[1].trace_id.hex() == "ab" * 16, "the caller said not to sample; the record is sent all the same"
    assert there.logs[2].trace_id == b""
    assert span.end_time_unix_nano >= span.start_time_unix_nano > 0


def test_what_is_under_way_at_the_end_is_sent() -> None:
    async def scene(sent: Telemetry) -> None:
        sent.begin("0", [])
        sent.record(entry(0), b"{}\n")

    with Collector() as there:
        playing(there.url, scene)
    assert len(there.spans) == 1


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_collector_that_cannot_now_is_asked_again(status: int, capfd: pytest.CaptureFixture[str]) -> None:
    async def scene(sent: Telemetry) -> None:
        sent.record(entry(), b"{}\n")
        await until(lambda: bool(there.logs))

    with Collector([status, status]) as there:
        logs, _ = playing(there.url, scene)
    assert (logs.sent, logs.dropped, len(there.headers)) == (1, 0, 3)
    assert capfd.readouterr().err.count(f"does not take records: status {status}") == 1, "said once"


def test_a_collector_that_will_not_is_not_asked_again() -> None:
    async def scene(sent: Telemetry) -> None:
        sent.record(entry(0), b"{}\n")
        await until(lambda: bool(there.headers))
        sent.record(entry(1), b"{}\n")
        await until(lambda: bool(there.logs))

    with Collector([400]) as there:
        logs, _ = playing(there.url, scene)
    assert (logs.sent, logs.dropped) == (1, 1)


def test_what_a_collector_takes_in_part_is_counted() -> None:
    async def scene(sent: Telemetry) -> None:
        for _ in range(3):
            sent.record(entry(), b"{}\n")

    answer = ExportLogsServiceResponse(partial_success=ExportLogsPartialSuccess(rejected_log_records=2))
    with Collector(answer=answer.SerializeToString()) as there:
        logs, _ = playing(there.url, scene)
    assert (logs.sent, logs.dropped) == (1, 2)


def test_without_a_collector_nothing_waits_and_what_is_too_much_is_counted(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(telemetry, "MOST", 10)
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{nobody.getsockname()[1]}"

        async def scene(sent: Telemetry) -> None:
            began = time.monotonic()
            for number in range(200):
                sent.begin(str(number), [])
                sent.record(entry(number), b"{}\n")
            assert time.monotonic() - began < 0.5
            logs, traces = sent.signals()
            assert logs.waiting <= 10
            assert logs.dropped + logs.waiting >= 190
            assert traces.dropped == 190, "of exchanges that never end the oldest are let go"

        began = time.monotonic()
        logs, traces = playing(url, scene)
        assert time.monotonic() - began < 5
    assert (logs.sent, logs.dropped, traces.sent, traces.dropped) == (0, 200, 0, 200)
    assert capfd.readouterr().err == f"grille: {url}/v1/logs does not take records: ConnectionRefusedError\n"


def test_a_collector_that_asks_for_time_gets_it() -> None:
    async def scene(sent: Telemetry) -> None:
        sent.record(entry(), b"{}\n")
        await until(lambda: bool(there.headers))
        await asyncio.sleep(0.2)
        assert len(there.headers) == 1

    with Collector([503], retry_after="5") as there:
        logs, _ = playing(there.url, scene)
    assert (logs.sent, logs.dropped) == (1, 0), "and once more at the end"


def test_credentials_names_and_trust_come_from_the_standard_variables(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_HEADERS", "authorization=Bearer%20abc,x-tenant=bank")
    monkeypatch.setenv("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=test,service.name=other")
    monkeypatch.setenv("OTEL_SERVICE_NAME", "grille-east")

    async def scene(sent: Telemetry) -> None:
        sent.record(entry(), b"{}\n")

    with Collector() as there:
        playing(f"{there.url}/", scene)
    assert (there.headers[0]["authorization"], there.headers[0]["x-tenant"]) == ("Bearer abc", "bank")
    assert there.resources[0]["service.name"] == "grille-east"
    assert there.resources[0]["deployment.environment.name"] == "test"
    assert there.resources[0]["service.version"] == __version__
    assert described()["service.instance.id"] != described()["service.instance.id"]
    ca = tmp_path / "ca.pem"
    ca.write_bytes(Authority().pem())
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_CERTIFICATE", str(ca))
    assert len(telemetry._context().get_ca_certs()) == 1
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_CERTIFICATE", str(tmp_path / "missing.pem"))
    with pytest.raises(SettingsError, match=r"--otlp https://collector\.example"):
        Telemetry("https://collector.example", {})


def test_pairs_are_read_as_the_standard_writes_them() -> None:
    assert pairs("a=b, c = d%2Ce ,,=x,broken") == {"a": "b", "c": "d,e"}


@pytest.mark.parametrize(
    "url",
    ["", "collector:4318", "grpc://collector:4317", "http://", "http://u:p@collector", "http://c:99999", "http://c/?q"],
)
def test_a_url_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="--otlp"):
        Telemetry(url, {})


def test_without_the_extra_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "grille.sinks.otlp", raising=False)
    monkeypatch.setattr("grille.sinks.otlp", None, raising=False)
    monkeypatch.delattr("grille.sinks.otlp")
    monkeypatch.setitem(sys.modules, "opentelemetry.proto.collector.logs.v1.logs_service_pb2", None)
    with pytest.raises(SettingsError, match=r"pip install 'grille\[otel\]'"):
        Telemetry("http://127.0.0.1:4318", {})


def test_where_nothing_is_asked_for_there_is_none(tmp_path: Path) -> None:
    policy = engines.engine(tmp_path).policy

    async def scene() -> None:
        async with AsyncExitStack() as ends:
            assert telemetry.telemetry("", policy, ends) is None
            made = telemetry.telemetry("http://127.0.0.1:9", policy, ends)
            assert made is not None
        assert not made._thread.is_alive(), "stopped with everything else"

    asyncio.run(scene())


def test_what_is_no_answer_in_http_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise http.client.BadStatusLine("4111111111111111")

    monkeypatch.setattr(http.client.HTTPConnection, "request", broken)
    assert telemetry.Collector("http://127.0.0.1:9").post("/v1/logs", b"", 1) == (0, b"BadStatusLine", 0.0)
