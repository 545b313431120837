"""Connections to upstreams through another proxy, where a network has no other way out.

The other proxy is asked for a tunnel to the very host and port that was judged (CONNECT, RFC 9110 §9.3.6), also
for plain HTTP; TLS is spoken inside with the upstream itself, and its certificate is verified as ever. So the
other proxy learns names and sizes, and no words. No name is looked up here.

This module must not log or repeat the credential of the other proxy.
"""

from __future__ import annotations

import base64
from collections.abc import MutableMapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlsplit
from weakref import WeakKeyDictionary

from mitmproxy import http
from mitmproxy.connection import Server
from mitmproxy.master import Master
from mitmproxy.proxy.context import Context
from mitmproxy.proxy.layers.http import _upstream_proxy

from grille.addon.destination import Address, canonical
from grille.errors import SettingsError

_FILE = "file:"


@dataclass(frozen=True, slots=True)
class NextProxy:
    """Where it is, and the value of `Proxy-Authorization` that it asks for, if any."""

    address: Address
    authorization: str = field(default="", repr=False)


PROXIES: MutableMapping[Master, NextProxy] = WeakKeyDictionary()
"""The proxy after this one, of a running mitmproxy. None: there is none."""

THROUGH: MutableMapping[Server, Server] = WeakKeyDictionary()
"""What a connection to another proxy is made for."""


def next_proxy(text: str) -> NextProxy:
    """`http://[user:password@]host:port`, or `file:PATH` of a file that holds that and so keeps it off the list of
    processes. Raises `SettingsError`, which does not repeat the text."""
    try:
        written = Path(text.removeprefix(_FILE)).read_text("utf-8").strip() if text.startswith(_FILE) else text
        url = urlsplit(written)
        if url.scheme != "http" or not url.hostname or not url.port or url.path.strip("/") or url.query:
            raise ValueError
        credential = f"{unquote(url.username or '')}:{unquote(url.password or '')}".encode()
        basic = "Basic " + base64.b64encode(credential).decode() if url.username else ""
        return NextProxy((canonical(url.hostname), url.port), basic)
    except (OSError, ValueError):
        wanted = "http://host:port or http://user:password@host:port, or file:PATH of a file that holds that"
        raise SettingsError(f"--upstream-proxy: write {wanted}") from None


def via(master: Master) -> tuple[Literal["http"], Address] | None:
    """As mitmproxy calls it."""
    found = PROXIES.get(master)
    return ("http", found.address) if found else None


def authorize(master: Master, request: http.Request) -> None:
    """Say to the other proxy who asks."""
    found = PROXIES.get(master)
    if found is not None and found.authorization:
        request.headers["Proxy-Authorization"] = found.authorization


class Tunnel(_upstream_proxy.HttpUpstreamProxy):
    """Stands in for mitmproxy's, and remembers what it is for: a proxy that accepts and then says nothing is given
    up like an upstream that does."""

    def __init__(self, context: Context, connection: Server, send_connect: bool) -> None:
        super().__init__(context, connection, send_connect)
        THROUGH[connection] = context.server
