"""Model Context Protocol over HTTP: the handshake era (up to 2025-11-25) and the stateless one (2026-07-28).

Source: the specification of both revisions and `mcp-types` 2.3. Requests are JSON-RPC 2.0; an answer is
JSON or a stream of `message` events that each hold one. In the stateless era the headers `Mcp-Name` and
`Mcp-Param-*` repeat values of the body, and a server refuses a call whose headers and body disagree.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from grille.dialects.base import Denial, Dialect, Reply
from grille.dialects.fields import Care, Field, Table
from grille.dialects.streaming import Closing, Seen, Streaming
from grille.dialects.vocabulary import ID, TOOL_NAME, data, named, schema
from grille.exchange import Kind
from grille.framing.json_spans import Array, Node, Object, String

BLOCKED = -32010
"""From the implementation's own band; -32000 and -32001 are used inside SDKs, -32002 is retired."""

_PROTOCOL = "the protocol's own vocabulary"
_NAMED = "the name of a tool or prompt"

_ENVELOPE: tuple[Field, ...] = (
    Field("jsonrpc", Care.FIXED, Kind.NAME, _PROTOCOL),
    Field("method", Care.FIXED, Kind.NAME, _PROTOCOL),
    Field("id", Care.FIXED, Kind.NAME, ID),
    *named(
        ("progressToken", "cursor", "nextCursor", "taskId", "requestState", "requestId", "elicitationId", "toolUseId"),
        ID,
    ),
    *named(
        ("protocolVersion", "resultType", "mimeType", "cacheScope", "annotations.audience[]", "icons[].theme",
         "execution.taskSupport"),
        _PROTOCOL,
    ),
    *(
        Field(f"{where}{name}", Care.FIXED, Kind.NAME, _PROTOCOL)
        for where in ("params.", "result.")
        for name in ("level", "mode", "status", "ref.type", "tasks[].status", "messages[].role")
    ),
)  # fmt: skip


def _content(where: str, kind: Kind) -> tuple[Field, ...]:
    """Content blocks: text, pictures and sound, embedded and linked resources, calls of tools."""
    return (
        *(
            Field(f"{where}.{name}", Care.FIXED, Kind.NAME, _PROTOCOL)
            for name in ("type", "annotations.audience[]", "icons[].theme")
        ),
        Field(f"{where}.text", Care.WORDS, kind),
        Field(f"{where}.data", Care.FILE),
        Field(f"{where}.resource.blob", Care.FILE),
        Field(f"{where}{{type=tool_use}}.name", Care.FIXED, Kind.NAME, _NAMED),
        Field(f"{where}{{type=tool_use}}.id", Care.FIXED, Kind.NAME, ID),
        *data(f"{where}.input", Kind.ARGUMENTS),
        *data(f"{where}.structuredContent", Kind.RESULT),
    )


def _said(where: str, kind: Kind) -> tuple[Field, ...]:
    """One content block or several, and what stands inside the result of a tool."""
    return tuple(
        row for at in ("", "[]") for tail in ("", ".content[]") for row in _content(f"{where}{at}{tail}", kind)
    )


def _tool(where: str) -> tuple[Field, ...]:
    return (
        Field(f"{where}.name", Care.FIXED, Kind.NAME, TOOL_NAME),
        Field(f"{where}.description", Care.WORDS, Kind.SYSTEM),
        *schema(f"{where}.inputSchema"),
        *schema(f"{where}.outputSchema"),
    )


def _client_result(where: str) -> tuple[Field, ...]:
    """What a client answers a server: the values of a form, or what a model said (that has a `role`)."""
    return (
        *data(f"{where}content", Kind.TEXT),
        Field(f"{where}{{role=*}}.content.**", Care.WORDS),
        *_said(f"{where}{{role=*}}.content", Kind.TEXT),
        *(
            Field(f"{where}{name}", Care.FIXED, Kind.NAME, _PROTOCOL)
            for name in ("action", "role", "model", "stopReason")
        ),
    )


def _server_request(where: str) -> tuple[Field, ...]:
    """What a server asks a client: words of a model, or of a person."""
    return (
        Field(f"{where}systemPrompt", Care.WORDS, Kind.SYSTEM),
        *_said(f"{where}messages[].content", Kind.TEXT),
        *(
            Field(f"{where}{name}", Care.FIXED, Kind.NAME, _PROTOCOL)
            for name in ("includeContext", "mode", "toolChoice.mode", "messages[].role")
        ),
        *_tool(f"{where}tools[]"),
        *data(f"{where}metadata", Kind.NAME),
        *schema(f"{where}requestedSchema"),
    )


