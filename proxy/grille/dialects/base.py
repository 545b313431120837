"""What a dialect is: tables of places, and how it says no.

A dialect is data and one function. It must not decide anything about what stands in a place, and it
knows no policy.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from grille.dialects.fields import Table
from grille.dialects.streaming import Closing, Seen, Streaming
from grille.framing.base import Framing
from grille.framing.json_spans import Node


@dataclass(frozen=True, slots=True)
class Denial:
    """What a caller is told. `text` is for people and comes first, `code` is stable, `incident` is what
    they quote to the operator. `reply_to` is the JSON-RPC id, as it stands in the request, or `null`;
    None for a notification, which nobody answers."""

    code: str
    text: str
    incident: str
    reply_to: str | None = "null"


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP response in the caller's own dialect; `headers` do not include Content-Length."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes = field(repr=False)


type Stop = Callable[[Denial, Seen], tuple[Closing, ...]]
"""The events that end a stream before its time."""


def no_tools(root: Node) -> tuple[str, ...]:
    """For dialects whose requests call nothing."""
    return ()


@dataclass(frozen=True, slots=True)
class Dialect:
    """One wire format.

    `event` is the table for each event of a streamed answer; `indices` name the members that tell the
    channels of a stream apart (choice, content block, tool call). `framing` is how an answer is streamed
    whose content type is not `text/event-stream`. `mirrors` are header names
    (`mcp-param-*`) that repeat a value of the body and change with it. `reply_at` is the JSON pointer to
    the id that an answer repeats, `asks_at` that to what a message has that wants one: the id of another is its
    receiver's. With `batches` an array of messages may stand in place of one. `tools`
    names the tools that a document calls; `routing` are the headers that repeat the method (at `asks_at`) and the tool
    for who routes by them. `sockets` says that clients may speak the dialect over WebSockets as
    well, an event a message, and names the types of those that ask for a response, which keep the promises of a
    request; all do when there are none. `streaming` says more of streams. `hard_stop` ends one so that the
    vendor's SDK raises, `soft_stop` so that it ends normally; None where no form does, and the stream is cut
    off or ended hard instead.
    """

    name: str
    request: Table
    answer: Table
    event: Table
    refuse: Callable[[Denial], Reply]
    indices: frozenset[str] = frozenset()
    framing: Framing = Framing.SSE
    mirrors: tuple[str, ...] = ()
    reply_at: str = ""
    asks_at: str = ""
    batches: bool = False
    tools: Callable[[Node], tuple[str, ...]] = no_tools
    routing: tuple[str, str] | None = None
    streaming: Streaming = field(default_factory=Streaming)
    sockets: frozenset[str] | None = None
    hard_stop: Stop | None = None
    soft_stop: Stop | None = None
