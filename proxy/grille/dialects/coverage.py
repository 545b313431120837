"""The coverage table: what becomes of each place of each wire format, in words for people.

The rows come from the tables that reading uses and from the catalogue; nothing is said here that is not done there.
This module must not judge anything, and knows no vendor's types: those the tests hold against these rows.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import assert_never

from grille.dialects.base import Dialect
from grille.dialects.fields import Care, Field, Table
from grille.providers import Control, Provider, Route


class Treatment(Enum):
    JUDGED = "judged"
    NEVER = "never touched"
    OPAQUE = "opaque (policy)"


class Way(Enum):
    """Which of a dialect's tables reads a message: that of requests, of whole answers, of a stream's events."""

    REQUEST = "request"
    ANSWER = "answer"
    EVENT = "stream"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A route of the catalogue: what it speaks, and how it can be told to keep nothing."""

    provider: str
    route: str
    dialect: str
    framing: str
    retention: str


@dataclass(frozen=True, slots=True)
class Row:
    """A place of a table. What stands in no place of its table is judged as words."""

    way: Way
    place: str
    treatment: Treatment
    how: str
    why: str


def treatment(care: Care) -> tuple[Treatment, str]:
    """What a place of this care is, and what may be done with what stands there."""
    match care:
        case Care.WORDS:
            return Treatment.JUDGED, "words may be rewritten; a number blocks"
        case Care.DATA:
            return Treatment.JUDGED, "words, numbers and names may be rewritten"
        case Care.TOKENS:
            return Treatment.JUDGED, "words may be rewritten; token ids are refused"
        case Care.FIXED:
            return Treatment.JUDGED, "blocks instead of being rewritten"
        case Care.POINTER:
            return Treatment.JUDGED, "an address that the provider reaches: `server_side.allow`; blocks otherwise"
        case Care.HOSTED:
            return Treatment.JUDGED, "a tool that the provider runs: `server_side.tools`; blocks otherwise"
        case Care.CREDENTIAL:
            return Treatment.JUDGED, "a secret by its place (`BODY_CREDENTIAL`); blocks instead of being rewritten"
        case Care.SEALED:
            return Treatment.JUDGED, "only blocking acts; other findings are recorded"
        case Care.FILE:
            return Treatment.OPAQUE, "a text inside is judged and blocks; what cannot be read is `otherwise.body`"
        case Care.ECHO:
            return Treatment.NEVER, "emptied when anything in the message is rewritten"
        case Care.NEVER:
            return Treatment.NEVER, "goes on as it is"
        case _:
            assert_never(care)


def table(dialect: Dialect, way: Way) -> Table:
    match way:
        case Way.REQUEST:
            return dialect.request
        case Way.ANSWER:
            return dialect.answer
        case Way.EVENT:
            return dialect.event
        case _:
            assert_never(way)


def rows(dialect: Dialect) -> Iterator[Row]:
    """Every place that the dialect's tables name, and what becomes of all others."""
    for way in Way:
        # Of fields of the same place the last decides.
        decisive: Mapping[str, Field] = {field.where: field for field in table(dialect, way).fields}
        for field in decisive.values():
            yield Row(way, field.where, *treatment(field.care), field.why)
        if "**" not in decisive:
            yield Row(way, "anything else", *treatment(Care.WORDS), "no table names it")


def endpoints(provider: Provider, dialects: Mapping[str, Dialect]) -> Iterator[Endpoint]:
    for route in provider.routes:
        framing = dialects[route.dialect].framing.value
        yield Endpoint(provider.name, f"{route.method} {route.name}", route.dialect, framing, _kept(route))


def _kept(route: Route) -> str:
    retention = route.retention
    never = f"; never with what is listed under {', '.join(retention.stateful)}" if retention.stateful else ""
    match retention.control:
        case Control.FLAG:
            flags = " and ".join(f"{each.where} = {json.dumps(each.equals)}" for each in retention.settings)
            return f"{flags}{never}"
        case Control.ACCOUNT:
            return f"an account setting or contract, attested{never}"
        case Control.NEVER:
            return "never: it exists to store things"
        case Control.ALWAYS:
            return f"nothing is kept{never}"
        case _:
            assert_never(retention.control)
