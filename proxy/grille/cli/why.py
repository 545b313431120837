"""Reasons in words: which pattern, check and cue made a finding, and what a near miss lacked.

Everything said here is a number, a name of a policy or a word of a list; the text itself is never shown. This
module must not find a reason: `detectors.reasons` and `detectors.misses` do.
"""

from __future__ import annotations

from collections.abc import Mapping

from grille.cli.showing import Places, places
from grille.detectors.deciding import Cue, Where
from grille.detectors.misses import Miss
from grille.detectors.reasons import Look, Reason, Rule
from grille.engine import Inspection
from grille.entities import Entity
from grille.exchange import Finding, Ruling
from grille.policy import Policy

_PLACES: Mapping[Where, str] = {
    Where.BEFORE: "before it",
    Where.AFTER: "after it",
    Where.LABEL: "in the name of its field",
    Where.HEADING: "in the heading of its column",
    Where.RECORD: "in the same record",
    Where.NAMED: "a name of passwords or keys before it",
    Where.PLACE: "its place: a vendor calls what stands there a credential",
}


def look(policy: Policy, inspection: Inspection) -> Look:
    """The second look at a message that was judged."""
    return Look(policy.entities, inspection.segments, [each.finding for each in inspection.verdict.rulings])


def least(policy: Policy, inspection: Inspection, ruling: Ruling) -> float:
    """The score from which the deciding row counts: its own, or else that of the entity."""
    entity = ruling.finding.entity
    rows = (row for profile in policy.bearing(inspection.exchange) for row in profile.rows.get(entity, ()))
    own = (row.threshold for row in rows if row.source == ruling.because and row.threshold is not None)
    return next(own, policy.entities[entity].threshold)


def lines(reason: Reason, where: Places) -> list[tuple[str, str]]:
    """A reason, as pairs of what and how."""
    told: list[tuple[str, str]] = []
    if reason.rule:
        told.append(("pattern", f"{reason.rule.number}, {_line(reason)}; {_counts(reason.rule)}"))
    if reason.check:
        told.append(("check", f"`{reason.check}` holds"))
    if reason.cue:
        told.append(("cue", _said(reason.cue)))
    if reason.against:
        told.append(("against", f"{_said(reason.against)}, which is not enough"))
    if reason.otherwise:
        told.append(("read", "in another spelling than it is written in, or decoded"))
    if reason.same_as:
        told.append(("same as", f"{place(where, reason.same_as)}, where it was found first"))
    return told


def short(finding: Finding, reason: Reason, where: Places) -> str:
    """A reason in one line."""
    parts = [f"{finding.score:.2f} by {finding.detector}"]
    if reason.rule:
        parts.append(f"pattern {reason.rule.number} at {_line(reason)}")
    if reason.check:
        parts.append(f"check {reason.check}")
    if reason.cue:
        parts.append(_said(reason.cue))
    if reason.otherwise:
        parts.append("spelt otherwise")
    if reason.same_as:
        parts.append(f"same as {place(where, reason.same_as)}")
    return ", ".join(parts)


def missed(miss: Miss, entity: Entity) -> str:
    """What a near miss lacked."""
    lacks: list[str] = []
    if miss.check:
        lacks.append(f"its check `{miss.check}` fails")
    if miss.unannounced:
        some = ", ".join(entity.context[:3]) + (", …" if len(entity.context) > 3 else "")
        lacks.append(f"no cue beside it ({some})")
    if miss.against:
        lacks.append(f"{_said(miss.against)} says that it is something else")
    return f"pattern {miss.rule.number} at {miss.rule.source.file}:{miss.rule.source.line}: {' and '.join(lacks)}"


def as_json(policy: Policy, inspection: Inspection) -> list[dict[str, object]]:
    """The reasons of a message's rulings for programs; what does not apply is null."""
    second, where = look(policy, inspection), places(inspection)
    return [
        _as_json(second.reason(each.finding), least(policy, inspection, each), where)
        for each in inspection.verdict.rulings
    ]


def _as_json(reason: Reason, threshold: float, where: Places) -> dict[str, object]:
    same = reason.same_as
    return {
        "threshold": threshold,
        "pattern": reason.rule.number if reason.rule else None,
        "written": _line(reason) if reason.rule else None,
        "weak": reason.rule.weak if reason.rule else None,
        "check": reason.check or None,
        "cue": _cue(reason.cue),
        "against": _cue(reason.against),
        "otherwise": reason.otherwise,
        "same_as": {"address": where[same.segment], "start": same.start, "end": same.end} if same else None,
    }


def miss_as_json(miss: Miss, where: Places) -> dict[str, object]:
    """A near miss for programs."""
    at = miss.candidate
    return {
        "address": where[at.segment],
        "start": at.start,
        "end": at.end,
        "entity": at.entity,
        "pattern": miss.rule.number,
        "written": f"{miss.rule.source.file}:{miss.rule.source.line}",
        "failed_check": miss.check or None,
        "needs_cue": miss.unannounced,
        "against": _cue(miss.against),
    }


def place(where: Places, finding: Finding) -> str:
    return f"{where[finding.segment]}, characters {finding.start} to {finding.end}"


def _counts(rule: Rule) -> str:
    if rule.announces:
        return "it reads what announces the value, too"
    return "it counts only beside a cue" if rule.weak else "it counts without a cue"


def _line(reason: Reason) -> str:
    return f"{reason.rule.source.file}:{reason.rule.source.line}" if reason.rule else ""


def _said(cue: Cue) -> str:
    return f'"{cue.words}" {_PLACES[cue.where]}' if cue.words else _PLACES[cue.where]


def _cue(cue: Cue | None) -> dict[str, str] | None:
    return {"words": cue.words, "where": cue.where.value} if cue else None
