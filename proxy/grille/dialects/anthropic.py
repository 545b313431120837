"""Anthropic messages, and its token counting.

Source: anthropic-sdk-python 2.12 (`types/`), API reference of POST /v1/messages. Tool input is an
object, its stream a JSON text in fragments (`partial_json`) per content block. Thinking blocks carry a
signature over their text: one changed byte there ends the conversation with an error.
"""

from __future__ import annotations

import json

from grille.dialects.base import Denial, Dialect, Reply
from grille.dialects.fields import Care, Field, Table
from grille.dialects.stopping import begun, closing
from grille.dialects.streaming import Closing, Ended, Seen, Streaming
from grille.dialects.vocabulary import VENDOR_WORDS, data, schema
from grille.dialects.walk import index_values
from grille.exchange import Kind
from grille.framing.json_spans import Node, Object, String

_SIGNED = "signed by the provider: a changed byte ends the conversation"


def _blocks(where: str) -> tuple[Field, ...]:
    """Content blocks, wherever a message, an answer or a tool result holds them."""
    return (
        Field(f"{where}.text", Care.WORDS),
        Field(f"{where}{{type=thinking}}.thinking", Care.SEALED, why=_SIGNED),
        Field(
            f"{where}{{type=redacted_thinking}}.data",
            Care.NEVER,
            why="ciphertext or signature of the provider",
        ),
        Field(
            f"{where}{{type=tool_use|server_tool_use|mcp_tool_use}}.name",
            Care.FIXED,
            Kind.NAME,
            "the name of a tool",
        ),
        Field(f"{where}.caller.**", Care.FIXED, Kind.NAME, "an id that must come back as it was"),
        *data(f"{where}.input", Kind.ARGUMENTS),
        *_files(where),
    )


def _files(where: str) -> tuple[Field, ...]:
    return (
        Field(f"{where}.source.data", Care.FILE),
        Field(f"{where}.source{{type=text}}.data", Care.WORDS),
        Field(f"{where}.source.url", Care.FIXED, Kind.NAME, "where the provider itself will fetch from"),
        Field(f"{where}.citations[].file_id", Care.FIXED, Kind.NAME, "an id that must come back as it was"),
    )


def _results(where: str) -> tuple[Field, ...]:
    """The content of tool results: a text, blocks, or what the provider's own tools report. That of a compaction
    is named alike and signed."""
    return (
        Field(f"{where}.content", Care.WORDS, Kind.RESULT),
        Field(f"{where}.content[].text", Care.WORDS, Kind.RESULT),
        Field(f"{where}.content.stdout", Care.WORDS, Kind.RESULT),
        Field(f"{where}.content.stderr", Care.WORDS, Kind.RESULT),
        Field(f"{where}.content.lines[]", Care.WORDS, Kind.RESULT),
        *_files(f"{where}.content[]"),
        *_files(f"{where}.content.content"),
        *_files(f"{where}.content[].source.content[]"),
        Field(f"{where}{{type=compaction}}.content", Care.SEALED, why=_SIGNED),
    )


REQUEST = Table(
    [
        *VENDOR_WORDS,
        Field("system", Care.WORDS, Kind.SYSTEM),
        Field("system[].text", Care.WORDS, Kind.SYSTEM),
        Field("messages[].content", Care.WORDS),
        *_blocks("messages[].content[]"),
        *_files("messages[].content[].source.content[]"),
        *_results("messages[].content[]"),
        Field("tools[].name", Care.FIXED, Kind.NAME, "the name of a tool"),
        Field("tools[].description", Care.WORDS, Kind.SYSTEM),
        *schema("tools[].input_schema"),
        *data("tools[].input_examples[]", Kind.ARGUMENTS),
        Field("tools[].allowed_domains[]", Care.FIXED, Kind.NAME, "a host name"),
        Field("tools[].blocked_domains[]", Care.FIXED, Kind.NAME, "a host name"),
        Field("tool_choice.**", Care.FIXED, Kind.NAME, "the name of a tool"),
        Field("mcp_servers[].url", Care.FIXED, Kind.NAME, "where the provider itself will connect to"),
        Field("mcp_servers[].name", Care.FIXED, Kind.NAME, "the name of a server"),
        Field("container", Care.FIXED, Kind.NAME, "an id that must come back as it was"),
        Field("fallback_credit_token", Care.NEVER, why="ciphertext or signature of the provider"),
        *data("metadata", Kind.NAME),
        Field("user_profile_id", Care.WORDS, Kind.NAME),
    ]
)

