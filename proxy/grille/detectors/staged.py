"""Of all the rules of a detector, those that are worth a search in a text, by their entities.

    whole texts       those that may match in it
    texts that grow   those that may match in what is not settled, or may have begun to at its end

This module must not search, nor keep a text between two calls.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from grille.detectors.patterns import Patterns, Rule, Watching
from grille.detectors.questions import asked_about_the_end
from grille.detectors.sieve import Sieve
from grille.exchange import Growing

_LONG_WORD: Final = 64

type Rules = Mapping[str, Sequence[Rule]]


class Staged:
    """The rules of `patterns`. `asked` are all that is asked about, as a detector names them to the first stage."""

    def __init__(self, patterns: Sequence[Patterns]) -> None:
        self._patterns = {each.entity.name: each for each in patterns}
        self._rules = [(each.entity.name, rule) for each in patterns for rule in each.rules]
        self.asked = tuple(rule.written for _, rule in self._rules)
        self._matching, self._begun = Sieve(self.asked), Sieve(self.asked, asked_about_the_end)

    def of(self, text: str, wanted: frozenset[str]) -> Rules:
        """Those that are worth a search in a whole text."""
        rules: dict[str, list[Rule]] = {}
        for number in sorted(self._matching.passes(text)):
            name, rule = self._rules[number]
            if name in wanted:
                rules.setdefault(name, []).append(rule)
        return rules

    def of_growing(self, growing: Growing, wanted: frozenset[str]) -> list[tuple[Patterns, Sequence[Watching]]]:
        """Those that have a say in what is not settled of a text that grows."""
        text, settled = growing.segment.text, growing.settled
        rest = text[settled:]
        matching, begun = self._matching.passes(rest), self._begun.passes(unsettled(growing))
        last = settled + start_of_last_word(rest)
        # What has begun before the last word has also begun in the text without that word.
        early = self._begun.passes(unsettled(growing, last)) if last > settled and not growing.closed else begun
        watching: dict[str, list[Watching]] = {}
        for number in sorted(matching | begun):
            name, rule = self._rules[number]
            if name in wanted:
                begins = (settled if number in early else last) if number in begun else len(text)
                watching.setdefault(name, []).append(Watching(rule, number in matching, begins))
        return [(self._patterns[name], rules) for name, rules in watching.items()]


def unsettled(growing: Growing, end: int | None = None) -> str:
    """What is not settled, up to `end`, behind the end of the line before it if a line begins there."""
    text, settled = growing.segment.text, growing.settled
    begins = settled == 0 or text[settled - 1] == "\n"
    return "\n" + text[settled:end] if begins else text[settled:end]


def start_of_last_word(text: str) -> int:
    """Where the letters and digits begin that end the text, of many the last."""
    at = len(text)
    while at and text[at - 1].isalnum() and len(text) - at < _LONG_WORD:
        at -= 1
    return at
