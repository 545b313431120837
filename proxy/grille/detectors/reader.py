"""Who reads for names: two language models, the forms of addresses and companies, and introductions.

    text ─▶ language ─▶ first model ─▶ questions ─▶ second model ─▶ arbiter ─┐
      └──▶ introductions, companies, addresses ──────────────────────────────┴▶ names

Each text is read as a whole: whoever needs the same names wherever a text is cut hands in sentences. This
module must not decide which texts are worth reading, and believes nothing by itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import pairwise
from typing import Final

import regex

from grille.detectors import model, rampart
from grille.detectors.abroad import SMALL, Abroad
from grille.detectors.addresses import addresses, countries, grown
from grille.detectors.arbiter import judged
from grille.detectors.asking import SLIGHTLY_LIKE_A_NAME, Case, to_read, windows
from grille.detectors.companies import (
    companies,
    in_blocks,
    is_called_like_people,
    trading,
    trading_abroad,
    with_trade,
)
from grille.detectors.endings import ends_sentence, sentence_ends
from grille.detectors.introductions import are_initials, introduced, speaking, supposed
from grille.detectors.lane import Lane
from grille.detectors.languages import ENGLISH, KNOWN, language_of
from grille.detectors.likeness import UNSEEN, Likeness, likeness
from grille.detectors.model import NameModel
from grille.detectors.names import Name, believed, is_name
from grille.detectors.namesakes import namesakes
from grille.detectors.ordinary import Ordinary, ordinary
from grille.detectors.prose import is_xml, spoken
from grille.detectors.rampart import Rampart
from grille.detectors.vocabulary_names import FAMILIAR_PLACES
from grille.errors import SettingsError

_GERMAN: Final = "de"
_MIDDLE = regex.compile(r"(?:[ ]\p{Lu}[\p{Ll}\p{M}]{1,20}){1,2}[ ]")
_OPEN: Final = 0.12
"""Likeness to names or places from which on a word abroad is asked about. Other words lie below it."""
_MORE: Final = 0.08
"""How much more a word must be like a name than like a place."""


@dataclass(frozen=True, slots=True)
class Reader:
    """The models of some languages."""

    languages: frozenset[str]
    first: Mapping[str, NameModel]
    second: Rampart
    alike: Likeness
    places: Likeness
    ordinary: Ordinary

    def names(self, texts: Sequence[str], *, whole: bool = True) -> list[list[Name]]:
        """The names in each text, in no particular order; those of one kind do not overlap. Texts that are not `whole`
        are sentences of longer ones."""
        said = [spoken(text) for text in texts]
        languages = [language_of(text) for text in said]
        guesses: list[list[Name]] = [[] for _ in said]
        for language, numbers in _grouped(languages).items():
            if language in self.first:
                read = self.first[language].names([said[number] for number in numbers])
                for number, found in zip(numbers, read, strict=True):
                    guesses[number] = found
        names = [
            self._read(text, language, found, whole=whole) if language in self.languages else []
            for text, language, found in zip(said, languages, guesses, strict=True)
        ]
        return [
            [*found, *self._between_remarks(text, words)] if is_xml(text) else found
            for text, words, found in zip(texts, said, names, strict=True)
        ]

    def formed(self, text: str) -> list[Name]:
        """What forms tell in a text that is no prose, such as JSON: addresses, and companies by their legal form."""
        places = [Name("LOCATION", *span, certain=True) for span in grown(text, addresses(text))]
        return [*places, *_united(Name("ORGANIZATION", *span, certain=True) for span in companies(text))]

    def _between_remarks(self, text: str, said: str) -> list[Name]:
        """What forms tell of XML, where nobody says anything."""
        return [each for each in self.formed(text) if said[each.start : each.end].isspace()]

    def _read(self, text: str, language: str, guesses: list[Name], *, whole: bool) -> list[Name]:
        abroad = None if language == ENGLISH else Abroad(self._kin, nouns=language == _GERMAN)
        known = (self._open, _never) if abroad else (self.alike.of, self.ordinary.words)
        meant = [*introduced(text), *(() if abroad else self._meant(text))]
        people = _united((Name("PERSON", start, end, certain=True) for start, end in meant))
        case = Case(text, guesses, people, *known, abroad=abroad, whole=whole)
        alone = partial(ends_sentence, text) if abroad else None
        read = to_read(case, windows(sentence_ends(text), alone))
        tokens = [
            rampart.Token(start + each.start, start + each.end, each.person, each.place)
            for start, end in read
            for each in self.second.read(text[start:end])
        ]
        trades = trading_abroad(text) if abroad else trading(text, self.ordinary.words)
        firms = [*companies(text), *(() if language == _GERMAN else trades)]
        return _settled(text, [*people, *judged(case, read, tokens)], firms, known[1])

    def _kin(self, word: str) -> float:
        """How much a word is like a name that everybody knows, if it is more so than like a place."""
        like = self.alike.of(word)
        return like if like < _OPEN or like == UNSEEN or like > self.places.of(word) + _MORE else 0.0

    def _open(self, word: str) -> float:
        """Whether a word abroad may be a name: one that the vectors do not know, or know beside names or places."""
        if word.lower() in SMALL:
            return 0.0
        return UNSEEN if self.alike.of(word) >= _OPEN or self.places.of(word) >= _OPEN else 0.0

    def _meant(self, text: str) -> Iterator[tuple[int, int]]:
        """Those who are supposed to be people, and whose words may be names."""
        for start, end in supposed(text):
            if are_initials(text[start:end]) or not self.ordinary.words(text[start:end]):
                yield start, end
        voices = [span for span in speaking(text) if not self.ordinary.words(text[slice(*span)])]
        if self._may_speak({text[start:end] for start, end in voices}):
            yield from voices

    def _may_speak(self, voices: Iterable[str]) -> bool:
        """Whether all are like names, and one of them is known to be: programs have names that nobody knows."""
        like = [min(map(self._kin, name.split())) for name in voices if is_name(name)]
        return bool(like) and all(each >= SLIGHTLY_LIKE_A_NAME for each in like) and min(like) < UNSEEN


def _never(words: str) -> bool:
    """Whether words are ordinary, where no dictionary tells."""
    return False


def _grouped(spoken: Sequence[str]) -> Mapping[str, list[int]]:
    groups: defaultdict[str, list[int]] = defaultdict(list)
    for number, language in enumerate(spoken):
        groups[language].append(number)
    return groups


def _settled(
    text: str, names: Sequence[Name], formed_firms: Iterable[tuple[int, int]], is_ordinary: Callable[[str], bool]
) -> list[Name]:
    """One name for each stretch of a kind. What has the form of an address or a company is one."""
    firms = _united(Name("ORGANIZATION", *span, certain=True) for span in formed_firms)
    by_form = list(addresses(text))
    formed = Lane(_united(Name("LOCATION", *span) for span in by_form))
    of_kind: defaultdict[str, list[Name]] = defaultdict(list)
    taken = Lane(firms)
    for name in (_as_company(text, each) for each in names):
        if not taken.over(name.start, name.end) and not (
            name.entity != "LOCATION" and formed.over(name.start, name.end)
        ):
            of_kind[name.entity].append(name)
    places = [part for each in of_kind["LOCATION"] for part in believed(each, text)]
    people = [(name.start, name.end) for name in of_kind["PERSON"]]
    somebody = Lane(_united(of_kind["PERSON"]))
    lands = [span for span in countries(text) if not any(_is_part(span, each) for each in somebody.over(*span))]
    whole = grown(text, [*places, *by_form, *lands])
    of_kind["LOCATION"] = [Name("LOCATION", *span, certain=True) for span in whole]
    numbered = [span for span in whole if any(map(str.isdigit, text[slice(*span)]))]
    blocks = [Name("ORGANIZATION", *span, certain=True) for span in in_blocks(text, people, numbered)]
    of_kind["ORGANIZATION"] += [*firms, *(each for each in blocks if not taken.over(each.start, each.end))]
    _know_again(text, of_kind, is_ordinary)
    return [name for found in of_kind.values() for name in _united(found)]


def _know_again(text: str, of_kind: defaultdict[str, list[Name]], is_ordinary: Callable[[str], bool]) -> None:
    """Add the middle of names, and those who are called by their surname only, in place of towns and firms."""
    of_kind["PERSON"] += list(_between(text, of_kind["PERSON"], is_ordinary))
    people = of_kind["PERSON"]
    others = (name for kind in ("LOCATION", "ORGANIZATION") for name in of_kind[kind])
    taken = Lane(_united([*people, *(name for name in others if " " in text[name.start : name.end])]))
    again = set(namesakes(text, [(name.start, name.end) for name in people], taken, is_ordinary))
    for kind in ("LOCATION", "ORGANIZATION"):
        of_kind[kind] = [name for name in of_kind[kind] if (name.start, name.end) not in again]
    of_kind["PERSON"] += [Name("PERSON", *span, certain=True) for span in again]


def _between(text: str, people: Iterable[Name], is_ordinary: Callable[[str], bool]) -> Iterator[Name]:
    """Names of which a model knows the beginning and the end: with the words between them, they are one."""
    for one, other in pairwise(_united(people)):
        if _MIDDLE.fullmatch(text, one.end, other.start) and not is_ordinary(text[one.end : other.start]):
            yield Name("PERSON", one.start, other.end, one.certain or other.certain)


def _as_company(text: str, name: Name) -> Name:
    """What begins or ends with a trade is a company, whatever a model calls it; some are called like people."""
    span = with_trade(text, name.start, name.end)
    if name.entity == "PERSON" and is_called_like_people(text[name.start : name.end]):
        span = name.start, name.end
    return Name("ORGANIZATION", *span) if span else name


def _is_part(country: tuple[int, int], name: Name) -> bool:
    """Whether a country is a part of somebody's name: `Jordan Smith`."""
    start, end = country
    return name.start <= start and end <= name.end and end - start < name.end - name.start


