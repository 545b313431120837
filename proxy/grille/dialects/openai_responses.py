"""OpenAI responses: items in, items out, and a stream that says every text several times.

Source: openai-python 3.54 (`types/responses`), API reference of POST /v1/responses. A delta comes in
pieces; `*.done`, `response.output_item.done` and `response.completed` repeat the whole text, and each
copy is judged. Over a WebSocket a client's frame is `response.create`, with the members of the body beside
`type`, or `response.steer` or `response.inject` with new `input`; the server's frames are the same events.
"""

from __future__ import annotations

from grille.dialects.base import Denial, Dialect
from grille.dialects.fields import OTHER, Care, Field, Table
from grille.dialects.openai_chat import error, refuse
from grille.dialects.stopping import closing, counted, said
from grille.dialects.streaming import Closing, Ended, Seen, Streaming
from grille.dialects.vocabulary import (
    ID,
    OPENAI_NAMES,
    TOKEN_IDS,
    TOOL_NAME,
    WORDS_OF_VENDOR,
    credentials,
    data,
    hosted,
    pointers,
    schema,
    sealed,
)
from grille.dialects.walk import index_values
from grille.exchange import Kind
from grille.framing.json_spans import Node, Object, String

_CONNECTION = "a connection that the provider itself holds"
_OWN_TOOLS = (
    "function", "custom", "namespace", "mcp", "local_shell", "apply_patch", "computer", "computer_use_preview",
    "computer-preview",
)  # fmt: skip
"""Those that the caller runs, and `mcp`, whose server is a pointer of its own."""


def items(where: str) -> tuple[Field, ...]:
    """The items of a conversation, in a request at `input[]`, in an answer at `output[]`; of one that is kept they are
    sent as `items[]` and listed as `data[]`."""
    return (
        Field(f"{where}.content", Care.WORDS),
        Field(f"{where}.content[].text", Care.WORDS),
        *(
            Field(f"{where}{{role=system|developer}}.content{tail}", Care.WORDS, Kind.SYSTEM)
            for tail in ("", "[].text")
        ),
        Field(f"{where}.name", Care.FIXED, Kind.NAME, TOOL_NAME),
        Field(f"{where}.namespace", Care.FIXED, Kind.NAME, TOOL_NAME),
        *data(f"{where}.arguments", Kind.ARGUMENTS),
        Field(f"{where}.input", Care.WORDS, Kind.ARGUMENTS),
        Field(f"{where}.output", Care.WORDS, Kind.RESULT),
        Field(f"{where}.output[].text", Care.WORDS, Kind.RESULT),
        Field(f"{where}.output[].stdout", Care.WORDS, Kind.RESULT),
        Field(f"{where}.output[].stderr", Care.WORDS, Kind.RESULT),
        Field(f"{where}.outputs[].logs", Care.WORDS, Kind.RESULT),
        Field(f"{where}.results[].text", Care.WORDS, Kind.RESULT),
        Field(f"{where}.result", Care.WORDS, Kind.RESULT),
        Field(f"{where}{{type=image_generation_call}}.result", Care.NEVER, why="a picture that came back"),
        *(
            Field(f"{where}.{at}.logprobs", Care.ECHO, why="the same words once more, as tokens")
            for at in ("content[]",)
        ),
        *files(f"{where}.content[]"),
        *files(f"{where}.output[]"),
        Field(f"{where}.output.image_url", Care.FILE),
        *data(f"{where}.action.env", Kind.ARGUMENTS),
        *tools(f"{where}.tools[]"),
    )


def _new(where: str) -> tuple[Field, ...]:
    """What is not known yet of an item that comes back: the vendor adds kinds of calls, and what one is to do is an
    argument, whose tokens stay. These rows come before those of names."""
    said = (f"{where}.content[]", f"{where}.summary[]")
    return (Field(f"{where}.**", Care.WORDS, Kind.ARGUMENTS), *(Field(f"{each}.**", Care.WORDS) for each in said))


def files(where: str) -> tuple[Field, ...]:
    return (
        Field(f"{where}.image_url", Care.FILE),
        Field(f"{where}.file_data", Care.FILE),
        Field(f"{where}.file_url", Care.FILE),
        Field(f"{where}.filename", Care.WORDS, Kind.NAME),
    )


