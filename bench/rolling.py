"""What a restart costs the callers: `python bench/rolling.py [--rounds 3] [--clients 4] [--streams 3]`.

Requests and streams go on while proxies are replaced, one after the other: first the workers of one `grille run
--workers 2` (SIGTERM to each), then whole proxies behind a balancer, as a Deployment does it (the new one is ready, the
old one leaves the endpoints, a pause, SIGTERM). Half of the clients keep their connections as SDKs do, half connect
anew for each request; nobody tries twice. Prints what was answered, what failed and what was cut, and ends with 1
when that is not zero. The load is bounded: few clients, each with a pause between its requests.
"""

from __future__ import annotations

import argparse
import asyncio
import http.client
import json
import os
import select
import signal
import ssl
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

TESTS = Path(__file__).parent.parent / "tests"
sys.path[:0] = [str(TESTS), str(TESTS / "addon"), str(TESTS / "end_to_end"), str(TESTS.parent / "proxy")]

from live import CHAT, chat  # noqa: E402  (of the tests, as their proxies and their witness)
from running import HOST, Process, health_port, probe, process  # noqa: E402

import engines  # noqa: E402
from grille.addon.settings import Settings  # noqa: E402
from grille.addon.state import State  # noqa: E402
from upstream import RecordingUpstream, answer  # noqa: E402

CARD = engines.CARD
REPLY = answer({"choices": [{"index": 0, "message": {"role": "assistant", "content": "hello"}}]})
EVENTS, GAP = 20, 0.1
"""A stream of two seconds."""
PAUSE = 0.03
LEAVES = 0.5
"""Seconds between leaving the endpoints and SIGTERM; a Deployment has five."""


def model(request: bytes) -> bytes | Iterator[bytes]:
    return events() if b'"stream"' in request else REPLY


def events() -> Iterator[bytes]:
    yield b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
    for number in range(EVENTS):
        data = b'data: {"choices": [{"index": 0, "delta": {"content": "word %d "}}]}\n\n' % number
        yield b"%x\r\n%s\r\n" % (len(data), data)
        time.sleep(GAP)
    yield b"e\r\ndata: [DONE]\n\n\r\n0\r\n\r\n"


@dataclass
class Counts:
    answered: int = 0
    failed: int = 0
    streamed: int = 0
    cut: int = 0
    why: dict[str, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, is_stream: bool, problem: str) -> None:
        with self._lock:
            if is_stream:
                self.streamed, self.cut = self.streamed + (not problem), self.cut + bool(problem)
            else:
                self.answered, self.failed = self.answered + (not problem), self.failed + bool(problem)
            if problem:
                self.why[problem] = self.why.get(problem, 0) + 1

    def __str__(self) -> str:
        good = f"{self.answered} requests answered, {self.failed} failed; {self.streamed} streams whole, {self.cut} cut"
        return good + "".join(f"\n    {count} × {problem}" for problem, count in self.why.items())


class Client:
    """One that asks again and again; `keeps`: on one connection, until it is told or sees that it ends."""

    def __init__(self, port: int, context: ssl.SSLContext, keeps: bool, is_stream: bool) -> None:
        self._port, self._context, self._keeps, self._is_stream = port, context, keeps, is_stream
        self._connection: http.client.HTTPSConnection | None = None

    def ask(self) -> str:
        """What went wrong; empty when nothing did."""
        body = chat(f"Card {CARD}") | ({"stream": True} if self._is_stream else {})
        try:
            connection = self._connected()
            connection.request("POST", CHAT, json.dumps(body), {"Content-Type": "application/json"})
            reply = connection.getresponse()
            said = reply.read()
            if reply.will_close or not self._keeps:
                self.close()
            whole = b"[DONE]" in said if self._is_stream else b"assistant" in said
            return "" if reply.status == 200 and whole else f"{reply.status}, {'whole' if whole else 'not whole'}"
        except (OSError, http.client.HTTPException) as error:
            self.close()
            return f"{type(error).__name__}: {error}"

    def _connected(self) -> http.client.HTTPSConnection:
        if self._connection is not None and select.select([self._connection.sock], [], [], 0)[0]:
            self.close()  # it was closed while nothing was asked: every pool of connections looks
        if self._connection is None:
            self._connection = http.client.HTTPSConnection("127.0.0.1", self._port, timeout=30, context=self._context)
            self._connection.set_tunnel(HOST)
        return self._connection

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None


