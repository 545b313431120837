"""Prints the Grafana dashboard: `python deploy/grafana/dashboard.py > deploy/grafana/dashboard.json`.

What is shown are rows of (title, kind, unit, expressions with their legends). `$job` and `$instance` are chosen on the
dashboard, and processes of one instance are added up. It must not show what the policy does not name: no metric does.
"""

from __future__ import annotations

import json
from typing import NamedTuple

type Json = dict[str, object]

WHERE = 'job=~"$job",instance=~"$instance"'
RATE = "[$__rate_interval]"
DATASOURCE = {"type": "prometheus", "uid": "${datasource}"}
WIDTH, COLUMNS, HEIGHT = 24, 3, 8


class Panel(NamedTuple):
    title: str
    kind: str
    unit: str
    shown: tuple[tuple[str, str], ...]


def rate(metric: str, by: str, extra: str = "") -> str:
    return f"sum by ({by}) (rate({metric}{{{WHERE}{extra}}}{RATE}))"


def share_of(metric: str, extra: str) -> str:
    return f"{rate(metric, 'job', extra)} / {rate(metric, 'job')}"


def total(metric: str, by: str) -> str:
    return f"sum by ({by}) ({metric}{{{WHERE}}})"


def quantile(share: float, direction: str) -> str:
    buckets = rate("grille_judging_seconds_bucket", "le", f',direction="{direction}"')
    return f"histogram_quantile({share}, {buckets})"


ROWS: tuple[tuple[str, tuple[Panel, ...]], ...] = (
    (
        "What passes",
        (
            Panel("Messages by verdict", "timeseries", "reqps", (
                (rate("grille_messages_total", "verdict, enforced"), "{{verdict}} (enforced: {{enforced}})"),)),
            Panel("Messages by endpoint", "timeseries", "reqps", (
                (rate("grille_messages_total", "endpoint, direction"), "{{endpoint}} {{direction}}"),)),
            Panel("Why messages were stopped", "timeseries", "reqps", (
                (rate("grille_stops_total", "code"), "{{code}}"),)),
            Panel("Findings by entity", "timeseries", "cps", (
                (rate("grille_findings_total", "entity"), "{{entity}}"),)),
            Panel("Findings by action", "timeseries", "cps", (
                (rate("grille_findings_total", "action"), "{{action}}"),)),
            Panel("Under way", "timeseries", "short", (
                (total("grille_exchanges", "instance"), "exchanges {{instance}}"),
                (total("grille_clients", "instance"), "clients {{instance}}"))),
        ),
    ),
    (
        "What it costs",
        (
            Panel("Time to judge a request", "timeseries", "s", tuple(
                (quantile(share, "request"), f"p{share * 100:g}") for share in (0.5, 0.95, 0.99))),
            Panel("Time to judge an answer, all its pieces", "timeseries", "s", tuple(
                (quantile(share, "response"), f"p{share * 100:g}") for share in (0.5, 0.95, 0.99))),
            Panel("Texts that were known", "timeseries", "percentunit", (
                (share_of("grille_texts_total", ',known="yes"'), "{{job}}"),)),
            Panel("Idle workers", "timeseries", "short", (
                (total("grille_workers_idle", "instance, pool"), "{{pool}} {{instance}}"),
                (total("grille_workers", "instance, pool"), "all {{pool}} {{instance}}"))),
            Panel("Work that waits", "timeseries", "percentunit", (
                (f'{total("grille_workers_waiting_bytes", "instance, pool")}'
                 f' / {total("grille_workers_waiting_limit_bytes", "instance, pool")}', "{{pool}} {{instance}}"),
                )),
            Panel("Jobs in hand or waiting", "timeseries", "short", (
                (total("grille_workers_jobs", "instance, pool"), "{{pool}} {{instance}}"),)),
            Panel("Processor time", "timeseries", "short", (
                (rate("process_cpu_seconds_total", "instance"), "{{instance}}"),)),
            Panel("Memory", "timeseries", "bytes", (
                (total("process_resident_memory_bytes", "instance"), "{{instance}}"),)),
            Panel("Replaced workers and processes", "timeseries", "short", (
                (rate("grille_workers_replaced_total", "pool"), "{{pool}}"),
                (rate("grille_process_restarts_total", "instance"), "proxy {{instance}}"))),
        ),
    ),
    (
        "What is in force, and what is proved",
        (
            Panel("Policy", "table", "short", ((total("grille_policy_info", "instance, name, digest, mode"), ""),)),
            Panel("Ends of exceptions and attestations", "table", "s", (
                (f"min by (kind, id) (grille_policy_expiry_timestamp_seconds{{{WHERE}}}) - time()", ""),)),
            Panel("The CA ends in", "stat", "s", (
                (f"min(grille_certificate_expiry_timestamp_seconds{{{WHERE}}}) - time()", ""),)),
            Panel("Records that could not be written", "stat", "short", (
                (f"sum(increase(grille_audit_failures_total{{{WHERE}}}[$__range]))", ""),)),
            Panel("Number of the last record", "timeseries", "short", (
                (f"grille_audit_sequence{{{WHERE}}}", "{{instance}} {{process}}"),)),
            Panel("Sent to a collector, and lost", "timeseries", "cps", (
                (rate("grille_otlp_sent_total", "signal"), "{{signal}}"),
                (rate("grille_otlp_dropped_total", "signal"), "lost {{signal}}"))),
            Panel("Version, and who is draining", "table", "short", (
                (total("grille_build_info", "instance, version"), ""),
                (total("grille_draining", "instance"), ""))),
        ),
    ),
)  # fmt: skip


