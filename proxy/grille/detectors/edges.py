"""Where a text that still grows is settled: before its edge no finding can appear, go or change.

A stream is judged while it comes. Whoever forwards it may let go of everything before the edge and must
hold the rest: the beginning of something that could become a match (`the card is 4111 11`), a match that
more characters would lengthen, and one whose score hangs on words that have not come yet. Mostly that is
the last word.

Names are read in sentences, so their edge is the end of the last one; after `LONGEST_SENTENCE` characters
without an end it moves on at blanks, and a name in so long a sentence may be cut: an accepted miss.
This module must not find anything itself, nor keep a text between two calls.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import regex

from grille.detectors.context import REACH_AFTER
from grille.detectors.patterns import DETECTOR, SECONDS, Patterns
from grille.errors import DetectionFailed

LONGEST_SENTENCE: Final = 600
_SENTENCE_END = regex.compile(r"(?:[.!?…。！？][\"'”’)\]]{0,3}\s|\n)")
_TAIL_OF_LONG_SENTENCE = 120


def pattern_edge(patterns: Iterable[Patterns], text: str) -> int:
    """The offset before which these patterns are done with `text`, whatever follows.

    Raises:
        DetectionFailed: a pattern took longer than `SECONDS`.
    """
    edge = len(text)
    for each in patterns:
        for rule in each.rules:
            try:
                edge = _rule_edge(rule, text, edge)
            except TimeoutError:
                problem = f"a pattern of {each.entity.name} ({each.entity.source}) ran longer than {SECONDS:g} s"
                raise DetectionFailed(DETECTOR, problem) from None
    return edge


def _rule_edge(rule: regex.Pattern[str], text: str, edge: int) -> int:
    """The start of the first match, whole or begun, that the end of the text could still change."""
    for match in rule.finditer(text, overlapped=True, partial=True, timeout=SECONDS):
        if match.start() >= edge:
            return edge
        if match.partial or match.end() + REACH_AFTER > len(text):
            return int(match.start())
    return edge


def line_edge(text: str) -> int:
    """The start of the last line: a label and its value stand in one."""
    return text.rfind("\n") + 1


def sentence_edge(text: str) -> int:
    """The end of the last whole sentence or line."""
    ends = [match.end() for match in _SENTENCE_END.finditer(text)]
    edge = ends[-1] if ends else 0
    if len(text) - edge > LONGEST_SENTENCE:
        edge = max(edge, text.rfind(" ", 0, len(text) - _TAIL_OF_LONG_SENTENCE) + 1)
    return edge
