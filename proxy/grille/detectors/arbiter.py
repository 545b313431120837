"""What is believed of what two models and the words around a name say.

The first model guesses much; the second, which read only what `asking` chose, knows people and addresses better.
Where both spoke, the second decides about people and adds places; a guess of the first about what the second never
read stands. Words that are nobody's name (`ordinary`) need more: a person or a place of them needs the second
model's word, an organisation a name nearby, because text that tells of people tells of firms, and accounts and
manuals of neither. An ordinary word with the capital of its sentence is no person, an accepted miss.

This module must not load a model, nor know which words introduce somebody.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from typing import Final

import regex

from grille.detectors.asking import LIKE_A_NAME, SLIGHTLY_LIKE_A_NAME, Case, Span
from grille.detectors.identifiers import is_of_a_program
from grille.detectors.kinds import is_a_thing, listed
from grille.detectors.lane import Lane
from grille.detectors.likeness import UNSEEN
from grille.detectors.names import Name
from grille.detectors.pieces import CAPITAL_OR_DIGIT, reads_as_words, runs
from grille.detectors.rampart import Token
from grille.detectors.vocabulary import NAME_PARTICLES, PARTICLES_WITHIN
from grille.detectors.vocabulary_names import OPENERS
from grille.detectors.words import any_of

_NOT_A_PERSON: Final = 0.03
_NOT_A_FAMILIAR_PERSON: Final = 0.015
_PERSON: Final = 0.4
_PERSON_ABROAD: Final = 0.12
"""In a language that the first model does not read or reads worse, and where nothing says that a word is ordinary."""
_PERSON_AGAINST_OTHERS: Final = 0.8
_PERSON_AGAINST_ONE: Final = 0.45
_MORE_CASUALLY: Final = 2.0
"""How much more the second model counts where people write as they talk: it doubts all but forms."""
_PERSON_CASUALLY_IN_LOWER_CASE: Final = 0.2
_MOST_WORDS_OF_A_CASUAL_NAME: Final = 2
_PERSON_IN_LOWER_CASE: Final = 0.6
_FAMILIAR_PERSON_IN_LOWER_CASE: Final = 0.45
_PERSON_OF_PLAIN_WORDS: Final = 0.95
_PLACE: Final = 0.4
_PLACE_OF_PLAIN_WORDS: Final = 0.2
_NEAR: Final = 100
"""Characters between a name and what may be one beside it."""
_MOSTLY: Final = 1.5
"""How much longer the first model's organisation may be than the place that the second sees in it."""
_NOTHING, _ANYTHING = (0.0, 0.0), (1.0, 1.0)
_WORD = regex.compile(r"\p{L}[\p{L}\p{M}'’]+")
_PART = regex.compile(r"\p{Lu}\.|\p{L}[\p{L}\p{M}'’-]+")
_OPENER = regex.compile(rf"(?<=\p{{Lu}}\.)[ ]{{1,2}}(?:{any_of(OPENERS)})\b")
_PREFIX = regex.compile(r"(?<!\p{L})(?:anti|ex|non|pro|then)-$")
_LONGEST_PREFIX: Final = 8
_WORDS_BETWEEN = regex.compile(r"(?<=\p{Lu}[\p{L}\p{M}.'’-]+)[ ](?:[\p{Ll}\p{M}]{3,}[ ]){1,3}(?=\p{Lu})")
_DIGIT = regex.compile(r"[0-9]")
_INITIALS = regex.compile(r"(?:[ .]{0,2}\p{Lu}(?!\p{L})){0,3}\.?")
_LETTERS = regex.compile(r"\p{L}{2}")
_CODED = regex.compile(r"(?:\p{Lu}+[0-9]+|\p{Lu}{1,5}[0-9]{3,}\p{Lu}|(?=[a-f]*[0-9])[0-9a-f]{12,})(?:,?[ ][0-9]{1,3})?")
"""Codes, forms and hashes."""
_CAPITAL = regex.compile(r"\p{Lu}")
_NEXT_NAME = regex.compile(
    rf"[ ](?:(?:{any_of(PARTICLES_WITHIN)})[ ]){{0,3}}"
    r"(?P<word>\p{Lu}[\p{Ll}\p{M}'’-]{2,30})(?![\p{L}\p{N}])"
)
_BETWEEN_PERSON = regex.compile(r"[ .'’-]{0,2}")
_BETWEEN_PLACE = regex.compile(r"[\s,;:/.#-]{0,4}")


