"""Which model answers a request, by its path; for the one upstream of all tests of streams."""

from __future__ import annotations

import model_anthropic
import model_openai
import model_others

from streaming_upstream import Asked, Script, Told

_BY_END: dict[str, Script] = {
    "/v1/chat/completions": model_openai.chat,
    "/v1/responses": model_openai.responses,
    "/v1/messages": model_anthropic.messages,
    ":streamGenerateContent": model_others.gemini,
    "/api/chat": model_others.ollama,
    "/converse-stream": model_others.converse,
    "/invoke-with-response-stream": model_others.invoke,
}


def answer(asked: Asked) -> Told:
    for end, script in _BY_END.items():
        if asked.path.endswith(end):
            return script(asked)
    return Told([b'{"error": "nothing is here"}'], "application/json")
