"""How findings are shown to a person: where, what, why, and never the value.

Context is shown with everything that was found in it replaced by its kind, and with every digit left
over replaced too: a finding may cover less than the whole of a value.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from grille.cli.dry import PERFECT
from grille.engine import Inspection
from grille.exchange import Exchange, Finding, Segment
from grille.sinks.tally import safe_address

_AROUND = 28
_DIGIT = re.compile(r"\d")
_BLANKS = re.compile(r"\s+")


def context(segments: Sequence[Segment], findings: Sequence[Finding], shown: Finding) -> str:
    """The words around `shown`, in one line: `…was ⟨CREDIT_CARD⟩ declined…`."""
    text = segments[shown.segment].text
    start, end = max(0, shown.start - _AROUND), min(len(text), shown.end + _AROUND)
    pieces: list[str] = []
    at = start
    for each in sorted((f for f in findings if f.segment == shown.segment), key=lambda each: each.start):
        if each.end <= start or each.start >= end:
            continue
        pieces += (_DIGIT.sub("#", text[at : max(at, each.start)]), f"⟨{each.entity}⟩")
        at = max(at, each.end)
    pieces.append(_DIGIT.sub("#", text[at : max(at, end)]))
    before = "…" if start > 0 else ""
    after = "…" if end < len(text) else ""
    return before + _BLANKS.sub(" ", "".join(pieces)) + after


class Places:
    """The addresses of a message's segments by their numbers, as a record would hold them: a key may be a value."""

    def __init__(self, segments: Sequence[Segment], findings: Iterable[Finding]) -> None:
        self._segments = segments
        found = {segments[each.segment].address for each in findings}
        self._keys = {each.removesuffix("~") for each in found if each.endswith("~")}

    def __getitem__(self, number: int) -> str:
        return safe_address(self._segments[number].address, self._keys)


def places(inspection: Inspection) -> Places:
    return Places(inspection.segments, [each.finding for each in inspection.verdict.rulings])


def destination(exchange: Exchange) -> str:
    who = "+".join(exchange.clients) or "unknown client"
    return f"{exchange.direction.value} · {exchange.endpoint or exchange.host} · {who}"


def evidence(inspection: Inspection) -> tuple[str, ...]:
    """What was seen for each promise. Of a connection that was only assumed nothing was seen."""
    seen = inspection.verdict.evidence
    if replace(inspection.exchange.transport, keys=()) != PERFECT:
        return seen
    return tuple(each for each in seen if not each.startswith("encryption:"))


def as_json(name: str, inspection: Inspection, reasons: Sequence[Mapping[str, object]]) -> dict[str, object]:
    """One judged message for programs, with a reason for each of its rulings; the field names are stable."""
    verdict, where = inspection.verdict, places(inspection)
    return {
        "name": name,
        "direction": inspection.exchange.direction.value,
        "endpoint": inspection.exchange.endpoint,
        "clients": list(inspection.exchange.clients),
        "verdict": verdict.outcome.value,
        "enforced": verdict.enforced,
        "refusals": [{"code": each.code, "text": each.text, "because": str(each.because)} for each in verdict.refusals],
        "findings": [
            {
                "address": where[ruling.finding.segment],
                "start": ruling.finding.start,
                "end": ruling.finding.end,
                "entity": ruling.finding.entity,
                "score": round(ruling.finding.score, 3),
                "detector": ruling.finding.detector,
                "action": ruling.action.name.lower(),
                "because": str(ruling.because),
                "why": reason,
            }
            for ruling, reason in zip(verdict.rulings, reasons, strict=True)
        ],
        "evidence": list(evidence(inspection)),
    }
