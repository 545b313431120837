"""`grille.dialects.reader` and the tables of the dialects, against golden readings."""

from __future__ import annotations

import base64
import gzip
import json
from pathlib import Path

import pytest
from goldens import LIMIT, described, golden, messages, reading_of

from grille.dialects import DIALECTS, read
from grille.errors import Malformed, TooLarge, Undecodable, Unscannable
from grille.exchange import Direction, Edit, Kind, Segment, Touch
from grille.framing.eventstream import message
from grille.framing.message import Message

JSON = (("Content-Type", "application/json"),)


def request(dialect: str, body: bytes, headers: tuple[tuple[str, str], ...] = JSON, target: str = "/") -> list[Segment]:
    return list(read(DIALECTS[dialect], Direction.REQUEST, Message(headers, body, target), LIMIT).segments)


def by_address(segments: list[Segment]) -> dict[str, Segment]:
    return {segment.address: segment for segment in segments}


@pytest.mark.parametrize("path", messages(), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_message_is_read_as_its_golden_says(path: Path) -> None:
    assert described(reading_of(path)) == golden(path).read_text("utf-8")


@pytest.mark.parametrize("dialect", sorted(DIALECTS))
def test_every_dialect_has_goldens(dialect: str) -> None:
    names = {path.name for path in messages() if path.parent.name == dialect}
    assert {"request.json", "answer.json"} <= names
    assert names & {"answer.sse", "answer.ndjson", "answer.jsonl"} or dialect == "anyjson"


@pytest.mark.parametrize("dialect", sorted(DIALECTS))
def test_an_unknown_field_is_judged_and_so_are_the_keys_below_it(dialect: str) -> None:
    found = by_address(request(dialect, b'{"invented": {"4111 1111 1111 1111": ["x", 4111111111111111]}}'))
    assert {
        "/invented/4111 1111 1111 1111~",
        "/invented/4111 1111 1111 1111/0",
        "/invented/4111 1111 1111 1111/1",
    } <= set(found)


def test_path_query_and_headers_are_judged_and_never_rewritten() -> None:
    headers = (
        *JSON,
        ("X-Note", "card 4111"),
        ("Authorization", "Bearer not-looked-at"),
        ("X-Api-Key", "nor-this"),
    )
    found = by_address(request("anyjson", b"{}", headers, "/v1/pan/4111%201111?note=a%20b&key=secret&4111=x"))
    assert found["path"].text == "/v1/pan/4111 1111"
    assert found["query:note"].text == "a b"
    assert found["query:4111~"].text == "4111"
    assert found["header:X-Note"].text == "card 4111"
    assert all(segment.touch is Touch.FIXED for segment in found.values())
    assert not any("not-looked-at" in segment.text or "nor-this" in segment.text for segment in found.values())
    assert "query:key" not in found


def test_the_headers_may_not_be_a_place_to_hide_a_megabyte() -> None:
    with pytest.raises(TooLarge):
        request("anyjson", b"{}", (*JSON, ("X-Note", "a" * 70_000)))


def test_a_body_is_json_because_it_parses_not_because_a_header_says_so() -> None:
    for content_type in ("text/plain", "application/octet-stream", "", "application/x-www-form-urlencoded"):
        found = by_address(request("anyjson", b'{"a": "words"}', (("Content-Type", content_type),)))
        assert found["/a"].text == "words"


@pytest.mark.parametrize(
    "body", [b"words", b"{'a': 1}", b'{"a": 1} {"b": 2}', b'{"a": 1', b'"\xff"', '{"a": 1}'.encode("utf-16")]
)
def test_a_request_that_is_not_json_is_refused(body: bytes) -> None:
    with pytest.raises(Malformed):
        request("openai_chat", body)


def test_a_key_that_stands_twice_is_refused() -> None:
    with pytest.raises(Malformed, match="twice"):
        request("openai_chat", b'{"messages": [], "messages": []}')


def test_an_empty_body_has_no_words() -> None:
    assert [segment.address for segment in request("openai_chat", b"")] == ["path"]


def test_a_coded_body_is_decoded_and_an_unknown_coding_refused() -> None:
    body = gzip.compress(b'{"a": "words"}')
    assert by_address(request("anyjson", body, (*JSON, ("Content-Encoding", "gzip"))))["/a"].text == "words"
    with pytest.raises(Undecodable):
        request("anyjson", body, (*JSON, ("Content-Encoding", "rot13")))
    with pytest.raises(TooLarge):
        request("anyjson", gzip.compress(b" " * (LIMIT + 1)), (*JSON, ("Content-Encoding", "gzip")))


def nested(levels: int) -> str:
    document = json.dumps({"card": "4111"})
    for _ in range(levels):
        document = json.dumps({"inner": document})
    return document


def test_json_in_a_string_is_opened_three_levels_deep_and_judged_as_words_below() -> None:
    found = by_address(request("anyjson", nested(3).encode()))
    assert found["/inner#/inner#/inner#/card"].text == "4111"
    found = by_address(request("anyjson", nested(4).encode()))
    assert json.loads(found["/inner#/inner#/inner#/inner"].text) == {"card": "4111"}


def test_a_string_that_only_looks_like_json_is_words() -> None:
    found = by_address(request("anyjson", json.dumps({"a": "[see note] {x}"}).encode()))
    assert found["/a"].text == "[see note] {x}"


def file_part(data: str) -> bytes:
    return json.dumps(
        {"messages": [{"role": "user", "content": [{"type": "file", "file": {"file_data": data}}]}]}
    ).encode()


def test_a_file_that_is_text_is_judged_and_one_that_is_not_is_to_be_opened() -> None:
    text = base64.b64encode(b"card 4111").decode()
    for data in (text, f"data:text/plain;base64,{text}"):
        segment = by_address(request("openai_chat", file_part(data)))["/messages/0/content/0/file/file_data"]
        assert (segment.text, segment.kind, segment.touch) == ("card 4111", Kind.TEXT, Touch.FIXED)
    png = b"\x89PNG\r\n\x1a\n\xff"
    for data in (base64.b64encode(png).decode(), "data:image/png;base64,iVBORw0KGgr/"):
        reading = read(DIALECTS["openai_chat"], Direction.REQUEST, Message(JSON, file_part(data)), LIMIT)
        assert [(file.address, file.data) for file in reading.files] == [("/messages/0/content/0/file/file_data", png)]
    with pytest.raises(Malformed, match="neither base64"):
        request("openai_chat", file_part("not base64!"))


def test_mirrored_headers_are_read_in_both_forms_and_may_not_stand_twice() -> None:
    wrapped = f"=?base64?{base64.b64encode('Zoë'.encode()).decode()}?="
    headers = (*JSON, ("Mcp-Name", "find"), ("Mcp-Param-Region", wrapped))
    found = by_address(request("mcp", b"{}", headers))
    assert found["header:Mcp-Param-Region"].text == "Zoë"
    assert found["header:Mcp-Param-Region"].touch is Touch.FREE
    with pytest.raises(Malformed, match="twice"):
        request("mcp", b"{}", (*JSON, ("Mcp-Name", "a"), ("mcp-name", "b")))
    with pytest.raises(Malformed, match="base64"):
        request("mcp", b"{}", (*JSON, ("Mcp-Param-X", "=?base64?!!?=")))


def test_the_tool_and_the_id_of_a_call_are_known() -> None:
    body = b'{"jsonrpc": "2.0", "id": "a\\"1", "method": "tools/call", "params": {"name": "export_all"}}'
    reading = read(DIALECTS["mcp"], Direction.REQUEST, Message(JSON, body), LIMIT)
    assert (reading.tools, reading.reply_to) == (("export_all",), '"a\\"1"')
    notification = read(DIALECTS["mcp"], Direction.REQUEST, Message(JSON, b'{"method": "notifications/x"}'), LIMIT)
    assert notification.reply_to is None


def answer(dialect: str, body: bytes, content_type: str = "application/json") -> list[Segment]:
    message = Message((("Content-Type", content_type),), body, status=200)
    return list(read(DIALECTS[dialect], Direction.RESPONSE, message, LIMIT).segments)


def test_an_answer_that_is_not_json_is_one_text() -> None:
    (segment,) = answer("anthropic", b"<html>502 from a proxy</html>", "text/html")
    assert (segment.address, segment.text) == ("body", "<html>502 from a proxy</html>")


def test_an_answer_that_is_not_text_is_a_file_to_be_opened() -> None:
    message = Message((("Content-Type", "image/png"),), b"\x89PNG\xff", status=200)
    reading = read(DIALECTS["anthropic"], Direction.RESPONSE, message, LIMIT)
    assert [(file.address, file.data) for file in reading.files] == [("body", b"\x89PNG\xff")]


@pytest.mark.parametrize("kind", ["application/json", "application/x-www-form-urlencoded"])
def test_a_body_that_is_said_to_be_in_another_charset_is_refused(kind: str) -> None:
    body = b'{"a": "+ADQAMQAxADE-"}'
    with pytest.raises(Malformed, match="charset"):
        request("openai_chat", body, (("content-type", f"{kind}; charset=utf-7"),))
    request("openai_chat", body, (("content-type", "application/json; charset=ISO-8859-1"),))


def test_a_body_that_is_not_text_is_a_file_to_be_opened_unless_it_is_json_in_another_coding() -> None:
    grpc = b"\x00\x00\x00\x00\x05\xff\xfe\xfd\x01\x02"
    (file,) = read(DIALECTS["anyjson"], Direction.REQUEST, Message((), grpc), LIMIT).files
    assert (file.address, file.data) == ("body", grpc)
    for body in ('{"store": true}'.encode("utf-16"), '{"a": "é"}'.encode("latin-1"), '["é"]'.encode("utf-32-be")):
        with pytest.raises(Malformed, match="not UTF-8"):
            request("anyjson", body)


def test_a_form_of_pairs_is_judged_and_never_rewritten() -> None:
    form = (("Content-Type", "application/x-www-form-urlencoded"),)
    reading = read(DIALECTS["anyjson"], Direction.REQUEST, Message(form, b"a=4111+1111&store=false&n%C3%A9="), LIMIT)
    found = by_address(list(reading.segments))
    assert (found["part:0"].text, found["part:0"].touch, found["part:2~"].text) == ("4111 1111", Touch.FIXED, "né")
    assert reading.flag("/store").value is False
    for wrong in (b"a=%ff", b"&".join([b"a=b"] * 1001)):
        with pytest.raises(Malformed):
            read(DIALECTS["anyjson"], Direction.REQUEST, Message(form, wrong), LIMIT)


def test_events_that_are_not_json_are_judged_together_and_never_rewritten() -> None:
    body = b'data: {"choices": []}\n\ndata: 4111 1111\n\ndata:  1111 1111\n\ndata: [DONE]\n\n'
    (data,) = [s for s in answer("openai_chat", body, "text/event-stream") if s.address == "stream:data"]
    assert (data.text, data.touch) == ("4111 1111 1111 1111", Touch.FIXED)


def test_the_other_lines_of_an_event_are_judged_too() -> None:
    body = b": card 4111\nid: 42\nevent: e\n5555 5555: x\n\n"
    texts = {s.address: s.text for s in answer("openai_chat", body, "text/event-stream")}
    assert texts == {
        "event:0/field:0": "card 4111",
        "event:0/field:1": "42",
        "event:0/field:2": "e",
        "event:0/field:3": "x",
        "event:0/field:3~": "5555 5555",
        "stream:data": "",
    }


def test_pieces_of_one_channel_are_one_text_and_other_channels_stay_apart() -> None:
    def chunk(choice: int, text: str) -> bytes:
        return b"data: " + json.dumps({"choices": [{"index": choice, "delta": {"content": text}}]}).encode() + b"\n\n"

    body = chunk(0, "4111 11") + chunk(1, "other") + chunk(0, "11 1111 1111") + b"data: [DONE]\n\n"
    found = answer("openai_chat", body, "text/event-stream")
    texts = {each.address: each.text for each in found if each.address.startswith("stream:content")}
    assert texts == {"stream:content/index=0": "4111 1111 1111 1111", "stream:content/index=1": "other"}


def test_the_order_of_its_members_does_not_make_another_channel_of_a_piece() -> None:
    pieces = [
        {
            "type": "response.output_text.delta",
            "item_id": "m",
            "content_index": 0,
            "output_index": 1,
            "delta": "4111 11",
        },
        {
            "delta": "11 1111 1111",
            "output_index": 1,
            "item_id": "m",
            "type": "response.output_text.delta",
            "content_index": 0,
        },
    ]
    body = b"".join(b"data: " + json.dumps(piece).encode() + b"\n\n" for piece in pieces)
    for dialect in ("openai_responses", "openai_realtime"):
        assert "4111 1111 1111 1111" in [each.text for each in answer(dialect, body, "text/event-stream")]


@pytest.mark.parametrize(
    ("dialect", "content_type", "body"),
    [
        ("ollama", "application/x-ndjson", b'{"message": {"content": "4111 11"}}\n{"message": {"content": "11"}}\n'),
        ("ollama", "application/jsonl", b'{"message": {"content": "4111 11"}}\r\n{"message": {"content": "11"}}'),
        ("bedrock", "application/vnd.amazon.eventstream",
         message([(":event-type", "contentBlockDelta")], b'{"contentBlockIndex": 0, "delta": {"text": "4111 11"}}')
         + message([(":event-type", "contentBlockDelta")], b'{"delta": {"text": "11"}, "contentBlockIndex": 0}')),
        ("gemini", "application/json",
         b' [{"candidates": [{"content": {"parts": [{"text": "4111 11"}]}}]}\n,'
         b'{"candidates": [{"content": {"parts": [{"text": "11"}]}}]}]'),
    ],
)  # fmt: skip
def test_a_stream_is_read_and_rewritten_however_it_is_cut(dialect: str, content_type: str, body: bytes) -> None:
    sent = Message((("Content-Type", content_type),), body, status=200)
    reading = read(DIALECTS[dialect], Direction.RESPONSE, sent, LIMIT)
    number = next(at for at, segment in enumerate(reading.segments) if segment.text == "4111 1111")
    assert reading.rewrite([]) is sent
    again = read(DIALECTS[dialect], Direction.RESPONSE, reading.rewrite([Edit(number, 2, 8, "XYZ")]), LIMIT)
    assert again.segments[number].text == "41XYZ1"
    assert [len(frame.fields) for frame in again.events] == [len(frame.fields) for frame in reading.events]


def test_an_array_is_a_stream_only_where_the_dialect_streams_arrays() -> None:
    found = by_address(answer("anyjson", b'[{"a": "words"}]'))
    assert found["/0/a"].text == "words"


def test_bytes_that_are_no_text_in_a_stream_cannot_be_scanned() -> None:
    body = message([(":content-type", "application/octet-stream")], b"\xff")
    with pytest.raises(Unscannable):
        answer("bedrock", body, "application/vnd.amazon.eventstream")


def test_a_stream_that_is_cut_otherwise_than_it_says_is_refused() -> None:
    with pytest.raises(Malformed):
        answer("bedrock", b'data: {"a": 1}\n\n' * 2, "application/vnd.amazon.eventstream")
    with pytest.raises(Malformed):
        answer("gemini", b'[{"a": 1}] and more')


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/json",
        "application/octet-stream",
        "",
        "application/x-ndjson",
        "application/jsonl",
        "application/vnd.amazon.eventstream",
    ],
)
@pytest.mark.parametrize("path", [path for path in messages() if path.suffix == ".sse"], ids=lambda p: p.parent.name)
def test_a_stream_under_another_content_type_is_read_as_the_stream_that_sdks_see(path: Path, content_type: str) -> None:
    answer = Message((("Content-Type", content_type),), path.read_bytes())
    read_so = read(DIALECTS[path.parent.name], Direction.RESPONSE, answer, LIMIT)
    assert described(read_so) == golden(path).read_text("utf-8")


