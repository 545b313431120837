"""For each dialect, a stream that says given texts in given pieces: in words, arguments, reasoning, choices.

A `Script` is a list of (channel, piece); a `Speaker` makes the dialect's own events of it, and ends every
channel in the dialect's own way.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from grille.framing import eventstream
from grille.framing.base import Framing, added
from rewriting import sse

type Script = Sequence[tuple[str, str]]
type Json = dict[str, Any]


@dataclass(frozen=True)
class Speaker:
    """`channels` are the names that a script may use. With `arguments` the channel's text is JSON."""

    dialect: str
    framing: Framing
    channels: tuple[str, ...]
    arguments: frozenset[str]
    speak: Callable[[Script], bytes]


def _opened(script: Script) -> list[str]:
    return list(dict.fromkeys(channel for channel, _ in script))


# -- OpenAI chat: words of two choices, reasoning, two tool calls at once ---------------------------


def _chunk(index: int, delta: Json, finish: str | None = None) -> Json:
    return {"id": "c", "object": "chat.completion.chunk", "created": 0, "model": "m",
            "choices": [{"index": index, "delta": delta, "finish_reason": finish}]}  # fmt: skip


_CHAT: dict[str, Callable[[str], Json]] = {
    "words": lambda piece: _chunk(0, {"content": piece}),
    "second choice": lambda piece: _chunk(1, {"content": piece}),
    "reasoning": lambda piece: _chunk(0, {"reasoning_content": piece}),
    "call": lambda piece: _chunk(0, {"tool_calls": [{"index": 0, "function": {"arguments": piece}}]}),
    "other call": lambda piece: _chunk(0, {"tool_calls": [{"index": 1, "function": {"arguments": piece}}]}),
}


def chat(script: Script) -> bytes:
    events = [_CHAT[channel](piece) for channel, piece in script]
    usage = {"id": "c", "object": "chat.completion.chunk", "created": 0, "model": "m", "choices": [], "usage": {}}
    return sse(*events, _chunk(0, {}, "stop"), _chunk(1, {}, "stop"), usage, "[DONE]")


# -- Anthropic: blocks one after the other ----------------------------------------------------------

_BLOCKS: dict[str, tuple[Json, Callable[[str], Json]]] = {
    "words": ({"type": "text", "text": ""}, lambda piece: {"type": "text_delta", "text": piece}),
    "call": (
        {"type": "tool_use", "id": "t", "name": "pay", "input": {}},
        lambda piece: {"type": "input_json_delta", "partial_json": piece},
    ),
}


def anthropic(script: Script) -> bytes:
    numbers = {channel: number for number, channel in enumerate(_opened(script))}
    events: list[Json] = [{"type": "message_start", "message": {"id": "m", "type": "message", "role": "assistant"}}]
    for channel, number in numbers.items():
        events.append({"type": "content_block_start", "index": number, "content_block": _BLOCKS[channel][0]})
    for channel, piece in script:
        delta = _BLOCKS[channel][1](piece)
        events += [{"type": "content_block_delta", "index": numbers[channel], "delta": delta}, {"type": "ping"}]
    events += [{"type": "content_block_stop", "index": number} for number in numbers.values()]
    events += [{"type": "message_delta", "delta": {"stop_reason": "end_turn"}}, {"type": "message_stop"}]
    return sse(*events, named=True)


# -- OpenAI responses: items with numbers -----------------------------------------------------------

_RESPONSES = {
    "words": ("response.output_text.delta", {"output_index": 0, "item_id": "a", "content_index": 0}),
    "call": ("response.function_call_arguments.delta", {"output_index": 1, "item_id": "b"}),
    "other call": ("response.function_call_arguments.delta", {"item_id": "c", "output_index": 2}),
    "reasoning": ("response.reasoning_summary_text.delta", {"output_index": 3, "item_id": "d", "summary_index": 0}),
}


def responses(script: Script) -> bytes:
    events: list[Json] = [{"type": "response.created", "response": {"id": "r", "status": "in_progress"}}]
    events += [{"type": _RESPONSES[channel][0], **_RESPONSES[channel][1], "delta": piece} for channel, piece in script]
    for channel in _opened(script):
        kind, place = _RESPONSES[channel]
        events.append({"type": kind.removesuffix("delta") + "done", **place})
    events.append({"type": "response.completed", "response": {"id": "r", "status": "completed"}})
    return sse(*({**event, "sequence_number": number} for number, event in enumerate(events)), named=True)


# -- Gemini, Bedrock, Ollama, Cohere, Mistral -------------------------------------------------------


def _gemini_part(channel: str, piece: str) -> Json:
    return {"text": piece, "thought": True} if channel == "reasoning" else {"text": piece}


def gemini_events(script: Script) -> list[Json]:
    events: list[Json] = [
        {"candidates": [{"index": 0, "content": {"role": "model", "parts": [_gemini_part(channel, piece)]}}]}
        for channel, piece in script
    ]
    end = {"index": 0, "finishReason": "STOP", "content": {"role": "model", "parts": [{"text": ""}]}}
    return [*events, {"candidates": [end], "usageMetadata": {}}]


