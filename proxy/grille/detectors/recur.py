"""A value that was found in a stream is found again in what comes after it.

As `propagate` does for whole messages, with differences that follow from the text still growing. A value
does not reach back to what stood before it in its text: that is gone, and what comes out must not hang on
how the text was cut. For the same reason no word is asked whether it is also written in lower case. And
the end of the text may be the beginning of a value (`4111 11`): it is held until more has come.

This module must not keep values: like those of `propagate`, they live within one call.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from grille.detectors.normalize import view
from grille.detectors.propagate import Index, Value, Words, indexed, occurrences, only_digits_apart
from grille.exchange import Finding, Growing, Kind, Known, Segment

_ELSEWHERE: Final = -1
"""The number of the text in which a value was found that is known already."""


@dataclass(frozen=True, slots=True)
class Values:
    """What is looked for: all values by their letters and digits, and these once more, sorted."""

    index: Index = field(repr=False)
    runs: tuple[tuple[str, Value], ...] = field(repr=False)

    @classmethod
    def of(cls, said: Iterable[tuple[Finding, str]]) -> Values:
        index = indexed(said)
        runs = [
            (run, value)
            for lengths in index.values()
            for runs in lengths.values()
            for run, values in runs.items()
            for value in values
        ]
        return cls(index, tuple(sorted(runs, key=_run)))


def _run(entry: tuple[str, Value]) -> str:
    return entry[0]


def known_values(known: Iterable[Known], words: Words) -> Values:
    """Values that were found earlier, and with which one of the words may begin: they recur anywhere."""
    initials = {words.run[at] for at in words.begins}
    return Values.of(
        (Finding(_ELSEWHERE, 0, len(text), each.entity, each.score, ""), text)
        for each in known
        if (text := view(Segment("", Kind.TEXT, each.text)).segment.text) and _may_begin(text[0], initials)
    )


def _may_begin(first: str, initials: set[str]) -> bool:
    return first in initials or first.lower() in initials or not first.isalnum()


def new_values(text: str, findings: Iterable[Finding]) -> Values:
    """Values of this very text: they recur after the place where they were found."""
    return Values.of((each, text[each.start : each.end]) for each in findings)


def recurring(number: int, growing: Growing, words: Words, values: Values) -> Iterator[Finding]:
    """Where values stand again in growing text `number`."""
    for origin, found in occurrences(number, growing.segment, words, values.index):
        if found.start >= (origin.end if origin.segment == number else growing.settled):
            yield found


def unfinished(growing: Growing, words: Words, values: Values) -> int:
    """Where the first value begins of which the rest may be still to come; the end if there is none."""
    text = growing.segment.text
    begins = (*_begun(text, words, values), *_announced(text, values))
    return min((begin for begin in begins if begin >= growing.settled), default=len(text))


def _begun(text: str, words: Words, values: Values) -> Iterator[int]:
    """Where the words up to the end of the text are the first of a value, or all of it."""
    longest = max((len(run) for run, _ in values.runs), default=0)
    for at, begin in words.begins.items():
        rest = words.run[at:]
        if len(rest) > longest:
            continue
        for run, value in values.runs[bisect_left(values.runs, rest, key=_run) :]:
            if not run.startswith(rest):
                break
            start = begin - value.head
            if start >= 0 and _may_become(value, text[start:], whole=run == rest):
                yield start


def _may_become(value: Value, text: str, *, whole: bool) -> bool:
    """Whether a text with the first words of a value may become it. With all of them (`whole`) it is finished
    when something follows them: until then its last word may grow."""
    if value.literal is None:
        return only_digits_apart(text) and not (whole and not text[-1].isalnum())
    text = value.folded(text)
    return value.literal.startswith(text) and (len(text) < len(value.literal) or text[-1].isalnum())


def _announced(text: str, values: Values) -> Iterator[int]:
    """Where the end of the text is what stands before the first word of a value."""
    for _, value in values.runs:
        for length in range(value.head, 0, -1):
            if value.literal is not None and value.folded(text[-length:]) == value.literal[:length]:
                yield len(text) - length
