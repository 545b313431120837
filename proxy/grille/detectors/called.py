"""Whether a value that a label announces is called like a company or like a person. No searching.

    Supplier: Brightwater Supplies    a company: the label says so, and a word of it too
    Supplier: Lang-Hicks              a company: the label says so
    Supplier: Maria Keller            a person, who trades under her own name
    Customer: Kestrel & Finch         a company: the label says neither, its form does
    Customer: Maria Keller            a person
    Customer: Lang-Hicks              not known: the models' affair
    Contact: Lang-Hicks               a person: the label says so, and no word of it against it
    Owner: Maria Keller               a person; of a role, only what reads like a full name

A person called a company is hidden by the row of companies; one under a policy that has none is left to the models,
which take most of them for people. This module must not search a text or know a model.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final

import regex

from grille.detectors.companies import companies
from grille.detectors.halves import is_half_of_a_name
from grille.detectors.names import is_full_name, is_name, is_name_label
from grille.detectors.vocabulary import (
    NAME_LABELS,
    NAME_PARTICLES,
    NOT_NAMES,
    ORGANISATION_WORDS,
    PARTICLES_WITHIN,
    PLACEHOLDERS,
    ROLE_LABELS,
)
from grille.detectors.vocabulary_companies import (
    COMPANY_COMPOUNDS,
    COMPANY_LABELS,
    COMPANY_WORDS,
    GIVEN_NAMES,
    NO_COMPANIES,
    PARTS_OF_COMPANIES,
    PARTY_LABELS,
)
from grille.detectors.vocabulary_names import ACCOUNTING_WORDS, TITLES
from grille.detectors.words import WORD, any_of, words_of

_MOST_WORDS: Final = 7
_LONGEST_CODE: Final = 3
"""Digits in a row: `Studio 54`, not an account."""
_CAPITAL: Final = r"\p{Lu}[\p{L}\p{M}.'’-]{0,30}"
_JOINED: Final = r"&|\+|and|und|et|y|e|en|og|och"
_WORD = regex.compile(r"[\p{L}\p{M}\p{N}][\p{L}\p{M}\p{N}.'’&+!-]*")
_VALUE = regex.compile(r"[\p{L}\p{M}\p{N} .,'’&+!()/-]{2,80}")
_CODED = regex.compile(rf"[0-9]{{{_LONGEST_CODE + 1}}}|[0-9][-/][0-9]|[-#][0-9]|\p{{Ll}}\.\p{{L}}*\p{{Lu}}")
"""Numbers, codes and members of objects: `SUP-0012`, `SupplierKind.Wholesale`."""
_BEGINS = regex.compile(r"[\p{Lu}0-9]")
_PARTNER: Final = rf"(?:(?:{any_of(PARTICLES_WITHIN)})[ ]){{0,2}}{_CAPITAL}"
_PARTNERS = regex.compile(
    rf"(?:{_CAPITAL}[ ])?{_PARTNER}[ ](?:{_JOINED})[ ]{_PARTNER}"
    rf"|{_PARTNER}(?:,[ ]{_PARTNER}){{1,3}},?[ ](?:{_JOINED})[ ]{_PARTNER}"
)
"""`Kestrel & Finch`, `Rose, Turner and Sample`: surnames, of which each is one word."""
_INITIALS = regex.compile(r"(?:\p{Lu}\.[ -]?){1,3}\p{Lu}[\p{L}\p{M}'’-]+")
_TITLED = regex.compile(rf"(?:{any_of(TITLES)})\.?[ ]")
_ENDS_LIKE_A_THING = regex.compile(
    r"\p{L}{3}(?:able|ance|ated|ency|ful|ible|ical|ing|ised|ity|ized|less|ment|onal|[dhkt]ly|[st]ion)s?\Z"
)
_SAYS_NOTHING: Final = NOT_NAMES | ACCOUNTING_WORDS | PLACEHOLDERS | NO_COMPANIES
_JOINING: Final = NAME_PARTICLES | frozenset(
    ("&", "+", "and", "at", "by", "et", "for", "in", "of", "on", "og", "och", "the", "und")
)
_TELLING: Final = COMPANY_WORDS | (ORGANISATION_WORDS - PARTS_OF_COMPANIES)
_COMPOUND = regex.compile(rf"\p{{L}}{{3,20}}(?:{any_of(COMPANY_COMPOUNDS)})")
_COMPANY_LABELS = frozenset(words_of(label) for label in COMPANY_LABELS)
_PARTY_LABELS = frozenset(words_of(label) for label in PARTY_LABELS)
_ROLE_LABELS = frozenset(words_of(label) for label in ROLE_LABELS)
_LABELS = _COMPANY_LABELS | _PARTY_LABELS | frozenset(words_of(label) for label in NAME_LABELS)


class Label(IntEnum):
    """What a label says of its value, the surest first."""

    PERSON = 1
    COMPANY = 2
    PARTY = 3
    """A person or a company."""
    NAME = 4
    """A name, and beside it stands what only people and parties have."""
    ROLE = 5
    """A person, a team or a machine."""
    HALF = 6
    """A half of somebody's name."""


