"""`grille run`: the proxy. Everything it does is in `grille.addon`; this verb has its options, `running.py` reads them.

This module must not import mitmproxy, not even by others: what takes longest is begun before that.
"""

from __future__ import annotations

import argparse
from contextlib import nullcontext

from grille.addon.early import begun
from grille.cli.verb import Verb, add_policy

_MODES = "forward, transparent, socks5"


def _add(parser: argparse.ArgumentParser) -> None:
    add_policy(parser)
    parser.add_argument(
        "--listen", default="127.0.0.1:8080", metavar="HOST:PORT", help="`*` is everywhere (default: 127.0.0.1:8080)"
    )
    parser.add_argument("--mode", default="forward", metavar="MODE", help=f"{_MODES} or reverse=URL (default: forward)")
    parser.add_argument("--state", metavar="DIR", help="CA, key and audit file (default: the XDG state home)")
    parser.add_argument(
        "--authority", default="", metavar="DIR", help="take over the CA (tls.crt, tls.key) and tokens' key (key) there"
    )
    parser.add_argument("--audit", default="", metavar="FILE", help="audit records go here, - for stdout")
    parser.add_argument(
        "--upstream-ca", default="", metavar="FILE", help="CAs of upstreams, instead of the public ones"
    )
    parser.add_argument(
        "--resolve", action="append", default=[], metavar="HOST:PORT:ADDRESS:PORT", help="connect there instead"
    )
    parser.add_argument(
        "--upstream-proxy", metavar="URL", help="reach upstreams through that proxy (file:PATH: the URL is in a file)"
    )
    parser.add_argument(
        "--store", default="", metavar="URL", help="a server of Valkey or Redis that proxies share (or file:PATH)"
    )
    parser.add_argument("--body-limit", type=int, default=8, metavar="MB", help="largest decoded body (default: 8)")
    parser.add_argument(
        "--detectors",
        type=int,
        metavar="N",
        help="processes that search texts, for each worker (default: cores less one)",
    )
    _add_operation(parser)
    who = parser.add_argument_group("who may connect (beyond this host, say one of these, or networks in the policy)")
    who.add_argument("--proxy-users", default="", metavar="FILE", help="an htpasswd file")
    who.add_argument("--client-ca", default="", metavar="FILE", help="CAs of client certificates")
    who.add_argument("--jwt-keys", metavar="FILE", help="public keys of JWTs, JWKS or PEM")
    who.add_argument("--jwt-issuer", default="", metavar="NAME", help="the issuer that a JWT must name")
    who.add_argument("--jwt-audience", default="", metavar="NAME", help="the audience that a JWT must name")


def _add_operation(parser: argparse.ArgumentParser) -> None:
    """What operators ask for."""
    parser.add_argument(
        "--workers", type=int, default=1, metavar="N", help="proxy processes on the one port (default: 1)"
    )
    parser.add_argument("--health", metavar="HOST:PORT", help="answer /livez, /readyz and /metrics there")
    parser.add_argument("--otlp", default="", metavar="URL", help="send records and traces there (OTLP over HTTP)")
    parser.add_argument("--pac", metavar="HOST:PORT", help="and /proxy.pac, for clients that reach the proxy there")
    parser.add_argument(
        "--drain", type=float, default=25.0, metavar="SECONDS", help="at the end, for what is in hand (default: 25)"
    )


def _run(arguments: argparse.Namespace) -> int:
    # Several proxies are forked from one that has all of it.
    with begun(arguments.policy) if arguments.workers == 1 else nullcontext(tuple) as made:
        from grille.cli.running import run

        return run(arguments, made)


VERB = Verb("run", "run the proxy", "grille run --policy policies/fintech.yaml --listen 127.0.0.1:8080", _add, _run)
