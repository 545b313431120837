"""A value found anywhere in a message is found everywhere in it.

`Account 12345678` makes the bare `12345678` of a later turn an account number too: otherwise the
message itself would tell what was hidden. Occurrences are literal and begin and end with a word.
Case may differ; in numbers the separators may differ as well (`4111-1111…` and `4111 1111…`).

Not propagated, because they would be found by chance: fewer than four letters and digits, fewer than
six digits alone, and a single word that is also a common one or that the message wrote in lower case
before. (Not after: a later turn must not bring back what an earlier one hid.) A single word must keep
its case, and does not reach keys, ids and enumerations: `Stripe` in a sentence does not make the header
`Stripe` a name. This module must not keep values: they live in an index that is built, used and dropped
within one call.
"""

from __future__ import annotations

import string
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate
from typing import Final

import regex

from grille.detectors.vocabulary import COMMON_WORDS
from grille.exchange import Finding, Kind, Segment

DETECTOR: Final = "propagation"
_LEAST: Final = 4
_LEAST_DIGITS: Final = 6
_MANY: Final = 500
"""Values; for more of them, looking at every word costs less than looking for every value."""
_WITH_A_GRAMMAR = frozenset({Kind.NAME, Kind.OPAQUE})
_WORD = regex.compile(r"[^\W_]+")
_WHOLE_WORD = regex.compile(r"(?<![^\W_])[^\W_]+")
_BLANKS = regex.compile(r"\s+")
_BETWEEN_DIGITS = regex.compile(r"[ .\-/()]{0,3}")
_LOWER = bytes.maketrans(string.ascii_uppercase.encode(), string.ascii_lowercase.encode())
_NO_WORDS = bytes(code for code in range(128) if not chr(code).isalnum())


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text run together in lower case, and where each began and ended.

    `begins` and `ends` map an offset in `run` to one in the text. Every character of a word has one
    in the run, whatever its lower case is.
    """

    run: str = field(repr=False)
    begins: dict[int, int]
    ends: dict[int, int]


@dataclass(frozen=True, slots=True)
class Value:
    """What is looked for: `literal` with blanks folded (None: a number, whose separators may differ),
    `head` and `tail` are the characters around its first and last word."""

    origin: Finding
    literal: str | None = field(repr=False)
    head: int = 0
    tail: int = 0
    single_word: bool = False

    def is_at(self, segment: Segment, start: int, end: int) -> bool:
        """Whether [start, end), whose words are those of the value, is the value."""
        text = segment.text[start:end]
        if self.literal is None:
            return only_digits_apart(text)
        return not (self.single_word and segment.kind in _WITH_A_GRAMMAR) and self.folded(text) == self.literal

    def folded(self, text: str) -> str:
        """A text as `literal` is written."""
        text = _BLANKS.sub(" ", text)
        return text if self.single_word else text.lower()


type Index = dict[str, dict[int, dict[str, list[Value]]]]
"""Values by the run of their words, under its first four characters and its length."""


def spread(segments: Sequence[Segment], findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """The findings, and one more for every further occurrence of a value among them."""
    if not findings:
        return ()
    said = [(each, segments[each.segment].text[each.start : each.end]) for each in findings]
    index = indexed(said)
    known = {(each.segment, each.start, each.end, each.entity) for each in findings}
    lower_case = _LowerCase(segments)
    more = [
        found
        for number in _where_more(segments, index, Counter(run_of(text) for _, text in said))
        for _, found in occurrences(number, segments[number], read(segments[number].text), index)
        if (found.segment, found.start, found.end, found.entity) not in known and not lower_case.knows(found)
    ]
    return (*findings, *more)


def _where_more(segments: Sequence[Segment], index: Index, found: Mapping[str, int]) -> Sequence[int]:
    """The segments in which a value may stand once more than it was found, in their order.

    All words run together are searched for each value as a whole, which takes a thousandth of the time that
    looking at the words one by one does.
    """
    values = [run for lengths in index.values() for same_length in lengths.values() for run in same_length]
    if len(values) > _MANY:
        return range(len(segments))
    runs = [run_of(segment.text) for segment in segments]
    ends = list(accumulate(len(run) + 1 for run in runs))
    everything = "\n".join(runs)
    more: set[int] = set()
    for run in values:
        places = tuple(_places(everything, run))
        if len(places) > found[run]:
            more.update(bisect_right(ends, place) for place in places)
    return sorted(more)


def _places(text: str, run: str) -> Iterator[int]:
    place = text.find(run)
    while place >= 0:
        yield place
        place = text.find(run, place + 1)


class _LowerCase:
    """The words that a message writes in lower case: they are no names, because they are words. Asked about
    segments in their order, and only about what they and those before them say."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        self._segments = segments
        self._read = 0
        self._words: set[str] = set()

    def knows(self, found: Finding) -> bool:
        first, *more = _WORD.findall(self._segments[found.segment].text[found.start : found.end])
        if more:
            return False
        for segment in self._segments[self._read : found.segment + 1]:
            self._words.update(word for word in _WORD.findall(segment.text) if word.isalpha() and word.islower())
        self._read = max(self._read, found.segment + 1)
        return _lower(first) in self._words


