"""`grille.dialects.frames`: one frame of a stream, alone."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path

import pytest
from goldens import LIMIT, messages, reading_of

from grille.dialects import DIALECTS, Dialect, FrameReading, framing_of, read_frame
from grille.dialects.frames import is_read_so, sniffed
from grille.errors import Unscannable
from grille.exchange import Edit, Kind, Touch
from grille.framing import eventstream, sse
from grille.framing.base import Frame, Framing

STREAMS = [path for path in messages() if path.suffix != ".json"]
CHAT = DIALECTS["openai_chat"]


def event(text: str) -> Frame:
    (frame,) = sse.Decoder(LIMIT).feed(text.encode())
    return frame


def told(reading: FrameReading) -> list[tuple[str, tuple[str, ...], str]]:
    texts = reading.reading.segments
    return [(piece.channel, piece.indices, texts[piece.segment].text) for piece in reading.pieces]


def test_pieces_stay_alone_and_know_their_channel_and_their_own_text() -> None:
    delta = {
        "content": "Card 41",
        "tool_calls": [{"index": 1, "function": {"arguments": "{"}}, {"index": 0, "function": {"arguments": "}"}}],
    }
    frame = event(f"data: {json.dumps({'choices': [{'delta': delta, 'index': 3}, {'index': 0}]})}\n\n")
    read = read_frame(CHAT, frame)
    assert told(read) == [
        ("content", ("index=3",), "Card 41"),
        ("arguments", ("index=3", "index=1"), "{"),
        ("arguments", ("index=3", "index=0"), "}"),
    ]
    assert read.groups == (("index=3",), ("index=3", "index=1"), ("index=3", "index=0"), ("index=0",))
    segment = read.reading.segments[read.pieces[1].segment]
    assert (segment.address, segment.kind, segment.label, segment.touch) == (
        "stream:arguments/index=3/index=1", Kind.ARGUMENTS, "arguments", Touch.FREE,
    )  # fmt: skip
    assert read.root is not None


def test_two_pieces_of_one_channel_in_one_event_are_two() -> None:
    parts = [{"text": "Card 41"}, {"text": "11"}]
    frame = event(f"data: {json.dumps({'candidates': [{'index': 0, 'content': {'parts': parts}}]})}\n\n")
    read = read_frame(DIALECTS["gemini"], frame)
    assert told(read) == [("text", ("index=0",), "Card 41"), ("text", ("index=0",), "11")]


def test_a_frame_is_rewritten_piece_by_piece_and_the_rest_stays() -> None:
    frame = event('event: e\ndata: {"choices":[{"index":0,"delta":{"content":"a\\u00e9b"}, "logprobs": {"x": 1}}]}\n\n')
    read = read_frame(CHAT, frame)
    assert read.reading.rewrite([]).body == frame.raw
    edits = [Edit(read.pieces[0].segment, 0, 1, 'A"'), Edit(read.pieces[0].segment, 2, 3, "")]
    after = b'event: e\ndata: {"choices":[{"index":0,"delta":{"content":"A\\"\\u00e9"}, "logprobs": null}]}\n\n'
    assert read.reading.rewrite(edits).body == after


def test_a_mark_needs_no_judging_and_other_data_that_is_no_json_is_a_piece_of_its_own() -> None:
    marked = read_frame(CHAT, event("data: [DONE]\n\n"))
    assert (marked.pieces, marked.root, marked.reading.segments) == ((), None, ())
    plain = read_frame(CHAT, event("data: [DONE] 4111\n\n"))
    assert told(plain) == [("data", (), "[DONE] 4111")]
    (segment,) = plain.reading.segments
    assert (segment.address, segment.touch) == ("stream:data", Touch.FIXED)


def test_a_comment_is_judged_and_has_no_document() -> None:
    read = read_frame(CHAT, event(": 4111\n\n"), 7)
    assert [(s.address, s.text, s.touch) for s in read.reading.segments] == [("event:7/field:0", "4111", Touch.FIXED)]
    assert (read.pieces, read.root, read.groups) == ((), None, ())


def test_bytes_that_are_no_text_cannot_be_scanned() -> None:
    headers = [(":content-type", "application/octet-stream")]
    (frame,) = eventstream.Decoder(LIMIT).feed(eventstream.message(headers, b"\xff"))
    with pytest.raises(Unscannable):
        read_frame(DIALECTS["bedrock"], frame)


@pytest.mark.parametrize("path", STREAMS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_frame_by_frame_the_same_words_are_read_as_at_once(path: Path) -> None:
    dialect = DIALECTS[path.parent.name]
    whole = reading_of(path)
    rest: list[tuple[str, str, Kind, Touch]] = []
    channels: defaultdict[str, str] = defaultdict(str)
    for number, frame in enumerate(whole.events):
        read = read_frame(dialect, frame, number)
        pieces = {piece.segment for piece in read.pieces}
        for at, each in enumerate(read.reading.segments):
            if at in pieces:
                channels[each.address] += each.text
            else:
                rest.append((each.address, each.text, each.kind, each.touch))
    found = [(s.address, s.text, s.kind, s.touch) for s in whole.segments]
    assert rest == [each for each in found if not each[0].startswith("stream:")]
    joined = {address: text for address, text, *_ in found if address.startswith("stream:") and "#" not in address}
    assert {address: text for address, text in channels.items() if address in joined} | {"stream:data": ""} == joined


@pytest.mark.parametrize(
    ("dialect", "content_type", "path", "framing"),
    [
        ("openai_chat", "text/event-stream", "/v1/chat/completions", Framing.SSE),
        ("openai_chat", "Text/Event-Stream; charset=utf-8", "/", Framing.SSE),
        ("openai_chat", "application/json", "/v1/chat/completions", None),
        ("ollama", "application/x-ndjson", "/api/chat", Framing.NDJSON),
        ("ollama", "application/json; charset=utf-8", "/api/chat", None),
        ("anyjson", "application/jsonl", "/", Framing.NDJSON),
        ("bedrock", "application/vnd.amazon.eventstream", "/model/m/converse-stream", Framing.EVENT_STREAM),
        ("gemini", "application/json; charset=UTF-8", "/v1/models/m:streamGenerateContent", Framing.JSON_ARRAY),
        ("gemini", "text/event-stream", "/v1/models/m:streamGenerateContent", Framing.SSE),
        ("gemini", "application/json", "/v1/models/m:generateContent", None),
        ("anyjson", "application/json", "/v1/models/m:streamGenerateContent", None),
        ("anyjson", "", "/", None),
    ],
)
def test_the_content_type_and_for_arrays_the_path_say_how_a_stream_is_cut(
    dialect: str, content_type: str, path: str, framing: Framing | None
) -> None:
    known: Dialect = DIALECTS[dialect]
    assert framing_of(known, content_type, path) is framing


@pytest.mark.parametrize(
    ("dialect", "framing", "known"),
    [
        ("openai_chat", Framing.SSE, True),
        ("openai_chat", Framing.NDJSON, False),
        ("openai_chat", Framing.EVENT_STREAM, False),
        ("ollama", Framing.NDJSON, True),
        ("ollama", Framing.SSE, False),
        ("bedrock", Framing.EVENT_STREAM, True),
        ("bedrock", Framing.SSE, False),
        ("gemini", Framing.JSON_ARRAY, True),
        ("gemini", Framing.SSE, True),
        ("gemini", Framing.NDJSON, False),
        ("anyjson", Framing.SSE, True),
        ("anyjson", Framing.NDJSON, True),
    ],
)
def test_clients_read_a_stream_in_the_way_of_their_dialect(dialect: str, framing: Framing, known: bool) -> None:
    assert is_read_so(DIALECTS[dialect], framing) is known


AWS = eventstream.message(((":event-type", "messageStart"),), b"{}")


@pytest.mark.parametrize(
    ("dialect", "body", "framing"),
    [
        ("openai_chat", b'data: {"a": 1}\n\n', Framing.SSE),
        ("openai_chat", b'\xef\xbb\xbfdata:{"a": 1}\n\n', Framing.SSE),
        ("anthropic", b'event: ping\rdata: {"a": 1}\r\r', Framing.SSE),
        ("mcp", b": hello\r\n\r\ndata\r\n\r\n", Framing.SSE),
        ("openai_chat", b'{"a": "b\\ndata: c"}', None),
        ("openai_chat", b'{\n  "data": 1}', None),
        ("openai_chat", b"The data: none.", None),
        ("openai_chat", b'{"a": 1}\n{"a": 2}\n', None),
        ("ollama", b'{"a": 1}\n{"a": 2}\n', Framing.NDJSON),
        ("ollama", b'{"a": 1}\n', None),
        ("ollama", b'{\n"a": 1\n}', None),
        ("gemini", b' [{"a": 1}]', Framing.JSON_ARRAY),
        ("gemini", b'{"a": 1}', None),
        ("bedrock", AWS, Framing.EVENT_STREAM),
        ("bedrock", AWS[:11], None),
        ("bedrock", b"\x00" + AWS, None),
    ],
)
def test_a_stream_is_known_by_its_bytes_where_no_content_type_says_so(
    dialect: str, body: bytes, framing: Framing | None
) -> None:
    assert sniffed(DIALECTS[dialect], body) is framing
