"""Amazon Bedrock's InvokeModel and its stream: the body is the model's own, and so are the events of the answer.

Source: docs.aws.amazon.com/bedrock (inference request parameters, by model), anthropic-sdk-python 2.12
(`lib/bedrock`). The id of the model is in the path, but an ARN (of an inference profile, a provisioned or an imported
model) does not tell the family. So one table holds the places of all of them: Claude's messages (a body with
`anthropic_version`), Nova's (Converse, each event under its name), chats as OpenAI writes them (Mistral, Jamba,
DeepSeek, gpt-oss, Qwen, Palmyra), and the plain members of Titan, Llama, Command, Embed, Rerank and Stable Diffusion.
What no family has is words to be judged, as everywhere. See decision 10.

A streamed answer is an AWS event stream whose payload wraps the model's event (`framing/eventchunks.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from grille.dialects import anthropic, bedrock, openai_chat
from grille.dialects.base import Denial, Dialect
from grille.dialects.fields import OTHER, Care, Field, Table
from grille.dialects.streaming import Closing, Ended, Seen, Streaming
from grille.dialects.vocabulary import ID, TOOL_NAME, WORDS_OF_VENDOR, credentials, data, hosted, named, schema
from grille.exchange import Kind
from grille.framing.base import Framing
from grille.framing.json_spans import Node, Object, String, Word, find

_COMES_BACK = "a picture or sound that comes back"
_NOVA = ("messageStart", "contentBlockStart", "contentBlockDelta", "contentBlockStop", "messageStop")
_PICTURES = (
    "images[]", "*.images[]", "image", "inputImage", "init_image", "mask_image", "*.image", "*.conditionImage",
    "*.maskImage", "mediaSource.base64String", "inputs[].content[].image_url.url",
)  # fmt: skip


_SEALS = (Care.NEVER, Care.SEALED)


def _open(fields: Iterable[Field]) -> tuple[Field, ...]:
    """The fields that mean no harm where another vendor has a member of that name."""
    return tuple(field for field in fields if field.care not in _SEALS)


def _sealed(condition: str, fields: Iterable[Field]) -> tuple[Field, ...]:
    """The others, where the message itself fits `condition`: what one vendor seals is words of another."""
    return tuple(replace(field, where=f"{condition}{field.where}") for field in fields if field.care in _SEALS)


def _inside(names: Iterable[str], fields: Iterable[Field]) -> tuple[Field, ...]:
    """The fields of an event that stands under its name; those that fit at any depth fit there as well."""
    own = [field for field in fields if not field.where.startswith("**.") and field.where != "p"]
    return tuple(replace(field, where=f"{name}.{field.where}") for name in names for field in own)


def _calls(*owners: str) -> tuple[Field, ...]:
    """Command's calls of tools and their results, in each of `owners` (empty, or ends with a dot)."""
    return tuple(
        row
        for owner in owners
        for row in (
            *(
                Field(f"{owner}{call}.name", Care.FIXED, Kind.NAME, TOOL_NAME)
                for call in ("tool_calls[]", "tool_results[].call")
            ),
            *data(f"{owner}tool_calls[].parameters", Kind.ARGUMENTS),
            *data(f"{owner}tool_results[].call.parameters", Kind.ARGUMENTS),
            *data(f"{owner}tool_results[].outputs[]", Kind.RESULT),
        )
    )


REQUEST = Table(
    [
        *_open(field for field in anthropic.REQUEST.fields if not field.where.startswith("requests[]")),
        *(field for field in bedrock.REQUEST.fields if "additionalModelRequestFields." not in field.where),
        *openai_chat.REQUEST.fields,
        *hosted("tools[]", "function", *anthropic.OWN_TOOLS),
        *hosted("messages[].content[].**.definition", *anthropic.OWN_TOOLS),
        *(Field(f"{name}{items}", Care.TOKENS) for name in ("prompt", "inputText") for items in ("", "[]", "[][]")),
        *(Field(name, Care.WORDS, Kind.SYSTEM) for name in ("preamble", "*.systemPrompt")),
        Field("connectors[].id", Care.HOSTED, Kind.NAME, "a search that runs at the provider"),
        *credentials("connectors[].user_access_token"),
        *data("documents[]", Kind.TEXT),
        Field("tools[].name", Care.FIXED, Kind.NAME, TOOL_NAME),
        *(Field(f"tools[].{where}description", Care.WORDS, Kind.SYSTEM) for where in ("", "parameter_definitions.*.")),
        *_calls("", "chat_history[]."),
        Field("conversation_id", Care.FIXED, Kind.NAME, ID),
        *(Field(where, Care.FILE) for where in _PICTURES),
        *(
            Field(name, Care.FIXED, Kind.NAME, WORDS_OF_VENDOR)
            for name in ("input_type", "truncate", "embedding_types[]", "taskType", "schemaVersion", "output_format",
                         "anthropic_version", "anthropic_beta[]", "return_likelihoods", "prompt_truncation",
                         "citation_quality", "safety_mode")
        ),
        *schema("response_format.schema"),
        *_sealed("{anthropic_version=*}", anthropic.REQUEST.fields),
    ]
)  # fmt: skip

