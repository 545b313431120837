"""A model that speaks over WebSockets: OpenAI's realtime sessions, and responses as frames.

It keeps every frame that it is sent. `SPEECH` is long and of characters of several bytes: a frame that is cut
in the middle of one is no text any more.
"""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path
from types import TracebackType

from model_openai import TOKENS_USED, numbered, response_events
from saying import Names, arguments, pieces, seen_in, spelt
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve

from upstream import Authority

type Event = dict[str, object]

SPEECH = "Grüße – ☕ – 🙂. " * 400
"""More than mitmproxy puts into one frame."""


class Talker:
    """`with Talker(authority, folder, hosts) as talker:` serves TLS on `talker.port`."""

    def __init__(self, authority: Authority, folder: Path, hosts: Sequence[str]) -> None:
        self.received: list[str] = []
        pem = folder / "talker.pem"
        pem.write_bytes(authority.issue([*hosts, "127.0.0.1"]))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem)
        self._server = serve(self._converse, "127.0.0.1", 0, ssl=context)
        self.port: int = self._server.socket.getsockname()[1]
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> Talker:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join(5)

    def _converse(self, socket: ServerConnection) -> None:
        is_realtime = socket.request is not None and socket.request.path.startswith("/v1/realtime")
        numbers = count(1)
        heard = ""
        if is_realtime:
            _tell(socket, [_SESSION], numbers)
        try:
            for frame in socket:
                text = frame if isinstance(frame, str) else frame.decode()
                self.received.append(text)
                heard += text
                if json.loads(text)["type"] == "response.create":
                    names = seen_in(heard.encode())
                    _tell(socket, _realtime(names) if is_realtime else numbered(response_events(names)), numbers)
        except ConnectionClosed:
            return


def _tell(socket: ServerConnection, events: Iterator[Event] | list[Event], numbers: Iterator[int]) -> None:
    """Send each event as a text frame, every seventh in fragments."""
    for event in events:
        number = next(numbers)
        text = spelt({"event_id": f"event_{number}", **event})
        socket.send(text if number % 7 else iter([text[:9], text[9:30], text[30:]]))


_SESSION: Event = {
    "type": "session.created",
    "session": {"type": "realtime", "object": "realtime.session", "id": "sess_1", "model": "gpt-realtime"},
}


def _realtime(names: Names) -> Iterator[Event]:
    """What is spoken, as a transcript; the same written; a call; and once more everything."""
    response: Event = {"object": "realtime.response", "id": "resp_1", "status": "in_progress", "output": []}
    yield {"type": "response.created", "response": response}
    spoken = SPEECH + names.text
    transcript = {"type": "output_audio", "transcript": spoken}
    written = {"type": "output_text", "text": names.text}
    items: list[Event] = []
    for index, (kind, name, part) in enumerate(
        (("response.output_audio_transcript", "transcript", transcript), ("response.output_text", "text", written))
    ):
        said = str(part[name])
        item: Event = {"object": "realtime.item", "id": f"item_{index}", "type": "message", "role": "assistant"}
        yield {"type": "response.output_item.added", "output_index": index, "item": item | {"content": []}}
        at: Event = {"response_id": "resp_1", "item_id": item["id"], "output_index": index, "content_index": 0}
        yield from ({"type": f"{kind}.delta", **at, "delta": piece} for piece in _long_first(said))
        yield {"type": f"{kind}.done", **at, name: said}
        yield {"type": "response.content_part.done", **at, "part": part}
        items.append(item | {"status": "completed", "content": [part]})
    yield from _call(names, items)
    done = response | {"status": "completed", "output": items, "usage": TOKENS_USED}
    yield {"type": "response.done", "response": done}


def _long_first(said: str) -> Iterator[str]:
    yield said[: len(SPEECH)] if said.startswith(SPEECH) else ""
    yield from pieces(said.removeprefix(SPEECH))


def _call(names: Names, items: list[Event]) -> Iterator[Event]:
    index, whole = len(items), arguments(names.first)
    at: Event = {"response_id": "resp_1", "item_id": "item_9", "output_index": index, "call_id": "call_1"}
    kind = "response.function_call_arguments"
    yield from ({"type": f"{kind}.delta", **at, "delta": piece} for piece in pieces(whole))
    yield {"type": f"{kind}.done", **at, "name": "raise_limit", "arguments": whole}
    items.append(
        {
            "object": "realtime.item", "id": "item_9", "type": "function_call", "status": "completed",
            "name": "raise_limit", "call_id": "call_1", "arguments": whole,
        }
    )  # fmt: skip
