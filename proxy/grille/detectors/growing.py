"""What is settled of texts that grow, from what the detectors see in them.

    sights ─▶ edge ─▶ overlap ─▶ recur ─▶ edge ─▶ overlap ─▶ findings before the edge
                └─────────── again, until nothing moves ──────────┘

An edge cuts nothing in two: no finding, no match, no sentence that was read as a whole, and not two pieces
of a name that would become one. So what lies before it and what lies behind it do not bear upon each
other, and the same findings come out wherever a text was cut on its way. A value found here recurs in what
follows it in its own text, and everywhere in the other texts of the call.

This module must not look for anything itself, nor keep a text between two calls.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from grille.detectors.base import Sight, Stretch
from grille.detectors.columns import Columns
from grille.detectors.edges import uncut
from grille.detectors.normalize import GrowingView
from grille.detectors.overlap import Standing, resolve
from grille.detectors.propagate import read
from grille.detectors.recur import known_values, new_values, recurring, unfinished
from grille.exchange import Finding, Growing, Known, Watched

CONTEXT: Final = 400
"""Characters before `Growing.settled` that decide what is found after it, outside of tables."""

type _Settled = tuple[tuple[Finding, ...], int]
"""The findings of one text, and its edge."""


def settle(
    texts: Sequence[Growing], sights: Sequence[Sight], standings: Mapping[str, Standing], known: Sequence[Known]
) -> Watched:
    """What the detectors saw, as far as it is settled, and what recurs there."""
    settled = [_alone(number, texts, sights[number], standings, known) for number in range(len(texts))]
    if len(texts) > 1 and any(findings for findings, _ in settled):
        settled = [
            _alone(number, texts, sights[number], standings, [*known, *_others(number, texts, settled)])
            for number in range(len(texts))
        ]
    return Watched(tuple(found for findings, _ in settled for found in findings), tuple(edge for _, edge in settled))


def shown(
    views: Sequence[GrowingView], sights: Sequence[Sight], standings: Mapping[str, Standing], known: Sequence[Known]
) -> Watched:
    """The same of texts that detectors saw through `views`, in offsets of the texts."""
    seen = settle([each.growing for each in views], sights, standings, known)
    return Watched(
        tuple(views[finding.segment].view.original(finding) for finding in seen.findings),
        tuple(each.original_edge(edge) for each, edge in zip(views, seen.edges, strict=True)),
    )


def _others(number: int, texts: Sequence[Growing], settled: Sequence[_Settled]) -> Iterator[Known]:
    """The values found in other texts than `number`."""
    for findings, _ in settled:
        for each in findings:
            if each.segment != number:
                text = texts[each.segment].segment.text
                yield Known(text[each.start : each.end], each.entity, each.score)


def _alone(
    number: int, texts: Sequence[Growing], sight: Sight, standings: Mapping[str, Standing], known: Sequence[Known]
) -> _Settled:
    """One text, until nothing moves: what recurs hangs on what was found, and the edge on both."""
    growing = texts[number]
    segments = [each.segment for each in texts]
    if not sight.findings and not known:
        return (), _edge(growing, sight.edge, sight, (), standings)
    words = read(growing.segment.text, growing.settled)
    earlier = known_values(known, words)
    found: tuple[Finding, ...] = ()
    edge = sight.edge
    while True:
        values = (earlier, new_values(growing.segment.text, found))
        more = [each for some in values for each in recurring(number, growing, words, some)]
        held = edge if growing.closed else min(edge, *(unfinished(growing, words, some) for some in values))
        moved = _edge(growing, held, sight, more, standings)
        settled = (each for each in (*sight.findings, *more) if each.end <= moved)
        now = resolve(settled, segments, standings)
        if (now, moved) == (found, edge):
            return found, edge
        found, edge = now, moved


def _edge(growing: Growing, edge: int, sight: Sight, more: Iterable[Finding], standings: Mapping[str, Standing]) -> int:
    """The edge, moved back to where it cuts nothing."""
    if growing.closed:
        return len(growing.segment.text)
    text = growing.segment.text
    found = (_stretch(each, text, standings) for each in (*sight.findings, *more))
    return max(growing.settled, uncut(edge, (*sight.whole, *found)))


def _stretch(finding: Finding, text: str, standings: Mapping[str, Standing]) -> Stretch:
    """What must stay together: with a name the blank after it, because the next word may belong to it."""
    if standings[finding.entity] is not Standing.NAME:
        return finding.start, finding.end
    return finding.start, finding.end + (2 if text[finding.end : finding.end + 1] in ("", " ") else 0)


def keep_from(growing: Growing) -> int:
    """Where a text may be cut on the left, so that what stands after `settled` is still judged as in all of
    it: at the beginning of a line, of a table, or far before in a long line."""
    text = growing.segment.text
    begin = max(0, growing.settled - CONTEXT)
    line = text.rfind("\n", 0, begin) + 1
    return Columns(text, growing=True).beginning(max(line, begin - CONTEXT))
