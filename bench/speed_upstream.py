"""The model at the other end of `speed.py`: HTTP/1.1 and HTTP/2 over TLS, the same short answer to everybody.

It says in a header which of the values it looks for came through, so that nobody is fast by doing nothing.
A `fresh` model has new words for everybody. This module must not be slower for one variant than for another.
"""

from __future__ import annotations

import asyncio
import json
import re
import socket
import ssl
from random import Random

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import DataReceived, RequestReceived, StreamEnded
from h2.settings import SettingCodes
from speed_words import CARD, FRESH, NAME, prose

SAW = "x-saw"
LOOKED_FOR = {b"c": CARD.encode(), b"n": NAME.encode()}
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_WINDOW = 1 << 24


class _Model:
    """What it says."""

    def __init__(self) -> None:
        self._source = Random(7)
        self._usual = self._said()

    def _said(self) -> bytes:
        message = {"role": "assistant", "content": prose(self._source, 400), "refusal": None}
        answer = {
            "id": "chatcmpl-CqQ2xJ5yqHnL8eWm", "object": "chat.completion", "created": 1770000000, "model": "gpt",
            "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": 20, "completion_tokens": 90, "total_tokens": 110},
        }  # fmt: skip
        return json.dumps(answer).encode()

    def answer(self, body: bytes) -> tuple[bytes, bytes]:
        """What was seen of the values, and the words."""
        saw = b"".join(letter for letter, value in LOOKED_FOR.items() if value in body)
        return saw or b"-", self._said() if FRESH.encode() in body[:32] else self._usual


class _Http1(asyncio.Protocol):
    def __init__(self, model: _Model) -> None:
        self._model = model
        self._buffer = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            found = _LENGTH.search(self._buffer, 0, end + 2)
            whole = end + 4 + (int(found[1]) if found else 0)
            if len(self._buffer) < whole:
                return
            saw, said = self._model.answer(bytes(self._buffer[end + 4 : whole]))
            del self._buffer[:whole]
            head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nX-Saw: %b\r\nContent-Length: %d\r\n\r\n"
            self._transport.write(head % (saw, len(said)) + said)


class _Http2(asyncio.Protocol):
    def __init__(self, model: _Model) -> None:
        self._model = model
        self._bodies: dict[int, bytearray] = {}
        self._h2 = H2Connection(H2Configuration(client_side=False, validate_inbound_headers=False))
        self._h2.local_settings[SettingCodes.INITIAL_WINDOW_SIZE] = _WINDOW
        self._h2.local_settings.acknowledge()  # or it would say and use the former one

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._h2.initiate_connection()
        self._h2.increment_flow_control_window(_WINDOW)
        self._transport.write(self._h2.data_to_send())

    def data_received(self, data: bytes) -> None:
        for event in self._h2.receive_data(data):
            match event:
                case RequestReceived():
                    self._bodies[event.stream_id] = bytearray()
                case DataReceived():
                    self._bodies[event.stream_id] += event.data
                    if event.flow_controlled_length:
                        self._h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
                case StreamEnded():
                    self._answer(event.stream_id)
        self._transport.write(self._h2.data_to_send())

    def _answer(self, stream: int) -> None:
        saw, said = self._model.answer(bytes(self._bodies.pop(stream)))
        head = ((":status", "200"), ("content-type", "application/json"), (SAW, saw.decode()))
        self._h2.send_headers(stream, [*head, ("content-length", str(len(said)))])
        self._h2.send_data(stream, said, end_stream=True)


class _Either(asyncio.Protocol):
    """As the handshake has agreed."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        plain = transport.get_extra_info("socket")
        plain.setsockopt(
            socket.IPPROTO_TCP, socket.TCP_NODELAY, 1
        )  # asyncio does not, for a listener without a protocol
        agreed = transport.get_extra_info("ssl_object").selected_alpn_protocol()
        speaker = _Http2(_Model()) if agreed == "h2" else _Http1(_Model())
        transport.set_protocol(speaker)
        speaker.connection_made(transport)


def serve(listener: socket.socket, context: ssl.SSLContext) -> None:
    """For ever, in one thread."""
    context.set_alpn_protocols(["h2", "http/1.1"])

    async def listen() -> None:
        server = await asyncio.get_running_loop().create_server(_Either, sock=listener, ssl=context, backlog=256)
        await server.serve_forever()

    asyncio.run(listen())