_ABOUT: tuple[Field, ...] = (
    *openai_chat.ANSWER.fields,
    Field("amazon-bedrock-invocationMetrics.**", Care.FIXED, Kind.NAME, "counts and times"),
    *(Field(f"{name}.**", Care.NEVER, why="vectors: they hold no words") for name in ("embedding", "embeddings",
      "embeddingsByType")),
    *(Field(name, Care.NEVER, why=_COMES_BACK) for name in ("images[]", "artifacts[].base64", "audio")),
    *(Field(f"generations[].{name}", Care.ECHO, why="the same words once more, as tokens") for name in ("likelihood",
      "token_likelihoods")),
    Field("choices[].stop_reason", Care.FIXED, Kind.NAME, WORDS_OF_VENDOR),
    *named(("completionReason", "event_type", "response_type", "generation_id"), WORDS_OF_VENDOR),
    *_calls("", "chat_history[]."),
)  # fmt: skip

ANSWER = Table(
    [
        *_open(anthropic.ANSWER.fields),
        *_ABOUT,
        *bedrock.ANSWER.fields,
        *data("results[].document", Kind.TEXT),
        *_sealed("{type=message}", anthropic.ANSWER.fields),
    ]
)

EVENT = Table(
    [
        *_inside(("contentBlockDelta",), (field for field in bedrock.EVENT.fields if field.channel == OTHER)),
        *_open(anthropic.EVENT.fields),
        *_ABOUT,
        *(field for field in bedrock.EVENT.fields if field.where.startswith("**.")),
        *_inside(
            ("contentBlockStart", "contentBlockDelta"),
            (field for field in bedrock.EVENT.fields if field.channel != OTHER),
        ),
        *openai_chat.EVENT.fields,
        Field("choices[].message.content", Care.WORDS, channel="content"),
        Field("choices[].text", Care.WORDS, channel="content"),
        Field("outputText", Care.WORDS, channel="text"),
        Field("generation", Care.WORDS, channel="text"),
        Field("text", Care.WORDS, channel="text"),
        Field("tool_call_delta.name", Care.FIXED, Kind.NAME, TOOL_NAME),
        Field("tool_call_delta.parameters", Care.WORDS, Kind.ARGUMENTS, channel="parameters"),
        Field("tool_call_delta.text", Care.WORDS, channel="plan"),
        *_calls("response.", "response.chat_history[]."),
        *(Field(f"{items}[].text", Care.WORDS, channel=items) for items in ("outputs", "generations")),
        *_sealed("{type=*}", anthropic.EVENT.fields),
    ]
)


_CALLED = frozenset({"parameters", "plan"})
_REASONS = ("/stop_reason", "/completionReason", "/outputs/0/stop_reason", "/choices/0/stop_reason")


def ended(event: Node) -> tuple[Ended, ...]:
    """What an event ends, as its family says it; a family that says nothing ends its texts with the stream."""
    if _is_claudes(event):
        return anthropic.ended(event)
    for _, inner in _novas(event):
        return bedrock.ended(inner)
    last = find(event, "/is_finished")
    over = isinstance(last, Word) and last.value is True
    if over or any(isinstance(find(event, address), String) for address in _REASONS):
        return (Ended(),)
    kind = find(event, "/event_type")
    if isinstance(kind, String) and kind.text == "tool-calls-generation":
        return (Ended(names=_CALLED),)
    return openai_chat.ended(event)


def soft_stop(denial: Denial, seen: Seen) -> tuple[Closing, ...]:
    """As Claude or Nova would end. Clients of the other families take the end of the stream for the end, and of
    a stream that has not begun nobody knows the family."""
    if _is_claudes(seen.first):
        return anthropic.soft_stop(denial, seen)
    if not any(_novas(seen.first)):
        return ()
    return tuple(Closing(f'{{"{each.name}": {each.data}}}') for each in bedrock.soft_stop(denial, seen))


def _is_claudes(event: Node | None) -> bool:
    return isinstance(event, Object) and isinstance(event.get("type"), String)


def _novas(event: Node | None) -> Iterator[tuple[String, Node]]:
    """The events inside one of Nova's."""
    members = event.members if isinstance(event, Object) else ()
    return ((key, inner) for key, inner in members if key.text in _NOVA)


BEDROCK_INVOKE = Dialect(
    "bedrock_invoke", REQUEST, ANSWER, EVENT, bedrock.refuse,
    indices=frozenset({"index", "contentBlockIndex"}), framing=Framing.EVENT_CHUNKS,
    streaming=Streaming(ended, keep_alive=frozenset({"ping"}), marks=openai_chat.OPENAI_CHAT.streaming.marks),
    hard_stop=bedrock.hard_stop, soft_stop=soft_stop,
)  # fmt: skip
