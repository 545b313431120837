"""Frames to segments and back: where each wire format keeps its words, and what must never change.

One file a dialect, and this list. No dialect knows a policy or judges a word.
"""

from __future__ import annotations

from collections.abc import Mapping

from grille.dialects.anthropic import ANTHROPIC
from grille.dialects.anyjson import ANYJSON
from grille.dialects.base import Denial, Dialect, Reply
from grille.dialects.bedrock import BEDROCK
from grille.dialects.bedrock_invoke import BEDROCK_INVOKE
from grille.dialects.catalogue import providers
from grille.dialects.cohere import COHERE
from grille.dialects.declaring import declared, echoed
from grille.dialects.frames import FrameReading, StreamPiece, framing_of, is_read_so, read_frame
from grille.dialects.gathering import Recall, unknown
from grille.dialects.gemini import GEMINI
from grille.dialects.gemini_interactions import GEMINI_INTERACTIONS
from grille.dialects.gemini_live import GEMINI_LIVE
from grille.dialects.mcp import MCP
from grille.dialects.mistral import MISTRAL
from grille.dialects.ollama import OLLAMA
from grille.dialects.openai_chat import OPENAI_CHAT
from grille.dialects.openai_realtime import OPENAI_REALTIME
from grille.dialects.openai_responses import OPENAI_RESPONSES
from grille.dialects.openai_text import OPENAI_TEXT
from grille.dialects.openrouter import OPENROUTER
from grille.dialects.outline import Outline, outline
from grille.dialects.reader import read
from grille.dialects.reading import Inner, Reading
from grille.dialects.recognise import answered, asked
from grille.dialects.shapes import Sign
from grille.dialects.streaming import Closing, Ended, Seen, Streaming

DIALECTS: Mapping[str, Dialect] = {
    dialect.name: dialect
    for dialect in (
        OPENAI_CHAT, OPENAI_RESPONSES, OPENAI_REALTIME, OPENAI_TEXT, OPENROUTER, ANTHROPIC, GEMINI,
        GEMINI_INTERACTIONS, GEMINI_LIVE, BEDROCK, BEDROCK_INVOKE, MISTRAL, COHERE, OLLAMA, MCP, ANYJSON,
    )
}  # fmt: skip

__all__ = [
    "DIALECTS", "Closing", "Denial", "Dialect", "Ended", "FrameReading", "Inner", "Outline", "Reading", "Recall",
    "Reply", "Seen", "Sign", "StreamPiece", "Streaming", "answered", "asked", "declared", "echoed", "framing_of",
    "is_read_so", "outline", "providers", "read", "read_frame", "unknown",
]  # fmt: skip
