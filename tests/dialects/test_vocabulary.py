"""`grille.dialects.vocabulary`: names that vendors share."""

from __future__ import annotations

import json

import pytest

from grille.dialects import DIALECTS, read
from grille.dialects.fields import Care, Field, Table
from grille.dialects.vocabulary import OPENAI_NAMES, VENDOR_NAMES, data, named, schema, sealed
from grille.dialects.walk import Leaf, Walk
from grille.errors import Unscannable
from grille.exchange import Direction, Kind
from grille.framing.json_parser import parse
from grille.framing.message import Message


def care(table: Table, *steps: str | None) -> Care | None:
    state = table.start
    for step in steps:
        state = table.step(state, step)
    field = table.field(state)
    return field.care if field else None


def test_ids_and_kinds_are_fixed() -> None:
    table = Table(VENDOR_NAMES)
    assert care(table, "messages", None, "tool_call_id") is Care.FIXED
    assert care(table, "a", "b", "type") is Care.FIXED


def test_ciphertext_is_never_touched_in_the_types_that_have_it_and_judged_elsewhere() -> None:
    table = Table(sealed("thinking", "signature"))
    thinking = parse('{"type": "thinking", "signature": "a"}').root
    note = parse('{"type": "note", "signature": "a"}').root
    leaves: list[Leaf] = []
    for root in (note, thinking):
        Walk(table, leaves.append).through(root)
    fields = [table.field(leaf.state) for leaf in leaves if leaf.label == "signature" and not leaf.is_key]
    assert [field and field.care for field in fields] == [Care.FIXED, Care.NEVER]


def test_members_of_a_name_are_fixed_wherever_they_stand() -> None:
    table = Table(named(["reasoning.context"], "why"))
    assert care(table, "response", "reasoning", "context") is Care.FIXED
    assert care(table, "response", "context") is None


def test_names_alone_leave_nothing_unread() -> None:
    assert {field.care for field in (*VENDOR_NAMES, *OPENAI_NAMES)} == {Care.FIXED}


SELF_HOSTED = [
    "openai_chat",
    "openai_text",
    "openai_responses",
    "openrouter",
    "mistral",
    "cohere",
    "ollama",
    "bedrock_invoke",
]


@pytest.mark.parametrize("dialect", SELF_HOSTED)
@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"prompt_token_ids": [4321, 876]}, "send the text itself at /prompt_token_ids/0"),
        ({"input_ids": [[4321]]}, "send the text itself at /input_ids/0/0"),
        ({"tokens": [4321]}, "send the text itself at /tokens/0"),
        ({"extra_body": {"token_ids": [4321]}}, "send the text itself at /extra_body/token_ids/0"),
        ({"input_embeds": [[[0.25, -1]]]}, "send the text itself at /input_embeds/0/0/0"),
    ],
)
def test_words_that_come_as_tokens_or_vectors_are_refused(dialect: str, body: object, says: str) -> None:
    with pytest.raises(Unscannable, match=says):
        read(DIALECTS[dialect], Direction.REQUEST, Message((), json.dumps(body).encode()), 1 << 20)


@pytest.mark.parametrize("dialect", SELF_HOSTED)
@pytest.mark.parametrize("embeds", ["gAJ9cQAu", ["gAJ9cQAu"]])
def test_vectors_in_base64_are_files_that_nobody_can_read(dialect: str, embeds: object) -> None:
    message = Message((), json.dumps({"prompt_embeds": embeds}).encode())
    assert len(read(DIALECTS[dialect], Direction.REQUEST, message, 1 << 20).files) == 1


@pytest.mark.parametrize(
    ("dialect", "body"),
    [
        ("mistral", {"input": [4321]}),
        ("mistral", {"prompt": [[4321]]}),
        ("openai_responses", {"input": [4321]}),
        ("ollama", {"context": [4321]}),
    ],
)
def test_token_ids_in_the_place_of_a_prompt_are_refused(dialect: str, body: object) -> None:
    with pytest.raises(Unscannable, match="send the text itself"):
        read(DIALECTS[dialect], Direction.REQUEST, Message((), json.dumps(body).encode()), 1 << 20)


def test_a_callers_own_data_may_be_called_tokens() -> None:
    arguments = json.dumps({"tokens": [4321], "input_ids": ["a"]})
    calls = [{"id": "c", "type": "function", "function": {"name": "f", "arguments": arguments}}]
    body = json.dumps({"messages": [{"role": "assistant", "tool_calls": calls}], "logit_bias": {"4321": -100}})
    reading = read(DIALECTS["openai_chat"], Direction.REQUEST, Message((), body.encode()), 1 << 20)
    assert {"4321", "-100"} <= {segment.text for segment in reading.segments}


def test_only_the_words_of_a_schema_are_words() -> None:
    table = Table(schema("parameters"))
    assert care(table, "parameters", "properties", "type") is Care.FIXED
    assert care(table, "parameters", "properties", "card", "description") is Care.WORDS
    assert care(table, "parameters", "enum", None) is Care.FIXED


def test_free_json_is_data_all_the_way_down() -> None:
    table = Table([*VENDOR_NAMES, *data("arguments", Kind.ARGUMENTS)])
    assert care(table, "arguments") is Care.DATA
    assert care(table, "arguments", "id") is Care.DATA


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=lambda dialect: dialect.name)
def test_every_place_that_is_not_plain_words_says_why(dialect: object) -> None:
    from grille.dialects import Dialect

    assert isinstance(dialect, Dialect)
    silent = [
        field
        for table in (dialect.request, dialect.answer, dialect.event)
        for field in table.fields
        if field.care in (Care.FIXED, Care.SEALED, Care.NEVER, Care.ECHO) and not field.why
    ]
    assert silent == list[Field]()
