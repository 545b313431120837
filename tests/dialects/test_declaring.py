"""`grille.dialects.declaring`: what a request says about itself, and only where it counts."""

from __future__ import annotations

import pytest

from grille.declared import Declared
from grille.dialects import DIALECTS, declared, echoed, read
from grille.dialects.retention import settings
from grille.errors import Malformed
from grille.exchange import Direction, Flag
from grille.framing.message import Message
from grille.providers import Control, Retention

LIMIT = 1 << 20
RESPONSES = Retention(Control.FLAG, settings(["responses_store"]))
LOGGING = Retention(Control.FLAG, settings(["yandex_logging"]))


def said(
    body: str, rules: Retention | None = RESPONSES, headers: tuple[tuple[str, str], ...] = (), query: str = ""
) -> Declared:
    dialect = DIALECTS["openai_responses"]
    message = Message(headers, body.encode(), f"/v1/responses{query}")
    fields = [setting.where for setting in rules.settings] if rules else ["/store"]
    return declared(dialect, read(dialect, Direction.REQUEST, message, LIMIT), fields, rules)


def test_a_flag_is_read_at_its_place() -> None:
    assert said('{"store": false}').flags == {"/store": Flag("/store", True, False)}


@pytest.mark.parametrize(
    ("body", "headers", "query", "where"),
    [
        ('{"extra_body": {"store": false}}', (), "", "/extra_body/store"),
        ('{"metadata": {"store": "false"}}', (), "", "/metadata/store"),
        ("{}", (), "?store=false", "query:store"),
        ("{}", (), "?a=b&body.Store=false", "query:store"),
        ("{}", (("Store", "false"),), "", "header:store"),
        ("{}", (("X-Store", "false"),), "", "header:x-store"),
        ("{}", (), "?%C5%BFtore=false", "query:store"),
    ],
)
def test_the_same_name_anywhere_else_is_noted(
    body: str, headers: tuple[tuple[str, str], ...], query: str, where: str
) -> None:
    assert said(body, headers=headers, query=query).flags["/store"] == Flag("/store", False, elsewhere=(where,))


def test_a_flag_may_be_a_header() -> None:
    name = "header:x-data-logging-enabled"
    assert said("{}", LOGGING, (("X-Data-Logging-Enabled", " false "),)).flags[name] == Flag(name, True, "false")
    assert said("{}", LOGGING).flags[name] == Flag(name, False)
    in_body = said('{"x-data-logging-enabled": false}', LOGGING).flags[name]
    assert (in_body.present, in_body.elsewhere) == (False, ("/x-data-logging-enabled",))
    underscored = said("{}", LOGGING, (("x_data_logging_enabled", "false"),)).flags[name]
    assert (underscored.present, underscored.elsewhere) == (False, ("header:x_data_logging_enabled",))


def test_a_header_that_stands_twice_is_refused_even_if_both_agree() -> None:
    with pytest.raises(Malformed, match="twice"):
        said("{}", LOGGING, (("x-data-logging-enabled", "false"), ("X-Data-Logging-Enabled", "false")))


def test_what_is_kept_is_looked_for_only_with_the_rules_of_a_route() -> None:
    body = '{"conversation": "c", "store": true}'
    assert [each.address for each in said(body).kept] == ["/conversation"]
    assert said(body, None).kept == ()


def test_a_flag_of_another_route_is_something_that_is_kept() -> None:
    zdr = Retention(Control.FLAG, settings(["openrouter_zdr"]))
    assert [each.address for each in said('{"store": true}', zdr).kept] == ["/store"]


def test_a_companion_is_left_out_for_models_that_would_refuse_it() -> None:
    both = {"/store": ("/include/-", "reasoning.encrypted_content")}
    assert said('{"model": "gpt-5.5"}').companions == both
    assert said("{}").companions == both
    assert said('{"model": "gpt-4.1-mini"}').companions == {}


@pytest.mark.parametrize(
    ("headers", "query", "found"),
    [
        ((("Authorization", "AWS4-HMAC-SHA256 Credential=x"),), "", True),
        ((("authorization", "AWS4-ECDSA-P256-SHA256 Credential=x"),), "", True),
        ((), "?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=ab", True),
        ((("Signature-Input", 'sig1=("@method" "content-digest");created=1'),), "", True),
        ((("Authorization", "Bearer x"),), "", False),
    ],
)
def test_in_a_signed_request_nothing_can_be_set(headers: tuple[tuple[str, str], ...], query: str, found: bool) -> None:
    assert (said("{}", headers=headers, query=query).obstacle == "the request is signed") is found


@pytest.mark.parametrize(
    ("body", "otherwise"),
    [
        (b'{"object": "response", "store": true}', True),
        (b'{"object": "response", "store": false}', False),
        (b'{"object": "response", "store": null}', False),
        (b'{"object": "response"}', False),
        (b'data: {"type": "response.completed", "response": {"store": true}}\n\n', True),
        (b'data: {"type": "response.completed", "response": {"store": false}}\n\n', False),
        (b'{"object": "response", "output": [{"store": true}]}', False),
    ],
)
def test_an_answer_may_say_otherwise(body: bytes, otherwise: bool) -> None:
    kind = "text/event-stream" if body.startswith(b"data") else "application/json"
    message = Message((("Content-Type", kind),), body, status=200)
    reading = read(DIALECTS["openai_responses"], Direction.RESPONSE, message, LIMIT)
    assert echoed(reading, RESPONSES.settings[0]) is otherwise
