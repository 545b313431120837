"""A judged message as it is told: a block for people, a line of JSON for programs. Never a value.

This module must not judge, and does not print.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from grille.cli import showing, why
from grille.engine import Inspection
from grille.policy import Policy


def as_block(name: str, inspection: Inspection, policy: Policy) -> str:
    """What would become of the message, every finding with its words around, and what was seen."""
    return "\n".join(_lines(name, inspection, policy))


def _lines(name: str, inspection: Inspection, policy: Policy) -> Iterator[str]:
    verdict = inspection.verdict
    yield f"{name}: {outcome(inspection)}   {showing.destination(inspection.exchange)}"
    for refusal in verdict.refusals:
        yield f"  {refusal.code}: {refusal.text}  [{refusal.because}]"
    findings = [ruling.finding for ruling in verdict.rulings]
    look, where = why.look(policy, inspection), showing.places(inspection)
    for ruling in verdict.rulings:
        words = showing.context(inspection.segments, findings, ruling.finding)
        yield f"  {ruling.action.name.lower():8} {ruling.finding.entity}  {words}"
        yield f"           {where[ruling.finding.segment]}  [{ruling.because}]"
        yield f"           {why.short(ruling.finding, look.reason(ruling.finding), where)}"
    for seen in showing.evidence(inspection):
        yield f"  {seen}"


def outcome(inspection: Inspection) -> str:
    """The verdict in a word, and whether it is only watched."""
    return inspection.verdict.outcome.value + ("" if inspection.verdict.enforced else " (monitor: would)")


def as_line(name: str, inspection: Inspection, policy: Policy, more: Mapping[str, object] | None = None) -> str:
    """The same as one line of JSON."""
    return json.dumps(showing.as_json(name, inspection, why.as_json(policy, inspection)) | dict(more or {}))


def unread_line(name: str, problem: str) -> str:
    """A record that could not be judged."""
    return json.dumps({"name": name, "unread": problem})
