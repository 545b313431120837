"""What can be asked about a pattern without searching for it: a word that it cannot do without, and its shape.

    AKIA or ASIA, `glpat-`, an @     its word    what of it is characters of which few would do
    000-00-0000, AA00 and twenty     its shape   how it looks when every digit is a 0 and every letter an A or an a

The two are asked of all patterns together (`sieve`), each for itself: a look that knew the letters and counted the
digits would meet something new in every text, and RE2 is fast where it has been before. So a pattern is asked about
by its word if it has one, by its shape if it has none, and by both if the word is short or there must be digits beside
it: `account` is said everywhere. A shape that any text has is not asked for; then the pattern is, in its own letters.

A question is wider than its pattern, never narrower. This module must not read a text, nor know what a pattern is for.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from typing import Final, NamedTuple

import re2

from grille.detectors.syntax import NOTHING, Ahead, Chars, Choice, Repeated, Series, Tree, Unread, tree
from grille.detectors.wording import COPIES, in_bytes, written

_FEW: Final = 6
"""Characters of a class of which words are made."""
_LONGEST: Final = 3
"""Repetitions of a part of which words are made."""
_BITS: Final = 9.0
"""What a word must say to be asked for."""
_ENOUGH: Final = 18.0
"""What it says if it is enough to ask for."""
_OFTEN: Final = {" ": 0.2, "\n": 0.02, ".": 0.01, ",": 0.01}
_OFTEN_LOWER: Final = 0.03
_OFTEN_UPPER: Final = 0.003
_OFTEN_OTHER: Final = 0.001
"""How often a character stands in a text, roughly."""
_PROSE: Final = (
    b"Aaaa aaaaaaaaaaaaa aa aaaaaa, aaaaaaaa a aaa aaaa aaaa aaaaa. Aa aaaaa'a aaa (aaa) a aaaaaaa-aaaa: aaaaaaa!\nA aa"
)
"""The shape of any text: it is not worth asking for one that is found in it."""
_ASCII: Final = 128
_NEVER: Final = Chars(frozenset())
_LINE_END: Final = Chars(frozenset(b"\n"))
_DIGITS: Final = frozenset(b"0123456789")


def _shape(code: int) -> int:
    char = chr(code)
    if code >= _ASCII or not (char.isalnum() or char.isspace()):
        return code
    return ord("0" if char.isdigit() else " " if char.isspace() else "A" if char.isupper() else "a")


SHAPES: Final = bytes(map(_shape, range(256)))


class Asked(NamedTuple):
    """What is asked about a pattern, empty if it is not, and the fewest characters in which it matches."""

    word: bytes
    shape: bytes
    shortest: int


@cache
def asked_about(pattern: str) -> Asked:
    """The questions about a pattern."""
    try:
        read = tree(pattern)
    except Unread:
        return Asked(b"", b"", 0)
    bits, word = _word(read)
    least = _without_ends(read)
    shape = written(_shaped(least))
    if _any_text_has(shape):
        return Asked(written(word if bits >= _BITS else least), b"", _length(read))
    if bits < _BITS:
        return Asked(b"", shape, _length(read))
    both = bits < _ENOUGH or (_needs_digits(read) and not _needs_digits(word))
    return Asked(written(word), shape if both else b"", _length(read))


def _any_text_has(shape: bytes) -> bool:
    try:
        return re2.search(shape, _PROSE, in_bytes()) is not None
    except re2.error:  # too large for RE2: whoever puts questions together finds that again, and lets it pass
        return False


def _length(part: Tree) -> int:
    match part:
        case Chars():
            return 1
        case Series(parts):
            return sum(map(_length, parts))
        case Choice(parts):
            return min(map(_length, parts))
        case Repeated(inner, least, _):
            return _length(inner) * least
        case Ahead():
            return 0


@cache
def asked_about_the_end(pattern: str) -> Asked:
    """The question whether more text could make, change or unmake a match, in letters if the pattern has a word, or
    begins with a line: then the line's end is asked for before it."""
    try:
        read = tree(pattern)
    except Unread:
        return Asked(b"", b"", 0)
    bits, _ = _word(read)
    begun = _begun(_loose(read))
    if pattern.startswith("^") and not isinstance(read, Choice):
        return Asked(_at_end(Series((_LINE_END, begun))), b"", 1)
    return Asked(_at_end(begun), b"", 1) if bits >= _BITS else Asked(b"", _at_end(_shaped(begun)), 1)


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
        case Repeated(inner, _, most):
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
    by_kind = _OFTEN_LOWER if char.islower() else _OFTEN_UPPER if char.isupper() else _OFTEN_OTHER
    return _OFTEN.get(char, by_kind)


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
            copies = min(least, COPIES)
            return NOTHING if not least else _cut(inner, end) if least == 1 else Repeated(inner, copies, copies)
        case Ahead():
            return NOTHING
        case _:
            return part


def _shaped(part: Tree) -> Tree:
    match part:
        case Chars(among):
            return Chars(frozenset(SHAPES[code] for code in among))
        case Series(parts):
            return Series(tuple(map(_shaped, parts)))
        case Choice(parts):
            return Choice(tuple(dict.fromkeys(map(_shaped, parts))))
        case Repeated(inner, least, most):
            return Repeated(_shaped(inner), least, most)
        case Ahead(inner):
            return Ahead(_shaped(inner))


# -- beginnings -------------------------------------------------------------------------------------------------


def _at_end(part: Tree) -> bytes:
    return b"(?:%b)\\z" % written(part)


def _loose(part: Tree) -> Tree:
    """Without counting: what repeats may go on."""
    match part:
        case Series(parts):
            return Series(tuple(map(_loose, parts)))
        case Choice(parts):
            return Choice(tuple(map(_loose, parts)))
        case Repeated(inner, least, most):
            return Repeated(_loose(inner), min(least, 1), 1 if most == 1 else None)
        case Ahead(inner):
            return Ahead(_loose(inner))
        case _:
            return part


def _begun(part: Tree) -> Tree:
    """The first characters of a part, one at least, or all of them; also those that it only looks at."""
    match part:
        case Series(parts):
            begun: Tree = _NEVER
            for each in reversed(parts):
                here = Series((each, begun))
                begun = Choice((each, here)) if isinstance(each, Chars) else Choice((_begun(each), here))
            return begun
        case Choice(parts):
            return Choice(tuple(map(_begun, parts)))
        case Repeated(inner, _, most):
            return Series((Repeated(inner, 0, None if most != 1 else 0), _begun(inner)))
        case Ahead(inner):
            return _begun(inner)
        case _:
            return part
