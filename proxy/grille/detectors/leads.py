"""Which characters a match begins with, put before its pattern: `regex` goes faster to where they stand.

It knows that itself of a pattern that begins with a character. One that begins with a choice, or with what may be left
out, it tries as a whole at every place of a text: ten times as long, in a text with few digits. A lead only looks and
is never narrower than its pattern, so that it changes no match. Of characters that stand everywhere, letters among
them, one would be of no use: they are a lead only of a pattern that looks behind in several ways, together with what
comes after them. This module must not match anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import chain
from typing import Final

import regex

from grille.detectors.syntax import NOTHING, OTHER, Ahead, Chars, Choice, Repeated, Series, Tree, Unread, tree

_FLAGS: Final = regex.compile(r"(?:\(\?[a-z]+\))?+")
_WAYS_BEHIND: Final = "(?:(?<"
_LONGEST: Final = 4


@cache
def led(pattern: str) -> str:
    """The pattern behind its lead, if one is worth it."""
    try:
        sets = _begins(tree(pattern))
    except Unread:
        return pattern
    if not pattern.startswith(_WAYS_BEHIND):
        sets = [] if any(code == OTHER or chr(code).isalpha() for code in chain(*sets[:1])) else sets[:1]
    if not sets:
        return pattern
    at = _FLAGS.match(pattern).end()
    return f"{pattern[:at]}(?={''.join(map(_written, sets))})(?:{pattern[at:]})"


def _begins(read: Tree) -> list[frozenset[int]]:
    """The characters that stand first in a match, then those that stand next, as far as all matches go; none if a
    match begins with a character that is no choice."""
    sets: list[frozenset[int]] = []
    ways = set[Tree]() if _is_led(read) else {read}
    while ways and len(sets) < _LONGEST and not any(map(_may_be_nothing, ways)):
        steps = list(chain.from_iterable(map(_steps, ways)))
        sets.append(frozenset(chain.from_iterable(among for among, _ in steps)))
        ways = {rest for _, rest in steps}
    return sets


def _is_led(part: Tree) -> bool:
    """Whether it begins with a character."""
    match part:
        case Series(parts):
            return any(map(_is_led, [each for each in parts if not isinstance(each, Ahead)][:1]))
        case Repeated(inner, least, _):
            return least > 0 and _is_led(inner)
        case _:
            return isinstance(part, Chars)


def _may_be_nothing(part: Tree) -> bool:
    match part:
        case Chars():
            return False
        case Series(parts):
            return all(map(_may_be_nothing, parts))
        case Choice(parts):
            return any(map(_may_be_nothing, parts))
        case Repeated(inner, least, _):
            return least == 0 or _may_be_nothing(inner)
        case Ahead():
            return True


def _steps(part: Tree) -> Iterator[tuple[frozenset[int], Tree]]:
    """The characters with which it may begin, and what may follow them."""
    match part:
        case Chars(among):
            yield among, NOTHING
        case Series((first, *rest)):
            yield from ((among, _series(after, *rest)) for among, after in _steps(first))
            if _may_be_nothing(first):
                yield from _steps(Series(tuple(rest)))
        case Choice(parts):
            yield from chain.from_iterable(map(_steps, parts))
        case Repeated(inner, least, most) if most != 0:
            again = Repeated(inner, max(0, least - 1), None if most is None else most - 1)
            yield from ((among, _series(after, again)) for among, after in _steps(inner))


def _series(*parts: Tree) -> Tree:
    left = tuple(each for each in parts if each != NOTHING)
    return left[0] if len(left) == 1 else Series(left)


def _written(among: frozenset[int]) -> str:
    other = f"\\x{OTHER:02x}-\\U0010ffff" if OTHER in among else ""
    return f"[{''.join(f'\\x{code:02x}' for code in sorted(among - {OTHER}))}{other}]"