def judged(case: Case, read: Sequence[Span], tokens: Sequence[Token]) -> Iterator[Name]:
    """What is believed: `tokens` are what the second model says of the parts that it has `read`."""
    said = Lane(tokens)
    people = [Name("PERSON", start, end, certain=True) for start, end in _people(case, tokens, said)]
    places = [Name("LOCATION", start, end, certain=True) for start, end in _places(case, tokens)]
    verdicts = _Verdicts(case, read, said)
    claimed = _with_introduced(case, people)
    others = [guess for guess in case.guesses if guess.entity != "PERSON" and not claimed.over(guess.start, guess.end)]
    for guess in case.guesses:
        if guess.entity == "PERSON" and verdicts.may_be_a_person(guess):
            span = _capitalised(case.text, guess.start, guess.end)
            people.append(Name("PERSON", *span, certain=case.talks_of(guess.start, guess.end)))
    rather = [guess for guess in others if verdicts.is_rather_a_person(guess)]
    people += [Name("PERSON", guess.start, guess.end) for guess in rather]
    people = [each for each in people if not is_a_thing(case.text, each.end) and not case.is_a_programs(each)]
    known = _with_introduced(case, people).over
    people += [Name("PERSON", *span, certain=True) for span in listed(case.text, known, case.likeness)]
    yield from people
    yield from (
        place
        for place in places
        if _DIGIT.search(case.text, place.start, place.end)
        or not any(each.start < place.end and place.start < each.end for each in people)
    )
    company = _Company(case, [*people, *places])
    others = [each for each in others if each not in rather and not is_of_a_program(case.text, each.start, each.end)]
    others = [guess for guess in others if guess.entity != "LOCATION" or verdicts.may_be_a_place(guess)]
    yield from (guess for guess in others if company.may_be_a_name(guess))


class _Company:
    """Whether names stand near an organisation that is made of ordinary words."""

    def __init__(self, case: Case, names: Iterable[Name]) -> None:
        self._case = case
        self._names = _with_introduced(case, names)

    def may_be_a_name(self, guess: Name) -> bool:
        if guess.entity != "ORGANIZATION" or not self._case.is_ordinary(guess.start, guess.end):
            return True
        return bool(self._names.over(guess.start - _NEAR, guess.end + _NEAR))


def _with_introduced(case: Case, names: Iterable[Name]) -> Lane[Name]:
    """Names, and all whom something introduces."""
    return Lane(_apart([*names, *case.introduced.over(0, len(case.text))]))


def _apart(names: Iterable[Name]) -> Iterator[Name]:
    """Names without those that begin in another."""
    end = -1
    for name in sorted(names, key=lambda each: (each.start, -each.end)):
        if name.start >= end:
            yield name
            end = name.end


class _Verdicts:
    """What the second model says of the words of one text."""

    def __init__(self, case: Case, read: Sequence[Span], said: Lane[Token]) -> None:
        self._case = case
        self._read = read
        self._said = said

    @cached_property
    def _best(self) -> Mapping[str, tuple[float, float]]:
        """Each word that was read: how probably it is a person's, and a place's, where it is so most."""
        best: dict[str, tuple[float, float]] = {}
        for match in (match for start, end in self._read for match in _WORD.finditer(self._case.text, start, end)):
            person, place = best.get(word := match[0].lower(), (0.0, 0.0))
            here = self._said.over(*match.span())
            best[word] = max([person, *(each.person for each in here)]), max([place, *(each.place for each in here)])
        return best

    def may_be_a_place(self, guess: Name) -> bool:
        """Whether the second model knows some of its words as a place, if they are ordinary."""
        words = _WORD.findall(self._case.text, guess.start, guess.end)
        return not self._case.is_ordinary(guess.start, guess.end) or any(
            self._best.get(word.lower(), _NOTHING)[1] >= _PLACE_OF_PLAIN_WORDS for word in words
        )

    def is_rather_a_person(self, guess: Name) -> bool:
        """Whether a company is rather somebody."""
        return guess.entity == "ORGANIZATION" and self._is_said_of_somebody(guess, LIKE_A_NAME)

    def _is_said_of_somebody(self, guess: Name, least: float) -> bool:
        """Whether, where people write as they talk, one or two words are hardly anything else: one is like a name, and
        the second model takes none for a place."""
        words = _WORD.findall(self._case.text, guess.start, guess.end)
        return (
            len(words) <= _MOST_WORDS_OF_A_CASUAL_NAME
            and self._case.talks_of(guess.start, guess.end)
            and any(least <= self._case.likeness(word) < UNSEEN for word in words)
            and all(each.place < _PLACE_OF_PLAIN_WORDS for each in self._said.over(guess.start, guess.end))
        )

    def may_be_a_person(self, guess: Name) -> bool:
        if self._case.introduced.over(guess.start, guess.end):
            return True
        if self._case.is_of_plain_words(guess.start, guess.end):
            return False
        if self._case.is_chat(guess.start, guess.end) or self._is_said_of_somebody(guess, SLIGHTLY_LIKE_A_NAME):
            return True
        words = _WORD.findall(self._case.text, guess.start, guess.end)
        least = _NOT_A_FAMILIAR_PERSON if self._case.is_familiar(guess.start, guess.end) else _NOT_A_PERSON
        plain = self._case.is_ordinary(guess.start, guess.end)
        if plain and self._case.says_little(guess.start, guess.end):
            return False
        if plain:
            least = _PERSON
        here = [each.person for each in self._said.over(guess.start, guess.end)]
        if here:
            return max(here) >= least
        unread = _NOTHING if plain else _ANYTHING
        return any(self._best.get(word.lower(), unread)[0] >= max(least, _NOT_A_PERSON) for word in words)


