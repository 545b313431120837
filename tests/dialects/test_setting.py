"""`grille.dialects.setting`: what is missing is written, and every other byte stays."""

from __future__ import annotations

import json

import pytest

from grille.dialects.setting import splices, with_headers
from grille.errors import CannotRewrite
from grille.exchange import Scalar
from grille.framing.json_parser import parse
from grille.framing.message import Message

ZDR = [("/provider/zdr", True), ("/provider/data_collection", "deny")]
STORE = [("/store", False), ("/include/-", "reasoning.encrypted_content")]


def written(body: str, *to_set: tuple[str, Scalar]) -> str:
    document = parse(body)
    return document.splice(splices(document.root, to_set))


@pytest.mark.parametrize(
    ("body", "after"),
    [
        ('{"a":  1.50}', '{"provider": {"zdr": true, "data_collection": "deny"}, "a":  1.50}'),
        ("{}", '{"provider": {"zdr": true, "data_collection": "deny"}}'),
        ('{"a": 1, "provider": {}}', '{"a": 1, "provider": {"zdr": true, "data_collection": "deny"}}'),
        (
            '{"provider": {"order": ["x"]}, "a": 1}',
            '{"provider": {"zdr": true, "data_collection": "deny", "order": ["x"]}, "a": 1}',
        ),
        ('{"provider": null}', '{"provider": {"zdr": true, "data_collection": "deny"}}'),
        ('{"provider": {"zdr": null}}', '{"provider": {"data_collection": "deny", "zdr": true}}'),
    ],
)
def test_what_is_missing_on_the_way_is_made(body: str, after: str) -> None:
    assert written(body, *ZDR) == after


def test_a_field_may_lie_as_deep_as_the_vendor_likes() -> None:
    to_set = [("/providerOptions/gateway/zeroDataRetention", True), ("/providerOptions/gateway/x~1y", 1)]
    assert json.loads(written('{"providerOptions": {"openai": {}}}', *to_set)) == {
        "providerOptions": {"openai": {}, "gateway": {"zeroDataRetention": True, "x/y": 1}}
    }


@pytest.mark.parametrize(
    ("body", "after"),
    [
        ('{"a": 1}', '{"store": false, "include": ["reasoning.encrypted_content"], "a": 1}'),
        ('{"include": []}', '{"store": false, "include": ["reasoning.encrypted_content"]}'),
        ('{"include": null}', '{"store": false, "include": ["reasoning.encrypted_content"]}'),
        ('{"include": ["x" ]}', '{"store": false, "include": ["x" , "reasoning.encrypted_content"]}'),
        (
            '{"include": ["reasoning.encrypted_content", "x"]}',
            '{"store": false, "include": ["reasoning.encrypted_content", "x"]}',
        ),
    ],
)
def test_an_item_is_added_to_a_list_once(body: str, after: str) -> None:
    assert written(body, *STORE) == after


@pytest.mark.parametrize(
    ("body", "to_set"),
    [
        ("[1]", STORE),
        ('"x"', STORE),
        ('{"provider": "x"}', ZDR),
        ('{"provider": [1]}', ZDR),
        ('{"include": "x"}', STORE),
        ('{"include": {}}', STORE),
        ("{}", [("/a", 1), ("/a/b", 2)]),
    ],
)
def test_what_stands_in_the_way_is_not_swept_aside(body: str, to_set: list[tuple[str, Scalar]]) -> None:
    with pytest.raises(CannotRewrite):
        written(body, *to_set)


def test_there_is_no_place_in_no_body() -> None:
    with pytest.raises(CannotRewrite):
        splices(None, STORE)


def test_a_header_is_added_and_is_no_field() -> None:
    message = Message((("Host", "example.com"),), b"{}")
    to_set = [("header:x-logging", "false")]
    assert with_headers(message, to_set).headers == (("Host", "example.com"), ("x-logging", "false"))
    assert with_headers(message, STORE) is message
    assert written("{}", *to_set) == "{}"
