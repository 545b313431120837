"""The options of mitmproxy that would let something past, and what they must be.

mitmproxy is a tool for looking at traffic: many of its options forward bytes unread, write them to a
file, or change a message after it was judged. `grille run` sets each of them (`forced`); under stock
mitmdump they are checked when the addon is loaded and whenever one changes (`refuse_dangerous`).

This module must not set anything itself, and knows no policy. An option that mitmproxy adds in a later
version is not known here: the test that compares the lists fails then.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mitmproxy.net import tls
from mitmproxy.optmanager import OptManager
from mitmproxy.proxy.mode_specs import ProxyMode, RegularMode, ReverseMode

from grille.errors import SettingsError

type Value = bool | int | str | Sequence[str] | None


@dataclass(frozen=True, slots=True)
class Must:
    """`name` must be `value`, because of `why`."""

    name: str
    value: Value
    why: str


@dataclass(frozen=True, slots=True)
class Within:
    """`name` must be such that `safe` holds; `wanted` says the same in words."""

    name: str
    safe: Callable[[object], bool]
    wanted: str
    why: str


_UNREAD = "it forwards bytes that nobody judged"
_KEPT = "it writes what passes to a file or a terminal"
_CHANGED = "it changes or replaces a message behind grille's back"

FIXED: tuple[Must, ...] = (
    Must("rawtcp", False, _UNREAD),
    Must("ignore_hosts", (), _UNREAD),
    Must("allow_hosts", (), _UNREAD),
    Must("tcp_hosts", (), _UNREAD),
    Must("udp_hosts", (), _UNREAD),
    Must("show_ignored_hosts", False, _KEPT),
    Must("stream_large_bodies", None, _UNREAD),
    Must("store_streamed_bodies", False, _KEPT),
    Must("http3", False, "QUIC is not judged"),
    Must("websocket", True, "without it an upgraded connection is raw TCP, and no hook sees it"),
    Must("validate_inbound_headers", True, "two readings of one message are a way past"),
    Must("connection_strategy", "lazy", "eager connects before the request is known, with the client's server name"),
    Must("ssl_insecure", False, "the upstream would not be verified"),
    Must("ciphers_server", None, "the policy says which ciphers an upstream is offered"),
    Must("strip_ech", True, "an encrypted server name cannot be compared with the request"),
    Must("keep_host_header", False, "the request would name another server than it goes to"),
    Must("keep_alt_svc_header", False, "clients would go around the proxy"),
    Must("onboarding", False, "it answers a host name of its own on the proxy"),
    Must("proxyauth", None, "grille checks credentials itself, and its policy knows who was checked"),
    Must("stickyauth", None, _CHANGED),
    Must("stickycookie", None, _CHANGED),
    Must("map_local", (), _CHANGED),
    Must("map_remote", (), _CHANGED),
    Must("modify_body", (), _CHANGED),
    Must("modify_headers", (), _CHANGED),
    Must("upstream_auth", None, _CHANGED),
    Must("client_replay", (), "replayed requests have no client"),
    Must("server_replay", (), _CHANGED),
    Must("rfile", None, "recorded flows are read by `grille scan`"),
    Must("save_stream_file", None, _KEPT),
    Must("hardump", "", _KEPT),
    Must("flow_detail", 0, _KEPT),
    Must("termlog_verbosity", "error", _KEPT),
    Must("proxy_debug", False, _KEPT),
    Must("server", True, "nothing would listen"),
)

_SECURE_TLS = ("TLS1_2", "TLS1_3")
_SCHEMES = ("http", "https")


def _is_loopback(value: object) -> bool:
    try:
        return value == "localhost" or ipaddress.ip_address(str(value)).is_loopback
    except ValueError:
        return False


def _is_set(value: object) -> bool:
    return bool(value)


def _is_secure_tls(value: object) -> bool:
    return value in _SECURE_TLS


def _is_judged(value: object) -> bool:
    return isinstance(value, Sequence) and all(_is_judged_mode(str(mode)) for mode in value)


def _is_judged_mode(spec: str) -> bool:
    """A mode can say where it listens, whatever `listen_host` says."""
    try:
        mode = ProxyMode.parse(spec)
    except ValueError:
        return False
    known = isinstance(mode, RegularMode) or (isinstance(mode, ReverseMode) and mode.scheme in _SCHEMES)
    return known and (mode.custom_listen_host is None or _is_loopback(mode.custom_listen_host))


def _is_one(value: object) -> bool:
    return isinstance(value, Sequence) and len(value) <= 1


RANGES: tuple[Within, ...] = (
    Within("body_size_limit", _is_set, "set, for example to 9m", "a body of any size would be read into memory"),
    Within("tls_version_client_min", _is_secure_tls, "TLS1_2 or TLS1_3", "older versions do not protect"),
    Within("tls_version_server_min", _is_secure_tls, "TLS1_2 or TLS1_3", "older versions do not protect"),
    Within("mode", _is_judged, "regular or reverse:http(s)://…, on loopback", _UNREAD),
    Within("listen_host", _is_loopback, "127.0.0.1", "under mitmdump nothing checks who connects; see `grille run`"),
    Within("scripts", _is_one, "this one script alone", _CHANGED),
)


def dangerous(options: OptManager) -> tuple[str, ...]:
    """One sentence for each option that must be otherwise."""
    fixed = [
        f"set {must.name} to {_shown(must.value)}: {must.why}"
        for must in FIXED
        if must.name in options and not _same(getattr(options, must.name), must.value)
    ]
    ranges = [
        f"{within.name} must be {within.wanted}: {within.why}"
        for within in RANGES
        if within.name in options and not within.safe(getattr(options, within.name))
    ]
    keys = ["unset SSLKEYLOGFILE: it writes the keys of every connection to a file"] if tls.log_master_secret else []
    return (*fixed, *ranges, *keys)


def refuse_dangerous(options: OptManager) -> None:
    """Raises `SettingsError` that names every dangerous option."""
    found = dangerous(options)
    if found:
        raise SettingsError("grille does not run with these options of mitmproxy:\n  " + "\n  ".join(found))


def forced(options: OptManager) -> dict[str, Value]:
    """What to set so that nothing in `FIXED` is dangerous, for the options that exist."""
    return {must.name: must.value for must in FIXED if must.name in options}


def _same(value: object, wanted: Value) -> bool:
    if wanted == ():
        return isinstance(value, Sequence) and len(value) == 0
    return value == wanted


def _shown(value: Value) -> str:
    if value == ():
        return "an empty list"
    return "nothing" if value is None or value == "" else str(value)
