"""The client of `speed.py`: keep-alive connections that cost little themselves, and a load over them.

Over HTTP/1.1 `at_once` is a number of connections, over HTTP/2 of streams in one connection, as the SDKs do
it. A request counts as failed unless it is answered with 200 and the other side saw what it should have.

This module must not keep a body, and asks nobody but the server that it is given.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from math import inf
from typing import Protocol

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import ResponseReceived, StreamEnded, StreamReset, WindowUpdated
from loopback import trusting_everybody
from processes import cpu_seconds
from speed_upstream import SAW
from speed_variants import Variant

PATH = "/v1/chat/completions"
HTTP1, HTTP2 = "h1", "h2"
PATIENCE = 300.0
"""Seconds for one load; what takes longer ends the bench."""


@dataclass(slots=True)
class Answer:
    status: int = 0
    saw: str = ""


class Channel(Protocol):
    """A connection."""

    @property
    def closed(self) -> bool: ...

    async def post(self, body: bytes) -> Answer: ...

    def close(self) -> None: ...


class _Http1(asyncio.Protocol):
    """One request after the other."""

    def __init__(self, host: str) -> None:
        self._head = (
            f"POST {PATH} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer bench\r\n"
            "Content-Type: application/json\r\nContent-Length: "
        ).encode()
        self._buffer = b""
        self._answer: asyncio.Future[Answer] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, problem: Exception | None) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(Answer())

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, end, body = self._buffer.partition(b"\r\n\r\n")
        if not end or self._answer is None or self._answer.done():
            return
        fields = {}
        for line in head.split(b"\r\n")[1:]:
            name, _, value = line.partition(b":")
            fields[name.lower()] = value.strip()
        if len(body) >= int(fields[b"content-length"]):
            self._buffer = b""
            self._answer.set_result(Answer(int(head[9:12]), fields.get(SAW.encode(), b"").decode()))

    async def post(self, body: bytes) -> Answer:
        if self.closed:
            return Answer()
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(b"%b%d\r\n\r\n%b" % (self._head, len(body), body))
        return await self._answer

    @property
    def closed(self) -> bool:
        return self._transport.is_closing()

    def close(self) -> None:
        self._transport.abort()


class _Http2(asyncio.Protocol):
    """Many requests at once."""

    def __init__(self, host: str) -> None:
        self._head = (
            (":method", "POST"), (":scheme", "https"), (":authority", host), (":path", PATH),
            ("authorization", "Bearer bench"), ("content-type", "application/json"),
        )  # fmt: skip
        self._h2 = H2Connection(H2Configuration(validate_outbound_headers=False, validate_inbound_headers=False))
        self._answers: dict[int, tuple[asyncio.Future[None], Answer]] = {}
        self._room = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._h2.initiate_connection()
        self._h2.increment_flow_control_window(1 << 30)
        self._flush()

    def connection_lost(self, problem: Exception | None) -> None:
        for stream in self._answers:
            self._ended(stream)

    def data_received(self, data: bytes) -> None:
        for event in self._h2.receive_data(data):
            match event:
                case ResponseReceived():
                    fields = {bytes(name): bytes(value) for name, value in event.headers}
                    answer = self._answers[event.stream_id][1]
                    answer.status, answer.saw = int(fields[b":status"]), fields.get(SAW.encode(), b"").decode()
                case StreamEnded() | StreamReset():
                    self._ended(event.stream_id)
                case WindowUpdated():
                    self._room.set()
        self._flush()

    async def post(self, body: bytes) -> Answer:
        if self.closed:
            return Answer()
        stream, answer = self._h2.get_next_available_stream_id(), Answer()
        done = asyncio.get_running_loop().create_future()
        self._answers[stream] = done, answer
        self._h2.send_headers(stream, [*self._head, ("content-length", str(len(body)))])
        at = 0
        while at < len(body) and not done.done():
            size = min(self._h2.local_flow_control_window(stream), self._h2.max_outbound_frame_size, len(body) - at)
            if size <= 0:
                self._flush()
                self._room.clear()
                await self._room.wait()
                continue
            self._h2.send_data(stream, body[at : at + size], end_stream=at + size == len(body))
            at += size
        self._flush()
        await done
        del self._answers[stream]
        return answer

    @property
    def closed(self) -> bool:
        return self._transport.is_closing()

    def close(self) -> None:
        self._transport.abort()

    def _ended(self, stream: int) -> None:
        done, _ = self._answers.get(stream, (None, None))
        if done is not None and not done.done():
            done.set_result(None)
        self._room.set()

    def _flush(self) -> None:
        self._transport.write(self._h2.data_to_send())


async def opened(variant: Variant, protocol: str) -> Channel:
    """A connection through the variant's proxy, or directly."""
    to = variant.proxy.port if variant.proxy else variant.port
    plain = await asyncio.to_thread(_tunnel, to, f"{variant.host}:{variant.port}" if variant.proxy else "")
    factory = _Http2 if protocol == HTTP2 else _Http1
    _, channel = await asyncio.get_running_loop().create_connection(
        lambda: factory(variant.host), sock=plain, ssl=_context(protocol), server_hostname=variant.host
    )
    return channel


