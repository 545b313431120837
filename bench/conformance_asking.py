"""The tools of `conformance_server.py` that ask by their result (2026-07-28), and how they ask."""

from __future__ import annotations

from typing import Any

from conformance_tools import text, tool
from mcp.server.mcpserver import Context
from mcp_types import (
    CreateMessageRequest,
    CreateMessageRequestParams,
    ElicitRequest,
    ElicitRequestFormParams,
    InputRequiredResult,
    ListRootsRequest,
    SamplingMessage,
)


def form(message: str, **properties: Any) -> ElicitRequest:
    schema = {"type": "object", "properties": properties, "required": list(properties)}
    return ElicitRequest(params=ElicitRequestFormParams(message=message, requested_schema=schema))


def sampled(question: str, tokens: int = 100) -> CreateMessageRequest:
    asked = SamplingMessage(role="user", content=text(question))
    return CreateMessageRequest(params=CreateMessageRequestParams(messages=[asked], max_tokens=tokens))


NAME = form("What is your name?", name={"type": "string"})
CONFIRM = form("Please confirm", ok={"type": "boolean"})


def answered(context: Context, *keys: str) -> list[Any]:
    """The client's answers to `keys`, none when one of them is missing or refused."""
    given = context.input_responses or {}
    found = [given.get(key) for key in keys]
    return found if all(each is not None and getattr(each, "action", "accept") == "accept" for each in found) else []


def asking(state: str | None = None, **requests: Any) -> InputRequiredResult:
    return InputRequiredResult(input_requests=requests, request_state=state)


@tool
async def test_input_required_result_elicitation(context: Context) -> str | InputRequiredResult:
    """Asks for a name."""
    answers = answered(context, "user_name")
    name = (answers[0].content or {}).get("name") if answers and hasattr(answers[0], "action") else None
    return f"Hello, {name}!" if isinstance(name, str) else asking(user_name=NAME)


@tool
async def test_input_required_result_sampling(context: Context) -> str | InputRequiredResult:
    """Asks a model."""
    answers = answered(context, "capital_question")
    if not answers:
        return asking(capital_question=sampled("What is the capital of France?"))
    return str(getattr(answers[0].content, "text", "answered"))


@tool
async def test_input_required_result_list_roots(context: Context) -> str | InputRequiredResult:
    """Asks for roots."""
    answers = answered(context, "client_roots")
    if not answers:
        return asking(client_roots=ListRootsRequest())
    return ", ".join(str(root.uri) for root in answers[0].roots)


@tool
async def test_input_required_result_request_state(context: Context) -> str | InputRequiredResult:
    """Hands its state over."""
    is_ours = context.request_state == "first"
    return "state-ok" if is_ours and answered(context, "confirm") else asking("first", confirm=CONFIRM)


@tool
async def test_input_required_result_tampered_state(context: Context) -> str | InputRequiredResult:
    """Hands its state over, sealed."""
    is_ours = context.request_state == "first"
    return "state-ok" if is_ours and answered(context, "confirm") else asking("first", confirm=CONFIRM)


@tool
async def test_input_required_result_multiple_inputs(context: Context) -> str | InputRequiredResult:
    """Asks for three things at once."""
    if answered(context, "user_name", "greeting", "client_roots"):
        return "all there"
    asked = {"greeting": sampled("Generate a greeting", 50), "client_roots": ListRootsRequest()}
    return asking("three", user_name=NAME, **asked)


@tool
async def test_input_required_result_multi_round(context: Context) -> str | InputRequiredResult:
    """Asks twice."""
    if context.request_state == "two" and answered(context, "step2"):
        return "both steps done"
    if context.request_state == "one" and answered(context, "step1"):
        return asking("two", step2=form("Step 2: What is your favorite color?", color={"type": "string"}))
    return asking("one", step1=form("Step 1: What is your name?", name={"type": "string"}))


@tool
async def test_input_required_result_capabilities(context: Context) -> str | InputRequiredResult:
    """Asks only for what the client can do."""
    able = context.client_capabilities
    asked: dict[str, Any] = {}
    if able and able.elicitation is not None:
        asked["user_name"] = NAME
    if able and able.sampling is not None:
        asked["greeting"] = sampled("Generate a greeting", 50)
    return asking(**asked) if asked else "nothing to ask with"


@tool
async def test_streaming_elicitation(context: Context) -> str | InputRequiredResult:
    """Asks on a stream."""
    await context.report_progress(1, 2)
    return "done" if answered(context, "user_name") else asking(user_name=NAME)
