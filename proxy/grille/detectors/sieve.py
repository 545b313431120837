"""Which of many patterns can match in a text at all: two looks for all of them, by RE2.

    pattern ─▶ tree (`syntax`) ─▶ word and shape (`questions`) ─▶ a set of all words, a set of all shapes

A text that has nothing to find says no to every question, and that takes microseconds however many patterns there
are. First it is asked whose turn it is at all (`Turns`); whoever has one asks which of its own patterns may match
(`Sieve`), and searches for those.

A yes is never evidence. A pattern that cannot be asked about has a yes always, and so have all of them when RE2
fails. It says nothing then, not even that it failed: so each set has one question more, to which the answer is always
yes. This module must not find anything, or keep a text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

import re2
import regex

from grille.detectors.questions import SHAPES, Asked, asked_about
from grille.detectors.syntax import folded
from grille.detectors.wording import in_bytes

_MEMORY: Final = 32 << 20
"""Bytes in which RE2 keeps what it has learned from texts, for one set; it starts again when they are full."""
_END: Final = b"\\z"


class Sieve:
    """The questions about patterns, and their answers by the numbers of the patterns: whether they may match, or if
    `about` is another kind of question that."""

    def __init__(self, patterns: Sequence[str], about: Callable[[str], Asked] = asked_about) -> None:
        asked = [about(pattern) for pattern in patterns]
        self._words = _Questions([each.word for each in asked])
        self._shapes = _Questions([each.shape for each in asked])
        self._by_word = frozenset(number for number, each in enumerate(asked) if each.word and not each.shape)
        self._by_shape = frozenset(number for number, each in enumerate(asked) if each.shape and not each.word)
        self._always = frozenset(number for number, each in enumerate(asked) if not (each.word or each.shape))
        self.everything = frozenset(range(len(asked)))
        self._shortest = min((each.shortest for each in asked), default=0)

    def passes(self, text: str) -> frozenset[int]:
        """The patterns that may match in a text."""
        if len(text) < self._shortest:
            return self._always
        data = folded(text)
        words, shapes = self._words.answered(data), self._shapes.answered(data.translate(SHAPES))
        if not (words or shapes):
            return self._always
        return self._always | (words & self._by_word) | (shapes & self._by_shape) | (words & shapes)


class _Questions:
    """One set. A question that RE2 does not take is one that is always answered with yes."""

    def __init__(self, questions: Sequence[bytes]) -> None:
        asked: dict[bytes, list[int]] = {}
        for number, question in enumerate(questions):
            if question:
                asked.setdefault(question, []).append(number)
        options = in_bytes()
        options.max_mem = _MEMORY
        self._set = re2.Set.SearchSet(options)
        self._numbers: list[frozenset[int]] = []
        untaken: list[int] = []
        for question, numbers in asked.items():
            try:
                self._set.Add(question)
            except re2.error:
                untaken += numbers
            else:
                self._numbers.append(frozenset(numbers))
        self._untaken = frozenset(untaken)
        self._everyone = self._untaken.union(*self._numbers)
        self._proof = self._set.Add(_END)
        self._works = self._compiled()

    def _compiled(self) -> bool:
        try:
            self._set.Compile()
        except re2.error:
            return False
        return self._proof in (self._set.Match(b"") or ())

    def answered(self, data: bytes) -> frozenset[int]:
        """The numbers of the questions that are answered with yes."""
        if not self._everyone:
            return self._everyone
        found = self._set.Match(data) if self._works else None
        if found is None or self._proof not in found:
            return self._everyone
        if len(found) == 1:
            return self._untaken
        return self._untaken.union(*(self._numbers[place] for place in found if place != self._proof))


class Worth:
    """Compiled rules, without flags of which `questions` would have to know, and those worth a search in a text."""

    def __init__(self, rules: Iterable[regex.Pattern[str]]) -> None:
        self.known = tuple(rules)
        self._sieve = Sieve([rule.pattern for rule in self.known])

    def rules(self, text: str) -> list[regex.Pattern[str]]:
        """The rules that may match in a text, in their order."""
        return [self.known[number] for number in sorted(self._sieve.passes(text))]


class Turns:
    """Readers by their numbers, each with the patterns of which one must match for it to find something, or if `about`
    is another kind of question have a yes to that."""

    def __init__(self, readers: Iterable[Sequence[str]], about: Callable[[str], Asked] = asked_about) -> None:
        owned = [(number, pattern) for number, patterns in enumerate(readers) for pattern in patterns]
        self._owners = [number for number, _ in owned]
        self._sieve = Sieve([pattern for _, pattern in owned], about)

    def of(self, texts: Iterable[str]) -> list[frozenset[int]]:
        """Who has a turn in each text."""
        known: dict[str, frozenset[int]] = {}
        turns: list[frozenset[int]] = []
        for text in texts:
            if (turn := known.get(text)) is None:
                turn = known[text] = frozenset(map(self._owners.__getitem__, self._sieve.passes(text)))
            turns.append(turn)
        return turns
