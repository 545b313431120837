"""The facts of `retention.toml`: what makes providers keep nothing, and where requests show that something is kept.

This module reads them and must not decide what a policy makes of them.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from grille.declared import Kept
from grille.dialects.stateful import Header, Path, Place, Places
from grille.exchange import Scalar
from grille.framing.json_spans import Node
from grille.framing.message import Message
from grille.providers import Companion, Setting


@dataclass(frozen=True, slots=True)
class _Row:
    """A place as the file writes it; one with `like` stands for all the rows of another list."""

    where: str = ""
    why: str = ""
    instead: str = ""
    values: tuple[str, ...] = ()
    in_socket: str = ""
    unless: tuple[str, str] | None = None
    like: str = ""

    def place(self) -> Place:
        unless = (self.unless[0], self.unless[1]) if self.unless else None
        return Place(self.where, self.why, self.instead, tuple(self.values), self.in_socket == "fine", unless)


@dataclass(frozen=True, slots=True)
class _Facts:
    settings: Mapping[str, Setting]
    stateful: Mapping[str, Places]
    outside: Mapping[str, tuple[Header | Path, ...]]


def settings(names: Sequence[str]) -> tuple[Setting, ...]:
    """The settings of these names."""
    return tuple(_facts().settings[name] for name in names)


def lists() -> frozenset[str]:
    """The names of all lists of places."""
    return frozenset(_facts().stateful)


def kept(names: Sequence[str], documents: Sequence[Node], message: Message, *, in_socket: bool) -> tuple[Kept, ...]:
    """What `message` and its documents show to be kept, by the lists of these names. Raises `Malformed`."""
    facts = _facts()
    places = [facts.stateful[name] for name in names if name in facts.stateful]
    outside = [one for name in names for one in facts.outside.get(name, ())]
    found = [each for one in places for root in documents for each in one.kept(root, in_socket=in_socket)]
    found += [each for one in outside for each in one.kept(message)]
    return tuple({(each.address, each.word): each for each in found}.values())


@cache
def _facts() -> _Facts:
    """Raises on a malformed file: it ships with the package, and a test reads it."""
    table = tomllib.loads(files("grille.dialects").joinpath("retention.toml").read_text("utf-8"))
    rows = {name: [_Row(**row) for row in listed] for name, listed in table["stateful"].items()}
    return _Facts(
        {name: _setting(**row) for name, row in table["settings"].items()},
        {name: Places(list(_spelled_out(rows, name))) for name in rows},
        {
            name: (
                *(Header(row["name"], tuple(row["values"]), row["why"]) for row in table["headers"].get(name, ())),
                *(Path(tuple(row["values"]), row["why"], row["instead"]) for row in table["paths"].get(name, ())),
            )
            for name in {*table["headers"], *table["paths"]}
        },
    )


def _setting(
    where: str, equals: Scalar, default: Scalar, companion: Mapping[str, str] | None = None, not_for: Sequence[str] = ()
) -> Setting:
    beside = Companion(companion["where"], companion["value"], tuple(not_for)) if companion else None
    return Setting(where, equals, default, beside)


def _spelled_out(rows: Mapping[str, Sequence[_Row]], name: str) -> Iterator[Place]:
    for row in rows[name]:
        if row.like:
            yield from _spelled_out(rows, row.like)
        else:
            yield row.place()