@cache
def _context(protocol: str) -> ssl.SSLContext:
    context = trusting_everybody()
    context.set_alpn_protocols(["h2" if protocol == HTTP2 else "http/1.1"])
    return context


def _tunnel(port: int, target: str) -> socket.socket:
    """A connected socket; with a target, the tunnel that a proxy opens to it."""
    plain = socket.create_connection(("127.0.0.1", port), PATIENCE)
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if target:
        plain.sendall(f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n".encode())
        said = plain.recv(4096)
        if b" 200 " not in said.partition(b"\r\n")[0]:
            raise SystemExit(f"no tunnel to {target}: {said!r}")
    return plain


@dataclass(frozen=True, slots=True)
class Load:
    """Of one variant in one round: latencies in ms, and ms of CPU that its processes used a request."""

    latencies: Sequence[float]
    failed: int
    seconds: float
    cpu: float

    @property
    def rate(self) -> float:
        return len(self.latencies) / self.seconds


@dataclass(slots=True)
class Client:
    """Connections to all variants, kept from round to round. Used in one `with asyncio.Runner()`."""

    runner: asyncio.Runner
    _open: dict[tuple[str, str], list[Channel]] = field(default_factory=dict)

    def load(
        self, variant: Variant, protocol: str, at_once: int, bodies: Iterable[bytes], seconds: float = inf
    ) -> Load:
        """Send bodies until there are no more, or the time is over; but at least one over each connection."""
        return self.runner.run(self._load(variant, protocol, at_once, bodies, seconds))

    def once(self, variant: Variant, protocol: str, body: bytes) -> None:
        """So that it has been seen."""
        self.load(variant, protocol, 1, [body])

    def close(self) -> None:
        async def shut() -> None:
            for channels in self._open.values():
                for channel in channels:
                    channel.close()
            self._open.clear()

        self.runner.run(shut())

    async def _load(
        self, variant: Variant, protocol: str, at_once: int, bodies: Iterable[bytes], seconds: float
    ) -> Load:
        channels = self._open.setdefault((variant.name, protocol), [])
        channels[:] = [channel for channel in channels if not channel.closed]
        while len(channels) < (1 if protocol == HTTP2 else at_once):
            channels.append(await opened(variant, protocol))
        used = cpu_seconds(variant.proxy.pid) if variant.proxy else 0.0
        start, source = time.perf_counter(), iter(bodies)
        latencies: list[float] = []
        failed = 0

        async def ask(channel: Channel) -> None:
            nonlocal failed
            for body in source:
                sent = time.perf_counter()
                answer = await channel.post(body)
                latencies.append(1000 * (time.perf_counter() - sent))
                failed += answer.status != 200 or answer.saw != variant.sees
                if channel.closed or time.perf_counter() - start > seconds:
                    return

        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(*(ask(channels[number % len(channels)]) for number in range(at_once)))
        took = time.perf_counter() - start
        cpu = cpu_seconds(variant.proxy.pid) - used if variant.proxy else 0.0
        return Load(latencies, failed, took, 1000 * cpu / len(latencies))
