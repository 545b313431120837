"""Model Context Protocol over HTTP: the handshake era (up to 2025-11-25) and the stateless one (2026-07-28).

Source: the specification of both revisions and `mcp-types` 2.3. Requests are JSON-RPC 2.0; an answer is
JSON or a stream of `message` events that each hold one. In the stateless era the headers `Mcp-Name` and
`Mcp-Param-*` repeat values of the body, and a server refuses a call whose headers and body disagree.
"""

from __future__ import annotations

import json

from grille.dialects.base import Denial, Dialect, Reply
from grille.dialects.fields import Care, Field, Table
from grille.dialects.streaming import Closing, Seen, Streaming
from grille.dialects.vocabulary import data, schema
from grille.exchange import Kind
from grille.framing.json_spans import Array, Node, String, find

BLOCKED = -32010
"""From the implementation's own band; -32000 and -32001 are used inside SDKs, -32002 is retired."""

_VOCABULARY = "the protocol's own vocabulary"
_TOOL_NAME = "the name of a tool"
_AN_ID = "an id that must come back as it was"
_OPENED = "what the user will open"
_STATE = "sealed by the server, which checks it; a finding there blocks, because nobody may change it"
_IDS = (
    "progressToken", "cursor", "nextCursor", "taskId", "requestId", "elicitationId", "toolUseId", "createdAt",
    "lastUpdatedAt", "lastModified",
)  # fmt: skip
_WORDS_OF_THE_PROTOCOL = (
    "method", "protocolVersion", "supportedVersions[]", "resultType", "mimeType", "cacheScope", "role", "audience[]",
    "mode", "action", "level", "includeContext", "stopReason", "taskSupport",
)  # fmt: skip

_ENVELOPE: tuple[Field, ...] = (
    Field("jsonrpc", Care.FIXED, Kind.NAME, _VOCABULARY),
    Field("id", Care.FIXED, Kind.NAME, _AN_ID),
    *(Field(f"**.{name}", Care.FIXED, Kind.NAME, _AN_ID) for name in _IDS),
    *(Field(f"**.{name}", Care.FIXED, Kind.NAME, _VOCABULARY) for name in _WORDS_OF_THE_PROTOCOL),
    Field("**.requestState", Care.FIXED, Kind.NAME, _STATE),
    Field("**._meta.**", Care.FIXED, Kind.NAME, _VOCABULARY),
    Field("**.icons[].src", Care.FIXED, Kind.NAME, "where a picture is, or the picture"),
    *data("error.data", Kind.TEXT),
    Field("error.data.elicitations[].url", Care.FIXED, Kind.NAME, _OPENED),
    Field("error.data.elicitations[].elicitationId", Care.FIXED, Kind.NAME, _AN_ID),
)


def _content(where: str, kind: Kind) -> tuple[Field, ...]:
    """Content blocks: text, pictures and sound, embedded and linked resources; in sampling also the calls of
    tools and what they gave."""
    return (
        Field(f"{where}.type", Care.FIXED, Kind.NAME, _VOCABULARY),
        Field(f"{where}.text", Care.WORDS, kind),
        Field(f"{where}{{type=image|audio}}.data", Care.FILE),
        Field(f"{where}.resource.text", Care.WORDS, kind),
        Field(f"{where}.resource.blob", Care.FILE),
        Field(f"{where}{{type=tool_use}}.id", Care.FIXED, Kind.NAME, _AN_ID),
        Field(f"{where}{{type=tool_use}}.name", Care.FIXED, Kind.NAME, _TOOL_NAME),
        *data(f"{where}{{type=tool_use}}.input", Kind.ARGUMENTS),
    )


def _said(where: str, kind: Kind) -> tuple[Field, ...]:
    """One content block or a list of them, and what tools gave in those."""
    return (
        *_content(where, kind),
        *_content(f"{where}[]", kind),
        *(
            field
            for block in (where, f"{where}[]")
            for field in (
                *_content(f"{block}{{type=tool_result}}.content[]", Kind.RESULT),
                *data(f"{block}{{type=tool_result}}.structuredContent", Kind.RESULT),
            )
        ),
    )


def _tool(where: str) -> tuple[Field, ...]:
    return (
        Field(f"{where}.name", Care.FIXED, Kind.NAME, _TOOL_NAME),
        Field(f"{where}.title", Care.WORDS, Kind.SYSTEM),
        Field(f"{where}.description", Care.WORDS, Kind.SYSTEM),
        Field(f"{where}.annotations.title", Care.WORDS, Kind.SYSTEM),
        *schema(f"{where}.inputSchema"),
        *schema(f"{where}.outputSchema"),
    )


def _reply_of_client(where: str) -> tuple[Field, ...]:
    """What a client gives a server that asked: words of a model, a form that a user filled in, its roots."""
    return (
        *data(where, Kind.TEXT),
        *(Field(f"{where}.{name}", Care.FIXED, Kind.NAME, _VOCABULARY) for name in ("role", "action", "stopReason")),
        Field(f"{where}._meta.**", Care.FIXED, Kind.NAME, _VOCABULARY),
        Field(f"{where}.model", Care.FIXED, Kind.NAME, "the name of a model"),
        *_said(f"{where}{{role=*}}.content", Kind.TEXT),
    )


