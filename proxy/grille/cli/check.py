"""`grille check`: is the policy right, as far as can be said without judging anything?

Strict reading, names, dates, and the proof that every pack carries: each entity finds its examples and
none of its near misses. What a policy does is the affair of `grille test`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime

from grille.cli.verb import FAILED, GOOD, Verb, add_json
from grille.detectors import Detectors, build, find_all
from grille.engine import load_policy
from grille.entities import Entity
from grille.errors import PolicyErrors, Problem, SettingsError
from grille.exchange import Kind, Segment
from grille.policy import Policy


def problems_of(path: str, today: date) -> list[Problem]:
    """Everything wrong with the policy at `path`; the packs are proven only when it reads."""
    try:
        policy = load_policy(path, today)
    except PolicyErrors as errors:
        return list(errors.problems)
    return list(unproven(policy))


def unproven(policy: Policy) -> Iterator[Problem]:
    """Examples that are not found, and near misses that are."""
    entities = tuple(policy.entities.values())
    try:
        detectors = build(entities, policy.languages)
    except SettingsError as error:
        yield Problem(policy.file, 1, 1, str(error))
        return
    for entity in entities:
        yield from _unproven(entity, detectors)


def _unproven(entity: Entity, detectors: Detectors) -> Iterator[Problem]:
    at = entity.source
    for number, example in enumerate(entity.examples, 1):
        if not _finds(entity, example, detectors):
            text = f"example {number} of {entity.name} is not found: mend the pattern, the check or the example"
            yield Problem(at.file, at.line, 1, text)
    for number, miss in enumerate(entity.near_misses, 1):
        if _finds(entity, miss, detectors):
            text = f"near miss {number} of {entity.name} is found: mend the pattern or the check"
            yield Problem(at.file, at.line, 1, text)


def _finds(entity: Entity, text: str, detectors: Detectors) -> bool:
    found = find_all(detectors, [Segment("example", Kind.TEXT, text)], frozenset({entity.name}))
    return any(finding.score >= entity.threshold for finding in found)


def _add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("policies", nargs="+", metavar="PATH", help="policy files, or names of shipped policies")
    add_json(parser)


def _run(arguments: argparse.Namespace) -> int:
    today = datetime.now(UTC).date()
    found = {path: problems_of(path, today) for path in arguments.policies}
    problems = [problem for each in found.values() for problem in each]
    if arguments.format == "json":
        print(json.dumps([_as_json(problem) for problem in problems], indent=2))
    else:
        for problem in problems:
            print(problem)
        for path, each in found.items():
            print(f"{path}: {_count(len(each))}", file=sys.stderr)
    return FAILED if problems else GOOD


def _count(number: int) -> str:
    return "no problem" if number == 0 else "1 problem" if number == 1 else f"{number} problems"


def _as_json(problem: Problem) -> dict[str, str | int]:
    return {"file": problem.file, "line": problem.line, "column": problem.column, "text": problem.text}


VERB = Verb(
    "check",
    "check policies: all problems at once, each with its line and what to do",
    "grille check policies/fintech.yaml",
    _add,
    _run,
)
