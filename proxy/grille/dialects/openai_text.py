"""OpenAI's small endpoints: completions, embeddings, moderations, decisions, speech, transcriptions, pictures.

Source: openai-python 3.54 (`types/`), API reference of POST /v1/completions, /embeddings, /moderations,
/decisions, /audio/* and /images/*. Their words are few and stand in `prompt` and `input`, as texts or as token
ids; what comes back is words, vectors, scores, pictures or sound. Transcriptions and edits come as forms, whose
fields are looked up in the same table, and whose files are opened whatever their field is called.
"""

from __future__ import annotations

from dataclasses import replace

from grille.dialects.base import Denial, Dialect
from grille.dialects.fields import Care, Field, Table
from grille.dialects.openai_chat import OPENAI_CHAT, about, filtered, hard_stop, refuse
from grille.dialects.stopping import closing, said
from grille.dialects.streaming import Closing, Ended, Seen
from grille.dialects.vocabulary import NUMBER, OPENAI_NAMES, TOKEN_IDS, TOOL_NAME, WORDS_OF_VENDOR, data
from grille.exchange import Kind
from grille.framing.json_spans import Node, String, find

_COMES_BACK = "a picture or sound that comes back"

_TOKENS: tuple[Field, ...] = tuple(
    Field(f"{name}{items}", Care.TOKENS) for name in ("prompt", "input") for items in ("", "[]", "[][]")
)


def _parts(where: str, kind: Kind) -> tuple[Field, ...]:
    """What a message, a tool's output or a question of /decisions is made of."""
    return (
        Field(where, Care.WORDS, kind),
        Field(f"{where}[].text", Care.WORDS, kind),
        Field(f"{where}[].image_url", Care.FILE),
        *data(f"{where}[]{{type=input_json}}.data", kind),
    )


REQUEST = Table(
    [
        *OPENAI_NAMES,
        *TOKEN_IDS,
        *_TOKENS,
        Field("instructions", Care.WORDS, Kind.SYSTEM),
        Field("input[].image_url.url", Care.FILE),
        *_parts("input[].content", Kind.TEXT),
        *(row for role in ("system", "developer") for row in _parts(f"input[]{{role={role}}}.content", Kind.SYSTEM)),
        *_parts("input[].output", Kind.RESULT),
        Field("input[].arguments", Care.WORDS, Kind.ARGUMENTS),
        Field("input[].input", Care.WORDS, Kind.ARGUMENTS),
        *(Field(f"input[].{name}", Care.FIXED, Kind.NAME, TOOL_NAME) for name in ("name", "namespace")),
        *_parts("questions[].instructions", Kind.SYSTEM),
        Field("questions[].name", Care.FIXED, Kind.NAME, "what the answer is called"),
        *(Field(f"questions[].{choice}[].description", Care.WORDS, Kind.SYSTEM) for choice in ("choices", "levels")),
        Field("voice.**", Care.FIXED, Kind.NAME, WORDS_OF_VENDOR),
        *(
            Field(name, Care.FIXED, Kind.NAME, WORDS_OF_VENDOR)
            for name in ("response_format", "stream_format", "size", "quality", "style", "background", "output_format")
        ),
        *(
            Field(name, Care.FIXED, Kind.NAME, WORDS_OF_VENDOR)
            for name in ("language", "languages[]", "input_fidelity", "moderation", "include[]",
                         "timestamp_granularities[]")
        ),
        *(
            Field(name, Care.FIXED, Kind.NAME, NUMBER)
            for name in ("temperature", "n", "output_compression", "partial_images", "frame_count", "frame_duration_ms")
        ),
        Field("chunking_strategy.**", Care.FIXED, Kind.NAME, WORDS_OF_VENDOR),
        Field("known_speaker_references[]", Care.FILE),
        Field("user", Care.WORDS, Kind.NAME),
        Field("safety_identifier", Care.WORDS, Kind.NAME),
    ]
)  # fmt: skip

_AGAIN = "the words of `text` once more, cut into pieces"

_ABOUT: tuple[Field, ...] = (
    *OPENAI_NAMES,
    Field("choices[].logprobs", Care.ECHO, why="the same words once more, as tokens"),
    Field("data[].embedding.**", Care.NEVER, why="a vector: it holds no words"),
    Field("data[].b64_json", Care.NEVER, why=_COMES_BACK),
    Field("data[].url", Care.FIXED, Kind.NAME, "where the picture is"),
    Field("b64_json", Care.NEVER, why=_COMES_BACK),
    Field("audio", Care.NEVER, why=_COMES_BACK),
)

ANSWER = Table(
    [
        *_ABOUT,
        Field("choices[].text", Care.WORDS),
        *(Field(name, Care.ECHO, why=_AGAIN) for name in ("segments", "words", "logprobs")),
    ]
)

EVENT = Table(
    [
        *_ABOUT,
        Field("choices[].text", Care.WORDS, channel="text"),
        Field("delta", Care.WORDS, channel="transcript"),
        Field("logprobs", Care.ECHO, why=_AGAIN),
    ]
)

_TRANSCRIBED = "transcript.text.done"


def ended(event: Node) -> tuple[Ended, ...]:
    """As in chat; a transcript ends with the event that says it whole."""
    kind = find(event, "/type")
    if isinstance(kind, String) and kind.text == _TRANSCRIBED:
        return (Ended(),)
    return OPENAI_CHAT.streaming.ended(event)


def soft_stop(denial: Denial, seen: Seen) -> tuple[Closing, ...]:
    """As in chat, for completions, and a transcript ends without its text; what else is streamed here (pictures,
    sound) has no words to stop for."""
    if said(seen, "/type").startswith("transcript."):
        return (closing({"type": _TRANSCRIBED, "text": ""}),)
    return filtered(about(denial, seen, "cmpl", "text_completion"), seen, {"text": ""})


OPENAI_TEXT = Dialect(
    "openai_text", REQUEST, ANSWER, EVENT, refuse,
    indices=OPENAI_CHAT.indices, streaming=replace(OPENAI_CHAT.streaming, ended=ended),
    hard_stop=hard_stop, soft_stop=soft_stop,
)  # fmt: skip
