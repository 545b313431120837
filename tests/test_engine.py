"""`grille.engine`: one message in, a verdict and the bytes to forward out."""

from __future__ import annotations

import asyncio
import gzip
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from engines import CARD, IBAN, JSON, POLICY, SSN, TODAY, engine, exchange, find, judge
from grille.engine import Engine, inspect
from grille.exchange import Action, Outcome, TokenMap
from grille.framing.message import Message
from oracle import leaks

TOKEN = re.compile(r"CREDIT_CARD_[A-Z][0-9A-Z]{7}")


@pytest.fixture
def running(tmp_path: Path) -> Engine:
    return engine(tmp_path)


def chat(text: str) -> str:
    return json.dumps({"model": "m", "messages": [{"role": "user", "content": text}]})


def answer(text: str) -> str:
    return json.dumps({"choices": [{"index": 0, "message": {"role": "assistant", "content": text}}]})


def said(body: bytes) -> str:
    return str(json.loads(body)["choices"][0]["message"]["content"])


def test_a_clean_message_leaves_as_it_came(running: Engine) -> None:
    body = b'{"model":"m", "messages": [ {"role":"user","content":"hi \\u00e9 1e5"} ], "temperature": 1.0 }'
    inspection = judge(running, "openai", body)
    assert inspection.verdict.outcome is Outcome.ALLOW
    assert inspection.message.body is body


def test_a_clean_coded_message_leaves_in_the_clear_because_codings_have_room_for_more_words(running: Engine) -> None:
    plain = chat("hello").encode()
    coded = gzip.compress(plain)
    named = coded[:3] + bytes([coded[3] | 8]) + coded[4:10] + b"4111 1111 1111 1111\0" + coded[10:]
    assert gzip.decompress(named) == plain
    inspection = judge(running, "openai", named, (*JSON, ("Content-Encoding", "gzip")))
    assert inspection.verdict.outcome is Outcome.ALLOW
    assert inspection.message.body == plain
    assert inspection.message.values("content-encoding") == ()
    assert not leaks(inspection.message.body, [CARD])


def test_what_the_policy_names_leaves_as_a_token_and_comes_back_as_itself(running: Engine) -> None:
    asked = judge(running, "openai", chat(f"Why was {CARD} declined, Jane Doe?"))
    assert asked.verdict.outcome is Outcome.REWRITE
    assert not leaks(asked.message.body, [CARD, "Jane Doe"])
    token = TOKEN.search(asked.message.body.decode())
    assert token
    answered = judge(running, "openai", answer(f"Card {token[0]} is over its limit."), minted=asked.tokens)
    assert said(answered.message.body) == f"Card {CARD} is over its limit."


def test_without_the_policy_the_value_would_leak(running: Engine, tmp_path: Path) -> None:
    off = engine(tmp_path, POLICY.replace("CREDIT_CARD: tokenize", "CREDIT_CARD: allow"))
    assert leaks(judge(off, "openai", chat(CARD)).message.body, [CARD])


def test_the_same_value_has_the_same_token_in_every_turn_and_after_a_restart(running: Engine, tmp_path: Path) -> None:
    first = judge(running, "openai", chat(CARD)).message.body.decode()
    again = judge(engine(tmp_path), "openai", chat(f"turn two, {CARD.replace(' ', '')}")).message.body.decode()
    assert TOKEN.findall(first) == TOKEN.findall(again) != []


def test_another_client_gets_another_token(running: Engine, tmp_path: Path) -> None:
    other = engine(tmp_path, POLICY.replace("  app: {match: anyone", "  other: {match: anyone"))
    tokens = [TOKEN.findall(judge(each, "openai", chat(CARD)).message.body.decode()) for each in (running, other)]
    assert tokens[0] != tokens[1]


def test_a_blocked_kind_stops_the_exchange_and_says_why(running: Engine) -> None:
    verdict = judge(running, "openai", chat(f"SSN {SSN}")).verdict
    assert verdict.stops
    assert [refusal.code for refusal in verdict.refusals] == ["entity_blocked"]
    assert verdict.refusals[0].because.name == "profiles.out.US_SSN"
    assert SSN not in verdict.refusals[0].text


def test_an_id_cannot_be_rewritten_so_a_value_in_it_blocks(running: Engine) -> None:
    body = json.dumps({"model": "m", "messages": [{"role": "tool", "tool_call_id": CARD, "content": "x"}]})
    verdict = judge(running, "openai", body).verdict
    assert verdict.stops
    assert verdict.refusals[0].code == "cannot_rewrite"


def test_a_thinking_block_is_never_changed_and_only_blocking_acts_on_it(running: Engine) -> None:
    def thinking(text: str) -> str:
        block = {"type": "thinking", "thinking": text, "signature": "c2ln"}
        return json.dumps({"model": "m", "messages": [{"role": "assistant", "content": [block]}]})

    body = thinking(f"the card {CARD}")
    inspection = judge(running, "strict", body)
    assert inspection.message.body == body.encode()
    assert [ruling.action for ruling in inspection.verdict.rulings] == [Action.LOG]
    assert judge(running, "strict", thinking(SSN)).verdict.stops


