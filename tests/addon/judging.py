"""A stub that judges pieces, under the real layers; for tests of what the layers do with its answer."""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
import threading
import weakref
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import h2.config
import h2.connection
import h2.errors
import h2.events
import h2.exceptions
import h2.settings
from live import Live
from mitmproxy import http

from grille.addon.addon import Grille
from grille.addon.pieces import Piece, WebSocketPiece, open_stream
from upstream import Authority, RecordingUpstream

HOST = "api.openai.com"
GET = b"GET /v1/models HTTP/1.1\r\nHost: api.openai.com\r\n\r\n"
HEAD = b"HTTP/1.1 200 Whatever They Say\r\nContent-Type: text/event-stream\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
END = b"0\r\n\r\n"


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


async def pass_on(piece: Piece) -> None:
    piece.out = [piece.data]
    piece.done = True


def not_at_once(piece: Piece) -> None:
    """Judges nothing."""


def opened(flow: http.HTTPFlow) -> None:
    open_stream(flow, not_at_once)


async def echo(piece: WebSocketPiece) -> None:
    piece.out = [piece.content]
    piece.done = True


@dataclass
class Judge:
    """The addon."""

    judge: Callable[[Piece], Awaitable[None]] = pass_on
    message: Callable[[WebSocketPiece], Awaitable[None]] = echo
    opened: Callable[[http.HTTPFlow], object] = opened
    requests: list[bytes] = field(default_factory=list)
    pieces: list[tuple[bytes, bool]] = field(default_factory=list)
    size: int = 0
    messages: list[WebSocketPiece] = field(default_factory=list)
    hooks: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    closed: list[tuple[Any, ...]] = field(default_factory=list)
    flows: list[weakref.ref[http.HTTPFlow]] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)
    exchanges: int = 0

    def request(self, flow: http.HTTPFlow) -> None:
        self.requests.append(flow.request.raw_content or b"")
        self.flows.append(weakref.ref(flow))

    def responseheaders(self, flow: http.HTTPFlow) -> None:
        self.opened(flow)

    async def stream_piece(self, piece: Piece) -> None:
        self.size += len(piece.data)
        if self.size <= 1 << 20:
            self.pieces.append((piece.data, piece.last))
        await self.judge(piece)

    async def websocket_piece(self, piece: WebSocketPiece) -> None:
        await self.message(piece)

    def response(self, flow: http.HTTPFlow) -> None:
        self.hooks.append("response")

    def websocket_start(self, flow: http.HTTPFlow) -> None:
        self.hooks.append("websocket_start")

    def websocket_message(self, flow: http.HTTPFlow) -> None:
        self.hooks.append("websocket_message")

    def websocket_end(self, flow: http.HTTPFlow) -> None:
        self.hooks.append("websocket_end")
        assert flow.websocket is not None
        known = flow.websocket
        self.closed.append((known.close_code, known.close_reason, known.closed_by_client, len(known.messages)))
        self.ended.set()

    def error(self, flow: http.HTTPFlow) -> None:
        self.errors.append(flow.error.msg if flow.error else "")
        self.ended.set()

    @property
    def said(self) -> bytes:
        return b"".join(data for data, _ in self.pieces)

    def running(self) -> list[weakref.ref[http.HTTPFlow]]:
        return [each for each in self.flows if (flow := each()) is not None and flow.live]


class Log(logging.Handler):
    """Everything that is logged, whatever its level, with its exception."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        line = f"{record.levelname} {record.name} {record.getMessage()}"
        self.lines.append(line + (logging.Formatter().formatException(record.exc_info) if record.exc_info else ""))

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


@contextmanager
def logged() -> Iterator[Log]:
    root, log = logging.getLogger(), Log()
    level = root.level
    root.addHandler(log)
    root.setLevel(logging.INFO)
    try:
        yield log
    finally:
        root.removeHandler(log)
        root.setLevel(level)
    assert "mitmproxy has crashed" not in log.text, log.text
    assert "handler has crashed" not in log.text, log.text


@contextmanager
def judged(folder: Path, up: RecordingUpstream | H2Upstream, judge: object) -> Iterator[Live]:
    """A proxy with the stub, in front of `up`. Nothing may crash, and no task may be left."""
    with logged(), Live(folder, up.port, up.ca_file, addon=lambda _: cast(Grille, judge)) as live:
        yield live


def later(live: Live, work: Callable[[], object]) -> None:
    """Do it in the proxy's loop."""
    live._loop.call_soon_threadsafe(work)