REQUEST = Table(
    [
        *_ENVELOPE,
        Field("params.name", Care.FIXED, Kind.NAME, _NAMED),
        Field("params.ref.name", Care.FIXED, Kind.NAME, _NAMED),
        *data("params.arguments", Kind.ARGUMENTS),
        *_client_result("params.inputResponses.*."),
        Field("params.clientInfo.**", Care.FIXED, Kind.NAME, "who speaks"),
        Field("params.capabilities.**", Care.FIXED, Kind.NAME, _PROTOCOL),
        Field("params._meta.**", Care.FIXED, Kind.NAME, _PROTOCOL),
        *_client_result("result."),
        *data("error.data", Kind.TEXT),
    ]
)

_RESULT: tuple[Field, ...] = (
    *_ENVELOPE,
    *data("result.structuredContent", Kind.RESULT),
    *_content("result.content[]", Kind.RESULT),
    Field("result.contents[].text", Care.WORDS, Kind.RESULT),
    Field("result.contents[].blob", Care.FILE),
    *_content("result.messages[].content", Kind.RESULT),
    *_tool("result.tools[]"),
    Field("result.serverInfo.**", Care.FIXED, Kind.NAME, "who speaks"),
    Field("result.capabilities.**", Care.FIXED, Kind.NAME, _PROTOCOL),
    Field("result._meta.**", Care.FIXED, Kind.NAME, _PROTOCOL),
    Field("result.instructions", Care.WORDS, Kind.SYSTEM),
    *_server_request("params."),
    *_server_request("result.inputRequests.*.params."),
    Field("result.inputRequests.*.method", Care.FIXED, Kind.NAME, _PROTOCOL),
    *data("params.data", Kind.TEXT),
    *data("error.data", Kind.TEXT),
)

ANSWER = Table(_RESULT)


def refuse(denial: Denial) -> Reply:
    """HTTP 200 with a JSON-RPC error that repeats the request's id: the one form in which every client
    shows code, message and data, and the session goes on. Without an id to repeat it is 403: a client would not
    take the error for the answer to its own, and wait. A notification is dropped with 202."""
    if denial.reply_to is None:
        return Reply(202, (), b"")
    status = 403 if denial.reply_to == "null" else 200
    return Reply(status, (("Content-Type", "application/json"),), _error(denial, denial.reply_to).encode())


def _error(denial: Denial, reply_to: str) -> str:
    error = {
        "code": BLOCKED,
        "message": denial.text,
        "data": {"code": denial.code, "incident": denial.incident},
    }
    return f'{{"jsonrpc": "2.0", "id": {reply_to}, "error": {json.dumps(error)}}}'


def hard_stop(denial: Denial, seen: Seen) -> tuple[Closing, ...]:
    """The answer to the request that the stream belongs to, as a message event; none where nobody waits for
    one. There is no soft stop: a result would have to be made up."""
    return () if denial.reply_to is None else (Closing(_error(denial, denial.reply_to), "message", error=True),)


def tools(root: Node) -> tuple[str, ...]:
    """The tools that a message calls, or each message of a batch (2025-03-26 and older)."""
    messages = root.items if isinstance(root, Array) else [root]
    return tuple(tool for message in messages for tool in _tools_called(message))


def _tools_called(message: Node) -> Iterator[str]:
    """Servers in Go take names of members in any case, the last of them; so each of these is one that may be called.
    In JavaScript `["export"]` is a name like `"export"`. A call without a name is one of a tool that no list names."""
    if "tools/call" not in [text for method in _members(message, "method") for text in _spelt(method)]:
        return
    names = [name for params in _members(message, "params") for name in _members(params, "name")]
    for name in names or [message]:
        yield from _spelt(name)


def _spelt(name: Node) -> Iterator[str]:
    """The names that `name` may be taken for; an empty one for what is none."""
    match name:
        case String(text=text):
            yield text
        case Array(items=[_, *_] as items):
            for item in items:
                yield from _spelt(item)
        case _:
            yield ""


def _members(node: Node, name: str) -> Iterator[Node]:
    """The members of that name, in any case."""
    members = node.members if isinstance(node, Object) else ()
    return (value for key, value in members if key.text.casefold() == name)


MCP = Dialect(
    "mcp", REQUEST, ANSWER, ANSWER, refuse,
    mirrors=("mcp-param-*", "mcp-name"), reply_at="/id", asks_at="/method", batches=True, tools=tools,
    routing=("mcp-method", "mcp-name"),
    streaming=Streaming(whole=True), hard_stop=hard_stop,
)  # fmt: skip
