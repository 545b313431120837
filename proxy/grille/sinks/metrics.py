"""Counters for a scraper, in Prometheus' text format: what records say, added up, and how the process is.

Everything here is counted off an audit record, so no metric can say more than the audit does; and of a record
only the policy's own names become labels (endpoints, entities, actions, codes), never a host, a route or an
address, which are partly the caller's words. So there are as many series as the policy has rows, whatever
callers do.

This module must not hold a value, and asks nobody: what is not in a record is handed in by `vitals`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from time import monotonic

from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector
from prometheus_client.samples import Sample

from grille import __version__
from grille.errors import AuditFailed
from grille.sinks.audit import Record, Sink

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_TRIED_AGAIN = 30.0
"""Seconds after a record that could not be written. Only another record tells whether it can be, and without traffic
there is none."""
disable_created_metrics()  # type: ignore[no-untyped-call]


@dataclass(frozen=True, slots=True)
class Pool:
    """Processes that do one kind of work. `jobs` are in hand or wait, `waiting_bytes` large together, and at most
    `most_bytes`. `replaced` counts processes that were late, died or lied."""

    name: str
    processes: int
    idle: int
    jobs: int
    waiting_bytes: int
    most_bytes: int
    replaced: int


@dataclass(frozen=True, slots=True)
class End:
    """When something of the policy no longer counts, in seconds since 1970."""

    kind: str
    name: str
    time: float


@dataclass(frozen=True, slots=True)
class Signal:
    """What goes to a collector: how much waits, was sent, and was lost."""

    name: str
    waiting: int
    sent: int
    dropped: int


@dataclass(frozen=True, slots=True)
class Vitals:
    """How a proxy is at this moment. `known` are the texts that need no search, `met` and `searched` count texts
    that were known and were not; `certificate_ends` is in seconds since 1970, and `records` the number of the last
    audit record in its chain."""

    policy: str
    digest: str
    mode: str
    ends: tuple[End, ...]
    certificate_ends: float
    draining: bool
    clients: int
    exchanges: int
    known: int
    met: int
    searched: int
    records: int
    pools: tuple[Pool, ...]
    signals: tuple[Signal, ...] = ()


class Metrics:
    """Stands before `sink`: what it takes is counted, and so is what it does not take."""

    def __init__(self, sink: Sink, vitals: Callable[[], Vitals]) -> None:
        self._sink = sink
        self._registry = registry = CollectorRegistry()
        self._messages = Counter(
            "grille_messages", "Messages judged", ["direction", "endpoint", "verdict", "enforced"], registry=registry
        )
        self._findings = Counter(
            "grille_findings", "Findings, by what became of them", ["direction", "endpoint", "entity", "action"],
            registry=registry,
        )  # fmt: skip
        self._stops = Counter(
            "grille_stops", "Reasons for which messages were stopped", ["direction", "endpoint", "code"],
            registry=registry,
        )  # fmt: skip
        self._seconds = Histogram(
            "grille_judging_seconds", "Time that judging added to a message, all pieces of a stream together",
            ["direction"], buckets=_SECONDS, registry=registry,
        )  # fmt: skip
        self._unwritten = Counter(
            "grille_audit_failures", "Records that could not be written; nothing was forwarded", registry=registry
        )
        self._failed = -_TRIED_AGAIN
        registry.register(_Now(vitals))
        ProcessCollector(registry=registry)

    def write(self, entry: Record) -> None:
        """Raises `AuditFailed` as the sink does."""
        try:
            self._sink.write(entry)
        except AuditFailed:
            self._unwritten.inc()
            self._failed = monotonic()
            raise
        self._failed = -_TRIED_AGAIN
        direction, endpoint = entry.direction, entry.endpoint
        self._messages.labels(direction, endpoint, entry.verdict, str(entry.enforced).lower()).inc()
        self._seconds.labels(direction).observe(entry.duration_ms / 1000)
        for found in entry.findings:
            self._findings.labels(direction, endpoint, found.entity, found.action).inc(found.count)
        for reason in entry.reasons:
            self._stops.labels(direction, endpoint, reason.code).inc()

    def is_recording(self) -> bool:
        """Whether the last record was written, or it was so long ago that this is to be tried again."""
        return monotonic() - self._failed >= _TRIED_AGAIN

    def text(self) -> bytes:
        """What a scraper is told."""
        return generate_latest(self._registry)


class _Now(Collector):
    """What is read off when somebody asks."""

    def __init__(self, vitals: Callable[[], Vitals]) -> None:
        self._vitals = vitals

    def describe(self) -> Iterable[Metric]:
        return ()

    def collect(self) -> Iterator[Metric]:
        now = self._vitals()
        yield _info("grille_build_info", "The version that runs", {"version": __version__})
        policy = {"name": now.policy, "digest": now.digest, "mode": now.mode}
        yield _info("grille_policy_info", "The policy in force", policy)
        yield _ends(now.ends)
        yield _gauge("grille_certificate_expiry_timestamp_seconds", "When the CA ends", now.certificate_ends)
        yield _gauge("grille_audit_sequence", "Number of the last audit record in its chain", now.records)
        yield _gauge("grille_draining", "1 when no new connections are taken", now.draining)
        yield _gauge("grille_clients", "Connections of clients", now.clients)
        yield _gauge("grille_exchanges", "Exchanges under way", now.exchanges)
        yield _gauge("grille_known_texts", "Texts that need no search because they were judged before", now.known)
        yield _count("grille_texts", "Texts, by whether they were known", "known", {"yes": now.met, "no": now.searched})
        yield from _pools(now.pools)
        yield from _signals(now.signals)


def _pools(pools: Sequence[Pool]) -> Iterator[Metric]:
    yield _gauges("grille_workers", "Worker processes", {each.name: each.processes for each in pools})
    yield _gauges("grille_workers_idle", "Worker processes without work", {each.name: each.idle for each in pools})
    yield _gauges("grille_workers_jobs", "Work that is in hand or waits", {each.name: each.jobs for each in pools})
    waiting = {each.name: each.waiting_bytes for each in pools}
    yield _gauges("grille_workers_waiting_bytes", "Size of the work that is in hand or waits", waiting)
    most = {each.name: each.most_bytes for each in pools}
    yield _gauges("grille_workers_waiting_limit_bytes", "The size over which work is refused", most)
    replaced = {each.name: each.replaced for each in pools}
    yield _count("grille_workers_replaced", "Workers that were late, died or lied", "pool", replaced)


def _signals(signals: Sequence[Signal]) -> Iterator[Metric]:
    if signals:
        waiting = {each.name: each.waiting for each in signals}
        yield _gauges("grille_otlp_waiting", "Records and spans that wait to be sent", waiting, "signal")
        sent = {each.name: each.sent for each in signals}
        yield _count("grille_otlp_sent", "Records and spans that a collector took", "signal", sent)
        dropped = {each.name: each.dropped for each in signals}
        yield _count("grille_otlp_dropped", "Records and spans that no collector has", "signal", dropped)


def _ends(ends: Sequence[End]) -> Metric:
    words = "When an exception or an attestation of the policy no longer counts"
    family = GaugeMetricFamily("grille_policy_expiry_timestamp_seconds", words, labels=["kind", "id"])
    for each in ends:
        family.add_metric([each.kind, each.name], each.time)
    return family


def _gauge(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(name, words, value=float(value))


def _gauges(name: str, words: str, values: Mapping[str, int], label: str = "pool") -> Metric:
    family = GaugeMetricFamily(name, words, labels=[label])
    for which, value in values.items():
        family.add_metric([which], value)
    return family


def _info(name: str, words: str, labels: Mapping[str, str]) -> Metric:
    family = GaugeMetricFamily(name, words, labels=list(labels))
    family.add_metric(list(labels.values()), 1)
    return family


def _count(name: str, words: str, label: str, values: Mapping[str, int]) -> Metric:
    family = Metric(name, words, "counter")
    for which, value in values.items():
        family.add_sample(f"{name}_total", {label: which}, value)
    return family


def merged(texts: Mapping[str, str]) -> bytes:
    """What several processes said, as one text; each sample says of which `process` it is."""
    families: dict[str, Metric] = {}
    for process, text in texts.items():
        for family in text_string_to_metric_families(text):
            into = families.setdefault(family.name, Metric(family.name, family.documentation, family.type))
            into.samples += [_of(process, sample) for sample in family.samples]
    return generate_latest(_Given(families.values()))


def of_processes(serving: int, restarts: int) -> bytes:
    """What only their supervisor knows."""
    restarted = Metric("grille_process_restarts", "Processes that were started in the place of another", "counter")
    restarted.add_sample("grille_process_restarts_total", {}, restarts)
    return generate_latest(_Given([_gauge("grille_processes", "Processes that answer", serving), restarted]))


def _of(process: str, sample: Sample) -> Sample:
    return sample._replace(labels={**sample.labels, "process": process})


class _Given(CollectorRegistry):
    """A registry of metrics that are already collected."""

    def __init__(self, families: Iterable[Metric]) -> None:
        super().__init__()
        self._families = families

    def collect(self) -> Iterator[Metric]:
        yield from self._families
