"""Mistral: chat, completion in the middle, embeddings, moderation, text recognition, conversations.

Source: mistralai 3.7 (`client/models`), API reference of /v1/chat/completions and /v1/conversations. Chat is
OpenAI's, but content may be chunks of more kinds, and the arguments of a call may be an object. A thinking
chunk may carry a signature, with which it can be handed back in a later turn: then it goes as it came.
"""

from __future__ import annotations

import json
from dataclasses import replace

from grille.dialects import openai_chat
from grille.dialects.base import Denial, Dialect
from grille.dialects.fields import OTHER, Care, Field, Table
from grille.dialects.openai_chat import refuse
from grille.dialects.stopping import closing, said
from grille.dialects.streaming import Closing, Ended, Seen
from grille.dialects.vocabulary import (
    CIPHER,
    ID,
    TOOL_NAME,
    VENDOR_NAMES,
    WORDS_OF_VENDOR,
    credentials,
    data,
    named,
    pointers,
    schema,
)
from grille.exchange import Kind
from grille.framing.json_spans import Node, String, find

_SIGNED = "signed by the provider: a changed byte ends the turn"
_AGAIN = "the same words once more, as tokens"
_COMES_BACK = "a picture or document that comes back"


def _chunks(where: str, files: Field) -> tuple[Field, ...]:
    """Chunks of content at `where`; `files` says what becomes of pictures, sound and documents."""
    return (
        *(
            Field(f"{where}.{name}", files.care, why=files.why)
            for name in ("image_url", "image_url.url", "document_url", "input_audio", "input_audio.data",
                         "content.image_url", "content.image_url.url")
        ),
        Field(f"{where}.document_name", Care.WORDS, Kind.NAME),
        *pointers(f"{where}.uri"),
        Field(f"{where}{{type=thinking}}{{signature=*}}.thinking[].text", Care.SEALED, why=_SIGNED),
        Field(f"{where}{{type=thinking}}.signature", Care.NEVER, why=CIPHER),
        *data(f"{where}.metadata", Kind.NAME),
    )  # fmt: skip


def _messages(where: str, files: Field) -> tuple[Field, ...]:
    return (
        *_chunks(f"{where}.content[]", files),
        Field(f"{where}{{role=tool}}.content[].content.text", Care.WORDS, Kind.RESULT),
        Field(f"{where}.tool_calls[].function.name", Care.FIXED, Kind.NAME, TOOL_NAME),
        *data(f"{where}.tool_calls[].function.arguments", Kind.ARGUMENTS),
    )


def _entries(where: str, files: Field) -> tuple[Field, ...]:
    """Entries of a conversation: messages, calls and their results, a change of agent."""
    return (
        *_chunks(f"{where}.content[]", files),
        Field(f"{where}{{type=function.call|function.result|tool.execution}}.name", Care.FIXED, Kind.NAME, TOOL_NAME),
        *data(f"{where}.arguments", Kind.ARGUMENTS),
        Field(f"{where}.result", Care.WORDS, Kind.RESULT),
        *data(f"{where}.info", Kind.RESULT),
    )


# What becomes of a file, as a row without a place: one that goes out is opened, one that comes back is not.
_SENT = Field("", Care.FILE)
_BACK = Field("", Care.NEVER, why=_COMES_BACK)
_IDS = named(
    ("agent_id", "previous_agent_id", "next_agent_id", "conversation_id", "library_ids[]", "image_id", "table_id",
     "reference_ids[]"),
    ID,
)  # fmt: skip
_KINDS = named(
    ("action", "tool", "prompt_mode", "output_dtype", "confidence_scores_granularity", "table_format",
     "handoff_execution", "confirmation_status", "confirmation", "completed_at", "created_at"),
    WORDS_OF_VENDOR,
)  # fmt: skip

REQUEST = Table(
    [
        *openai_chat.REQUEST.fields,
        *_IDS,
        *_KINDS,
        Field("**.connector_id", Care.HOSTED, Kind.NAME, "a connection that the provider itself holds"),
        *_messages("messages[]", _SENT),
        *(Field(f"{name}{items}", Care.TOKENS) for name in ("input", "prompt") for items in ("", "[]", "[][]")),
        *_messages("input[]", _SENT),
        *_messages("input[][]", _SENT),
        *_entries("inputs[]", _SENT),
        Field("instructions", Care.WORDS, Kind.SYSTEM),
        *credentials("tools[].authorization.value"),
        *schema("completion_args.response_format.json_schema"),
        Field("document.document_url", Care.FILE),
        Field("document.document_name", Care.WORDS, Kind.NAME),
        Field("document.image_url", Care.FILE),
        Field("document.image_url.url", Care.FILE),
        Field("document_annotation_prompt", Care.WORDS, Kind.SYSTEM),
        *schema("document_annotation_format.json_schema"),
        *schema("bbox_annotation_format.json_schema"),
    ]
)

