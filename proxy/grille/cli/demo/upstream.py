"""Look-alikes of two providers and a ledger on loopback, which keep what they receive.

The models answer by repeating what stands in the prompt, so that a token comes back; the ledger answers
with a contact card as a real one does. Nothing here knows grille.
"""

from __future__ import annotations

import asyncio
import json
import re
import socket
import ssl
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from types import TracebackType

import uvicorn
from mcp.server.mcpserver import MCPServer
from mcp.server.transport_security import TransportSecuritySettings
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from grille.cli.demo.certificates import Certificates

OPENAI, ANTHROPIC, LEDGER = "api.openai.com", "api.anthropic.com", "mcp.ledger.example"
CONTACT = (
    "Contact: Harbour Bakery Ltd\nID: 5b96e86b-418e-48e8-8949-308c14aec278\nEmail: accounts@harbourbakery.example.com\n"
    "Bank account: GB82 WEST 1234 5698 7654 32\nCard on file: 4111 1111 1111 1111\nStatus: ACTIVE"
)
_CARD = re.compile(r"CREDIT_CARD_[0-9A-Z]+|\d{4} \d{4} \d{4} \d{4}")


@dataclass(frozen=True, slots=True)
class Received:
    """A request as it arrived."""

    host: str
    path: str
    body: str = field(repr=False)


class Upstream:
    """`with Upstream(certificates) as up:` serves TLS on `up.port`; `up.received` is what came."""

    def __init__(self, certificates: Certificates) -> None:
        self.received: list[Received] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        app = _ledger()
        app.router.routes += [
            Route("/v1/chat/completions", _chat, methods=["POST"]),
            Route("/v1/responses", _responses, methods=["POST"]),
            Route("/v1/messages", _messages, methods=["POST"]),
        ]
        app.add_middleware(_Keeping, kept=self.received)
        config = uvicorn.Config(
            app,
            log_level="error",
            ssl_certfile=str(certificates.certificate),
            ssl_keyfile=str(certificates.key),
            ssl_version=ssl.PROTOCOL_TLS_SERVER,
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Upstream:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.should_exit = True
        self._thread.join(5)

    def _serve(self) -> None:
        asyncio.run(self._server.serve(sockets=[self._socket]))


type _Scope = dict[str, object]
type _Receive = Callable[[], Awaitable[dict[str, object]]]
type _Send = Callable[[dict[str, object]], Awaitable[None]]


class _Keeping:
    """ASGI middleware: keeps host, path and body of each request before anything reads them."""

    def __init__(self, app: Callable[[_Scope, _Receive, _Send], Awaitable[None]], kept: list[Received]) -> None:
        self.app = app
        self.kept = kept

    async def __call__(self, scope: _Scope, receive: _Receive, send: _Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope, receive)
        body = await request.body()
        self.kept.append(Received(request.headers.get("host", ""), request.url.path, body.decode()))
        pending = [{"type": "http.request", "body": body, "more_body": False}]

        async def replay() -> dict[str, object]:
            return pending.pop() if pending else await receive()

        await self.app(scope, replay, send)


def _ledger() -> Starlette:
    server = MCPServer("Example Ledger", log_level="ERROR")

    @server.tool(name="list-contacts")
    def list_contacts(search: str) -> str:
        """Contacts of the ledger whose name contains the search term."""
        return CONTACT

    security = TransportSecuritySettings(enable_dns_rebinding_protection=False)
    return server.streamable_http_app(json_response=True, stateless_http=True, transport_security=security)


def _said(text: str) -> str:
    card = _CARD.search(text)
    return f"Card {card[0]} was declined because it is over its limit." if card else "I see no card number."


async def _chat(request: Request) -> Response:
    body = await request.json()
    message = {"role": "assistant", "content": _said(json.dumps(body["messages"]))}
    choice = {"index": 0, "finish_reason": "stop", "message": message}
    return JSONResponse(
        {"id": "chatcmpl-1", "object": "chat.completion", "created": 0, "model": body["model"], "choices": [choice]}
    )


async def _responses(request: Request) -> Response:
    body = await request.json()
    text = {"type": "output_text", "text": _said(json.dumps(body["input"])), "annotations": []}
    item = {"type": "message", "id": "msg_1", "role": "assistant", "status": "completed", "content": [text]}
    return JSONResponse(
        {"id": "resp_1", "object": "response", "created_at": 0, "model": body["model"], "output": [item]}
    )


async def _messages(request: Request) -> Response:
    body = await request.json()
    return JSONResponse(
        {
            "id": "msg_1",
            "type": "message",
            "role": "assistant",
            "model": body["model"],
            "content": [{"type": "text", "text": _said(json.dumps(body["messages"]))}],
            "stop_reason": "end_turn",
            "stop_sequence": None,
            "usage": {"input_tokens": 1, "output_tokens": 1},
        }
    )
