"""A model that speaks Anthropic's messages, in streams: it thinks, talks, and calls a tool."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate

from saying import Names, arguments, pieces, seen_in, sse

from streaming_upstream import Asked, Told

type Event = dict[str, object]

SIGNATURE = "c2lnbmVkIGJ5IG5vYm9keSBpbiBwYXJ0aWN1bGFyLCBidXQgaGVsZCBhZ2FpbnN0IHRoZSB0aG91Z2h0"
USAGE = {"input_tokens": 31, "output_tokens": 1}


def messages(asked: Asked) -> Told:
    return Told([sse(event, str(event["type"])) for event in _events(seen_in(asked.body))])


def _events(names: Names) -> Iterator[Event]:
    message: Event = {
        "id": "msg_1", "type": "message", "role": "assistant", "model": "claude-opus-4", "content": [],
        "stop_reason": None, "stop_sequence": None, "usage": USAGE,
    }  # fmt: skip
    yield {"type": "message_start", "message": message}
    thinking = [{"type": "thinking_delta", "thinking": piece} for piece in pieces(names.thought)]
    signature: Event = {"type": "signature_delta", "signature": SIGNATURE}
    yield from _block(0, {"type": "thinking", "thinking": "", "signature": ""}, [*thinking, signature])
    yield {"type": "ping"}
    text = [{"type": "text_delta", "text": piece} for piece in pieces(names.text)]
    so_far = accumulate(str(delta["text"]) for delta in text)
    in_a_token = next((number for number, said in enumerate(so_far) if names.card[:4] in said), -1)
    yield from _block(1, {"type": "text", "text": ""}, text, in_a_token)
    for index, values in enumerate(() if names.said else (names.first, names.second), start=2):
        tool: Event = {"type": "tool_use", "id": f"toolu_{index}", "name": "raise_limit", "input": {}}
        fragments = ["", *pieces(arguments(values))]
        deltas = [{"type": "input_json_delta", "partial_json": piece} for piece in fragments]
        yield from _block(index, tool, deltas)
    stop = {"stop_reason": "tool_use", "stop_sequence": None}
    yield {"type": "message_delta", "delta": stop, "usage": {"output_tokens": 17}}
    yield {"type": "message_stop"}


def _block(index: int, block: Event, deltas: list[Event], ping_after: int = 5) -> Iterator[Event]:
    yield {"type": "content_block_start", "index": index, "content_block": block}
    for number, delta in enumerate(deltas):
        yield {"type": "content_block_delta", "index": index, "delta": delta}
        if number == ping_after:
            yield {"type": "ping"}
    yield {"type": "content_block_stop", "index": index}
