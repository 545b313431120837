"""Texts with what is known of them before the second model reads, for `test_asking` and `test_arbiter`."""

from __future__ import annotations

from grille.detectors.abroad import Abroad
from grille.detectors.asking import Case
from grille.detectors.names import Name

ALIKE = {"ledger": 0.3, "jane": 0.8, "doe": 0.7, "maria": 0.8, "berlin": 0.4, "monday": 0.7, "january": 0.5}


ORDINARY = {"the", "cash", "flow", "prudence", "autumn", "bench"}


def alike(word: str) -> float:
    return ALIKE.get(word.lower(), 0.0)


def ordinary(words: str) -> bool:
    return ORDINARY.issuperset(words.lower().split())


def case(
    text: str,
    guesses: dict[str, str] | None = None,
    introduced: str = "",
    *,
    abroad: Abroad | None = None,
    whole: bool = False,
) -> Case:
    names = [Name(entity, text.index(said), text.index(said) + len(said)) for said, entity in (guesses or {}).items()]
    people = [Name("PERSON", text.index(introduced), text.index(introduced) + len(introduced))] if introduced else []
    return Case(text, names, people, alike, ordinary, abroad=abroad, whole=whole)
