"""What is asked of the second model, and what is believed of both.

The first model reads all prose and guesses much; the second knows people and addresses better, in any
letter case, and costs five times as much. So it is asked only where its answer can change something:

* where the first takes somebody for a person whom nothing introduces,
* where a word looks like a name (`likeness`) and the first has not said what it is,
* where a number stands beside such a word, as in an address.

A word that was asked about in one text is not asked about again: what it is called there holds in all of
the text. A word that is a name in one sentence and none in an earlier one is an accepted miss.

This module must not load a model, nor know which words introduce somebody.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

import regex

from grille.detectors.lane import Lane
from grille.detectors.likeness import UNSEEN
from grille.detectors.names import Name
from grille.detectors.rampart import Token
from grille.detectors.vocabulary_names import ACCOUNTING_WORDS

type Span = tuple[int, int]
type Likeness = Callable[[str], float]

WINDOW: Final = 200
"""Characters that are read together, if their sentences are that short."""
MOST_ASKED: Final = 1
"""How often one word is asked about in one text."""
_SHORT_LINE: Final = 60
_UNLIKE_A_NAME: Final = 0.2
_LIKE_A_NAME: Final = 0.5
_MUCH_LIKE_A_NAME: Final = 0.6
_NOT_A_PERSON: Final = 0.05
_NOT_A_FAMILIAR_PERSON: Final = 0.015
_PERSON: Final = 0.4
_PERSON_AGAINST_OTHERS: Final = 0.8
_PERSON_AGAINST_ONE: Final = 0.7
_PERSON_IN_LOWER_CASE: Final = 0.6
_PLACE: Final = 0.4
_MOSTLY: Final = 1.5
"""How much longer the first model's organisation may be than the place that the second sees in it."""
_WORD = regex.compile(r"\p{L}[\p{L}\p{M}'’]+")
_LINE = regex.compile(r"[^\r\n]+")
_DIGIT = regex.compile(r"[0-9]")
_INITIALS = regex.compile(r"(?:[ .]{0,2}\p{Lu}(?!\p{L})){0,3}\.?")
_LETTERS = regex.compile(r"\p{L}{2}")
_CAPITAL_OR_DIGIT = regex.compile(r"[\p{Lu}0-9]")
_CAPITAL = regex.compile(r"\p{Lu}")
_ACRONYM: Final = 4
_NUMBERED = regex.compile(
    r"(?<![\p{L}\p{N}.,:/$€£#-])[0-9]{1,5}[A-Za-z]?,?[ ]\p{Lu}[\p{Ll}\p{M}]{2,}|\p{Ll}[ ][0-9]{1,4}(?=\n|,[ ]\p{Lu})"
)
_MONTHS = regex.compile(r"[0-9]{1,4},?[ ](?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)")
_NEXT_NAME = regex.compile(r"[ ](?P<word>\p{Lu}[\p{Ll}\p{M}'’-]{2,30})(?![\p{L}\p{N}])")
_CODE = regex.compile(r"[`_\\[\]{}=<>|*+@]|\w\(|\w\.\w{2}|\n[ \t]{4}")
_CODE_BEFORE = frozenset("`_[{=\\/*|+@#.'")
_CODE_AFTER = frozenset("`_([{=\\*|+@")
_BETWEEN_PERSON = regex.compile(r"[ .'’-]{0,2}")
_BETWEEN_PLACE = regex.compile(r"[\s,;:/.#-]{0,4}")


