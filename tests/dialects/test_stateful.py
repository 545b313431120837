"""`grille.dialects.stateful`: what shows that something is kept is found in every spelling, and nothing else is."""

from __future__ import annotations

import pytest

from grille.dialects.stateful import Header, Path, Place, Places
from grille.errors import Malformed
from grille.framing.json_parser import parse
from grille.framing.message import Message

PLACES = Places(
    [
        Place("conversation", "kept"),
        Place("previous_response_id", "kept", in_socket=True),
        Place("input[]{type=item_reference}", "kept"),
        Place("tools[]{type=code_execution_*}", "kept"),
        Place("**.cache_control.ttl", "an hour", '"5m"', ("1h",)),
        Place("**.file_data.file_uri", "kept", values=("files/*",)),
        Place("model", "trains", values=("*-contributor",)),
    ]
)


def found(body: str, *, in_socket: bool = False) -> list[str]:
    return [each.address for each in PLACES.kept(parse(body).root, in_socket=in_socket)]


@pytest.mark.parametrize(
    ("body", "address"),
    [
        ('{"conversation": "c"}', "/conversation"),
        ('{"conversation": {"id": "c"}}', "/conversation"),
        ('{"conversation": {}}', "/conversation"),
        ('{"conversation": ""}', "/conversation"),
        ('{"conversation": 0}', "/conversation"),
        ('{"conversation": true}', "/conversation"),
        ('{"tools": {"type": "code_execution_1"}}', "/tools"),
        ('{"Conversation": "c"}', "/Conversation"),
        ('{"conver\\u017fation": "c"}', "/conver\u017fation"),
        ('{"previousResponseId": "r"}', "/previousResponseId"),
        ('{"input": ["x", {"type": "item_reference", "id": "i"}]}', "/input/1"),
        ('{"input": [{"Type": "item_reference", "id": "i"}]}', "/input/0"),
        ('{"tools": [{"type": "code_execution_20990101"}]}', "/tools/0"),
        ('{"a": [{"b": {"cache_control": {"ttl": "1h"}}}]}', "/a/0/b/cache_control/ttl"),
        ('{"contents": [{"parts": [{"fileData": {"fileUri": "files/abc"}}]}]}', "/contents/0/parts/0/fileData/fileUri"),
        (
            '{"contents": [{"parts": [{"file_data": {"file_uri": "Files/abc"}}]}]}',
            "/contents/0/parts/0/file_data/file_uri",
        ),
        ('{"model": "Llama-9-Contributor"}', "/model"),
    ],
)
def test_it_is_found(body: str, address: str) -> None:
    assert found(body) == [address]


@pytest.mark.parametrize(
    "body",
    [
        '{"conversation": null}',
        '{"conversation": false}',
        '{"conversation": []}',
        '{"metadata": {"conversation": "c"}}',
        '{"input": [{"type": "message", "id": "i"}]}',
        '{"input": "item_reference"}',
        '{"tools": [{"type": "function", "name": "code_execution_1"}]}',
        '{"cache_control": {"ttl": "5m"}}',
        '{"cache_control": {"ttl": 1}}',
        '{"file_data": {"file_uri": "gs://bucket/files/x"}}',
        '{"model": "llama-9"}',
        '{"model": "contributor-llama"}',
        '"conversation"',
    ],
)
def test_and_nothing_else_is(body: str) -> None:
    assert found(body) == []


def test_what_lives_in_a_connection_is_fine_there_only() -> None:
    body = '{"previous_response_id": "r", "conversation": "c"}'
    assert found(body) == ["/previous_response_id", "/conversation"]
    assert found(body, in_socket=True) == ["/conversation"]


def test_each_place_is_said_once() -> None:
    many = ", ".join(['{"type": "item_reference"}'] * 50)
    assert found(f'{{"input": [{many}]}}') == ["/input/0"]


@pytest.mark.parametrize(
    "body",
    [
        '{"conversation": null, "Conversation": "c"}',
        '{"previous_response_id": null, "previousResponseId": "r"}',
        '{"input": [{"type": "item_reference", "Type": "message"}]}',
    ],
)
def test_two_names_that_a_lenient_parser_takes_for_one_are_refused(body: str) -> None:
    with pytest.raises(Malformed, match="differ only in case"):
        found(body)


def test_the_callers_own_names_may_be_alike() -> None:
    assert found('{"tools": [{"parameters": {"model": 1, "Model": 2, "type": 3, "Type": 4}}]}') == []
    assert found('{"metadata": {"user_id": 1, "userId": 2}}') == []


def test_words_of_a_header_are_found_in_any_line_of_it() -> None:
    header = Header("anthropic-beta", ("files-api-*", "skills-*"), "kept")
    message = Message((("Anthropic-Beta", "fine-1, Files-API-2025-04-14"), ("anthropic-beta", "skills-1")), b"")
    assert [(each.address, each.word) for each in header.kept(message)] == [
        ("header:anthropic-beta", "files-api-*"),
        ("header:anthropic-beta", "skills-*"),
    ]
    assert list(header.kept(Message((("anthropic-beta", "context-1m-2025-08-07"), ("x", "skills-1")), b""))) == []


def test_an_object_may_excuse_itself() -> None:
    places = Places([Place("tools[]{type=search_2*}", "runs code", unless=("allowed_callers", "direct"))])

    def shown(callers: str) -> int:
        root = parse(f'{{"tools": [{{"type": "search_2"{callers}}}]}}').root
        return len(places.kept(root, in_socket=False))

    assert shown(', "allowed_callers": ["direct"]') == 0
    for callers in ("", ', "allowed_callers": []', ', "allowed_callers": ["direct", "code"]', ', "allowed_callers": 1'):
        assert shown(callers) == 1


def test_a_model_that_a_path_names_is_found_there() -> None:
    path = Path(("*claude-mythos-*",), "kept", "another model")
    for target in ("/model/us.anthropic.claude-mythos-5-v1%3A0/converse", "/m/Claude%2DMythos%2D5:rawPredict?x=y"):
        assert [each.address for each in path.kept(Message((), b"", target))] == ["path"]
    assert not list(path.kept(Message((), b"", "/model/claude-opus-5/converse?x=claude-mythos-5")))
