"""`grille run`, from options to settings, and from settings to a proxy.

Settings say how it runs. What may pass is in the policy alone.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import replace
from math import inf

from grille.addon.chaining import next_proxy
from grille.addon.claims import JwtSettings
from grille.addon.destination import Address, elsewhere
from grille.addon.pools import Nurseries
from grille.addon.run import serve
from grille.addon.settings import Settings
from grille.addon.stack import FORWARD
from grille.addon.state import State, state_dir
from grille.addon.store import store_url
from grille.addon.supervisor import supervise
from grille.addon.workers import Limits
from grille.errors import SettingsError

_MODES = {"forward": FORWARD, "transparent": "transparent", "socks5": "socks5"}
_REVERSE = "reverse="
_MEGABYTE = 1 << 20


def run(arguments: argparse.Namespace, made: Callable[[], Nurseries]) -> int:
    """Serve until somebody stops it; the exit code. `made` waits for what was begun before (`addon/early.py`)."""
    asked = settings(arguments)
    return supervise(asked) if asked.processes > 1 else serve(asked, made)


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


def settings(arguments: argparse.Namespace) -> Settings:
    """What was asked for, checked as far as it can be without starting."""
    if any(count is not None and count < 1 for count in (arguments.body_limit, arguments.detectors, arguments.workers)):
        raise SettingsError("--body-limit, --detectors and --workers are at least 1")
    if arguments.pac and not arguments.health:
        raise SettingsError("--pac is served beside the probes: say --health too")
    if not 0 <= arguments.drain < inf:
        raise SettingsError("--drain is a number of seconds, 0 or more")
    said = arguments.jwt_keys, arguments.jwt_issuer, arguments.jwt_audience
    if any(said) and not arguments.jwt_keys:
        raise SettingsError("--jwt-issuer and --jwt-audience are about tokens that nobody checks: say --jwt-keys too")
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
        jwt=JwtSettings(*said) if arguments.jwt_keys else None,
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
