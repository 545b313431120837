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

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import regex

from grille.detectors.normalize import view
from grille.detectors.runs import WORD, Runs, holds_word, lower, run_of
from grille.detectors.vocabulary import COMMON_WORDS
from grille.exchange import Finding, Hits, Kind, Segment

DETECTOR: Final = "propagation"
_LEAST: Final = 4
_LEAST_DIGITS: Final = 6
_WITH_A_GRAMMAR = frozenset({Kind.NAME, Kind.OPAQUE})
_WHOLE_WORD = regex.compile(r"(?<![^\W_])[^\W_]+")
LITERALS: Final = frozenset({"true", "false", "null"})
"""What stands in JSON and is no text."""
_BLANKS = regex.compile(r"\s+")
_BETWEEN_DIGITS = regex.compile(r"[ .\-/()]{0,3}")


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

    def found(self, number: int, segment: Segment, begin: int, end: int) -> Finding | None:
        """The value in segment `number`, if it is there; [begin, end) are its words."""
        start, stop = begin - self.head, end + self.tail
        if start < 0 or not self.is_at(segment, start, stop):
            return None
        return Finding(number, start, stop, self.origin.entity, self.origin.score, DETECTOR)

    def folded(self, text: str) -> str:
        """A text as `literal` is written."""
        return _folded(text, exact=self.single_word)


type _Stand = tuple[int, int, int, str]
"""Where a value stands, and as what: segment, start, end, entity."""
type Index = dict[str, dict[int, dict[str, list[Value]]]]
"""Values by the run of their words, under its first four characters and its length."""


