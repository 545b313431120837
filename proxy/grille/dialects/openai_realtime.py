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

from grille.dialects.base import Dialect
from grille.dialects.fields import Care, Field, Table
from grille.dialects.openai_chat import refuse
from grille.dialects.openai_responses import items, settings
from grille.dialects.vocabulary import VENDOR_NAMES, data
from grille.exchange import Kind

_ID = "an id that must come back as it was"
_VOCABULARY = "the vendor's own vocabulary"
_SOUND = "sound that comes back; its transcript is judged"

_NAMES: tuple[Field, ...] = (
    *VENDOR_NAMES,
    *(Field(f"**.{name}", Care.FIXED, Kind.NAME, _ID) for name in ("event_id", "previous_item_id", "conversation_id")),
    *(
        Field(f"**.{name}", Care.FIXED, Kind.NAME, _VOCABULARY)
        for name in ("voice", "output_modalities[]", "eagerness")
    ),
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
_SOUNDS = "response.output_audio.delta|session.output_audio.delta"

EVENT = Table(
    [
        *_SAID,
        Field("delta", Care.WORDS, channel="delta"),
        Field(f"{{type={_CALLS}}}.delta", Care.WORDS, Kind.ARGUMENTS, channel="delta"),
        Field(f"{{type={_SOUNDS}}}.delta", Care.NEVER, why=_SOUND),
        Field("arguments", Care.WORDS, Kind.ARGUMENTS),
        Field("name", Care.FIXED, Kind.NAME, "the name of a tool"),
        Field("part.audio", Care.NEVER, why=_SOUND),
        Field("logprobs", Care.ECHO, why="the same words once more, as tokens"),
        Field("obfuscation", Care.NEVER, why="padding"),
    ]
)

OPENAI_REALTIME = Dialect(
    "openai_realtime", REQUEST, ANSWER, EVENT, refuse,
    indices=frozenset({"type", "item_id", "output_index", "content_index"}),
)  # fmt: skip