def _people(case: Case, tokens: Sequence[Token], said: Lane[Token]) -> Iterator[Span]:
    for start, end in _candidates(case, tokens, said):
        likely = [each.person for each in said.over(start, end)]
        sure = sum(likely) / len(likely)
        if case.is_of_plain_words(start, end) or (case.says_little(start, end) and not _agreed(case, start, end, sure)):
            continue
        if _CAPITAL.search(case.text, start, end) is None and not _stands_in_lower_case(case, start, end, sure):
            continue
        if sure >= _needed(case, start, end):
            yield start, end


def _stands_in_lower_case(case: Case, start: int, end: int, sure: float) -> bool:
    if case.is_casual(start, end):
        return sure >= _PERSON_CASUALLY_IN_LOWER_CASE
    least = _FAMILIAR_PERSON_IN_LOWER_CASE if case.is_familiar(start, end) else _PERSON_IN_LOWER_CASE
    return sure >= least and not case.shows(start, end)


def _candidates(case: Case, tokens: Sequence[Token], said: Lane[Token]) -> Iterator[Span]:
    least = _PERSON_ABROAD if case.abroad else _PERSON
    found = runs(case.text, tokens, partial(_heard, case), least, _BETWEEN_PERSON)
    if case.abroad is None:
        parts = (part for run in found for part in _parted(case.text, *run))
        yield from (_capitalised(case.text, *_with_surname(case, said, *part)) for part in parts)
    else:
        yield from (run for run in found if _CAPITAL.search(case.text, *run) is None)
        yield from (span for span in case.abroad.people(case.text, tokens) if reads_as_words(case.text, *span))


def _heard(case: Case, token: Token) -> float:
    return token.person * (_MORE_CASUALLY if case.is_casual(token.start, token.end) else 1)


def _parted(text: str, start: int, end: int) -> Iterator[Span]:
    """People without the words between them: `Jane Doe incontrò John Roe`, in a text that is taken for English."""
    for words in _WORDS_BETWEEN.finditer(text, start, end):
        if not NAME_PARTICLES.issuperset(words[0].split()):
            yield start, words.start()
            start = words.end()
    yield start, end


def _agreed(case: Case, start: int, end: int, sure: float) -> bool:
    """Whether both models take [start, end) for a person."""
    called = {each.entity for each in case.called.over(start, end)}
    return called == {"PERSON"} and sure >= _PERSON_OF_PLAIN_WORDS


def _with_surname(case: Case, said: Lane[Token], start: int, end: int) -> Span:
    """A person with the next word, if that has a capital too and may be a name: models know given names better."""
    after = _NEXT_NAME.match(case.text, end)
    if after is None or case.called.over(*after.span("word")) or case.likeness(after["word"]) < LIKE_A_NAME:
        return start, end
    place = max((each.place for each in said.over(*after.span("word"))), default=0.0)
    return (start, after.end()) if place < _PLACE else (start, end)


def _needed(case: Case, start: int, end: int) -> float:
    """How sure the second model must be of a person: more where the first guesses something else, and most of words
    that are not like names."""
    called = case.called.over(start, end)
    unlike = all(case.likeness(word) < LIKE_A_NAME for word in _WORD.findall(case.text, start, end))
    if not called:
        return _PERSON_OF_PLAIN_WORDS if unlike and case.is_ordinary(start, end) else 0
    if all(guess.entity == "PERSON" for guess in called):
        return 0
    longer = any(guess.end - guess.start > _MOSTLY * (end - start) for guess in called)
    placed = any(guess.entity == "LOCATION" for guess in called) and not case.is_familiar(start, end)
    return _PERSON_AGAINST_OTHERS if unlike or longer or placed else _PERSON_AGAINST_ONE


def _places(case: Case, tokens: Sequence[Token]) -> Iterator[Span]:
    """Places, unless they are a part of an organisation's name, a lone number, or words among others that show
    that here names have capitals."""
    for start, end in runs(case.text, tokens, lambda token: token.place, _PLACE, _BETWEEN_PLACE):
        if _LETTERS.search(case.text, start, end) is None or _CODED.fullmatch(case.text, start, end):
            continue
        if case.is_ordinary(start, end) and _CAPITAL.search(case.text, start, end) is None:
            continue
        if CAPITAL_OR_DIGIT.search(case.text, start, end) is None and case.shows(start, end):
            continue
        around = [each for each in case.called.over(start, end) if each.entity == "ORGANIZATION"]
        if all(each.end - each.start <= _MOSTLY * (end - start) for each in around):
            yield start, end


def _capitalised(text: str, start: int, end: int) -> Span:
    """A person without the words around them: `Jane Doe shouted`, `ex-President Jane Doe`, `J.D. However`."""
    opener = _OPENER.search(text, start, end)
    end = opener.start() if opener else end
    words = [match.span() for match in _PART.finditer(text, start, end) if _CAPITAL.match(match[0])]
    if len(words) > 1 and _PREFIX.search(text, max(0, words[0][0] - _LONGEST_PREFIX), words[0][0]):
        del words[0]
    if not words:
        return start, end
    last = words[-1][1]
    return words[0][0], end if _INITIALS.fullmatch(text, last, end) else last
