"""For every route of the catalogue a request that takes it."""

from __future__ import annotations

import re
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

from grille.dialects import providers
from grille.exchange import Direction, Exchange, Identity, Transport
from grille.providers import Provider, Route

ROUTES = [(provider, route) for provider in providers().values() for route in provider.routes]
SAFE = Transport("TLSv1.3", "TLS_AES_256_GCM_SHA384", verified=True, client_tls=True)


def path_of(route: Route) -> str:
    """The shortest path that the expression of a route fits, as far as the first branch of each choice goes."""
    path = _example(parser.parse(route.path))
    assert re.fullmatch(route.path, path)
    return path


def exchange_for(provider: Provider, route: Route) -> Exchange:
    host, _, port = provider.hosts[0].replace("*", "x").rpartition(":")
    where, number = (host, int(port)) if host and port.isdecimal() else (provider.hosts[0].replace("*", "x"), 443)
    method = "POST" if route.method == "*" else route.method
    identity = Identity("127.0.0.1")
    return Exchange("x1", Direction.REQUEST, "https", where, number, method, path_of(route), identity, SAFE)


def named(pair: object) -> str:
    return pair.name if isinstance(pair, Provider | Route) else str(pair)


def _example(steps: Any) -> str:
    text = ""
    for kind, what in steps:
        if kind is op.LITERAL:
            text += chr(what)
        elif kind in (op.ANY, op.NOT_LITERAL):
            text += "x"
        elif kind is op.IN:
            text += _one_of(what)
        elif kind is op.BRANCH:
            text += _example(what[1][0])
        elif kind is op.SUBPATTERN:
            text += _example(what[3])
        elif kind in (op.MAX_REPEAT, op.MIN_REPEAT):
            text += _example(what[2]) * what[0]
        else:
            raise ValueError(kind)
    return text


def _one_of(choices: Any) -> str:
    kind, what = choices[0]
    if kind is op.NEGATE:
        return "x"
    return chr(what[0]) if kind is op.RANGE else chr(what)
