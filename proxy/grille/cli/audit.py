"""`grille audit verify`: whether audit records are as they were written.

It reads files and starts nothing. What a chain cannot show is in docs/audit.md.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

from grille.cli.verb import FAILED, GOOD, Verb, add_json
from grille.sinks import heads
from grille.sinks.verify import Break, FileReport, HeadReport, verify


def _add(parser: argparse.ArgumentParser) -> None:
    deeds = parser.add_subparsers(dest="deed", required=True, metavar="verify")
    summary = "show whether records were changed, taken out, put in, moved, or cut off at the end"
    below = deeds.add_parser("verify", help=summary, description=summary)
    below.add_argument("files", nargs="+", metavar="FILE", help="audit files, rotated ones too, in any order")
    below.add_argument(
        "--head", action="append", default=[], metavar="FILE", help="a head that was kept: shows a tail that was cut"
    )
    below.add_argument("--partial", action="store_true", help="records before those in these files were let go")
    add_json(below)


def _run(arguments: argparse.Namespace) -> int:
    kept = [heads.read(Path(each)) for each in arguments.head]
    report = verify([Path(each) for each in arguments.files], kept, partial=arguments.partial)
    if arguments.format == "json":
        print(json.dumps({"whole": report.whole, **asdict(report)}, indent=2))
    else:
        for file in report.files:
            print(_of_file(file))
        for head in report.heads:
            print(_of_head(head))
        if not kept:
            print("no --head was given: records that were cut off at the end would not show", file=sys.stderr)
    return GOOD if report.whole else FAILED


def _of_file(file: FileReport) -> str:
    torn = f"\n  lines that were cut off when they were written: {', '.join(map(str, file.torn))}" if file.torn else ""
    if file.broken is not None:
        return f"{file.file}: broken at line {file.broken.line}: {_why(file.broken)}{torn}"
    if not file.records:
        return f"{file.file}: no records{torn}"
    chains = "" if len(file.chains) == 1 else f", {len(file.chains)} chains"
    numbers = f"record {file.first}" if file.records == 1 else f"records {file.first} to {file.last}"
    return f"{file.file}: unbroken, {numbers}{chains}, {file.starts} to {file.ends}{torn}"


def _of_head(head: HeadReport) -> str:
    said = f"record {head.seq} is there" if head.broken is None else f"broken: {_why(head.broken)}"
    return f"head of {head.time}, {head.file}: {said}"


def _why(broken: Break) -> str:
    return f"{broken.why}: {broken.text}"


VERB = Verb(
    "audit", "show whether audit records are as they were written",
    "grille audit verify audit.jsonl* --head audit.head.json", _add, _run,
)  # fmt: skip