_ABOUT: tuple[Field, ...] = (
    *_IDS,
    *_KINDS,
    Field("choices[].prompt_logprobs", Care.ECHO, why=_AGAIN),
    Field("data[].embedding.**", Care.NEVER, why="a vector: it holds no words"),
)

ANSWER = Table(
    [
        *openai_chat.ANSWER.fields,
        *_ABOUT,
        *_messages("choices[].message", _BACK),
        *_messages("choices[].messages[]", _BACK),
        *data("choices[].messages[].metadata", Kind.NAME),
        *_entries("outputs[]", _BACK),
        Field("pages[].markdown", Care.WORDS, Kind.RESULT),
        Field("pages[].images[].image_base64", Care.NEVER, why=_COMES_BACK),
    ]
)

_DELTA = "choices[].delta"

EVENT = Table(
    [
        *openai_chat.EVENT.fields,
        *data(f"{_DELTA}.tool_calls[].function.arguments.*", Kind.ARGUMENTS),
        # The pieces of a chunk that is not known yet; but what is cited is whole each time.
        Field("content.**", Care.WORDS, channel=OTHER),
        *(
            Field(f"{where}{{type=reference|tool_reference}}.**", Care.WORDS)
            for where in (f"{_DELTA}.content[]", "content")
        ),
        *VENDOR_NAMES,
        *_ABOUT,
        *_chunks(f"{_DELTA}.content[]", _BACK),
        *_chunks("content", _BACK),
        Field(f"{_DELTA}.content[].text", Care.WORDS, channel="content"),
        Field("content", Care.WORDS, channel="content"),
        Field("content.text", Care.WORDS, channel="content"),
        # The signature comes last: a piece does not show yet whether the whole will be signed.
        *(
            Field(f"{where}.thinking[].text", Care.SEALED, why=_SIGNED, channel="thinking")
            for where in (f"{_DELTA}.content[]", "content")
        ),
        Field("name", Care.FIXED, Kind.NAME, TOOL_NAME),
        Field("arguments", Care.WORDS, Kind.ARGUMENTS, channel="arguments"),
        *data("info", Kind.RESULT),
    ]
)

_REASONING = openai_chat.REASONING | {"thinking"}
_LAST = frozenset({"conversation.response.done", "conversation.response.error"})


def ended(event: Node) -> tuple[Ended, ...]:
    """As in chat; of a conversation nothing ends before it does, because no event closes an entry."""
    kind = find(event, "/type")
    if isinstance(kind, String) and kind.text in _LAST:
        return (Ended(),)
    return openai_chat.ended(event, _REASONING)


def hard_stop(denial: Denial, seen: Seen) -> tuple[Closing, ...]:
    """An error where a chunk is expected. Mistral's client has no form for it and raises its complaint about
    that (`ResponseValidationError`), whose body is the event; OpenAI's, which many use, raises for `error`.
    A conversation has an event of its own, which the client hands on."""
    if not _is_conversation(seen):
        event = {"message": denial.text, "object": "error", "error": openai_chat.error(denial)}
        return (closing(event, error=True),)
    kind = "conversation.response.error"
    return (closing({"type": kind, "message": denial.text, "code": 403}, kind, error=True),)


def soft_stop(denial: Denial, seen: Seen) -> tuple[Closing, ...]:
    """As in chat, or the end of a conversation. Before the first event it is not known which of them this is:
    then one event is both, because each client looks for its own members and needs no mark behind it."""
    chat = openai_chat.soft_stop(denial, seen)
    kind = "conversation.response.done"
    usage = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}
    done: dict[str, object] = {"type": kind, "usage": usage}
    if _is_conversation(seen):
        return (closing(done, kind),)
    return chat if seen.latest is not None else (closing({**json.loads(chat[0].data), **done}, kind),)


def _is_conversation(seen: Seen) -> bool:
    return said(seen, "/type") != ""


MISTRAL = Dialect(
    "mistral", REQUEST, ANSWER, EVENT, refuse,
    indices=frozenset({"index", "output_index", "content_index", "tool_call_id"}),
    streaming=replace(openai_chat.OPENAI_CHAT.streaming, ended=ended),
    hard_stop=hard_stop, soft_stop=soft_stop,
)  # fmt: skip
