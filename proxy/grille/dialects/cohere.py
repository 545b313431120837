"""Cohere's second API: chat, embed, rerank.

Source: cohere-python 7.3 (`v2/types`), API reference of /v2/chat. Documents may be plain texts or free JSON;
the arguments of a call are a JSON text. A streamed answer has one event a piece, told apart by `index`;
citations repeat the words they stand for.
"""

from __future__ import annotations

import json

from grille.dialects.base import Denial, Dialect, Reply
from grille.dialects.fields import Care, Field, Table
from grille.dialects.vocabulary import VENDOR_NAMES, data, schema
from grille.exchange import Kind

_TOOL_NAME = "the name of a tool"
_AGAIN = "the same words once more, as tokens"


def _message(where: str) -> tuple[Field, ...]:
    """A message, in a request and in an answer."""
    return (
        Field(f"{where}.tool_calls[].function.name", Care.FIXED, Kind.NAME, _TOOL_NAME),
        Field(f"{where}.tool_calls[].function.arguments", Care.WORDS, Kind.ARGUMENTS),
        *data(f"{where}.citations[].sources[].tool_output", Kind.RESULT),
        *data(f"{where}.citations[].sources[].document", Kind.TEXT),
    )


REQUEST = Table(
    [
        *VENDOR_NAMES,
        *(Field(f"messages[]{{role=system}}.content{tail}", Care.WORDS, Kind.SYSTEM) for tail in ("", "[].text")),
        *(Field(f"messages[]{{role=tool}}.content{tail}", Care.WORDS, Kind.RESULT) for tail in ("", "[].text")),
        *data("messages[].content[].document.data", Kind.RESULT),
        Field("messages[].content[].image_url.url", Care.FILE),
        *_message("messages[]"),
        *data("documents[].data", Kind.TEXT),
        Field("tools[].function.name", Care.FIXED, Kind.NAME, _TOOL_NAME),
        Field("tools[].function.description", Care.WORDS, Kind.SYSTEM),
        *schema("tools[].function.parameters"),
        *schema("response_format.json_schema"),
        *schema("response_format.schema"),
        Field("texts[]", Care.WORDS),
        Field("images[]", Care.FILE),
        Field("inputs[].content[].image_url.url", Care.FILE),
        Field("query", Care.WORDS),
        *(
            Field(name, Care.FIXED, Kind.NAME, "the vendor's own vocabulary")
            for name in ("safety_mode", "input_type", "embedding_types[]", "truncate")
        ),
    ]
)

ANSWER = Table(
    [
        *VENDOR_NAMES,
        *_message("message"),
        Field("response_type", Care.FIXED, Kind.NAME, "the vendor's own vocabulary"),
        Field("logprobs", Care.ECHO, why=_AGAIN),
        Field("embeddings.**", Care.NEVER, why="vectors: they hold no words"),
        *data("results[].document", Kind.TEXT),
    ]
)

_DELTA = "delta.message"

EVENT = Table(
    [
        *VENDOR_NAMES,
        Field(f"{_DELTA}.content.text", Care.WORDS, channel="text"),
        Field(f"{_DELTA}.content.thinking", Care.WORDS, channel="thinking"),
        Field(f"{_DELTA}.tool_plan", Care.WORDS, channel="plan"),
        Field(f"{_DELTA}.tool_calls.function.name", Care.FIXED, Kind.NAME, _TOOL_NAME),
        Field(f"{_DELTA}.tool_calls.function.arguments", Care.WORDS, Kind.ARGUMENTS, channel="arguments"),
        *data(f"{_DELTA}.citations.sources[].tool_output", Kind.RESULT),
        *data(f"{_DELTA}.citations.sources[].document", Kind.TEXT),
        Field("logprobs", Care.ECHO, why=_AGAIN),
    ]
)


def refuse(denial: Denial) -> Reply:
    """HTTP 403 that the SDK raises as `ForbiddenError`, once, with the body as it stands."""
    body = {"message": denial.text, "code": denial.code, "id": denial.incident}
    return Reply(403, (("Content-Type", "application/json"),), json.dumps(body).encode())


COHERE = Dialect("cohere", REQUEST, ANSWER, EVENT, refuse, indices=frozenset({"index"}))
