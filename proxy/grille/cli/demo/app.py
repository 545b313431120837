"""The demonstration's application: official SDK clients, and nothing that knows of a proxy.

It runs as a process of its own, `python -m grille.cli.demo.app`, with only the variables of `grille env`
to lead it through the proxy. It prints one JSON line per scene: what it sent and what it got.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable

import anthropic
import mcp
import openai

QUESTION = (
    "Harbour Bakery asks why card 4111 1111 1111 1111 was declined. "
    "Reply to accounts@harbourbakery.example.com about IBAN GB82 WEST 1234 5698 7654 32."
)
PAYROLL = "Add this employee to the payroll run: SSN 219-09-9999, starts on Monday."
SEARCH = "Harbour"


def tokenised() -> tuple[str, str]:
    """A question that holds a card number, by chat completions."""
    client = openai.OpenAI(api_key="demo")
    answer = client.chat.completions.create(model="gpt-5.1", messages=[{"role": "user", "content": QUESTION}])
    return QUESTION, answer.choices[0].message.content or ""


def blocked() -> tuple[str, str]:
    """A social security number, which may not go anywhere."""
    client = anthropic.Anthropic(api_key="demo")
    try:
        client.messages.create(model="claude-opus-5", max_tokens=100, messages=[{"role": "user", "content": PAYROLL}])
    except anthropic.PermissionDeniedError as error:
        return PAYROLL, f"anthropic.PermissionDeniedError: {_message(error.body)}"
    return PAYROLL, "no error"


def _message(body: object) -> object:
    """The sentence in an error body; the SDK's own text repeats the whole body around it."""
    return body["error"]["message"] if isinstance(body, dict) else body


def masked() -> tuple[str, str]:
    """A tool of the ledger, whose answer holds bank details."""
    return f"tools/call list-contacts(search={SEARCH!r})", asyncio.run(_call_tool())


async def _call_tool() -> str:
    async with mcp.Client("https://mcp.ledger.example/mcp") as client:
        result = await client.call_tool("list-contacts", {"search": SEARCH})
        return "\n".join(getattr(block, "text", "") for block in result.content)


def refused() -> tuple[str, str]:
    """The responses API without `store: false`: the provider would keep the words for a month."""
    client = openai.OpenAI(api_key="demo")
    prompt = "Summarise the month-end close checklist."
    try:
        client.responses.create(model="gpt-5.1", input=prompt)
    except openai.PermissionDeniedError as error:
        return prompt, f"openai.PermissionDeniedError: {error.message}"
    return prompt, "no error"


SCENES: tuple[Callable[[], tuple[str, str]], ...] = (tokenised, blocked, masked, refused)


def main() -> int:
    """Play every scene, one line each."""
    for scene in SCENES:
        sent, got = scene()
        print(json.dumps({"scene": scene.__name__, "sent": sent, "got": got}), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
