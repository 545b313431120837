"""Fields that several vendors name alike: kinds and ids, ciphertext, schemas of tools.

These come first in a dialect's tables, so that what the dialect itself says of a place decides.
"""

from __future__ import annotations

from collections.abc import Iterable

from grille.dialects.fields import Care, Field
from grille.exchange import Kind

_KINDS = (
    "type", "role", "object", "model", "status", "phase", "finish_reason", "stop_reason", "format", "mode", "detail",
    "effort", "service_tier", "ttl", "verbosity", "mime_type", "media_type", "mimeType", "encoding_format",
    "tool_choice", "system_fingerprint", "inference_geo", "stop_sequence",
)  # fmt: skip
_IDS = (
    "id", "call_id", "tool_call_id", "tool_use_id", "item_id", "file_id", "response_id", "previous_response_id",
    "container_id", "caller_id", "approval_request_id", "request_id", "prompt_cache_key", "fingerprint",
)  # fmt: skip
_OPENAI_KINDS = (
    "action", "allowed_callers[]", "anchor", "background", "button", "category_applied_input_types.*[]",
    "chunking_strategy", "completion_window", "complexity", "context_compression", "cyber", "delay", "environment",
    "error.code", "error_type", "execution", "generate_summary", "include[]", "incomplete_details.reason",
    "input_fidelity",
    "input_transformations[].reason", "max_output_tokens", "memory_limit", "modalities[]", "moderation",
    "moderation_stage", "output_format", "prompt_cache_diagnostics.reason", "prompt_cache_retention", "quality",
    "ranker", "reasoning.context", "reasoning.summary", "reasoning_effort", "require_approval",
    "search_content_types[]", "search_context_size", "size", "status_details.reason", "style", "syntax",
    "timestamp_granularities[]", "tracing", "truncation",
)  # fmt: skip
_OPENAI_IDS = (
    "comparison_response_id", "connector_id", "continuation_id", "document_id", "file_ids[]", "group_id", "skill_id",
    "stream_id", "tunnel_id", "vector_store_ids[]",
)  # fmt: skip
_TOKEN_IDS = ("prompt_token_ids", "input_ids", "token_ids", "tokens")
_VECTORS = ("input_embeds", "inputs_embeds")

WORDS_OF_VENDOR = "the vendor's own vocabulary"
ID = "an id that must come back as it was"
CIPHER = "ciphertext or signature of the provider"
TOOL_NAME = "the name of a tool"
NUMBER = "a number, which a form writes as a text"


def named(names: Iterable[str], why: str) -> tuple[Field, ...]:
    """Members of these names, wherever they stand, that are judged and have no room for other words."""
    return tuple(Field(f"**.{name}", Care.FIXED, Kind.NAME, why) for name in names)


def sealed(kinds: str, name: str) -> tuple[Field, ...]:
    """`name` in the types `kinds`, which only the provider can read. Elsewhere it is judged: what nobody looks at
    is a way out."""
    return (*named((name,), CIPHER), Field(f"**{{type={kinds}}}.{name}", Care.NEVER, why=CIPHER))


VENDOR_NAMES: tuple[Field, ...] = (*named(_KINDS, WORDS_OF_VENDOR), *named(_IDS, ID))

OPENAI_NAMES: tuple[Field, ...] = (
    *VENDOR_NAMES,
    *named(_OPENAI_KINDS, WORDS_OF_VENDOR),
    *named(_OPENAI_IDS, ID),
)
"""Also for the hosts that speak OpenAI's dialects."""


TOKEN_IDS: tuple[Field, ...] = (
    *(Field(f"**.{name}", Care.FILE) for name in ("prompt_embeds", "prompt_embeds[]", *_VECTORS)),
    *(
        Field(f"**.{name}{items}", Care.TOKENS)
        for name in (*_TOKEN_IDS, *_VECTORS)
        for items in ("[]", "[][]", "[][][]")
    ),
)
"""What self-hosted servers (vLLM, SGLang) take in place of words: the numbers of tokens, and their vectors as base64
or as numbers. A caller's own data of the same name is not meant, so a table says what that is behind these."""


def schema(where: str) -> tuple[Field, ...]:
    """A JSON Schema at `where`: its descriptions are words for the model, the rest is grammar."""
    return (
        Field(f"{where}.**", Care.FIXED, Kind.NAME, "a JSON Schema: property names, types and enumerations"),
        Field(f"{where}.**.description", Care.WORDS, Kind.SYSTEM),
        Field(f"{where}.**.title", Care.WORDS, Kind.SYSTEM),
    )


def pointers(*places: str) -> tuple[Field, ...]:
    """Addresses that the provider itself will reach."""
    return tuple(Field(where, Care.POINTER, Kind.NAME, "where the provider itself will connect to") for where in places)


def hosted(where: str, *own: str) -> tuple[Field, ...]:
    """The kind of a tool, at `where` and its member `type`: it runs at the provider, unless it is one of `own`,
    which the caller runs."""
    kinds = "|".join(own)
    return (
        Field(f"{where}.type", Care.HOSTED, Kind.NAME, "a tool that runs at the provider"),
        Field(f"{where}{{type={kinds}}}.type", Care.FIXED, Kind.NAME, WORDS_OF_VENDOR),
    )


def credentials(*places: str) -> tuple[Field, ...]:
    """Secrets that the provider itself will use, known by their place."""
    return tuple(
        Field(where, Care.CREDENTIAL, Kind.CREDENTIAL, "a credential that the provider itself will use")
        for where in places
    )


def data(where: str, kind: Kind) -> tuple[Field, ...]:
    """Free JSON at `where` and below."""
    return (Field(f"{where}.**", Care.DATA, kind),)