def _asked_of_client(where: str) -> tuple[Field, ...]:
    """The params of a request that a server makes: for words of a model, or to ask the user."""
    return (
        Field(f"{where}.systemPrompt", Care.WORDS, Kind.SYSTEM),
        Field(f"{where}.message", Care.WORDS, Kind.TEXT),
        Field(f"{where}.url", Care.FIXED, Kind.NAME, _OPENED),
        *_said(f"{where}.messages[].content", Kind.TEXT),
        Field(f"{where}.toolChoice.**", Care.FIXED, Kind.NAME, _VOCABULARY),
        *_tool(f"{where}.tools[]"),
        *schema(f"{where}.requestedSchema"),
    )


REQUEST = Table(
    [
        *_ENVELOPE,
        Field("params.name", Care.FIXED, Kind.NAME, "the name of a tool or prompt"),
        Field("params.ref.type", Care.FIXED, Kind.NAME, _VOCABULARY),
        Field("params.ref.name", Care.FIXED, Kind.NAME, "the name of a prompt"),
        *data("params.arguments", Kind.ARGUMENTS),
        *data("params.context.arguments", Kind.ARGUMENTS),
        Field("params.clientInfo.**", Care.FIXED, Kind.NAME, "who speaks"),
        Field("params.capabilities.**", Care.FIXED, Kind.NAME, _VOCABULARY),
        *_reply_of_client("params.inputResponses.*"),
        Field("params.inputResponses.*", Care.FIXED, Kind.NAME, _AN_ID),
        *_reply_of_client("result"),
    ]
)


def _result(where: str) -> tuple[Field, ...]:
    """What a tool, a resource or a prompt gave, at once or by way of a task."""
    return (
        *data(f"{where}.structuredContent", Kind.RESULT),
        *_content(f"{where}.content[]", Kind.RESULT),
        Field(f"{where}.contents[].text", Care.WORDS, Kind.RESULT),
        Field(f"{where}.contents[].blob", Care.FILE),
        *_said(f"{where}.messages[].content", Kind.RESULT),
    )


def _task(where: str) -> tuple[Field, ...]:
    return (
        Field(f"{where}.status", Care.FIXED, Kind.NAME, _VOCABULARY),
        Field(f"{where}.statusMessage", Care.WORDS, Kind.RESULT),
    )


ANSWER = Table(
    [
        *_ENVELOPE,
        *_result("result"),
        *(field for where in ("result", "params") for field in _result(f"{where}.result")),
        *(field for where in ("result", "result.task", "result.tasks[]", "params") for field in _task(where)),
        *_tool("result.tools[]"),
        *(
            Field(f"result.{each}.{name}", Care.FIXED, Kind.NAME, "a name to call by")
            for each, name in (
                ("prompts[]", "name"),
                ("prompts[].arguments[]", "name"),
                ("resourceTemplates[]", "uriTemplate"),
            )
        ),
        *(
            Field(f"result.{each}.{name}", Care.WORDS, Kind.SYSTEM)
            for each in ("prompts[]", "prompts[].arguments[]", "resources[]", "resourceTemplates[]")
            for name in ("title", "description")
        ),
        Field("result.serverInfo.**", Care.FIXED, Kind.NAME, "who speaks"),
        Field("result.capabilities.**", Care.FIXED, Kind.NAME, _VOCABULARY),
        Field("result.instructions", Care.WORDS, Kind.SYSTEM),
        *data("params.data", Kind.TEXT),
        *(
            field
            for where in ("params", "result.inputRequests.*.params", "params.inputRequests.*.params")
            for field in _asked_of_client(where)
        ),
        *(Field(f"{where}.inputRequests.*", Care.FIXED, Kind.NAME, _AN_ID) for where in ("result", "params")),
    ]
)


def refuse(denial: Denial) -> Reply:
    """HTTP 200 with a JSON-RPC error that repeats the request's id: the one form in which every client
    shows code, message and data, and the session goes on. A notification is dropped with 202."""
    if denial.reply_to is None:
        return Reply(202, (), b"")
    return Reply(200, (("Content-Type", "application/json"),), _error(denial, denial.reply_to).encode())


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
    return tuple(tool for tool in map(_tool_called, messages) if tool is not None)


def _tool_called(message: Node) -> str | None:
    method, name = find(message, "/method"), find(message, "/params/name")
    if isinstance(method, String) and method.text == "tools/call" and isinstance(name, String):
        return name.text
    return None


MCP = Dialect(
    "mcp", REQUEST, ANSWER, ANSWER, refuse,
    mirrors=("mcp-param-*", "mcp-name"), reply_at="/id", batches=True, tools=tools,
    streaming=Streaming(whole=True), hard_stop=hard_stop,
)  # fmt: skip
