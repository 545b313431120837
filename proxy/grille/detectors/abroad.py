"""Who is a person in a language that no first model reads well: the second model's word, and the form of names.

There the second model is sure of half of somebody's name or of none of it, takes `Gino` for a street, and goes on over
the verb to the next name. So it is heard word by word, beside the English word vectors, which know given names of
every country, and beside the word before (`the painter`, `the street`); and a name is as long as its form says
(`chains`). Somebody of whom nothing of this knows a word is missed. This module must not load a model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import regex

from grille.detectors.chains import Form, Part, chains
from grille.detectors.endings import begins_sentence
from grille.detectors.lane import Lane
from grille.detectors.likeness import UNSEEN
from grille.detectors.rampart import Token
from grille.detectors.vocabulary_languages import (
    CALENDAR,
    CALLINGS,
    DETERMINERS,
    PARTICLES,
    PARTS_OF_PAPERS,
    PLACES_AND_THINGS,
    STOP_WORDS,
    STREETS,
)

type Span = tuple[int, int]
type Kin = Callable[[str], float]

_SURELY: Final = 0.95
_SURER: Final = 0.5
_SURE: Final = 0.3
_LIKELY: Final = 0.12
_RATHER: Final = 0.08
_POSSIBLE: Final = 0.03
_HARDLY: Final = 0.005
"""How probable a person is to the second model: after an article; a word that is like other words; any word; a noun of
German; the first word of a sentence; another; one that everybody knows for a name, or after what somebody does."""
_A_PLACE: Final = 0.3
_SURELY_A_PLACE: Final = 0.9
_GIVEN_NAME: Final = 0.5
_FAMILIAR: Final = 0.44
_SOMEWHAT: Final = 0.2
"""How much a word is like a name to the vectors: enough before another word; enough with a hint; no other word."""
SMALL: Final = CALENDAR.union(*(words for language, words in STOP_WORDS.items() if language != "en"))
"""Words that are nobody, whatever their capital."""
_THINGS: Final = frozenset(PLACES_AND_THINGS)
_CALLED: Final = frozenset(CALLINGS)
_DETERMINERS: Final = frozenset(DETERMINERS)
_WORDS_BEFORE = regex.compile(r"(?r)(?:(?P<second>[\p{L}-]+)[ ])?(?P<first>[\p{L}-]+)[ ]|(?P<elided>\p{L}+)['’][ ]?")
_ADJECTIVE = regex.compile(r"\p{Ll}{5,}")
_BEGINNINGS: Final = frozenset({("van", "der"), ("van", "den"), ("van", "'t"), ("ter",), ("ten",)})
"""Particles that begin a surname without a given name. Others are more often the word `of`."""
_COMPOUND: Final = 2
_LONGEST: Final = 40


@dataclass(frozen=True, slots=True)
class Abroad:
    """A language: how much a word is like a name that everybody knows, and whether its nouns have capitals."""

    kin: Kin
    nouns: bool = False

    def people(self, text: str, tokens: Sequence[Token]) -> Iterator[Span]:
        """Who stands in what the second model read."""
        said = Lane(tokens)
        for parts in chains(text):
            if said.over(parts[0].start, parts[-1].end):
                yield from _names([_Word(self, text, said, part) for part in parts], nouns=self.nouns)


class _Word:
    """A part of what may be a name: what it is, and what is said of it."""

    def __init__(self, abroad: Abroad, text: str, said: Lane[Token], part: Part) -> None:
        self.form, self.start, self.end = part
        self.word = text[self.start : self.end]
        self.lower = self.word.lower()
        self._text = text
        here = said.over(self.start, self.end)
        self.person = max((each.person for each in here), default=0.0)
        self.place = max((each.place for each in here), default=0.0)
        self.is_small = part.form in (Form.PARTICLE, Form.ARTICLE) or (
            part.form is Form.NAME and self.lower in SMALL and not self._is_namesake()
        )
        self.is_name = self._is_name()
        self.kin = max(map(abroad.kin, self.word.split("-"))) if self.is_name else 0.0
        self.speaks = self.is_name and self._speaks(nouns=abroad.nouns)

    def _is_name(self) -> bool:
        """Whether it may be somebody by itself: a word that is not small, nor shouted, nor a compound."""
        return (
            self.form is Form.NAME
            and not self.is_small
            and not self.word.isupper()
            and self.word.count("-") < _COMPOUND
            and (self.person >= _SURELY or not self.word.rpartition("-")[2][:1].islower())
        )

    def _is_namesake(self) -> bool:
        """Whether what may be a small word is somebody: `Mia` has a capital within its sentence."""
        return self.word.istitle() and self.person >= _SURELY and not self.opens()

    def _speaks(self, *, nouns: bool) -> bool:
        """Whether enough is said of it alone."""
        if self.person >= (_SURE if self.kin >= _SOMEWHAT else _SURER):
            return True
        if self.person < _HARDLY and not (self.kin >= _SOMEWHAT and self._is_called()):
            return False
        least = _LIKELY if nouns or self.kin < _SOMEWHAT else _RATHER if self.opens() else _POSSIBLE
        return (
            self.is_familiar(_FAMILIAR)
            or (self.person >= least and self.place < _A_PLACE)
            or (self.place < _SURELY_A_PLACE and self._is_called())
        )

    def is_familiar(self, least: float) -> bool:
        """Whether everybody knows it for a name."""
        return least <= self.kin < UNSEEN

    def opens(self) -> bool:
        """Whether it has the capital of its sentence."""
        return begins_sentence(self._text, self.start)

    def _is_called(self) -> bool:
        """Whether the words before say what somebody does: `regista`, `tenista serbio`."""
        word, second = self._words_before()
        return word in _CALLED or (second in _CALLED and _ADJECTIVE.fullmatch(word) is not None)

    def has_article(self) -> bool:
        """Whether a word that nobody knows for a name has an article before it: `l'Américain`."""
        return not self.is_familiar(_FAMILIAR) and self._words_before()[0] in _DETERMINERS

    def is_of_a_thing(self) -> bool:
        """Whether the word before says that this is a street or a firm."""
        return self._words_before()[0] in _THINGS

    def is_street(self) -> bool:
        """Whether it ends as streets do: `Roostraat`."""
        return self.form is Form.NAME and self.lower.endswith(STREETS) and self.lower not in STREETS

    def _words_before(self) -> tuple[str, str]:
        """The two words before it, the nearer first; what is elided is one (`l`)."""
        before = _WORDS_BEFORE.match(self._text[max(0, self.start - _LONGEST) : self.start])
        if before is None:
            return "", ""
        return (before["first"] or before["elided"]).lower(), (before["second"] or "").lower()


def _names(words: Sequence[_Word], *, nouns: bool) -> Iterator[Span]:
    """The names in a chain."""
    at = 0
    while at < len(words):
        if not _carries(words, at, nouns=nouns):
            at += 1
            continue
        first, last = _first(words, at, nouns=nouns), _last(words, at, nouns=nouns)
        if first < last and words[first + 1].speaks and words[first].has_article():
            first += 1
        if not _is_a_thing(words[first : last + 1]) and not any(each.is_street() for each in words[first : last + 2]):
            yield words[first].start, words[last].end
        at = last + 1


def _carries(words: Sequence[_Word], at: int, *, nouns: bool) -> bool:
    """Whether a word is somebody by itself, or a given name before another."""
    if words[at].speaks:
        return True
    following = next((each for each in words[at + 1 :] if not each.is_small), None)
    if following is None or not following.is_name or not words[at].is_familiar(_GIVEN_NAME):
        return False
    return not nouns or following.person >= _HARDLY or following.place >= _A_PLACE


def _first(words: Sequence[_Word], at: int, *, nouns: bool) -> int:
    """Where the name begins that the word `at` belongs to."""
    first = at
    while first > 0:
        if words[first - 1].form is Form.INITIAL or _may_begin(words[first - 1]):
            first -= 1
            continue
        before = first - 1
        while before >= 0 and words[before].form in (Form.PARTICLE, Form.ARTICLE):
            before -= 1
        if before == first - 1:
            break
        if before >= 0 and words[before].form is Form.INITIAL:
            first = before
            continue
        if before < 0 or not _may_lead(words[before], nouns=nouns):
            begins = tuple(each.word for each in words[before + 1 : first]) in _BEGINNINGS
            return before + 1 if begins else first
        first = before
    return first


def _may_begin(word: _Word) -> bool:
    """Whether a word may stand just before a name, as a part of it: `Till`, `Van`."""
    if word.is_name:
        return word.person >= _POSSIBLE
    return word.form is Form.NAME and word.lower in PARTICLES and not word.opens()


def _may_lead(word: _Word, *, nouns: bool) -> bool:
    """Whether a word may stand before a particle in a name."""
    if not word.is_name:
        return word.form is Form.NAME and word.lower in PARTICLES
    if nouns:
        return word.is_familiar(_FAMILIAR) or word.person >= _POSSIBLE
    return word.lower not in _THINGS and (word.kin >= _SOMEWHAT or word.person >= _HARDLY)


def _last(words: Sequence[_Word], at: int, *, nouns: bool) -> int:
    """Where it ends: one more word may follow than something is said of, and a numeral ends it."""
    last, weak = at, 0
    for here in range(at + 1, len(words)):
        word = words[here]
        if word.is_small and not (word.form is Form.NAME and words[here - 1].form is Form.PARTICLE):
            continue
        if word.form is Form.NUMERAL:
            return here
        if word.form is Form.NAME:
            weak = 0 if word.speaks else weak + 1
            if weak > 1 or not (word.speaks or _may_follow(words[last : here + 1], nouns=nouns, alone=last == at)):
                return last
            last = here
    return last


def _may_follow(words: Sequence[_Word], *, nouns: bool, alone: bool) -> bool:
    """Whether the last word, of which nothing is said, may be the surname of the first, or what one who has none is
    called: `Jan le Roux`."""
    *before, word = words
    if not (word.is_name or word.is_small or "-" in word.word):
        return False
    if before[-1].form is Form.ARTICLE:
        return len(before) > 2 or (alone and not nouns)
    return len(before) > 1 or word.place < _A_PLACE or before[0].is_familiar(_FAMILIAR)


def _is_a_thing(words: Sequence[_Word]) -> bool:
    """Whether what looks like a name is a part of a paper (`Titel IV`), a word with its article, or something that is
    called after somebody."""
    first = words[0]
    if len(words) == 1 and first.person < _SURELY and first.has_article():
        return True
    if len(words) > 1 and words[1].form is Form.NUMERAL and first.lower in PARTS_OF_PAPERS:
        return True
    return first.is_of_a_thing()
