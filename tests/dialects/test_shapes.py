"""`grille.dialects.shapes`: what calls to models look like, and what only looks a little like them."""

from __future__ import annotations

import json

import pytest

from grille.dialects.shapes import shape
from grille.framing.json_parser import parse

TURN = {"role": "user", "content": "hi"}
CALLS = {
    "chat": ("openai_chat", {"model": "m", "messages": [TURN]}),
    "chat without a model": ("openai_chat", {"messages": [TURN]}),
    "chat beside a stray item": ("openai_chat", {"messages": [{"note": 1}, TURN]}),
    "chat in capitals": ("openai_chat", {"Messages": [{"Role": "User", "Content": "hi"}]}),
    "tool results": ("openai_chat", {"messages": [{"role": "tool", "tool_call_id": "c"}]}),
    "typed content": ("openai_chat", {"messages": [{"role": "user", "content": [{"type": "text", "text": "hi"}]}]}),
    "Yandex": ("openai_chat", {"modelUri": "gpt://x", "messages": [{"role": "user", "text": "hi"}]}),
    "Anthropic": ("anthropic", {"model": "m", "system": "be brief", "max_tokens": 1, "messages": [TURN]}),
    "Anthropic at a cloud": ("anthropic", {"anthropic_version": "vertex-2023-10-16", "messages": []}),
    "a batch": ("anthropic", {"requests": [{"custom_id": "1", "params": {"model": "m", "messages": [TURN]}}]}),
    "Converse": ("bedrock", {"messages": [{"role": "user", "content": [{"text": "hi"}]}]}),
    "Titan": ("bedrock", {"inputText": "hi", "textGenerationConfig": {"topP": 1}}),
    "responses": ("openai_responses", {"model": "m", "input": [TURN]}),
    "responses from a string": ("openai_responses", {"model": "m", "input": "hi", "store": False}),
    "embeddings": ("openai_text", {"model": "m", "input": ["one", "two"]}),
    "token ids": ("openai_text", {"model": "m", "input": [1, 2, 3]}),
    "speech": ("openai_text", {"model": "m", "input": "hi", "voice": "v"}),
    "a prompt": ("openai_text", {"model": "m", "prompt": "hi"}),
    "llama.cpp": ("openai_text", {"prompt": "hi", "n_predict": 8}),
    "a prompt with options": ("openai_text", {"prompt": "hi", "options": {"temperature": 0}}),
    "text generation inference": ("anyjson", {"inputs": "hi", "parameters": {"max_new_tokens": 8}}),
    "DashScope": ("anyjson", {"model": "m", "input": {"messages": [TURN]}}),
    "a conversation": ("mistral", {"agent_id": "a", "inputs": "hi"}),
    "Gemini": ("gemini", {"contents": [{"role": "user", "parts": [{"text": "hi"}]}]}),
    "Gemini, one content": ("gemini", {"contents": {"parts": [{"text": "hi"}]}}),
    "Gemini embeddings": ("gemini", {"requests": [{"content": {"parts": [{"text": "hi"}]}}]}),
    "Cohere": ("cohere", {"message": "hi", "chat_history": []}),
    "rerank": ("cohere", {"model": "m", "query": "q", "documents": ["d"]}),
    "Cohere embeddings": ("cohere", {"model": "m", "texts": ["t"], "input_type": "search_query"}),
    "MCP": ("mcp", {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "x"}}),
    "MCP begins": ("mcp", {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"protocolVersion": "x"}}),
    "an MCP task": ("mcp", {"jsonrpc": "2.0", "id": 1, "method": "tasks/get", "params": {"taskId": "t"}}),
    "an MCP notification": ("mcp", {"jsonrpc": "2.0", "method": "notifications/initialized"}),
    "MCP by its reserved keys": ("mcp", {"jsonrpc": "2.0", "id": 1, "method": "acme/x",
                                         "params": {"_meta": {"io.modelcontextprotocol/clientInfo": {}}}}),
    "what a model told an MCP server": ("mcp", {"jsonrpc": "2.0", "id": 1, "result": {"role": "x", "content": {}}}),
    "an MCP batch": ("mcp", [{"jsonrpc": "2.0", "id": 1, "method": "tools/list"}]),
}  # fmt: skip
LOOK_ALIKES = {
    "Ethereum": {"jsonrpc": "2.0", "id": 1, "method": "eth_call", "params": [{"to": "0x0"}, "latest"]},
    "a batch for Ethereum": [{"jsonrpc": "2.0", "id": 1, "method": "eth_blockNumber", "params": []}],
    "a language server": {"jsonrpc": "2.0", "id": 1, "method": "textDocument/hover", "params": {"position": {}}},
    "a language server begins": {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"capabilities": {}}},
    "any JSON-RPC result": {"jsonrpc": "2.0", "id": 1, "result": {"content": "x"}},
    "a ping": {"jsonrpc": "2.0", "id": 1, "method": "ping"},
    "a task of A2A": {"jsonrpc": "2.0", "id": 1, "method": "tasks/get", "params": {"id": "t"}},
    "GraphQL": {"query": "query { messages { role content } }", "variables": {"model": "m"}},
    "chat between people": {"messages": ["hi", "there"]},
    "chat with senders": {"messages": [{"from": "ann", "content": "hi"}]},
    "chat with roles of its own": {"messages": [{"role": "moderator", "content": "hi"}]},
    "members of a team": {"messages": [{"role": "user", "id": 7}]},
    "no messages": {"messages": []},
    "text messages": {"message": "hi", "to": ["+1 555-0100"]},
    "a car": {"model": "T", "year": 1908, "input": 5},
    "a car with a configuration": {"model": "T", "input": {"voltage": 12}},
    "an empty list": {"model": "T", "input": []},
    "a login": {"prompt": "consent", "client_id": "c"},
    "a login with a list": {"prompt": ["login"], "scope": "openid"},
    "a thermostat": {"inputs": {"a": 1}, "parameters": {"temperature": 20}},
    "a weather station": {"temperature": 20, "top_k": 3},
    "a shop": {"query": "shoes", "documents": True, "model": "x"},
    "a directory": {"contents": [{"name": "a", "parts": 3}]},
    "a mail": {"content": {"subject": "x"}, "parts": [{"body": "hi"}]},
    "a form": {"inputText": "hi", "submit": True},
    "a word": "messages",
    "a number": 5,
    "nothing": None,
}


@pytest.mark.parametrize(("dialect", "call"), CALLS.values(), ids=CALLS)
def test_a_call_to_a_model_is_recognised_in_its_dialect(dialect: str, call: object) -> None:
    sign = shape(parse(json.dumps(call)).root)
    assert sign is not None
    assert sign.dialect == dialect


@pytest.mark.parametrize("body", LOOK_ALIKES.values(), ids=LOOK_ALIKES)
def test_what_only_looks_a_little_like_one_is_not(body: object) -> None:
    assert shape(parse(json.dumps(body)).root) is None


def test_a_sign_repeats_nothing_of_the_message() -> None:
    secret = "hunter2"
    for _, call in CALLS.values():
        body = json.dumps(call).replace('"hi"', f'"{secret}"').replace('"m"', f'"{secret}"')
        sign = shape(parse(body).root)
        assert sign is not None
        assert secret not in repr(sign)