def hooks_running(live: Live) -> list[str]:
    """The names of tasks that wait for a hook, once the loop has gone round."""
    found: list[str] = []
    asked = threading.Event()

    def look() -> None:
        names = (task.get_name() for task in asyncio.all_tasks(live._loop))
        found.extend(name.partition(" ")[0] for name in names if "handle_hook" in name)
        asked.set()

    later(live, look)
    assert asked.wait(5)
    return found


class Gate:
    """Something in the proxy's loop that waits until a test lets it go on."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        self._opened = threading.Event()

    async def wait(self) -> None:
        self.reached.set()
        while not self._opened.is_set():
            await asyncio.sleep(0.01)

    def open(self) -> None:
        self._opened.set()


def until(connection: socket.socket, end: bytes, said: bytes = b"") -> bytes:
    """Read until `end` is there."""
    connection.settimeout(10)
    while end not in said:
        data = connection.recv(65536)
        if not data:
            raise ConnectionError(f"it ended after {said!r}")
        said += data
    return said


def until_closed(connection: socket.socket) -> bytes:
    connection.settimeout(10)
    said = b""
    with suppress(ConnectionError, ssl.SSLError):
        while data := connection.recv(65536):
            said += data
    return said


def unchunked(said: bytes) -> bytes:
    """The body of a whole chunked answer; raises ValueError for one that is not whole."""
    _, _, rest = said.partition(b"\r\n\r\n")
    body = b""
    while True:
        size, separator, rest = rest.partition(b"\r\n")
        if not separator:
            raise ValueError("not whole")
        length = int(size, 16)
        if not length:
            return body
        body, rest = body + rest[:length], rest[length + 2 :]


# -- HTTP/2 ----------------------------------------------------------------------------------------


class H2Client:
    """One HTTP/2 connection to `HOST` through a proxy."""

    def __init__(self, live: Live, window: int | None = None) -> None:
        plain = socket.create_connection(("127.0.0.1", live.port), timeout=10)
        plain.sendall(f"CONNECT {HOST}:443 HTTP/1.1\r\nHost: {HOST}:443\r\n\r\n".encode())
        assert b" 200 " in plain.recv(4096)
        context = ssl.create_default_context(cafile=live.ca)
        context.set_alpn_protocols(["h2"])
        self.socket = context.wrap_socket(plain, server_hostname=HOST)
        self.h2 = h2.connection.H2Connection(h2.config.H2Configuration(header_encoding="utf-8"))
        self.h2.initiate_connection()
        self.acknowledges = True
        self.heads: dict[int, dict[str, str]] = {}
        self.data: dict[int, bytearray] = {}
        self.ended: set[int] = set()
        self.reset: dict[int, int] = {}
        self.left: int | None = None
        self.send()

    def send(self) -> None:
        self.socket.sendall(self.h2.data_to_send())

    def get(self, path: str) -> int:
        stream = self.h2.get_next_available_stream_id()
        head = [(":method", "GET"), (":scheme", "https"), (":authority", HOST), (":path", path)]
        self.h2.send_headers(stream, head, end_stream=True)
        self.send()
        return int(stream)

    def cancel(self, stream: int) -> None:
        self.h2.reset_stream(stream, h2.errors.ErrorCodes.CANCEL)
        self.send()

    def read_until(self, wanted: Callable[[], bool]) -> None:
        while not wanted():
            data = self.socket.recv(65536)
            if not data:
                raise ConnectionError("it ended")
            for event in self.h2.receive_data(data):
                self._take(event)
            self.send()

    def _take(self, event: h2.events.Event) -> None:
        if isinstance(event, h2.events.ResponseReceived):
            self.heads[event.stream_id] = {str(name): str(value) for name, value in event.headers or ()}
        elif isinstance(event, h2.events.DataReceived):
            self.data.setdefault(event.stream_id, bytearray()).extend(event.data or b"")
            if self.acknowledges:
                self.h2.acknowledge_received_data(event.flow_controlled_length or 0, event.stream_id)
        elif isinstance(event, h2.events.StreamEnded):
            self.ended.add(event.stream_id)
        elif isinstance(event, h2.events.StreamReset):
            self.reset[event.stream_id] = int(event.error_code or 0)
        elif isinstance(event, h2.events.ConnectionTerminated):
            self.left = int(event.error_code or 0)

    def close(self) -> None:
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()


type Act = Callable[["H2Peer", int, str], None]


class H2Peer:
    """The upstream's end of one connection; `act` is called in a thread for each request."""

    def __init__(self, connection: ssl.SSLSocket, act: Act) -> None:
        self.socket, self._act = connection, act
        self.lock = threading.Lock()
        self.h2 = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False, header_encoding="utf-8"))
        self.reset: dict[int, int] = {}
        self.sent: dict[int, int] = {}

    def do(self, *steps: Callable[[h2.connection.H2Connection], object]) -> None:
        with self.lock:
            for step in steps:
                step(self.h2)
            self.socket.sendall(self.h2.data_to_send())

    def head(self, stream: int, *fields: tuple[str, str], end: bool = False) -> None:
        self.do(lambda made: made.send_headers(stream, [(":status", "200"), *fields], end_stream=end))

    def say(self, stream: int, data: bytes, end: bool = False) -> None:
        self.do(lambda made: made.send_data(stream, data, end_stream=end))

    def flood(self, stream: int, total: int, padding: int | None = None) -> None:
        """Send as fast as the windows allow. `sent` says how much."""
        size = 16_384 - (padding or 0) - 1
        while total and stream not in self.reset:
            room = 0
            with self.lock, suppress(KeyError, h2.exceptions.ProtocolError):
                room = self.h2.local_flow_control_window(stream) - (padding or 0) - 1
            part = min(size, total, room)
            if part > 0:
                self.do(lambda made, part=part: made.send_data(stream, b"x" * part, pad_length=padding))
                total -= part
                self.sent[stream] = self.sent.get(stream, 0) + part
            else:
                threading.Event().wait(0.01)
        if stream not in self.reset:
            self.do(lambda made: made.end_stream(stream))

    def _answer(self, stream: int, path: str) -> None:
        with suppress(OSError, KeyError, h2.exceptions.ProtocolError):  # the other side has left
            self._act(self, stream, path)

    def serve(self) -> None:
        self.do(lambda made: made.initiate_connection())
        while data := self.socket.recv(65536):
            with self.lock:
                events = self.h2.receive_data(data)
                self.socket.sendall(self.h2.data_to_send())
            for event in events:
                if isinstance(event, h2.events.RequestReceived):
                    path = next(str(value) for name, value in event.headers or () if name == ":path")
                    threading.Thread(target=self._answer, args=(event.stream_id, path), daemon=True).start()
                elif isinstance(event, h2.events.StreamReset):
                    self.reset[event.stream_id] = int(event.error_code or 0)


