"""`grille.dialects.openai_responses`: what only this dialect knows."""

from __future__ import annotations

import json

import pytest
from goldens import LIMIT
from refusals import refused

from grille.dialects import DIALECTS, read
from grille.exchange import Direction, Kind, Segment, Touch
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


@pytest.mark.parametrize("kind", ["response.create", "response.steer", "response.inject"])
def test_a_clients_frame_over_a_websocket_is_read_like_a_body(kind: str) -> None:
    frame = {"type": kind, "store": False, "input": [{"type": "function_call_output", "output": "4111"}]}
    message = Message((), json.dumps(frame).encode())
    reading = read(DIALECTS["openai_responses"], Direction.REQUEST, message, LIMIT)
    assert ("4111", Kind.RESULT) in [(segment.text, segment.kind) for segment in reading.segments]
    assert reading.flag("/store").value is False


def test_a_credential_for_another_server_is_judged_and_never_changed() -> None:
    tool = {"type": "mcp", "server_label": "ledger", "authorization": "4111", "headers": {"X-Key": "5555"}}
    message = Message((), json.dumps({"tools": [tool]}).encode())
    segments = read(DIALECTS["openai_responses"], Direction.REQUEST, message, LIMIT).segments
    touches = {segment.text: segment.touch for segment in segments}
    assert touches["4111"] is touches["5555"] is Touch.FIXED


def test_the_pieces_of_an_unknown_kind_of_delta_are_one_text() -> None:
    pieces = [
        {"type": "response.invented.delta", "item_id": "i", "delta": text} for text in ("4111 1111", " 1111 1111")
    ]
    body = b"".join(b"data: " + json.dumps(piece).encode() + b"\n\n" for piece in pieces)
    message = Message((("Content-Type", "text/event-stream"),), body)
    reading = read(DIALECTS["openai_responses"], Direction.RESPONSE, message, LIMIT)
    assert "4111 1111 1111 1111" in [segment.text for segment in reading.segments]


def test_a_refusal_is_that_of_the_sister_dialect() -> None:
    assert refused("openai_responses") == refused("openai_chat")
