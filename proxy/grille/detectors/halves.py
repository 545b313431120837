"""Halves of a name whose keys say no more than `first` and `last`: `{"customer": {"first": "Jane", "last": "Doe"}}`.

Pages, dates and lists have a first and a last as well. So a half counts below the key of a person or a party, or
beside the other half in its record, and only if it reads like a name. The first and last of something that people may
be called (`{"first": "Alpha", "last": "Omega"}`) are an accepted false find. No searching: this module must not know
where keys stand.
"""

from __future__ import annotations

from typing import Final

from grille.detectors.cues import Cues, cues
from grille.detectors.names import AROUND_HEADINGS, is_a_word_of_things, is_full_name, is_name
from grille.detectors.vocabulary import FIRST_HALVES, LAST_HALVES, NO_HALVES
from grille.detectors.words import Words, words_of

HALVES: Final = frozenset(FIRST_HALVES + LAST_HALVES)
_FIRST: Final = cues((*FIRST_HALVES, "first name", "given name", "forename"))
_LAST: Final = cues((*LAST_HALVES, "last name", "family name", "surname"))
_MOST_WORDS: Final = 3
_ENDINGS: Final = tuple(half[-4:] for half in HALVES)
"""Seen much faster than the words."""


def is_half(label: str) -> bool:
    """Whether a key or heading is that of a half: `first`, `customer_first`, not `first_seen`."""
    return label.rstrip(AROUND_HEADINGS)[-5:].lower().endswith(_ENDINGS) and words_of(label)[-1] in HALVES


def other_half(label: str) -> Cues:
    """What the other half of the name is called whose half has this key."""
    return _LAST if words_of(label)[-1] in FIRST_HALVES else _FIRST


def is_half_of_a_name(value: str) -> bool:
    """Whether a value may be somebody's given names or surname."""
    words: Words = words_of(value)
    return (
        is_name(value)
        and (" " not in value or is_full_name(value))
        and len(value.split()) <= _MOST_WORDS
        and NO_HALVES.isdisjoint(words)
        and not any(map(is_a_word_of_things, words))
    )
