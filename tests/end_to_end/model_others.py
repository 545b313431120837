"""Models that speak Gemini's generateContent, Ollama's chat, Bedrock's Converse and InvokeModel, in streams."""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Iterator

from saying import Names, arguments, pieces, seen_in, spelt, sse

from streaming_upstream import Asked, Told

type Event = dict[str, object]

SIGNATURE = "c2lnbmVkIGJ5IG5vYm9keQ=="

# -- Gemini ----------------------------------------------------------------------------------------


def gemini(asked: Asked) -> Told:
    """Events with `alt=sse`, whose lines end as Google's do; else one array that comes in pieces."""
    chunks = list(_candidates(seen_in(asked.body)))
    if b"alt=sse" in asked.raw.partition(b"\r\n")[0]:
        return Told([sse(chunk, end="\r\n") for chunk in chunks], "text/event-stream")
    items = [f"{',\r\n' if number else '['}{spelt(chunk)}" for number, chunk in enumerate(chunks)]
    return Told([*(item.encode() for item in items), b"\n]\n"], "application/json; charset=UTF-8")


def _candidates(names: Names) -> Iterator[Event]:
    for piece in pieces(names.thought):
        yield _candidate({"text": piece, "thought": True})
    for piece in pieces(names.text):
        yield _candidate({"text": piece})
    call = {"id": "fc_1", "name": "raise_limit", "args": names.first}
    yield _candidate({"functionCall": call, "thoughtSignature": SIGNATURE})
    usage = {"promptTokenCount": 31, "candidatesTokenCount": 17, "totalTokenCount": 48}
    yield _candidate({"text": ""}, {"finishReason": "STOP"}) | {"usageMetadata": usage}


def _candidate(part: Event, more: Event | None = None) -> Event:
    candidate = {"content": {"parts": [part], "role": "model"}, "index": 0} | (more or {})
    return {"candidates": [candidate], "modelVersion": "gemini-3-pro", "responseId": "r_1"}


# -- Ollama ----------------------------------------------------------------------------------------


def ollama(asked: Asked) -> Told:
    return Told([f"{spelt(line)}\n".encode() for line in _lines(seen_in(asked.body))], "application/x-ndjson")


def _lines(names: Names) -> Iterator[Event]:
    for piece in pieces(names.thought):
        yield _line({"content": "", "thinking": piece})
    for piece in pieces(names.text):
        yield _line({"content": piece})
    calls = [{"function": {"name": "raise_limit", "arguments": names.first}}]
    yield _line({"content": "", "tool_calls": calls})
    counts = {"total_duration": 4111111111111111, "prompt_eval_count": 31, "eval_count": 17}
    yield _line({"content": ""}) | {"done": True, "done_reason": "stop"} | counts


def _line(message: Event) -> Event:
    stamp = "2026-11-22T10:00:00.123456Z"
    return {"model": "qwen3:8b", "created_at": stamp, "message": {"role": "assistant"} | message, "done": False}


# -- Bedrock ---------------------------------------------------------------------------------------


def converse(asked: Asked) -> Told:
    frames = [frame(name, event) for name, event in _converse(seen_in(asked.body))]
    return Told(frames, "application/vnd.amazon.eventstream")


def invoke(asked: Asked) -> Told:
    """Nova's events, each wrapped as InvokeModel does."""
    frames = []
    for name, event in _converse(seen_in(asked.body)):
        inside = spelt({name: event}).encode()
        frames.append(frame("chunk", {"bytes": base64.b64encode(inside).decode(), "p": "abcdefgh"}))
    return Told(frames, "application/vnd.amazon.eventstream")


def _converse(names: Names) -> Iterator[tuple[str, Event]]:
    yield "messageStart", {"role": "assistant", "p": "abcd"}
    thinking = [{"reasoningContent": {"text": piece}} for piece in pieces(names.thought)]
    yield from _block(0, [*thinking, {"reasoningContent": {"signature": SIGNATURE}}])
    yield from _block(1, [{"text": piece} for piece in pieces(names.text)])
    start = {"toolUse": {"toolUseId": "tooluse_1", "name": "raise_limit"}}
    yield "contentBlockStart", {"contentBlockIndex": 2, "start": start, "p": "abc"}
    yield from _block(2, [{"toolUse": {"input": piece}} for piece in pieces(arguments(names.first))])
    yield "messageStop", {"stopReason": "tool_use", "p": "abcd"}
    usage = {"inputTokens": 31, "outputTokens": 17, "totalTokens": 48}
    yield "metadata", {"usage": usage, "metrics": {"latencyMs": 900}, "p": "abcdef"}


def _block(index: int, deltas: list[Event]) -> Iterator[tuple[str, Event]]:
    for delta in deltas:
        yield "contentBlockDelta", {"contentBlockIndex": index, "delta": delta, "p": "abcdefgh"}
    yield "contentBlockStop", {"contentBlockIndex": index, "p": "abc"}


def frame(name: str, event: Event) -> bytes:
    """One message of an AWS event stream."""
    headers = b"".join(
        bytes([len(key)]) + key + b"\7" + struct.pack(">H", len(value)) + value
        for key, value in (
            (b":event-type", name.encode()),
            (b":content-type", b"application/json"),
            (b":message-type", b"event"),
        )
    )
    payload = spelt(event).encode()
    prelude = struct.pack(">II", 16 + len(headers) + len(payload), len(headers))
    prelude += struct.pack(">I", zlib.crc32(prelude))
    message = prelude + headers + payload
    return message + struct.pack(">I", zlib.crc32(message))