def _united(names: Iterable[Name]) -> list[Name]:
    """Names of one kind, overlapping ones as one."""
    found: list[Name] = []
    for name in sorted(names, key=lambda each: (each.start, each.end)):
        if found and name.start < found[-1].end:
            last = found[-1]
            found[-1] = Name(last.entity, last.start, max(last.end, name.end), last.certain or name.certain)
        else:
            found.append(name)
    return found


@cache
def load(languages: tuple[str, ...] = ()) -> Reader:
    """Who reads `languages`; none named: all that the installed models read.

    Raises:
        SettingsError: a language that no model reads, or a model that is not installed.
    """
    for language in languages:
        if language not in KNOWN:
            known = ", ".join(sorted(KNOWN))
            raise SettingsError(f"No language model reads {language!r}; choose among {known}.")
    read = frozenset(languages) or KNOWN
    first = {
        language: model.load(language)
        for language in model.PACKAGES
        if language in languages or (language in read and (language == ENGLISH or model.is_installed(language)))
    }
    second = rampart.load()
    for each in first.values():
        each.learn(second.words)
    english = first.get(ENGLISH) or model.load(ENGLISH)
    alike = likeness(english.pipeline.vocab)
    places = likeness(english.pipeline.vocab, FAMILIAR_PLACES)
    return Reader(
        read,
        first,
        second,
        alike,
        places,
        ordinary(english.pipeline, lambda word: max(alike.of(word), places.of(word))),
    )
