"""One finding a span: who keeps the characters that two findings claim.

The rule, in order:

1. What stands higher keeps all of its span. A proof (a check digit holds) stands above a pattern, a
   pattern above a name; then the higher score (a cue raises it); then the longer span; then the
   earlier start; then the entity's name, so that equal input always gives equal output.
2. What stands lower keeps what is left of its span, if that is three letters or digits or more. It is
   never dropped for touching something stronger: whatever was claimed stays claimed, so no action can
   be lost with a finding. A card inside a person's name leaves the rest of the name a name.
3. A finding that another covers completely is dropped. The outer one decides what becomes of every
   character, so packs give the outer kind the higher standing where it must win: the credentials in
   `postgres://app:secret@db.example.com` cover the e-mail address that seems to stand there.
4. Two pieces of one name with one blank between them are one name, with the lower score.

This module must not know actions: which ruling is stricter is decided later, per character.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import IntEnum
from itertools import groupby, pairwise
from operator import itemgetter
from typing import Final

from grille.exchange import Finding, Segment

_LEAST_REMAINDER: Final = 3


class Standing(IntEnum):
    """What a finding rests on."""

    NAME = 1
    PATTERN = 2
    PROOF = 3


def resolve(
    findings: Iterable[Finding], segments: Sequence[Segment], standings: Mapping[str, Standing]
) -> tuple[Finding, ...]:
    """Findings that share no character, sorted by segment and start. `standings` is by entity."""
    kept: list[Finding] = []
    for number, same in groupby(sorted(set(findings)), key=itemgetter(0)):
        group = list(same)
        if any(one.end > other.start for one, other in pairwise(group)):
            group = _disjoint(group, segments[number].text, standings)
        kept.extend(_merged(group, segments[number].text, standings))
    return tuple(kept)


def _disjoint(group: Iterable[Finding], text: str, standings: Mapping[str, Standing]) -> list[Finding]:
    starts: list[int] = []
    kept: list[Finding] = []
    for finding in sorted(group, key=lambda each: _precedence(each, standings)):
        for start, end in list(_free(finding, starts, kept)):
            part = _trimmed(finding, start, end, text)
            if part is not None:
                place = bisect_left(starts, part.start)
                starts.insert(place, part.start)
                kept.insert(place, part)
    return kept


def _precedence(finding: Finding, standings: Mapping[str, Standing]) -> tuple[float, float, int, int, str, str]:
    return (
        -standings[finding.entity],
        -finding.score,
        finding.start - finding.end,
        finding.start,
        finding.entity,
        finding.detector,
    )


def _free(finding: Finding, starts: Sequence[int], kept: Sequence[Finding]) -> Iterator[tuple[int, int]]:
    """The stretches of a finding that nothing kept so far covers."""
    at = finding.start
    place = max(bisect_left(starts, at) - 1, 0)
    while place < len(kept) and kept[place].start < finding.end:
        if kept[place].end > at:
            if kept[place].start > at:
                yield at, kept[place].start
            at = kept[place].end
        place += 1
    if at < finding.end:
        yield at, finding.end


def _trimmed(finding: Finding, start: int, end: int, text: str) -> Finding | None:
    """The finding on what is left to it; whole findings stay as they are, punctuation included."""
    if (start, end) == (finding.start, finding.end):
        return finding
    while start < end and not text[start].isalnum():
        start += 1
    while start < end and not text[end - 1].isalnum():
        end -= 1
    if sum(char.isalnum() for char in text[start:end]) < _LEAST_REMAINDER:
        return None
    return finding._replace(start=start, end=end)


def _merged(findings: Iterable[Finding], text: str, standings: Mapping[str, Standing]) -> Iterator[Finding]:
    last: Finding | None = None
    for finding in findings:
        if (
            last is not None
            and standings[finding.entity] is Standing.NAME
            and finding.entity == last.entity
            and text[last.end : finding.start] == " "
        ):
            last = last._replace(end=finding.end, score=min(last.score, finding.score))
            continue
        if last is not None:
            yield last
        last = finding
    if last is not None:
        yield last
