"""What the words around a candidate say about it. One pass over a text, then a bounded look per place.

Presidio's own enhancer walks all tokens for every result, which is quadratic, and matches parts of
words ("lic" in "public"). Here a cue is a whole word or a phrase of whole words, and a candidate hears

* the segment's label (`card_number`, `sortCode`: split at case, underscores and digits),
* the heading of its column, in a table,
* the words before it: up to 80 characters and 12 words back, within its row if it stands in a table,
  not past another number (one digit, and numbers that merely stand in a list with it, are skipped),
  and not past a word that names something else,
* the words after it: up to 30 characters in the same clause, unless they introduce another number.

The nearest speaks first. A word that names something else (`invoice`, `order`, `sku`) speaks against.
This module must not know entities, patterns or scores, and looks at words only: irony, negation and
"do not enter your card number" are accepted misunderstandings.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Final

import regex

from grille.detectors.columns import Columns
from grille.detectors.vocabulary import GENERIC_LABELS, LIST_WORDS, OTHER_LABELS

REACH_BEFORE: Final = 80
REACH_AFTER: Final = 30
MOST_WORDS: Final = 12
LONGEST_CUE: Final = 40
"""Letters of a word: a longer one is no cue, whatever it goes on to be."""
NEAR_WORDS: Final = 3
"""How near a word that names something else must stand to speak against a candidate."""

type Words = tuple[str, ...]
type Cues = Mapping[str, tuple[Words, ...]]
"""Phrases by their last word, each written backwards."""

_WORD = regex.compile(r"\p{Lu}{2,}s?(?!\p{Ll})|\p{Lu}?\p{Ll}+|\p{L}+|[0-9]+")
_ACRONYM = range(3, 6)
_CLAUSE_ENDS = frozenset("\n,;|{}\"'")


class Voice(Enum):
    """What the surroundings say of a candidate."""

    FOR = "for"
    SILENT = "silent"
    AGAINST = "against"


def words_of(text: str) -> Words:
    """The words of a label, lower case, in the singular: `cardNumbers` is card, number."""
    return tuple(_plain(word) for word in _WORD.findall(text) if not word.isdigit())


def cues(phrases: Iterable[str]) -> Cues:
    """Phrases, as an entity's `context` lists them, in the form that `Surroundings` asks for. A short
    word counts with dots as well: S.S.N."""
    table: dict[str, tuple[Words, ...]] = {}
    for phrase in phrases:
        words = words_of(phrase)
        spelled = tuple(words[0]) if len(words) == 1 and len(words[0]) in _ACRONYM else ()
        for backwards in (words[::-1], spelled[::-1]):
            if backwards:
                table[backwards[0]] = (*table.get(backwards[0], ()), backwards)
    return table


def judge(nearest_first: Words, wanted: Cues) -> Voice:
    """What words say, the nearest first: the first that says anything decides."""
    for place, word in enumerate(nearest_first):
        if _phrase_at(nearest_first, place, wanted):
            return Voice.FOR
        if word in OTHER_LABELS:
            if word in GENERIC_LABELS and _phrase_at(nearest_first, place + 1, wanted):
                return Voice.FOR
            return Voice.AGAINST if place < NEAR_WORDS else Voice.SILENT
    return Voice.SILENT


def _phrase_at(words: Words, place: int, wanted: Cues) -> bool:
    if place >= len(words):
        return False
    return any(words[place : place + len(phrase)] == phrase for phrase in wanted.get(words[place], ()))


def _plain(word: str) -> str:
    word = word.lower()
    return word[:-1] if len(word) > 3 and word[-1] == "s" and word[-2] != "s" else word


class Surroundings:
    """The words of one text, split once and asked many times. It holds the text: it lives as long as
    one call and is never shown. Nothing is asked about what stands before `since`."""

    def __init__(self, text: str, label: str = "", *, growing: bool = False, since: int = 0) -> None:
        self._text = text
        self._growing = growing
        self._since = since
        self._label = words_of(label)[::-1]
        self._columns: Columns | None = None
        self._tokens: tuple[list[int], list[int], list[str]] | None = None
        self._before: dict[int, Words] = {}
        self._after: dict[int, Words] = {}
        self._headings: dict[int, Words] = {}

    def voice(self, start: int, end: int, wanted: Cues) -> Voice:
        """What is said about [start, end) by the label, the heading, the words before and after."""
        if not wanted:
            return Voice.SILENT
        said = judge(self.before(start), wanted)
        if said is Voice.FOR or Voice.FOR in (
            judge(self._label, wanted),
            judge(self._heading(start), wanted),
        ):
            return Voice.FOR
        if any(_phrase_at(self.after(end), place, wanted) for place in range(len(self.after(end)))):
            return Voice.FOR
        return said

    def certain(self, start: int, end: int, wanted: Cues) -> bool:
        """Whether `voice` stays as it is when words are added to the end of the text."""
        if not wanted:
            return True
        if self._table().undecided(start):
            return False
        before = (self.before(start), self._label, self._heading(start))
        return any(judge(words, wanted) is Voice.FOR for words in before) or self._heard(end)

    def _heard(self, end: int) -> bool:
        """Whether the words after an offset have come, the last of them to its end, or too far to be a cue."""
        stop = end + REACH_AFTER
        if not _CLAUSE_ENDS.isdisjoint(self._text[end:stop]):
            return True
        last = self._text[stop - 1 : stop + LONGEST_CUE]
        return len(last) > LONGEST_CUE or any(not char.isalnum() for char in last)

    def before(self, start: int) -> Words:
        """The words before an offset, nearest first, as far as they can concern what stands there."""
        if start not in self._before:
            self._before[start] = self._look_back(start)
        return self._before[start]

    def after(self, end: int) -> Words:
        """The words after an offset in its own clause, the farthest first; none if they introduce
        another number."""
        if end not in self._after:
            self._after[end] = self._look_ahead(end)
        return self._after[end]

    def _heading(self, start: int) -> Words:
        if start not in self._headings:
            self._headings[start] = words_of(self._table().heading(start))[::-1]
        return self._headings[start]

    def _table(self) -> Columns:
        if self._columns is None:
            self._columns = Columns(self._text, growing=self._growing)
        return self._columns

    def _look_back(self, start: int) -> Words:
        starts, ends, words = self._split()
        row = self._table().row(start)
        farthest = max(start - REACH_BEFORE, row.start if row else 0)
        found: list[str] = []
        spoken = False
        for place in range(bisect_left(starts, start) - 1, -1, -1):
            if ends[place] < farthest or len(found) == MOST_WORDS:
                break
            if ends[place] > start:
                continue
            word = words[place]
            if not word:
                if spoken and ends[place] - starts[place] > 1:
                    break
                continue
            spoken = spoken or word not in LIST_WORDS
            found.append(word)
        return tuple(found)

    def _look_ahead(self, end: int) -> Words:
        starts, _, words = self._split()
        clause = self._text[end : end + REACH_AFTER]
        stop = end + next((at for at, char in enumerate(clause) if char in _CLAUSE_ENDS), len(clause))
        found: list[str] = []
        for place in range(bisect_left(starts, end), len(starts)):
            if starts[place] >= stop:
                break
            if not words[place]:
                says_what_it_is = clause.lstrip().startswith(("is ", "(", "are ", "was "))
                return tuple(reversed(found)) if says_what_it_is else ()
            found.append(words[place])
        return tuple(reversed(found))

    def _split(self) -> tuple[list[int], list[int], list[str]]:
        if self._tokens is None:
            starts, ends, words = [], [], []
            blank = self._text.rfind(" ", 0, max(0, self._since - REACH_BEFORE))
            for match in _WORD.finditer(self._text, blank + 1):
                starts.append(match.start())
                ends.append(match.end())
                words.append("" if match[0].isdigit() else _plain(match[0]))
            self._tokens = starts, ends, words
        return self._tokens
