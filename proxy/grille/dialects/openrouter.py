"""OpenRouter's chat completions: OpenAI's, and what it hands on of the model behind it.

Source: openrouter.ai/docs (API reference, reasoning tokens), openrouter-python 1.3. `reasoning_details` are
blocks of that model; those with a signature go back as they came, or the model refuses the turn.
"""

from __future__ import annotations

import json

from grille.dialects import openai_chat
from grille.dialects.base import Denial, Dialect, Reply
from grille.dialects.fields import Care, Field, Table
from grille.dialects.stopping import closing
from grille.dialects.streaming import Closing, Seen
from grille.dialects.vocabulary import CIPHER, WORDS_OF_VENDOR, credentials
from grille.exchange import Kind

_SIGNED = "signed by the provider: a changed byte ends the turn"


def _reasoning(where: str) -> tuple[Field, ...]:
    return (
        Field(f"{where}{{signature=*}}.text", Care.SEALED, why=_SIGNED),
        Field(f"{where}.signature", Care.NEVER, why=CIPHER),
        Field(f"{where}{{type=reasoning.encrypted}}.data", Care.NEVER, why=CIPHER),
    )


REQUEST = Table(
    [
        *openai_chat.REQUEST.fields,
        *_reasoning("messages[].reasoning_details[]"),
        Field("plugins[].id", Care.HOSTED, Kind.NAME, "a tool that runs at the provider"),
        *credentials("**.api_key"),
        Field("models[]", Care.FIXED, Kind.NAME, WORDS_OF_VENDOR),
        Field("provider.**", Care.FIXED, Kind.NAME, WORDS_OF_VENDOR),
    ]
)

ANSWER = Table(
    [
        *openai_chat.ANSWER.fields,
        *_reasoning("choices[].message.reasoning_details[]"),
        Field("choices[].message.images[].image_url.url", Care.NEVER, why="a picture that comes back"),
    ]
)

EVENT = Table(
    [
        *openai_chat.EVENT.fields,
        *_reasoning("choices[].delta.reasoning_details[]"),
        # The signature comes last: a piece does not show yet whether the whole will be signed.
        Field("choices[].delta.reasoning_details[].text", Care.SEALED, why=_SIGNED, channel="details"),
        Field("choices[].delta.images[].image_url.url", Care.NEVER, why="a picture that comes back"),
    ]
)


def refuse(denial: Denial) -> Reply:
    """HTTP 403 as OpenRouter's own moderation answers."""
    return Reply(403, (("Content-Type", "application/json"),), json.dumps({"error": _error(denial)}).encode())


def _error(denial: Denial) -> dict[str, object]:
    """A number for the code, the rest in `metadata`."""
    return {"code": 403, "message": denial.text, "metadata": {"code": denial.code, "incident": denial.incident}}


def hard_stop(denial: Denial, seen: Seen) -> tuple[Closing, ...]:
    """A chunk that finishes with an error, as OpenRouter sends it when a model fails on the way."""
    head = openai_chat.about(denial, seen, "gen", "chat.completion.chunk")
    choice = {"index": 0, "delta": {"content": ""}, "finish_reason": "error"}
    return (closing({**head, "error": _error(denial), "choices": [choice]}, error=True),)


OPENROUTER = Dialect(
    "openrouter", REQUEST, ANSWER, EVENT, refuse,
    indices=openai_chat.OPENAI_CHAT.indices,
    streaming=openai_chat.OPENAI_CHAT.streaming,
    hard_stop=hard_stop, soft_stop=openai_chat.soft_stop,
)  # fmt: skip
