"""The self-test at the start: a test card is sent through the live stack, and must not come through.

The proxy listens on loopback for itself alone, and an upstream listens on loopback, too, that keeps what
it is sent. A request without the card arrives as it was sent (or the witness would be blind), one with it
arrives with a token and gets the card back, and one to an endpoint that blocks it does not arrive.

It uses the proxy's own listener, layers, hooks, workers, key and records; the policy is one of its own
(`self-test.yaml`), for a host that is nobody's. So it proves that the stack stops what a policy stops, and
nothing about the policy in use: that is what `grille test` is for.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path

from grille.engine import load_policy
from grille.errors import GrilleError
from grille.policy import Policy

HOST = "self-test.invalid"
"""Reserved (RFC 6761), so it is nobody's; while the test runs it leads to the witness."""
CANARY = "4111 1111 1111 1111"
ENTITY = "GRILLE_SELF_TEST"
SECONDS = 20.0
_CLEAN = "A message without any number."


class SelfTestFailed(GrilleError):
    """The stack did not do what it must. The text says which part."""


@cache
def policy() -> Policy:
    """The policy of the self-test, read once."""
    return load_policy(str(Path(__file__).with_name("self-test.yaml")), None)


class Witness:
    """An upstream that keeps what it is sent and answers with it."""

    def __init__(self) -> None:
        self.received = b""
        self.port = 0

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[Witness]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        async with server:
            yield self

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            self.received += head
            length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
            body = await reader.readexactly(int(length.partition(b":")[2]))
            self.received += body
            writer.write(_http(b"HTTP/1.1 200 OK", body))
            await writer.drain()
        except (OSError, EOFError, ValueError, StopIteration):
            return
        finally:
            writer.close()


async def rehearse(witness: Witness, proxy_port: int) -> None:
    """Play all three scenes. Raises `SelfTestFailed`."""
    try:
        async with asyncio.timeout(SECONDS):
            await _play(witness, proxy_port)
    except (TimeoutError, OSError, EOFError):
        raise SelfTestFailed("the proxy did not answer its own self-test") from None


async def _play(witness: Witness, port: int) -> None:
    digits = CANARY.encode()
    status, body = await _post(port, "/swap", _CLEAN)
    if status != 200 or _CLEAN.encode() not in witness.received or _CLEAN.encode() not in body:
        raise SelfTestFailed(f"a message without anything in it did not pass (status {status})")
    status, body = await _post(port, "/swap", f"Card {CANARY}")
    if digits in witness.received:
        raise SelfTestFailed("a card number that should have been swapped arrived at the upstream")
    if status != 200 or f"{ENTITY}_".encode() not in witness.received or digits not in body:
        raise SelfTestFailed(f"a card number was not swapped for a token and back (status {status})")
    before = len(witness.received)
    status, body = await _post(port, "/stop", f"Card {CANARY}")
    if len(witness.received) != before:
        raise SelfTestFailed("a message that should have been blocked arrived at the upstream")
    if status != 403 or b"incident" not in body or digits in body:
        raise SelfTestFailed(f"a blocked message was not answered as it should be (status {status})")


async def _post(port: int, path: str, text: str) -> tuple[int, bytes]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        start = f"POST http://{HOST}{path} HTTP/1.1\r\nHost: {HOST}".encode()
        writer.write(_http(start, json.dumps({"text": text}).encode()))
        await writer.drain()
        answer = await reader.read()
    finally:
        writer.close()
    head, _, body = answer.partition(b"\r\n\r\n")
    status = head.split(b" ", 2)[1:2]
    return (int(status[0]) if status and status[0].isdigit() else 0), body


def _http(start: bytes, body: bytes) -> bytes:
    head = b"Content-Type: application/json\r\nConnection: close\r\nContent-Length: %d" % len(body)
    return start + b"\r\n" + head + b"\r\n\r\n" + body
