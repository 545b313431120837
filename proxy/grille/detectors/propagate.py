"""A value found anywhere in a message is found everywhere in it.

`Account 12345678` makes the bare `12345678` of a later turn an account number too: otherwise the
message itself would tell what was hidden. Occurrences are literal and begin and end with a word.
Case may differ; in numbers the separators may differ as well (`4111-1111…` and `4111 1111…`).

Not propagated, because they would be found by chance: fewer than four letters and digits, fewer than
six digits alone, and a single word that is also a common one or that the message writes in lower case
elsewhere. A single word must keep its case, and does not reach keys, ids and enumerations: `Stripe`
in a sentence does not make the header `Stripe` a name. This module must not keep values: they live in an index
that is built, used and dropped within one call.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import regex

from grille.detectors.vocabulary import COMMON_WORDS
from grille.exchange import Finding, Kind, Segment

DETECTOR: Final = "propagation"
_LEAST: Final = 4
_LEAST_DIGITS: Final = 6
_WITH_A_GRAMMAR = frozenset({Kind.NAME, Kind.OPAQUE})
_WORD = regex.compile(r"[^\W_]+")
_BLANKS = regex.compile(r"\s+")
_BETWEEN_DIGITS = regex.compile(r"[ .\-/()]{0,3}")


@dataclass(frozen=True, slots=True)
class _Text:
    """The words of a segment run together in lower case, and where each began and ended.

    `begins` and `ends` map an offset in `run` to one in the text. Every character of a word has one
    in the run, whatever its lower case is.
    """

    run: str
    begins: dict[int, int]
    ends: dict[int, int]


@dataclass(frozen=True, slots=True)
class _Value:
    """What is looked for: `literal` with blanks folded (None: a number, whose separators may differ),
    `head` and `tail` are the characters around its first and last word."""

    origin: Finding
    literal: str | None = field(repr=False)
    head: int
    tail: int
    single_word: bool


type _Index = dict[str, dict[int, dict[str, list[_Value]]]]
"""Values by the run of their words, under its first four characters and its length."""


def spread(segments: Sequence[Segment], findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """The findings, and one more for every further occurrence of a value among them.

    One pass over the words of all segments; at each, one look-up for every length among the values
    that begin with the same four characters.
    """
    if not findings:
        return ()
    texts = [_read(segment.text) for segment in segments]
    index = _index(segments, findings)
    known = {(each.segment, each.start, each.end, each.entity) for each in findings}
    more = [
        found
        for number, segment in enumerate(segments)
        for found in _occurrences(number, segment, texts[number], index)
        if (found.segment, found.start, found.end, found.entity) not in known
    ]
    return (*findings, *more)


def _read(text: str) -> _Text:
    parts: list[str] = []
    begins: dict[int, int] = {}
    ends: dict[int, int] = {}
    at = 0
    for match in _WORD.finditer(text):
        parts.append(_lower(match[0]))
        begins[at] = match.start()
        at += len(match[0])
        ends[at] = match.end()
    return _Text("".join(parts), begins, ends)


def _lower(word: str) -> str:
    low = word.lower()
    return low if len(low) == len(word) else word


def _index(segments: Sequence[Segment], findings: Iterable[Finding]) -> _Index:
    index: _Index = {}
    seen: set[tuple[str, str, str | None]] = set()
    lower_case = _lower_case_words(segments)
    for finding in sorted(findings, key=lambda each: (-each.score, each.entity, each.segment, each.start)):
        text = segments[finding.segment].text[finding.start : finding.end]
        words = _WORD.findall(text)
        run = "".join(_lower(word) for word in words)
        if not _worth_it(words, run, lower_case):
            continue
        value = _value(finding, text, words)
        if (finding.entity, run, value.literal) not in seen:
            seen.add((finding.entity, run, value.literal))
            same_length = index.setdefault(run[:_LEAST], {}).setdefault(len(run), {})
            same_length.setdefault(run, []).append(value)
    return index


def _lower_case_words(segments: Iterable[Segment]) -> frozenset[str]:
    return frozenset(
        word for segment in segments for word in _WORD.findall(segment.text) if word.isalpha() and word.islower()
    )


def _worth_it(words: Sequence[str], run: str, lower_case: frozenset[str]) -> bool:
    if len(run) < _LEAST or (run.isdecimal() and len(run) < _LEAST_DIGITS):
        return False
    if len(words) > 1 or not run.isalpha():
        return True
    return run not in COMMON_WORDS and run not in lower_case


def _value(finding: Finding, text: str, words: Sequence[str]) -> _Value:
    letters = "".join(words)
    if 2 * sum(char.isdecimal() for char in letters) >= len(letters):
        return _Value(finding, None, 0, 0, single_word=False)
    head = text.index(words[0])
    tail = len(text) - text.rindex(words[-1]) - len(words[-1])
    exact = len(words) == 1 and letters.isalpha()
    folded = _BLANKS.sub(" ", text)
    return _Value(finding, folded if exact else folded.lower(), head, tail, exact)


def _occurrences(number: int, segment: Segment, read: _Text, index: _Index) -> Iterable[Finding]:
    for at, begin in read.begins.items():
        for length, runs in index.get(read.run[at : at + _LEAST], {}).items():
            end = read.ends.get(at + length)
            if end is None:
                continue
            for value in runs.get(read.run[at : at + length], ()):
                start, stop = begin - value.head, end + value.tail
                if start >= 0 and _same(segment, start, stop, value):
                    yield replace(value.origin, segment=number, start=start, end=stop, detector=DETECTOR)


def _same(segment: Segment, start: int, stop: int, value: _Value) -> bool:
    occurrence = segment.text[start:stop]
    if value.literal is None:
        return all(_BETWEEN_DIGITS.fullmatch(gap) for gap in _WORD.split(occurrence))
    folded = _BLANKS.sub(" ", occurrence)
    if value.single_word:
        return segment.kind not in _WITH_A_GRAMMAR and bool(folded == value.literal)
    return bool(folded.lower() == value.literal)
