"""Anthropic messages, and its token counting.

Source: anthropic-sdk-python 2.12 (`types/`), API reference of POST /v1/messages. Tool input is an
object, its stream a JSON text in fragments (`partial_json`) per content block. Thinking blocks carry a
signature over their text: one changed byte there ends the conversation with an error.
"""

from __future__ import annotations

import json

from grille.dialects.base import Denial, Dialect, Reply
from grille.dialects.fields import OTHER, Care, Field, Table
from grille.dialects.stopping import begun, closing
from grille.dialects.streaming import Closing, Ended, Seen, Streaming
from grille.dialects.vocabulary import (
    CIPHER,
    ID,
    NUMBER,
    TOOL_NAME,
    VENDOR_NAMES,
    WORDS_OF_VENDOR,
    credentials,
    data,
    hosted,
    named,
    pointers,
    schema,
    sealed,
)
from grille.dialects.walk import index_values
from grille.exchange import Kind
from grille.framing.json_spans import Node, Object, String

OWN_TOOLS = (
    "custom", "bash_20241022", "bash_20250124", "text_editor_20241022", "text_editor_20250124", "text_editor_20250429",
    "text_editor_20250728", "computer_20241022", "computer_20250124", "computer_20251124", "computer_toolset_20260801",
    "memory_20250818", "mcp_toolset", "tool_reference", "tool_search_tool_bm25", "tool_search_tool_bm25_20251119",
    "tool_search_tool_regex", "tool_search_tool_regex_20251119",
)  # fmt: skip
"""Those that the caller runs; `mcp_toolset`, whose server is a pointer of its own; and searches among tools."""
_SIGNED = "signed by the provider: a changed byte ends the conversation"


_KINDS = (
    "allowed_callers[]", "betas[]", "bill_to", "category", "clear_at", "display", "error_code", "expires_at",
    "fallbacks", "file_type", "input_transformations[].reason", "keep", "oversized_image", "prefix_mismatch_behavior",
    "response_inclusion", "retrieved_at", "speed", "status.reason",
)  # fmt: skip
_IDS = (
    "custom_id", "download_id", "previous_message_id", "skill_id", "tab_id", "tool_id", "workspace_id", "toolset_name",
    "tool_name", "server_name", "mcp_server_name",
)  # fmt: skip

_NAMES: tuple[Field, ...] = (
    *VENDOR_NAMES,
    *named(_KINDS, WORDS_OF_VENDOR),
    *named(_IDS, ID),
    *sealed("advisor_redacted_result|compaction|compaction_delta|web_search_result", "encrypted_content"),
    *sealed("web_search_result_location", "encrypted_index"),
    *sealed("encrypted_code_execution_result", "encrypted_stdout"),
    *sealed("thinking|compaction|signature_delta", "signature"),
    *sealed("refusal", "fallback_credit_token"),
)


def _blocks(where: str) -> tuple[Field, ...]:
    """Content blocks, wherever a message, an answer or a tool result holds them."""
    return (
        Field(f"{where}.text", Care.WORDS),
        Field(f"{where}{{type=thinking}}.thinking", Care.SEALED, why=_SIGNED),
        Field(
            f"{where}{{type=redacted_thinking}}.data",
            Care.NEVER,
            why=CIPHER,
        ),
        Field(
            f"{where}{{type=tool_use|server_tool_use|mcp_tool_use}}.name",
            Care.FIXED,
            Kind.NAME,
            TOOL_NAME,
        ),
        *(
            Field(f"{where}.{tool}.definition.name", Care.FIXED, Kind.NAME, TOOL_NAME)
            for tool in ("tool", "tool_changes[].tool")
        ),
        Field(f"{where}.caller.**", Care.FIXED, Kind.NAME, ID),
        *data(f"{where}.input", Kind.ARGUMENTS),
        *_files(where),
    )


def _files(where: str) -> tuple[Field, ...]:
    return (
        Field(f"{where}.source.data", Care.FILE),
        Field(f"{where}.source{{type=text}}.data", Care.WORDS),
        *pointers(f"{where}.source.url"),
        Field(f"{where}.citations[].file_id", Care.FIXED, Kind.NAME, ID),
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


def provider_side(where: str) -> tuple[Field, ...]:
    """What a request has the provider do by itself; `where` is empty or ends with a dot."""
    return (
        *hosted(f"{where}tools[]", *OWN_TOOLS),
        *pointers(f"{where}mcp_servers[].url"),
        *credentials(f"{where}mcp_servers[].authorization_token"),
    )


def _asked(where: str) -> tuple[Field, ...]:
    """What a model is asked, in a message or in one of a batch; `where` ends with a dot."""
    content = f"{where}messages[].content[]"
    return (
        Field(f"{where}system", Care.WORDS, Kind.SYSTEM),
        Field(f"{where}system[].text", Care.WORDS, Kind.SYSTEM),
        Field(f"{where}messages[].content", Care.WORDS),
        *_blocks(content),
        *_files(f"{content}.source.content[]"),
        *_results(content),
        *provider_side(where),
        *hosted(f"{content}.**.definition", *OWN_TOOLS),
        Field(f"{where}tools[].name", Care.FIXED, Kind.NAME, TOOL_NAME),
        Field(f"{where}tools[].description", Care.WORDS, Kind.SYSTEM),
        *schema(f"{where}tools[].input_schema"),
        *data(f"{where}tools[].input_examples[]", Kind.ARGUMENTS),
        Field(f"{where}tools[].allowed_domains[]", Care.FIXED, Kind.NAME, "a host name"),
        Field(f"{where}tools[].blocked_domains[]", Care.FIXED, Kind.NAME, "a host name"),
        Field(f"{where}tool_choice.**", Care.FIXED, Kind.NAME, TOOL_NAME),
        Field(f"{where}mcp_servers[].name", Care.FIXED, Kind.NAME, "the name of a server"),
        Field(f"{where}container", Care.FIXED, Kind.NAME, ID),
        Field(f"{where}fallback_credit_token", Care.NEVER, why=CIPHER),
        *data(f"{where}metadata", Kind.NAME),
        Field(f"{where}user_profile_id", Care.WORDS, Kind.NAME),
    )


REQUEST = Table(
    [
        *_NAMES,
        *_asked(""),
        *_asked("requests[].params."),
        Field("expires_in_seconds", Care.FIXED, Kind.NAME, NUMBER),
    ]
)

ANSWER = Table([*_NAMES, *_blocks("content[]"), *_results("content[]")])

EVENT = Table(
    [
        # The pieces of a kind of delta that is not known yet; but what is cited is whole each time.
        Field("delta.**", Care.WORDS, channel=OTHER),
        Field("delta.citation.**", Care.WORDS),
        *_NAMES,
        *_blocks("message.content[]"),
        # A line of the results of a batch.
        *_blocks("result.message.content[]"),
        *_results("result.message.content[]"),
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
