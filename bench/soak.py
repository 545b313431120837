"""How much memory a very long answer costs: gigabytes through one stream, and through one WebSocket.

    python bench/soak.py [--bytes 1073741824] [--only sse|websocket] [--patterns]

The request names a card number, which goes out as a token; the upstream sprinkles that token through its
answer, in deltas of 32 kB, and the client counts the numbers that it reads. So a proxy that lets the answer
pass without looking fails, as one does that keeps it. With `--patterns` the answer is searched for secrets
and card numbers as well. Exits with 1 when the proxy has grown by 50 MB or more, or lost a number.

This module must not measure speed for its own sake: its throughput is that of one connection.
"""

from __future__ import annotations

import argparse
import json
import re
import socket
import ssl
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from loopback import Proxy, answering, connection, end_on_sigterm, grille, trusting_everybody, upstream
from processes import rss, tree
from showing import table
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.sync.server import ServerConnection, serve

MOST_GROWTH = 50 * 1000 * 1000
DELTA, SPRINKLED = 32_000, 8
"""Characters of a delta, and tokens in one that has some."""
HOST = "soak.example"
CARD = "4111 1111 1111 1111"
SENTENCE = "The tide came in over the mud, and the boats that had lain on their sides all morning stood up again. "

POLICY = """\
version: 1
policy: soak
use: [entities/payment.yaml, entities/identity.yaml, entities/secrets.yaml]
profiles:
  out: {{CREDIT_CARD: tokenize}}
  nothing: {{}}
  back: {{"@secrets": redact, CREDIT_CARD: {{action: mask, keep_last: 4}}}}
endpoints:
  openai: {{provider: openai, hosts: [soak.example], request: out, response: {{profile: {profile}, restore: text}}}}
clients:
  everybody: {{match: anyone, endpoints: [openai]}}
"""
_TOKEN = re.compile(r"CREDIT_CARD_[0-9A-Z]{8}")


# -- the upstream --------------------------------------------------------------------------------------


