"""What names look like, and the labels under which they stand. No searching.

Shared by `prose` (which segments a model reads), `labelled` (names that a label announces) and
`presidio` (which of a model's guesses are believed). It must not search a text or know a model.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import regex

from grille.detectors.companies import companies
from grille.detectors.vocabulary import (
    BARE_NAME_LABELS,
    COMMON_WORDS,
    NAME_LABELS,
    NAME_PARTICLES,
    NOT_NAMES,
    OFFICE_WORDS,
    ORGANISATION_WORDS,
    PLACE_LABELS,
    PLACE_SUFFIXES,
)
from grille.detectors.vocabulary_companies import COMPANY_WORDS, GIVEN_NAMES
from grille.detectors.vocabulary_names import ACCOUNTING_WORDS, TITLES
from grille.detectors.vocabulary_products import ASSISTANTS, HOUSES, LAWS, MODELS, PROGRAMS, THINGS
from grille.detectors.words import any_of, words_of


@dataclass(frozen=True, slots=True)
class Name:
    """What somebody calls [start, end): an entity, not yet believed. `certain` is one that says so
    by its form or surroundings, in whatever letters it is written."""

    entity: str
    start: int
    end: int
    certain: bool = False


_JOINING = frozenset({"and", "of", "for", "the", "to", "on", "vs", "at", "by", "per", "in"})
_NO_NAMES = NOT_NAMES | ACCOUNTING_WORDS | _JOINING
_LABEL_WORDS = frozenset(words_of(label) for label in NAME_LABELS)
_BARE_LABEL_WORDS = frozenset(words_of(label) for label in BARE_NAME_LABELS)
_BARE_LABEL_ENDINGS = frozenset(label[-3:] for label in BARE_NAME_LABELS)
"""Seen much faster than the words."""
AROUND_HEADINGS: Final = " \t\r\n\"'*`:"
_NO_PERSONS = ORGANISATION_WORDS | COMPANY_WORDS
_WORDS_OF_THINGS = (NOT_NAMES | ACCOUNTING_WORDS) - COMMON_WORDS

_WORD = regex.compile(r"[\p{L}\p{M}][\p{L}\p{M}.'’-]*")
_NAME = regex.compile(r"[\p{L}\p{M}.,'’ -]{2,64}")
_CAPITAL = regex.compile(r"\p{Lu}")
_FOREIGN = regex.compile(r"[0-9@/\\_=<>{}\[\]#*|`~^+]")
_NUMBERED = regex.compile(r"[0-9]{3}|[-#][0-9]|[_=<>{}\[\]]")
_BETWEEN_PEOPLE = r"(?:(?:and|asked|from|said|says|to|told|with)[ ])"
_LINE = regex.compile(r"(?:(?!,,|[ ]{3})[^\r\n\t|])+")
_SENTENCE_ENDS = rf"(?<=\p{{Ll}}{{2}})(?<!\b(?:{any_of(TITLES)}))\.[ ]\p{{Lu}}\p{{Ll}}"
_ONE_PERSON = regex.compile(rf"(?:(?![ ]{_BETWEEN_PEOPLE}|{_SENTENCE_ENDS})[^\r\n\t,:;|<>])+")
_LEAD = regex.compile(
    rf"^{_BETWEEN_PEOPLE}?(?:(?:Attn|Bcc|Cc|Dear|Fwd?|Hello|Hi|Re)[ .:]{{1,3}}(?=\S))?"
    r"(?:(?:Mr|Mrs|Ms|Miss|Dr|Prof|Sir|Madam)\.?\s{1,4}(?=\S))?"
)
_INITIALS = regex.compile(
    r"(?<![\p{L}\p{N}\p{M}.'’&/-]|\p{Lu}\p{Ll}{1,20}[ ])(?:(?![AI][ ])\p{Lu}(?:\.[ ]?|[ ])){1,3}$"
)
_PARTICLES_BEFORE = regex.compile(r"(?<![\p{L}\p{N}\p{M}'’-])(?:[Vv]an (?:de[nr]?|het)|[Vv]on der) $")
_LONGEST_PARTICLES = 9
_LONGEST_INITIALS = 9
_LONGEST_GIVEN_NAME = 20
_POSSESSIVE = regex.compile(r"['’]s$")
_PRODUCTS = PROGRAMS | HOUSES
_BEFORE_SURNAMES = GIVEN_NAMES.union(map(str.lower, TITLES))
_NO_SECRETS = PROGRAMS | ASSISTANTS | MODELS
_THING = regex.compile(rf"(?:(?:['’]s?)?[ ](?:{any_of(LAWS)})|[ ](?:{any_of(THINGS)}))(?!\p{{L}})")
_OF_BASEL = regex.compile(r"(?i:basel|schrems|solvency)[ ][IV]{1,3}")
_MOST_WORDS = 6
_LONGEST_ACRONYM = 4


def is_name_label(label: str) -> bool:
    """Whether a key or heading announces a name: its last words are one of `vocabulary.NAME_LABELS`."""
    words = words_of(label)
    return any(words[place:] in _LABEL_WORDS for place in range(len(words)))


def is_bare_name_label(label: str) -> bool:
    """Whether a key or heading calls something a name and says no more: `name`, `displayName`, not `fileName`."""
    return label.rstrip(AROUND_HEADINGS)[-3:].lower() in _BARE_LABEL_ENDINGS and words_of(label) in _BARE_LABEL_WORDS


def is_place_label(label: str) -> bool:
    """Whether a key announces a place: `city`, `billingAddress`, `address_line1`, not `addressType`."""
    words = words_of(label)
    while words and words[-1] in PLACE_SUFFIXES:
        words = words[:-1]
    return bool(words) and words[-1] in PLACE_LABELS


def is_name(value: str) -> bool:
    """Whether a labelled value reads as a person's name: one to six words of letters, each with a
    capital unless it is a particle, and nothing in it that only organisations have."""
    words = _WORD.findall(value)
    return (
        0 < len(words) <= _MOST_WORDS
        and _NAME.fullmatch(value) is not None
        and all(_CAPITAL.match(word) or word.lower() in NAME_PARTICLES for word in words)
        and any(len(word.rstrip(".")) > 1 for word in words)
        and not any(word.lower().rstrip(".") in _NO_PERSONS for word in words)
        and not all(word.lower().rstrip(".") in NOT_NAMES for word in words)
        and next(companies(value), None) is None
    )


def is_full_name(value: str) -> bool:
    """Whether a value that may be the name of a thing or a shop reads as a person's: two words at least, and none that
    accounts and reports are called by, nor offices and machines unless a given name stands first (`Jim Page`)."""
    words = [word.lower().rstrip(".") for word in _WORD.findall(value)]
    if len(words) < 2 or not is_name(value) or not _WORDS_OF_THINGS.isdisjoint(words):
        return False
    return words[0] in GIVEN_NAMES or OFFICE_WORDS.isdisjoint(words)


def is_a_word_of_things(word: str) -> bool:
    """Whether accounts and records are called by a word, in lower case, and nobody is."""
    return word in _WORDS_OF_THINGS


def believed(name: Name, text: str) -> Iterator[tuple[int, int]]:
    """The parts of a guess that may stand: one per line and cell, of people also one per sentence, comma, colon, tag
    and word that stands between two; without title, possessive and punctuation; not labels, closing tags, acronyms or
    identifiers."""
    breaks = _ONE_PERSON if name.entity == "PERSON" else _LINE
    for part in breaks.finditer(text, name.start, name.end):
        value = _LEAD.sub("", _POSSESSIVE.sub("", part[0].strip(" \t.,;:()\"'’-")))
        begin = text.find(value, part.start())
        labels = text.startswith((":", "_", "="), begin + len(value))
        closes = part.start() > 0 and text.startswith("</", part.start() - 1)
        if (
            value
            and not closes
            and not _is_no_name_at_all(name.entity, text, begin, value)
            and (name.certain or (not labels and _may_be(name.entity, value)))
        ):
            end = begin + len(value)
            yield (_with_initials(text, begin) if name.entity == "PERSON" else begin), end


def _is_no_name_at_all(entity: str, text: str, begin: int, value: str) -> bool:
    """Whether a guess, however certain, is a known acronym (`GSTIN`; a place may be called `NO`), a known program
    whose name is nobody's surname there, a thing that is called after somebody, a person who is a number, or the end of
    an amount (`1,204.00`)."""
    if value.isdecimal():
        return entity == "PERSON" or (begin > 1 and text[begin - 1] in ".," and text[begin - 2].isdecimal())
    words = value.lower().split()
    is_product = _NO_SECRETS.issuperset(words) or (entity != "ORGANIZATION" and words[0] in _PRODUCTS)
    if is_product and not (entity == "PERSON" and words[0] in _PRODUCTS and _is_a_surname(value, text)):
        return True
    if _OF_BASEL.fullmatch(value) or (len(words) == 1 and _THING.match(text, begin + len(value))):
        return True
    return entity == "PERSON" and value.isupper() and value.lower() in NOT_NAMES


def _is_a_surname(word: str, text: str) -> bool:
    """Whether a text has the word behind a given name or a title: `Anna Bloomberg`, `Mr Docker`."""
    before = (_WORD.findall(part[-_LONGEST_GIVEN_NAME:])[-1:] for part in text.split(f" {word}")[:-1])
    return any(each.rstrip(".").lower() in _BEFORE_SURNAMES for words in before for each in words)


def _with_initials(text: str, start: int) -> int:
    """Where the initials and particles in front of a name begin: models leave out those without a point or a capital
    (`J SMITH`, `van der Doe`). The letter of another thing is none (`Section B Jones`)."""
    if particles := _PARTICLES_BEFORE.search(text, max(0, start - _LONGEST_PARTICLES), start):
        start = particles.start()
    before = _INITIALS.search(text, max(0, start - _LONGEST_INITIALS), start)
    return before.start() if before else start


def _may_be(entity: str, value: str) -> bool:
    words = [word.lower().rstrip(".") for word in _WORD.findall(value.replace("-", " ")) if len(word) > 1]
    if _NO_NAMES.issuperset(words) or not _CAPITAL.search(value):
        return False
    if " " not in value and (_is_shouted(value, entity) or _is_identifier(value)):
        return False
    if entity == "ORGANIZATION":
        return not _NUMBERED.search(value) and not _is_labelled_code(value)
    return not _FOREIGN.search(value) and len(words) <= _MOST_WORDS


def _is_labelled_code(value: str) -> bool:
    """`IFRS 15`, `BIC DEUTDEFF500`: an acronym of ours and what it numbers."""
    label, _, code = value.partition(" ")
    return label.isupper() and label.lower() in NOT_NAMES and (code.isdecimal() or code.isupper())


def _is_shouted(word: str, entity: str) -> bool:
    """A lone word in capitals is an enumeration (`AUTHORISED`); companies and places may be short."""
    return word.isupper() and (entity == "PERSON" or len(word) > _LONGEST_ACRONYM)


def _is_identifier(word: str) -> bool:
    """`AccountId`, not `McKenzie`."""
    parts = words_of(word)
    return len(parts) > 1 and not NOT_NAMES.isdisjoint(parts)
