"""`grille.dialects.openai_chat`: what only this dialect knows."""

from __future__ import annotations

from refusals import refused


def test_a_refusal_has_the_shape_that_the_sdk_raises_and_does_not_retry() -> None:
    reply, body = refused("openai_chat")
    assert reply.status == 403
    assert ("x-should-retry", "false") in reply.headers
    assert body["error"] == {
        "message": "The request holds US_SSN.",
        "type": "invalid_request_error",
        "param": None,
        "code": "entity_blocked",
    }