def gemini(script: Script) -> bytes:
    return sse(*gemini_events(script))


def gemini_array(script: Script) -> bytes:
    return ("[" + ",\r\n".join(map(json.dumps, gemini_events(script))) + "]").encode()


_BEDROCK: dict[str, Callable[[str], Json]] = {
    "words": lambda piece: {"contentBlockIndex": 0, "delta": {"text": piece}},
    "call": lambda piece: {"contentBlockIndex": 1, "delta": {"toolUse": {"input": piece}}},
}


def bedrock(script: Script) -> bytes:
    events = [("messageStart", {"role": "assistant"})]
    events += [("contentBlockDelta", _BEDROCK[channel](piece)) for channel, piece in script]
    events += [("contentBlockStop", {"contentBlockIndex": number}) for number in (0, 1)]
    events += [("messageStop", {"stopReason": "end_turn"})]
    return b"".join(
        eventstream.message(
            ((":event-type", kind), (":content-type", "application/json"), (":message-type", "event")),
            json.dumps(payload).encode(),
        )
        for kind, payload in events
    )


def _wrapped(*events: Json) -> bytes:
    return b"".join(added(Framing.EVENT_CHUNKS, json.dumps(event), "chunk") for event in events)


def invoke_claude(script: Script) -> bytes:
    lines = anthropic(script).decode().splitlines()
    return _wrapped(*(json.loads(line[6:]) for line in lines if line.startswith("data: ")))


def invoke_nova(script: Script) -> bytes:
    deltas: list[Json] = [{"contentBlockDelta": _BEDROCK[channel](piece)} for channel, piece in script]
    ends: list[Json] = [{"contentBlockStop": {"contentBlockIndex": number}} for number in (0, 1)]
    return _wrapped(
        {"messageStart": {"role": "assistant"}}, *deltas, *ends, {"messageStop": {"stopReason": "end_turn"}}
    )


def invoke_llama(script: Script) -> bytes:
    pieces: list[Json] = [{"generation": piece, "stop_reason": None} for _, piece in script]
    return _wrapped(*pieces, {"generation": "", "stop_reason": "stop"})


def ollama(script: Script) -> bytes:
    names = {"words": "content", "reasoning": "thinking"}
    lines: list[Json] = [
        {"model": "m", "message": {"role": "assistant", "content": "", names[channel]: piece}, "done": False}
        for channel, piece in script
    ]
    lines.append({"model": "m", "message": {"role": "assistant", "content": ""}, "done": True, "done_reason": "stop"})
    return b"".join(json.dumps(line).encode() + b"\n" for line in lines)


def cohere(script: Script) -> bytes:
    def event(channel: str, piece: str) -> Json:
        if channel == "call":
            calls = {"function": {"arguments": piece}}
            return {"type": "tool-call-delta", "index": 1, "delta": {"message": {"tool_calls": calls}}}
        return {"type": "content-delta", "index": 0, "delta": {"message": {"content": {"text": piece}}}}

    ends: list[Json] = [{"type": "content-end", "index": 0}, {"type": "tool-call-end", "index": 1}]
    end = {"type": "message-end", "delta": {"finish_reason": "COMPLETE"}}
    return sse(*(event(*each) for each in script), *ends, end, named=True)


def mistral(script: Script) -> bytes:
    return chat(script).replace(b"reasoning_content", b"x")


_CALLS = frozenset({"call", "other call"})
SPEAKERS = {
    name: Speaker(dialect, framing, tuple(channels), _CALLS, speak)
    for name, dialect, framing, channels, speak in (
        ("chat", "openai_chat", Framing.SSE, _CHAT, chat),
        ("responses", "openai_responses", Framing.SSE, _RESPONSES, responses),
        ("anthropic", "anthropic", Framing.SSE, _BLOCKS, anthropic),
        ("gemini", "gemini", Framing.SSE, ("words", "reasoning"), gemini),
        ("gemini array", "gemini", Framing.JSON_ARRAY, ("words", "reasoning"), gemini_array),
        ("bedrock", "bedrock", Framing.EVENT_STREAM, _BEDROCK, bedrock),
        ("invoke claude", "bedrock_invoke", Framing.EVENT_CHUNKS, _BLOCKS, invoke_claude),
        ("invoke nova", "bedrock_invoke", Framing.EVENT_CHUNKS, _BEDROCK, invoke_nova),
        ("invoke llama", "bedrock_invoke", Framing.EVENT_CHUNKS, ("words",), invoke_llama),
        ("ollama", "ollama", Framing.NDJSON, ("words", "reasoning"), ollama),
        ("cohere", "cohere", Framing.SSE, ("words", "call"), cohere),
        ("mistral", "mistral", Framing.SSE, ("words", "second choice", "call", "other call"), mistral),
    )
}
