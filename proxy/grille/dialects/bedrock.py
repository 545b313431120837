"""Amazon Bedrock: Converse and its stream, CountTokens, ApplyGuardrail.

Source: botocore 1.44.5 (`bedrock-runtime/2023-09-30`). Member names say what a value is (`text`, `toolUse`),
not a `type`. Tool input and JSON results are free JSON; `bytes` is base64. Reasoning that comes with a
signature is checked by the model that wrote it.

A streamed answer is an AWS event stream: the payload is the inner object of an event, whose kind stands in
its header `:event-type`, so the table of events starts inside it. InvokeModel speaks each model's own
dialect and is not read here.
"""

from __future__ import annotations

import json

from grille.dialects import anthropic
from grille.dialects.base import Denial, Dialect, Reply
from grille.dialects.fields import OTHER, Care, Field, Table
from grille.dialects.stopping import begun, closing
from grille.dialects.streaming import Closing, Ended, Seen, Streaming
from grille.dialects.vocabulary import (
    CIPHER,
    ID,
    TOOL_NAME,
    VENDOR_NAMES,
    WORDS_OF_VENDOR,
    data,
    named,
    pointers,
    schema,
)
from grille.dialects.walk import index_values
from grille.exchange import Kind
from grille.framing.base import Framing
from grille.framing.json_spans import Node, Object, String

_SIGNED = "signed by the provider: a changed byte ends the conversation"

_NAMES: tuple[Field, ...] = (
    *VENDOR_NAMES,
    Field("**.toolUseId", Care.FIXED, Kind.NAME, ID),
    *pointers("**.s3Location.uri"),
    Field("**.s3Location.bucketOwner", Care.FIXED, Kind.NAME, ID),
    *named(
        ("stopReason", "latency", "invokedModelId", "qualifiers[]", "action", "confidence", "filterStrength"),
        WORDS_OF_VENDOR,
    ),
)


def _blocks(where: str) -> tuple[Field, ...]:
    """Content blocks, in a request and in an answer."""
    return (
        Field(f"{where}.text", Care.WORDS),
        Field(f"{where}.toolResult.**.text", Care.WORDS, Kind.RESULT),
        Field(f"{where}.toolResult.content[].searchResult.*", Care.WORDS, Kind.RESULT),
        # Its grammar has no room for the underscore of a token.
        Field(f"{where}.**.document.name", Care.FIXED, Kind.NAME, "letters, digits, blanks, hyphens and brackets"),
        Field(f"{where}.reasoningContent.reasoningText{{signature=*}}.text", Care.SEALED, why=_SIGNED),
        Field(f"{where}.reasoningContent.reasoningText.signature", Care.NEVER, why=CIPHER),
        Field(f"{where}.reasoningContent.redactedContent", Care.NEVER, why=CIPHER),
        *(
            Field(f"{where}.{change}.tool.**", Care.FIXED, Kind.NAME, TOOL_NAME)
            for change in ("toolAddition", "toolRemoval")
        ),
        Field(f"{where}.toolUse.name", Care.FIXED, Kind.NAME, TOOL_NAME),
        *data(f"{where}.toolUse.input", Kind.ARGUMENTS),
        *data(f"{where}.toolResult.content[].json", Kind.RESULT),
    )


def _conversation(where: str) -> tuple[Field, ...]:
    """What a model is asked: of Converse itself, or of CountTokens; `where` ends with a dot."""
    tools = f"{where}toolConfig.tools[]"
    return (
        Field(f"{where}messages[].content[].**.bytes", Care.FILE),
        *_blocks(f"{where}messages[].content[]"),
        Field(f"{where}system[].text", Care.WORDS, Kind.SYSTEM),
        Field(f"{where}system[].guardContent.text.text", Care.WORDS, Kind.SYSTEM),
        Field(f"{where}system[].**.bytes", Care.FILE),
        Field(f"{tools}.toolSpec.name", Care.FIXED, Kind.NAME, TOOL_NAME),
        Field(f"{tools}.toolSpec.description", Care.WORDS, Kind.SYSTEM),
        *schema(f"{tools}.toolSpec.inputSchema.json"),
        Field(f"{tools}.systemTool.name", Care.HOSTED, Kind.NAME, "a tool that runs at the provider"),
        Field(f"{where}toolConfig.toolChoice.**", Care.FIXED, Kind.NAME, TOOL_NAME),
        *data(f"{where}additionalModelRequestFields", Kind.TEXT),
        *anthropic.provider_side(f"{where}additionalModelRequestFields."),
    )


