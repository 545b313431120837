"""Where a wire format keeps its words: a table of places, and what care each place needs.

A place is written as the vendors' types are: `messages[].content[]{type=thinking}.thinking`.

    name        the member of that name            []      any item of an array
    *           any member                         **      anything below, at any depth, and here
    {k=a|b}     only if the member k of this object is the string a or b; {k=a_*}: any that begins
                with a_; {k=*}: any string; {k=true}: also the word true

The last field of a table that fits a place decides it. A place that no field names is words to be
judged if it is a string; a number there has a meaning to the vendor and stays as it is or is refused.
A table is data: it must not look at the text that stands in a place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import count

from grille.exchange import Kind
from grille.framing.json_spans import Node, Object, String, Word

OTHER = "other"
"""The channel of what nobody knows yet. Beside the pieces of a text there may be an id or a name, in each event once
more, and with that in between no value would be seen as one; so each place has a text of its own."""

_STEP = re.compile(r"\.?(?:(?P<any>\*\*)|(?P<item>\[\])|\{(?P<key>[^=}]+)=(?P<values>[^}]*)\}|(?P<name>[^.\[\]{}]+))")


class Care(Enum):
    """What may be done with what stands in a place.

    WORDS are judged and may be rewritten. DATA is free JSON: numbers and keys below may be rewritten
    too. TOKENS are words that may also come as token ids: a number there cannot be read, and is refused.
    FIXED is judged, but has a grammar or meaning of its own, so that hiding becomes blocking.
    POINTER is an address that the provider itself will reach, HOSTED names a tool that runs there or is there
    only with it: both are held against the policy's `server_side`, and FIXED besides. CREDENTIAL is FIXED, and a
    secret whatever it looks like.
    SEALED was signed by the provider. NEVER is not looked at: ciphertext, signatures, sound and pictures
    that come back. FILE is base64 or a data URL: it is opened, and what is inside is judged. ECHO says the
    same words once more in another form (token probabilities): if anything is rewritten it is emptied, and in
    a request always.
    """

    WORDS = "words"
    DATA = "data"
    TOKENS = "tokens"
    FIXED = "fixed"
    POINTER = "pointer"
    HOSTED = "hosted"
    CREDENTIAL = "credential"
    SEALED = "sealed"
    NEVER = "never"
    FILE = "file"
    ECHO = "echo"


@dataclass(frozen=True, slots=True)
class Field:
    """`where` fits a place (see the module). `why` tells the reader of the coverage table what makes
    a place special. `channel` is set in tables of stream events only: pieces of one channel, in the
    order of the events, are one text; of the channel `OTHER`, those of one place."""

    where: str
    care: Care
    kind: Kind = Kind.TEXT
    why: str = ""
    channel: str = ""


class _Step(Enum):
    ITEM = "[]"
    ANY_MEMBER = "*"
    ANYTHING = "**"


type _Pattern = tuple[str | _Step | _Condition, ...]


@dataclass(frozen=True, slots=True)
class _Condition:
    key: str
    values: frozenset[str]
    beginnings: tuple[str, ...] = ()


type State = int
"""A place on a walk, by number: how far each field's pattern has come there. 0 is where no field leads."""
type _Position = tuple[int, int]
"""A field's number and the steps of its pattern that are passed."""


