"""`grille.dialects.gathering`: documents become segments and pieces. `test_reader.py` reads whole messages."""

from __future__ import annotations

import base64
import json
from dataclasses import replace

import pytest

import papers
from grille.dialects import DIALECTS
from grille.dialects.fields import Care, Field, Table
from grille.dialects.gathering import Gathering
from grille.dialects.reader import read
from grille.dialects.reading import Part, Words
from grille.errors import Malformed
from grille.exchange import Direction, Edit, Kind, Touch
from grille.framing.json_parser import parse
from grille.framing.message import Message

DIALECT = replace(DIALECTS["anyjson"], indices=frozenset({"index"}))
TABLE = Table([Field("d", Care.SEALED, Kind.ARGUMENTS, channel="c"), Field("e", Care.ECHO), Field("n", Care.NEVER)])


def test_pieces_of_channels_wait_and_everything_else_is_a_segment() -> None:
    gathering = Gathering(DIALECT)
    for text in ('{"index": 2, "d": "one", "e": {}, "n": "x"}', '{"other": "words", "d": "two", "index": 2}'):
        gathering.document(Part(parse(text), event=0), TABLE, "event:0")
    assert [each.address for each in gathering.pieces] == ["stream:c/index=2"] * 2
    assert [each.piece.node.text for each in gathering.pieces] == ["one", "two"]
    assert [(s.address, s.text) for s in gathering.segments] == [
        ("event:0/index~", "index"), ("event:0/index", "2"), ("event:0/other~", "other"), ("event:0/other", "words"),
        ("event:0/index~", "index"), ("event:0/index", "2"),
    ]  # fmt: skip
    assert gathering.groups == {("index=2",): None}


def test_outside_events_nothing_has_an_index() -> None:
    gathering = Gathering(DIALECT)
    gathering.document(Part(parse('{"index": 2, "d": "one"}')), TABLE)
    assert (gathering.pieces[0].indices, gathering.groups) == ((), {})


def test_words_are_added_as_they_stand_and_texts_are_opened() -> None:
    gathering = Gathering(DIALECT)
    gathering.document(Part(parse('{"d": "{\\"a\\": \\"x\\"}"}'), event=0), TABLE)
    field, _, piece = gathering.pieces[0]
    gathering.words(Words((piece,)), field, "as it stands", "c")
    gathering.text(Words((piece,)), replace(field, care=Care.WORDS), "opened", "c")
    found = [(s.address, s.text, s.kind, s.touch) for s in gathering.segments]
    assert found == [
        ("as it stands", '{"a": "x"}', Kind.ARGUMENTS, Touch.SEALED),
        ("opened#/a~", "a", Kind.NAME, Touch.FREE),
        ("opened#/a", "x", Kind.ARGUMENTS, Touch.FREE),
    ]


def test_what_was_gathered_can_be_rewritten() -> None:
    gathering = Gathering(DIALECT)
    gathering.document(Part(parse('{"a": "old", "e": [1]}')), TABLE)
    reading = gathering.reading(Message((), b'{"a": "old", "e": [1]}'))
    number = next(at for at, segment in enumerate(reading.segments) if segment.text == "old")
    assert reading.rewrite([Edit(number, 0, 3, "new")]).body == b'{"a": "new", "e": []}'


UNKNOWN = {
    "anthropic": {"type": "content_block_delta", "index": 0, "delta": {"type": "new_delta", "NEW": ""}},
    "anyjson": {"object": "thread.message.delta", "delta": {"content": [{"index": 0, "text": {"NEW": ""}}]}},
    "bedrock": {"contentBlockIndex": 0, "delta": {"new": {"NEW": ""}}},
    "bedrock_invoke": {"contentBlockDelta": {"contentBlockIndex": 0, "delta": {"new": {"NEW": ""}}}},
    "cohere": {"type": "content-delta", "index": 0, "delta": {"message": {"content": {"NEW": ""}}}},
    "gemini": {"candidates": [{"index": 0, "content": {"parts": [{"NEW": ""}]}}]},
    "gemini_interactions": {"event_type": "step.delta", "index": 0, "delta": {"type": "new", "NEW": ""}},
    "gemini_live": {"serverContent": {"modelTurn": {"parts": [{"NEW": ""}]}}},
    "mistral": {"choices": [{"index": 0, "delta": {"NEW": ""}}]},
    "ollama": {"message": {"role": "assistant", "NEW": ""}},
    "openai_chat": {"choices": [{"index": 0, "delta": {"NEW": ""}}]},
    "openai_responses": {"type": "response.new.delta", "item_id": "i", "delta": {"NEW": ""}},
    "openrouter": {"choices": [{"index": 0, "delta": {"NEW": ""}}]},
}


def texts_of(dialect: str, *pieces: dict[str, object]) -> list[str]:
    frame = json.dumps(UNKNOWN[dialect])
    body = "".join(f"data: {frame.replace('"NEW": ""', json.dumps(piece)[1:-1])}\n\n" for piece in pieces)
    answer = Message((("Content-Type", "text/event-stream"),), body.encode())
    return [each.text for each in read(DIALECTS[dialect], Direction.RESPONSE, answer, 1 << 20).segments]


