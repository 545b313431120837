"""`grille.dialects.anthropic`: what only this dialect knows."""

from __future__ import annotations

import json

from goldens import LIMIT
from refusals import refused

from grille.dialects import DIALECTS, read
from grille.exchange import Direction, Touch
from grille.framing.message import Message


def test_blocks_that_the_provider_signed_are_sealed_and_ciphertext_is_not_read() -> None:
    blocks = [
        {"type": "thinking", "thinking": "4111", "signature": "sig"},
        {"type": "redacted_thinking", "data": "cipher"},
        {"type": "compaction", "content": "4111", "signature": "sig"},
    ]
    body = json.dumps({"messages": [{"role": "assistant", "content": blocks}]}).encode()
    reading = read(DIALECTS["anthropic"], Direction.REQUEST, Message((), body), LIMIT)
    sealed = [segment.address for segment in reading.segments if segment.touch is Touch.SEALED]
    assert sealed == ["/messages/0/content/0/thinking", "/messages/0/content/2/content"]
    assert not any(segment.text in ("sig", "cipher") for segment in reading.segments)


def test_a_refusal_has_the_shape_that_the_sdk_raises_and_does_not_retry() -> None:
    reply, body = refused("anthropic")
    assert reply.status == 403
    assert ("x-should-retry", "false") in reply.headers
    assert (body["type"], body["error"]["type"], body["request_id"]) == ("error", "permission_error", "K7Q2M9XA")
    assert body["error"]["message"] == "The request holds US_SSN."
