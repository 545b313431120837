"""Cohere's second API: chat, embed, rerank.

Source: cohere-python 7.3 (`v2/types`), API reference of /v2/chat. Documents may be plain texts or free JSON;
the arguments of a call are a JSON text. A streamed answer has one event a piece, told apart by `index`;
citations repeat the words they stand for.
"""

from __future__ import annotations

import json

from grille.dialects.base import Denial, Dialect, Reply
from grille.dialects.fields import OTHER, Care, Field, Table
from grille.dialects.stopping import begun, closing, said
from grille.dialects.streaming import Closing, Ended, Seen, Streaming
from grille.dialects.vocabulary import TOKEN_IDS, TOOL_NAME, VENDOR_NAMES, WORDS_OF_VENDOR, data, schema
from grille.dialects.walk import index_values
from grille.exchange import Kind
from grille.framing.json_spans import Node, Object, String

_AGAIN = "the same words once more, as tokens"


def _message(where: str) -> tuple[Field, ...]:
    """A message, in a request and in an answer."""
    return (
        Field(f"{where}.tool_calls[].function.name", Care.FIXED, Kind.NAME, TOOL_NAME),
        Field(f"{where}.tool_calls[].function.arguments", Care.WORDS, Kind.ARGUMENTS),
        *data(f"{where}.citations[].sources[].tool_output", Kind.RESULT),
        *data(f"{where}.citations[].sources[].document", Kind.TEXT),
    )


REQUEST = Table(
    [
        *VENDOR_NAMES,
        *TOKEN_IDS,
        *(Field(f"messages[]{{role=system}}.content{tail}", Care.WORDS, Kind.SYSTEM) for tail in ("", "[].text")),
        *(Field(f"messages[]{{role=tool}}.content{tail}", Care.WORDS, Kind.RESULT) for tail in ("", "[].text")),
        *data("messages[].content[].document.data", Kind.RESULT),
        Field("messages[].content[].image_url.url", Care.FILE),
        *_message("messages[]"),
        *data("documents[].data", Kind.TEXT),
        Field("tools[].function.name", Care.FIXED, Kind.NAME, TOOL_NAME),
        Field("tools[].function.description", Care.WORDS, Kind.SYSTEM),
        *schema("tools[].function.parameters"),
        *schema("response_format.json_schema"),
        *schema("response_format.schema"),
        Field("texts[]", Care.WORDS),
        Field("images[]", Care.FILE),
        Field("inputs[].content[].image_url.url", Care.FILE),
        Field("query", Care.WORDS),
        *(
            Field(name, Care.FIXED, Kind.NAME, WORDS_OF_VENDOR)
            for name in ("safety_mode", "input_type", "embedding_types[]", "truncate")
        ),
    ]
)

ANSWER = Table(
    [
        *VENDOR_NAMES,
        *_message("message"),
        Field("response_type", Care.FIXED, Kind.NAME, WORDS_OF_VENDOR),
        Field("logprobs", Care.ECHO, why=_AGAIN),
        Field("embeddings.**", Care.NEVER, why="vectors: they hold no words"),
        *data("results[].document", Kind.TEXT),
    ]
)

_DELTA = "delta.message"

EVENT = Table(
    [
        # The pieces of what is not known yet; but what is cited is whole each time.
        Field(f"{_DELTA}.**", Care.WORDS, channel=OTHER),
        Field(f"{_DELTA}.citations.**", Care.WORDS),
        *VENDOR_NAMES,
        Field(f"{_DELTA}.content.text", Care.WORDS, channel="text"),
        Field(f"{_DELTA}.content.thinking", Care.WORDS, channel="thinking"),
        Field(f"{_DELTA}.tool_plan", Care.WORDS, channel="plan"),
        Field(f"{_DELTA}.tool_calls.function.name", Care.FIXED, Kind.NAME, TOOL_NAME),
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


_INDICES = frozenset({"index"})
_END = {
    **dict.fromkeys(("content-start", "content-delta", "citation-start", "citation-end"), "content-end"),
    **dict.fromkeys(("tool-call-start", "tool-call-delta"), "tool-call-end"),
}
"""What closes the part that is open after an event of that type."""
_PLAN, _CONTENT, _CALL = frozenset({"plan"}), frozenset({"text", "thinking"}), frozenset({"arguments"})


def ended(event: Node) -> tuple[Ended, ...]:
    """What an event ends. Content and calls are counted apart, so the same index may mean one of each; what
    the model planned ends with the first of either."""
    kind = event.get("type") if isinstance(event, Object) else None
    match event, kind:
        case Object(), String(text="content-end"):
            return (Ended(index_values(event, _INDICES), _CONTENT),)
        case Object(), String(text="tool-call-end"):
            return (Ended(index_values(event, _INDICES), _CALL),)
        case _, String(text="content-start" | "tool-call-start"):
            return (Ended(names=_PLAN),)
        case _, String(text="message-end"):
            return (Ended(),)
        case _:
            return ()


def hard_stop(denial: Denial, seen: Seen) -> tuple[Closing, ...]:
    """The message ends with an error. The SDK hands it on: nothing in a stream makes it raise."""
    delta = {"finish_reason": "ERROR", "error": denial.text}
    return (closing({"type": "message-end", "delta": delta}, "message-end", error=True),)


def soft_stop(denial: Denial, seen: Seen) -> tuple[Closing, ...]:
    """The message ends short, after what was last open in it. Cohere has no reason that says filtered; this
    one says that words are missing."""
    events: list[dict[str, object]] = []
    if seen.latest is None:
        message = {"role": "assistant", "content": [], "tool_plan": "", "tool_calls": [], "citations": []}
        events.append({"type": "message-start", "id": denial.incident, "delta": {"message": message}})
    end = _END.get(said(seen, "/type"))
    if end is not None:
        events += [{"type": end, "index": number} for number in begun(seen)[-1:]]
    events.append({"type": "message-end", "delta": {"finish_reason": "MAX_TOKENS"}})
    return tuple(closing(event, str(event["type"])) for event in events)


COHERE = Dialect(
    "cohere", REQUEST, ANSWER, EVENT, refuse,
    indices=_INDICES, streaming=Streaming(ended, repeats=True), hard_stop=hard_stop, soft_stop=soft_stop,
)  # fmt: skip
