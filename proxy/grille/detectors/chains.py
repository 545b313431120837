"""Words that may be one name by their form: initials, words with a capital, particles and numerals, side by side.

    Jan van der Doe · J.P. Doe · Jane von Doe-Roe · Jan XIV · Jana d'Oe

A chain ends where another mark or word stands. Whether it is somebody, and where in it somebody begins, is said by
others: this module must not know a model.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum, auto
from typing import NamedTuple

import regex

from grille.detectors.vocabulary_languages import ARTICLES, PARTICLES
from grille.detectors.words import any_of

_PART = regex.compile(
    r"(?<![\p{L}\p{N}])(?:"
    r"(?P<initial>\p{Lu}\.(?:-?\p{Lu}\.)*)"
    r"|(?P<numeral>(?:[IVX]{2,}|[IVX]|Ier)(?![\p{L}\p{N}'’-]))"
    rf"|(?P<particle>(?:{any_of(PARTICLES)})(?![\p{{L}}\p{{N}}'’])|(?:de|dei|['’][nst])['’]?(?=\s)|[dD]['’](?=\s?\p{{Lu}}))"
    rf"|(?P<article>(?:{any_of(ARTICLES)})(?![\p{{L}}\p{{N}}'’]))"
    r"|(?P<name>(?:[^\P{Lu}DL]['’])?\p{Lu}[\p{L}\p{M}]+(?:['’]\p{Lu}\p{L}+)?(?:-\p{L}[\p{L}\p{M}]*)*)"
    r")"
)
_BETWEEN = regex.compile(r"[ ]?|-")


class Form(Enum):
    """What a part of a name is."""

    INITIAL = auto()
    NUMERAL = auto()
    PARTICLE = auto()
    ARTICLE = auto()
    NAME = auto()


class Part(NamedTuple):
    """A part of what may be a name, at [start, end)."""

    form: Form
    start: int
    end: int


def chains(text: str) -> Iterator[list[Part]]:
    """Parts that stand together, with one word at least that has a capital."""
    chain: list[Part] = []
    for match in _PART.finditer(text):
        part = Part(Form[str(match.lastgroup).upper()], *match.span())
        if chain and not _BETWEEN.fullmatch(text, chain[-1].end, part.start):
            yield from _named(chain)
            chain = []
        chain.append(part)
    yield from _named(chain)


def _named(chain: list[Part]) -> Iterator[list[Part]]:
    if any(part.form is Form.NAME for part in chain):
        yield chain
