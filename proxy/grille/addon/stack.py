"""mitmproxy as grille runs it: a master with four addons, two more for traces, and the event loop it runs in.

Of mitmproxy's thirty addons only those are loaded that a proxy needs. What is not there cannot write flows
to a file, serve a web page, replace a body or run a script. The options that remain are forced, and
checked again.

This module must not know a policy. It listens where it is told, when it is told.
"""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mitmproxy import connection
from mitmproxy.addons.next_layer import NextLayer
from mitmproxy.addons.proxyserver import Proxyserver
from mitmproxy.addons.tlsconfig import TlsConfig
from mitmproxy.master import Master
from mitmproxy.options import Options
from mitmproxy.proxy.mode_specs import TCP, ProxyMode, ReverseMode

from grille.addon import layers, lean
from grille.addon.addon import Grille
from grille.addon.chaining import PROXIES, NextProxy
from grille.addon.destination import Address, addresses, cannot_listen, written
from grille.addon.leaving import LEAVING
from grille.addon.options import forced, refuse_dangerous
from grille.addon.telemetry import Telemetry
from grille.addon.tracing import Beginning, Ending
from grille.errors import SettingsError

FORWARD = "regular"
"""mitmproxy's name for the mode of a forward proxy."""
_EXTRA_BODY = 1 << 20
"""A body that is a little too large reaches the engine, which says so in the caller's dialect."""

_ARRIVING = 3.0
"""Seconds in which a client that connects has come to its first request, at the end; on a busy machine as well."""
_TURNS = 5
"""Of the loop, until a connection that was accepted is one of mitmproxy's."""


@dataclass(frozen=True, slots=True)
class Wiring:
    """`confdir` holds the CA. `body_limit` is in bytes. `ca_file` holds the CAs of upstreams, mitmproxy's own
    list when None; with `client_certificates` clients are asked for one. `drain` are the seconds in which what is
    in hand at the end may end by itself."""

    confdir: Path
    body_limit: int
    ca_file: str | None = None
    client_certificates: bool = False
    drain: float = 25.0


class Loop(asyncio.SelectorEventLoop):
    """An event loop that goes elsewhere for some names, as `curl --resolve` does: the name stays what it is
    in SNI, in Host and for the policy, and only the address changes. At `shared` other processes may listen too.

    A listener that is closed leaves nobody behind: asyncio drops the connections that still wait in its queue, and
    those that it accepted in the same turn, which would be failed requests at each end of one of several processes."""

    def __init__(self, elsewhere: Mapping[Address, Address] | None = None, shared: Address | None = None) -> None:
        super().__init__()
        self.elsewhere: dict[Address, Address] = dict(elsewhere or {})
        self._shared = shared
        self._factories: dict[socket.socket, Any] = {}

    async def create_server(self, protocol_factory: Any, host: Any = None, port: Any = None, **options: Any) -> Any:
        if (host, port) == self._shared:
            options["reuse_port"] = True
        hosts = addresses(host) if isinstance(host, str) else host
        return await super().create_server(protocol_factory, hosts, port, **options)

    def _start_serving(self, protocol_factory: Any, sock: socket.socket, *more: Any) -> None:
        self._factories[sock] = protocol_factory
        super()._start_serving(protocol_factory, sock, *more)  # type: ignore[misc]  # typeshed has none of asyncio's own

    def _stop_serving(self, sock: socket.socket) -> None:
        if factory := self._factories.pop(sock, None):
            self._accept_connection(factory, sock)
        super()._stop_serving(sock)  # type: ignore[misc]  # as above

    def _accept_connection(self, factory: Any, sock: Any, tls: Any = None, server: Any = None, *more: Any) -> None:
        """Without the server, which takes no connection any more once it is being closed."""
        super()._accept_connection(factory, sock, tls, None, *more)  # type: ignore[misc]  # as above

    async def getaddrinfo(
        self,
        host: Any,
        port: Any,
        *,
        family: int = 0,
        type: int = 0,  # noqa: A002  the name of asyncio
        proto: int = 0,
        flags: int = 0,
    ) -> Any:
        host, port = self.elsewhere.get((host, port), (host, port))
        return await super().getaddrinfo(host, port, family=family, type=type, proto=proto, flags=flags)