@pytest.mark.parametrize("dialect", UNKNOWN)
def test_the_pieces_of_what_nobody_knows_yet_are_one_text(dialect: str) -> None:
    assert "4111 1111" in texts_of(dialect, {"thinks": "4111 "}, {"thinks": "1111"})


@pytest.mark.parametrize("name", ["words", "text"])
@pytest.mark.parametrize("dialect", UNKNOWN)
def test_so_are_those_that_stand_deeper_in_it(dialect: str, name: str) -> None:
    one, two = ({"thinks": {"more": [{name: words}]}} for words in ("4111 ", "1111"))
    assert "4111 1111" in texts_of(dialect, one, two)


@pytest.mark.parametrize("dialect", UNKNOWN)
def test_what_nobody_knows_yet_is_a_text_for_each_of_its_places(dialect: str) -> None:
    said = texts_of(dialect, {"trace": "chunk1", "thinks": "4111 "}, {"trace": "chunk2", "thinks": "1111"})
    assert {"4111 1111", "chunk1chunk2"} <= set(said)


WHOLE = {
    "anthropic": {
        "type": "content_block_delta",
        "index": 0,
        "delta": {"type": "citations_delta", "citation": {"T": ""}},
    },
    "bedrock": {"contentBlockIndex": 0, "delta": {"citation": {"source": {"T": ""}}}},
    "cohere": {"type": "citation-start", "index": 0, "delta": {"message": {"citations": {"sources": [{"T": ""}]}}}},
    "gemini_interactions": {"event_type": "step.delta", "index": 0, "delta": {"annotations": [{"T": ""}]}},
    "mistral": {"choices": [{"index": 0, "delta": {"content": [{"type": "tool_reference", "T": ""}]}}]},
    "openai_chat": {"choices": [{"index": 0, "delta": {"annotations": [{"url_citation": {"T": ""}}]}}]},
    "openrouter": {"choices": [{"index": 0, "delta": {"context": {"citations": [{"T": ""}]}}}]},
}


@pytest.mark.parametrize("dialect", WHOLE)
def test_what_is_cited_is_no_beginning_of_what_is_cited_next(dialect: str) -> None:
    frame = json.dumps(WHOLE[dialect])
    body = "".join(f"data: {frame.replace('"T": ""', f'"title": "{title}"')}\n\n" for title in ("4111 ", "1111"))
    answer = Message((("Content-Type", "text/event-stream"),), body.encode())
    said = [each.text for each in read(DIALECTS[dialect], Direction.RESPONSE, answer, 1 << 20).segments]
    assert {"4111 ", "1111"} <= set(said)


def test_what_says_the_same_in_each_event_is_a_text_each_time_unless_it_may_be_half_a_number() -> None:
    def said(text: str) -> list[str]:
        return texts_of("openai_chat", *[{"new": text}] * 2)

    assert said("GB82 WEST 1234 5698 7654 32").count("GB82 WEST 1234 5698 7654 32") == 2
    assert said("4111 1111 1111 1111").count("4111 1111 1111 1111") == 2
    assert "1111 1111 " in said("1111 ")


FILES: list[tuple[str, Direction, dict[str, object]]] = [
    (
        "anthropic",
        Direction.REQUEST,
        {"messages": [{"content": [{"source": {"media_type": "TYPE", "data": "RklMRQ=="}}]}]},
    ),
    (
        "gemini",
        Direction.REQUEST,
        {"contents": [{"parts": [{"inline_data": {"data": "RklMRQ==", "mime_type": "TYPE"}}]}]},
    ),
    ("mcp", Direction.RESPONSE, {"result": {"contents": [{"uri": "a:b", "mimeType": "TYPE", "blob": "RklMRQ=="}]}}),
]


@pytest.mark.parametrize(("dialect", "direction", "body"), FILES)
def test_a_file_that_stands_beside_another_charset_is_refused(
    dialect: str, direction: Direction, body: dict[str, object]
) -> None:
    def said(kind: str) -> list[str]:
        message = Message((), json.dumps(body).replace("TYPE", kind).encode(), "/x")
        return [each.text for each in read(DIALECTS[dialect], direction, message, 1 << 20).segments]

    assert "FILE" in said("text/csv; charset=utf-8")
    with pytest.raises(Malformed, match="in another charset"):
        said("text/csv; charset=utf-7")


def test_a_media_type_without_a_file_beside_it_may_name_any_charset() -> None:
    body = {"result": {"contents": [{"mimeType": "text/html; charset=koi8-r", "text": "words"}]}}
    message = Message((), json.dumps(body).encode())
    assert "words" in [s.text for s in read(DIALECTS["mcp"], Direction.RESPONSE, message, 1 << 20).segments]


def test_a_document_that_holds_a_file_is_taken_apart_each_time() -> None:
    """What stands in the file is not among its segments: to remember it as empty would let the file pass."""
    packed = base64.b64encode(papers.docx()).decode()
    for value, remembered, files in ((packed, 0, 1), ("words", 1, 0)):
        gathering = Gathering(DIALECT)
        said = json.dumps({"inner": json.dumps({"content": value})})
        gathering.document(Part(parse(said)), Table([Field("**", Care.DATA)]))
        assert (len(gathering.taken_apart), len(gathering.files)) == (remembered, files)
