"""`grille test`: does the policy do what its author expects?

Runs the cases beside each policy and says which rows never decided anything. This verb must not judge
or compare: `dry.py` and `grille.policy` do.
"""

from __future__ import annotations

import argparse
import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from grille.cli.dry import CaseJudge, dry_run
from grille.cli.verb import FAILED, GOOD, Verb, add_json
from grille.engine import load_policy
from grille.errors import SettingsError
from grille.policy import Report, Result, junit, read_cases, run


def report_of(path: str, pattern: re.Pattern[str]) -> Report:
    """The report of the cases beside the policy at `path` whose names fit `pattern`."""
    policy = load_policy(path, None)
    cases = tuple(case for case in read_cases(path, policy) if pattern.search(case.name))
    if not cases:
        raise SettingsError(f"{path} has no case that fits {pattern.pattern!r}: grille test {path} runs them all")
    judge = CaseJudge(dry_run(policy, datetime.now(UTC).date()))
    return run(policy, cases, judge)


def _add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("policies", nargs="+", metavar="PATH", help="policy files, or names of shipped policies")
    parser.add_argument("--run", metavar="RE", default="", help="only cases whose names match this expression")
    parser.add_argument("--junit", metavar="FILE", type=Path, help="also write a JUnit XML report")
    add_json(parser)


def _run(arguments: argparse.Namespace) -> int:
    try:
        pattern = re.compile(arguments.run)
    except re.error as error:
        raise SettingsError(f"--run is not a regular expression: {error}") from None
    reports = {path: report_of(path, pattern) for path in arguments.policies}
    whole = Report(tuple(result for each in reports.values() for result in each.results), ())
    if arguments.junit:
        arguments.junit.write_text(junit(whole, "grille"), "utf-8")
    if arguments.format == "json":
        print(json.dumps({path: _as_json(report) for path, report in reports.items()}, indent=2))
    else:
        for path, report in reports.items():
            if arguments.run:
                report = replace(report, unused=())
            _print(path, report)
    return GOOD if whole.passed else FAILED


def _print(path: str, report: Report) -> None:
    for result in report.results:
        print(f"{'ok  ' if not result.failures else 'FAIL'} {result.name}")
        for failure in result.failures:
            print(f"     {result.source.file}:{result.source.line}: {failure}")
    for source in report.unused:
        print(f"note {source} never decided anything in these cases")
    failed = sum(bool(result.failures) for result in report.results)
    print(f"{path}: {len(report.results) - failed} passed, {failed} failed, {len(report.unused)} rows without a case")


def _as_json(report: Report) -> dict[str, object]:
    return {
        "cases": [_result(result) for result in report.results],
        "rows_without_a_case": [str(source) for source in report.unused],
    }


def _result(result: Result) -> dict[str, object]:
    return {"name": result.name, "at": f"{result.source.file}:{result.source.line}", "failures": list(result.failures)}


VERB = Verb(
    "test", "run the tests beside policies, and name the rows that no test covers", "grille test fintech", _add, _run
)
