"""`grille.dialects.mcp`: what only this dialect knows."""

from __future__ import annotations

from dataclasses import replace

from refusals import DENIAL, refused

from grille.dialects.mcp import BLOCKED


def test_a_refusal_is_a_json_rpc_error_with_the_requests_own_id() -> None:
    reply, body = refused("mcp")
    assert reply.status == 200
    assert (body["jsonrpc"], body["id"], body["error"]["code"]) == ("2.0", 7, BLOCKED)
    assert body["error"]["data"] == {"code": "entity_blocked", "incident": "K7Q2M9XA"}
    assert refused("mcp", replace(DENIAL, reply_to='"a\\"b"'))[1]["id"] == 'a"b'


def test_nobody_answers_a_notification() -> None:
    reply, body = refused("mcp", replace(DENIAL, reply_to=None))
    assert (reply.status, body) == (202, None)


def test_the_code_is_one_that_no_sdk_uses_for_itself() -> None:
    assert -32019 <= BLOCKED <= -32003
