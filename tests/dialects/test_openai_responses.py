"""`grille.dialects.openai_responses`: what only this dialect knows, and that OpenAI's client agrees."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from goldens import LIMIT, streamed
from openai import APIError, OpenAI
from openai.lib.streaming.responses import ResponseStream
from openai.types.responses import ResponseIncompleteEvent
from refusals import refused
from serving import recorded, serving
from stops import cuts, stopped

from grille.dialects import DIALECTS, Ended, Reply, read, read_frame
from grille.exchange import Direction, Kind, Segment, Touch
from grille.framing import sse
from grille.framing.json_parser import parse
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


@pytest.mark.parametrize(
    ("item", "kind"),
    [
        ({"type": "local_shell_call", "action": {"type": "exec", "command": ["curl", "4111"]}}, Kind.ARGUMENTS),
        ({"type": "shell_call", "action": {"commands": ["4111"]}}, Kind.ARGUMENTS),
        ({"type": "computer_call", "actions": [{"type": "type", "text": "4111"}]}, Kind.ARGUMENTS),
        ({"type": "apply_patch_call", "operation": {"type": "create_file", "diff": "4111"}}, Kind.ARGUMENTS),
        ({"type": "function_call", "arguments": {"card": "4111"}}, Kind.ARGUMENTS),
        ({"type": "new_call", "plan": [{"step": "4111"}]}, Kind.ARGUMENTS),
        ({"type": "message", "content": [{"type": "new_words", "words": "4111"}]}, Kind.TEXT),
        ({"type": "reasoning", "summary": [{"type": "summary_text", "text": "4111"}]}, Kind.TEXT),
        ({"type": "mcp_call", "arguments": "{}", "output": "4111"}, Kind.RESULT),
    ],
)
def test_what_a_call_that_comes_back_is_to_do_is_an_argument(item: dict[str, object], kind: Kind) -> None:
    answer, event = {"output": [item]}, {"type": "response.output_item.done", "item": item}
    streamed = (("Content-Type", "text/event-stream"),)
    for head, body in (((), json.dumps(answer)), (streamed, f"data: {json.dumps(event)}\n\n")):
        reading = read(DIALECTS["openai_responses"], Direction.RESPONSE, Message(head, body.encode()), LIMIT)
        assert [segment.kind for segment in reading.segments if segment.text == "4111"] == [kind]


def test_a_picture_of_an_earlier_turn_is_opened_like_any_file_that_goes_out() -> None:
    found = items({"type": "image_generation_call", "result": "aGk="})
    assert (found["/input/0/result"].text, found["/input/0/result"].kind) == ("hi", Kind.TEXT)


def test_the_items_of_a_conversation_that_is_kept_are_those_of_a_request() -> None:
    parts = [{"type": "input_file", "file_data": "JVBERi0="}, {"type": "input_text", "text": "4111"}]
    body = json.dumps({"items": [{"role": "system", "content": parts}]}).encode()
    reading = read(DIALECTS["openai_responses"], Direction.REQUEST, Message((), body), LIMIT)
    assert [file.address for file in reading.files] == ["/items/0/content/0/file_data"]
    assert [each.kind for each in reading.segments if each.text == "4111"] == [Kind.SYSTEM]
    listed = json.dumps({"data": [{"type": "function_call_output", "output": "4111"}]}).encode()
    answer = read(DIALECTS["openai_responses"], Direction.RESPONSE, Message((), listed), LIMIT)
    assert [each.kind for each in answer.segments if each.text == "4111"] == [Kind.RESULT]


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


NAME = "openai_responses/answer.sse"


@contextmanager
def streaming(reply: Reply) -> Iterator[ResponseStream[None]]:
    with (
        serving(reply) as served,
        OpenAI(api_key="not-a-real-one", base_url=served.url, max_retries=0) as client,
        client.responses.stream(model="m", input="x") as stream,
    ):
        yield stream


def test_the_helper_of_the_sdk_joins_the_same_text_from_the_golden_stream() -> None:
    with streaming(recorded(NAME, "text/event-stream")) as stream:
        said = stream.get_final_response().output_text
    assert said == streamed(NAME, "response.output_text.delta/content_index=0/item_id=msg_1/output_index=0")


@pytest.mark.parametrize("after", cuts(NAME))
def test_a_hard_stop_is_raised_with_its_text(after: int) -> None:
    complaint = pytest.raises(APIError, match=r"^The request holds US_SSN\.$")
    with streaming(stopped(NAME, "hard", after)) as stream, complaint:
        list(stream)


@pytest.mark.parametrize("after", cuts(NAME))
def test_a_soft_stop_is_an_incomplete_response_and_the_numbers_go_on(after: int) -> None:
    with streaming(stopped(NAME, "soft", after)) as stream:
        events = list(stream)
    last = events[-1]
    assert isinstance(last, ResponseIncompleteEvent)
    assert last.response.incomplete_details is not None
    assert (last.response.status, last.response.incomplete_details.reason) == ("incomplete", "content_filter")
    assert [event.sequence_number for event in events] == list(range(len(events)))


@pytest.mark.parametrize(
    ("event", "channel"),
    [
        ("output_text", ("response.output_text.delta", ("content_index=0", "item_id=i", "output_index=1"))),
        ("refusal", ("response.refusal.delta", ("content_index=0", "item_id=i", "output_index=1"))),
        ("reasoning_text", ("response.reasoning_text.delta", ("content_index=0", "item_id=i", "output_index=1"))),
        ("reasoning_summary_text",
         ("response.reasoning_summary_text.delta", ("item_id=i", "output_index=1", "summary_index=0"))),
        ("function_call_arguments", ("response.function_call_arguments.delta", ("item_id=i", "output_index=1"))),
        ("mcp_call_arguments", ("response.mcp_call_arguments.delta", ("item_id=i", "output_index=1"))),
        ("custom_tool_call_input", ("response.custom_tool_call_input.delta", ("item_id=i", "output_index=1"))),
        ("code_interpreter_call_code", ("response.code_interpreter_call_code.delta", ("item_id=i", "output_index=1"))),
        ("shell_call_command", ("response.shell_call_command.delta", ("command_index=2", "output_index=1"))),
        ("shell_call_output_content", ("stdout", ("command_index=2", "item_id=i", "output_index=1"))),
        ("audio.transcript", ("response.audio.transcript.delta", ())),
        ("invented", ("delta", ("item_id=i", "output_index=1"))),
    ],
)  # fmt: skip
def test_a_delta_ends_with_the_event_that_says_it_is_done_and_no_other_does(
    event: str, channel: tuple[str, tuple[str, ...]]
) -> None:
    name, indices = channel
    at = {key: int(value) if value.isdecimal() else value for key, value in (each.split("=") for each in indices)}
    words: object = {"stdout": "x"} if name == "stdout" else "x"
    delta = {"type": f"response.{event}.delta", "delta": words, **at}
    (frame,) = sse.Decoder().feed(b"data: " + json.dumps(delta).encode() + b"\n\n")
    (piece,) = read_frame(DIALECTS["openai_responses"], frame).pieces
    assert (piece.channel, piece.indices) == channel
    done = {**at, "type": f"response.{event}.done"}
    (ended,) = DIALECTS["openai_responses"].streaming.ended(parse(json.dumps(done)).root)
    assert ended.holds(*channel)
    assert not ended.holds("another", indices)
    if at:
        moved = {**done, "output_index": 7}
        (other,) = DIALECTS["openai_responses"].streaming.ended(parse(json.dumps(moved)).root)
        assert not other.holds(*channel)


def test_a_part_ends_all_that_is_in_it_and_the_last_event_everything() -> None:
    ended = DIALECTS["openai_responses"].streaming.ended
    part = '{"type": "response.content_part.done", "content_index": 0, "output_index": 1, "item_id": "i"}'
    assert ended(parse(part).root) == (Ended(("content_index=0", "item_id=i", "output_index=1")),)
    for last in ("response.completed", "response.incomplete", "response.failed", "error"):
        assert ended(parse(f'{{"type": "{last}"}}').root) == (Ended(),)
