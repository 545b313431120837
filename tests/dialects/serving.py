"""A provider on this host, for the vendors' own clients to call: it gives every request the same answer, or the
one that a function finds for it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from goldens import WIRE

from grille.dialects import Reply
from grille.framing.message import Message


@dataclass
class Served:
    """`url` has no trailing slash; `requests` are those that came, as a proxy would read them."""

    url: str = ""
    requests: list[Message] = field(default_factory=list)


def recorded(name: str, content_type: str = "application/json") -> Reply:
    """The golden message `name` as an answer."""
    return Reply(200, (("Content-Type", content_type),), (WIRE / name).read_bytes())


@contextmanager
def serving(answer: Reply | Callable[[Message], Reply]) -> Iterator[Served]:
    served = Served()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            request = Message(tuple(self.headers.items()), body, self.path)
            served.requests.append(request)
            reply = answer if isinstance(answer, Reply) else answer(request)
            self.send_response(reply.status)
            for name, value in reply.headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)

        def do_GET(self) -> None:
            self.send_error(405)

        def log_message(self, *about: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