def tools(where: str) -> tuple[Field, ...]:
    return (
        Field(f"{where}.name", Care.FIXED, Kind.NAME, TOOL_NAME),
        Field(f"{where}.description", Care.WORDS, Kind.SYSTEM),
        Field(f"{where}.server_label", Care.FIXED, Kind.NAME, "the name of a server"),
        *pointers(f"{where}.server_url", f"{where}.*.network_policy.allowed_domains[]"),
        *(Field(f"{where}.{name}", Care.HOSTED, Kind.NAME, _CONNECTION) for name in ("connector_id", "tunnel_id")),
        *credentials(
            *(f"{where}.{name}" for name in ("authorization", "headers.*", "*.network_policy.domain_secrets[].value"))
        ),
        *hosted(where, *_OWN_TOOLS),
        *hosted(f"{where}.tools[]", *_OWN_TOOLS),
        Field(f"{where}.format.**", Care.FIXED, Kind.NAME, "a grammar"),
        Field(f"{where}.environment.skills[].source.data", Care.FILE),
        Field(f"{where}.input_image_mask.image_url", Care.FILE),
        *schema(f"{where}.parameters"),
        *schema(f"{where}.input_schema"),
        *schema(f"{where}.output_schema"),
        Field(f"{where}.tools[].name", Care.FIXED, Kind.NAME, TOOL_NAME),
        *schema(f"{where}.tools[].parameters"),
        *schema(f"{where}.tools[].output_schema"),
    )


def settings(where: str = "") -> tuple[Field, ...]:
    """What an answer repeats of its request; `where` ends with a dot."""
    return (
        *tools(f"{where}tools[]"),
        *schema(f"{where}text.format"),
        Field(f"{where}tool_choice.**", Care.FIXED, Kind.NAME, TOOL_NAME),
        Field(f"{where}conversation", Care.FIXED, Kind.NAME, ID),
        Field(f"{where}include[]", Care.FIXED, Kind.NAME, WORDS_OF_VENDOR),
        Field(f"{where}instructions", Care.WORDS, Kind.SYSTEM),
        *data(f"{where}prompt.variables", Kind.TEXT),
        *files(f"{where}prompt.variables.*"),
        Field(f"{where}prompt.variables.*.file_id", Care.FIXED, Kind.NAME, ID),
        *(
            Field(f"{where}prompt.variables.*.{name}", Care.FIXED, Kind.NAME, WORDS_OF_VENDOR)
            for name in ("type", "detail", "prompt_cache_breakpoint.**")
        ),
        *data(f"{where}metadata", Kind.NAME),
        Field(f"{where}personality", Care.FIXED, Kind.NAME, WORDS_OF_VENDOR),
        Field(f"{where}user", Care.WORDS, Kind.NAME),
        Field(f"{where}safety_identifier", Care.WORDS, Kind.NAME),
    )


_NAMES: tuple[Field, ...] = (*OPENAI_NAMES, *sealed("reasoning|compaction", "encrypted_content"))

REQUEST = Table(
    [
        *_NAMES,
        *TOKEN_IDS,
        Field("input", Care.WORDS),
        Field("input[]", Care.TOKENS),
        *items("input[]"),
        *items("items[]"),
        # A picture of an earlier turn is one that goes out: nothing shows that the provider made it.
        *(Field(f"{where}{{type=image_generation_call}}.result", Care.FILE) for where in ("input[]", "items[]")),
        *settings(),
    ]
)

ANSWER = Table(
    [
        *_new("output[]"),
        *_new("data[]"),
        *_NAMES,
        *settings(),
        *items("instructions[]"),
        *items("output[]"),
        *items("data[]"),
    ]
)

_DELTAS = {
    "response.output_text.delta": Kind.TEXT,
    "response.refusal.delta": Kind.TEXT,
    "response.reasoning_text.delta": Kind.TEXT,
    "response.reasoning_summary_text.delta": Kind.TEXT,
    "response.audio.transcript.delta": Kind.TEXT,
    "response.function_call_arguments.delta": Kind.ARGUMENTS,
    "response.custom_tool_call_input.delta": Kind.ARGUMENTS,
    "response.mcp_call_arguments.delta": Kind.ARGUMENTS,
    "response.code_interpreter_call_code.delta": Kind.ARGUMENTS,
    "response.shell_call_command.delta": Kind.ARGUMENTS,
}
_OUTPUT = "response.shell_call_output_content.delta"