def spread(segments: Sequence[Segment], findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """The findings, and one more for every further occurrence of a value among them."""
    if not findings:
        return ()
    said = [(each, segments[each.segment].text[each.start : each.end]) for each in findings]
    known = {(each.segment, each.start, each.end, each.entity): text for each, text in said}
    index = indexed(said)
    values = {run: same for lengths in index.values() for runs in lengths.values() for run, same in runs.items()}
    more = _where_they_stand(segments, values, known)
    lower_case = _LowerCase(segments)
    others = (each for each in more if (each.segment, each.start, each.end, each.entity) not in known)
    return (*findings, *(each for each in others if not lower_case.knows(each)))


def _where_they_stand(
    segments: Sequence[Segment], values: Mapping[str, Sequence[Value]], known: Mapping[_Stand, str]
) -> Iterator[Finding]:
    """Look for each value in everything, but for where it is known to stand. When a run was found as often as it
    stands anywhere, there is no more."""
    found: Counter[str] = Counter()
    for text, times in Counter(known.values()).items():
        found[run_of(text)] += times
    runs = Runs([segment.text for segment in segments])
    few, many = runs.places(tuple(values))
    for run, places in few.items():
        same = values[run]
        if found[run] == len(places) * len({value.origin.entity for value in same}):
            continue
        for number, start, end in filter(None, (runs.span(place, len(run)) for place in places)):
            for value in same:
                if (number, start - value.head, end + value.tail, value.origin.entity) in known:
                    continue
                if each := value.found(number, segments[number], start, end):
                    yield each

    if many:
        yield from _word_by_word(segments, {run: values[run] for run in many})


def _word_by_word(segments: Sequence[Segment], values: Mapping[str, Sequence[Value]]) -> Iterator[Finding]:
    index: Index = {}
    for run, same in values.items():
        index.setdefault(run[:_LEAST], {}).setdefault(len(run), {})[run] = list(same)
    for number, segment in enumerate(segments):
        yield from (each for _, each in occurrences(number, segment, read(segment.text), index))


class _LowerCase:
    """The words that a message writes in lower case: they are no names, because they are words. A segment is told
    only of what it and those before it say."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        self._segments = segments
        self._first: dict[str, int] = {}

    def knows(self, found: Finding) -> bool:
        first, *more = WORD.findall(self._segments[found.segment].text[found.start : found.end])
        word = lower(first)
        if more or not (word.isalpha() and word.islower()):
            return False
        if word not in self._first:
            saying = (number for number, each in enumerate(self._segments) if self._says(each, word))
            self._first[word] = next(saying, len(self._segments))
        return self._first[word] < self._before(found.segment)

    @staticmethod
    def _says(segment: Segment, word: str) -> bool:
        """In a closed document literals are none of its texts; a text that says one is a leaf (`outlines.py`)."""
        return not (segment.closed and word in LITERALS) and holds_word(segment.text, word)

    def _before(self, number: int) -> int:
        """The first segment that surely stands after what is said in segment `number`. A closed document stands for
        many texts: of those that it says itself, and that stand before it as leaves of it, nobody knows the order."""
        if not self._segments[number].closed:
            return number + 1
        while number and self._segments[number - 1].known is not None:
            number -= 1
        return number


class Sayings:
    """The words of a document as it says them."""

    def __init__(self, document: str) -> None:
        self._document = document

    @cached_property
    def words(self) -> frozenset[str]:
        return frozenset(WORD.findall(_seen(self._document)))


class Alone:
    """The values of a message that are one word."""

    def __init__(self, segments: Sequence[Segment], findings: Sequence[Finding]) -> None:
        self._segments = segments
        self._findings = findings

    @cached_property
    def words(self) -> frozenset[str]:
        said = (self._segments[each.segment].text[each.start : each.end] for each in self._findings)
        return frozenset(words[0] for text in said if len(words := WORD.findall(_seen(text))) == 1)


def hangs_on_order(finding: Finding, own: Hits, segment: Segment, document: Sayings, alone: Alone) -> bool:
    """Whether it hangs on the order of the texts in a document what a finding in one of them is: a value of one word
    in it, which none of the text's `own` findings holds, is a name unless it stood in lower case before, and the
    document says it so. `alone` are such values: of others the order is of no account."""
    if any((start, end) == (finding.start, finding.end) for start, end, *_ in own):
        return False
    at, stretches = finding.start, []
    for start, end, *_ in sorted(own):
        if end > at and start < finding.end:
            stretches.append((at, start))
            at = end
    stretches.append((at, finding.end))
    said = [_seen(segment.text[start:end]) for start, end in stretches if start < end]
    words = [word for each in said for word in WORD.findall(each) if word.isalpha()]
    is_one = len(words) == 1
    return any((is_one or word in alone.words) and lower(word) in document.words for word in words)


def _seen(text: str) -> str:
    return view(Segment("", Kind.TEXT, text)).segment.text


def read(text: str, start: int = 0) -> Words:
    """The words of a text that begin at `start` or after it."""
    parts: list[str] = []
    begins: dict[int, int] = {}
    ends: dict[int, int] = {}
    at = 0
    for match in _WHOLE_WORD.finditer(text, start):
        parts.append(lower(match[0]))
        begins[at] = match.start()
        at += len(match[0])
        ends[at] = match.end()
    return Words("".join(parts), begins, ends)


def only_digits_apart(text: str) -> bool:
    """Whether nothing stands between the words of a text but what may stand between digits."""
    return all(_BETWEEN_DIGITS.fullmatch(gap) for gap in WORD.split(text))


def indexed(said: Iterable[tuple[Finding, str]]) -> Index:
    """The values of findings and their texts, each once for an entity and score, as it was found first."""
    index: Index = {}
    seen: set[tuple[str, float, str, str | None]] = set()
    first: dict[tuple[str, float, str], Finding] = {}
    for finding, text in said:
        same = finding.entity, finding.score, text
        if same not in first or finding < first[same]:
            first[same] = finding
    for finding, text in sorted(((finding, text) for (_, _, text), finding in first.items()), key=_precedence):
        words = WORD.findall(text)
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
    if 2 * sum(map(str.isdecimal, letters)) >= len(letters):
        return Value(finding, None)
    head = text.index(words[0])
    tail = len(text) - text.rindex(words[-1]) - len(words[-1])
    exact = len(words) == 1 and letters.isalpha()
    return Value(finding, _folded(text, exact=exact), head, tail, exact)


def _folded(text: str, *, exact: bool) -> str:
    text = _BLANKS.sub(" ", text)
    return text if exact else text.lower()


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
                if found := value.found(number, segment, begin, end):
                    yield value.origin, found
