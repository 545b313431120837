"""What the words around a candidate say about it. One pass over a text, then a bounded look per place.

Presidio's own enhancer walks all tokens for every result, which is quadratic, and matches parts of
words ("lic" in "public"). Here a cue is a whole word or a phrase of whole words, and a candidate hears

* the segment's label (`card_number`, `sortCode`: split at case, underscores and digits), and the key of the
  object that it is a member of,
* the keys above it, in JSON, XML or YAML that stands in the text,
* the heading of its column, in a table,
* the words before it: up to 80 characters and 12 words back, within its row if it stands in a table,
  not past another number (one digit, and numbers that merely stand in a list with it, are skipped),
  and not past a word that names something else,
* the words after it: up to 30 characters in the same clause, unless they introduce another number or tell what
  was done with it (`confirmed by phone`).

The nearest speaks first. A word that names something else (`invoice`, `order`, `sku`) speaks against.

Numbers of several kinds share one label: `account number` is said in five countries. There the companions in
the same record tell which it is (`kin`): a sort code, `bsb`, a currency; the nearest counts. Beside one, a
label that says no more than `number` is enough.
This module must not know entities, patterns or scores, and looks at words only: irony, negation and
"do not enter your card number" are accepted misunderstandings.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import dropwhile
from typing import Final, NamedTuple

import regex

from grille.detectors.belonging import Own, asides, is_given, may_stand_alone, own_label
from grille.detectors.columns import Columns
from grille.detectors.cues import Cues, Voice, has_cue, judge, phrase_at
from grille.detectors.enclosing import after, before, keys_above, own_key
from grille.detectors.spoken import Spoken
from grille.detectors.vocabulary import ASIDES, BARE_LABELS, LIST_WORDS
from grille.detectors.words import WORD, Words, plain, words_of, written
from grille.record import NO_RECORD, Record

REACH_BEFORE: Final = 80
REACH_AFTER: Final = 30
MOST_WORDS: Final = 14
LONGEST_CUE: Final = 40
"""Letters of a word: a longer one is no cue, whatever it goes on to be."""
REACH_KIN: Final = 240
"""Characters to either side in which a companion is looked for, not past an empty line."""
BESIDE: Final = 12
"""Words between a bare label and the companion that makes it a cue, at most."""

_NEXT_KEY = regex.compile(r"\p{L}[\"']{0,2} ?[=:]")
"""After words: they are the key of what comes next."""
_CLAUSE_ENDS = frozenset("\n,;|{}\"'")
_BARE = regex.compile(
    r"(?i)(?:(?:^|[^\w\s-]|(?<!\w)-|\n|\b(?:and|with)) {0,3}[\"'*]{0,2}"
    rf"(?:{'|'.join(sorted(BARE_LABELS))})|\b(?:from|in|into|of|on|our|their|to|your) {{1,3}}(?:account|acct?))"
    r"[\"'*]{0,2}[\s.:=#]{1,4}[\"']?\Z"
)


class _Place(NamedTuple):
    """The names of a place, those that are of nothing else, the words before it; all of these words, and what they say
    to whoever's cue is not among them."""

    names: tuple[Words, ...]
    own: tuple[Words, ...]
    before: Words
    heard: frozenset[str]
    unheard: Voice


