"""What a worker said, if it can be true.

A worker reads hostile text, so it may have become somebody else's. What it says is taken as findings only
if these could stand in the texts that it was given: inside of them, of an entity that was asked for, with
a score, and in a text that grows between what was settled before and an edge. A worker that lies within
these bounds can hide a value or have words rewritten, and nothing more. Of a file it may say
anything in the place of what stands there, but only under places made of our own words and numbers, which go
into records. This module must not look at a text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from grille.errors import DetectionFailed
from grille.exchange import Finding, Growing, Segment, Watched
from grille.files import File, Inside, Opened, Unread, Unreadable

SPEAKER: Final = "workers"
_WHERE = re.compile(r"(?:(?:page|object|entry)/[0-9]{1,7}|names|strings|values)(?:/(?!\Z)|\Z)")
_MOST_STEPS = 12


def found(reply: bytes, segments: Sequence[Segment], wanted: frozenset[str]) -> tuple[Finding, ...]:
    """The findings in a whole message. Raises `DetectionFailed` when something else was said."""
    said = _said(reply)
    spans = [(0, len(segment.text)) for segment in segments]
    if said.edges or not _stand(said.findings, spans, wanted):
        raise _nonsense()
    return said.findings


def watched(reply: bytes, texts: Sequence[Growing], wanted: frozenset[str]) -> Watched:
    """What is settled of growing texts. Raises `DetectionFailed` when something else was said."""
    said = _said(reply)
    if len(said.edges) != len(texts) or not all(map(_is_edge, said.edges, texts)):
        raise _nonsense()
    spans = [(each.settled, edge) for each, edge in zip(texts, said.edges, strict=True)]
    if not _stand(said.findings, spans, wanted):
        raise _nonsense()
    return said


def opened(reply: bytes, files: Sequence[File]) -> tuple[Opened, ...]:
    """What is in files. Raises `DetectionFailed` when something else was said."""
    try:
        said = _read(reply)["opened"]
        found = tuple(
            Opened(
                tuple(Inside(_place(where), _string(text), is_list is True) for where, text, is_list in texts),
                tuple(Unread(_place(where), Unreadable(why)) for where, why in unread),
            )
            for texts, unread in said
        )
    except (ValueError, TypeError, KeyError, RecursionError):
        raise _nonsense() from None
    if len(found) != len(files):
        raise _nonsense()
    return found


def _place(where: object) -> str:
    at, steps, text = 0, 0, _string(where)
    while at < len(text):
        step = _WHERE.match(text, at)
        steps += 1
        if step is None or steps > _MOST_STEPS:
            raise ValueError
        at = step.end()
    return text


def _string(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _read(reply: bytes) -> Mapping[str, Any]:
    said: Mapping[str, Any] = json.loads(reply)
    if "problem" in said:
        raise DetectionFailed(str(said["detector"]), str(said["problem"]))
    return said


def _said(reply: bytes) -> Watched:
    try:
        said = _read(reply)
        return Watched(tuple(Finding(*each) for each in said["findings"]), tuple(said["edges"]))
    except (ValueError, TypeError, KeyError, RecursionError):
        raise _nonsense() from None


def _nonsense() -> DetectionFailed:
    return DetectionFailed(SPEAKER, "the worker said something else than findings")


def _is_edge(edge: int, growing: Growing) -> bool:
    length = len(growing.segment.text)
    return _is_number(edge) and growing.settled <= edge <= length and (edge == length or not growing.closed)


def _stand(findings: Sequence[Finding], spans: Sequence[tuple[int, int]], wanted: frozenset[str]) -> bool:
    return all(_stands(each, spans, wanted) for each in findings)


def _stands(finding: Finding, spans: Sequence[tuple[int, int]], wanted: frozenset[str]) -> bool:
    """JSON knows no types of ours: whatever a finding should hold may be anything."""
    numbers = (finding.segment, finding.start, finding.end)
    if not all(map(_is_number, numbers)) or not 0 <= finding.segment < len(spans):
        return False
    begin, stop = spans[finding.segment]
    return (
        begin <= finding.start < finding.end <= stop
        and isinstance(finding.entity, str)
        and finding.entity in wanted
        and isinstance(finding.detector, str)
        and isinstance(finding.score, int | float)
        and 0 <= finding.score <= 1
    )


def _is_number(value: object) -> bool:
    return type(value) is int
