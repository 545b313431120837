"""Which language a text is in, by its small words. Cheap, and the same answer every time.

A model invents names in languages that it has not learned: the English one takes every third German noun
for a person. So each text goes to the model of its language. This module must not load a model; a text of
a few words without any small ones is taken for English, and so is one that mixes languages evenly.
"""

from __future__ import annotations

from collections import Counter
from itertools import chain
from typing import Final

import regex

from grille.detectors.vocabulary_names import STOP_WORDS

ENGLISH: Final = "en"
KNOWN: Final = frozenset(STOP_WORDS)
_ENOUGH: Final = 2000
"""Characters that tell a language."""
_LEAST: Final = 2
"""Small words that outweigh the presumption of English."""
_SHARE: Final = 8
"""One word in so many at least is a small one: in sentences it is one in three, in lists of names a few are."""
_WORD = regex.compile(r"(?<!\w)(?:[^\W\d_]{2,}|[éèày]|(?<=\s)e(?=\s))(?!\w)")
_LANGUAGES = {
    word: tuple(language for language, words in STOP_WORDS.items() if word in words)
    for word in frozenset().union(*STOP_WORDS.values())
}


def language_of(text: str) -> str:
    """One of `KNOWN`."""
    words = _WORD.findall(text, 0, _ENOUGH)
    known = (_LANGUAGES.get(word.lower()) for word in words)
    counts = Counter(chain.from_iterable(filter(None, known)))
    best = max(sorted(counts), key=counts.__getitem__, default=ENGLISH)
    enough = counts[best] >= _LEAST and counts[best] * _SHARE >= len(words)
    return best if enough and counts[best] > counts[ENGLISH] else ENGLISH
