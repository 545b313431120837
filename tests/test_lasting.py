"""`grille.lasting`: tokens of earlier exchanges, looked up where they occur in an answer; and counts."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from engines import POLICY, SEARCH, TODAY, engine, exchange, find
from grille import lasting
from grille.dialects import DIALECTS
from grille.engine import Inspection, inspect
from grille.exchange import Direction, Exchange, Kind, Outcome, Segment, TokenMap, Touch, Verdict
from grille.framing.message import Message
from grille.lasting import Lasting, Recalled, entities_kept
from grille.policy import Keep, Policy, Tokens
from grille.stream import Rewriter
from rewriting import MINTED, STREAMS, cut, engine_for, rewriter, rewritten

AT = replace(exchange("openai"), endpoint="openai", clients=("app",))
WITHOUT_TOKENS = ("mcp/answer.sse", "openai_text/answer_transcript.sse")
KNOWN = {"PERSON_A1BCDEFG": "Jane", "CREDIT_CARD_K7Q2M9XA": "4111", "LIT_B2BCDEFG": "PERSON_C3BCDEFG"}


class Recalling:
    def __init__(self, lost: bool = False) -> None:
        self.lost = lost
        self.asked: list[frozenset[str]] = []

    async def __call__(self, policy: Policy, exchange: Exchange, names: frozenset[str]) -> Recalled:
        self.asked.append(names)
        return Recalled({name: KNOWN[name] for name in names if name in KNOWN and not self.lost}, self.lost)


def policy(folder: Path, restore: str = "text", keep: str = "memory") -> Policy:
    text = POLICY.replace("restore: text", f"restore: {restore}", 1)
    return engine(folder, f"{text}\ntokens: {{keep: {keep}}}\n").policy


def known(
    policy: Policy, recall: Recalling, *texts: str, minted: TokenMap = TokenMap(), begins: Sequence[int] = ()
) -> tuple[dict[str, str], tuple[str, ...]]:
    segments = [Segment(f"/{number}", Kind.TEXT, text) for number, text in enumerate(texts)]
    found, said = asyncio.run(Lasting(recall).recalled(policy, AT, segments, minted, begins))
    return dict(found.values), said


def test_what_stands_in_an_answer_is_asked_for_in_one_question_and_nothing_else(tmp_path: Path) -> None:
    recall = Recalling()
    found, said = known(
        policy(tmp_path), recall, "dear person_a1bcdefg, and PERSON_D4BCDEFG", "CREDIT&#95;CARD\\_K7Q2M9XA"
    )
    assert found == {name: KNOWN[name] for name in ("PERSON_A1BCDEFG", "CREDIT_CARD_K7Q2M9XA")}
    assert recall.asked == [frozenset({"PERSON_A1BCDEFG", "PERSON_D4BCDEFG", "CREDIT_CARD_K7Q2M9XA"})]
    assert said == ()


def test_a_text_without_tokens_asks_nobody(tmp_path: Path) -> None:
    recall = Recalling()
    own = TokenMap({"PERSON_A1BCDEFG": "the one of this exchange"})
    assert known(policy(tmp_path), recall, "nothing", "PERSON_A1BCDEFG", minted=own) == (dict(own.values), ())
    assert known(policy(tmp_path, keep="nothing"), recall, "PERSON_A1BCDEFG") == ({}, ())
    assert recall.asked == []


def test_where_nothing_is_restored_only_what_never_was_a_value_is_asked_for(tmp_path: Path) -> None:
    recall = Recalling()
    known(policy(tmp_path, restore="never"), recall, "PERSON_A1BCDEFG LIT_B2BCDEFG")
    assert recall.asked == [frozenset({"LIT_B2BCDEFG"})]


def test_what_is_gone_and_what_may_not_be_changed_is_not_asked_for(tmp_path: Path) -> None:
    recall = Recalling()
    text = "PERSON_A1BCDEFG PERSON_B2BCDEFG"
    known(policy(tmp_path), recall, text, begins=[16])
    assert recall.asked == [frozenset({"PERSON_B2BCDEFG"})]
    fixed = [Segment("/0", Kind.TEXT, text, touch=Touch.FIXED)]
    asyncio.run(Lasting(recall).recalled(policy(tmp_path), AT, fixed, TokenMap()))
    assert len(recall.asked) == 1


def test_a_message_asks_for_so_many_and_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lasting, "MOST", 2)
    recall = Recalling()
    known(policy(tmp_path), recall, "PERSON_A1BCDEFG PERSON_B2BCDEFG PERSON_C3BCDEFG")
    assert len(recall.asked[0]) == 2


def test_when_the_store_is_lost_the_record_says_so(tmp_path: Path) -> None:
    found, (said,) = known(policy(tmp_path), Recalling(lost=True), "PERSON_A1BCDEFG")
    assert found == {}
    assert "did not answer" in said


def test_what_may_have_been_kept_is_every_entity_of_the_policy_or_nothing(tmp_path: Path) -> None:
    assert entities_kept(policy(tmp_path, keep="nothing")) == frozenset()
    assert entities_kept(policy(tmp_path)) >= {"PERSON", "CREDIT_CARD", "LIT"}


@pytest.mark.parametrize("name", STREAMS)
def test_wherever_a_stream_is_cut_they_come_back_as_those_of_its_own_request_do(name: str, tmp_path: Path) -> None:
    dialect, framing, body = STREAMS[name]
    running = engine_for(tmp_path, dialect)
    keeps = replace(running, policy=replace(running.policy, tokens=Tokens(keep=Keep.MEMORY)))
    answer_of = replace(AT, endpoint="any")
    random = Random(name)

    async def recall(policy: Policy, exchange: Exchange, names: frozenset[str]) -> Recalled:
        return Recalled({name: MINTED.values[name] for name in names if name in MINTED.values})

    def recalling(chunks: list[bytes]) -> bytes:
        asked = Inspection(answer_of, Verdict(Outcome.ALLOW), Message((), b""), dialect=DIALECTS[dialect])
        search = replace(SEARCH, lasting=Lasting(recall))
        return rewritten(Rewriter(keeps, asked, search, TODAY, TokenMap(), framing), chunks)

    expected = rewritten(rewriter(running, dialect, framing), [body])
    control = rewritten(rewriter(running, dialect, framing, TokenMap()), [body])
    assert (control == expected) == (name in WITHOUT_TOKENS), "where one is, it comes back only if it is known"
    assert recalling([body]) == expected
    assert recalling([bytes([byte]) for byte in body]) == expected
    for _ in range(10):
        assert recalling(cut(body, random.sample(range(len(body)), 7))) == expected


def test_a_whole_answer_is_restored_and_its_record_says_when_it_could_not_be(tmp_path: Path) -> None:
    keeps = engine(tmp_path, f"{POLICY}\ntokens: {{keep: memory}}\n")
    body = {"choices": [{"index": 0, "message": {"role": "assistant", "content": "Dear PERSON_A1BCDEFG"}}]}
    message = Message((("Content-Type", "application/json"),), json.dumps(body).encode())
    answering = replace(AT, direction=Direction.RESPONSE)

    def judged(recall: Recalling | None) -> Inspection:
        return asyncio.run(inspect(keeps, answering, message, find, TODAY, lasting=Lasting(recall)))

    assert b"Dear Jane" in judged(Recalling()).message.body
    assert b"Dear PERSON_A1BCDEFG" in judged(None).message.body
    lost = judged(Recalling(lost=True))
    assert b"Dear PERSON_A1BCDEFG" in lost.message.body
    assert "did not answer" in lost.verdict.evidence[-1]
