"""What words say for and against an entity: its cues, phrases of whole words.

A word that names something else (`invoice`, `order`, `sku`) speaks against. Which words are asked, and in what
order, is `context`'s affair: this module must not see a text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Final

from grille.detectors.vocabulary import GENERIC_LABELS, OTHER_LABELS
from grille.detectors.words import Words, words_of

NEAR_WORDS: Final = 3
"""How near a word that names something else must stand to speak against a candidate."""

type Cues = Mapping[str, tuple[Words, ...]]
"""Phrases by their last word, each written backwards."""

_ACRONYM = range(3, 6)
_JOINED: Final = 5
"""Letters of a phrase from which it is a cue in one word as well."""


class Voice(Enum):
    """What the surroundings say of a candidate."""

    FOR = "for"
    SILENT = "silent"
    AGAINST = "against"


def cues(phrases: Iterable[str]) -> Cues:
    """Phrases, as an entity's `context` lists them, in the form that `Surroundings` asks for. A short
    word counts with dots as well (S.S.N.), and a phrase of words written as one (accountnumber)."""
    table: dict[str, tuple[Words, ...]] = {}
    for phrase in phrases:
        words = words_of(phrase)
        spelled = tuple(words[0]) if len(words) == 1 and len(words[0]) in _ACRONYM else ()
        joined = ("".join(words),) if len(words) > 1 and len("".join(words)) >= _JOINED else ()
        for backwards in dict.fromkeys((words[::-1], spelled[::-1], joined)):
            if backwards:
                table[backwards[0]] = (*table.get(backwards[0], ()), backwards)
    return table


def judge(nearest_first: Words, wanted: Cues) -> Voice:
    """What words say, the nearest first: the first that says anything decides."""
    for place, word in enumerate(nearest_first):
        if word in wanted and phrase_at(nearest_first, place, wanted):
            return Voice.FOR
        if word in OTHER_LABELS:
            if word in GENERIC_LABELS and phrase_at(nearest_first, place + 1, wanted):
                return Voice.FOR
            return Voice.AGAINST if place < NEAR_WORDS else Voice.SILENT
    return Voice.SILENT


def phrase_at(words: Words, place: int, wanted: Cues) -> bool:
    """Whether a cue stands in words, written backwards, from number `place` on."""
    if place >= len(words) or (phrases := wanted.get(words[place])) is None:
        return False
    return any(words[place : place + len(phrase)] == phrase for phrase in phrases)


def has_cue(backwards: Words, wanted: Cues) -> bool:
    """Whether a cue stands anywhere in words."""
    return any(phrase_at(backwards, place, wanted) for place in range(len(backwards)))
