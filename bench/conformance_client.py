"""The MCP client of `conformance.py`: it does with a server whatever the conformance suite watches for.

    python bench/conformance_client.py URL

The suite starts it, says in the environment which scenario it is and which revision, and plays the server. The
client lists what there is, calls every tool, and answers what it is asked. Scenarios about OAuth are not its own:
nothing of a policy is at stake in them. It must not know grille; proxy variables lead it there.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Awaitable
from contextlib import suppress
from typing import Any

import mcp
from mcp import MCPError
from mcp_types import CreateMessageResult, ElicitResult, ListRootsResult, Root, TextContent
from pydantic import ValidationError

_WORDS: dict[str, Any] = {"string": "x", "number": 1, "integer": 1, "boolean": True, "array": [], "object": {}}
_LAST_OF_THE_HANDSHAKE = "2025-11-25"


async def elicit(context: Any, params: Any) -> ElicitResult:
    """Accept, with the defaults of the form."""
    properties = (getattr(params, "requested_schema", None) or {}).get("properties", {})
    content = {name: about.get("default", _WORDS.get(about.get("type"))) for name, about in properties.items()}
    return ElicitResult(action="accept", content=content)


async def sample(context: Any, params: Any) -> CreateMessageResult:
    return CreateMessageResult(role="assistant", content=TextContent(text="Paris"), model="m", stop_reason="endTurn")


async def roots(context: Any) -> ListRootsResult:
    return ListRootsResult(roots=[Root(uri="file:///tmp", name="tmp")])


def calls(tools: list[Any], asked: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """What to call with what: as the suite says, or each tool once with what its schema requires."""
    if "toolCalls" in asked:
        return [(call["name"], call["arguments"]) for call in asked["toolCalls"]]
    schemas = {tool.name: tool.input_schema for tool in tools}
    focal = schemas.get("json_schema_2020_12_tool")
    made = []
    for name, schema in schemas.items():
        properties = schema.get("properties", {})
        arguments = {each: _WORDS.get(properties.get(each, {}).get("type"), "x") for each in schema.get("required", [])}
        if focal is not None and "schema" in arguments:
            arguments["schema"] = focal
        made.append((name, arguments))
    return made


async def tried[T](asked: Awaitable[T]) -> T | None:
    """What a server does not have, or answers with something else, is no failure of the client."""
    with suppress(MCPError, ValidationError):
        return await asked
    return None


async def converse(url: str, mode: str, asked: dict[str, Any]) -> None:
    callbacks: dict[str, Any] = {"elicitation_callback": elicit, "sampling_callback": sample}
    async with mcp.Client(url, mode=mode, list_roots_callback=roots, **callbacks) as client:
        listed = await client.list_tools()
        for name, arguments in calls(listed.tools, asked):
            await tried(client.call_tool(name, arguments))
        if (resources := await tried(client.list_resources())) and resources.resources:
            await tried(client.read_resource(str(resources.resources[0].uri)))
        if (prompts := await tried(client.list_prompts())) and prompts.prompts:
            prompt = prompts.prompts[0]
            await tried(client.get_prompt(prompt.name, {each.name: "x" for each in prompt.arguments or []}))


if __name__ == "__main__":
    version = os.environ.get("MCP_CONFORMANCE_PROTOCOL_VERSION", _LAST_OF_THE_HANDSHAKE)
    context = json.loads(os.environ.get("MCP_CONFORMANCE_CONTEXT", "{}"))
    asyncio.run(converse(sys.argv[-1], "legacy" if version <= _LAST_OF_THE_HANDSHAKE else "auto", context))
