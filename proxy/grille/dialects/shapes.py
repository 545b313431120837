"""What the body of a call to a model or an MCP server looks like, whoever serves it.

One function looks at one JSON document and says which dialect it is shaped like, and by which sign. Each sign
takes two members that belong together: `messages` alone is any chat room, `jsonrpc` alone is Ethereum or a
language server. A shape is looked for at the top of the document (and of each item, if it is an array),
because that is where servers look. Names are compared without case, because some servers do so (Go's, such as Ollama).
This module must not judge words or repeat any of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from grille.framing.json_spans import Array, Node, Object, String


@dataclass(frozen=True, slots=True)
class Sign:
    """`dialect` is the one to say no in, `seen` what gave it away, in words of ours and never of the message.
    `reply_to` is the JSON-RPC id to repeat, as in `Denial`."""

    dialect: str
    seen: str
    reply_to: str | None = "null"


type _Shape = Callable[[Object], Sign | None]

_ROLES = frozenset({"system", "user", "assistant", "developer", "tool", "function", "model", "chatbot"})
_SAID = ("content", "parts", "text", "tool_calls", "function_call", "tool_call_id", "reasoning_content")
_SAMPLING = frozenset(
    {"max_tokens", "maxtokens", "max_tokens_to_sample", "max_gen_len", "max_new_tokens", "max_length", "n_predict",
     "num_predict", "temperature", "top_p", "topp", "top_k", "topk", "stop_sequences", "stopsequences",
     "repetition_penalty", "frequency_penalty", "presence_penalty"}
)  # fmt: skip
_TITAN = frozenset(
    {"inputtext", "inputimage", "textgenerationconfig", "dimensions", "normalize", "embeddingtypes", "embeddingconfig"}
)
_MCP_METHODS = frozenset(
    {"server/discover", "tools/list", "tools/call", "resources/list", "resources/templates/list", "resources/read",
     "resources/subscribe", "resources/unsubscribe", "prompts/list", "prompts/get", "completion/complete",
     "logging/setLevel", "subscriptions/listen", "sampling/createMessage", "elicitation/create", "roots/list",
     "notifications/initialized", "notifications/cancelled", "notifications/progress", "notifications/message",
     "notifications/roots/list_changed", "notifications/tools/list_changed", "notifications/prompts/list_changed",
     "notifications/resources/list_changed", "notifications/resources/updated", "notifications/tasks/status",
     "notifications/elicitation/complete", "tasks/update"}
)  # fmt: skip
"""Methods that are MCP's alone. `ping` is everybody's and carries nothing; `initialize` is also a language
server's and `tasks/get` also A2A's, so those are told by their parameters."""
_MCP_BY_PARAMETER = {
    "initialize": "protocolVersion", "tasks/get": "taskId", "tasks/cancel": "taskId", "tasks/result": "taskId",
}  # fmt: skip
_MCP_META = "io.modelcontextprotocol/"


def shape(root: Node) -> Sign | None:
    """The sign that `root` is a call to a model or a message of MCP; None when there is none."""
    for message in root.items if isinstance(root, Array) else (root,):
        if isinstance(message, Object):
            for looks_like in _SHAPES:
                sign = looks_like(message)
                if sign is not None:
                    return sign
    return None


def mcp(message: Object) -> Sign | None:
    """A JSON-RPC message with a method, a parameter or a result that only MCP has."""
    method, params, result = _text(message, "method"), _member(message, "params"), _member(message, "result")
    if _text(message, "jsonrpc") != "2.0":
        return None
    if method in _MCP_METHODS:
        return Sign("mcp", "a JSON-RPC method of MCP")
    if _has(params, _MCP_BY_PARAMETER.get(method, "")):
        return Sign("mcp", "a JSON-RPC method and parameter of MCP")
    if any(key.startswith(_MCP_META) for each in (params, result) for key in _keys(_member(each, "_meta"))):
        return Sign("mcp", "a reserved key of MCP in _meta")
    if {"role", "content"} <= _keys(result) or {"protocolversion", "serverinfo"} <= _keys(result):
        return Sign("mcp", "a JSON-RPC result of MCP")
    return None


def _anthropic(message: Object) -> Sign | None:
    if _text(message, "anthropic_version"):
        return Sign("anthropic", "a member anthropic_version")
    if any(any(_turns(_member(each, "params"))) for each in _objects(_member(message, "requests"))):
        return Sign("anthropic", "a batch of messages with roles")
    own = {"system", "thinking", "mcp_servers", "stop_sequences"} & _keys(message)
    if own and _text(message, "model") and any(_turns(message)):
        return Sign("anthropic", "messages with roles, beside members of Anthropic's")
    return None


def _turned(message: Object) -> Sign | None:
    """Whatever is a conversation: items of `messages` with a role and something said."""
    turns = list(_turns(message))
    if not turns:
        return None
    parts = [part for turn in turns for part in _objects(_member(turn, "content"))]
    if parts and not any("type" in _keys(part) for part in parts) and not _text(message, "model"):
        return Sign("bedrock", "messages with roles, and content blocks without a type")
    return Sign("openai_chat", "messages with roles")


def _wrapped(message: Object) -> Sign | None:
    """DashScope and others put the call below `input`."""
    below = _member(message, "input")
    if _text(message, "model") and isinstance(below, Object) and (any(_turns(below)) or _text(below, "prompt")):
        return Sign("anyjson", "a model, and an input with messages or a prompt")
    return None


def _responses(message: Object) -> Sign | None:
    given = _member(message, "input")
    if not _text(message, "model") or not isinstance(given, String | Array):
        return None
    if isinstance(given, Array) and not given.items:
        return None
    if list(_objects(given)) or {"instructions", "store", "previous_response_id"} & _keys(message):
        return Sign("openai_responses", "a model and input items")
    return Sign("openai_text", "a model and an input")


def _prompt(message: Object) -> Sign | None:
    prompt = _member(message, "prompt")
    if not isinstance(prompt, String | Array):
        return None
    if _text(message, "model"):
        return Sign("openai_text", "a model and a prompt")
    if _sampling(message) or _sampling(_member(message, "options")):
        return Sign("openai_text", "a prompt and how to sample")
    return None


def _inputs(message: Object) -> Sign | None:
    inputs = _member(message, "inputs")
    if isinstance(inputs, String | Array) and (_text(message, "agent_id") or _text(message, "model")):
        return Sign("mistral", "inputs of a conversation")
    if isinstance(inputs, String) and _sampling(_member(message, "parameters")):
        return Sign("anyjson", "inputs and how to sample")
    return None


def _gemini(message: Object) -> Sign | None:
    contents = _member(message, "contents")
    items = [contents, _member(message, "content"), *_objects(contents)]
    items += [_member(each, "content") for each in _objects(_member(message, "requests"))]
    if any(list(_objects(_member(item, "parts"))) for item in items):
        return Sign("gemini", "contents with parts")
    return None


def _titan(message: Object) -> Sign | None:
    if _text(message, "inputText") and _keys(message) <= _TITAN:
        return Sign("bedrock", "a member inputText")
    return None


def _cohere(message: Object) -> Sign | None:
    if _text(message, "message") and isinstance(_member(message, "chat_history"), Array):
        return Sign("cohere", "a message and a chat_history")
    if not _text(message, "model"):
        return None
    if _text(message, "query") and isinstance(_member(message, "documents"), Array):
        return Sign("cohere", "a model, a query and documents")
    if _text(message, "input_type") and isinstance(_member(message, "texts"), Array):
        return Sign("cohere", "a model and texts")
    return None


_SHAPES: tuple[_Shape, ...] = (
    mcp, _anthropic, _turned, _wrapped, _responses, _prompt, _inputs, _gemini, _titan, _cohere,
)  # fmt: skip


def _turns(call: Node | None) -> Iterator[Object]:
    for each in _objects(_member(call, "messages")):
        if _text(each, "role").lower() in _ROLES and any(_has(each, name) for name in _SAID):
            yield each


def _sampling(node: Node | None) -> bool:
    return not _SAMPLING.isdisjoint(_keys(node))


def _objects(node: Node | None) -> Iterator[Object]:
    if isinstance(node, Array):
        yield from (item for item in node.items if isinstance(item, Object))


def _member(node: Node | None, name: str) -> Node | None:
    """The last member of that name, as most parsers choose."""
    members = reversed(node.members) if isinstance(node, Object) else ()
    return next((value for key, value in members if key.text.lower() == name.lower()), None)


def _has(node: Node | None, name: str) -> bool:
    return _member(node, name) is not None


def _keys(node: Node | None) -> set[str]:
    """The names of the members, in lower case."""
    return {key.text.lower() for key, _ in node.members} if isinstance(node, Object) else set()


def _text(node: Node | None, name: str) -> str:
    value = _member(node, name)
    return value.text if isinstance(value, String) else ""
