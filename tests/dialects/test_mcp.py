"""`grille.dialects.mcp`: what only this dialect knows, and that the protocol's own client agrees."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace

import mcp
import pytest
from goldens import LIMIT
from mcp import MCPError
from refusals import DENIAL, refused
from serving import serving
from stops import events, frames_of

from grille.dialects import DIALECTS, Reading, Reply, Seen, read
from grille.dialects.mcp import BLOCKED
from grille.errors import Malformed
from grille.exchange import Direction
from grille.framing.base import added
from grille.framing.message import Message


def test_a_refusal_is_a_json_rpc_error_with_the_requests_own_id() -> None:
    reply, body = refused("mcp")
    assert reply.status == 200
    assert (body["jsonrpc"], body["id"], body["error"]["code"]) == ("2.0", 7, BLOCKED)
    assert body["error"]["data"] == {"code": "entity_blocked", "incident": "K7Q2M9XA"}
    assert refused("mcp", replace(DENIAL, reply_to='"a\\"b"'))[1]["id"] == 'a"b'


def test_the_id_of_a_clients_own_answer_is_not_repeated() -> None:
    """It is the server's: a request of the client's that has the same would be taken for answered."""
    answer = {"jsonrpc": "2.0", "id": 7, "result": {"action": "accept", "content": {}}}
    assert reading(answer).reply_to == "null"
    assert reading(call(7, "list")).reply_to == "7"
    assert refused("mcp", replace(DENIAL, reply_to="null"))[0].status == 403


def test_nobody_answers_a_notification() -> None:
    reply, body = refused("mcp", replace(DENIAL, reply_to=None))
    assert (reply.status, body) == (202, None)


def reading(body: object) -> Reading:
    return read(DIALECTS["mcp"], Direction.REQUEST, Message((), json.dumps(body).encode()), LIMIT)


def call(number: int, name: str, method: str = "tools/call") -> dict[str, object]:
    return {"jsonrpc": "2.0", "id": number, "method": method, "params": {"name": name, "arguments": {"card": 4111}}}


def test_only_calls_of_tools_call_a_tool() -> None:
    assert reading(call(1, "export_all")).tools == ("export_all",)
    assert reading(call(1, "greeting", "prompts/get")).tools == ()


def routed(body: object, *headers: tuple[str, str]) -> Reading:
    return read(DIALECTS["mcp"], Direction.REQUEST, Message(headers, json.dumps(body).encode()), LIMIT)


def test_the_tool_that_a_header_names_is_called_too() -> None:
    """A gateway may go by the header alone."""
    assert routed(call(1, "list"), ("Mcp-Name", "export_all")).tools == ("list", "export_all")
    assert routed(call(1, "list"), ("mcp-name", "=?base64?ZXhwb3J0X2FsbA==?=")).tools == ("list", "export_all")
    assert routed(call(1, "greeting", "prompts/get"), ("Mcp-Name", "greeting")).tools == ()


def test_a_header_that_says_another_method_is_refused() -> None:
    assert routed(call(1, "greeting", "prompts/get"), ("Mcp-Method", "prompts/get")).tools == ()
    for body in (call(1, "export_all", "prompts/get"), {"result": {}, "id": 1}):
        with pytest.raises(Malformed, match="another method"):
            routed(body, ("Mcp-Method", "tools/call"))


def test_a_tool_is_called_in_whatever_case_its_members_are_written() -> None:
    """The json package of Go takes `Name` for `name`, and `paramſ` for `params`."""
    assert reading({"id": 1, "Method": "tools/call", "PARAMS": {"NAME": "export_all"}}).tools == ("export_all",)
    assert reading({"id": 1, "method": "tools/call", "param\u017f": {"name": "export_all"}}).tools == ("export_all",)
    both = {"id": 1, "method": "tools/call", "params": {"name": "list", "Name": "export_all"}}
    assert reading(both).tools == ("list", "export_all")
    assert reading({"id": 1, "method": "ping", "METHOD": "tools/call", "params": {"name": "list"}}).tools == ("list",)


@pytest.mark.parametrize(
    ("params", "tools"),
    [
        ({"name": ["export_all"]}, ("export_all",)),
        ({"name": ["list", [["export_all"]]]}, ("list", "export_all")),
        ({"name": 5}, ("",)),
        ({"name": []}, ("",)),
        ({"name": None, "arguments": {}}, ("",)),
        ({}, ("",)),
        (["export_all", {}], ("",)),
    ],
)
def test_a_call_whose_name_is_no_text_is_one_of_a_tool_all_the_same(params: object, tools: tuple[str, ...]) -> None:
    """JavaScript takes `["export_all"]` for `"export_all"`; with `tools.allow`, no other tool may be called."""
    assert reading({"id": 1, "method": "tools/call", "params": params}).tools == tools
    assert reading({"id": 1, "method": ["tools/call"], "params": params}).tools == tools
    body = {"id": 1, "method": "tools/call", "params": params}
    assert routed(body, ("Mcp-Name", "delete_all")).tools == (*tools, "delete_all")


def test_a_call_without_params_is_one_of_a_tool() -> None:
    assert reading({"id": 1, "method": "tools/call"}).tools == ("",)


def test_a_batch_is_read_message_by_message() -> None:
    batch = reading([call(1, "list"), call(2, "export_all")])
    assert batch.tools == ("list", "export_all")
    assert batch.reply_to == "1"
    single = {segment.address: segment for segment in reading(call(2, "export_all")).segments}
    twin = {segment.address: segment for segment in batch.segments}
    for address, segment in single.items():
        if address != "path":
            assert (twin[f"/1{address}"].kind, twin[f"/1{address}"].touch) == (segment.kind, segment.touch)


def test_the_code_is_one_that_no_sdk_uses_for_itself() -> None:
    assert -32019 <= BLOCKED <= -32003


def test_a_stop_is_the_answer_to_the_request_and_there_is_no_soft_one() -> None:
    known = DIALECTS["mcp"]
    assert known.hard_stop is not None
    (stop,) = known.hard_stop(DENIAL, Seen())
    assert (json.loads(stop.data), stop.name) == (refused("mcp")[1], "message")
    assert known.hard_stop(replace(DENIAL, reply_to=None), Seen()) == ()
    assert known.soft_stop is None


def server(request: Message) -> Reply:
    """What a server answers; a call of a tool with a stream that is stopped after its first event."""
    asked = json.loads(request.body)
    if "id" not in asked:
        return Reply(202, (), b"")
    if asked["method"] == "tools/call":
        framing, frames = frames_of("mcp/answer.sse")
        (stop,) = events("mcp", "hard", frames[:1], replace(DENIAL, reply_to=json.dumps(asked["id"])))
        body = frames[0].raw + added(framing, stop.data, stop.name, error=stop.error)
        return Reply(200, (("Content-Type", "text/event-stream"),), body)
    about = {"capabilities": {"tools": {}}, "serverInfo": {"name": "any", "version": "1"}}
    result = {"protocolVersion": "2025-11-25", **about} if asked["method"] == "initialize" else {"tools": []}
    reply = {"jsonrpc": "2.0", "id": asked["id"], "result": {**result, "resultType": "complete"}}
    return Reply(200, (("Content-Type", "application/json"),), json.dumps(reply).encode())


@pytest.mark.parametrize("era", ["legacy", "2026-07-28"])
def test_a_stop_is_raised_by_the_client_of_either_era_and_the_session_goes_on(era: str) -> None:
    async def converse(url: str) -> list[MCPError]:
        found: list[MCPError] = []
        async with mcp.Client(url, mode=era) as client:
            for _ in range(2):
                with pytest.raises(MCPError) as caught:
                    await client.call_tool("find", {"name": "x"})
                found.append(caught.value)
        return found

    with serving(server) as served:
        for error in asyncio.run(converse(f"{served.url}/mcp")):
            assert (error.error.code, error.error.message) == (BLOCKED, DENIAL.text)
            assert error.error.data == {"code": "entity_blocked", "incident": "K7Q2M9XA"}


@pytest.mark.parametrize("era", ["legacy", "2026-07-28"])
def test_a_refusal_of_what_was_not_read_is_raised_too(era: str) -> None:
    """It cannot repeat an id, and a client waits for ever for the answer to its own in a body with status 200."""

    def refusing(request: Message) -> Reply:
        if json.loads(request.body)["method"] != "tools/call":
            return server(request)
        return DIALECTS["mcp"].refuse(replace(DENIAL, reply_to="null"))

    async def converse(url: str) -> None:
        async with mcp.Client(url, mode=era) as client:
            with pytest.raises(MCPError, match=r"The request holds US_SSN\."):
                await asyncio.wait_for(client.call_tool("find", {"name": "x"}), 5)

    with serving(refusing) as served:
        asyncio.run(converse(f"{served.url}/mcp"))
