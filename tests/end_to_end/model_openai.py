"""A model that speaks chat completions and responses of OpenAI, in streams."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count, zip_longest
from typing import Any

from saying import Names, arguments, pieces, seen_in, sse

from streaming_upstream import Asked, Told

type Event = dict[str, Any]

USAGE = {"prompt_tokens": 31, "completion_tokens": 17, "total_tokens": 48}
FINGERPRINT = "fp_0a1b2c"

# -- chat completions ------------------------------------------------------------------------------


def chat(asked: Asked) -> Told:
    """`n` choices said in turns; with tools, the first one calls two of them in turns."""
    body, names = asked.json, seen_in(asked.body)
    choices = range(int(body.get("n") or 1))
    events = [_chunk(each, {"role": "assistant", "content": "", "refusal": None}) for each in choices]
    events += [_chunk(0, {"reasoning_content": piece}) for piece in pieces(names.thought)]
    said = [pieces(names.said or f"{each}: {names.text}") for each in choices]
    for row in zip_longest(*said):
        events += [_chunk(each, {"content": piece}) for each, piece in enumerate(row) if piece is not None]
    if body.get("tools"):
        events += [_chunk(0, {"tool_calls": [call]}) for call in _calls(names)]
    events += [_chunk(each, {}, "tool_calls" if body.get("tools") and each == 0 else "stop") for each in choices]
    if (body.get("stream_options") or {}).get("include_usage"):
        events.append({**_chunk(0, {}), "choices": [], "usage": USAGE})
    told = [sse(event) for event in events]
    told.insert(_in_a_token(events, names), b": keep-alive\n\n")
    return Told([*told, b"data: [DONE]\n\n"])


def _in_a_token(events: list[Event], names: Names) -> int:
    """The number of the event that finds a token begun and not ended."""
    said = ""
    for number, event in enumerate(events):
        for choice in event["choices"]:
            said += choice["delta"].get("content") or ""
        if names.card[:4] in said:
            return number + 1
    return 0


def _chunk(index: int, delta: Event, finish: str | None = None) -> Event:
    choice = {"index": index, "delta": delta, "logprobs": None, "finish_reason": finish}
    return {
        "id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1795000000, "model": "gpt-4o",
        "system_fingerprint": FINGERPRINT, "choices": [choice], "obfuscation": "a1b2",
    }  # fmt: skip


def _calls(names: Names) -> Iterator[Event]:
    for index, name in enumerate(("raise_limit", "send_mail")):
        function = {"name": name, "arguments": ""}
        yield {"index": index, "id": f"call_{index}", "type": "function", "function": function}
    for row in zip_longest(pieces(arguments(names.first)), pieces(arguments(names.second))):
        for index, piece in enumerate(row):
            if piece is not None:
                yield {"index": index, "function": {"arguments": piece}}


# -- responses -------------------------------------------------------------------------------------

CIPHER = "Z2FybmljaHRzIHp1IHNlaGVu"
TOKENS_USED: Event = {
    "input_tokens": 31, "input_tokens_details": {"cached_tokens": 0}, "output_tokens": 17,
    "output_tokens_details": {"reasoning_tokens": 5}, "total_tokens": 48,
}  # fmt: skip


def responses(asked: Asked) -> Told:
    events = numbered(response_events(seen_in(asked.body)))
    return Told([sse(event, str(event["type"])) for event in events])


def numbered(events: Iterator[Event]) -> Iterator[Event]:
    number = count()
    for event in events:
        yield event | {"sequence_number": next(number)}


def response_events(names: Names) -> Iterator[Event]:
    """Reasoning with a summary, a message and a function call: each text in pieces, and then again whole."""
    yield {"type": "response.created", "response": _response([], "in_progress")}
    yield {"type": "response.in_progress", "response": _response([], "in_progress")}
    output = []
    for index, item in enumerate((_reasoning, _message, _function_call)):
        done = yield from item(names, index)
        yield {"type": "response.output_item.done", "output_index": index, "item": done}
        output.append(done)
    yield {"type": "response.completed", "response": _response(output, "completed") | {"usage": TOKENS_USED}}


def _response(output: list[Event], status: str) -> Event:
    return {
        "id": "resp_1", "object": "response", "created_at": 1795000000, "status": status, "model": "gpt-4o",
        "output": output, "parallel_tool_calls": True, "tool_choice": "auto", "tools": [], "error": None,
        "incomplete_details": None, "instructions": None, "metadata": {}, "temperature": 1.0, "top_p": 1.0,
    }  # fmt: skip


def _reasoning(names: Names, index: int) -> Iterator[Event]:
    item: Event = {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": CIPHER}
    yield {"type": "response.output_item.added", "output_index": index, "item": item}
    at: Event = {"item_id": "rs_1", "output_index": index, "summary_index": 0}
    text = names.summary
    kind, part = "response.reasoning_summary", {"type": "summary_text", "text": text}
    yield {"type": f"{kind}_part.added", **at, "part": part | {"text": ""}}
    yield from (_delta(f"{kind}_text.delta", at, piece) for piece in pieces(text))
    yield {"type": f"{kind}_text.done", **at, "text": text}
    yield {"type": f"{kind}_part.done", **at, "part": part}
    return item | {"summary": [part]}


def _message(names: Names, index: int) -> Iterator[Event]:
    item: Event = {"type": "message", "id": "msg_1", "role": "assistant", "status": "in_progress", "content": []}
    yield {"type": "response.output_item.added", "output_index": index, "item": item}
    at: Event = {"item_id": "msg_1", "output_index": index, "content_index": 0}
    part: Event = {"type": "output_text", "text": names.text, "annotations": [], "logprobs": []}
    yield {"type": "response.content_part.added", **at, "part": part | {"text": ""}}
    for piece in pieces(names.text):
        yield _delta("response.output_text.delta", at, piece) | {"logprobs": []}
    yield {"type": "response.output_text.done", **at, "text": names.text, "logprobs": []}
    yield {"type": "response.content_part.done", **at, "part": part}
    return item | {"status": "completed", "content": [part]}


def _function_call(names: Names, index: int) -> Iterator[Event]:
    whole = arguments(names.first)
    item: Event = {
        "type": "function_call", "id": "fc_1", "call_id": "call_1", "name": "raise_limit", "arguments": "",
        "status": "in_progress",
    }  # fmt: skip
    yield {"type": "response.output_item.added", "output_index": index, "item": item}
    at: Event = {"item_id": "fc_1", "output_index": index}
    yield from (_delta("response.function_call_arguments.delta", at, piece) for piece in pieces(whole))
    yield {"type": "response.function_call_arguments.done", **at, "name": "raise_limit", "arguments": whole}
    return item | {"arguments": whole, "status": "completed"}


def _delta(kind: str, at: Event, piece: str) -> Event:
    return {"type": kind, **at, "delta": piece, "obfuscation": "x" * (7 - len(piece))}