class _Started:
    """An addon that says when the master runs."""

    def __init__(self) -> None:
        self.event = asyncio.Event()

    def running(self) -> None:
        self.event.set()


class Stack:
    """Made and used within one running event loop."""

    def __init__(self, addon: Grille, wiring: Wiring, telemetry: Telemetry | None = None) -> None:
        layers.install()
        lean.install()
        self._addon = addon
        self._drain = wiring.drain
        self._master = Master(Options(confdir=str(wiring.confdir)))
        self._master.addons = lean.Addons(self._master)
        self._proxy = Proxyserver()
        self._started = _Started()
        chain: list[object] = [addon]
        if telemetry is not None:
            chain = [Beginning(telemetry), addon, Ending(telemetry)]
        self._master.addons.add(  # type: ignore[no-untyped-call]  # mitmproxy annotates nothing here
            self._proxy, NextLayer(), TlsConfig(), *chain, self._started
        )
        options = self._master.options
        options.update(
            mode=[],
            body_size_limit=str(wiring.body_limit + _EXTRA_BODY),
            ssl_verify_upstream_trusted_ca=wiring.ca_file,
            request_client_cert=wiring.client_certificates,
            listen_host="127.0.0.1",
            **forced(options),
        )
        refuse_dangerous(options)
        self._running: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Run, without listening anywhere."""
        self._running = asyncio.create_task(self._master.run())
        started = asyncio.create_task(self._started.event.wait())
        await asyncio.wait([self._running, started], return_when=asyncio.FIRST_COMPLETED)
        if not started.done():
            started.cancel()
            await self._running

    def chain(self, next_proxy: NextProxy | None) -> None:
        """From now on make connections through another proxy, if there is one."""
        if next_proxy is not None:
            PROXIES[self._master] = next_proxy

    async def listen(self, where: Address, mode: str = FORWARD) -> Address:
        """Listen at `where` and nowhere else, in a mode that mitmproxy knows. Port 0 is any port; what comes back is
        where it really is. Raises `SettingsError`."""
        host, port = where
        try:
            found = ProxyMode.parse(f"{mode}@{host}:{port}")
        except ValueError:
            raise SettingsError(f"cannot listen at {written(where)} as {mode}") from None
        if isinstance(found, ReverseMode):
            found.transport_protocol = (
                TCP  # in front of https mitmproxy would listen for QUIC too, whatever `http3` says
            )
        if not await self._proxy.servers.update([found]) or not self._proxy.listen_addrs():
            raise cannot_listen(where, self._proxy.servers[found].last_exception)
        address = self._proxy.listen_addrs()[0]
        return address[0], address[1]

    async def stop(self, hurry: asyncio.Event | None = None) -> None:
        """Stop listening, let what is in hand end, until the time is up or somebody is in a `hurry`, and close the
        rest. Clients whose exchange ends are told to connect anew."""
        if self._running is None:
            return
        await self._proxy.servers.update([])
        for _ in range(_TURNS):
            await asyncio.sleep(0)
        now = asyncio.get_running_loop().time
        end = now() + self._drain
        while (self._addon.exchanges or self._arriving()) and now() < end and not (hurry and hurry.is_set()):
            LEAVING.update(handler.client for handler in self._proxy.connections.values())
            await asyncio.sleep(0.05)
        for handler in tuple(self._proxy.connections.values()):
            _close(handler.transports)
        end = now() + 1
        while self._proxy.connections and now() < end:
            await asyncio.sleep(0.01)
        self._master.shutdown()
        await self._running

    def _arriving(self) -> bool:
        """Whether somebody connected only now, and may not have come to asking yet."""
        lately = time.time() - _ARRIVING
        return any(handler.client.timestamp_start > lately for handler in self._proxy.connections.values())


def _close(transports: Mapping[connection.Connection, Any]) -> None:
    for transport in tuple(transports.values()):
        if transport.handler is not None:
            transport.handler.cancel("grille stops")


def is_loopback(host: str) -> bool:
    """Whether everything that `host` means is this machine."""
    try:
        found = socket.getaddrinfo(host, None)
    except OSError:
        return False
    addresses = {str(info[4][0]) for info in found}
    return all(address.startswith("127.") or address == "::1" for address in addresses)
