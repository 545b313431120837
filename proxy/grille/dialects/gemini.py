"""Google's Gemini models: generateContent and its stream, countTokens, embedContent; also on Vertex AI.

Source: google-genai 3.4 (`types.py`, `models.py`), developers.google.com/protocol-buffers JSON mapping.
Requests are protocol buffers written as JSON: every name may stand in camelCase or snake_case, and one
value may stand where a list is meant (`parts: {...}`). So places are named from their nearest unmistakable
member on (`**.inlineData.data`). Arguments and responses of functions are free JSON.

An answer is streamed as events with `alt=sse`, else as one JSON array; the text parts of a candidate follow
each other. A thought (`thought: true`) is words like any other: the signature beside it stands for the
model's own state, and no documentation says that the text is held against it. It is handed back untouched.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import product

from grille.dialects.base import Denial, Dialect, Reply
from grille.dialects.fields import OTHER, Care, Field, Table
from grille.dialects.stopping import begun, closing, said
from grille.dialects.streaming import Closing, Ended, Indices, Seen, Streaming
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
from grille.dialects.walk import index_values
from grille.exchange import Kind
from grille.framing.base import Framing
from grille.framing.json_spans import Array, Node, Object, String, Word, find

_COMES_BACK = "a picture or sound that comes back"

_NAME = re.compile(r"([A-Za-z]+)")


def both(fields: Iterable[Field]) -> tuple[Field, ...]:
    """Each field as written, in camelCase, and with any of its names in snake_case."""
    return tuple(
        replace(field, where="".join(spelt))
        for field in fields
        for spelt in product(*(_spellings(piece) for piece in _NAME.split(field.where)))
    )


def _spellings(name: str) -> tuple[str, ...]:
    snake = re.sub(r"(?<=[a-z])[A-Z]", lambda capital: "_" + capital[0].lower(), name)
    return (name,) if snake == name else (name, snake)


_KINDS = (
    "language", "outcome", "toolType", "mediaProcessing", "scheduling", "behavior", "category", "threshold",
    "probability", "severity", "modality", "method", "taskType", "languageCode", "finishReason", "blockReason",
    "modelVersion", "modelStage", "trafficType", "createTime", "retirementTime", "urlRetrievalStatus",
    "responseMimeType", "responseModalities[]", "mediaResolution", "allowedFunctionNames[]", "jsonPath", "apiSpec",
    "blockingConfidence", "contentLayers[]", "disabledSafetyPolicies[]", "environment", "featureSelectionPreference",
    "level", "modelRoutingPreference", "nullValue", "overwrittenThreshold", "prominentPeople", "serviceTier",
    "thinkingLevel", "timeRangeFilter.startTime", "timeRangeFilter.endTime", "responseFormat[].*.delivery",
    "responseFormat[].*.aspectRatio", "responseFormat[].*.imageSize",
)  # fmt: skip
_IDS = (
    "responseId", "cachedContent", "fileUri", "placeId", "chunkId", "fileId", "mediaId", "sourceId", "reviewId",
    "googleMapsWidgetContextToken",
)  # fmt: skip
_FUNCTION = ("**.functionDeclarations", "**.functionDeclarations[]")
_SCHEMAS = ("parameters", "parametersJsonSchema", "response", "responseJsonSchema")

_PARTS: tuple[Field, ...] = (
    Field("**.text", Care.WORDS),
    *named(_KINDS, WORDS_OF_VENDOR),
    *named(_IDS, ID),
    *(Field(f"**.{kind}.displayName", Care.WORDS, Kind.NAME) for kind in ("inlineData", "fileData")),
    *(Field(f"**.parts{item}.thoughtSignature", Care.NEVER, why=CIPHER) for item in ("", "[]")),
    *(
        Field(f"{where}continuationToken", Care.NEVER, why=CIPHER)
        for where in ("", "generationConfig.", "generateContentRequest.")
    ),
    Field("candidates[].continuationToken", Care.NEVER, why=CIPHER),
    Field("**.functionCall.name", Care.FIXED, Kind.NAME, TOOL_NAME),
    Field("**.functionCall.partialArgs[].stringValue", Care.WORDS, Kind.ARGUMENTS),
    Field("**.functionResponse.name", Care.FIXED, Kind.NAME, TOOL_NAME),
    Field("**.executableCode.code", Care.WORDS, Kind.ARGUMENTS),
    Field("**.codeExecutionResult.output", Care.WORDS, Kind.RESULT),
)
_FREE: tuple[Field, ...] = (
    *data("**.functionCall.args", Kind.ARGUMENTS),
    *data("**.functionResponse.response", Kind.RESULT),
    *data("**.toolCall.args", Kind.ARGUMENTS),
    *data("**.toolResponse.response", Kind.RESULT),
    *data("**.partMetadata", Kind.NAME),
)
"""Last in a table: below these names nothing is the vendor's."""


