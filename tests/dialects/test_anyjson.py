"""`grille.dialects.anyjson`: what only this dialect knows."""

from __future__ import annotations

from refusals import refused


def test_a_refusal_is_problem_details() -> None:
    reply, body = refused("anyjson")
    assert ("Content-Type", "application/problem+json") in reply.headers
    assert (reply.status, body["status"], body["code"]) == (403, 403, "entity_blocked")
    assert body["detail"] == "The request holds US_SSN."