def sprinkled(said: str) -> str:
    """Words with the token that `said` has."""
    found = _TOKEN.search(said)
    if found is None:
        raise SystemExit(f"the card has not become a token: {said}")
    stretch = (SENTENCE * (DELTA // SPRINKLED // len(SENTENCE) + 1))[: DELTA // SPRINKLED - len(found[0]) - 2]
    return f"{stretch} {found[0]} " * SPRINKLED


def written(event: Callable[[str], str], size: int, every: int, said: str) -> Iterator[str]:
    """The events of an answer of at least `size` bytes; one in `every` has tokens."""
    plain, other = event((SENTENCE * (DELTA // len(SENTENCE) + 1))[:DELTA]), event(sprinkled(said))
    for number in range(deltas(size)):
        yield plain if number % every else other


def tell_events(size: int, every: int, client: ssl.SSLSocket, body: bytes) -> None:
    """A chat completion."""

    def event(words: str) -> str:
        choice = {"index": 0, "delta": {"content": words}, "finish_reason": None}
        chunk = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1770000000, "model": "m"}
        return f"data: {json.dumps(chunk | {'choices': [choice]})}\n\n"

    client.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
    for each in written(event, size, every, body.decode()):
        client.sendall(b"%x\r\n%b\r\n" % (len(each), each.encode()))
    client.sendall(b"e\r\ndata: [DONE]\n\n\r\n0\r\n\r\n")


def speak(size: int, every: int, listener: socket.socket, context: ssl.SSLContext) -> None:
    """A realtime server, with one answer for each connection."""

    def event(words: str) -> str:
        at = {"response_id": "resp_1", "item_id": "item_1", "output_index": 0, "content_index": 0}
        return json.dumps({"type": "response.output_text.delta", "event_id": "event_1", **at, "delta": words})

    def converse(client: ServerConnection) -> None:
        for each in written(event, size, every, str(client.recv())):
            client.send(each)
        done = {"object": "realtime.response", "id": "resp_1", "status": "completed", "output": []}
        client.send(json.dumps({"type": "response.done", "event_id": "event_2", "response": done}))
        with suppress(ConnectionClosed):
            client.recv()

    serve(converse, sock=listener, ssl=context, compression=None, ping_interval=None).serve_forever()


def deltas(size: int) -> int:
    return -(-size // DELTA)


# -- the client ----------------------------------------------------------------------------------------


def read_events(proxy: Proxy) -> Iterator[bytes]:
    """The answer as it comes, cut anywhere."""
    request = {"model": "m", "stream": True, "messages": [{"role": "user", "content": f"Card {CARD}."}]}
    with closing(connection(HOST, 443, proxy)) as client:
        client.request("POST", "/v1/chat/completions", json.dumps(request), {"Content-Type": "application/json"})
        answer = client.getresponse()
        while data := answer.read1(1 << 16):
            yield data


def read_messages(proxy: Proxy) -> Iterator[bytes]:
    """The messages of one answer."""
    through = f"http://127.0.0.1:{proxy.port}"
    item = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": f"Card {CARD}."}]}
    with connect(
        f"wss://{HOST}/v1/realtime?model=m",
        proxy=through,
        ssl=trusting_everybody(),
        compression=None,
        ping_interval=None,
    ) as client:
        client.send(json.dumps({"type": "conversation.item.create", "item": item}))
        for message in client:
            yield str(message).encode()
            if "response.done" in str(message)[:40]:
                return


@dataclass(slots=True)
class Soaked:
    """`expected` numbers have to come. `proxy` and `others` are the bytes of memory of the proxy and of its
    workers, at the start, at each quarter and at the end; `most` is the most that the proxy had when it was
    looked at, every MB."""

    expected: int
    proxy: list[int] = field(default_factory=list)
    others: list[int] = field(default_factory=list)
    most: int = 0
    received: int = 0
    numbers: int = 0
    seconds: float = 0.0

    def look(self, pid: int) -> None:
        self.proxy.append(rss(pid))
        self.others.append(sum(rss(each) for each in tree(pid) if each != pid))
        self.most = max(self.most, self.proxy[-1])

    @property
    def growth(self) -> int:
        return max(self.most - self.proxy[0], self.others[-1] - self.others[0])


def soak(proxy: Proxy, size: int, every: int, read: Callable[[Proxy], Iterator[bytes]]) -> Soaked:
    """Read one answer, and count how often the number is in it."""
    number = CARD.encode()
    found = Soaked(SPRINKLED * -(-deltas(size) // every))
    found.look(proxy.pid)
    start, tail, looked = time.monotonic(), b"", 0
    for data in read(proxy):
        found.received += len(data)
        text = tail + data
        found.numbers += text.count(number)
        tail = text[len(text) - min(len(text), len(number) - 1) :]
        if found.received - looked > 1_000_000:
            looked = found.received
            found.most = max(found.most, rss(proxy.pid))
        if found.received > len(found.proxy) * size / 4 and len(found.proxy) < 4:
            found.look(proxy.pid)
    found.seconds = time.monotonic() - start
    found.look(proxy.pid)
    return found


def row(name: str, found: Soaked) -> list[str]:
    mb = [f"{value / 1e6:.0f}" for value in (*found.proxy, found.most, found.growth)]
    workers = f"{found.others[0] / 1e6:.0f} → {found.others[-1] / 1e6:.0f}"
    rate = f"{found.received / 1e6 / found.seconds:.1f}"
    return [name, f"{found.received / 1e6:.0f}", *mb, workers, f"{found.seconds:.0f}", rate, str(found.numbers)]


COLUMNS = (
    "answer", "MB", "before", "¼", "½", "¾", "after", "most", "growth", "workers", "seconds", "MB/s", "numbers",
)  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bytes", type=int, help="of each answer (default: 1 GiB, with --patterns 32 MB)")
    parser.add_argument("--every", type=int, default=16, help="one delta in so many has tokens")
    parser.add_argument("--only", choices=("sse", "websocket"))
    parser.add_argument("--patterns", action="store_true", help="search the answer for secrets and card numbers")
    options = parser.parse_args()
    end_on_sigterm()
    size = options.bytes or (32_000_000 if options.patterns else 1 << 30)
    policy = POLICY.format(profile="back" if options.patterns else "nothing")
    ways = {
        "sse": ("one SSE answer", answering(partial(tell_events, size, options.every)), read_events),
        "websocket": ("one WebSocket", partial(speak, size, options.every), read_messages),
    }
    done: list[tuple[str, Soaked]] = []
    for name, (title, serve_it, read) in ways.items():
        if options.only in (None, name):
            with tempfile.TemporaryDirectory(prefix="grille-bench-") as kept:
                folder = Path(kept)
                with (
                    upstream(folder, [HOST], serve_it) as there,
                    grille(folder / "grille", policy, [HOST], there) as proxy,
                ):
                    done.append((title, soak(proxy, size, options.every, read)))
    print("memory in MB (1,000,000 bytes)\n")
    print(table(COLUMNS, [row(title, found) for title, found in done]))
    return int(any(found.growth >= MOST_GROWTH or found.numbers != found.expected for _, found in done))


if __name__ == "__main__":
    sys.exit(main())
