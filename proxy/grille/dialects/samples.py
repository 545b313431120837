"""The smallest message of each dialect that carries a text, for dry runs and policy tests.

Nothing here is ever sent anywhere.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from grille.exchange import Direction
from grille.framing.json_parser import decode, parse
from grille.framing.json_spans import Splice, String, find


@dataclass(frozen=True, slots=True)
class Sample:
    """`body` is JSON; the text stands in place of the string at the JSON pointer `at`."""

    body: str
    at: str

    def carry(self, text: str) -> bytes:
        """The body with `text` in it."""
        document = parse(self.body)
        node = find(document.root, self.at)
        if not isinstance(node, String):
            raise ValueError(f"no string at {self.at}")
        return document.splice([Splice(node.start - 1, node.end + 1, json.dumps(text))]).encode()

    def carried(self, body: bytes) -> str:
        """The text that a body of this form carries; the whole body when it has another form."""
        source = decode(body)
        node = find(parse(source).root, self.at)
        return node.text if isinstance(node, String) else source


_REQUESTS = {
    "openai_chat": Sample('{"model": "any", "messages": [{"role": "user", "content": ""}]}', "/messages/0/content"),
    "openai_responses": Sample('{"model": "any", "input": "", "store": false}', "/input"),
    "anthropic": Sample(
        '{"model": "any", "max_tokens": 1, "messages": [{"role": "user", "content": ""}]}',
        "/messages/0/content",
    ),
    "mcp": Sample(
        '{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "any", "arguments": {"text": ""}}}',
        "/params/arguments/text",
    ),
    "openai_realtime": Sample(
        '{"type": "conversation.item.create", "item": {"type": "message", "role": "user", "content":'
        ' [{"type": "input_text", "text": ""}]}}',
        "/item/content/0/text",
    ),
    "openai_text": Sample('{"model": "any", "prompt": ""}', "/prompt"),
    "openrouter": Sample('{"model": "any", "messages": [{"role": "user", "content": ""}]}', "/messages/0/content"),
    "gemini": Sample('{"contents": [{"role": "user", "parts": [{"text": ""}]}]}', "/contents/0/parts/0/text"),
    "gemini_interactions": Sample('{"model": "any", "input": "", "store": false}', "/input"),
    "gemini_live": Sample('{"realtimeInput": {"text": ""}}', "/realtimeInput/text"),
    "bedrock": Sample('{"messages": [{"role": "user", "content": [{"text": ""}]}]}', "/messages/0/content/0/text"),
    "bedrock_invoke": Sample('{"messages": [{"role": "user", "content": ""}]}', "/messages/0/content"),
    "mistral": Sample('{"model": "any", "messages": [{"role": "user", "content": ""}]}', "/messages/0/content"),
    "cohere": Sample('{"model": "any", "messages": [{"role": "user", "content": ""}]}', "/messages/0/content"),
    "ollama": Sample('{"model": "any", "messages": [{"role": "user", "content": ""}]}', "/messages/0/content"),
    "anyjson": Sample('{"text": ""}', "/text"),
}
_ANSWERS = {
    "openai_chat": Sample(
        '{"object": "chat.completion", "choices": [{"index": 0, "message": {"role": "assistant", "content": ""}}]}',
        "/choices/0/message/content",
    ),
    "openai_responses": Sample(
        '{"object": "response", "output": [{"type": "message", "role": "assistant", "content":'
        ' [{"type": "output_text", "text": ""}]}]}',
        "/output/0/content/0/text",
    ),
    "anthropic": Sample('{"type": "message", "content": [{"type": "text", "text": ""}]}', "/content/0/text"),
    "mcp": Sample(
        '{"jsonrpc": "2.0", "id": 1, "result": {"content": [{"type": "text", "text": ""}]}}',
        "/result/content/0/text",
    ),
    "openai_realtime": Sample(
        '{"type": "response.done", "response": {"object": "realtime.response", "output": [{"type": "message",'
        ' "role": "assistant", "content": [{"type": "output_text", "text": ""}]}]}}',
        "/response/output/0/content/0/text",
    ),
    "openai_text": Sample('{"object": "text_completion", "choices": [{"index": 0, "text": ""}]}', "/choices/0/text"),
    "openrouter": Sample(
        '{"object": "chat.completion", "choices": [{"index": 0, "message": {"role": "assistant", "content": ""}}]}',
        "/choices/0/message/content",
    ),
    "gemini": Sample(
        '{"candidates": [{"content": {"role": "model", "parts": [{"text": ""}]}, "index": 0}]}',
        "/candidates/0/content/parts/0/text",
    ),
    "gemini_interactions": Sample(
        '{"status": "completed", "steps": [{"type": "model_output", "content": [{"type": "text", "text": ""}]}]}',
        "/steps/0/content/0/text",
    ),
    "gemini_live": Sample(
        '{"serverContent": {"modelTurn": {"role": "model", "parts": [{"text": ""}]}}}',
        "/serverContent/modelTurn/parts/0/text",
    ),
    "bedrock": Sample(
        '{"output": {"message": {"role": "assistant", "content": [{"text": ""}]}}, "stopReason": "end_turn"}',
        "/output/message/content/0/text",
    ),
    "bedrock_invoke": Sample('{"type": "message", "content": [{"type": "text", "text": ""}]}', "/content/0/text"),
    "mistral": Sample(
        '{"object": "chat.completion", "choices": [{"index": 0, "message": {"role": "assistant", "content": ""}}]}',
        "/choices/0/message/content",
    ),
    "cohere": Sample(
        '{"message": {"role": "assistant", "content": [{"type": "text", "text": ""}]}}', "/message/content/0/text"
    ),
    "ollama": Sample('{"message": {"role": "assistant", "content": ""}, "done": true}', "/message/content"),
    "anyjson": Sample('{"text": ""}', "/text"),
}

SAMPLES: Mapping[Direction, Mapping[str, Sample]] = {
    Direction.REQUEST: _REQUESTS,
    Direction.RESPONSE: _ANSWERS,
}
"""By direction and dialect name."""