def _tools(where: str) -> tuple[Field, ...]:
    """A list of tools, or one in its place: all but three kinds run at the provider."""
    return (
        Field(f"{where}.*", Care.HOSTED, Kind.NAME, "a tool that runs at the provider"),
        *(Field(f"{where}.{own}", Care.WORDS) for own in ("functionDeclarations", "mcpServers", "computerUse")),
    )


REQUEST = Table(
    [
        *VENDOR_NAMES,
        *both(
            [
                *_PARTS,
                Field("**.systemInstruction.**.text", Care.WORDS, Kind.SYSTEM),
                Field("**.inlineData.data", Care.FILE),
                Field("**.bytesBase64Encoded", Care.FILE),
                Field("**.voiceSampleAudio", Care.FILE),
                Field("**.consentAudio", Care.FILE),
                Field("**.voiceConsentSignature.signature", Care.NEVER, why=CIPHER),
                *(Field(f"{where}.name", Care.FIXED, Kind.NAME, TOOL_NAME) for where in _FUNCTION),
                *(Field(f"{where}.description", Care.WORDS, Kind.SYSTEM) for where in _FUNCTION),
                *(row for where in _FUNCTION for name in _SCHEMAS for row in schema(f"{where}.{name}")),
                *schema("**.responseSchema"),
                *schema("**.responseJsonSchema"),
                *schema("**._responseJsonSchema"),
                *_tools("**.tools[]"),
                # Not anywhere: an argument of a function may be called `tools` too.
                *(row for where in ("", "generateContentRequest.", "setup.") for row in _tools(f"{where}tools")),
                *pointers("**.streamableHttpTransport.url", "**.fileData.fileUri", "**.outputUriPrefix"),
                *pointers(
                    "**.gcsUri", "**.gcsSource.uris[]", "**.gcsSource.uris", "**.storageUri", "**.externalApi.endpoint"
                ),
                *credentials("**.streamableHttpTransport.headers.*", "**.apiKey", "**.authConfig.**"),
                *data("labels", Kind.NAME),
                *_FREE,
            ]
        ),
    ]
)

_ABOUT: tuple[Field, ...] = (
    *_PARTS,
    Field("**.inlineData.data", Care.NEVER, why=_COMES_BACK),
    Field("candidates[].logprobsResult", Care.ECHO, why="the same words once more, as tokens"),
    Field("**.searchEntryPoint.sdkBlob", Care.FILE),
    *(Field(f"predictions[].{name}", Care.NEVER, why=_COMES_BACK) for name in ("bytesBase64Encoded", "audioContent")),
    *(
        Field(f"predictions[].{name}", Care.NEVER, why="a vector: it holds no words")
        for name in ("embeddings.values[]", "textEmbedding[]", "imageEmbedding[]")
    ),
    Field("embedding.values[]", Care.NEVER, why="a vector: it holds no words"),
    Field("embeddings[].values[]", Care.NEVER, why="a vector: it holds no words"),
)

ANSWER = Table([*VENDOR_NAMES, *both([*_ABOUT, *_FREE])])

_STREAMED = "candidates[].content.parts[]"

EVENT = Table(
    [
        # The pieces of what a part may say one day and nobody knows yet.
        Field(f"{_STREAMED}.**", Care.WORDS, channel=OTHER),
        *VENDOR_NAMES,
        *both(
            [
                *_ABOUT,
                Field(f"{_STREAMED}.**.text", Care.WORDS, channel=OTHER),
                Field(f"{_STREAMED}.text", Care.WORDS, channel="text"),
                Field(f"{_STREAMED}{{thought=true}}.text", Care.WORDS, channel="thought"),
                Field(
                    f"{_STREAMED}.functionCall.partialArgs[].stringValue",
                    Care.WORDS,
                    Kind.ARGUMENTS,
                    channel="arguments",
                ),
                *_FREE,
            ]
        ),
    ]
)


