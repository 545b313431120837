"""`grille run`: the proxy. Everything it does is in `grille.addon`; this verb reads its options.

Settings say how it runs. What may pass is in the policy alone.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from math import inf

from grille.addon.chaining import next_proxy
from grille.addon.claims import JwtSettings
from grille.addon.destination import Address, elsewhere
from grille.addon.run import serve
from grille.addon.settings import Settings
from grille.addon.stack import FORWARD
from grille.addon.state import State, state_dir
from grille.addon.store import store_url
from grille.addon.supervisor import supervise
from grille.addon.workers import Limits
from grille.cli.verb import Verb, add_policy
from grille.errors import SettingsError

_MODES = {"forward": FORWARD, "transparent": "transparent", "socks5": "socks5"}
_REVERSE = "reverse="
_MEGABYTE = 1 << 20


def address(option: str, text: str) -> Address:
    """`HOST:PORT`, an IPv6 address in brackets; port 0 is any free port. Raises `SettingsError`."""
    host, colon, port = text.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not colon or not host or not port.isdecimal() or int(port) > 65535:
        raise SettingsError(f"{option} {text}: write HOST:PORT, for example 127.0.0.1:8080 or [::1]:8080")
    return host, int(port)


def mode(text: str) -> str:
    """The mode as mitmproxy writes it. Raises `SettingsError`."""
    if text in _MODES:
        return _MODES[text]
    url = text.removeprefix(_REVERSE)
    if not text.startswith(_REVERSE) or not url.startswith(("https://", "http://")):
        raise SettingsError(f"--mode {text}: write {', '.join(_MODES)}, or reverse=https://api.openai.com")
    return f"reverse:{url}"


def _add(parser: argparse.ArgumentParser) -> None:
    add_policy(parser)
    parser.add_argument(
        "--listen", default="127.0.0.1:8080", metavar="HOST:PORT", help="`*` is everywhere (default: 127.0.0.1:8080)"
    )
    parser.add_argument(
        "--mode", default="forward", metavar="MODE", help=f"{', '.join(_MODES)} or reverse=URL (default: forward)"
    )
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
    who = parser.add_argument_group("who may connect (one of these is needed to listen beyond this host)")
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


def settings(arguments: argparse.Namespace) -> Settings:
    """What was asked for, checked as far as it can be without starting."""
    if any(count is not None and count < 1 for count in (arguments.body_limit, arguments.detectors, arguments.workers)):
        raise SettingsError("--body-limit, --detectors and --workers are at least 1")
    if arguments.pac and not arguments.health:
        raise SettingsError("--pac is served beside the probes: say --health too")
    if not 0 <= arguments.drain < inf:
        raise SettingsError("--drain is a number of seconds, 0 or more")
    tokens = (
        JwtSettings(arguments.jwt_keys, arguments.jwt_issuer, arguments.jwt_audience) if arguments.jwt_keys else None
    )
    detectors = arguments.detectors or max(1, Limits().workers // arguments.workers)
    return Settings(
        policy=arguments.policy,
        state=State(state_dir(arguments.state)),
        listen=address("--listen", arguments.listen),
        mode=mode(arguments.mode),
        next_proxy=next_proxy(arguments.upstream_proxy) if arguments.upstream_proxy else None,
        audit=arguments.audit,
        upstream_ca=arguments.upstream_ca,
        elsewhere=tuple(elsewhere(each) for each in arguments.resolve),
        users=arguments.proxy_users,
        jwt=tokens,
        client_ca=arguments.client_ca,
        limits=replace(Limits(), workers=detectors),
        body_limit=arguments.body_limit * _MEGABYTE,
        health=address("--health", arguments.health) if arguments.health else None,
        drain=arguments.drain,
        authority=arguments.authority,
        pac=address("--pac", arguments.pac) if arguments.pac else None,
        processes=arguments.workers,
        otlp=arguments.otlp,
        store=store_url(arguments.store) if arguments.store else "",
    )


def _run(arguments: argparse.Namespace) -> int:
    asked = settings(arguments)
    return supervise(asked) if asked.processes > 1 else serve(asked)


VERB = Verb("run", "run the proxy", "grille run --policy policies/fintech.yaml --listen 127.0.0.1:8080", _add, _run)