class Surroundings:
    """The words of one text, asked many times. It holds the text: it lives as long as one call and is never shown."""

    def __init__(self, text: str, label: str = "", record: Record = NO_RECORD, *, growing: bool = False) -> None:
        self._text = text
        self._growing = growing
        self._label = words_of(label)[::-1]
        self._record = record
        self._columns: Columns | None = None
        self._spoken = Spoken(text)
        self._places: dict[int, _Place] = {}
        self._after: dict[int, Words] = {}
        self._owns: dict[int, Own | None] = {}
        self._headings: dict[str, Words] = {}
        self._said: frozenset[str] | None = None

    def voice(self, start: int, end: int, wanted: Cues) -> Voice:
        """What is said about [start, end) by the label, the heading, the words before and after."""
        if not wanted:
            return Voice.SILENT
        said = self._said_before(start, wanted)
        return Voice.FOR if has_cue(self.after(end), wanted) else said

    def says(self, wanted: Cues) -> bool:
        """Whether all words of a cue stand anywhere in the text, or in what names it."""
        if self._said is None:
            words = map(plain, set(written(self._text)))
            names = (self._label, self._record.above, *(each for level in self._record.members for each in level))
            self._said = frozenset(words).union(*names)
        said = self._said
        return not said.isdisjoint(wanted) and any(
            said.issuperset(phrase) for word in said.intersection(wanted) for phrase in wanted[word]
        )

    def certain(self, start: int, end: int, wanted: Cues) -> bool:
        """Whether `voice` stays as it is when words are added to the end of the text."""
        if not wanted:
            return True
        own = self._own(start)
        if self._table().undecided(start) or (own and own.waits) or may_stand_alone(self._text, start):
            return False
        return self._said_before(start, wanted) is Voice.FOR or self._heard(end)

    def _said_before(self, start: int, wanted: Cues) -> Voice:
        """What is said by the names of a place and the words before it. Where its very own name says that it is
        something else, the words before belong to its neighbours."""
        place = self._place(start)
        if place.heard.isdisjoint(wanted):
            return place.unheard
        if any(judge(words, wanted) is Voice.FOR for words in place.names):
            return Voice.FOR
        if any(judge(words, wanted) is Voice.AGAINST for words in place.own):
            return Voice.AGAINST
        return judge(place.before, wanted)

    def _place(self, start: int) -> _Place:
        if start not in self._places:
            heading, before = self._heading(start), self._look_back(start)
            keys = () if self._own_label(start) else keys_above(self._text, start)
            called = self._label + self._record.above, heading, keys
            own = tuple(self._own_names(start, heading, before))
            against = any(judge(words, {}) is Voice.AGAINST for words in own)
            unheard = Voice.AGAINST if against else judge(before, {})
            heard = frozenset(before).union(*called, *own)
            self._places[start] = _Place(tuple(filter(None, called)), own, before, heard, unheard)
        return self._places[start]

    def _own_names(self, start: int, heading: Words, before: Words) -> Iterator[Words]:
        """The names of a place that are of nothing else: no word stands between them and it."""
        if not before:
            yield self._label
        if self._own_label(start) is None and (key := own_key(self._text, start)):
            yield key
        cell = self._table().cell(start)
        if cell is not None and WORD.search(self._text, cell, start) is None:
            yield heading

    def _heard(self, end: int) -> bool:
        """Whether the words after an offset have come, the last of them to its end, or too far to be a cue."""
        stop = end + REACH_AFTER
        if not _CLAUSE_ENDS.isdisjoint(self._text[end:stop]):
            return True
        last = self._text[stop - 1 : stop + LONGEST_CUE]
        return len(last) > LONGEST_CUE or any(not char.isalnum() for char in last)

    def before(self, start: int) -> Words:
        """The words before an offset, nearest first, as far as they can concern what stands there."""
        return self._place(start).before

    def after(self, end: int) -> Words:
        """The words after an offset in its own clause, the farthest first; none if they introduce another number."""
        if end not in self._after:
            self._after[end] = self._look_ahead(end)
        return self._after[end]

    def _heading(self, start: int) -> Words:
        heading = self._table().heading(start)
        if heading not in self._headings:
            self._headings[heading] = words_of(heading)[::-1]
        return self._headings[heading]

    def _table(self) -> Columns:
        if self._columns is None:
            self._columns = Columns(self._text, growing=self._growing)
        return self._columns

    def _own(self, start: int) -> Own | None:
        if start not in self._owns:
            self._owns[start] = own_label(self._text, start)
        return self._owns[start]

    def _own_label(self, start: int) -> Own | None:
        """The only one of joined labels that speaks for what stands at `start`, if that can be said."""
        own = self._own(start)
        return None if own is None or own.waits else own

    def _look_back(self, start: int) -> Words:
        row = self._table().row(start)
        farthest = max(start - REACH_BEFORE, row.start if row else 0)
        if own := self._own_label(start):
            farthest, start = farthest if own.first else own.start, own.end
        found: list[str] = []
        spoken = False
        aside = asides(self._text, farthest, start)
        for begin, end, word in reversed(self._spoken.near(farthest, start)):
            if end < farthest or len(found) == MOST_WORDS:
                break
            if end > start or any(since <= begin < until for since, until in aside):
                continue
            if not word:
                if (spoken and end - begin > 1) or is_given(self._text, begin, end, start):
                    break
                continue
            spoken = spoken or word not in LIST_WORDS
            found.append(word)
        return tuple(found)

    def _look_ahead(self, end: int) -> Words:
        clause = self._text[end : end + REACH_AFTER]
        stop = end + next((at for at, char in enumerate(clause) if char in _CLAUSE_ENDS), len(clause))
        if stop == end:
            return ()
        found: list[str] = []
        for begin, _, word in self._spoken.near(end, stop):
            if begin < end:
                continue
            if word in ASIDES:
                break
            if not word:
                says_what_it_is = clause.lstrip().startswith(("is ", "(", "are ", "was "))
                return tuple(reversed(found)) if says_what_it_is else ()
            found.append(word)
        return () if _NEXT_KEY.search(self._text, end, stop) else tuple(reversed(found))

    def is_heading(self, start: int) -> bool:
        """Whether what stands at `start` is the heading of a column."""
        return self._table().is_heading(start)

    def kin(self, start: int, end: int, wanted: Cues) -> int | None:
        """How many words or columns away the nearest companion stands in the same record; None without one."""
        row = self._table().row(start)
        since, until = (row.start, row.end) if row else (max(0, start - REACH_KIN), end + REACH_KIN)
        places = [
            *self._kin_of_columns(start, wanted),
            *(level for level, members in enumerate(self._record.members) for each in members if has_cue(each, wanted)),
            _nearest((_unlabelled(words_of(each)[::-1]) for each in before(self._text[since:start])), wanted),
        ]
        if not self._growing:
            places.append(_nearest((words_of(each) for each in after(self._text[end:until])), wanted, ahead=True))
        return min((place for place in places if place is not None), default=None)

    def _kin_of_columns(self, start: int, wanted: Cues) -> list[int]:
        own, headings = self._table().column(start)
        return [abs(number - own) for number, each in enumerate(headings) if has_cue(words_of(each)[::-1], wanted)]

    def bare(self, start: int) -> bool:
        """Whether what stands at `start` is called a number and no more."""
        own = self._own_label(start)
        if own is not None:
            return BARE_LABELS.issuperset(words_of(self._text[own.start : own.end]))
        names = (self._label, self._heading(start))
        if any(words and BARE_LABELS.issuperset(words) for words in names):
            return True
        return _BARE.search(self._text, max(0, start - 24), start) is not None


def _unlabelled(backwards: Words) -> Words:
    """Without the words that only call what follows them a number."""
    return tuple(dropwhile(BARE_LABELS.__contains__, backwards))


def _nearest(stretches: Iterable[Words], wanted: Cues, *, ahead: bool = False) -> int | None:
    """How many words away a companion stands, in the first stretch that has one; in one further out it is farther."""
    for level, words in enumerate(stretches):
        backwards = words[::-1] if ahead else words
        for place in range(len(words)):
            if phrase_at(backwards, len(words) - 1 - place if ahead else place, wanted):
                return place + level * BESIDE
    return None