class H2Upstream:
    """An upstream that speaks HTTP/2."""

    def __init__(self, folder: Path, act: Act) -> None:
        authority = Authority()
        self.ca_file = str(folder / "h2-ca.pem")
        Path(self.ca_file).write_bytes(authority.pem())
        leaf = folder / "h2-leaf.pem"
        leaf.write_bytes(authority.issue([HOST]))
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(leaf)
        self._context.set_alpn_protocols(["h2"])
        self._act = act
        self.peers: list[H2Peer] = []

    def __enter__(self) -> H2Upstream:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for peer in self.peers:
            with suppress(OSError):
                peer.socket.shutdown(socket.SHUT_RDWR)
            peer.socket.close()

    def _accept(self) -> None:
        while True:
            try:
                plain, _ = self._listener.accept()
            except OSError:
                return
            try:
                peer = H2Peer(self._context.wrap_socket(plain, server_side=True), self._act)
            except OSError:
                plain.close()
                continue
            self.peers.append(peer)
            threading.Thread(target=self._serve, args=(peer,), daemon=True).start()

    def _serve(self, peer: H2Peer) -> None:
        with suppress(OSError, h2.exceptions.ProtocolError):
            peer.serve()


def memory() -> int:
    """Bytes that this process has in memory."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) * 1024


def waits(condition: Callable[[], object], seconds: float = 10) -> bool:
    """Whether it comes true."""
    event = threading.Event()
    for _ in range(int(seconds / 0.02)):
        if condition():
            return True
        event.wait(0.02)
    return bool(condition())


def answers(*replies: Sequence[bytes] | bytes | Iterator[bytes]) -> Callable[[bytes], Any]:
    """A function for `RecordingUpstream` that gives them out in order; iterators may wait."""
    left = list(replies)
    return lambda _: left.pop(0)