def label_of(label: str) -> Label | None:
    """What a key or heading announces: its last words are one of a list."""
    if is_name_label(label):
        return Label.PERSON
    words = words_of(label)
    endings = [words[place:] for place in range(len(words))]
    if not _COMPANY_LABELS.isdisjoint(endings):
        return Label.COMPANY
    if words[-1:] == ("name",):
        endings += [words[place:-1] for place in range(len(words) - 1)]
    if not _PARTY_LABELS.isdisjoint(endings):
        return Label.PARTY
    return None if _ROLE_LABELS.isdisjoint(endings) else Label.ROLE


def is_a_label(words: str) -> bool:
    """Whether words are a label, from the first to the last."""
    return words_of(words) in _LABELS


def is_a_company(value: str, under: Label) -> bool:
    """Whether what stands under such a label is the name of a company."""
    if under is Label.HALF:
        return False
    if under is Label.ROLE:
        return next(companies(value), None) is not None
    return names_a_company(value) or (under is Label.COMPANY and may_name_a_company(value))


def is_a_person(value: str, under: Label) -> bool:
    """Whether what stands under such a label, and is not the name of a company, is somebody's."""
    if under is Label.PERSON:
        return is_name(value)
    if under is Label.HALF:
        return is_half_of_a_name(value)
    if under is Label.NAME:
        return is_full_name(value)
    return is_plainly_a_person(value) or (under is Label.ROLE and _is_nothing_else(value))


def names_a_company(value: str) -> bool:
    """Whether a value says by its words or form that it is a company's name."""
    words = _words(value)
    if not 0 < len(words) <= _MOST_WORDS or _CODED.search(value) or not _BEGINS.search(value):
        return False
    if next(companies(value), None) is not None:
        return True
    if not all(_BEGINS.match(word) or word in _JOINING or word in COMPANY_WORDS for word in value.split()):
        return False
    telling = [word for word in words if word in _TELLING or _COMPOUND.fullmatch(word)]
    rest = [word for word in words if not (word in telling or word in _JOINING or word.isdigit())]
    if not rest or _SAYS_NOTHING.issuperset(rest):
        return False
    if telling:
        return True
    given = [word for word in rest if word in GIVEN_NAMES]
    return _PARTNERS.fullmatch(value) is not None and _SAYS_NOTHING.isdisjoint(rest) and 2 * len(given) < len(rest)


def may_name_a_company(value: str) -> bool:
    """Whether a value may be the name of a company, if a label says that it is one: words with capitals, of which one
    at least says more than what is the matter with it (`Pending`), and no code."""
    words = _words(value)
    return (
        0 < len(words) <= _MOST_WORDS
        and _VALUE.fullmatch(value) is not None
        and _CODED.search(value) is None
        and _BEGINS.match(value) is not None
        and all(_BEGINS.match(word) or word.lower() in _JOINING for word in value.replace("(", "").split())
        and any(len(word) > 1 and not word.isdigit() for word in words)
        and not _SAYS_NOTHING.issuperset(words)
        and not _is_made_of_labels(value)
        and not is_plainly_a_person(value)
    )


def is_plainly_a_person(value: str) -> bool:
    """Whether a value is a person's full name: a title, initials or a known given name, and what may be a surname."""
    if not is_name(value):
        return False
    words = _words(value)
    if _TITLED.match(value) or _INITIALS.fullmatch(value):
        return True
    return len(words) > 1 and words[0].split("-")[0] in GIVEN_NAMES


def _is_nothing_else(value: str) -> bool:
    """Whether a full name is made of no words that have the ending of a thing or a state: `Nightly Maintenance`."""
    return is_full_name(value) and not any(map(_ENDS_LIKE_A_THING.search, _words(value)))


def _words(value: str) -> list[str]:
    return [word.lower().rstrip(".,!") for word in _WORD.findall(value)] if len(value) > 1 else []


def _is_made_of_labels(value: str) -> bool:
    """`DefaultVendor`, `MerchantAccount`: a type or a variable, in one word of several. `CaixaBank` is none."""
    parts = WORD.findall(value)
    return " " not in value and len(parts) > 1 and parts[0].lower() in _SAYS_NOTHING
