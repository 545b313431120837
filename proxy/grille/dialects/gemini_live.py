"""Gemini's live sessions: messages over a WebSocket, a JSON object each, both ways; also on Vertex AI.

Source: google-genai 3.4 (`live.py`, `types.py`: LiveClientMessage, LiveServerMessage), ai.google.dev/api/live. A
message has no `type`: its one member says its kind (`setup`, `clientContent`, `realtimeInput`, `toolResponse`;
`serverContent`, `toolCall`, …). What is inside is that of `gemini.py`, in either spelling. The server sends its
JSON as binary messages.

Sound and pictures that go out cannot be judged: they are refused like any file that is not text. Sound that comes
back is not looked at; its transcript is. An interim transcript is the whole text so far, once more in each message,
so that it is judged by the message and is no channel. There is no message for an error; the SDK raises whatever has
a `code`.
"""

from __future__ import annotations

from grille.dialects import gemini
from grille.dialects.base import Denial, Dialect
from grille.dialects.fields import OTHER, Care, Field, Table
from grille.dialects.stopping import closing
from grille.dialects.streaming import Closing, Ended, Seen, Streaming
from grille.dialects.vocabulary import ID, TOOL_NAME, WORDS_OF_VENDOR, data
from grille.exchange import Kind
from grille.framing.json_spans import Array, Node, Object, String, Word

_KINDS = (
    "serverContent.turnCompleteReason", "serverContent.interactionStatus", "voiceActivity.voiceActivityType",
    "voiceActivityDetectionSignal.vadSignalType",
)  # fmt: skip
_TURN = "serverContent.modelTurn.parts"

REQUEST = Table(
    [
        *gemini.REQUEST.fields,
        *gemini.both(
            [
                *(
                    Field(f"realtimeInput.{name}.data", Care.FILE)
                    for name in ("audio", "video", "mediaChunks", "mediaChunks[]")
                ),
                Field("setup.avatarConfig.customizedAvatar.imageData", Care.FILE),
                Field("setup.sessionResumption.handle", Care.FIXED, Kind.NAME, ID),
                *data("setup.labels", Kind.NAME),
                Field("toolResponse.functionResponses[].name", Care.FIXED, Kind.NAME, TOOL_NAME),
                *data("toolResponse.functionResponses[].response", Kind.RESULT),
            ]
        ),
    ]
)

EVENT = Table(
    [
        # As in `gemini.py`.
        *gemini.both([Field(f"{_TURN}{each}.**", Care.WORDS, channel=OTHER) for each in ("", "[]")]),
        *gemini.EVENT.fields,
        *gemini.both(
            [
                *(Field(name, Care.FIXED, Kind.NAME, WORDS_OF_VENDOR) for name in _KINDS),
                *(Field(f"{_TURN}{each}.**.text", Care.WORDS, channel=OTHER) for each in ("", "[]")),
                *(Field(f"{_TURN}{each}.text", Care.WORDS, channel="text") for each in ("", "[]")),
                *(Field(f"{_TURN}{each}{{thought=true}}.text", Care.WORDS, channel="thought") for each in ("", "[]")),
                Field("serverContent.inputTranscription.text", Care.WORDS, channel="heard"),
                Field("serverContent.outputTranscription.text", Care.WORDS, channel="transcript"),
                Field("toolCall.functionCalls[].name", Care.FIXED, Kind.NAME, TOOL_NAME),
                *data("toolCall.functionCalls[].args", Kind.ARGUMENTS),
                Field("toolCallCancellation.ids[]", Care.FIXED, Kind.NAME, ID),
                Field("sessionResumptionUpdate.newHandle", Care.FIXED, Kind.NAME, ID),
                Field("setupComplete.sessionId", Care.FIXED, Kind.NAME, ID),
                *(
                    Field(name, Care.FIXED, Kind.NAME, "a time")
                    for name in ("goAway.timeLeft", "voiceActivity.audioOffset")
                ),
            ]
        ),
    ]
)

_SAID = frozenset({"text", "thought"})
_THOUGHT = frozenset({"thought"})


def ended(event: Node) -> tuple[Ended, ...]:
    """What a message ends: a turn that is complete or interrupted, everything; a model that has said all, or calls a
    tool, what it said; the first words after a thought, the thought; a transcript that is finished, itself."""
    if isinstance(gemini.member(event, "toolCall"), Object):
        return (Ended(names=_SAID),)
    content = gemini.member(event, "serverContent")
    if _is_true(content, "turnComplete") or _is_true(content, "interrupted"):
        return (Ended(),)
    found: list[Ended] = []
    if _is_true(content, "generationComplete"):
        found.append(Ended(names=_SAID))
    elif _speaks(content):
        found.append(Ended(names=_THOUGHT))
    for name, channel in (("inputTranscription", "heard"), ("outputTranscription", "transcript")):
        if _is_true(gemini.member(content, name), "finished"):
            found.append(Ended(names=frozenset({channel})))
    return tuple(found)


def _speaks(content: Node | None) -> bool:
    """Whether there are words in the turn that are no thought."""
    parts = gemini.member(gemini.member(content, "modelTurn"), "parts")
    for part in parts.items if isinstance(parts, Array) else (parts,):
        text = gemini.member(part, "text")
        if isinstance(text, String) and text.text and not _is_true(part, "thought"):
            return True
    return False


def _is_true(node: Node | None, name: str) -> bool:
    found = gemini.member(node, name)
    return isinstance(found, Word) and found.value is True


def hard_stop(denial: Denial, seen: Seen) -> tuple[Closing, ...]:
    """A message of no known kind with a `code`, which the SDK raises as `ClientError`."""
    return (closing(gemini.status(denial), error=True),)


def soft_stop(denial: Denial, seen: Seen) -> tuple[Closing, ...]:
    """The turn is complete, for Google's own reason that filters."""
    content = {"generationComplete": True, "turnComplete": True, "turnCompleteReason": "RESPONSE_REJECTED"}
    return (closing({"serverContent": content}),)


# No order is promised between a turn and its transcripts, and sound must not wait for the last word of one.
GEMINI_LIVE = Dialect(
    "gemini_live", REQUEST, gemini.ANSWER, EVENT, gemini.refuse,
    streaming=Streaming(ended, overtakes=True),
    sockets=frozenset(), hard_stop=hard_stop, soft_stop=soft_stop,
)  # fmt: skip
