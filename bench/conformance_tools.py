"""The tools of `conformance_server.py`, which is their only user; they too know nothing of grille."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Annotated, Any

from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.mcpserver.tools import Tool
from mcp.shared.exceptions import MCPError
from mcp_types import (
    MISSING_REQUIRED_CLIENT_CAPABILITY,
    AudioContent,
    EmbeddedResource,
    ImageContent,
    SamplingMessage,
    TextContent,
    TextResourceContents,
)
from pydantic import BaseModel, Field

PICTURE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
SOUND = "UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAAB9AAACABAAZGF0YQIAAAAAAA=="
IMAGE = ImageContent(data=PICTURE, mime_type="image/png")
TOOLS: list[Tool] = []


def tool(function: Callable[..., Any]) -> Callable[..., Any]:
    TOOLS.append(Tool.from_function(function, structured_output=False))
    return function


def text(words: str) -> TextContent:
    return TextContent(text=words)


def embedded(uri: str, words: str, mime_type: str = "text/plain") -> EmbeddedResource:
    return EmbeddedResource(resource=TextResourceContents(uri=uri, mime_type=mime_type, text=words))


# -- tools -----------------------------------------------------------------------------------------


@tool
async def test_simple_text() -> str:
    """Says something."""
    return "This is a simple text response for testing."


@tool
async def test_image_content() -> ImageContent:
    """Shows something."""
    return IMAGE


@tool
async def test_audio_content() -> AudioContent:
    """Plays something."""
    return AudioContent(data=SOUND, mime_type="audio/wav")


@tool
async def test_embedded_resource() -> EmbeddedResource:
    """Hands over a resource."""
    return embedded("test://embedded-resource", "This is an embedded resource content.")


@tool
async def test_multiple_content_types() -> list[Any]:
    """Several kinds of content."""
    data = embedded("test://mixed-content-resource", '{"test":"data","value":123}', "application/json")
    return [text("Multiple content types test:"), IMAGE, data]


@tool
async def test_tool_with_logging(context: Context) -> str:
    """Tells what it does while it does it."""
    for step in ("execution started", "processing data", "execution completed"):
        await context.info(f"Tool {step}")
        await asyncio.sleep(0.05)
    return "done"


@tool
async def test_tool_with_progress(context: Context) -> str:
    """Reports how far it is."""
    for progress in (0, 50, 100):
        await context.report_progress(progress, 100)
        await asyncio.sleep(0.05)
    return "done"


@tool
async def test_error_handling() -> str:
    """Fails."""
    raise ToolError("This tool intentionally returns an error for testing")


@tool
async def test_sampling(prompt: str, context: Context) -> str:
    """Asks the client's model."""
    asked = SamplingMessage(role="user", content=text(prompt))
    made = await context.session.create_message([asked], max_tokens=100)
    return f"LLM response: {getattr(made.content, 'text', '')}"


class User(BaseModel):
    """What `test_elicitation` asks for."""

    username: str = Field(description="User's response")
    email: str = Field(description="User's email address")


@tool
async def test_elicitation(message: str, context: Context) -> str:
    """Asks the user."""
    answer = await context.elicit(message, User)
    return f"User response: action={answer.action}"


async def elicited(context: Context, properties: dict[str, Any]) -> str:
    schema = {"type": "object", "properties": properties, "required": []}
    answer = await context.session.elicit_form("Please fill this in", schema, related_request_id=context.request_id)
    return f"Elicitation completed: action={answer.action}, content={answer.content}"


@tool
async def test_elicitation_sep1034_defaults(context: Context) -> str:
    """Asks the user with defaults."""
    return await elicited(
        context,
        {
            "name": {"type": "string", "default": "John Doe"},
            "age": {"type": "integer", "default": 30},
            "score": {"type": "number", "default": 95.5},
            "status": {"type": "string", "enum": ["active", "inactive", "pending"], "default": "active"},
            "verified": {"type": "boolean", "default": True},
        },
    )


@tool
async def test_elicitation_sep1330_enums(context: Context) -> str:
    """Asks the user to choose."""
    options = ["option1", "option2", "option3"]
    titled = [{"const": f"value{n}", "title": title} for n, title in enumerate(("First", "Second", "Third"), 1)]
    old = {"enum": ["opt1", "opt2", "opt3"], "enumNames": ["Option One", "Option Two", "Option Three"]}
    return await elicited(
        context,
        {
            "untitledSingle": {"type": "string", "enum": options},
            "titledSingle": {"type": "string", "oneOf": titled},
            "legacyEnum": {"type": "string", **old},
            "untitledMulti": {"type": "array", "items": {"type": "string", "enum": options}},
            "titledMulti": {"type": "array", "items": {"anyOf": titled}},
        },
    )


@tool
async def test_reconnection(context: Context) -> str:
    """Closes its stream while it works."""
    await context.close_sse_stream()
    await asyncio.sleep(0.1)
    return "done"


# -- the rest ----------------------------------------------------------------------------------------


@tool
async def test_missing_capability(context: Context) -> str:
    """Needs what a client may not have."""
    if context.client_capabilities is None or context.client_capabilities.sampling is None:
        needed = {"requiredCapabilities": {"sampling": {}}}
        raise MCPError(code=MISSING_REQUIRED_CLIENT_CAPABILITY, message="sampling is needed", data=needed)
    return "done"


@tool
async def test_logging_tool(context: Context) -> str:
    """Logs, if anybody wants to know."""
    await context.info("working")
    return "done"


@tool
async def test_x_mcp_header(region: Annotated[str, Field(json_schema_extra={"x-mcp-header": "Region"})]) -> str:
    """Has an argument that is repeated in a header."""
    return region


async def json_schema_2020_12_tool(name: str = "") -> str:
    """Has a schema with all that there is."""
    return name


_ADDRESS = {"$anchor": "addressDef", "type": "object"}
_SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "$defs": {"address": _ADDRESS | {"properties": {"street": {"type": "string"}, "city": {"type": "string"}}}},
    "properties": {
        "name": {"type": "string"},
        "address": {"$ref": "#/$defs/address"},
        "contactMethod": {"type": "string", "enum": ["phone", "email"]},
        "phone": {"type": "string"},
        "email": {"type": "string"},
    },
    "allOf": [{"anyOf": [{"required": ["phone"]}, {"required": ["email"]}]}],
    "if": {"properties": {"contactMethod": {"const": "phone"}}, "required": ["contactMethod"]},
    "then": {"required": ["phone"]},
    "else": {"required": ["email"]},
    "additionalProperties": False,
}
TOOLS.append(Tool.from_function(json_schema_2020_12_tool).model_copy(update={"parameters": _SCHEMA}))
