"""What was found in a message, counted: entries of a record, and addresses that are safe to keep.

A stream is judged piece by piece and has one record in the end, so counts are added up here and nothing else
of a finding is kept. Addresses are partly the caller's words: `safe_address` leaves what is safe of them.
This module must not hold a value, or grow with the length of a stream.
"""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass, field
from itertools import accumulate

from grille.exchange import Ruling

MOST_ADDRESSES = 20
"""Addresses listed for one kind of finding; `count` counts on."""

HIDDEN = "…"
"""What stands where the caller's words were not safe to keep."""

_MOST_STEP_DIGITS, _MOST_ADDRESS_DIGITS = 4, 6
_PLACES = frozenset({"header", "query", "stream", "event", "part"})
_STEP = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,40}(?:=[0-9]{1,4})?|[0-9]{1,4}")


@dataclass(frozen=True, slots=True)
class Found:
    """How often something of a kind was found and treated alike, and where."""

    entity: str
    action: str
    count: int
    because: str
    addresses: tuple[str, ...]


type _Kind = tuple[str, str, str]


@dataclass(slots=True)
class Tally:
    """Rulings of the same kind, action and policy line are one entry, in the order in which they came."""

    _counts: dict[_Kind, int] = field(default_factory=dict)
    _addresses: dict[_Kind, dict[str, None]] = field(default_factory=dict)

    def add(self, rulings: Sequence[Ruling], addresses: Sequence[str]) -> None:
        """What was found in a message or a piece of one; `addresses` are those of its segments, in order."""
        where = [addresses[ruling.finding.segment] for ruling in rulings]
        keys = {address.removesuffix("~") for address in where if address.endswith("~")}
        safe: dict[str, str] = {}
        for ruling, address in zip(rulings, where, strict=True):
            kind = (ruling.finding.entity, ruling.action.name.lower(), str(ruling.because))
            self._counts[kind] = self._counts.get(kind, 0) + 1
            listed = self._addresses.setdefault(kind, {})
            if len(listed) < MOST_ADDRESSES:
                if address not in safe:
                    safe[address] = safe_address(address, keys)
                listed[safe[address]] = None

    def entries(self) -> tuple[Found, ...]:
        """What a record says."""
        return tuple(
            Found(entity, action, count, because, tuple(self._addresses[entity, action, because]))
            for (entity, action, because), count in self._counts.items()
        )


def tally(rulings: Sequence[Ruling], addresses: Sequence[str]) -> Tally:
    """What was found in a whole message."""
    counted = Tally()
    counted.add(rulings, addresses)
    return counted


def safe_address(address: str, found_in_keys: Set[str]) -> str:
    """`address` without what could be a value.

    A step stays if it is a plain name of at most 41 characters with at most four digits, a number below
    10,000, or both (`index=2`). If what stays has more than six digits, no step with a digit does: a number can be
    spread over nested keys. A step is hidden as well if it is a key in which something was found;
    `found_in_keys` are the addresses of those keys, without the `~`.
    """
    steps = address.split("/")
    above = accumulate(steps, "{}/{}".format)
    words = [
        HIDDEN if whole.rstrip("~#") in found_in_keys else _safe_step(step)
        for step, whole in zip(steps, above, strict=True)
    ]
    if sum(map(digits, words)) > _MOST_ADDRESS_DIGITS:
        words = [HIDDEN if digits(word) else word for word in words]
    return "/".join(words)


def _safe_step(step: str) -> str:
    """The step with its marks: `#` for a document inside a string, `~` for a key. The first step of an
    address may say what kind of place it is (`header:accept`), and is empty in a JSON pointer."""
    place, colon, rest = step.partition(":")
    if place not in _PLACES:
        place, colon, rest = "", "", step
    name = rest.rstrip("~#")
    safe = not step or (_STEP.fullmatch(name) and digits(name) <= _MOST_STEP_DIGITS)
    return place + colon + (name if safe else HIDDEN) + rest[len(name) :][:2]


def digits(text: str) -> int:
    """How many digits stand in `text`."""
    return sum(map(str.isdigit, text))
