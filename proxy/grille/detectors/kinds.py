"""What the rest of a sentence says of a name: that it stands among people, or that it is no person's.

A list names things of one kind: where half of them are people, the others are too (`Kovalev, Lee and Phillips`), unless
their words are nothing like a name (`Jane, Tom and Marketing`). A sentence that says what something is says that it is
nobody (`Northwind is a small software company`). Whoever writes that of a person hides him, which is an accepted miss.
This module must not know a model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

import regex

from grille.detectors.vocabulary_names import ACCOUNTING_WORDS, ELSEWHERE, KINDS_OF_THINGS
from grille.detectors.words import any_of

type Span = tuple[int, int]

_LEAST_LIKENESS: Final = 0.08
"""To a name. Departments and things lie below it; `Hill` and `Daisy`, which are words as well, above."""
_NAME: Final = r"\p{Lu}[\p{L}\p{M}'’-]{1,30}(?:[ ]\p{Lu}[\p{L}\p{M}'’-]{1,30}){0,2}"
_LIST = regex.compile(
    rf"(?<![\p{{L}}\p{{N}}])(?P<name>{_NAME})(?:,[ ](?P<name>{_NAME})){{1,30}}+,?[ ](?:and|or|&|e|en|et|und|y)[ ]"
    rf"(?P<name>{_NAME})(?![\p{{L}}\p{{N}}’'-])"
)
_WORD = regex.compile(r"\p{L}[\p{L}\p{M}'’-]+")
_WORD_BETWEEN = rf"(?:(?!(?:{any_of(ELSEWHERE)})[ ])[\p{{L}}\p{{N}}'’&()-]{{1,24}}[ ])"
_IS_A_THING = regex.compile(
    rf"[ ](?:is|was|are|were)[ ](?:an?|the|one[ ]of[ ]the)[ ]{_WORD_BETWEEN}{{0,6}}?(?:{any_of(KINDS_OF_THINGS)})"
    r"(?=[.,;:!?)\n]|$|[ ](?:about|and[ ](?:has|is|it|its|was)|at|based|by|directed|for|founded|from|in|made|of|on|"
    r"owned|released|set|that|to|which|with|written)\b)"
)


def listed(
    text: str, known: Callable[[int, int], Sequence[object]], likeness: Callable[[str], float]
) -> Iterator[Span]:
    """Those who stand in a list of people and are not `known` as such: `known` says who stands over [start, end)."""
    for match in _LIST.finditer(text):
        spans = match.spans("name")
        others = [span for span in spans if not known(*span)]
        if 2 * len(others) <= len(spans):
            yield from (span for span in others if _may_be_a_name(text[slice(*span)], likeness))


def is_a_thing(text: str, end: int) -> bool:
    """Whether the sentence says that what ends at `end` is a thing."""
    return _IS_A_THING.match(text, end) is not None


def _may_be_a_name(words: str, likeness: Callable[[str], float]) -> bool:
    return all(
        not word.isupper() and likeness(word) >= _LEAST_LIKENESS and word.lower() not in ACCOUNTING_WORDS
        for word in _WORD.findall(words)
    )
