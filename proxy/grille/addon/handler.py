"""The sockets of one client, and of the upstreams that are spoken to for it.

    closed is closed      A connection that is cancelled while its data waits for its turn is forgotten by
                          mitmproxy and stays open; with HTTP/2 clients that happens often.
    a limit on reading    mitmproxy reads on while what it has read waits for a hook; see `backlog.py`.
    no circle             A connection that was redirected here has another destination than the socket it
                          arrives at. One that has not was made to this port, by a scanner or by this very
                          proxy, and is closed.
    the next proxy        see `chaining.py`

This module must not read what goes over the sockets.
"""

from __future__ import annotations

import asyncio
from typing import Any

from mitmproxy.connection import Connection
from mitmproxy.proxy import commands, mode_servers
from mitmproxy.proxy.layers.http._hooks import HttpConnectUpstreamHook
from mitmproxy.proxy.mode_specs import TransparentMode

from grille.addon import backlog, chaining
from grille.addon.http2 import ClientTakes


class Handler(mode_servers.ProxyConnectionHandler):
    """Stands in for mitmproxy's."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)  # type: ignore[no-untyped-call]  # mitmproxy annotates nothing here
        self._arrived_at = self.client.sockname[:2]

    async def handle_client(self) -> None:
        server = self.layer.context.server
        if isinstance(self.client.proxy_mode, TransparentMode) and server.address == self._arrived_at:
            writer = self.transports.pop(self.client).writer
            assert writer is not None
            writer.close()
            return
        server.via = chaining.via(self.master)
        await super().handle_client()

    async def handle_connection(self, connection: Connection) -> None:
        try:
            await super().handle_connection(connection)
        finally:
            left = self.transports.pop(connection, None)
            if left is not None and left.writer is not None:
                left.writer.close()

    async def handle_hook(self, hook: commands.StartHook) -> None:
        if isinstance(hook, ClientTakes):
            await hook.taken.wait()
        elif isinstance(hook, HttpConnectUpstreamHook):
            chaining.authorize(self.master, hook.flow.request)
        else:
            await super().handle_hook(hook)

    async def drain_writers(self) -> None:
        """Awaited by the task of each connection before it reads more."""
        await super().drain_writers()  # type: ignore[no-untyped-call]  # mitmproxy annotates no result here
        reader = asyncio.current_task()
        for connection, transport in tuple(self.transports.items()):
            if transport.handler is reader:
                await backlog.room(connection)
