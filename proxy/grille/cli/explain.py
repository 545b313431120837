"""`grille explain`: one text or body, and everything that was decided about it.

For each finding: kind, score, who found it, by which pattern, check and cue, every row that had a say, the one
that decided, and the exception that would let this value pass. On request also what nearly was a finding, and
what it lacked. The value itself is never printed; an exception names it by its fingerprint under the proxy's
own key.
"""

from __future__ import annotations

import argparse
import json
from datetime import UTC, date, datetime, timedelta

from grille import tokens
from grille.addon.state import State, state_dir
from grille.cli import showing, why
from grille.cli.archives.sources import STDIN
from grille.cli.dry import dry_run
from grille.cli.nearly import NearMisses, near_misses
from grille.cli.records import Record, aim, exchange_to, read
from grille.cli.verb import FAILED, GOOD, Verb, add_json, add_policy
from grille.detectors.reasons import Reason
from grille.engine import Inspection, load_policy
from grille.errors import SettingsError
from grille.exchange import Action, Ruling
from grille.policy import Policy, fingerprint

_EXCEPTION_LASTS = timedelta(days=90)


def _add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", nargs="?", default=STDIN, metavar="FILE", help="a text or JSON body (default: stdin)")
    parser.add_argument("--text", help="the text itself, instead of a file")
    add_policy(parser)
    parser.add_argument("--client", metavar="NAME", help="a client of the policy (default: its first)")
    parser.add_argument("--to", metavar="ENDPOINT", help="an endpoint of the policy (default: the client's first)")
    parser.add_argument("--as", dest="direction", choices=("request", "response"), default="request")
    parser.add_argument("--near-misses", action="store_true", help="also tell what did not count, and what it lacked")
    parser.add_argument("--state", metavar="DIR", help="the proxy's state directory, whose key names values")
    add_json(parser)


def _run(arguments: argparse.Namespace) -> int:
    today = datetime.now(UTC).date()
    key = State(state_dir(arguments.state)).key()
    run = dry_run(load_policy(arguments.policy, None), today, key)
    at = aim(run.policy, arguments.to, arguments.client, arguments.direction)
    if arguments.text is not None:
        exchange = exchange_to(run, at)
        records = [Record("text", exchange, run.message(exchange, arguments.text))]
    else:
        records = list(read(arguments.file, run, at))
    if len(records) != 1:
        raise SettingsError(f"explain takes one message, and there are {len(records)}: grille scan takes many")
    inspection = run.inspect(records[0].exchange, records[0].message)
    missed = near_misses(run, inspection) if arguments.near_misses else NearMisses()
    if arguments.format == "json":
        told = showing.as_json(records[0].name, inspection, why.as_json(run.policy, inspection))
        print(json.dumps(told | (missed.as_json(inspection) if arguments.near_misses else {}), indent=2))
    else:
        _print(run.policy, inspection, key, today)
        for line in missed.lines(run.policy, inspection):
            print(line)
    return GOOD if not inspection.verdict.rulings and not inspection.verdict.refusals else FAILED


def _print(policy: Policy, inspection: Inspection, key: bytes, today: date) -> None:
    verdict = inspection.verdict
    print(f"{verdict.outcome.value}   {showing.destination(inspection.exchange)}")
    for refusal in verdict.refusals:
        print(f"  {refusal.code}: {refusal.text}\n    because {refusal.because}")
    for seen in showing.evidence(inspection):
        print(f"  {seen}")
    look = why.look(policy, inspection)
    for ruling in verdict.rulings:
        _print_ruling(inspection, ruling, look.reason(ruling.finding), why.least(policy, inspection, ruling))
        if ruling.action > Action.LOG:
            print(f"  to allow  {_exception(inspection, ruling, key, today)}")


def _print_ruling(inspection: Inspection, ruling: Ruling, reason: Reason, least: float) -> None:
    finding = ruling.finding
    where = showing.places(inspection)
    findings = [each.finding for each in inspection.verdict.rulings]
    print(f"\n{finding.entity}  {ruling.action.name.lower()}")
    print(f"  at        {why.place(where, finding)}")
    print(f"  words     {showing.context(inspection.segments, findings, finding)}")
    print(f"  score     {finding.score:.2f}, found by {finding.detector}; counts from {least:.2f}")
    for what, how in why.lines(reason, where):
        print(f"  {what:9} {how}")
    print(f"  decided   {ruling.because}")
    for source in ruling.bore:
        if source != ruling.because:
            print(f"  also bore {source}")


def _exception(inspection: Inspection, ruling: Ruling, key: bytes, today: date) -> str:
    """The stanza, in one line of YAML, that would let this value of this client pass to this endpoint."""
    finding = ruling.finding
    value = inspection.segments[finding.segment].text[finding.start : finding.end]
    mark = fingerprint(tokens.derive(key, "fingerprints"), finding.entity, value)
    exchange = inspection.exchange
    return (
        f"- {{id: EX-1, reason: say why, owner: you@example.com, expires: {today + _EXCEPTION_LASTS}, "
        f"entity: {finding.entity}, fingerprints: [{mark}], clients: [{', '.join(exchange.clients)}], "
        f"endpoints: [{exchange.endpoint}], action: allow}}"
    )


VERB = Verb(
    "explain",
    "explain every finding in one text or body: what it rests on, which line decided, how to allow it",
    "echo 'card 4111 1111 1111 1111' | grille explain",
    _add,
    _run,
)