REQUEST = Table(
    [
        *_NAMES,
        *_conversation(""),
        *_conversation("input.converse."),
        Field("input.invokeModel.body", Care.FILE),
        Field("promptVariables.*.text", Care.WORDS),
        *data("requestMetadata", Kind.NAME),
        Field("guardrailConfig.**", Care.FIXED, Kind.NAME, WORDS_OF_VENDOR),
        Field("additionalModelResponseFieldPaths[]", Care.FIXED, Kind.NAME, "JSON pointers"),
        *(
            Field(f"outputConfig.textFormat.structure.jsonSchema.{name}", Care.FIXED, Kind.NAME, "a JSON Schema")
            for name in ("name", "schema")
        ),
        Field("outputConfig.textFormat.structure.jsonSchema.description", Care.WORDS, Kind.SYSTEM),
        Field("source", Care.FIXED, Kind.NAME, WORDS_OF_VENDOR),
        Field("outputScope", Care.FIXED, Kind.NAME, WORDS_OF_VENDOR),
        Field("content[].image.source.bytes", Care.FILE),
    ]
)

_ABOUT: tuple[Field, ...] = (
    *_NAMES,
    Field("**.appliedGuardrailDetails.**", Care.FIXED, Kind.NAME, WORDS_OF_VENDOR),
    *data("additionalModelResponseFields", Kind.TEXT),
)

ANSWER = Table(
    [
        *_ABOUT,
        Field("output.message.content[].**.bytes", Care.NEVER, why="a picture or sound that comes back"),
        Field("output.message.content[].**.document.source.bytes", Care.FILE),
        *_blocks("output.message.content[]"),
    ]
)

EVENT = Table(
    [
        # The pieces of a kind of delta that is not known yet.
        Field("delta.**", Care.WORDS, channel=OTHER),
        *_ABOUT,
        Field("delta.text", Care.WORDS, channel="text"),
        Field("delta.toolUse.input", Care.WORDS, Kind.ARGUMENTS, channel="input"),
        # The signature comes after the text: no piece shows yet whether the whole will have one.
        Field("delta.reasoningContent.text", Care.SEALED, why=_SIGNED, channel="reasoning"),
        Field("delta.reasoningContent.signature", Care.NEVER, why=CIPHER),
        Field("delta.reasoningContent.redactedContent", Care.NEVER, why=CIPHER),
        Field("delta.toolResult[].text", Care.WORDS, Kind.RESULT, channel="result"),
        *data("delta.toolResult[].json", Kind.RESULT),
        Field("delta.citation.**", Care.WORDS, Kind.RESULT),
        Field("delta.citation.sourceContent[].text", Care.WORDS, Kind.RESULT, channel="citation"),
        Field("delta.image.source.bytes", Care.NEVER, why="a picture that comes back"),
        Field("start.toolUse.name", Care.FIXED, Kind.NAME, TOOL_NAME),
        Field("p", Care.NEVER, why="padding"),
    ]
)


def refuse(denial: Denial) -> Reply:
    """HTTP 403; without the header botocore would raise a nameless `ClientError`."""
    headers = (("Content-Type", "application/json"), ("x-amzn-ErrorType", "AccessDeniedException"))
    return Reply(403, headers, json.dumps({"message": denial.text}).encode())


_INDICES = frozenset({"contentBlockIndex"})


def ended(event: Node) -> tuple[Ended, ...]:
    """What an event ends, whose kind stands outside the payload: one that says why all stopped, everything;
    one that only names a block, that block."""
    if not isinstance(event, Object):
        return ()
    if isinstance(event.get("stopReason"), String):
        return (Ended(),)
    indices = index_values(event, _INDICES)
    is_stop = indices and event.get("delta") is None and event.get("start") is None
    return (Ended(indices),) if is_stop else ()


def hard_stop(denial: Denial, seen: Seen) -> tuple[Closing, ...]:
    """An exception that botocore raises as `EventStreamError` with its text; the others ask to try again."""
    return (closing({"message": denial.text}, "validationException", error=True),)


def soft_stop(denial: Denial, seen: Seen) -> tuple[Closing, ...]:
    """As when a guardrail of Amazon's steps in, after every block that is still open was stopped."""
    stops = [closing({"contentBlockIndex": at}, "contentBlockStop") for at in begun(seen, "contentBlockIndex")]
    start = [closing({"role": "assistant"}, "messageStart")] if seen.latest is None else []
    return (*start, *stops, closing({"stopReason": "guardrail_intervened"}, "messageStop"))


BEDROCK = Dialect(
    "bedrock", REQUEST, ANSWER, EVENT, refuse,
    indices=_INDICES, framing=Framing.EVENT_STREAM,
    streaming=Streaming(ended, repeats=True),
    hard_stop=hard_stop, soft_stop=soft_stop,
)  # fmt: skip
