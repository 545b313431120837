"""How a dialect streams its answers, beyond the table of its events: what ends a channel, and how one stops.

A channel is a text that comes in pieces; its key is the channel's name in the table and the values of the
dialect's indices on the way to it, sorted by name at each level (`("arguments", ("index=0", "index=1"))`).
This module must not know a policy, bytes, or what stands in a channel.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from grille.framing.json_spans import Node

type Indices = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ended:
    """Channels that get no more pieces: all whose indices begin with `indices` (without any: every one),
    of these only those of the given names, unless there are none."""

    indices: Indices = ()
    names: frozenset[str] = frozenset()

    def holds(self, name: str, indices: Indices) -> bool:
        return indices[: len(self.indices)] == self.indices and (not self.names or name in self.names)


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of a stream that has to stop: the latest event that was JSON and went out, and the first
    one, which often says what the others leave out; None before there was any. `open` are the indices of what
    began and has not ended, in the order in which it began: an `Ended` with names ends no more than channels.
    """

    latest: Node | None = None
    open: tuple[Indices, ...] = ()
    first: Node | None = None


@dataclass(frozen=True, slots=True)
class Closing:
    """An event that grille adds, as `framing.base.added` writes it.

    `data` is one line of JSON, or a mark. `name` is its kind where the framing says that beside the data: the
    `event` line of SSE (empty: there is none), `:event-type` of an AWS event stream. With `error` that has the
    message type `exception` and the name as its `:exception-type`; elsewhere an error says so in the data.
    """

    data: str
    name: str = ""
    error: bool = False


def nothing(event: Node) -> tuple[Ended, ...]:
    """For streams whose channels end with them."""
    return ()


@dataclass(frozen=True, slots=True)
class Streaming:
    """`ended` names the channels that an event ends, its own pieces included. `keep_alive` are the events,
    by their `type`, that say nothing and may go ahead of others; `marks` is data that is no JSON and is
    known (`[DONE]`): before it everything ends. Where events are `whole`, no text goes on in the next one. With
    `overtakes`, an event may go ahead of one of other channels that waits: nothing numbers or nests them. With
    `repeats`, an event with one piece may go out twice, with a part of it each, unless it is the first of its
    channel or ends one: what stands beside the piece there (a role, the name of a call, a reason to finish)
    would be said twice. `framed_anyhow` says that nobody knows how clients expect it to be cut.
    """

    ended: Callable[[Node], tuple[Ended, ...]] = nothing
    keep_alive: frozenset[str] = frozenset()
    marks: frozenset[str] = frozenset()
    whole: bool = False
    overtakes: bool = False
    repeats: bool = False
    framed_anyhow: bool = False