LINES = b'{"message": {"content": "4111 11"}}\n{"message": {"content": "11"}}\n'


@pytest.mark.parametrize(
    "content_type", ["text/event-stream", "application/json", "text/plain", "application/x-ndjson"]
)
def test_lines_of_json_that_call_themselves_something_else_are_read_as_lines(content_type: str) -> None:
    assert "4111 1111" in [segment.text for segment in answer("ollama", LINES, content_type)]


@pytest.mark.parametrize("content_type", ["application/x-jsonl", "application/octet-stream", ""])
def test_the_results_of_a_batch_are_rewritten_as_the_json_that_they_are(content_type: str) -> None:
    lines = b'{"result": {"card": 4111, "note": "4111"}}\r\n{"result": {"note": "no"}}\n'
    sent = Message((("Content-Type", content_type),), lines)
    reading = read(DIALECTS["anyjson"], Direction.RESPONSE, sent, LIMIT)
    edits = [Edit(at, 0, 2, '"') for at, each in enumerate(reading.segments) if each.text == "4111"]
    assert [json.loads(line) for line in reading.rewrite(edits).body.splitlines()] == [
        {"result": {"card": '"11', "note": '"11'}},
        {"result": {"note": "no"}},
    ]


@pytest.mark.parametrize("content_type", ["text/event-stream", "application/json"])
def test_an_array_that_calls_itself_events_is_read_as_an_array(content_type: str) -> None:
    body = b'[{"candidates": [{"content": {"parts": [{"text": "4111 11"}]}}]}\n,' + (
        b'{"candidates": [{"content": {"parts": [{"text": "11"}]}}]}]'
    )
    assert "4111 1111" in [segment.text for segment in answer("gemini", body, content_type)]