def test_an_unknown_client_endpoint_or_path_is_refused_unread(running: Engine, tmp_path: Path) -> None:
    closed = engine(tmp_path, POLICY.replace("match: anyone", "match: {network: 10.0.0.0/8}"))
    unreadable = b"\xff"
    assert judge(closed, "openai", unreadable).verdict.refusals[0].code == "client_unknown"
    elsewhere = replace(exchange("openai"), host="api.elsewhere.example")
    assert judge(running, "openai", unreadable, at=elsewhere).verdict.refusals[0].code == "endpoint_unknown"
    path = replace(exchange("openai"), path="/v1/unheard-of")
    assert judge(running, "openai", unreadable, at=path).verdict.refusals[0].code == "route_unknown"


@pytest.mark.parametrize(
    ("body", "headers", "code"),
    [
        (b"{", JSON, "malformed_body"),
        (b"not json", JSON, "malformed_body"),
        (b"[" * 1000, JSON, "too_large"),
        (b"x", (("Content-Encoding", "rot13"),), "undecodable_body"),
        (gzip.compress(b"{}", mtime=0)[:-1], (("Content-Encoding", "gzip"),), "undecodable_body"),
    ],
)
def test_what_cannot_be_read_is_refused(
    running: Engine, body: bytes, headers: tuple[tuple[str, str], ...], code: str
) -> None:
    verdict = judge(running, "openai", body, headers).verdict
    assert verdict.stops
    assert [refusal.code for refusal in verdict.refusals] == [code]
    assert verdict.refusals[0].because.name == "otherwise.body"


def test_a_body_over_the_limit_is_refused(running: Engine) -> None:
    verdict = judge(replace(running, limit=100), "openai", chat("a" * 100)).verdict
    assert verdict.refusals[0].code == "too_large"


def test_a_missing_promise_is_refused_with_the_field_to_set(running: Engine) -> None:
    verdict = judge(running, "query", '{"query": "x"}').verdict
    assert verdict.stops
    assert verdict.refusals[0].code == "session_only_missing"
    assert "`context_window`" in verdict.refusals[0].text
    kept = judge(running, "query", '{"query": "x", "context_window": "session_only"}').verdict
    assert not kept.stops
    assert 'session_only: /context_window is "session_only" on the wire' in kept.evidence


def test_a_missing_flag_is_written_where_the_policy_says_so(tmp_path: Path) -> None:
    policy = POLICY.replace(
        "openai: {provider: openai,", "openai: {provider: openai, require: {session_only: {missing: set}},"
    )
    inspection = judge(engine(tmp_path, policy), "responses", '{"model": "m", "input": "hi"}')
    assert inspection.verdict.outcome is Outcome.REWRITE
    assert json.loads(inspection.message.body)["store"] is False


def test_a_forbidden_tool_is_refused(running: Engine) -> None:
    def call(tool: str) -> str:
        return json.dumps(
            {"jsonrpc": "2.0", "id": 9, "method": "tools/call", "params": {"name": tool, "arguments": {}}}
        )

    inspection = judge(running, "ledger", call("export_all"))
    assert inspection.verdict.refusals[0].code == "tool_forbidden"
    assert inspection.reply_to == "9"
    assert not judge(running, "ledger", call("list_contacts")).verdict.stops
    batch = judge(running, "ledger", f"[{call('list_contacts')}, {call('export_all')}]")
    assert [refusal.code for refusal in batch.verdict.refusals] == ["tool_forbidden"]


def test_monitor_mode_has_the_same_verdict_and_changes_nothing(tmp_path: Path, running: Engine) -> None:
    body = chat(f"{CARD} {SSN}")
    (tmp_path / "monitor").mkdir()
    watching = judge(engine(tmp_path / "monitor", POLICY.replace("mode: enforce", "mode: monitor")), "openai", body)
    acting = judge(running, "openai", body)
    assert watching.verdict.outcome is acting.verdict.outcome is Outcome.BLOCK
    assert not watching.verdict.stops
    assert watching.message.body == body.encode()


def test_the_answers_own_profile_holds_for_values_that_the_caller_did_not_send(running: Engine) -> None:
    answered = judge(running, "openai", answer(f"Use {CARD} or {IBAN}."), minted=TokenMap())
    assert said(answered.message.body) == "Use **** **** **** 1111 or [IBAN_CODE removed]."


def test_a_token_that_nobody_minted_here_stays_as_it_is(running: Engine) -> None:
    answered = judge(running, "openai", answer("Card CREDIT_CARD_K7Q2M9XA."), minted=TokenMap())
    assert said(answered.message.body) == "Card CREDIT_CARD_K7Q2M9XA."


def test_what_looks_like_a_token_is_swapped_and_given_back_exactly(running: Engine) -> None:
    asked = judge(running, "openai", chat(f"Is credit_card_k7q2m9xa the token of {CARD}?"))
    body = asked.message.body.decode()
    assert "k7q2m9xa" not in body
    literal = re.search(r"LIT_[A-Z][0-9A-Z]{7}", body)
    assert literal
    answered = judge(running, "openai", answer(f"No, {literal[0]} is not."), minted=asked.tokens)
    assert said(answered.message.body) == "No, credit_card_k7q2m9xa is not."


