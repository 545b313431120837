"""OpenAI's realtime sessions: events over a WebSocket, a JSON object a frame, both ways.

Source: openai-python 3.54 (`types/realtime`), API reference of /v1/realtime. The table of requests is for
the client's events and for the body of POST /v1/realtime/client_secrets, which holds the same `session`;
that of events for the server's. Items are those of responses. A text comes in `*.delta` events and whole in
`*.done`, in the item and in `response.done`; each copy is judged. `type` tells the channels apart, so a kind
of delta that is not known yet is still one text.

Sound that goes out cannot be judged: it is refused like any file that is not text. Sound that comes back is
not looked at; its transcript is.
"""

from __future__ import annotations

from grille.dialects.base import Denial, Dialect
from grille.dialects.fields import Care, Field, Table
from grille.dialects.openai_chat import error, refuse
from grille.dialects.openai_responses import items, settings
from grille.dialects.stopping import closing, said
from grille.dialects.streaming import Closing, Ended, Seen, Streaming
from grille.dialects.vocabulary import ID, OPENAI_NAMES, TOOL_NAME, WORDS_OF_VENDOR, data, named
from grille.dialects.walk import index_values
from grille.exchange import Kind
from grille.framing.json_spans import Node, Object, String

_SOUND = "sound that comes back; its transcript is judged"

_NAMES: tuple[Field, ...] = (
    *OPENAI_NAMES,
    *named(("event_id", "previous_item_id", "conversation_id"), ID),
    *named(("voice", "output_modalities[]", "eagerness"), WORDS_OF_VENDOR),
)


def _session(where: str) -> tuple[Field, ...]:
    """What is set for a session or for one response; `where` ends with a dot."""
    return (
        *settings(where),
        Field(f"{where}audio.input.transcription.prompt", Care.WORDS, Kind.SYSTEM),
        *data(f"{where}tracing.metadata", Kind.NAME),
    )


REQUEST = Table(
    [
        *_NAMES,
        *_session("session."),
        *_session("response."),
        *items("item"),
        *items("response.input[]"),
        Field("item.content[].audio", Care.FILE),
        Field("response.input[].content[].audio", Care.FILE),
        Field("audio", Care.FILE),
    ]
)

_SAID: tuple[Field, ...] = (
    *_NAMES,
    *_session("session."),
    *_session("response."),
    *items("item"),
    *items("response.output[]"),
    *(
        Field(f"{where}.content[].{name}", Care.NEVER, why=_SOUND if name == "audio" else "a picture that comes back")
        for where in ("item", "response.output[]")
        for name in ("audio", "image_url")
    ),
)

ANSWER = Table([*_SAID, Field("value", Care.NEVER, why="the caller's own key to the session that was asked for")])

_CALLS = "response.function_call_arguments.delta|response.mcp_call_arguments.delta"
_HEARD = "conversation.item.input_audio_transcription.delta|session.input_transcript.delta"
_SOUNDS = "response.output_audio.delta|session.output_audio.delta"

EVENT = Table(
    [
        *_SAID,
        Field("delta", Care.WORDS, channel="said"),
        Field(f"{{type={_CALLS}}}.delta", Care.WORDS, Kind.ARGUMENTS, channel="said"),
        Field(f"{{type={_HEARD}}}.delta", Care.WORDS, channel="heard"),
        Field(f"{{type={_SOUNDS}}}.delta", Care.NEVER, why=_SOUND),
        Field("arguments", Care.WORDS, Kind.ARGUMENTS),
        Field("name", Care.FIXED, Kind.NAME, TOOL_NAME),
        Field("rate_limits[].name", Care.FIXED, Kind.NAME, WORDS_OF_VENDOR),
        Field("part.audio", Care.NEVER, why=_SOUND),
        Field("logprobs", Care.ECHO, why="the same words once more, as tokens"),
        Field("obfuscation", Care.NEVER, why="padding"),
    ]
)

_PLACE = frozenset({"item_id", "output_index", "content_index"})


def ended(event: Node) -> tuple[Ended, ...]:
    """What an event ends: `X.done`, `X.completed` and `X.failed` the text of `X.delta`, `response.done` all
    that was said in a response; what is heard goes on beside it."""
    kind = event.get("type") if isinstance(event, Object) else None
    if not (isinstance(event, Object) and isinstance(kind, String)):
        return ()
    if kind.text in ("response.done", "session.closed"):
        return (Ended(names=frozenset({"said"} if kind.text == "response.done" else ())),)
    about, _, what = kind.text.rpartition(".")
    if what not in ("done", "completed", "failed"):
        return ()
    # A delta may leave out the number of the content, where the event that ends it does not.
    places = (_PLACE, _PLACE - {"content_index"})
    found = [(*index_values(event, names), f"type={about}.delta") for names in places]
    return tuple(Ended(indices) for indices in dict.fromkeys(found))


def hard_stop(denial: Denial, seen: Seen) -> tuple[Closing, ...]:
    """The event `error`; the session goes on, so whoever stops it closes the connection too."""
    event_id = f"event_{denial.incident}"
    return (closing({"type": "error", "event_id": event_id, "error": error(denial)}, error=True),)


def soft_stop(denial: Denial, seen: Seen) -> tuple[Closing, ...]:
    """The response is done, incomplete, as one that the provider filtered."""
    response = {
        "object": "realtime.response", "id": said(seen, "/response_id", said(seen, "/response/id")), "output": [],
        "status": "incomplete", "status_details": {"type": "incomplete", "reason": "content_filter"},
    }  # fmt: skip
    return (closing({"type": "response.done", "event_id": f"event_{denial.incident}", "response": response}),)


OPENAI_REALTIME = Dialect(
    "openai_realtime", REQUEST, ANSWER, EVENT, refuse,
    indices=_PLACE | {"type"},
    streaming=Streaming(ended, keep_alive=frozenset({"keepalive"})),
    sockets=frozenset(), hard_stop=hard_stop, soft_stop=soft_stop,
)  # fmt: skip
