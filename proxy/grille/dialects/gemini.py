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
from collections.abc import Iterable
from dataclasses import replace
from itertools import product

from grille.dialects.base import Denial, Dialect, Reply
from grille.dialects.fields import Care, Field, Table
from grille.dialects.vocabulary import VENDOR_NAMES, data, schema
from grille.exchange import Kind
from grille.framing.base import Framing

VOCABULARY = "the vendor's own vocabulary"
TOOL_NAME = "the name of a tool"
CREDENTIAL = "a credential that the provider itself will use"
_COMES_BACK = "a picture or sound that comes back"
_CIPHER = "ciphertext or signature of the provider"

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
    "responseMimeType", "responseModalities[]", "mediaResolution", "allowedFunctionNames[]", "jsonPath",
)  # fmt: skip
_IDS = (
    "responseId", "cachedContent", "fileUri", "placeId", "chunkId", "fileId", "mediaId", "sourceId", "reviewId",
    "googleMapsWidgetContextToken",
)  # fmt: skip
_FUNCTION = ("**.functionDeclarations", "**.functionDeclarations[]")
_SCHEMAS = ("parameters", "parametersJsonSchema", "response", "responseJsonSchema")

_PARTS: tuple[Field, ...] = (
    Field("**.text", Care.WORDS),
    *(Field(f"**.{name}", Care.FIXED, Kind.NAME, VOCABULARY) for name in _KINDS),
    *(Field(f"**.{name}", Care.FIXED, Kind.NAME, "an id that must come back as it was") for name in _IDS),
    *(Field(f"**.{kind}.displayName", Care.WORDS, Kind.NAME) for kind in ("inlineData", "fileData")),
    *(Field(f"**.parts{item}.thoughtSignature", Care.NEVER, why=_CIPHER) for item in ("", "[]")),
    Field("generationConfig.continuationToken", Care.NEVER, why=_CIPHER),
    Field("candidates[].continuationToken", Care.NEVER, why=_CIPHER),
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

REQUEST = Table(
    [
        *VENDOR_NAMES,
        *both(
            [
                *_PARTS,
                Field("**.systemInstruction.**.text", Care.WORDS, Kind.SYSTEM),
                Field("**.inlineData.data", Care.FILE),
                Field("**.voiceSampleAudio", Care.FILE),
                Field("**.consentAudio", Care.FILE),
                Field("**.voiceConsentSignature.signature", Care.NEVER, why=_CIPHER),
                *(Field(f"{where}.name", Care.FIXED, Kind.NAME, TOOL_NAME) for where in _FUNCTION),
                *(Field(f"{where}.description", Care.WORDS, Kind.SYSTEM) for where in _FUNCTION),
                *(row for where in _FUNCTION for name in _SCHEMAS for row in schema(f"{where}.{name}")),
                *schema("**.responseSchema"),
                *schema("**.responseJsonSchema"),
                *schema("**._responseJsonSchema"),
                Field("**.streamableHttpTransport.url", Care.FIXED, Kind.NAME, "where the provider will connect to"),
                Field("**.streamableHttpTransport.headers.*", Care.FIXED, Kind.NAME, CREDENTIAL),
                Field("**.apiKey", Care.FIXED, Kind.NAME, CREDENTIAL),
                Field("**.authConfig.**", Care.FIXED, Kind.NAME, CREDENTIAL),
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
    Field("embedding.values[]", Care.NEVER, why="a vector: it holds no words"),
    Field("embeddings[].values[]", Care.NEVER, why="a vector: it holds no words"),
)

ANSWER = Table([*VENDOR_NAMES, *both([*_ABOUT, *_FREE])])

_STREAMED = "candidates[].content.parts[]"

EVENT = Table(
    [
        *VENDOR_NAMES,
        *both(
            [
                *_ABOUT,
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


def refuse(denial: Denial) -> Reply:
    """HTTP 403 in the form of google.rpc.Status, which the SDK raises as `ClientError`, once."""
    detail = {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": denial.code.upper(),
        "domain": "grille",
        "metadata": {"incident": denial.incident},
    }
    error = {"code": 403, "message": denial.text, "status": "PERMISSION_DENIED", "details": [detail]}
    return Reply(403, (("Content-Type", "application/json"),), json.dumps({"error": error}).encode())


GEMINI = Dialect(
    "gemini", REQUEST, ANSWER, EVENT, refuse,
    indices=frozenset({"index", "jsonPath", "json_path"}), framing=Framing.JSON_ARRAY,
)  # fmt: skip
