"""Records and spans sent to a collector by OTLP over HTTP, off the event loop and never in the way of a message.

    queue     bounded, for records and for spans; what finds it full is dropped and counted
    thread    one; sends a batch every second, or when there is a large one
    failure   what a collector cannot take now (429, 502, 503, 504, no connection) waits and is tried again; what it
              will not take is dropped and counted

The audit file is the record of truth, so nothing is refused for want of a collector. Where to send is said on the
command line, and nowhere else, because an environment is often set for all processes alike. What the standard
variables say of credentials, of the connection and of the resource is taken from there. This module must not
look into a message.
"""

from __future__ import annotations

import asyncio
import http.client
import os
import ssl
import sys
import threading
import time
import uuid
from collections import OrderedDict, deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from grille import __version__
from grille.errors import SettingsError
from grille.policy import Policy
from grille.sinks.audit import Record
from grille.sinks.metrics import Signal
from grille.sinks.spans import Span, trace

SECONDS, MOST, BATCH = 1.0, 8192, 512
_TIMEOUT, _LAST_TIMEOUT, _LONGEST_PAUSE = 10.0, 1.0, 30.0
_MOST_ANSWER = 1 << 16
_LATER = (429, 502, 503, 504)
_VARIABLE = "OTEL_EXPORTER_OTLP_"


@dataclass(slots=True)
class _Queue[T]:
    """What waits to be sent to a path. `encode` makes the body of a request."""

    name: str
    path: str
    encode: Callable[[Sequence[T]], bytes]
    waiting: deque[T] = field(default_factory=deque)
    sent: int = 0
    dropped: int = 0

    def signal(self) -> Signal:
        return Signal(self.name, len(self.waiting), self.sent, self.dropped)


class Telemetry:
    """Made and used in the event loop; `stop` has to be awaited."""

    def __init__(self, url: str, providers: Mapping[str, str]) -> None:
        """`providers` are the policy's, by endpoint. Raises `SettingsError`."""
        try:
            from grille.sinks import otlp
        except ImportError:
            raise SettingsError("--otlp needs more packages: pip install 'grille[otel]'") from None
        self._there = Collector(url)
        resource = described()
        self._logs = _Queue[otlp.Log]("logs", "/v1/logs", lambda batch: otlp.logs(resource, batch))
        self._spans = _Queue[Span]("traces", "/v1/traces", lambda batch: otlp.traces(resource, providers, batch))
        self._rejected = otlp.rejected
        self._open: OrderedDict[str, Span] = OrderedDict()
        self._changed = threading.Condition()
        self._stopping = threading.Event()
        self._failing = False
        self._thread = threading.Thread(target=self._run, name="otlp", daemon=True)
        self._thread.start()

    def begin(self, exchange: str, traceparent: Sequence[str]) -> None:
        """An exchange begins; its records are part of the caller's trace."""
        if len(self._open) >= MOST:
            self._open.popitem(last=False)
            with self._changed:
                self._spans.dropped += 1
        self._open[exchange] = Span(trace(traceparent), time.time_ns())

    def record(self, entry: Record, line: bytes) -> None:
        """A record that was written."""
        span = self._open.get(entry.id)
        if span is not None:
            span.take(entry)
        self._put(self._logs, (entry, line, span.trace if span is not None else None))

    def end(self, exchange: str) -> None:
        """An exchange ended. Without a record there is nothing to say of it."""
        span = self._open.pop(exchange, None)
        if span is not None and span.trace.sampled and span.first is not None:
            span.ended = time.time_ns()
            self._put(self._spans, span)

    def signals(self) -> tuple[Signal, ...]:
        """What was sent, what waits and what was lost."""
        return self._logs.signal(), self._spans.signal()

    async def stop(self) -> None:
        """Send what waits, once, and end."""
        for exchange in tuple(self._open):
            self.end(exchange)
        self._stopping.set()
        with self._changed:
            self._changed.notify()
        await asyncio.to_thread(self._thread.join, 2 * _LAST_TIMEOUT + 1)

    def _put[T](self, queue: _Queue[T], item: T) -> None:
        with self._changed:
            if len(queue.waiting) >= MOST:
                queue.dropped += 1
                return
            queue.waiting.append(item)
            if len(queue.waiting) == BATCH:
                self._changed.notify()

    # -- in the thread ------------------------------------------------------------------------------

    def _run(self) -> None:
        while not self._stopping.is_set():
            with self._changed:
                self._changed.wait(SECONDS)
            self._flush_all()
        self._flush_all()

    def _flush_all(self) -> None:
        self._flush(self._logs)
        self._flush(self._spans)

    def _flush[T](self, queue: _Queue[T]) -> None:
        while queue.waiting:
            with self._changed:
                batch = [queue.waiting.popleft() for _ in range(min(BATCH, len(queue.waiting)))]
            lost = self._sent(queue.path, queue.encode(batch), len(batch))
            with self._changed:
                queue.dropped += lost
                queue.sent += len(batch) - lost

    def _sent(self, path: str, body: bytes, count: int) -> int:
        """How many of `count` were not taken; waits until the collector says so."""
        pause = SECONDS
        while True:
            last = self._stopping.is_set()
            status, answer, after = self._there.post(path, body, _LAST_TIMEOUT if last else _TIMEOUT)
            if 200 <= status < 300:
                self._failing = False
                return min(count, self._rejected(answer))
            if not self._failing:
                reason = f"status {status}" if status else answer.decode("ascii", "replace")
                print(f"grille: {self._there.url}{path} does not take records: {reason}", file=sys.stderr, flush=True)
            self._failing = True
            if last or (status and status not in _LATER):
                return count
            self._stopping.wait(min(_LONGEST_PAUSE, after or pause))
            pause *= 2


