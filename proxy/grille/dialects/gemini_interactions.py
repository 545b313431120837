"""Gemini's interactions: steps in, steps out, and events that say a step in pieces.

Source: google-genai 3.4 (`_gaos/types/interactions`), API reference of POST /v1/interactions. What is asked
is a text, a piece of content or a list of steps; an older form calls what comes back `outputs`. Signatures
stand beside thoughts and calls; as in `gemini.py`, the words they stand beside are not sealed.
"""

from __future__ import annotations

from grille.dialects.base import Denial, Dialect
from grille.dialects.fields import OTHER, Care, Field, Table
from grille.dialects.gemini import both, refuse
from grille.dialects.stopping import begun, closing, said
from grille.dialects.streaming import Closing, Ended, Seen, Streaming
from grille.dialects.vocabulary import (
    CIPHER,
    ID,
    TOOL_NAME,
    VENDOR_NAMES,
    WORDS_OF_VENDOR,
    credentials,
    data,
    hosted,
    named,
    pointers,
    schema,
)
from grille.dialects.walk import index_values
from grille.exchange import Kind
from grille.framing.json_spans import Node, Object, String, find

_COMES_BACK = "a picture, sound or document that comes back"
_MEDIA = "image|audio|video|document"

_KINDS = (
    "resolution", "mimeType", "eventType", "serviceTier", "created", "updated", "agent", "aspectRatio", "imageSize",
    "thinkingLevel", "thinkingSummaries", "task", "processing", "contentLayers[]", "language", "searchType",
    "retrievalType", "responseModalities[]", "method", "threshold", "disabledSafetyPolicies[]", "environment",
    "searchTypes[]", "rankingConfig", "retrievalTypes[]", "execution", "visualization", "modality",
)  # fmt: skip
_IDS = (
    "previousInteractionId", "interactionId", "environmentId", "cachedContent", "eventId", "findingId", "mediaId",
    "placeId", "ragFileIds[]", "reviewId", "sessionId", "continuationIds[]", "widgetContextToken",
)  # fmt: skip

_NAMES: tuple[Field, ...] = (
    *VENDOR_NAMES,
    Field("**.text", Care.WORDS),
    *both(
        [
            *named(_KINDS, WORDS_OF_VENDOR),
            *named(_IDS, ID),
            Field("continuationToken", Care.NEVER, why=CIPHER),
            Field("interaction.continuationToken", Care.NEVER, why=CIPHER),
        ]
    ),
)


def _content(where: str, files: Field) -> tuple[Field, ...]:
    """A piece of content at `where`; `files` says what becomes of the base64 in it."""
    return (
        Field(f"{where}.data", files.care, why=files.why),
        *pointers(f"{where}.uri"),
    )


def _steps(where: str, files: Field) -> tuple[Field, ...]:
    """A step at `where`: what was asked or answered, a thought, a call or its result."""
    return (
        *_content(where, files),
        *_content(f"{where}.content[]", files),
        *_content(f"{where}.summary[]", files),
        Field(f"{where}.signature", Care.NEVER, why=CIPHER),
        Field(f"{where}.name", Care.FIXED, Kind.NAME, TOOL_NAME),
        Field(f"{where}.serverName", Care.FIXED, Kind.NAME, "the name of a server"),
        *data(f"{where}.arguments", Kind.ARGUMENTS),
        *data(f"{where}.result", Kind.RESULT),
        *_pieces(f"{where}.result[]{{type=text|{_MEDIA}}}"),
        Field(f"{where}.result[]{{type={_MEDIA}}}.data", files.care, why=files.why),
        Field(f"{where}{{type=code_execution_call}}.arguments.language", Care.FIXED, Kind.NAME, WORDS_OF_VENDOR),
        Field(f"{where}{{type=url_context_result}}.result[].status", Care.FIXED, Kind.NAME, WORDS_OF_VENDOR),
    )


def _pieces(where: str) -> tuple[Field, ...]:
    """Pieces of content that a tool handed back, among whatever else it may have said."""
    return (
        Field(f"{where}.**", Care.WORDS, Kind.RESULT),
        *(
            Field(f"{where}.{name}", Care.FIXED, Kind.NAME, WORDS_OF_VENDOR)
            for name in ("type", "mimeType", "uri", "resolution", "processing.**", "annotations[].type")
        ),
    )


# What becomes of a file, as a row without a place: one that goes out is opened, one that comes back is not.
_SENT = Field("", Care.FILE)
_BACK = Field("", Care.NEVER, why=_COMES_BACK)

