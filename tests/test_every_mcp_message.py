"""Every message of MCP, of both eras and both directions, with a card in each of its places in turn.

The messages are those of `tests/wire/mcp`. What a client answers to a server's question travels as a request,
what a server asks travels as an answer: each is read by the table of the direction that it takes.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from engines import CARD, JSON, TODAY, engine, exchange, judge
from grille.detectors.propagate import spread
from grille.engine import Engine, inspect
from grille.exchange import Finding, Outcome, Segment, TokenMap
from grille.framing.message import Message
from oracle import leaks
from test_every_place import WIRE, address, places, with_card

POLICY = """
version: 1
policy: every_message
use: [small.yaml]
otherwise: {endpoint: block, client: block, body: block, failure: block}
profiles:
  out: {CREDIT_CARD: ROW, PERSON: ROW}
  back: {CREDIT_CARD: HIDES}
endpoints: {ledger: {dialect: mcp, hosts: [mcp.example.com], paths: [/mcp], request: out, response: back}}
clients: {app: {match: anyone, endpoints: [ledger]}}
"""
ON = POLICY.replace("ROW", "tokenize").replace("HIDES", "{action: mask, keep_last: 4}")
OFF = POLICY.replace("ROW", "allow").replace("HIDES", "allow")
NUMBER = CARD.replace(" ", "")
TOKEN = "CREDIT_CARD_K7Q2M9XA"


def messages(direction: str) -> Iterator[Any]:
    for path in sorted((WIRE / "mcp").glob(f"{direction}*_*.json")):
        for message in json.loads(path.read_text("utf-8")):
            text = json.dumps(message).replace(CARD, "1").replace(NUMBER, "1").replace(TOKEN, "1")
            yield pytest.param(
                json.loads(text), id=f"{path.stem}, {message.get('method', 'result')} {message.get('id')}"
            )


def leaking(running: Engine, message: Any, minted: TokenMap | None) -> set[str]:
    """The places from which the card gets to the other side."""
    found = set()
    for path, in_key in places(message):
        inspection = judge(running, "ledger", with_card(message, path, in_key=in_key), minted=minted)
        if not inspection.verdict.stops and leaks(inspection.message.body, [CARD]):
            found.add(address(path) + ("~" if in_key else ""))
    return found


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return engine(tmp_path_factory.mktemp("on"), ON)


@pytest.fixture(scope="module")
def off(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return engine(tmp_path_factory.mktemp("off"), OFF)


@pytest.mark.parametrize("message", messages("request"))
def test_no_card_reaches_a_server(running: Engine, off: Engine, message: Any) -> None:
    assert leaking(running, message, None) == set()
    assert len(leaking(off, message, None)) > 0.8 * len(list(places(message)))  # the control: files are refused


@pytest.mark.parametrize("message", messages("answer"))
def test_no_card_reaches_an_agent(running: Engine, off: Engine, message: Any) -> None:
    assert leaking(running, message, TokenMap()) == set()
    assert len(leaking(off, message, TokenMap())) > 0.8 * len(list(places(message)))


def call(**params: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": {"name": "find", "arguments": {}, **params}}


@pytest.mark.parametrize(
    "message",
    [
        call() | {"id": CARD},
        call(requestState=CARD),
        call(_meta={"progressToken": CARD}),
        call(_meta={"io.modelcontextprotocol/clientInfo": {"name": CARD}}),
        call(inputResponses={CARD: {"action": "accept"}}),
        {"jsonrpc": "2.0", "id": 7, "method": "tasks/get", "params": {"taskId": CARD}},
        {"jsonrpc": "2.0", "id": 7, "method": "tools/list", "params": {"cursor": CARD}},
        {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": CARD}},
    ],
    ids=lambda message: json.dumps(message)[30:90],
)
def test_what_must_come_back_as_it_was_is_never_changed_and_a_finding_there_blocks(
    running: Engine, message: dict[str, Any]
) -> None:
    verdict = judge(running, "ledger", json.dumps(message)).verdict
    assert verdict.outcome is Outcome.BLOCK


@pytest.mark.parametrize(
    "result",
    [
        {"resultType": "input_required", "requestState": CARD},
        {"tools": [], "nextCursor": CARD},
        {"task": {"taskId": CARD, "status": "working"}},
        {"content": [], "_meta": {"io.modelcontextprotocol/related-task": {"taskId": CARD}}},
        {"resultType": "input_required", "inputRequests": {CARD: {"method": "roots/list"}}},
    ],
    ids=lambda result: json.dumps(result)[:50],
)
def test_what_a_server_will_check_again_is_never_changed_either(running: Engine, result: dict[str, Any]) -> None:
    body = json.dumps({"jsonrpc": "2.0", "id": 7, "result": result})
    assert judge(running, "ledger", body, minted=TokenMap()).verdict.outcome is Outcome.BLOCK


def test_structured_content_and_the_text_that_repeats_it_hide_a_value_alike(running: Engine) -> None:
    structured = {"card": CARD, "digits": int(NUMBER), "rows": [{"note": f"see {CARD}"}]}
    content = [{"type": "text", "text": json.dumps(structured)}, {"type": "text", "text": f"Card: {CARD}"}]
    body = json.dumps({"jsonrpc": "2.0", "id": 7, "result": {"content": content, "structuredContent": structured}})
    inspection = judge(running, "ledger", body, minted=TokenMap())
    result = json.loads(inspection.message.body)["result"]
    hidden = "**** **** **** 1111"
    assert result["structuredContent"] == json.loads(result["content"][0]["text"])
    assert result["structuredContent"] == {
        "card": hidden,
        "digits": "*" * 12 + "1111",
        "rows": [{"note": f"see {hidden}"}],
    }
    assert result["content"][1]["text"] == f"Card: {hidden}"


def test_a_header_that_repeats_an_argument_changes_with_it(running: Engine) -> None:
    body = json.dumps(call(arguments={"owner": "Jane Doe", "card": CARD}))
    headers = (*JSON, ("Mcp-Method", "tools/call"), ("Mcp-Name", "find"), ("Mcp-Param-Card", CARD))
    inspection = judge(running, "ledger", body, headers)
    sent = json.loads(inspection.message.body)["params"]["arguments"]
    assert sent["card"].startswith("CREDIT_CARD_")
    assert dict(inspection.message.headers)["Mcp-Param-Card"] == sent["card"]
    assert dict(inspection.message.headers)["Mcp-Name"] == "find"


def test_a_name_that_only_the_body_explains_is_hidden_in_its_header(running: Engine) -> None:
    """A single word does not reach other headers: `Stripe` in a sentence does not make the header `Stripe` a name."""

    async def labelled(segments: Sequence[Segment], wanted: frozenset[str]) -> tuple[Finding, ...]:
        named = [number for number, segment in enumerate(segments) if segment.address.endswith("/owner")]
        return spread(segments, [Finding(number, 0, 6, "PERSON", 0.9, "label") for number in named])

    headers = (*JSON, ("Mcp-Param-Owner", "Marlow"), ("X-Office", "Marlow"))
    message = Message(headers, json.dumps(call(arguments={"owner": "Marlow"})).encode(), "/mcp")
    inspection = asyncio.run(inspect(running, exchange("ledger"), message, labelled, TODAY))
    sent = dict(inspection.message.headers)
    assert sent["Mcp-Param-Owner"] == json.loads(inspection.message.body)["params"]["arguments"]["owner"]
    assert sent["Mcp-Param-Owner"].startswith("PERSON_")
    assert sent["X-Office"] == "Marlow"


def test_the_address_of_a_resource_and_its_header_change_alike(running: Engine) -> None:
    uri = f"ledger://cards/{NUMBER}"
    body = json.dumps({"jsonrpc": "2.0", "id": 7, "method": "resources/read", "params": {"uri": uri}})
    inspection = judge(running, "ledger", body, (*JSON, ("Mcp-Method", "resources/read"), ("Mcp-Name", uri)))
    sent = json.loads(inspection.message.body)["params"]["uri"]
    assert sent.startswith("ledger://cards/CREDIT_CARD_")
    assert dict(inspection.message.headers)["Mcp-Name"] == sent
