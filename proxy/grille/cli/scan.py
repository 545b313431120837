"""`grille scan`: the dry run. What would happen to each exchange, which line says so and what each finding rests
on; nothing is sent.

Values are never printed. Results go to stdout, progress to stderr.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from grille.cli import showing, why
from grille.cli.dry import dry_run
from grille.cli.records import Record, aim, read
from grille.cli.verb import FAILED, GOOD, Verb, add_json, add_policy
from grille.engine import Inspection, load_policy
from grille.exchange import Action, Outcome
from grille.policy import Policy


@dataclass(slots=True)
class Tally:
    """What the summary counts."""

    verdicts: Counter[str] = field(default_factory=Counter)
    findings: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, inspection: Inspection) -> None:
        self.verdicts[inspection.verdict.outcome.value] += 1
        for ruling in inspection.verdict.rulings:
            self.findings[ruling.finding.entity, ruling.action.name.lower()] += 1

    @property
    def clean(self) -> bool:
        return set(self.verdicts) <= {Outcome.ALLOW.value} and not any(
            action != Action.ALLOW.name.lower() for _, action in self.findings
        )


def _add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "files",
        nargs="+",
        metavar="FILE",
        help="text, a JSON body, JSON lines (.jsonl), a HAR file, a mitmproxy flow dump (.flow), or - for stdin",
    )
    add_policy(parser)
    parser.add_argument("--client", metavar="NAME", help="a client of the policy (default: its first)")
    parser.add_argument("--to", metavar="ENDPOINT", help="an endpoint of the policy (default: the client's first)")
    parser.add_argument("--as", dest="direction", choices=("request", "response"), default="request")
    add_json(parser)


def _run(arguments: argparse.Namespace) -> int:
    run = dry_run(load_policy(arguments.policy, None), datetime.now(UTC).date())
    at = aim(run, arguments.to, arguments.client, arguments.direction)
    tally = Tally()
    records = (record for path in arguments.files for record in read(path, run, at))
    for record in _with_progress(records):
        inspection = run.inspect(record.exchange, record.message)
        tally.add(inspection)
        if arguments.format == "json":
            print(json.dumps(showing.as_json(record.name, inspection, why.as_json(run.policy, inspection))))
        else:
            _print(record.name, inspection, run.policy)
    if arguments.format == "text":
        _summary(tally)
    return GOOD if tally.clean else FAILED


def _with_progress(records: Iterator[Record]) -> Iterator[Record]:
    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.completed} exchanges"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        yield from progress.track(records, total=None)


def _print(name: str, inspection: Inspection, policy: Policy) -> None:
    verdict = inspection.verdict
    monitor = "" if verdict.enforced else " (monitor: would)"
    print(f"{name}: {verdict.outcome.value}{monitor}   {showing.destination(inspection.exchange)}")
    for refusal in verdict.refusals:
        print(f"  {refusal.code}: {refusal.text}  [{refusal.because}]")
    findings = [ruling.finding for ruling in verdict.rulings]
    look = why.look(policy, inspection)
    for ruling in verdict.rulings:
        segment = inspection.segments[ruling.finding.segment]
        words = showing.context(inspection.segments, findings, ruling.finding)
        print(f"  {ruling.action.name.lower():8} {ruling.finding.entity}  {words}")
        print(f"           {showing.address(segment)}  [{ruling.because}]")
        print(f"           {why.short(ruling.finding, look.reason(ruling.finding), inspection.segments)}")
    for seen in showing.evidence(inspection):
        print(f"  {seen}")


def _summary(tally: Tally) -> None:
    table = Table(title="What would happen", title_justify="left")
    table.add_column("entity")
    table.add_column("action")
    table.add_column("findings", justify="right")
    for (entity, action), count in sorted(tally.findings.items()):
        table.add_row(entity, action, str(count))
    console = Console(file=sys.stdout)
    console.print(table if tally.findings else "Nothing that the policy names was found.")
    verdicts = ", ".join(f"{count} {verdict}" for verdict, count in sorted(tally.verdicts.items()))
    total = tally.verdicts.total()
    console.print(f"{total} exchange{'' if total == 1 else 's'}: {verdicts or 'none'}. Nothing was sent.")


VERB = Verb(
    "scan",
    "dry run: what would happen to texts, bodies, HAR files or flow dumps, and why; nothing is sent",
    "grille scan notes.txt session.har --policy fintech --to openai",
    _add,
    _run,
)