ANSWER = Table([*VENDOR_WORDS, *_blocks("content[]"), *_results("content[]")])

EVENT = Table(
    [
        *VENDOR_WORDS,
        *_blocks("message.content[]"),
        *_blocks("content_block"),
        *_results("content_block"),
        Field("content_block{type=text}.text", Care.WORDS, channel="text"),
        Field("delta{type=text_delta}.text", Care.WORDS, channel="text"),
        Field("delta{type=input_json_delta}.partial_json", Care.WORDS, Kind.ARGUMENTS, channel="input"),
        Field("content_block{type=thinking}.thinking", Care.SEALED, why=_SIGNED, channel="thinking"),
        Field("delta{type=thinking_delta}.thinking", Care.SEALED, why=_SIGNED, channel="thinking"),
        Field("delta{type=compaction_delta}.content", Care.SEALED, why=_SIGNED, channel="compaction"),
    ]
)


def refuse(denial: Denial) -> Reply:
    """HTTP 403 that the SDK raises as `PermissionDeniedError`, once."""
    error = {"type": "permission_error", "message": denial.text, "code": denial.code}
    body = {"type": "error", "error": error, "request_id": denial.incident}
    headers = (("Content-Type", "application/json"), ("x-should-retry", "false"))
    return Reply(403, headers, json.dumps(body).encode())


_INDICES = frozenset({"index"})


def ended(event: Node) -> tuple[Ended, ...]:
    kind = event.get("type") if isinstance(event, Object) else None
    match event, kind:
        case Object(), String(text="content_block_stop"):
            return (Ended(index_values(event, _INDICES)),)
        case _, String(text="message_stop" | "error"):
            return (Ended(),)
        case _:
            return ()


def hard_stop(denial: Denial, seen: Seen) -> tuple[Closing, ...]:
    """The event `error`, which the SDK raises as `APIStatusError` with its text."""
    error = {"type": "permission_error", "message": denial.text, "code": denial.code}
    return (closing({"type": "error", "error": error, "request_id": denial.incident}, "error", error=True),)


def soft_stop(denial: Denial, seen: Seen) -> tuple[Closing, ...]:
    """A refusal, after every block that is still open was closed; the text is its explanation."""
    details = {"type": "refusal", "category": None, "explanation": denial.text}
    delta = {"stop_reason": "refusal", "stop_sequence": None, "stop_details": details}
    events: list[dict[str, object]] = [
        *({"type": "content_block_stop", "index": number} for number in begun(seen)),
        {"type": "message_delta", "delta": delta, "usage": {"output_tokens": 0}},
        {"type": "message_stop"},
    ]
    if seen.latest is None:
        events.insert(0, {"type": "message_start", "message": _nothing_yet(denial)})
    return tuple(closing(event, str(event["type"])) for event in events)


def _nothing_yet(denial: Denial) -> dict[str, object]:
    message = {"id": f"msg_{denial.incident}", "type": "message", "role": "assistant", "model": "", "content": []}
    return message | {"stop_reason": None, "stop_sequence": None, "usage": {"input_tokens": 0, "output_tokens": 0}}


ANTHROPIC = Dialect(
    "anthropic", REQUEST, ANSWER, EVENT, refuse,
    indices=_INDICES,
    streaming=Streaming(ended, keep_alive=frozenset({"ping"}), repeats=True),
    hard_stop=hard_stop, soft_stop=soft_stop,
)  # fmt: skip