_SETTINGS: tuple[Field, ...] = (
    Field("systemInstruction", Care.WORDS, Kind.SYSTEM),
    Field("tools[].name", Care.FIXED, Kind.NAME, TOOL_NAME),
    Field("tools[].description", Care.WORDS, Kind.SYSTEM),
    Field("tools[].shortDescription", Care.WORDS, Kind.SYSTEM),
    *schema("tools[].parameters"),
    *hosted("tools[]", "function", "mcp_server"),
    *pointers("tools[].url", "webhookConfig.uris[]", "environment.sources[].source"),
    *credentials("environment.network.allowlist[].transform.**"),
    *credentials("tools[].headers.*", "tools[].*.apiKey"),
    Field("generationConfig.toolChoice.**", Care.FIXED, Kind.NAME, TOOL_NAME),
    *schema("responseFormat"),
    *schema("responseFormat[]"),
    Field("environment", Care.FIXED, Kind.NAME, ID),
    Field("environment.env.**", Care.WORDS, Kind.ARGUMENTS),
    Field("environment.network.**", Care.FIXED, Kind.NAME, "where the provider itself will connect to, and how"),
    Field("environment.sources[]{encoding=base64}.content", Care.FILE),
    *data("webhookConfig.userMetadata", Kind.NAME),
    *data("labels", Kind.NAME),
)

REQUEST = Table(
    [
        *_NAMES,
        Field("input", Care.WORDS),
        *both([*_content("input", _SENT), *_steps("input[]", _SENT), *_SETTINGS]),
    ]
)


def _interaction(where: str) -> tuple[Field, ...]:
    return (
        *_steps(f"{where}steps[]", _BACK),
        *_steps(f"{where}outputs[]", _BACK),
        *_content(f"{where}input", _BACK),
        *_steps(f"{where}input[]", _BACK),
        *(Field(f"{where}output{kind}.data", Care.NEVER, why=_COMES_BACK) for kind in ("Audio", "Image", "Video")),
    )


ANSWER = Table([*_NAMES, *both([*_interaction(""), *_SETTINGS])])

EVENT = Table(
    [
        # The pieces of a kind of delta that is not known yet; but what is cited is whole each time.
        Field("delta.**", Care.WORDS, channel=OTHER),
        Field("delta.annotations.**", Care.WORDS),
        *_NAMES,
        Field("delta.**.text", Care.WORDS, channel=OTHER),
        *both(
            [
                *_interaction("interaction."),
                *_steps("step", _BACK),
                *_steps("delta", _BACK),
                *_content("delta.content", _BACK),
                # What a step begins with, its deltas go on with.
                Field("step.content[].text", Care.WORDS, channel="text"),
                Field("delta{type=text}.text", Care.WORDS, channel="text"),
                Field("step.summary[].text", Care.WORDS, channel="thought"),
                Field("delta{type=thought_summary}.content.text", Care.WORDS, channel="thought"),
                Field("delta{type=arguments_delta}.arguments", Care.WORDS, Kind.ARGUMENTS, channel="arguments"),
            ]
        ),
    ]
)

_INDICES = frozenset({"index"})


def ended(event: Node) -> tuple[Ended, ...]:
    kind = next(filter(None, (find(event, f"/{name}") for name in ("event_type", "eventType"))), None)
    match event, kind:
        case Object(), String(text="step.stop"):
            return (Ended(index_values(event, _INDICES)),)
        case _, String(text="interaction.completed" | "error"):
            return (Ended(),)
        case _:
            return ()


def hard_stop(denial: Denial, seen: Seen) -> tuple[Closing, ...]:
    """The event `error`. The SDK has a type for it and hands it on: nothing in a stream makes it raise."""
    error = {"code": denial.code, "message": denial.text}
    return (closing({"event_type": "error", "error": error}, "error", error=True),)


def soft_stop(denial: Denial, seen: Seen) -> tuple[Closing, ...]:
    """The interaction completes, incomplete, after every step that is still open was stopped."""
    interaction = {"id": said(seen, "/interaction/id", f"int_{denial.incident}"), "status": "incomplete"}
    events: list[dict[str, object]] = [
        *({"event_type": "step.stop", "index": number} for number in begun(seen)),
        {"event_type": "interaction.completed", "interaction": {**interaction, "object": "interaction"}},
    ]
    return tuple(closing(event, str(event["event_type"])) for event in events)


GEMINI_INTERACTIONS = Dialect(
    "gemini_interactions", REQUEST, ANSWER, EVENT, refuse,
    indices=_INDICES, streaming=Streaming(ended), hard_stop=hard_stop, soft_stop=soft_stop,
)  # fmt: skip
