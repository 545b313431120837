"""An MCP server that streams: progress while a tool runs, questions to the user, and messages out of the blue.

It speaks both eras of the protocol at /mcp, and the transport before them at /sse, and keeps every body that
it is sent. Nothing here knows grille.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

import anyio.to_thread
import uvicorn
from mcp.server.mcpserver import Context, MCPServer
from mcp.server.transport_security import TransportSecuritySettings
from pydantic import BaseModel
from saying import OTHER, SSN
from starlette.applications import Starlette
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from streaming_upstream import Tap
from upstream import Authority

STEPS = 4
"""Reports of progress of one call."""


class Answer(BaseModel):
    """What a user is asked for."""

    card: str


class Ledger:
    """`with Ledger(authority, folder, hosts) as ledger:` serves TLS on `ledger.port`. Each report of progress waits for
    `tap`, which a test may replace."""

    def __init__(self, authority: Authority, folder: Path, hosts: Sequence[str]) -> None:
        self.received: list[str] = []
        self.tap = opened()
        pem = folder / "ledger.pem"
        pem.write_bytes(authority.issue([*hosts, "127.0.0.1"]))
        config = uvicorn.Config(
            _Keeping(self._app(), self.received), log_level="error",
            ssl_certfile=str(pem), ssl_version=ssl.PROTOCOL_TLS_SERVER, timeout_graceful_shutdown=1,
        )  # fmt: skip
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Ledger:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.should_exit = True
        self._thread.join(5)
        self._socket.close()

    def _serve(self) -> None:
        asyncio.run(self._server.serve(sockets=[self._socket]))

    def _app(self) -> Starlette:
        server = MCPServer("Ledger", log_level="ERROR")

        @server.tool()
        async def look_up(search: str, context: Context) -> str:
            """What the ledger holds about the search term."""
            for step in range(STEPS):
                await anyio.to_thread.run_sync(self.tap.take)
                await context.report_progress(step, STEPS, f"{step}: {search}, not {OTHER}")
            return f"Found {search}. Others: {OTHER}, SSN {SSN}."

        @server.tool()
        async def confirm(search: str, context: Context) -> str:
            """Asks the user before it looks."""
            answer = await context.elicit(f"May I look for {search}, and not for {OTHER}?", Answer)
            return f"The user says {answer.data.card}." if answer.action == "accept" else "The user says no."

        @server.tool()
        async def greet(name: str) -> str:
            """Says hello."""
            return f"Hello {name}."

        @server.tool()
        async def announce(context: Context) -> str:
            """Tells every client that listens that there is something new."""
            await context.session.send_resource_list_changed()
            return "told"

        @server.resource("ledger://cards/{number}")
        async def card(number: str) -> str:
            """One card."""
            return f"Card {number} is over its limit."

        @server.prompt()
        async def explain(card: str) -> str:
            """Asks for an explanation."""
            return f"Why was {card} declined?"

        security = TransportSecuritySettings(enable_dns_rebinding_protection=False)
        app = server.streamable_http_app(transport_security=security)
        app.router.routes += server.sse_app(transport_security=security).routes
        return app


def opened() -> Tap:
    tap = Tap()
    tap.open()
    return tap


class _Keeping:
    """ASGI middleware: keeps what bodies hold, as they pass."""

    def __init__(self, app: ASGIApp, kept: list[str]) -> None:
        self.app = app
        self.kept = kept

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def listen() -> Message:
            message = await receive()
            if message["type"] == "http.request" and message.get("body"):
                self.kept.append(message["body"].decode())
            return message

        await self.app(scope, listen, send)