EVENT = Table(
    [
        # The pieces of a kind of delta that is not known yet and is more than a text.
        Field("delta.**", Care.WORDS, channel=OTHER),
        *_new("item"),
        *_new("response.output[]"),
        *_NAMES,
        Field("logprobs", Care.ECHO, why="the same words once more, as tokens"),
        Field("delta", Care.WORDS, channel="delta"),
        *(Field(f"{{type={kind}}}.delta", Care.WORDS, words, channel=kind) for kind, words in _DELTAS.items()),
        *(Field(f"{{type={_OUTPUT}}}.delta.{to}", Care.WORDS, Kind.RESULT, channel=to) for to in ("stdout", "stderr")),
        Field(
            "{type=response.audio.delta}.delta",
            Care.NEVER,
            why="sound that comes back; its transcript is judged",
        ),
        Field("partial_image_b64", Care.NEVER, why="a picture that comes back"),
        Field("obfuscation", Care.NEVER, why="padding"),
        Field("arguments", Care.WORDS, Kind.ARGUMENTS),
        Field("input", Care.WORDS, Kind.ARGUMENTS),
        Field("name", Care.FIXED, Kind.NAME, TOOL_NAME),
        Field("part.logprobs", Care.ECHO, why="the same words once more, as tokens"),
        *items("item"),
        *items("response.output[]"),
        *items("response.instructions[]"),
        *settings("response."),
        *items("input[]"),
    ]
)

_INDICES = frozenset({"item_id", "output_index", "content_index", "summary_index", "command_index"})
_LAST = frozenset({"response.completed", "response.incomplete", "response.failed", "response.cancelled", "error"})


def ended(event: Node) -> tuple[Ended, ...]:
    """What an event ends: `X.done` the text of `X.delta`, a part that is done all that is in it, the last event
    everything. An item that is done does not say which parts it had, and each of them had its own event."""
    kind = event.get("type") if isinstance(event, Object) else None
    if not (isinstance(event, Object) and isinstance(kind, String)):
        return ()
    if kind.text in _LAST:
        return (Ended(),)
    if not kind.text.endswith(".done"):
        return ()
    indices = index_values(event, _INDICES)
    if kind.text.endswith("_part.done"):
        return (Ended(indices),) if indices else ()
    delta = f"{kind.text.removesuffix('done')}delta"
    names = {"stdout", "stderr"} if delta == _OUTPUT else {delta} if delta in _DELTAS else {"delta", OTHER}
    return (Ended(indices, frozenset(names)),)


def hard_stop(denial: Denial, seen: Seen) -> tuple[Closing, ...]:
    """The event `error` with a member `error`: only for that does the SDK raise (`APIError`)."""
    known = {"type": "error", "code": denial.code, "message": denial.text, "param": None}
    return (closing({**known, "sequence_number": _next(seen), "error": error(denial)}, "error", error=True),)


def soft_stop(denial: Denial, seen: Seen) -> tuple[Closing, ...]:
    """The response ends incomplete, as one that the provider filtered; the SDK wants to have seen one begin.
    The words that went out stay those of the deltas."""
    response = {
        "id": said(seen, "/response/id", f"resp_{denial.incident}"), "object": "response", "status": "in_progress",
        "created_at": counted(seen, "/response/created_at"), "model": said(seen, "/response/model"),
        "incomplete_details": None, "error": None, "instructions": None, "metadata": {}, "output": [],
        "parallel_tool_calls": True, "tool_choice": "auto", "tools": [], "temperature": None, "top_p": None,
    }  # fmt: skip
    events = [("response.created", response)] if seen.latest is None else []
    details = {"status": "incomplete", "incomplete_details": {"reason": "content_filter"}}
    events.append(("response.incomplete", {**response, **details}))
    return tuple(
        closing({"type": kind, "sequence_number": number, "response": what}, kind)
        for number, (kind, what) in enumerate(events, _next(seen))
    )


def _next(seen: Seen) -> int:
    return counted(seen, "/sequence_number", -1) + 1


OPENAI_RESPONSES = Dialect(
    "openai_responses", REQUEST, ANSWER, EVENT, refuse,
    indices=_INDICES,
    streaming=Streaming(ended, keep_alive=frozenset({"keepalive"})),
    sockets=frozenset({"response.create"}), hard_stop=hard_stop, soft_stop=soft_stop,
)  # fmt: skip
