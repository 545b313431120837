"""`grille.dialects.openai_responses`: what only this dialect knows."""

from __future__ import annotations

import json

import pytest
from goldens import LIMIT
from refusals import refused

from grille.dialects import DIALECTS, read
from grille.exchange import Direction, Kind, Segment
from grille.framing.message import Message


def items(*items: dict[str, object]) -> dict[str, Segment]:
    body = json.dumps({"model": "m", "input": list(items)}).encode()
    reading = read(DIALECTS["openai_responses"], Direction.REQUEST, Message((), body), LIMIT)
    return {segment.address: segment for segment in reading.segments}


@pytest.mark.parametrize(
    ("item", "address", "kind"),
    [
        ({"type": "mcp_call", "arguments": "x", "output": "4111"}, "/input/0/output", Kind.RESULT),
        ({"type": "custom_tool_call", "input": "4111"}, "/input/0/input", Kind.ARGUMENTS),
        ({"type": "code_interpreter_call", "code": "4111"}, "/input/0/code", Kind.TEXT),
        (
            {"type": "code_interpreter_call", "outputs": [{"type": "logs", "logs": "4111"}]},
            "/input/0/outputs/0/logs",
            Kind.RESULT,
        ),
        (
            {"type": "apply_patch_call", "operation": {"type": "create_file", "diff": "4111"}},
            "/input/0/operation/diff",
            Kind.TEXT,
        ),
        ({"type": "mcp_approval_response", "reason": "4111"}, "/input/0/reason", Kind.TEXT),
        (
            {"type": "web_search_call", "action": {"type": "search", "query": "4111"}},
            "/input/0/action/query",
            Kind.TEXT,
        ),
        ({"type": "file_search_call", "results": [{"text": "4111"}]}, "/input/0/results/0/text", Kind.RESULT),
        ({"type": "program_output", "result": "4111"}, "/input/0/result", Kind.RESULT),
    ],
)
def test_every_kind_of_item_is_read(item: dict[str, object], address: str, kind: Kind) -> None:
    segment = items(item)[address]
    assert (segment.text, segment.kind) == ("4111", kind)


def test_a_picture_that_came_back_is_not_read_as_words() -> None:
    assert "/input/0/result" not in items({"type": "image_generation_call", "result": "aGk="})


def test_a_refusal_is_that_of_the_sister_dialect() -> None:
    assert refused("openai_responses") == refused("openai_chat")
