"""What is asked of the second model: one text and what is known of it before.

The first model reads all prose and guesses much; the second knows people and addresses better, in any
letter case, and costs five times as much. So it is asked only where its answer can change something:

* where the first takes somebody for a person whom nothing introduces, or ordinary words for a place,
* where a word looks like a name (`likeness`) and the first has not said what it is, or says it of that word alone,
* where a number stands beside such a word, as in an address.

A word that was asked about in one text is not asked about again: what it is called there holds in all of
the text. A word that is a name in one sentence and none in an earlier one is an accepted miss.

This module must not load a model, believe anything, nor know which words introduce somebody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import Final

import regex

from grille.detectors.abroad import Abroad
from grille.detectors.chat import chat
from grille.detectors.endings import begins_sentence
from grille.detectors.identifiers import is_nobody
from grille.detectors.lane import Lane, Placed
from grille.detectors.likeness import UNSEEN
from grille.detectors.names import Name
from grille.detectors.vocabulary_chat import CHAT_WORDS
from grille.detectors.vocabulary_names import ACCOUNTING_WORDS

type Span = tuple[int, int]
type Likeness = Callable[[str], float]

WINDOW: Final = 200
"""Characters that are read together, if their sentences are that short."""
LIKE_A_NAME: Final = 0.5
_MUCH_LIKE_A_NAME: Final = 0.6
_SOMEWHAT_LIKE_A_NAME: Final = 0.35
SLIGHTLY_LIKE_A_NAME: Final = 0.25
_UNLIKE_A_NAME: Final = 0.2
_CALENDAR: Final = frozenset(
    ("january", "february", "july", "september", "october", "november", "december", "monday", "tuesday", "wednesday",
     "thursday", "friday", "saturday", "sunday")
)  # fmt: skip
"""Days and months that are hardly ever a name: asked about in every letter, for nothing."""
_NOBODY: Final = ACCOUNTING_WORDS | CHAT_WORDS
_SHORT_LINE: Final = 60
_SHORT: Final = 280
"""Characters of a post or a question."""
_ACRONYM: Final = 4
_WORD = regex.compile(r"\p{L}[\p{L}\p{M}'’]+")
_LINE = regex.compile(r"(?:[^\r\n:]|:(?=[\p{L}\p{N}/]))+")
_CELL = regex.compile(r"(?:[^\r\n\t:;|<>]|:(?=[\p{L}\p{N}/]))+")
_CAPITAL = regex.compile(r"\p{Lu}")
_NUMBERED = regex.compile(
    r"(?<![\p{L}\p{N}.,:/$€£#-])[0-9]{1,5}[A-Za-z]?,?[ ]\p{Lu}[\p{Ll}\p{M}]{2,}|\p{Ll}[ ][0-9]{1,4}(?=\n|,[ ]\p{Lu})"
)
_MONTHS = regex.compile(r"[0-9]{1,4},?[ ](?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)")


class Case:
    """One text with the first model's guesses, none of them longer than a line, the people whom something
    introduces in it, how much its words are like names, and which are nobody's. `whole`: it is no sentence of a longer
    text."""

    def __init__(
        self,
        text: str,
        guesses: Iterable[Name],
        introduced: Iterable[Name],
        likeness: Likeness,
        ordinary: Callable[[str], bool],
        *,
        abroad: Abroad | None = None,
        whole: bool = False,
    ) -> None:
        self.text = text
        self.guesses = [part for guess in guesses for part in _parts(text, guess)]
        self.called = Lane(self.guesses)
        self.introduced = Lane(introduced)
        self.likeness = likeness
        self.abroad = abroad
        self._ordinary = ordinary
        self._is_short = whole and abroad is None and len(text) <= _SHORT and "\n" not in text.strip()

    @cached_property
    def _chat(self) -> Lane[Placed]:
        return Lane(()) if self.abroad else chat(self.text)

    def shows(self, start: int, end: int) -> bool:
        """Whether words near [start, end) begin with capitals."""
        return _CAPITAL.search(self.text, max(0, start - WINDOW), end + WINDOW) is not None

    def is_chat(self, start: int, end: int) -> bool:
        """Whether [start, end) is written as people talk."""
        return bool(self._chat.over(start, end))

    def is_casual(self, start: int, end: int) -> bool:
        """Whether it is chat, or a message of one line, of which nobody knows how it is meant."""
        return self._is_short or self.is_chat(start, end)

    def talks_of(self, start: int, end: int) -> bool:
        """Whether words may be a name there in whatever letters."""
        return self.is_casual(start, end) and not self.is_ordinary(start, end)

    def is_of_plain_words(self, start: int, end: int) -> bool:
        """Whether [start, end) has more words than one and none is like a name, or all are of accounts or of chat."""
        words = _WORD.findall(self.text, start, end)
        plain = len(words) > 1 and all(self.likeness(word) < _UNLIKE_A_NAME for word in words)
        return plain or _NOBODY.issuperset(word.lower() for word in words)

    def is_familiar(self, start: int, end: int) -> bool:
        """Whether a word of [start, end) is known and much like a name."""
        words = _WORD.findall(self.text, start, end)
        return any(_MUCH_LIKE_A_NAME <= self.likeness(word) < UNSEEN for word in words)

    def is_ordinary(self, start: int, end: int) -> bool:
        """Whether [start, end) is made of words that are nobody's name."""
        return self._ordinary(self.text[start:end])

    def is_a_programs(self, person: Name) -> bool:
        """Whether a person is rather something in a program, made of words that are no names."""
        return is_nobody(self.text[person.start : person.end], self._is_a_known_name)

    def _is_a_known_name(self, word: str) -> bool:
        return LIKE_A_NAME <= self.likeness(word) < UNSEEN and not self._ordinary(word)

    def says_little(self, start: int, end: int) -> bool:
        """Whether [start, end) is a word unlike a name, with a capital because it begins a sentence."""
        return (
            self.likeness(self.text[start:end]) < _UNLIKE_A_NAME
            and self.is_ordinary(start, end)
            and begins_sentence(self.text, start)
        )

    def questions(self, start: int, end: int) -> set[str]:
        """The words between two offsets that the second model should be asked about."""
        shows_case = _CAPITAL.search(self.text, start, end) is not None
        words = ((match[0], match) for match in _WORD.finditer(self.text, start, end))
        if shows_case:
            asked = {word.lower() for word, match in words if _CAPITAL.match(word) and self._is_open(word, match)}
        else:
            asked = {word.lower() for word, _ in words if self._may_be_a_name(word, _SOMEWHAT_LIKE_A_NAME)}
        numbered = _NUMBERED.finditer(self.text, start, end)
        return asked | {match[0].lower() for match in numbered if not _MONTHS.match(match[0])}

    def _is_open(self, word: str, match: regex.Match[str]) -> bool:
        """Whether a word with a capital is one that the first model leaves open."""
        if (word.isupper() and len(word) <= _ACRONYM) or self.introduced.over(*match.span()):
            return False
        here = self.called.over(*match.span())
        called = {each.entity for each in here}
        if not called and word.lower() in _CALENDAR:
            return False
        if "PERSON" in called or any(
            each.entity == "LOCATION" and self.is_ordinary(each.start, each.end) for each in here
        ):
            return True
        if called:
            alone = any(each.start <= match.start() and match.end() <= each.end <= match.end() + 3 for each in here)
            return self.likeness(word) >= _MUCH_LIKE_A_NAME or (
                alone and self._may_be_a_name(word, SLIGHTLY_LIKE_A_NAME)
            )
        return self._may_be_a_name(word, SLIGHTLY_LIKE_A_NAME)

    def _may_be_a_name(self, word: str, least: float) -> bool:
        """Whether a word is like a name, or at least so much if no dictionary has it."""
        like = self.likeness(word)
        return like >= LIKE_A_NAME or (like >= least and not self._ordinary(word))


def windows(sentences: Iterable[Span], alone: Callable[[int], bool] | None = None) -> Iterator[list[Span]]:
    """Sentences that are read together; `alone` may say of one that ends there that it is read without the next."""
    together: list[Span] = []
    for start, end in sentences:
        if together and (end - together[0][0] > WINDOW or (alone and alone(start))):
            yield together
            together = []
        together.append((start, end))
    if together:
        yield together


def to_read(case: Case, places: Iterable[list[Span]]) -> list[Span]:
    """Those parts of the `places` where the second model can change something: from the first sentence with a
    question to the last, with the short lines around them, because a block of lines is read as a whole."""
    asked: set[str] = set()
    chosen: list[Span] = []
    for sentences in places:
        open_here = []
        for number, sentence in enumerate(sentences):
            words = case.questions(*sentence)
            open_here += [] if words <= asked else [number]
            asked |= words
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


def _parts(text: str, guess: Name) -> Iterator[Name]:
    """The parts of a guess that stand in different lines: they are different things. People stand in cells as well."""
    for part in (_CELL if guess.entity == "PERSON" else _LINE).finditer(text, guess.start, guess.end):
        yield Name(guess.entity, *part.span())
