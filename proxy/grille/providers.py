"""What is known of a provider: hosts, routes, dialect, and how it can be told to keep nothing.

The facts are data (`dialects/catalogue.toml`, `dialects/retention.toml`), read by `dialects/catalogue.py` and
`dialects/retention.py`; `policy/session_only.py` enforces them. The two rooms meet in these types only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from grille.exchange import Scalar


class Control(Enum):
    """Who can make an exchange session-only: flags of the request, a contract or account setting,
    nobody (the route exists to store things), or there is nothing to keep."""

    FLAG = "flag"
    ACCOUNT = "account"
    NEVER = "never"
    ALWAYS = "always"


@dataclass(frozen=True, slots=True)
class Companion:
    """What has to be said beside a setting: `value` is an item of the list at the JSON pointer `where`, unless
    the model's name fits one of the globs `not_for`, because that model would refuse it."""

    where: str
    value: str
    not_for: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Setting:
    """A flag of the request: at `where`, a JSON pointer or `header:NAME`, must stand `equals`. `default` is what the
    provider assumes when it is missing. `companion` is written with it, if grille writes it."""

    where: str
    equals: Scalar
    default: Scalar = None
    companion: Companion | None = None


@dataclass(frozen=True, slots=True)
class Retention:
    """How a route is made session-only.

    `settings` must all be kept, at a route whose control is `FLAG` and at any other that has them. `stateful` names
    lists of places where a request shows that something is kept, beside the list of the route's dialect.
    """

    control: Control
    settings: tuple[Setting, ...] = ()
    stateful: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Route:
    """`method` and `path` (a regular expression for the whole path) lead to `dialect`.

    `name` is the path as a person would write it; records hold it instead of the path itself. `credentials` are
    the headers (in lower case) and query fields (`?key`) in which the caller's own credential may stand there; None
    where nobody has said which.
    """

    name: str
    method: str
    path: str
    dialect: str
    retention: Retention
    credentials: frozenset[str] | None = None


def route_for(routes: Iterable[Route], method: str, path: str) -> Route | None:
    """The first of these routes for `method` and `path`."""
    asked = ("*", method.upper())
    return next((each for each in routes if each.method in asked and re.fullmatch(each.path, path)), None)


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider: `hosts` may begin with `*.` or hold `*` for one label. `auth` says how callers show who they
    are, as a person would write it: `Authorization: Bearer`, `x-api-key`, `?key=`."""

    name: str
    hosts: tuple[str, ...]
    routes: tuple[Route, ...]
    auth: tuple[str, ...]
    source: str
    reviewed: str
