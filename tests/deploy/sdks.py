"""The official SDKs of an application in a pod: run as a program there, it prints what each of them was answered.

It tells no SDK of a proxy or of certificates: whoever starts it does, by variables.
"""

from __future__ import annotations

import json
import os

from calls import CALLS
from calls_elsewhere import CALLS_ELSEWHERE
from saying import CARD

PROVIDERS = {
    "openai chat": "openai", "openai chat, async": "openai", "anthropic messages": "anthropic",
    "gemini generate_content": "gemini", "gemini generate_content, async": "gemini", "mistral chat": "mistral",
    "cohere chat": "cohere", "groq chat": "groq", "bedrock converse": "bedrock", "ollama chat": "ollama_cloud",
}  # fmt: skip
"""Calls of tests/end_to_end, by name: each SDK, and both of its clients where they are built on different libraries."""
NAMES = tuple(PROVIDERS)
_CALLS = [call for call in [*CALLS, *CALLS_ELSEWHERE] if call.name in PROVIDERS]
HOSTS = sorted({call.host for call in _CALLS})
_NAMED = sorted(set(PROVIDERS.values()))
_ENDPOINTS = "".join(
    f"  {name}: {{provider: {name}, request: out, response: {{profile: back, restore: text}}}}\n" for name in _NAMED
)
POLICY = f"""
version: 1
policy: pod
mode: enforce
use: [small.yaml]
otherwise: {{endpoint: block, client: block, body: block, failure: block}}
profiles:
  out: {{CREDIT_CARD: tokenize}}
  back: {{CREDIT_CARD: redact}}
endpoints:
{_ENDPOINTS}
clients:
  app: {{match: {{network: [NETWORKS]}}, endpoints: [{", ".join(_NAMED)}]}}
"""


def answered() -> dict[str, str]:
    os.environ["AWS_BEARER_TOKEN_BEDROCK"] = "k"
    said = {}
    for call in _CALLS:
        try:
            said[call.name] = str(call.make(f"https://{call.host}", f"Card {CARD}"))
        except Exception as error:
            said[call.name] = f"{type(error).__name__}: {error} {error.__cause__!r}"
    return said


if __name__ == "__main__":
    print(json.dumps(answered()))
