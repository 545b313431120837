"""Alerts and dashboard speak of metrics that exist, and each alert fires when it should."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from grille.exchange import Action, Direction, Exchange, Finding, Outcome, Refusal, Ruling, Source, Verdict
from grille.sinks.audit import PolicyStamp, record
from grille.sinks.metrics import End, Metrics, Pool, Signal, Vitals, merged, of_processes
from grille.sinks.tally import tally

DEPLOY = Path(__file__).parents[2] / "deploy"
RULES = DEPLOY / "prometheus" / "rules.yaml"
DASHBOARD = DEPLOY / "grafana" / "dashboard.json"
RUNNING = DEPLOY.parent / "docs" / "running.md"
OF_SCRAPES = {"job", "instance"}


class Nowhere:
    """A sink that keeps nothing."""

    def write(self, entry: object) -> None:
        pass


def exported() -> dict[str, set[str]]:
    """The metrics of several processes that judged something, with their labels."""
    vitals = Vitals(
        policy="p", digest="d", mode="enforce", ends=(End("exception", "EX-1", 0.0),), certificate_ends=0.0,
        draining=False, clients=0, exchanges=0, known=0, met=0, searched=0, records=0,
        pools=(Pool("texts", 1, 1, 0, 0, 1, 0),), signals=(Signal("logs", 0, 0, 0),),
    )  # fmt: skip
    row = Source("policy.yaml", 1, "x")
    ruling = Ruling(Finding(0, 0, 1, "CREDIT_CARD", 0.9, "test"), Action.BLOCK, row)
    verdict = Verdict(Outcome.BLOCK, (ruling,), (Refusal("entity_blocked", "No.", row),))
    exchange = Exchange("x", Direction.REQUEST, "https", "api.openai.com", 443, "POST", "/", endpoint="openai")
    metrics = Metrics(Nowhere(), lambda: vitals)
    stamp, now = PolicyStamp("p", "d"), datetime.now(UTC)
    metrics.write(record(exchange, verdict, tally([ruling], ["/a"]), stamp, time=now))
    metrics.write(record(replace(exchange, id="y"), verdict, tally([ruling], ["/a"]), stamp, time=now))
    text = merged({"0": metrics.text().decode()}) + of_processes(1, 0)
    found: dict[str, set[str]] = {}
    for family in text_string_to_metric_families(text.decode()):
        for sample in family.samples:
            found.setdefault(sample.name, set()).update(sample.labels)
    return found


EXPORTED = exported()


def alerts() -> list[dict[str, str]]:
    return [rule for group in yaml.safe_load(RULES.read_text("utf-8"))["groups"] for rule in group["rules"]]


def queries() -> list[str]:
    panels = json.loads(DASHBOARD.read_text("utf-8"))["panels"]
    return [target["expr"] for panel in panels for target in panel.get("targets", ())]


def named(expression: str) -> set[str]:
    return set(re.findall(r"\b(?:grille|process)_[a-z_]+\b", expression))


def labels(expression: str) -> set[str]:
    """The labels that an expression chooses or adds up by."""
    grouped = re.findall(r"\b(?:by|without) \(([a-z_, ]*)\)", expression)
    chosen = re.findall(r"([a-z_]+)=~?\"", expression)
    return {each.strip() for group in grouped for each in group.split(",")} | set(chosen)


@pytest.mark.parametrize("expression", [*(rule["expr"] for rule in alerts()), *queries()])
def test_an_expression_names_metrics_and_labels_that_exist(expression: str) -> None:
    assert named(expression), "it asks for something of ours"
    assert named(expression) <= set(EXPORTED)
    assert labels(expression) <= {label for name in named(expression) for label in EXPORTED[name]} | OF_SCRAPES


def test_another_name_would_be_noticed() -> None:
    assert not named("grille_no_such_total") <= set(EXPORTED)
    assert not labels('grille_messages_total{hots="x"}') <= EXPORTED["grille_messages_total"] | OF_SCRAPES


def test_what_an_alert_says_of_its_labels_is_there() -> None:
    for rule in alerts():
        told = set(re.findall(r"\$labels\.([a-z]+)", str(rule["annotations"])))
        assert told <= {label for name in named(rule["expr"]) for label in EXPORTED[name]} | OF_SCRAPES, rule["alert"]


def test_every_metric_is_in_the_documentation_and_no_other() -> None:
    tables = re.findall(r"^\| (`grille_[^|]*)\|", RUNNING.read_text("utf-8"), re.MULTILINE)
    documented = {name for cell in tables for name in re.findall(r"`(grille_\w+)`", cell)}
    documented |= set(re.findall(r"`(grille_process\w*)`", RUNNING.read_text("utf-8")))
    families = {re.sub(r"_(bucket|sum|count)$", "", name) for name in EXPORTED if name.startswith("grille_")}
    assert documented == families


def test_the_dashboard_is_the_one_that_its_program_prints() -> None:
    done = subprocess.run([sys.executable, DASHBOARD.with_suffix(".py")], capture_output=True, text=True, check=True)
    assert done.stdout == DASHBOARD.read_text("utf-8")


def promtool(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    tool = shutil.which("promtool")
    if tool is None:
        pytest.skip("promtool is not installed (Debian: prometheus)")
    return subprocess.run([tool, *arguments], capture_output=True, text=True, check=False)


def test_each_alert_fires_when_it_should_and_no_other() -> None:
    done = promtool("test", "rules", RULES.with_name("rules_test.yaml"))
    assert done.returncode == 0, done.stdout + done.stderr
    done = promtool("check", "config", RULES.with_name("prometheus.yaml"))
    assert done.returncode == 0, done.stdout + done.stderr


def test_each_alert_is_in_a_scene() -> None:
    scenes = RULES.with_name("rules_test.yaml").read_text("utf-8")
    assert [rule["alert"] for rule in alerts() if f'"{rule["alert"]}"' not in scenes] == []


def test_each_query_of_the_dashboard_can_be_read_by_prometheus(tmp_path: Path) -> None:
    plain = [re.sub(r"\$__\w+", "5m", each) for each in queries()]
    rules = [{"record": f"query:{number}", "expr": each} for number, each in enumerate(plain)]
    file = tmp_path / "queries.yaml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "queries", "rules": rules}]}))
    done = promtool("check", "rules", file)
    assert done.returncode == 0, done.stdout + done.stderr
    file.write_text(file.read_text().replace("sum by", "sum bye"))
    assert promtool("check", "rules", file).returncode != 0, "the control"