def test_a_token_of_this_very_request_is_left_where_an_agent_wrote_it(running: Engine) -> None:
    token = TOKEN.findall(judge(running, "openai", chat(CARD)).message.body.decode())[0]
    again = judge(running, "openai", chat(f"{CARD}, which you called {token}")).message.body.decode()
    assert TOKEN.findall(again) == [token, token]


def test_tokens_are_not_restored_in_tool_arguments_unless_the_policy_says_so(running: Engine) -> None:
    def call(argument: str) -> str:
        function = {"name": "pay", "arguments": json.dumps({"card": argument})}
        tool = {"id": "c", "type": "function", "function": function}
        return json.dumps({"choices": [{"index": 0, "message": {"role": "assistant", "tool_calls": [tool]}}]})

    asked = judge(running, "openai", chat(CARD))
    token = TOKEN.findall(asked.message.body.decode())[0]
    assert token in judge(running, "openai", call(token), minted=asked.tokens).message.body.decode()


def test_the_next_turn_hides_again_what_was_restored(running: Engine) -> None:
    asked = judge(running, "openai", chat(CARD))
    token = TOKEN.findall(asked.message.body.decode())[0]
    back = said(judge(running, "openai", answer(f"It is {token}."), minted=asked.tokens).message.body)
    turns = [
        {"role": "user", "content": CARD},
        {"role": "assistant", "content": back},
        {"role": "user", "content": "ok"},
    ]
    second = judge(running, "openai", json.dumps({"model": "m", "messages": turns})).message.body
    assert not leaks(second, [CARD])
    assert set(TOKEN.findall(second.decode())) == {token}


def test_a_collected_stream_is_restored_over_the_borders_of_its_events(running: Engine) -> None:
    asked = judge(running, "openai", chat(CARD))
    token = TOKEN.findall(asked.message.body.decode())[0]
    pieces = [f"Card {token[:5]}", token[5:14], f"{token[14:]} is fine."]
    events = [{"choices": [{"index": 0, "delta": {"content": piece}}]} for piece in pieces]
    body = "".join(f"data: {json.dumps(event)}\n\n" for event in events) + "data: [DONE]\n\n"
    stream = (("Content-Type", "text/event-stream"),)
    answered = judge(running, "openai", body, stream, minted=asked.tokens).message.body.decode()
    words = [json.loads(line[6:]) for line in answered.splitlines() if line.startswith("data: {")]
    assert "".join(word["choices"][0]["delta"]["content"] for word in words) == f"Card {CARD} is fine."


def test_a_key_that_cannot_be_renamed_blocks(running: Engine) -> None:
    body = json.dumps(
        {"method": "tools/call", "params": {"name": "t", "arguments": {CARD: 1, "[CREDIT_CARD removed]": 2}}}
    )
    verdict = judge(running, "ledger", body).verdict
    assert verdict.stops
    assert verdict.refusals[0].code == "cannot_rewrite"


def test_the_finder_sees_only_entities_that_a_row_names(running: Engine) -> None:
    assert judge(running, "ledger", '{"method": "x", "params": {"note": "Jane Doe"}}').verdict.rulings == ()


def test_a_key_in_the_url_goes_to_its_own_provider_and_into_no_record(tmp_path: Path) -> None:
    gemini = "  gemini: {provider: gemini, request: out, response: back}\nclients:"
    running = engine(tmp_path, POLICY.replace("clients:", gemini).replace("[openai, strict", "[openai, gemini, strict"))
    path = "/v1/models/g:generateContent"
    body = b'{"contents": [{"parts": [{"text": "hi"}]}]}'
    where = replace(exchange("openai"), host="generativelanguage.googleapis.com", path=path)
    own = asyncio.run(inspect(running, where, Message(JSON, body, f"{path}?key={CARD}"), find, TODAY))
    assert not own.verdict.stops
    assert own.message.target == f"{path}?key={CARD}"
    assert not leaks(repr((own.exchange, own.verdict, own.segments)).encode(), [CARD])
    other = asyncio.run(
        inspect(running, exchange("openai"), Message(JSON, chat("hi").encode(), f"/?key={CARD}"), find, TODAY)
    )
    assert [each.code for each in other.verdict.refusals] == ["cannot_rewrite"]


def test_a_credential_in_a_header_that_its_provider_does_not_read_is_judged(running: Engine) -> None:
    assert not judge(running, "strict", chat("hi"), (*JSON, ("x-api-key", CARD))).verdict.stops
    assert judge(running, "openai", chat("hi"), (*JSON, ("x-api-key", CARD))).verdict.stops
    assert not judge(running, "openai", chat("hi"), (*JSON, ("Authorization", f"Bearer {CARD}"))).verdict.stops
    assert not judge(running, "ledger", "{}", (*JSON, ("x-api-key", CARD))).verdict.stops
