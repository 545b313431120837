"""OpenAI chat completions, and the many hosts that speak it (Azure, Groq, Together, vLLM, …).

Source: openai-python 3.54 (`types/chat`), API reference of POST /v1/chat/completions; for what other hosts
add groq-python 1.7 (`documents`, `reasoning`) and together-python 3.1 (`video_url`). An answer is JSON, or
`data:` events that end with `[DONE]`; tool calls come in fragments, told apart by `index`.
"""

from __future__ import annotations

import json

from grille.dialects.base import Denial, Dialect, Reply
from grille.dialects.fields import Care, Field, Table
from grille.dialects.streaming import Streaming
from grille.dialects.vocabulary import VENDOR_NAMES, data, schema
from grille.exchange import Kind

REQUEST = Table(
    [
        *VENDOR_NAMES,
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
        Field("messages[].tool_calls[].function.name", Care.FIXED, Kind.NAME, "the name of a tool"),
        Field("messages[].tool_calls[].function.arguments", Care.WORDS, Kind.ARGUMENTS),
        Field("messages[].tool_calls[].custom.name", Care.FIXED, Kind.NAME, "the name of a tool"),
        Field("messages[].tool_calls[].custom.input", Care.WORDS, Kind.ARGUMENTS),
        Field("messages[].function_call.name", Care.FIXED, Kind.NAME, "the name of a tool"),
        Field("messages[].function_call.arguments", Care.WORDS, Kind.ARGUMENTS),
        *(Field(f"messages[].content[].{kind}_url.url", Care.FILE) for kind in ("image", "audio", "video")),
        Field("messages[].content[].input_audio.data", Care.FILE),
        Field("messages[].content[].file.file_data", Care.FILE),
        Field("messages[].content[].file.filename", Care.WORDS, Kind.NAME),
        *data("messages[].content[].document.data", Kind.RESULT),
        *data("documents[].source.data", Kind.TEXT),
        Field("tools[].function.name", Care.FIXED, Kind.NAME, "the name of a tool"),
        Field("tools[].function.description", Care.WORDS, Kind.SYSTEM),
        Field("tools[].custom.name", Care.FIXED, Kind.NAME, "the name of a tool"),
        Field("tools[].custom.description", Care.WORDS, Kind.SYSTEM),
        Field("tools[].custom.format.**", Care.FIXED, Kind.NAME, "a grammar"),
        *schema("tools[].function.parameters"),
        Field("functions[].name", Care.FIXED, Kind.NAME, "the name of a tool"),
        Field("functions[].description", Care.WORDS, Kind.SYSTEM),
        *schema("functions[].parameters"),
        Field("tool_choice.**", Care.FIXED, Kind.NAME, "the name of a tool"),
        Field("function_call.**", Care.FIXED, Kind.NAME, "the name of a tool"),
        *schema("response_format.json_schema"),
        *data("metadata", Kind.NAME),
        Field("user", Care.WORDS, Kind.NAME),
        Field("safety_identifier", Care.WORDS, Kind.NAME),
    ]
)

ANSWER = Table(
    [
        *VENDOR_NAMES,
        Field("choices[].message.content", Care.WORDS),
        Field("choices[].message.tool_calls[].function.name", Care.FIXED, Kind.NAME, "the name of a tool"),
        Field("choices[].message.tool_calls[].function.arguments", Care.WORDS, Kind.ARGUMENTS),
        Field("choices[].message.tool_calls[].custom.name", Care.FIXED, Kind.NAME, "the name of a tool"),
        Field("choices[].message.tool_calls[].custom.input", Care.WORDS, Kind.ARGUMENTS),
        Field("choices[].message.function_call.name", Care.FIXED, Kind.NAME, "the name of a tool"),
        Field("choices[].message.function_call.arguments", Care.WORDS, Kind.ARGUMENTS),
        Field("choices[].message.audio.data", Care.NEVER, why="sound that comes back; its transcript is judged"),
        Field("choices[].logprobs", Care.ECHO, why="the same words once more, as tokens and bytes"),
        Field("metadata.*", Care.WORDS, Kind.NAME),
    ]
)

EVENT = Table(
    [
        *VENDOR_NAMES,
        Field("choices[].delta.content", Care.WORDS, channel="content"),
        Field("choices[].delta.reasoning_content", Care.WORDS, channel="reasoning"),
        Field("choices[].delta.reasoning", Care.WORDS, channel="reasoning text"),
        Field("choices[].delta.refusal", Care.WORDS, channel="refusal"),
        Field("choices[].delta.audio.transcript", Care.WORDS, channel="transcript"),
        Field("choices[].delta.audio.data", Care.NEVER, why="sound that comes back; its transcript is judged"),
        Field("choices[].delta.tool_calls[].function.name", Care.FIXED, Kind.NAME, "the name of a tool"),
        Field("choices[].delta.tool_calls[].function.arguments", Care.WORDS, Kind.ARGUMENTS, channel="arguments"),
        Field("choices[].delta.tool_calls[].custom.input", Care.WORDS, Kind.ARGUMENTS, channel="input"),
        Field("choices[].delta.function_call.name", Care.FIXED, Kind.NAME, "the name of a tool"),
        Field("choices[].delta.function_call.arguments", Care.WORDS, Kind.ARGUMENTS, channel="call"),
        Field("choices[].logprobs", Care.ECHO, why="the same words once more, as tokens and bytes"),
        Field("obfuscation", Care.NEVER, why="padding"),
    ]
)


def refuse(denial: Denial) -> Reply:
    """HTTP 403 in the shape that every OpenAI SDK raises as `PermissionDeniedError`, once."""
    error = {"message": denial.text, "type": "invalid_request_error", "param": None, "code": denial.code}
    headers = (("Content-Type", "application/json"), ("x-should-retry", "false"))
    return Reply(403, headers, json.dumps({"error": error}).encode())


OPENAI_CHAT = Dialect(
    "openai_chat", REQUEST, ANSWER, EVENT, refuse,
    indices=frozenset({"index"}), streaming=Streaming(marks=frozenset({"[DONE]"})),
)  # fmt: skip
