"""Which language a text is in, by its small words and its spelling. Cheap, and the same answer every time.

A model invents names in languages that it has not learned: the English one takes every third German noun
for a person. So each text goes to the model of its language. This module must not load a model; a text of
a few words without any small ones is taken for English, and so is one that mixes languages evenly.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from itertools import chain
from typing import Final

import regex

from grille.detectors.vocabulary_languages import ELISIONS, LETTERS, STOP_WORDS

ENGLISH: Final = "en"
KNOWN: Final = frozenset(STOP_WORDS)
_ENOUGH: Final = 2000
"""Characters that tell a language."""
_LEAST: Final = 2
"""Small words that outweigh the presumption of English."""
_SHARE: Final = 8
"""One word in so many at least is a small one: in sentences it is one in three, in lists of names a few are."""
_ELIDED: Final = "|".join(sorted(frozenset().union(*ELISIONS.values()), key=len, reverse=True))
_WORD = regex.compile(
    rf"(?<!\w)(?:(?:{_ELIDED})['’](?=[ ]?\p{{L}})|(?i:{_ELIDED})['’](?=[ ]?\p{{Ll}})"
    r"|(?:[^\W\d_]{2,}|[éèày]|(?<=\s)e(?=\s))(?!\w))"
)


def _speakers[T](of: dict[str, Collection[T]]) -> dict[T, tuple[str, ...]]:
    """Who has a word or a letter."""
    return {each: tuple(who for who, have in of.items() if each in have) for each in chain.from_iterable(of.values())}


_WORDS = _speakers({**STOP_WORDS})
_ELISIONS = _speakers({**ELISIONS})
_LETTERS = _speakers({**LETTERS})


def language_of(text: str) -> str:
    """One of `KNOWN`."""
    words = _WORD.findall(text, 0, _ENOUGH)
    small = Counter(chain.from_iterable(map(_saying, words)))
    spelt = Counter(chain.from_iterable(map(_spelling, words)))
    counts = {language: count + spelt[language] for language, count in small.items()}
    best = max(sorted(counts), key=counts.__getitem__, default=ENGLISH)
    enough = counts.get(best, 0) >= _LEAST and counts[best] * _SHARE >= len(words)
    return best if enough and counts[best] > counts.get(ENGLISH, 0) else ENGLISH


def _saying(word: str) -> Collection[str]:
    """Which languages have such a small word."""
    lower = word.lower()
    return _ELISIONS[lower[:-1]] if lower[-1] in "'’" else _WORDS.get(lower, ())


def _spelling(word: str) -> Collection[str]:
    """Which languages spell a word so that is neither small nor a name: names are spelt as at home."""
    if word.isascii() or not word[0].islower() or word.lower() in _WORDS:
        return ()
    return {who for letter in word for who in _LETTERS.get(letter, ())}
