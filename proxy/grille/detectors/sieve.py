"""Which of many patterns can match in a text at all: two looks for all of them, by RE2.

    pattern ─▶ tree ─┬▶ word   what it cannot do without: `glpat-`, AKIA or ASIA, an @     ─▶ one set of all words
    (`syntax`)       └▶ shape  how it looks when every digit is a 0 and every letter an A  ─▶ one set of all shapes

A text that has nothing to find says no to every question, and that takes microseconds however many patterns there
are. Two sets, because one that knew the letters and counted the digits would meet something new in every text, and
RE2 is fast where it has been before. A pattern is asked about by its word if it has one, by its shape if it has none,
and by both if there must be digits beside the word: `account` is said everywhere.

A yes is never evidence: whoever gets one still searches. A pattern that cannot be asked about (`Unread`) has a yes
always, and so have all of them when RE2 fails. It says nothing then, not even that it failed, so each set has one
question more, to which the answer is always yes. This module must not find anything, keep a text, or know what the
patterns are for. It is the one that imports RE2.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import re2

from grille.detectors.syntax import NOTHING, Ahead, Chars, Choice, Repeated, Series, Tree, Unread, folded, tree

_MEMORY: Final = 32 << 20
"""Bytes in which RE2 keeps what it has learned from texts, for one set; it starts again when they are full."""
_COPIES: Final = 16
"""How often a part is asked for: what repeats oftener is asked for as often or oftener."""
_SPAN: Final = 3
"""How many repetitions may be missing and still be counted: where it is more, there may be any number."""
_FEW: Final = 6
"""Characters of a class of which words are made."""
_LONGEST: Final = 3
"""Repetitions of a part of which words are made."""
_BITS: Final = 9.0
"""What a word must say to be asked for."""
_ENOUGH: Final = 18.0
"""What it says if it is enough to ask for."""
_OFTEN: Final = {" ": 0.2, "\n": 0.02, "lower": 0.03, "upper": 0.003, "digit": 0.003, ".": 0.01, ",": 0.01, "other": 0.001}
"""How often a character stands in a text, roughly: one of each kind."""
_PROSE: Final = b"Aaaa aaaaaaaaaaaaa aa aaaaaa, aaaaaaaa a aaa aaaa aaaa aaaaa. Aa aaaaa'a aaa (aaa) a aaaaaaa-aaaa: aaaaaaa!\nA aa"
"""The shape of any text: it is not worth asking for one that is found in it."""
_ASCII: Final = 128
_DIGITS: Final = frozenset(b"0123456789")


def _shape(code: int) -> int:
    char = chr(code)
    if code >= _ASCII or not (char.isalnum() or char.isspace()):
        return code
    return ord("0" if char.isdigit() else " " if char.isspace() else "A" if char.isupper() else "a")


_SHAPES: Final = bytes(map(_shape, range(256)))


class Sieve:
    """The questions about patterns, and their answers by the numbers of the patterns."""

    def __init__(self, patterns: Sequence[str]) -> None:
        asked = [_questions(pattern) for pattern in patterns]
        self._words = _Questions([word for word, _ in asked])
        self._shapes = _Questions([shape for _, shape in asked])
        self._by_word = frozenset(number for number, (word, shape) in enumerate(asked) if word and not shape)
        self._by_shape = frozenset(number for number, (word, shape) in enumerate(asked) if shape and not word)
        self._always = frozenset(number for number, (word, shape) in enumerate(asked) if not (word or shape))

    def passes(self, text: str) -> frozenset[int]:
        """The patterns that may match in a text."""
        data = folded(text)
        words, shapes = self._words.answered(data), self._shapes.answered(data.translate(_SHAPES))
        if not (words or shapes):
            return self._always
        return self._always | (words & self._by_word) | (shapes & self._by_shape) | (words & shapes)


class _Questions:
    """One set. A question that RE2 does not take is one that is always answered with yes."""

    def __init__(self, questions: Sequence[bytes]) -> None:
        self._set = re2.Set.SearchSet(_options())
        self._everyone = frozenset(number for number, question in enumerate(questions) if question)
        untaken: set[int] = set()
        numbers: dict[int, set[int]] = {}
        known: dict[bytes, int] = {}
        for number in sorted(self._everyone):
            question = questions[number]
            try:
                place = known[question] if question in known else known.setdefault(question, self._set.Add(question))
            except re2.error:
                untaken.add(number)
            else:
                numbers.setdefault(place, set()).add(number)
        self._untaken = frozenset(untaken)
        self._numbers = {place: frozenset(each) for place, each in numbers.items()}
        self._proof = self._set.Add(b"")
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


def _options() -> re2.Options:
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.max_mem = _MEMORY
    options.log_errors = False
    return options


def _questions(pattern: str) -> tuple[bytes, bytes]:
    """The word and the shape of a pattern, each empty if it is not asked about."""
    try:
        read = tree(pattern)
    except Unread:
        return b"", b""
    bits, word = _word(read)
    least = _without_ends(read)
    shape = _written(_shaped(least))
    if re2.search(shape, _PROSE, _options()):
        return _written(word if bits >= _BITS else least), b""
    if bits < _BITS:
        return b"", shape
    return _written(word), shape if bits < _ENOUGH or (_needs_digits(read) and not _needs_digits(word)) else b""


# -- words ------------------------------------------------------------------------------------------------------


def _word(part: Tree) -> tuple[float, Tree]:
    """What says most of that which stands in every match, and how much."""
    match part:
        case Series(parts):
            return max((_word_of_run(run) for run in _runs(parts)), key=_worth, default=(0.0, NOTHING))
        case Repeated(inner, least, _) if least > 0:
            return _word(inner)
        case Choice(parts) if not _is_few(part):
            words = [_word(each) for each in parts]
            return min(bits for bits, _ in words), Choice(tuple(each for _, each in words))
        case _:
            return (_bits(part), part) if _is_few(part) else (0.0, NOTHING)


def _worth(word: tuple[float, Tree]) -> float:
    return word[0]


def _runs(parts: Sequence[Tree]) -> list[list[Tree]]:
    """The parts of a series, those that make a word together as one."""
    runs: list[list[Tree]] = []
    for number, part in enumerate(parts):
        if number and _is_few(part) and _is_few(parts[number - 1]):
            runs[-1].append(part)
        else:
            runs.append([part])
    return runs


def _word_of_run(run: Sequence[Tree]) -> tuple[float, Tree]:
    return _word(run[0]) if len(run) == 1 else (sum(map(_bits, run)), Series(tuple(run)))


def _is_few(part: Tree) -> bool:
    match part:
        case Chars(among):
            return 0 < len(among) <= _FEW
        case Series(parts) | Choice(parts):
            return all(map(_is_few, parts))
        case Repeated(inner, least, most):
            return most is not None and most <= _LONGEST and _is_few(inner)
        case Ahead():
            return True


def _bits(part: Tree) -> float:
    match part:
        case Chars(among):
            return -math.log2(sum(map(_often, among)))
        case Series(parts):
            return sum(map(_bits, parts))
        case Choice(parts):
            return min(map(_bits, parts)) - math.log2(len(parts)) / 2
        case Repeated(inner, least, _):
            return _bits(inner) * least
        case Ahead():
            return 0.0


def _often(code: int) -> float:
    char = chr(code)
    kind = "digit" if char.isdigit() else "upper" if char.isupper() else "lower" if char.isalpha() else "other"
    return _OFTEN.get(char, _OFTEN[kind])


def _needs_digits(part: Tree) -> bool:
    match part:
        case Chars(among):
            return among <= _DIGITS
        case Series(parts):
            return any(map(_needs_digits, parts))
        case Choice(parts):
            return all(map(_needs_digits, parts))
        case Repeated(inner, least, _):
            return least > 0 and _needs_digits(inner)
        case Ahead():
            return False


# -- shapes -----------------------------------------------------------------------------------------------------


def _without_ends(part: Tree) -> Tree:
    """The least that has to be there, however it goes on before it and behind it."""
    return _cut(_cut(part, -1), 0)


def _cut(part: Tree, end: int) -> Tree:
    match part:
        case Series(parts):
            left = list(parts)
            while left and (cut := _cut(left[end], end)) == NOTHING:
                left.pop(end)
            if left:
                left[end] = cut
            return Series(tuple(left))
        case Choice(parts):
            cuts = tuple(_cut(each, end) for each in parts)
            return NOTHING if NOTHING in cuts else Choice(cuts)
        case Repeated(inner, least, _):
            copies = min(least, _COPIES)
            return NOTHING if not least else _cut(inner, end) if least == 1 else Repeated(inner, copies, copies)
        case Ahead():
            return NOTHING
        case _:
            return part


def _shaped(part: Tree) -> Tree:
    match part:
        case Chars(among):
            return Chars(frozenset(_SHAPES[code] for code in among))
        case Series(parts):
            return Series(tuple(map(_shaped, parts)))
        case Choice(parts):
            return Choice(tuple(dict.fromkeys(map(_shaped, parts))))
        case Repeated(inner, least, most):
            return Repeated(_shaped(inner), least, most)
        case Ahead(inner):
            return Ahead(_shaped(inner))


# -- as RE2 reads it --------------------------------------------------------------------------------------------


def _written(part: Tree) -> bytes:
    match part:
        case Chars(among):
            return b"[%b]" % b"".join(b"\\x%02x" % code for code in sorted(among)) if among else b"[^\\x00-\\xff]"
        case Series(parts):
            return b"".join(map(_written, parts))
        case Choice(parts):
            return b"(?:%b)" % b"|".join(map(_written, parts))
        case Repeated(inner, least, most):
            copies = min(least, _COPIES)
            if most is None or copies < least or most - copies > _SPAN:
                return b"(?:%b){%d,}" % (_written(inner), copies)
            return b"(?:%b){%d,%d}" % (_written(inner), copies, most)
        case Ahead():
            return b""
