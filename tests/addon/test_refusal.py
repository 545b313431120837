"""What a caller sees: a sentence first, and what a program needs."""

from __future__ import annotations

import json
import re

import pytest

from grille.addon.refusal import Refused, answer, first, incident_id
from grille.dialects import DIALECTS, Dialect
from grille.exchange import Outcome, Refusal, Source, Verdict

REFUSED = Refused("entity_blocked", "Take the number out.")


@pytest.mark.parametrize("name", DIALECTS)
def test_every_dialect_carries_the_text_the_code_and_the_incident(name: str) -> None:
    made = answer(REFUSED, "fintech", "K7Q2M9XA", DIALECTS[name], '"c-1"')
    headers = dict(made.headers)
    assert headers["x-grille-incident"] == "K7Q2M9XA"
    assert headers["x-should-retry"] == "false"
    assert [key.lower() for key, _ in made.headers].count("x-should-retry") == 1
    assert b"Take the number out. (grille policy fintech, incident K7Q2M9XA)" in made.body
    json.loads(made.body)


@pytest.mark.parametrize("dialect", [None, DIALECTS["openai_chat"]])
def test_a_remote_procedure_call_hears_it_in_its_own_way_whatever_the_dialect(dialect: Dialect | None) -> None:
    made = answer(REFUSED, "fintech", "K7Q2M9XA", dialect, content_type="application/grpc")
    headers = dict(made.headers)
    assert (made.status, headers["grpc-status"], headers["x-grille-incident"]) == (200, "7", "K7Q2M9XA")
    assert headers["grpc-message"].startswith("Take the number out.")


def test_without_a_dialect_it_is_problem_details() -> None:
    made = answer(REFUSED, "fintech", "K7Q2M9XA")
    assert dict(made.headers)["Content-Type"] == "application/problem+json"
    details = json.loads(made.body)
    assert details["title"].startswith("Take the number out.")
    assert (details["status"], details["code"], details["incident"]) == (403, "entity_blocked", "K7Q2M9XA")
    assert details["error"] == {"code": "entity_blocked", "message": details["title"]}


def test_a_status_that_http_itself_understands_is_kept_whatever_the_dialect() -> None:
    made = answer(Refused("credentials", "Who are you?", 407), "p", "I", DIALECTS["mcp"])
    assert made.status == 407
    assert dict(made.headers)["Proxy-Authenticate"].startswith("Basic ")


@pytest.mark.parametrize("status", [400, 403, 405, 413, 421, 502])
def test_only_a_proxy_that_asks_for_credentials_challenges(status: int) -> None:
    made = answer(Refused("x", "No.", status), "p", "I")
    assert made.status == status
    assert "Proxy-Authenticate" not in dict(made.headers)


def test_an_answer_to_head_has_no_body() -> None:
    made = answer(REFUSED, "p", "I")
    assert made.response("HEAD").raw_content == b""
    assert made.response("GET").raw_content == made.body
    assert made.response("GET").headers["content-length"] == str(len(made.body))


def test_a_notification_of_mcp_is_dropped() -> None:
    assert answer(REFUSED, "p", "I", DIALECTS["mcp"], None).response("POST").status_code == 202


def test_incident_ids_can_be_read_over_the_telephone() -> None:
    made = {incident_id() for _ in range(500)}
    assert len(made) == 500
    assert all(re.fullmatch("[0-9A-HJKMNP-TV-Z]{8}", each) for each in made)


def test_the_first_refusal_is_told_and_one_without_any_has_a_text() -> None:
    because = Source("p.yaml", 1, "x")
    verdict = Verdict(Outcome.BLOCK, refusals=(Refusal("a", "A.", because), Refusal("b", "B.", because)))
    assert first(verdict).code == "a"
    assert first(Verdict(Outcome.BLOCK)).text


def test_a_refusal_is_a_verdict_that_stops() -> None:
    assert REFUSED.verdict().stops
    assert REFUSED.verdict(Outcome.ERROR).outcome is Outcome.ERROR
    assert REFUSED.verdict().refusals[0].code == "entity_blocked"
