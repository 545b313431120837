"""Drawing a value of a form until a rule accepts it, and writing it in groups."""

from __future__ import annotations

import string
from collections.abc import Callable
from random import Random
from typing import Final

LETTERS: Final = string.ascii_uppercase
ALPHANUMERIC: Final = string.digits + string.ascii_uppercase


def filled(chance: Random, form: str) -> str:
    """`n` becomes a digit, `a` a capital, `c` either; anything else stays."""
    kinds = {"n": string.digits, "a": LETTERS, "c": ALPHANUMERIC}
    return "".join(chance.choice(kinds[each]) if each in kinds else each for each in form)


def until(accepted: Callable[[str], bool], draw: Callable[[], str]) -> str:
    while not accepted(value := draw()):
        pass
    return value


def grouped(value: str, sizes: tuple[int, ...], mark: str) -> str:
    """The value in groups of these sizes; the last size serves for the rest."""
    groups: list[str] = []
    at = number = 0
    while at < len(value):
        size = sizes[min(number, len(sizes) - 1)]
        groups.append(value[at : at + size])
        at, number = at + size, number + 1
    return mark.join(groups)


def drawn(form: str, accepted: Callable[[str], bool], *spaced: tuple[tuple[int, ...], str]) -> Callable[[Random], str]:
    """A maker of values of one form, written in one piece or in one of the groupings."""

    def make(chance: Random) -> str:
        value = until(accepted, lambda: filled(chance, form))
        if not spaced:
            return value
        return chance.choice((value, *(grouped(value, sizes, mark) for sizes, mark in spaced)))

    return make
