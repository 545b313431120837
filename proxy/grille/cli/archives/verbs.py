"""What `grille scan` and `grille replay` have in common on the command line: arguments, summary, exit code.

Exit codes: 2 if anything could not be judged, else 1 for findings, else 0. This module must not judge.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from grille.cli.archives.judging import Plan, Telling
from grille.cli.archives.running import Asked, run
from grille.cli.archives.tally import Tally
from grille.cli.records import aim
from grille.cli.verb import FAILED, GOOD, UNUSABLE, add_json, add_policy
from grille.engine import load_policy
from grille.errors import SettingsError


def add(parser: argparse.ArgumentParser) -> None:
    """The arguments of both."""
    parser.add_argument(
        "files",
        nargs="+",
        metavar="FILE",
        help="text, a JSON body, JSON lines (.jsonl), HAR, a mitmproxy flow dump (.flow), Parquet, any of them with .gz"
        " or .zst; a folder, a glob, a URL that fsspec reads (s3://…), or - for stdin",
    )
    add_policy(parser)
    parser.add_argument("--client", metavar="NAME", help="a client of the policy (default: its first)")
    parser.add_argument("--to", metavar="ENDPOINT", help="an endpoint of the policy (default: the client's first)")
    parser.add_argument("--as", dest="direction", choices=("request", "response"), default="request")
    add_json(parser)
    scale = parser.add_argument_group("archives")
    scale.add_argument("--out", type=Path, metavar="FILE", help="write lines there, as JSON lines or .parquet")
    scale.add_argument("--resume", type=Path, metavar="FILE", help="keep there what is done; if it is there, go on")
    scale.add_argument(
        "--processes", type=int, default=os.process_cpu_count() or 1, metavar="N", help="default: one for each core"
    )
    scale.add_argument("--dask", default="", metavar="ADDRESS", help="judge on the Dask cluster with this scheduler")
    scale.add_argument("--column", default="", metavar="NAME", help="of Parquet (default: entry, body or text)")


def planned(arguments: argparse.Namespace) -> Plan:
    """What both ask for."""
    policy = load_policy(arguments.policy, None)
    at = aim(policy, arguments.to, arguments.client, arguments.direction)
    telling = Telling.LINES if arguments.format == "json" else Telling.BLOCKS
    return Plan(policy, at, datetime.now(UTC).date(), Telling.FINDINGS if arguments.out else telling)


def done(plan: Plan, arguments: argparse.Namespace) -> Tally:
    """Run it, and print the summary."""
    if arguments.processes < 1:
        raise SettingsError("--processes is at least 1")
    names, out, resume = arguments.files, arguments.out, arguments.resume
    tally = run(plan, Asked(names, arguments.processes, arguments.dask, arguments.column, out, resume))
    if arguments.format == "text":
        _summary(tally)
    return tally


def exit_code(tally: Tally, *, good: bool) -> int:
    if tally.has_unread:
        return UNUSABLE
    return GOOD if good else FAILED


def _summary(tally: Tally) -> None:
    console = Console(file=sys.stdout)
    if tally.changes:
        console.print(_table("What would change", ("verdict", "would be", "messages"), tally.changes))
    elif tally.findings:
        console.print(_table("What would happen", ("entity", "action", "findings"), tally.findings))
    else:
        console.print("Nothing that the policy names was found.")
    for sentence in tally.sentences():
        console.print(sentence)


def _table(title: str, columns: tuple[str, str, str], counts: Mapping[tuple[str, str], int]) -> Table:
    table = Table(title=title, title_justify="left")
    for name in columns[:2]:
        table.add_column(name)
    table.add_column(columns[2], justify="right")
    for (one, other), count in sorted(counts.items()):
        table.add_row(one, other, str(count))
    return table
