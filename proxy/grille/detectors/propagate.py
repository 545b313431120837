"""A value found anywhere in a message is found everywhere in it.

`Account 12345678` makes the bare `12345678` of a later turn an account number too: otherwise the
message itself would tell what was hidden. Occurrences are literal and begin and end with a word.
Case may differ; in numbers the separators may differ as well (`4111-1111…` and `4111 1111…`).

Not propagated, because they would be found by chance: fewer than four letters and digits, fewer than
six digits alone, and a single word that is also a common one or that the message writes in lower case
elsewhere. A single word must keep its case. This module must not keep values: they live in an index
that is built, used and dropped within one call.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import regex

from grille.detectors.vocabulary import COMMON_WORDS
from grille.exchange import Finding, Segment

DETECTOR: Final = "propagation"
_LEAST: Final = 4
_LEAST_DIGITS: Final = 6
_WORD = regex.compile(r"[^\W_]+")
_BLANKS = regex.compile(r"\s+")
_BETWEEN_DIGITS = regex.compile(r"[ .\-/()\u00a0\u2010-\u2015]{0,3}")


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
    exact_case: bool


type _Index = dict[str, dict[str, list[_Value]]]
"""Values by the run of their words, under the first four characters of that run."""


def spread(segments: Sequence[Segment], findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """The findings, and one more for every further occurrence of a value among them.

    One pass over the words of all segments; at each, only values that begin with the same four
    characters are compared.
    """
    if not findings:
        return ()
    texts = [_read(segment.text) for segment in segments]
    index = _index(segments, findings, texts)
    known = {(each.segment, each.start, each.end, each.entity) for each in findings}
    more = [
        found
        for number, segment in enumerate(segments)
        for found in _occurrences(number, segment.text, texts[number], index)
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


def _index(segments: Sequence[Segment], findings: Iterable[Finding], texts: Iterable[_Text]) -> _Index:
    index: _Index = {}
    seen: set[tuple[str, str]] = set()
    lower_case = _lower_case_words(segments)
    for finding in sorted(findings, key=lambda each: (-each.score, each.entity, each.segment, each.start)):
        text = segments[finding.segment].text[finding.start : finding.end]
        words = _WORD.findall(text)
        run = "".join(_lower(word) for word in words)
        if (finding.entity, text) in seen or not _worth_it(words, run, lower_case):
            continue
        seen.add((finding.entity, text))
        index.setdefault(run[:_LEAST], {}).setdefault(run, []).append(_value(finding, text, words))
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
        return _Value(finding, None, 0, 0, exact_case=False)
    head = text.index(words[0])
    tail = len(text) - text.rindex(words[-1]) - len(words[-1])
    exact = len(words) == 1 and letters.isalpha()
    folded = _BLANKS.sub(" ", text)
    return _Value(finding, folded if exact else folded.lower(), head, tail, exact)


def _occurrences(number: int, text: str, read: _Text, index: _Index) -> Iterable[Finding]:
    for at, begin in read.begins.items():
        for run, values in index.get(read.run[at : at + _LEAST], {}).items():
            end = read.ends.get(at + len(run))
            if end is None or not read.run.startswith(run, at):
                continue
            for value in values:
                start, stop = begin - value.head, end + value.tail
                if start >= 0 and _same(text[start:stop], value):
                    yield replace(value.origin, segment=number, start=start, end=stop, detector=DETECTOR)


def _same(occurrence: str, value: _Value) -> bool:
    if value.literal is None:
        gaps = _WORD.split(occurrence)
        return all(_BETWEEN_DIGITS.fullmatch(gap) for gap in gaps)
    folded = _BLANKS.sub(" ", occurrence)
    if not value.exact_case:
        folded = folded.lower()
    return bool(folded == value.literal)