def telemetry(url: str, policy: Policy, ends: AsyncExitStack) -> Telemetry | None:
    """Telemetry to `url`, stopped by `ends`; None when that is empty. Raises `SettingsError`."""
    if not url:
        return None
    made = Telemetry(url, {name: endpoint.provider for name, endpoint in policy.endpoints.items()})
    ends.push_async_callback(made.stop)
    return made


class Collector:
    """Where records are sent. Never follows a redirect, and knows no proxy."""

    def __init__(self, url: str) -> None:
        """Raises `SettingsError`."""
        found = urlsplit(url)
        if (
            found.scheme not in ("http", "https")
            or not found.hostname
            or found.query
            or found.fragment
            or found.username
        ):
            raise SettingsError(f"--otlp {url}: write http(s)://HOST:PORT, for example http://127.0.0.1:4318")
        try:
            self._port = found.port or (443 if found.scheme == "https" else 80)
            self._context = _context() if found.scheme == "https" else None
        except (ValueError, OSError) as error:
            raise SettingsError(f"--otlp {url}: {error}") from None
        self.url = url.rstrip("/")
        self._host, self._path = found.hostname, found.path.rstrip("/")
        self._headers = {"Content-Type": "application/x-protobuf", "User-Agent": f"grille/{__version__}"}
        self._headers["Connection"] = "close"
        self._headers |= pairs(os.environ.get(f"{_VARIABLE}HEADERS", ""))

    def post(self, path: str, body: bytes, seconds: float) -> tuple[int, bytes, float]:
        """Status, answer, and the seconds to wait that it asks for; 0 and why where there is no answer."""
        try:
            with closing(self._connection(seconds)) as connection:
                connection.request("POST", self._path + path, body, self._headers)
                reply = connection.getresponse()
                after = reply.getheader("Retry-After", "")
                return reply.status, reply.read(_MOST_ANSWER), float(after) if after.isdecimal() else 0.0
        except (OSError, http.client.HTTPException) as error:
            return 0, type(error).__name__.encode(), 0.0

    def _connection(self, seconds: float) -> http.client.HTTPConnection:
        """A new one for each batch: one that was idle may be closed at the other end."""
        if self._context is None:
            return http.client.HTTPConnection(self._host, self._port, timeout=seconds)
        return http.client.HTTPSConnection(self._host, self._port, timeout=seconds, context=self._context)


def _context() -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=os.environ.get(f"{_VARIABLE}CERTIFICATE") or None)
    certificate = os.environ.get(f"{_VARIABLE}CLIENT_CERTIFICATE")
    if certificate:
        context.load_cert_chain(certificate, os.environ.get(f"{_VARIABLE}CLIENT_KEY") or None)
    return context


def described() -> dict[str, str]:
    """What this process is called: as the standard variables say, else grille."""
    said = {"service.name": "grille", "service.version": __version__, "service.instance.id": str(uuid.uuid4())}
    said |= pairs(os.environ.get("OTEL_RESOURCE_ATTRIBUTES", ""))
    name = os.environ.get("OTEL_SERVICE_NAME", "")
    return {**said, "service.name": name} if name else said


def pairs(text: str) -> dict[str, str]:
    """`key=value,key=value`, percent-encoded, as the standard variables are written."""
    said = (each.partition("=") for each in text.split(",") if "=" in each)
    return {key.strip(): unquote(value.strip()) for key, _, value in said if key.strip()}