def run_of(text: str) -> str:
    """The words of a text run together in lower case."""
    if text.isascii():
        return text.encode("ascii").translate(_LOWER, _NO_WORDS).decode("ascii")
    return "".join(_lower(word) for word in _WORD.findall(text))


def read(text: str, start: int = 0) -> Words:
    """The words of a text that begin at `start` or after it."""
    parts: list[str] = []
    begins: dict[int, int] = {}
    ends: dict[int, int] = {}
    at = 0
    for match in _WHOLE_WORD.finditer(text, start):
        parts.append(_lower(match[0]))
        begins[at] = match.start()
        at += len(match[0])
        ends[at] = match.end()
    return Words("".join(parts), begins, ends)


def _lower(word: str) -> str:
    low = word.lower()
    return low if len(low) == len(word) else word


def only_digits_apart(text: str) -> bool:
    """Whether nothing stands between the words of a text but what may stand between digits."""
    return all(_BETWEEN_DIGITS.fullmatch(gap) for gap in _WORD.split(text))


def indexed(said: Iterable[tuple[Finding, str]]) -> Index:
    """The values of findings and their texts, each once for an entity and score, as it was found first."""
    index: Index = {}
    seen: set[tuple[str, float, str, str | None]] = set()
    for finding, text in sorted(said, key=_precedence):
        words = _WORD.findall(text)
        run = run_of(text)
        if not _worth_it(words, run):
            continue
        value = _value(finding, text, words)
        if (finding.entity, finding.score, run, value.literal) not in seen:
            seen.add((finding.entity, finding.score, run, value.literal))
            same_length = index.setdefault(run[:_LEAST], {}).setdefault(len(run), {})
            same_length.setdefault(run, []).append(value)
    return index


def _precedence(said: tuple[Finding, str]) -> tuple[float, str, int, int]:
    finding, _ = said
    return -finding.score, finding.entity, finding.segment, finding.start


def _worth_it(words: Sequence[str], run: str) -> bool:
    if len(run) < _LEAST or (run.isdecimal() and len(run) < _LEAST_DIGITS):
        return False
    if len(words) > 1 or not run.isalpha():
        return True
    return run not in COMMON_WORDS


def _value(finding: Finding, text: str, words: Sequence[str]) -> Value:
    letters = "".join(words)
    if 2 * sum(char.isdecimal() for char in letters) >= len(letters):
        return Value(finding, None)
    head = text.index(words[0])
    tail = len(text) - text.rindex(words[-1]) - len(words[-1])
    exact = len(words) == 1 and letters.isalpha()
    value = Value(finding, "", head, tail, exact)
    return replace(value, literal=value.folded(text))


def occurrences(number: int, segment: Segment, words: Words, index: Index) -> Iterator[tuple[Finding, Finding]]:
    """Where values stand in segment `number`, each after the finding that it comes from.

    One pass over the words; at each, one look-up for every length among the values that begin with the same
    four characters.
    """
    for at, begin in words.begins.items():
        for length, runs in index.get(words.run[at : at + _LEAST], {}).items():
            end = words.ends.get(at + length)
            if end is None:
                continue
            for value in runs.get(words.run[at : at + length], ()):
                start, stop = begin - value.head, end + value.tail
                if start >= 0 and value.is_at(segment, start, stop):
                    found = replace(value.origin, segment=number, start=start, end=stop, detector=DETECTOR)
                    yield value.origin, found
