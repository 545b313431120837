"""Conversations of many turns on five wires, as clients hold them: each turn resends all that was said.

A client keeps what it read, spells it the same way each time, and appends. A model repeats what stood for the
values of the last message, thinks in a block that its provider signs, and now and then calls a tool. Nothing
here knows a policy.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

type Item = dict[str, Any]

CIPHER = base64.b64encode(bytes(range(200, 255))).decode()
_STANDS = re.compile(r"[A-Z]+(?:_[A-Z]+)+_[A-Z][0-9A-Z]{7}|<[a-f0-9]{6,}>|\b[0-9a-f]{16,64}\b")


def names_in(text: str) -> str:
    """What a model reads of the values in `text`."""
    return ", ".join(_STANDS.findall(text)) or "nothing in particular"


@dataclass(frozen=True)
class Wire:
    """One API. `head` is all of a body before its messages, whose member is `messages`. `answer` makes the
    answer to the turn of a number out of words; `kept` finds in it the items that a client appends."""

    place: str
    host: str
    path: str
    head: Item
    messages: str
    user: Callable[[str], Item]
    result: Callable[[str, str], Item]
    answer: Callable[[int, str, bool], Item]
    kept: Callable[[Item], list[Item]]
    sealed: Callable[[Item], list[Any]]

    def body(self, history: list[Item]) -> bytes:
        """Escapes and blanks as a client of some kind writes them."""
        return json.dumps({**self.head, self.messages: history}).encode()


def spelt(part: object) -> bytes:
    """A part of a message as `Wire.body` and the models write it."""
    return json.dumps(part).encode()


def _arguments(words: str) -> Item:
    return {"subject": words, "note": [f'"{words}"', 7]}


# -- OpenAI ----------------------------------------------------------------------------------------


def _chat(turn: int, words: str, calls: bool) -> Item:
    function = {"name": "look_up", "arguments": json.dumps(_arguments(words))}
    message: Item = {"role": "assistant", "content": f"{turn}: about {words}."}
    if calls:
        message["tool_calls"] = [{"id": f"call_{turn}", "type": "function", "function": function}]
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
    return {"id": f"c{turn}", "object": "chat.completion", "created": turn, "model": "m", "choices": [choice]}


CHAT = Wire(
    "openai", "api.openai.com", "/v1/chat/completions",
    {"model": "m", "tools": []}, "messages",
    lambda text: {"role": "user", "content": text},
    lambda call, text: {"role": "tool", "tool_call_id": call, "content": text},
    _chat,
    lambda answer: [choice["message"] for choice in answer["choices"]],
    lambda item: [],
)  # fmt: skip


def _response(turn: int, words: str, calls: bool) -> Item:
    reasoning = {"type": "reasoning", "id": f"rs_{turn}", "summary": [], "encrypted_content": f"{turn}{CIPHER}"}
    probability = {"token": words, "bytes": [52], "logprob": -0.5, "top_logprobs": []}
    part = {"type": "output_text", "text": f"{turn}: about {words}.", "annotations": [], "logprobs": [probability]}
    message = {"type": "message", "id": f"msg_{turn}", "role": "assistant", "status": "completed", "content": [part]}
    call = {"type": "function_call", "id": f"fc_{turn}", "call_id": f"call_{turn}", "name": "look_up"}
    call["arguments"] = json.dumps(_arguments(words))
    output = [reasoning, message, *([call] if calls else [])]
    return {"id": f"r{turn}", "object": "response", "created_at": turn, "model": "m", "output": output}


RESPONSES = Wire(
    "responses", "api.openai.com", "/v1/responses",
    {"model": "m", "store": False, "include": ["reasoning.encrypted_content"]}, "input",
    lambda text: {"role": "user", "content": [{"type": "input_text", "text": text}]},
    lambda call, text: {"type": "function_call_output", "call_id": call, "output": text},
    _response,
    lambda answer: list(answer["output"]),
    lambda item: [item] if item.get("type") == "reasoning" else [],
)  # fmt: skip

# -- Anthropic -------------------------------------------------------------------------------------


def _message(turn: int, words: str, calls: bool) -> Item:
    content: list[Item] = [{"type": "thinking", "thinking": f"Hm, {words}…", "signature": f"{turn}{CIPHER}"}]
    if turn % 4 == 1:
        content.append({"type": "redacted_thinking", "data": f"{turn}{CIPHER}"})
    if turn % 7 == 2:
        content.append({"type": "compaction", "content": f"So far: {words}.", "encrypted_content": CIPHER})
    content.append({"type": "text", "text": f"{turn}: about {words}."})
    if calls:
        content.append({"type": "tool_use", "id": f"call_{turn}", "name": "look_up", "input": _arguments(words)})
    usage = {"input_tokens": 1, "output_tokens": 1}
    return {"id": f"m{turn}", "type": "message", "role": "assistant", "model": "m", "content": content, "usage": usage}


_SIGNED = {"thinking", "redacted_thinking", "compaction"}
CLAUDE = Wire(
    "claude", "api.anthropic.com", "/v1/messages",
    {"model": "m", "max_tokens": 9,
     "system": [{"type": "text", "text": "Be brief.", "cache_control": {"type": "ephemeral", "ttl": "1h"}}]},
    "messages",
    lambda text: {"role": "user", "content": [{"type": "text", "text": text, "cache_control": {"type": "ephemeral"}}]},
    lambda call, text: {"role": "user", "content": [{"type": "tool_result", "tool_use_id": call, "content": text}]},
    _message,
    lambda answer: [{"role": "assistant", "content": answer["content"]}],
    lambda item: [block for block in item["content"] if block["type"] in _SIGNED],
)  # fmt: skip

# -- Google and Amazon -----------------------------------------------------------------------------


def _candidate(turn: int, words: str, calls: bool) -> Item:
    parts: list[Item] = [{"text": f"{turn}: about {words}.", "thoughtSignature": f"{turn}{CIPHER}"}]
    if calls:
        parts.append({"functionCall": {"id": f"call_{turn}", "name": "look_up", "args": _arguments(words)}})
        parts[-1]["thoughtSignature"] = CIPHER
    return {"candidates": [{"content": {"role": "model", "parts": parts}, "finishReason": "STOP", "index": 0}]}


def _function_response(call: str, text: str) -> Item:
    response = {"id": call, "name": "look_up", "response": {"result": text}}
    return {"role": "user", "parts": [{"functionResponse": response}]}


GEMINI = Wire(
    "gemini", "generativelanguage.googleapis.com", "/v1beta/models/m:generateContent",
    {"generationConfig": {"temperature": 0.5}}, "contents",
    lambda text: {"role": "user", "parts": [{"text": text}]},
    _function_response,
    _candidate,
    lambda answer: [answer["candidates"][0]["content"]],
    lambda item: [part["thoughtSignature"] for part in item["parts"] if "thoughtSignature" in part],
)  # fmt: skip


def _converse(turn: int, words: str, calls: bool) -> Item:
    thought = {"reasoningText": {"text": f"Hm, {words}…", "signature": f"{turn}{CIPHER}"}}
    content: list[Item] = [{"reasoningContent": thought}]
    if turn % 4 == 1:
        content.append({"reasoningContent": {"redactedContent": CIPHER}})
    content.append({"text": f"{turn}: about {words}."})
    if calls:
        call = {"toolUseId": f"call_{turn}", "name": "look_up", "input": _arguments(words)}
        content.append({"toolUse": call})
    return {"output": {"message": {"role": "assistant", "content": content}}, "stopReason": "end_turn"}


def _tool_result(call: str, text: str) -> Item:
    return {"role": "user", "content": [{"toolResult": {"toolUseId": call, "content": [{"text": text}]}}]}


BEDROCK = Wire(
    "bedrock", "bedrock-runtime.us-east-1.amazonaws.com", "/model/m/converse",
    {"system": [{"text": "Be brief."}, {"cachePoint": {"type": "default"}}]}, "messages",
    lambda text: {"role": "user", "content": [{"text": text}]},
    _tool_result,
    _converse,
    lambda answer: [answer["output"]["message"]],
    lambda item: [block for block in item["content"] if "reasoningContent" in block],
)  # fmt: skip

WIRES = (CHAT, RESPONSES, CLAUDE, GEMINI, BEDROCK)