class Case:
    """One text with the first model's guesses, none of them longer than a line, the people whom something
    introduces in it, and how much its words are like names."""

    def __init__(self, text: str, guesses: Iterable[Name], introduced: Iterable[Name], likeness: Likeness) -> None:
        self.text = text
        self.guesses = [part for guess in guesses for part in _lines(text, guess)]
        self.called = Lane(self.guesses)
        self.introduced = Lane(introduced)
        self.likeness = likeness

    def shows(self, start: int, end: int) -> bool:
        """Whether words near [start, end) begin with capitals."""
        return _CAPITAL.search(self.text, max(0, start - WINDOW), end + WINDOW) is not None

    def is_of_plain_words(self, start: int, end: int) -> bool:
        """Whether [start, end) has more words than one and none is like a name, or all belong to accounts."""
        words = _WORD.findall(self.text, start, end)
        plain = len(words) > 1 and all(self.likeness(word) < _UNLIKE_A_NAME for word in words)
        return plain or ACCOUNTING_WORDS.issuperset(word.lower() for word in words)

    def questions(self, start: int, end: int) -> set[str]:
        """The words between two offsets that the second model should be asked about."""
        shows_case = _CAPITAL.search(self.text, start, end) is not None
        asked = {
            match[0].lower() for match in _WORD.finditer(self.text, start, end) if self._is_open(match, shows_case)
        }
        numbered = _NUMBERED.finditer(self.text, start, end)
        return asked | {match[0].lower() for match in numbered if not _MONTHS.match(match[0])}

    def _is_open(self, match: regex.Match[str], shows_case: bool) -> bool:
        word = match[0]
        if not _CAPITAL.match(word):
            return not shows_case and self.likeness(word) >= _MUCH_LIKE_A_NAME
        if (word.isupper() and len(word) <= _ACRONYM) or self.introduced.over(*match.span()):
            return False
        called = {each.entity for each in self.called.over(*match.span())}
        if "PERSON" in called:
            return True
        return self.likeness(word) >= (_MUCH_LIKE_A_NAME if called else _LIKE_A_NAME)


def windows(sentences: Iterable[Span]) -> Iterator[list[Span]]:
    """Sentences that are read together."""
    together: list[Span] = []
    for start, end in sentences:
        if together and end - together[0][0] > WINDOW:
            yield together
            together = []
        together.append((start, end))
    if together:
        yield together


def to_read(case: Case, places: Iterable[list[Span]]) -> list[Span]:
    """Those parts of the `places` where the second model can change something: from the first sentence with a
    question to the last, with the short lines around them, because a block of lines is read as a whole."""
    asked: Counter[str] = Counter()
    chosen: list[Span] = []
    for sentences in places:
        open_here = []
        for number, sentence in enumerate(sentences):
            words = [word for word in case.questions(*sentence) if asked[word] < MOST_ASKED]
            asked.update(words)
            open_here += [number] if words else []
        if open_here:
            first, last = _block(sentences, open_here[0], open_here[-1])
            chosen.append((sentences[first][0], sentences[last][1]))
    return chosen


def _block(sentences: Sequence[Span], first: int, last: int) -> tuple[int, int]:
    def is_short(number: int) -> bool:
        return 0 <= number < len(sentences) and sentences[number][1] - sentences[number][0] <= _SHORT_LINE

    while is_short(first - 1):
        first -= 1
    while is_short(last + 1):
        last += 1
    return first, last


def judged(case: Case, read: Sequence[Span], tokens: Sequence[Token]) -> Iterator[Name]:
    """What is believed: `tokens` are what the second model says of the parts that it has `read`."""
    said = Lane(tokens)
    people = [Name("PERSON", start, end, certain=True) for start, end in _people(case, tokens, said)]
    verdicts = _Verdicts(case, read, said)
    claimed = Lane(people)
    for guess in case.guesses:
        if guess.entity == "PERSON":
            if verdicts.may_be_a_person(guess):
                people.append(Name(guess.entity, *_capitalised(case.text, guess.start, guess.end)))
        elif not claimed.over(guess.start, guess.end):
            yield guess
    yield from people
    for start, end in _places(case, tokens):
        if _DIGIT.search(case.text, start, end) or not any(each.start < end and start < each.end for each in people):
            yield Name("LOCATION", start, end, certain=True)


class _Verdicts:
    """What the second model says of the words of one text."""

    def __init__(self, case: Case, read: Sequence[Span], said: Lane[Token]) -> None:
        self._case = case
        self._said = said
        self._best: dict[str, float] = {}
        for match in (match for start, end in read for match in _WORD.finditer(case.text, start, end)):
            person = max((each.person for each in said.over(*match.span())), default=0.0)
            word = match[0].lower()
            self._best[word] = max(person, self._best.get(word, 0.0))

    def may_be_a_person(self, guess: Name) -> bool:
        if self._case.introduced.over(guess.start, guess.end):
            return True
        if self._case.is_of_plain_words(guess.start, guess.end):
            return False
        words = _WORD.findall(self._case.text, guess.start, guess.end)
        familiar = any(_MUCH_LIKE_A_NAME <= self._case.likeness(word) < UNSEEN for word in words)
        here = [each.person for each in self._said.over(guess.start, guess.end)]
        if here:
            return max(here) >= (_NOT_A_FAMILIAR_PERSON if familiar else _NOT_A_PERSON)
        return any(self._best.get(word.lower(), 1.0) >= _NOT_A_PERSON for word in words)