_INDICES = frozenset({"index", "jsonPath", "json_path"})
_THOUGHT, _ARGUMENTS = frozenset({"thought"}), frozenset({"arguments"})


def refuse(denial: Denial) -> Reply:
    """HTTP 403 in the form of google.rpc.Status, which the SDK raises as `ClientError`, once."""
    return Reply(403, (("Content-Type", "application/json"),), json.dumps({"error": status(denial)}).encode())


def status(denial: Denial) -> dict[str, object]:
    """The denial as google.rpc.Status."""
    detail = {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": denial.code.upper(),
        "domain": "grille",
        "metadata": {"incident": denial.incident},
    }
    return {"code": 403, "message": denial.text, "status": "PERMISSION_DENIED", "details": [detail]}


def ended(event: Node) -> tuple[Ended, ...]:
    """What a chunk ends: all of a candidate with its reason to finish; its thoughts with the first words or
    call that follow them (as in `openai_chat.py`); an argument that will not continue, and with a call that
    will not all of its arguments. Calls one after the other have the same paths, and only that tells them
    apart."""
    candidates = find(event, "/candidates")
    found: list[Ended] = []
    for candidate in candidates.items if isinstance(candidates, Array) else ():
        if not isinstance(candidate, Object):
            continue
        indices = index_values(candidate, _INDICES)
        if isinstance(member(candidate, "finishReason"), String):
            found.append(Ended(indices))
            continue
        parts = find(candidate, "/content/parts")
        for part in parts.items if isinstance(parts, Array) else (parts,):
            if isinstance(part, Object):
                found += _ended_by_part(part, indices)
    return tuple(found)


def _ended_by_part(part: Object, indices: Indices) -> Iterator[Ended]:
    call, text = member(part, "functionCall"), part.get("text")
    if isinstance(call, Object):
        yield Ended(indices, _THOUGHT)
        arguments = member(call, "partialArgs")
        for argument in arguments.items if isinstance(arguments, Array) else ():
            if isinstance(argument, Object) and not _continues(argument):
                yield Ended((*indices, *index_values(argument, _INDICES)), _ARGUMENTS)
        if not _continues(call) and not isinstance(arguments, Array):
            yield Ended(indices, _ARGUMENTS)
    elif isinstance(text, String) and text.text and not _is_true(part.get("thought")):
        yield Ended(indices, _THOUGHT)


def member(node: Node | None, name: str) -> Node | None:
    """The member of that name, in either spelling."""
    values = (node.get(spelt) for spelt in _spellings(name)) if isinstance(node, Object) else ()
    return next((value for value in values if value is not None), None)


def _continues(node: Object) -> bool:
    return _is_true(member(node, "willContinue"))


def _is_true(node: Node | None) -> bool:
    return isinstance(node, Word) and node.value is True


def hard_stop(denial: Denial, seen: Seen) -> tuple[Closing, ...]:
    """An `error` in place of a chunk, which the SDK raises as `ClientError`. It has to be the first member."""
    return (closing({"error": status(denial)}, error=True),)


def soft_stop(denial: Denial, seen: Seen) -> tuple[Closing, ...]:
    """Every open candidate finishes for sensitive personal data (SPII), Google's own reason."""
    last = {"content": {"role": "model", "parts": []}, "finishReason": "SPII", "finishMessage": denial.text}
    candidates = [{"index": number, **last} for number in begun(seen) or (0,)]
    about = {name: said(seen, f"/{name}") for name in ("modelVersion", "responseId")}
    return (closing({"candidates": candidates} | {name: text for name, text in about.items() if text}),)


GEMINI = Dialect(
    "gemini", REQUEST, ANSWER, EVENT, refuse,
    indices=_INDICES, framing=Framing.JSON_ARRAY,
    streaming=Streaming(ended, overtakes=True, repeats=True),
    hard_stop=hard_stop, soft_stop=soft_stop,
)  # fmt: skip
