"""The hooks of connections: how many clients there may be, and what upstreams are offered.

This module must not know a message. What a connection proves is looked at again with every request that
goes over it (`addon.py`); here nothing is made that the policy would not accept.
"""

from __future__ import annotations

import asyncio
import sys
import time
from abc import abstractmethod

from mitmproxy import connection
from mitmproxy.proxy.server_hooks import ServerConnectionHookData
from mitmproxy.tls import ClientHelloData, TlsData

from grille.addon import intake, layers, pinning
from grille.addon.distrust import Distrust, Report
from grille.addon.guard import guarded
from grille.addon.identity import Identities
from grille.addon.offer import handshake, offer
from grille.addon.only_http import OnlyHttp
from grille.policy import Policy

MOST_CONNECTIONS = 1000
"""Clients at a time; mitmproxy itself has no limit."""
CONNECT_SECONDS = 10.0
"""For name, TCP and TLS together."""


class Connections(OnlyHttp):
    """`ca_file` holds the CAs that upstreams are verified with, mitmproxy's own list when None."""

    def __init__(self, identities: Identities, ca_file: str | None) -> None:
        self.identities = identities
        self.ca_file = ca_file
        self.clients = 0
        self._distrust = Distrust()

    @abstractmethod
    def policy_at(self, host: str) -> Policy:
        """The policy that judges what goes to `host`."""

    @abstractmethod
    def distrusted(self, client: connection.Client, address: tuple[str, int], report: Report) -> None:
        """Record that `client` ended the handshake for what is at `address`."""

    @guarded
    def client_connected(self, client: connection.Client) -> None:
        self.clients += 1
        if self.clients > MOST_CONNECTIONS:
            client.error = "too many connections"

    @guarded
    def client_disconnected(self, client: connection.Client) -> None:
        self.clients -= 1

    @guarded
    def tls_clienthello(self, data: ClientHelloData) -> None:
        """A redirected connection goes where its name leads, and not where its address led: that one anybody can
        choose, and with TLS the certificate has to be for the name in any case."""
        context, name = data.context, data.client_hello.sni
        if name and context.server.address and intake.is_redirected(context.client, context.server):
            context.server.address = (name, context.server.address[1])

    @guarded
    def tls_established_client(self, data: TlsData) -> None:
        self.identities.handshake(data.context.client)

    @guarded
    def tls_failed_client(self, data: TlsData) -> None:
        """A client that pins certificates, or was not told of the CA, ends here. A host that neither the policy nor the
        catalogue knows is the client's words, and not told."""
        client, address = data.context.client, data.context.server.address
        if address is None:
            return
        endpoints = self.policy_at(address[0]).endpoints_at(*address)
        report = self._distrust.report(client.peername[0], endpoints, address, client.error or "", time.monotonic())
        if report is not None:
            self.distrusted(client, address, report)
            print(f"grille: {report.line}", file=sys.stderr, flush=True)

    @guarded
    def server_connect(self, data: ServerConnectionHookData) -> None:
        """An upstream that accepts and then says nothing would keep the caller waiting for ten minutes."""
        asyncio.get_running_loop().call_later(CONNECT_SECONDS, layers.give_up, data)

    @guarded
    def tls_start_server(self, data: TlsData) -> None:
        server = data.conn
        if not isinstance(server, connection.Server) or server.address is None:
            raise TypeError("a handshake with a server that is none")
        host, port = server.address
        server.sni = host
        data.ssl_conn = handshake(offer(self.policy_at(host).endpoints_at(host, port)), server, self.ca_file)

    @guarded
    def tls_established_server(self, data: TlsData) -> None:
        """The offer was narrow, so this cannot be otherwise; if it is, nothing goes over this connection."""
        if isinstance(data.conn, connection.Server) and data.conn.address is not None:
            host, port = data.conn.address
            wanted = offer(self.policy_at(host).endpoints_at(host, port))
            shown = pinning.SHOWN[data.conn] = pinning.keys_of(data.ssl_conn)
            if not wanted.accepts(data.conn.tls_version, data.conn.cipher, shown):
                raise ValueError("the connection is not what was offered")