def _people(case: Case, tokens: Sequence[Token], said: Lane[Token]) -> Iterator[Span]:
    runs = _runs(case.text, tokens, lambda token: token.person, _PERSON, _BETWEEN_PERSON)
    for start, end in (_with_surname(case, said, *run) for run in runs):
        if case.is_of_plain_words(start, end):
            continue
        likely = [each.person for each in said.over(start, end)]
        sure = sum(likely) / len(likely)
        if _CAPITAL.search(case.text, start, end) is None and (sure < _PERSON_IN_LOWER_CASE or case.shows(start, end)):
            continue
        if sure >= max((_needed(each, end - start) for each in case.called.over(start, end)), default=0):
            yield _capitalised(case.text, start, end)


def _with_surname(case: Case, said: Lane[Token], start: int, end: int) -> Span:
    """A person with the next word, if that has a capital too and may be a name: models know given names better."""
    after = _NEXT_NAME.match(case.text, end)
    if after is None or case.called.over(*after.span("word")) or case.likeness(after["word"]) < _LIKE_A_NAME:
        return start, end
    place = max((each.place for each in said.over(*after.span("word"))), default=0.0)
    return (start, after.end()) if place < _PLACE else (start, end)


def _needed(guess: Name, length: int) -> float:
    """How sure the second model must be of a person of that length, where the first guesses something."""
    if guess.entity == "PERSON":
        return 0
    alone = guess.entity != "LOCATION" and guess.end - guess.start <= _MOSTLY * length
    return _PERSON_AGAINST_ONE if alone else _PERSON_AGAINST_OTHERS


def _places(case: Case, tokens: Sequence[Token]) -> Iterator[Span]:
    """Places, unless they are a part of an organisation's name, a lone number, or words among others that show
    that here names have capitals."""
    for start, end in _runs(case.text, tokens, lambda token: token.place, _PLACE, _BETWEEN_PLACE):
        if _LETTERS.search(case.text, start, end) is None:
            continue
        if _CAPITAL_OR_DIGIT.search(case.text, start, end) is None and case.shows(start, end):
            continue
        around = [each for each in case.called.over(start, end) if each.entity == "ORGANIZATION"]
        if all(each.end - each.start <= _MOSTLY * (end - start) for each in around):
            yield start, end


def _capitalised(text: str, start: int, end: int) -> Span:
    """A person without the words around them: `Jane Doe shouted`."""
    words = [match for match in _WORD.finditer(text, start, end) if _CAPITAL.match(match[0])]
    if not words:
        return start, end
    last = words[-1].end()
    return words[0].start(), end if _INITIALS.fullmatch(text, last, end) else last


def _lines(text: str, guess: Name) -> Iterator[Name]:
    """The parts of a guess that stand in different lines: they are different things."""
    for line in _LINE.finditer(text, guess.start, guess.end):
        yield Name(guess.entity, *line.span())


def _runs(
    text: str, tokens: Iterable[Token], of: Callable[[Token], float], least: float, between: regex.Pattern[str]
) -> list[Span]:
    """Neighbouring pieces that are likely enough, as whole words."""
    found: list[Span] = []
    for token in tokens:
        if of(token) < least:
            continue
        if found and (token.start <= found[-1][1] or between.fullmatch(text, found[-1][1], token.start)):
            found[-1] = found[-1][0], token.end
        else:
            found.append((token.start, token.end))
    words = (_whole_words(text, *each) for each in found)
    return [each for each in words if _reads_as_words(text, *each)]


def _reads_as_words(text: str, start: int, end: int) -> bool:
    """Whether [start, end) is not a part of code: an identifier, a call, a value. Without capitals, nothing in
    its line may be code."""
    if text[start - 1 : start] in _CODE_BEFORE or text[end : end + 1] in _CODE_AFTER or _CODE.search(text, start, end):
        return False
    if _CAPITAL_OR_DIGIT.search(text, start, end) is not None:
        return True
    return _CODE.search(text, text.rfind("\n", 0, start) + 1, end + WINDOW) is None


def _whole_words(text: str, start: int, end: int) -> Span:
    while start > 0 and text[start].isalnum() and text[start - 1].isalnum():
        start -= 1
    while end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
        end += 1
    return start, end
