"""`grille.cli.archives.judging`: a chunk into what was found in it."""

from __future__ import annotations

import json
import pickle
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from commands import CARD
from recordings import POLICY, SAID, body, entry, reply

from grille.cli.archives.cuts import Form, Raw
from grille.cli.archives.judging import Judged, Plan, Telling, judge
from grille.cli.records import aim
from grille.engine import load_policy

TODAY = date(2026, 11, 26)


@pytest.fixture
def plan(policy: Path) -> Plan:
    loaded = load_policy(str(policy), None)
    return Plan(loaded, aim(loaded, None, None, "request"), TODAY, Telling.LINES)


def recorded(text: str, answer: str | None = "fine") -> Raw:
    return Raw("a.har#1", Form.ENTRY, json.dumps(entry(text, answer)).encode())


def judging(plan: Plan, *records: Raw) -> Judged:
    return judge(pickle.dumps(plan), records)


def told(judged: Judged) -> list[dict[str, object]]:
    return [json.loads(line) for line in judged.lines]


def test_the_same_text_is_judged_the_same_in_every_form(plan: Plan) -> None:
    for text in SAID:
        line = Raw("x", Form.LINE, json.dumps(text).encode())
        forms = [line, replace(line, data=body(text).encode()), replace(line, data=json.dumps(entry(text)).encode())]
        found = [[each["entity"] for each in told(judging(plan, raw))[0]["findings"]] for raw in forms]
        assert found[0] == found[1] == found[2]


def test_an_answer_is_judged_by_itself(plan: Plan) -> None:
    assert judging(plan, recorded(SAID[2], f"it is {CARD}")).tally.verdicts == {"block": 1, "rewrite": 1}


def test_in_a_replay_it_is_that_of_its_request(plan: Plan) -> None:
    judged = judging(replace(plan, replays=True), recorded(SAID[2], f"it is {CARD}"))
    assert judged.tally.verdicts == {"block": 1}
    assert "1 answer of requests that are stopped: not judged." in list(judged.tally.sentences())


def test_in_a_replay_its_tokens_come_back(plan: Plan) -> None:
    plan = replace(plan, replays=True, sent=True)
    (asked, _) = told(judging(plan, recorded(SAID[1], None), recorded("nothing", None)))
    token = json.loads(asked["sent"]["body"])["messages"][0]["content"].removeprefix("my card ")
    assert token.startswith("CREDIT_CARD_")
    _, answered = told(judging(plan, recorded(SAID[1], f"so {token} was it")))
    assert json.loads(answered["sent"]["body"]) == json.loads(reply(f"so {CARD} was it"))
    _, alone = told(judging(replace(plan, replays=False), recorded(SAID[1], f"so {token} was it")))
    assert token in alone["sent"]["body"], "the control: by itself an answer has no tokens"


def test_no_line_has_a_value_unless_it_was_asked_for(plan: Plan) -> None:
    for telling in Telling:
        judged = judging(replace(plan, telling=telling), *(recorded(text, f"so {CARD}") for text in SAID))
        assert judged.lines
        assert not any(value in "".join(judged.lines) for value in (CARD, "219-09", "jane"))


def test_only_what_was_found_is_told_if_that_is_asked_for(plan: Plan) -> None:
    judged = judging(replace(plan, telling=Telling.FINDINGS), *(recorded(text, None) for text in SAID))
    assert len(judged.lines) == 3
    assert judged.tally.verdicts.total() == 4


def test_a_record_that_cannot_be_judged_is_named_and_the_others_are_judged(plan: Plan) -> None:
    records = [
        Raw("a:1", Form.LINE, b"\xff\xfe"),
        Raw("a:2", Form.LINE, b'"fine"'),
        Raw("a#3", Form.FLOW, b"5:4111,"),
        Raw("a#4", Form.ENTRY, b'{"request": {"url": 4111}}'),
        Raw("a#5", Form.WHOLE, problem="it is cut off"),
    ]
    judged = judging(plan, *records)
    assert [each.partition(": ")[0] for each in judged.problems] == ["a:1", "a#3", "a#4", "a#5"]
    assert [each["name"] for each in told(judged)] == ["a:1", "a:2", "a#3", "a#4", "a#5"]
    assert judged.tally.has_unread
    assert judged.tally.verdicts == {"allow": 1}
    assert "4111" not in "".join(judged.problems + judged.lines)


def test_against_another_policy_only_what_would_change_is_told(plan: Plan, tmp_path: Path) -> None:
    other = tmp_path / "other.yaml"
    other.write_text(POLICY.replace("CREDIT_CARD: tokenize", "CREDIT_CARD: block"))
    plan = replace(plan, replays=True, against=load_policy(str(other), None))
    judged = judging(plan, *(recorded(text) for text in SAID))
    (change,) = told(judged)
    assert (change["verdict"], change["against"]["verdict"]) == ("rewrite", "block")
    assert judged.tally.changes == {("rewrite", "block"): 1}
    assert judging(replace(plan, against=plan.policy), recorded(SAID[1])).lines == []