class Table:
    """Fields, compiled. A walk starts at `start`, goes through `enter` at each object and `step` at
    each member or item; `field` names what decides the place where it stands."""

    def __init__(self, fields: Sequence[Field]) -> None:
        self.fields = tuple(fields)
        self._patterns = tuple(_compiled(field.where) for field in self.fields)
        self._numbers = count(1)
        self._known: dict[frozenset[_Position], State] = {frozenset(): 0}
        self._positions: dict[State, frozenset[_Position]] = {0: frozenset()}
        self._steps: dict[tuple[State, str | None], State] = {}
        self._asked: dict[State, tuple[_Condition, ...]] = {}
        self._entered: dict[tuple[State, tuple[bool, ...]], State] = {}
        self._deciding: dict[State, Field | None] = {}
        self.names = frozenset(step for pattern in self._patterns for step in pattern if isinstance(step, str))
        self.start: State = self._number(self._closed((number, 0) for number in range(len(self.fields))))

    def step(self, state: State, name: str | None) -> State:
        """Go to the member `name`, or to an item for None."""
        # Whatever name the table does not know moves alike: a caller cannot fill the memory with names.
        if name is not None and name not in self.names:
            name = ""
        known = self._steps.get((state, name))
        if known is None:
            moved = (to for at in self._positions[state] for to in self._moves(at, name))
            known = self._steps[state, name] = self._number(self._closed(moved))
        return known

    def enter(self, state: State, node: Object) -> State:
        """Keep what fits this object's own members."""
        asked = self._asked.get(state)
        if asked is None:
            asked = self._asked[state] = tuple(dict.fromkeys(self._conditions(self._positions[state])))
        if not asked:
            return state
        held = tuple(_holds(condition, node.get(condition.key)) for condition in asked)
        known = self._entered.get((state, held))
        if known is None:
            kept = self._kept(self._positions[state], dict(zip(asked, held, strict=True)))
            known = self._entered[state, held] = self._number(frozenset(kept))
        return known

    def _conditions(self, positions: Iterable[_Position]) -> Iterator[_Condition]:
        """All that an object is asked at a place, those included that follow another."""
        for number, at in positions:
            if isinstance(condition := self._at(number, at), _Condition):
                yield condition
                yield from self._conditions(self._closed([(number, at + 1)]))

    def _kept(self, positions: Iterable[_Position], held: Mapping[_Condition, bool]) -> Iterator[_Position]:
        for number, at in positions:
            condition = self._at(number, at)
            if not isinstance(condition, _Condition):
                yield number, at
            elif held[condition]:
                yield from self._kept(self._closed([(number, at + 1)]), held)

    def _number(self, positions: frozenset[_Position]) -> State:
        """The number of a place. Several threads may walk: whoever sees a number finds its positions."""
        number = next(self._numbers)
        self._positions[number] = positions
        return self._known.setdefault(positions, number)

    def field(self, state: State) -> Field | None:
        """The field that decides this place, or None."""
        if state not in self._deciding:
            done = [number for number, at in self._positions[state] if at == len(self._patterns[number])]
            self._deciding[state] = self.fields[max(done)] if done else None
        return self._deciding[state]

    def _at(self, number: int, at: int) -> str | _Step | _Condition | None:
        pattern = self._patterns[number]
        return pattern[at] if at < len(pattern) else None

    def _moves(self, position: _Position, name: str | None) -> list[_Position]:
        number, at = position
        wanted = self._at(number, at)
        if wanted is _Step.ANYTHING:
            return [position]
        fits = wanted is _Step.ITEM if name is None else wanted is _Step.ANY_MEMBER or wanted == name
        return [(number, at + 1)] if fits else []

    def _closed(self, positions: Iterable[_Position]) -> frozenset[_Position]:
        """`**` may also stand for nothing: whoever waits before it waits behind it as well."""
        reached = set(positions)
        for number, at in tuple(reached):
            while self._at(number, at) is _Step.ANYTHING:
                at += 1
                reached.add((number, at))
        return frozenset(reached)


def _holds(condition: _Condition, member: Node | None) -> bool:
    match member:
        case String(text=text):
            return text in condition.values or text.startswith(condition.beginnings)
        case Word(value=True):
            return "true" in condition.values
        case _:
            return False


def _compiled(where: str) -> _Pattern:
    steps: list[str | _Step | _Condition] = []
    at = 0
    while at < len(where):
        found = _STEP.match(where, at)
        if found is None:
            raise ValueError(f"not a place: {where!r} at {at}")
        if found["any"]:
            steps.append(_Step.ANYTHING)
        elif found["item"]:
            steps.append(_Step.ITEM)
        elif found["key"]:
            values = frozenset(found["values"].split("|"))
            beginnings = tuple(value[:-1] for value in sorted(values) if value.endswith("*"))
            steps.append(_Condition(found["key"], values, beginnings))
        else:
            steps.append(_Step.ANY_MEMBER if found["name"] == "*" else found["name"])
        at = found.end()
    return tuple(steps)
