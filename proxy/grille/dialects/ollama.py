"""Ollama's own API: chat, generate, embed. (What it serves under /v1 is OpenAI's.)

Source: ollama-python 0.6.3 (`_types.py`), docs/api.md of the server. Tool arguments are objects; thinking is
plain text. An answer is streamed unless the request says otherwise: a JSON object a line, whose pieces
follow each other. `context` is the conversation so far as token ids.

The server is written in Go and takes a member's name in any case. One spelt otherwise is judged like an
unknown one: its words are, but a file in it is not opened.
"""

from __future__ import annotations

import json

from grille.dialects.base import Denial, Dialect, Reply
from grille.dialects.fields import OTHER, Care, Field, Table
from grille.dialects.stopping import closing, said
from grille.dialects.streaming import Closing, Ended, Seen, Streaming
from grille.dialects.vocabulary import TOKEN_IDS, TOOL_NAME, VENDOR_NAMES, WORDS_OF_VENDOR, data, schema
from grille.exchange import Kind
from grille.framing.base import Framing
from grille.framing.json_spans import Array, Node, String, Word, find

_AGAIN = "the same words once more, as tokens"
_PICTURE = "a picture that comes back"
_NEVER = "1970-01-01T00:00:00Z"
"""A time for clients that want one, when no line has said any."""
_CLOCK = "how long it took, in nanoseconds: any ten digits"


def _calls(where: str) -> tuple[Field, ...]:
    return (
        Field(f"{where}.tool_calls[].function.name", Care.FIXED, Kind.NAME, TOOL_NAME),
        *data(f"{where}.tool_calls[].function.arguments", Kind.ARGUMENTS),
        Field(f"{where}.tool_name", Care.FIXED, Kind.NAME, TOOL_NAME),
    )


REQUEST = Table(
    [
        *VENDOR_NAMES,
        *TOKEN_IDS,
        Field("messages[].content", Care.WORDS),
        Field("messages[]{role=system}.content", Care.WORDS, Kind.SYSTEM),
        Field("messages[]{role=tool}.content", Care.WORDS, Kind.RESULT),
        Field("messages[].thinking", Care.WORDS),
        Field("messages[].images[]", Care.FILE),
        *_calls("messages[]"),
        Field("tools[].function.name", Care.FIXED, Kind.NAME, TOOL_NAME),
        Field("tools[].function.description", Care.WORDS, Kind.SYSTEM),
        *schema("tools[].function.parameters"),
        *schema("format"),
        Field("system", Care.WORDS, Kind.SYSTEM),
        Field("template", Care.WORDS, Kind.SYSTEM),
        Field("images[]", Care.FILE),
        Field("context[]", Care.TOKENS),
        Field("keep_alive", Care.FIXED, Kind.NAME, WORDS_OF_VENDOR),
        Field("think", Care.FIXED, Kind.NAME, WORDS_OF_VENDOR),
    ]
)

_ABOUT: tuple[Field, ...] = (
    *VENDOR_NAMES,
    *(
        Field(name, Care.FIXED, Kind.NAME, WORDS_OF_VENDOR)
        for name in ("created_at", "done_reason", "remote_model", "remote_host")
    ),
    *(Field(f"{name}_duration", Care.NEVER, why=_CLOCK) for name in ("total", "load", "prompt_eval", "eval")),
    Field("context", Care.ECHO, why=_AGAIN),
    Field("logprobs", Care.ECHO, why=_AGAIN),
    Field("message.images[]", Care.NEVER, why=_PICTURE),
    Field("image", Care.NEVER, why=_PICTURE),
    Field("embedding[]", Care.NEVER, why="a vector: it holds no words"),
    Field("embeddings[][]", Care.NEVER, why="a vector: it holds no words"),
    *_calls("message"),
)

ANSWER = Table([*_ABOUT, Field("message.content", Care.WORDS), Field("response", Care.WORDS)])

EVENT = Table(
    [
        # The pieces of what is not known yet.
        Field("message.**", Care.WORDS, channel=OTHER),
        *_ABOUT,
        Field("message.content", Care.WORDS, channel="content"),
        Field("message.thinking", Care.WORDS, channel="thinking"),
        Field("response", Care.WORDS, channel="response"),
        Field("thinking", Care.WORDS, channel="thinking"),
    ]
)


def refuse(denial: Denial) -> Reply:
    """HTTP 403 that the SDK raises as `ResponseError`, once; it shows the text and nothing else."""
    headers = (("Content-Type", "application/json"),)
    return Reply(403, headers, json.dumps({"error": denial.text, "code": denial.code}).encode())


_THINKING = frozenset({"thinking"})


def ended(event: Node) -> tuple[Ended, ...]:
    """The last line ends everything, the first words or call end the thinking (as in `openai_chat.py`)."""
    done = find(event, "/done")
    if isinstance(done, Word) and done.value is True:
        return (Ended(),)
    words = (find(event, address) for address in ("/message/content", "/response"))
    answers = any(isinstance(node, String) and node.text for node in words)
    if answers or isinstance(find(event, "/message/tool_calls"), Array):
        return (Ended(names=_THINKING),)
    return ()


def hard_stop(denial: Denial, seen: Seen) -> tuple[Closing, ...]:
    """A line with an `error`, which the SDK raises as `ResponseError`."""
    return (closing({"error": denial.text}, error=True),)


def soft_stop(denial: Denial, seen: Seen) -> tuple[Closing, ...]:
    """A last line, for a chat and for a completion at once: each client takes the member that it knows."""
    nothing = {"message": {"role": "assistant", "content": ""}, "response": ""}
    line = {"model": said(seen, "/model"), "created_at": said(seen, "/created_at", _NEVER), **nothing}
    return (closing({**line, "done": True, "done_reason": "content_filter"}),)


OLLAMA = Dialect(
    "ollama", REQUEST, ANSWER, EVENT, refuse,
    framing=Framing.NDJSON,
    streaming=Streaming(ended, overtakes=True, repeats=True),
    hard_stop=hard_stop, soft_stop=soft_stop,
)  # fmt: skip
