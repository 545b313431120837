"""What is known of a provider: hosts, routes, dialect, and how it can be told to keep nothing.

The facts are data (`dialects/catalogue.yaml`), read by `dialects/catalogue.py`; `policy/flags.py`
enforces them. The two rooms meet in these types only.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from grille.exchange import Scalar


class Control(Enum):
    """Who can make an exchange session-only: a field of the request, a contract or account setting,
    nobody (the route exists to store things), or there is nothing to keep."""

    FLAG = "flag"
    ACCOUNT = "account"
    NEVER = "never"
    ALWAYS = "always"


@dataclass(frozen=True, slots=True)
class Retention:
    """How a route is made session-only.

    For `Control.FLAG`, the field at JSON pointer `field` must equal `equals`; `default` is what the
    provider assumes when the field is missing. None of the `stateful` fields may be present with a
    value other than null or false: each refers to, or creates, something that is kept.
    """

    control: Control
    field: str = ""
    equals: Scalar = None
    default: Scalar = None
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