def panel(number: int, place: int, top: int, shown: Panel) -> Json:
    width = WIDTH // COLUMNS
    where = {"x": place % COLUMNS * width, "y": top + place // COLUMNS * HEIGHT, "w": width, "h": HEIGHT}
    table = shown.kind == "table"
    targets = [
        {
            "refId": chr(ord("A") + index),
            "datasource": DATASOURCE,
            "expr": expression,
            "legendFormat": legend,
            **({"format": "table", "instant": True} if table else {}),
        }
        for index, (expression, legend) in enumerate(shown.shown)
    ]
    return {
        "id": number,
        "type": shown.kind,
        "title": shown.title,
        "datasource": DATASOURCE,
        "gridPos": where,
        "fieldConfig": {"defaults": {"unit": shown.unit}, "overrides": []},
        "targets": targets,
    }


def panels() -> list[Json]:
    made: list[Json] = []
    top = 0
    for title, row in ROWS:
        place = {"x": 0, "y": top, "w": WIDTH, "h": 1}
        made.append({"id": len(made) + 1, "type": "row", "title": title, "gridPos": place, "panels": []})
        for index, shown in enumerate(row):
            made.append(panel(len(made) + 1, index, top + 1, shown))
        top += 1 + HEIGHT * -(-len(row) // COLUMNS)
    return made


def chosen(name: str, query: str) -> Json:
    return {
        "name": name, "type": "query", "datasource": DATASOURCE, "query": query, "refresh": 2, "multi": True,
        "includeAll": True, "allValue": ".*", "current": {"text": "All", "value": "$__all"},
    }  # fmt: skip


def dashboard() -> Json:
    return {
        "uid": "grille",
        "title": "grille",
        "tags": ["grille"],
        "schemaVersion": 39,
        "editable": True,
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "templating": {
            "list": [
                {"name": "datasource", "type": "datasource", "query": "prometheus"},
                chosen("job", "label_values(grille_build_info, job)"),
                chosen("instance", 'label_values(grille_build_info{job=~"$job"}, instance)'),
            ]
        },
        "panels": panels(),
    }


if __name__ == "__main__":
    print(json.dumps(dashboard(), indent=1))
