"""OpenAI chat completions, and the many hosts that speak it (Azure, Groq, Together, vLLM, …).

Source: openai-python 3.54 (`types/chat`), API reference of POST /v1/chat/completions; for what other hosts
add groq-python 1.7 (`documents`, `reasoning`) and together-python 3.1 (`video_url`). An answer is JSON, or
`data:` events that end with `[DONE]`; tool calls come in fragments, told apart by `index`.
"""

from __future__ import annotations

import json

from grille.dialects.base import Denial, Dialect, Reply
from grille.dialects.fields import OTHER, Care, Field, Table
from grille.dialects.stopping import Json, begun, closing, counted, said
from grille.dialects.streaming import Closing, Ended, Seen, Streaming
from grille.dialects.vocabulary import (
    OPENAI_NAMES,
    TOKEN_IDS,
    TOOL_NAME,
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
from grille.framing.json_spans import Array, Node, Object, String, find

_SEARCHING = "gpt-4o-search-*|gpt-4o-mini-search-*|gpt-5-search-*|sonar|sonar-*|groq/compound*|compound-beta*"
_SEARCHES = (
    "web_search_options", "search_settings", "search_parameters", "compound_custom", "enable_search",
    "data_sources[].type", f"{{model={_SEARCHING}}}.model",
)  # fmt: skip
"""Of OpenAI, Groq (two), xAI and Alibaba; models that search whether they are asked to or not (OpenAI's, Perplexity's,
Groq's); and Azure on data of one's own."""
_KEYS = ("key", "encoded_api_key", "access_token", "connection_string", "password")
_CALLS = ("tool_calls[]", "function_call")
"""Whatever a host adds to one is an argument: its tokens stay as they are."""
DONE = "[DONE]"
"""The last event's data: no JSON."""

_OF_OTHER_HOSTS = ("citation_options", "compliance", "context_length_exceeded_behavior", "reasoning_format", "voice")

REQUEST = Table(
    [
        *OPENAI_NAMES,
        *named(_OF_OTHER_HOSTS, WORDS_OF_VENDOR),
        *TOKEN_IDS,
        Field("messages[].content", Care.WORDS),
        Field("messages[].content[].text", Care.WORDS),
        *(
            Field(f"messages[]{{role=system|developer}}.content{tail}", Care.WORDS, Kind.SYSTEM)
            for tail in ("", "[].text")
        ),
        *(
            Field(f"messages[]{{role=tool|function}}.content{tail}", Care.WORDS, Kind.RESULT)
            for tail in ("", "[].text")
        ),
        Field("messages[].name", Care.WORDS, Kind.NAME, "a participant's name"),
        Field("messages[].tool_calls[].function.name", Care.FIXED, Kind.NAME, TOOL_NAME),
        Field("messages[].tool_calls[].function.arguments", Care.WORDS, Kind.ARGUMENTS),
        Field("messages[].tool_calls[].custom.name", Care.FIXED, Kind.NAME, TOOL_NAME),
        Field("messages[].tool_calls[].custom.input", Care.WORDS, Kind.ARGUMENTS),
        Field("messages[].function_call.name", Care.FIXED, Kind.NAME, TOOL_NAME),
        Field("messages[].function_call.arguments", Care.WORDS, Kind.ARGUMENTS),
        # vLLM and some others take the address itself in place of the object.
        *(
            Field(f"messages[].content[].{kind}_url{tail}", Care.FILE)
            for kind in ("image", "audio", "video")
            for tail in ("", ".url")
        ),
        Field("messages[].content[].input_audio.data", Care.FILE),
        Field("messages[].content[].file.file_data", Care.FILE),
        Field("messages[].content[].file.filename", Care.WORDS, Kind.NAME),
        *data("messages[].content[].document.data", Kind.RESULT),
        *data("documents[].source.data", Kind.TEXT),
        *hosted("tools[]", "function", "custom"),
        *(Field(name, Care.HOSTED, Kind.NAME, "a search that the provider itself does") for name in _SEARCHES),
        *pointers("search_parameters.sources[].links[]", "data_sources[].parameters.endpoint", "api_base", "base_url"),
        *credentials("compound_custom.tools.*.authorization", "api_key"),
        *credentials(*(f"data_sources[].parameters.authentication.{name}" for name in _KEYS)),
        Field("tools[].function.name", Care.FIXED, Kind.NAME, TOOL_NAME),
        Field("tools[].function.description", Care.WORDS, Kind.SYSTEM),
        Field("tools[].custom.name", Care.FIXED, Kind.NAME, TOOL_NAME),
        Field("tools[].custom.description", Care.WORDS, Kind.SYSTEM),
        Field("tools[].custom.format.**", Care.FIXED, Kind.NAME, "a grammar"),
        *schema("tools[].function.parameters"),
        Field("functions[].name", Care.FIXED, Kind.NAME, TOOL_NAME),
        Field("functions[].description", Care.WORDS, Kind.SYSTEM),
        *schema("functions[].parameters"),
        Field("tool_choice.**", Care.FIXED, Kind.NAME, TOOL_NAME),
        Field("function_call.**", Care.FIXED, Kind.NAME, TOOL_NAME),
        *schema("response_format.json_schema"),
        *data("metadata", Kind.NAME),
        Field("user", Care.WORDS, Kind.NAME),
        Field("safety_identifier", Care.WORDS, Kind.NAME),
    ]
)

ANSWER = Table(
    [
        *(Field(f"choices[].message.{call}.**", Care.WORDS, Kind.ARGUMENTS) for call in _CALLS),
        *OPENAI_NAMES,
        Field("choices[].message.content", Care.WORDS),
        Field("choices[].message.tool_calls[].function.name", Care.FIXED, Kind.NAME, TOOL_NAME),
        Field("choices[].message.tool_calls[].function.arguments", Care.WORDS, Kind.ARGUMENTS),
        Field("choices[].message.tool_calls[].custom.name", Care.FIXED, Kind.NAME, TOOL_NAME),
        Field("choices[].message.tool_calls[].custom.input", Care.WORDS, Kind.ARGUMENTS),
        Field("choices[].message.function_call.name", Care.FIXED, Kind.NAME, TOOL_NAME),
        Field("choices[].message.function_call.arguments", Care.WORDS, Kind.ARGUMENTS),
        Field("choices[].message.audio.data", Care.NEVER, why="sound that comes back; its transcript is judged"),
        Field("choices[].logprobs", Care.ECHO, why="the same words once more, as tokens and bytes"),
        Field("metadata.*", Care.WORDS, Kind.NAME),
    ]
)

EVENT = Table(
    [
        # The pieces of what a host adds and nobody knows yet; but what is cited (Azure: `context`) is whole each time.
        Field("choices[].delta.**", Care.WORDS, channel=OTHER),
        *(Field(f"choices[].delta.{cited}.**", Care.WORDS) for cited in ("annotations", "context")),
        *(Field(f"choices[].delta.{call}.**", Care.WORDS, Kind.ARGUMENTS, channel=OTHER) for call in _CALLS),
        *OPENAI_NAMES,
        # A text, or a list of parts as in an answer that comes whole.
        *(Field(f"choices[].delta.content{tail}", Care.WORDS, channel="content") for tail in ("", "[].text")),
        Field("choices[].delta.reasoning_content", Care.WORDS, channel="reasoning"),
        Field("choices[].delta.reasoning", Care.WORDS, channel="reasoning text"),
        # OpenRouter's form, which gateways hand on; whether it is signed only OpenRouter's own dialect knows.
        Field("choices[].delta.reasoning_details[].text", Care.WORDS, channel="details"),
        Field("choices[].delta.reasoning_details[].summary", Care.WORDS, channel="summary"),
        Field("choices[].delta.refusal", Care.WORDS, channel="refusal"),
        Field("choices[].delta.audio.transcript", Care.WORDS, channel="transcript"),
        Field("choices[].delta.audio.data", Care.NEVER, why="sound that comes back; its transcript is judged"),
        Field("choices[].delta.tool_calls[].function.name", Care.FIXED, Kind.NAME, TOOL_NAME),
        Field("choices[].delta.tool_calls[].function.arguments", Care.WORDS, Kind.ARGUMENTS, channel="arguments"),
        Field("choices[].delta.tool_calls[].custom.input", Care.WORDS, Kind.ARGUMENTS, channel="input"),
        Field("choices[].delta.function_call.name", Care.FIXED, Kind.NAME, TOOL_NAME),
        Field("choices[].delta.function_call.arguments", Care.WORDS, Kind.ARGUMENTS, channel="call"),
        Field("choices[].logprobs", Care.ECHO, why="the same words once more, as tokens and bytes"),
        Field("obfuscation", Care.NEVER, why="padding"),
    ]
)


_INDICES = frozenset({"index"})
REASONING = frozenset({"reasoning", "reasoning text", "details", "summary"})


def refuse(denial: Denial) -> Reply:
    """HTTP 403 in the shape that every OpenAI SDK raises as `PermissionDeniedError`, once."""
    headers = (("Content-Type", "application/json"), ("x-should-retry", "false"))
    return Reply(403, headers, json.dumps({"error": error(denial)}).encode())


def error(denial: Denial) -> dict[str, object]:
    """The denial as OpenAI says an error, in a reply and in an event."""
    return {"message": denial.text, "type": "invalid_request_error", "param": None, "code": denial.code}


def ended(event: Node, reasoning: frozenset[str] = REASONING) -> tuple[Ended, ...]:
    """What a chunk ends: all of a choice with its reason to finish; its reasoning with the first words or
    call that follow it, so that a reader sees its last word before them. Models do not go back to reasoning
    within a choice; should one, that is a new text, and a value that is cut there is not seen as one."""
    choices = find(event, "/choices")
    found: list[Ended] = []
    for choice in choices.items if isinstance(choices, Array) else ():
        if not isinstance(choice, Object):
            continue
        indices = index_values(choice, _INDICES)
        if isinstance(choice.get("finish_reason"), String):
            found.append(Ended(indices))
        elif _answers(choice.get("delta")):
            found.append(Ended(indices, reasoning))
    return tuple(found)


def _answers(delta: Node | None) -> bool:
    """Whether there are words or a call in a delta; some hosts send an empty content with each reasoning."""
    if not isinstance(delta, Object):
        return False
    content, calls = delta.get("content"), delta.get("tool_calls")
    said = content.text != "" if isinstance(content, String) else _speaks(content)
    return said or (isinstance(calls, Array) and bool(calls.items)) or isinstance(delta.get("function_call"), Object)


def _speaks(content: Node | None) -> bool:
    """Whether a list of chunks (Mistral) holds one that is no thinking."""
    chunks = content.items if isinstance(content, Array) else ()
    kinds = [find(chunk, "/type") for chunk in chunks]
    return any(not (isinstance(kind, String) and kind.text == "thinking") for kind in kinds)


def hard_stop(denial: Denial, seen: Seen) -> tuple[Closing, ...]:
    """An event with an `error`, which the SDK raises as `APIError`; a cut alone it takes for the end."""
    return (closing({"error": error(denial)}, error=True),)


def soft_stop(denial: Denial, seen: Seen) -> tuple[Closing, ...]:
    """Every choice that is open finishes as one that was filtered; then the mark that says all is said."""
    head = about(denial, seen, "chatcmpl", "chat.completion.chunk")
    return filtered(head, seen, {"delta": {}})


def about(denial: Denial, seen: Seen, prefix: str, kind: str) -> dict[str, object]:
    """What every chunk of a stream repeats."""
    identity = said(seen, "/id", f"{prefix}-{denial.incident}")
    return {"id": identity, "object": kind, "created": counted(seen, "/created"), "model": said(seen, "/model")}


def filtered(head: Json, seen: Seen, words: Json) -> tuple[Closing, ...]:
    """A last chunk for each open choice with `words` that say nothing, and the mark."""
    last = {**words, "logprobs": None, "finish_reason": "content_filter"}
    choices = [{"index": number, **last} for number in begun(seen) or (0,)]
    return (*(closing({**head, "choices": [choice]}) for choice in choices), Closing(DONE))


OPENAI_CHAT = Dialect(
    "openai_chat", REQUEST, ANSWER, EVENT, refuse,
    indices=_INDICES,
    streaming=Streaming(ended, marks=frozenset({DONE}), overtakes=True, repeats=True),
    hard_stop=hard_stop, soft_stop=soft_stop,
)  # fmt: skip
