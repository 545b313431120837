"""`grille providers`: what the catalogue knows of each provider, as the engine uses it.

Hosts, routes, dialects, how answers stream, where credentials stand, who can make an exchange session-only, and
where those facts are from. This verb must not know a fact of its own.
"""

from __future__ import annotations

import argparse
import json
import textwrap
from collections.abc import Iterator

from grille.cli.verb import GOOD, Verb, add_json
from grille.dialects import DIALECTS, providers
from grille.errors import SettingsError
from grille.framing.base import Framing
from grille.providers import Control, Provider, Retention, Route

_WIDTH = 120
_ROUTE, _DIALECT, _STREAM = 40, 20, 22
_SOCKET = " (WebSocket)"
_OTHERWISE = {
    Control.FLAG: "by a flag",
    Control.ACCOUNT: "account: attest it",
    Control.NEVER: "never",
    Control.ALWAYS: "always",
}


def _add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", nargs="?", metavar="NAME", help="one provider (default: all)")
    add_json(parser)


def _run(arguments: argparse.Namespace) -> int:
    known = providers()
    if arguments.name is not None and arguments.name not in known:
        raise SettingsError(f"there is no such provider; there are {', '.join(known)}")
    chosen = [each for name, each in known.items() if arguments.name in (None, name)]
    if arguments.format == "json":
        print(json.dumps([_as_json(each) for each in chosen], indent=2))
    else:
        print("\n\n".join("\n".join(_lines(each)) for each in chosen))
    return GOOD


def _lines(provider: Provider) -> Iterator[str]:
    yield provider.name
    for title, text in (
        ("hosts", " ".join(provider.hosts)),
        ("auth", ", ".join(provider.auth)),
        ("source", f"{provider.source} (reviewed {provider.reviewed})"),
    ):
        yield textwrap.fill(
            text, _WIDTH, initial_indent=f"  {title:8}", subsequent_indent=" " * 10, break_on_hyphens=False
        )
    yield f"  {'method':8}{'route':{_ROUTE}}{'dialect':{_DIALECT}}{'streams as':{_STREAM}}session-only"
    for route in provider.routes:
        yield from _row(route)


def _row(route: Route) -> Iterator[str]:
    """What is too long for its column has a line of its own, so that the columns stand where they stood."""
    name, kepts = route.name.removesuffix(_SOCKET), session_only(route.retention).split(", ")
    line = f"  {route.method:8}{name:{_ROUTE}}"
    if len(name) >= _ROUTE:
        yield line
        line = " " * (10 + _ROUTE)
    line += f"{route.dialect:{_DIALECT}}{streams_as(route):{_STREAM}}"
    for kept in kepts:
        if len(line + kept) > _WIDTH:
            yield line.rstrip()
            line, kept = "", f"{kept:>{_WIDTH}}"
        yield line + kept
        line = " " * (10 + _ROUTE + _DIALECT + _STREAM)


def streams_as(route: Route) -> str:
    """How what comes back is cut if it streams. Server-sent events are read in every dialect."""
    if route.name.endswith(_SOCKET):
        return "WebSocket"
    framing = DIALECTS[route.dialect].framing
    return framing.value if framing is Framing.SSE else f"{framing.value} or sse"


def session_only(retention: Retention) -> str:
    """Who can make an exchange over this route session-only, and how."""
    if retention.control is not Control.FLAG:
        return _OTHERWISE[retention.control]
    return ", ".join(
        f"{each.where}={json.dumps(each.equals)} (default {json.dumps(each.default)})" for each in retention.settings
    )


def _as_json(provider: Provider) -> dict[str, object]:
    """One provider for programs; the field names are stable."""
    return {
        "name": provider.name,
        "hosts": list(provider.hosts),
        "auth": list(provider.auth),
        "routes": [
            {
                "method": route.method,
                "route": route.name,
                "dialect": route.dialect,
                "streams_as": streams_as(route),
                "session_only": session_only(route.retention),
                "source": provider.source,
                "reviewed": provider.reviewed,
            }
            for route in provider.routes
        ],
    }


VERB = Verb(
    "providers",
    "list the providers of the catalogue: hosts, routes, dialects, streams, credentials, retention",
    "grille providers openai",
    _add,
    _run,
)