@contextmanager
def load(port: int, certificate: Path, clients: int, streams: int) -> Iterator[Counts]:
    """Clients that ask until the block ends, and then end what they have begun."""
    counts, over = Counts(), threading.Event()
    context = ssl.create_default_context(cafile=certificate)

    def go(number: int, is_stream: bool) -> None:
        client = Client(port, context, number % 2 == 0, is_stream)
        while not over.is_set():
            counts.add(is_stream, client.ask())
            time.sleep(PAUSE)
        client.close()

    jobs = [(number, False) for number in range(clients)] + [(number, True) for number in range(streams)]
    threads = [threading.Thread(target=go, args=job, daemon=True) for job in jobs]
    for thread in threads:
        thread.start()
    try:
        yield counts
    finally:
        over.set()
        for thread in threads:
            thread.join(40)


def comes(condition: Callable[[], bool], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError("it did not come to that")
        time.sleep(0.05)


def prepared(folder: Path) -> Settings:
    engines.engine(folder)
    return Settings(str(folder / "policy.yaml"), State(folder / "state"))


def children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return [int(child) for each in tasks for child in (each / "children").read_text().split()]


def proxies(supervisor: int) -> list[int]:
    """The children of the cradle that are called what it is called."""
    (cradle,) = children(supervisor)
    return [each for each in children(cradle) if b"cradle" in Path(f"/proc/{each}/cmdline").read_bytes()]


def workers(folder: Path, up: RecordingUpstream, rounds: int, clients: int, streams: int) -> Counts:
    """Each of two workers is replaced, so many times."""
    settings = prepared(folder)
    with process(settings, up, "--workers", "2", "--health", "127.0.0.1:0", "--drain", "20") as running:
        health, supervisor = health_port(running), running.handle.pid

        def both() -> bool:
            with suppress(OSError):
                return probe(health, "/readyz") == (200, "2 of 2 processes serve\n")
            return False

        comes(both)
        with load(running.port, settings.state.certificate, clients, streams) as counts:
            time.sleep(1)
            for _ in range(rounds):
                for old in proxies(supervisor):
                    os.kill(old, signal.SIGTERM)
                    comes(lambda old=old: old not in proxies(supervisor) and both())  # type: ignore[misc]
            time.sleep(1)
        return counts


class Balancer:
    """Connections to one of the endpoints in turn, as a Service gives them out; those that there are stay."""

    def __init__(self) -> None:
        self.endpoints: list[int] = []
        self.port = 0
        self._turn = 0
        self._loop = asyncio.new_event_loop()
        listening = threading.Event()
        threading.Thread(target=self._run, args=(listening,), daemon=True).start()
        listening.wait(10)

    def _run(self, listening: threading.Event) -> None:
        async def begin() -> None:
            server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
            self.port = server.sockets[0].getsockname()[1]
            listening.set()

        self._loop.run_until_complete(begin())
        self._loop.run_forever()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._turn += 1
        port = self.endpoints[self._turn % len(self.endpoints)]
        with suppress(OSError):
            there, out = await asyncio.open_connection("127.0.0.1", port)
            await asyncio.gather(self._pass(reader, out), self._pass(there, writer))

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        writer.close()


def replicas(folder: Path, up: RecordingUpstream, rounds: int, clients: int, streams: int) -> Counts:
    """Whole proxies with one CA and one key, replaced as a Deployment replaces its pods."""
    settings, balancer = prepared(folder), Balancer()
    settings.state.key()
    pods: list[tuple[ExitStack, Process]] = []

    def start() -> None:
        ends = ExitStack()
        running = ends.enter_context(process(settings, up, "--drain", "20", "--audit", os.devnull))
        pods.append((ends, running))
        balancer.endpoints = [*balancer.endpoints, running.port]

    start()
    start()
    with load(balancer.port, settings.state.certificate, clients, streams) as counts:
        time.sleep(1)
        for _ in range(2 * rounds):
            start()
            ends, old = pods.pop(0)
            balancer.endpoints = [port for port in balancer.endpoints if port != old.port]
            time.sleep(LEAVES)
            old.handle.terminate()
            if old.handle.wait(40) != 0:
                counts.add(False, "a proxy did not end with 0")
            ends.close()
        time.sleep(1)
    for ends, _ in pods:
        ends.close()
    return counts


def main() -> int:
    parser = argparse.ArgumentParser(description="Requests and streams while proxies are replaced.")
    parser.add_argument("--rounds", type=int, default=3, help="how often each of two is replaced (default: 3)")
    parser.add_argument("--clients", type=int, default=4, help="that ask (default: 4)")
    parser.add_argument("--streams", type=int, default=3, help="clients that have streams (default: 3)")
    asked = parser.parse_args()
    bad = 0
    for name, play in (("two workers", workers), ("two replicas", replicas)):
        with TemporaryDirectory(prefix="grille-rolling-") as folder, RecordingUpstream(model) as up:
            counts = play(Path(folder), up, asked.rounds, asked.clients, asked.streams)
        print(f"{name}, each replaced {asked.rounds} times: {counts}", flush=True)
        bad += counts.failed + counts.cut
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
