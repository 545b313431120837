"""Mistral: chat, completion in the middle, embeddings, moderation, text recognition, conversations.

Source: mistralai 3.7 (`client/models`), API reference of /v1/chat/completions and /v1/conversations. Chat is
OpenAI's, but content may be chunks of more kinds, and the arguments of a call may be an object. A thinking
chunk may carry a signature, with which it can be handed back in a later turn: then it goes as it came.
"""

from __future__ import annotations

from grille.dialects import openai_chat
from grille.dialects.base import Dialect
from grille.dialects.fields import Care, Field, Table
from grille.dialects.openai_chat import refuse
from grille.dialects.vocabulary import data, schema
from grille.exchange import Kind

_TOOL_NAME = "the name of a tool"
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
        Field(f"{where}.uri", Care.FIXED, Kind.NAME, "where the provider itself will fetch from"),
        Field(f"{where}{{type=thinking}}{{signature=*}}.thinking[].text", Care.SEALED, why=_SIGNED),
        Field(f"{where}{{type=thinking}}.signature", Care.NEVER, why="ciphertext or signature of the provider"),
        *data(f"{where}.metadata", Kind.NAME),
    )  # fmt: skip


def _messages(where: str, files: Field) -> tuple[Field, ...]:
    return (
        *_chunks(f"{where}.content[]", files),
        Field(f"{where}{{role=tool}}.content[].content.text", Care.WORDS, Kind.RESULT),
        Field(f"{where}.tool_calls[].function.name", Care.FIXED, Kind.NAME, _TOOL_NAME),
        *data(f"{where}.tool_calls[].function.arguments", Kind.ARGUMENTS),
    )


def _entries(where: str, files: Field) -> tuple[Field, ...]:
    """Entries of a conversation: messages, calls and their results, a change of agent."""
    return (
        *_chunks(f"{where}.content[]", files),
        Field(f"{where}{{type=function.call|function.result|tool.execution}}.name", Care.FIXED, Kind.NAME, _TOOL_NAME),
        *data(f"{where}.arguments", Kind.ARGUMENTS),
        Field(f"{where}.result", Care.WORDS, Kind.RESULT),
        *data(f"{where}.info", Kind.RESULT),
    )


# What becomes of a file, as a row without a place: one that goes out is opened, one that comes back is not.
_SENT = Field("", Care.FILE)
_BACK = Field("", Care.NEVER, why=_COMES_BACK)
_IDS: tuple[Field, ...] = tuple(
    Field(f"**.{name}", Care.FIXED, Kind.NAME, "an id that must come back as it was")
    for name in ("agent_id", "previous_agent_id", "next_agent_id", "conversation_id", "connector_id", "library_ids[]")
)

REQUEST = Table(
    [
        *openai_chat.REQUEST.fields,
        *_IDS,
        *_messages("messages[]", _SENT),
        *_messages("input[]", _SENT),
        *_messages("input[][]", _SENT),
        *_entries("inputs[]", _SENT),
        Field("instructions", Care.WORDS, Kind.SYSTEM),
        Field("tools[].authorization.value", Care.FIXED, Kind.NAME, "a credential that the provider itself will use"),
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
        *data(f"{_DELTA}.tool_calls[].function.arguments", Kind.ARGUMENTS),
        *openai_chat.EVENT.fields,
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
        Field("name", Care.FIXED, Kind.NAME, _TOOL_NAME),
        Field("arguments", Care.WORDS, Kind.ARGUMENTS, channel="arguments"),
        *data("info", Kind.RESULT),
    ]
)

MISTRAL = Dialect(
    "mistral", REQUEST, ANSWER, EVENT, refuse,
    indices=frozenset({"index", "output_index", "content_index"}), streaming=openai_chat.OPENAI_CHAT.streaming,
)  # fmt: skip
