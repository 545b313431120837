"""Models of every provider that answer whole, and in three short streams: they repeat what they were told.

The upstream of `test_calls.py`. A model says the token that stands for a card in its request, or the card
itself when nobody hid it. Nothing here knows grille.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from saying import CARD

from upstream import answer

type Body = dict[str, object]

_TOKEN = re.compile(rb"CREDIT_CARD_[A-Z][0-9A-Z]{7}")
VECTOR = [0.5, -0.25]


def says(request: bytes) -> str:
    """The words of the answer to `request`."""
    found = _TOKEN.search(request)
    name = found[0].decode() if found else CARD if CARD.encode() in request else "nothing"
    return f"I read {name} and no more."


def model(request: bytes) -> bytes:
    head, _, body = request.partition(b"\r\n\r\n")
    path = head.split(b" ", 2)[1].decode().partition("?")[0]
    is_streamed = json.loads(body).get("stream") is True
    for end, script in (_STREAMS if is_streamed else _WHOLE).items():
        if path.endswith(end):
            said = script(says(request))
            return answer(said) if isinstance(said, dict) else answer(said, content_type="text/event-stream")
    return answer({"error": "nothing is here"}, 404)


# -- whole -----------------------------------------------------------------------------------------


def _completion(text: str) -> Body:
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}
    usage = {"prompt_tokens": 3, "completion_tokens": 4, "total_tokens": 7}
    return {"id": "c", "object": "chat.completion", "created": 0, "model": "m", "choices": [choice], "usage": usage}


def _response(text: str) -> Body:
    part = {"type": "output_text", "text": text, "annotations": []}
    item = {"type": "message", "id": "m", "role": "assistant", "status": "completed", "content": [part]}
    return {"id": "r", "object": "response", "created_at": 0, "model": "m", "output": [item]}


def _old_completion(text: str) -> Body:
    choice = {"index": 0, "finish_reason": "stop", "text": text, "logprobs": None}
    return {"id": "c", "object": "text_completion", "created": 0, "model": "m", "choices": [choice]}


def _embeddings(text: str) -> Body:
    usage = {"prompt_tokens": 3, "total_tokens": 3, "completion_tokens": 0}
    item = {"object": "embedding", "index": 0, "embedding": VECTOR}
    return {"id": "e", "object": "list", "model": "m", "data": [item], "usage": usage}


def _moderation(text: str) -> Body:
    result = {"flagged": False, "categories": {}, "category_scores": {}, "category_applied_input_types": {}}
    return {"id": "o", "model": "m", "results": [result]}


def _message(text: str) -> Body:
    usage = {"input_tokens": 3, "output_tokens": 4}
    stop = {"stop_reason": "end_turn", "stop_sequence": None, "usage": usage}
    content = [{"type": "text", "text": text}]
    return {"id": "m", "type": "message", "role": "assistant", "model": "m", "content": content, **stop}


def _candidates(text: str) -> Body:
    content = {"role": "model", "parts": [{"text": text}]}
    return {"candidates": [{"content": content, "finishReason": "STOP", "index": 0}], "modelVersion": "m"}


def _converse(text: str) -> Body:
    message = {"role": "assistant", "content": [{"text": text}]}
    usage = {"inputTokens": 3, "outputTokens": 4, "totalTokens": 7}
    return {"output": {"message": message}, "stopReason": "end_turn", "usage": usage, "metrics": {"latencyMs": 9}}


def _cohere(text: str) -> Body:
    message = {"role": "assistant", "content": [{"type": "text", "text": text}]}
    return {"id": "c", "finish_reason": "COMPLETE", "message": message}


def _cohere_vectors(text: str) -> Body:
    return {"id": "e", "response_type": "embeddings_by_type", "texts": [], "embeddings": {"float": [VECTOR]}}


_OLLAMA: Body = {"model": "m", "created_at": "2026-11-22T10:00:00Z", "done": True, "done_reason": "stop"}
_WHOLE: dict[str, Callable[[str], Body]] = {
    "/v1/responses": _response,
    "/chat/completions": _completion,
    "/fim/completions": _completion,
    "/v1/completions": _old_completion,
    "/v1/embeddings": _embeddings,
    "/v1/moderations": _moderation,
    "/v1/messages": _message,
    "/v1/messages/count_tokens": lambda text: {"input_tokens": 7},
    ":generateContent": _candidates,
    ":batchEmbedContents": lambda text: {"embeddings": [{"values": VECTOR}]},
    ":countTokens": lambda text: {"totalTokens": 7},
    "/converse": _converse,
    "/v2/chat": _cohere,
    "/v2/embed": _cohere_vectors,
    "/v2/rerank": lambda text: {"id": "r", "results": [{"index": 1, "relevance_score": 0.5}]},
    "/api/chat": lambda text: _OLLAMA | {"message": {"role": "assistant", "content": text}},
    "/api/generate": lambda text: _OLLAMA | {"response": text},
    "/api/embed": lambda text: {"model": "m", "embeddings": [VECTOR]},
}

# -- streamed --------------------------------------------------------------------------------------


def _events(*events: Body | str) -> bytes:
    lines = [event if isinstance(event, str) else json.dumps(event) for event in events]
    return "".join(f"data: {line}\n\n" for line in lines).encode()


def _halves(text: str) -> tuple[str, str]:
    """In two, in the midst of the token."""
    return text[:15], text[15:]


def _chunks(text: str) -> bytes:
    about = {"id": "c", "object": "chat.completion.chunk", "created": 0, "model": "m"}
    choices = [{"index": 0, "delta": {"content": half}, "finish_reason": None} for half in _halves(text)]
    choices.append({"index": 0, "delta": {"content": ""}, "finish_reason": "stop"})
    return _events(*(about | {"choices": [choice]} for choice in choices), "[DONE]")


def _cohere_events(text: str) -> bytes:
    deltas = [{"message": {"content": {"text": half}}} for half in _halves(text)]
    start = {"message": {"role": "assistant", "content": [], "tool_plan": "", "tool_calls": [], "citations": []}}
    block = {"message": {"content": {"type": "text", "text": ""}}}
    return _events(
        {"type": "message-start", "id": "c", "delta": start},
        {"type": "content-start", "index": 0, "delta": block},
        *({"type": "content-delta", "index": 0, "delta": delta} for delta in deltas),
        {"type": "content-end", "index": 0},
        {"type": "message-end", "id": "c", "delta": {"finish_reason": "COMPLETE"}},
    )


_STREAMS: dict[str, Callable[[str], bytes]] = {"/chat/completions": _chunks, "/v2/chat": _cohere_events}
