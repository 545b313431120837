"""The MCP server of `conformance.py`: the tools, resources and prompts that the conformance suite asks for by name.

    python bench/conformance_server.py PORT

Written from the suite's own descriptions of its scenarios, with the `mcp` package. Its answers hold nothing that
a policy would hide. What it lacks fails without grille as well as through it, and is not what is compared. It
must not know grille.
"""

from __future__ import annotations

import sys
from typing import Any

from conformance_asking import answered, asking, form
from conformance_tools import IMAGE, TOOLS, embedded
from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.prompts.base import UserMessage
from mcp_types import (
    Completion,
    EmptyResult,
    RequestParams,
    SetLevelRequestParams,
    SubscribeRequestParams,
    UnsubscribeRequestParams,
)

server = MCPServer("conformance", log_level="ERROR", tools=TOOLS)


@server.resource("test://static-text", mime_type="text/plain")
async def static_text() -> str:
    """A text."""
    return "This is the content of the static text resource."


@server.resource("test://static-binary", mime_type="image/png")
async def static_binary() -> bytes:
    """A picture."""
    return b"\x89PNG\r\n\x1a\n\0"


@server.resource("test://watched-resource", mime_type="text/plain")
async def watched_resource() -> str:
    """A text that one may subscribe to."""
    return "This is watched."


@server.resource("test://template/{id}/data", mime_type="application/json")
async def template(id: str) -> str:  # noqa: A002  (the name stands in the template)
    """One of many."""
    return f'{{"id":"{id}","templateTest":true,"data":"Data for ID: {id}"}}'


@server.prompt()
async def test_simple_prompt() -> str:
    """Says something."""
    return "This is a simple prompt for testing."


@server.prompt()
async def test_prompt_with_arguments(arg1: str, arg2: str) -> str:
    """Says what it was told."""
    return f"Prompt with arguments: arg1='{arg1}', arg2='{arg2}'"


@server.prompt()
async def test_prompt_with_embedded_resource(resourceUri: str) -> list[Any]:  # noqa: N803  (as the suite spells it)
    """Hands a resource over."""
    content = embedded(resourceUri, "Embedded resource content for testing.")
    return [UserMessage(content), UserMessage("Please process the embedded resource above.")]


@server.prompt()
async def test_prompt_with_image() -> list[Any]:
    """Shows something."""
    return [UserMessage(IMAGE), UserMessage("Please analyze the image above.")]


@server.prompt()
async def test_input_required_result_prompt(context: Context) -> Any:
    """Asks before it says anything."""
    question = form("What context should the prompt use?", context={"type": "string"})
    return "It is used." if answered(context, "user_context") else asking(user_context=question)


@server.completion()
async def completed(reference: Any, argument: Any, context: Any) -> Completion:
    """Few words begin as one's own."""
    return Completion(values=["paris", "park", "party"], total=3, has_more=False)


async def accepted(context: Any, params: RequestParams) -> EmptyResult:
    """Levels of logs and subscriptions, which change nothing here."""
    return EmptyResult()


for method, params in (
    ("logging/setLevel", SetLevelRequestParams),
    ("resources/subscribe", SubscribeRequestParams),
    ("resources/unsubscribe", UnsubscribeRequestParams),
):
    server._lowlevel_server.add_request_handler(method, params, accepted)  # there is no public way


if __name__ == "__main__":
    server.run("streamable-http", host="127.0.0.1", port=int(sys.argv[1]))
