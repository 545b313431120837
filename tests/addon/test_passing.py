"""`grille.addon.passing`: answers that are judged while they pass."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from live import Live, chat

from engines import CARD, IBAN, POLICY
from rewriting import sse
from upstream import RecordingUpstream

DONE = b"data: [DONE]\n\n"


def chunk(content: str | None, finish: str | None = None) -> dict[str, Any]:
    delta = {} if content is None else {"content": content}
    return {"id": "c", "object": "chat.completion.chunk", "created": 0, "model": "m",
            "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}  # fmt: skip


def chunked(*pieces: bytes) -> list[bytes]:
    """An HTTP/1.1 answer that streams: its head, and each piece as a chunk."""
    head = b"HTTP/1.1 200 Whatever\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
    return [head, *(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces), b"0\r\n\r\n"]


def said(body: bytes) -> str:
    events = [json.loads(line[6:]) for line in body.decode().splitlines() if line.startswith("data: {")]
    return "".join(event["choices"][0]["delta"].get("content") or "" for event in events if "choices" in event)


def asked(folder: Path, *pieces: bytes, policy: str = POLICY, **more: Any) -> tuple[Any, list[dict[str, Any]]]:
    with RecordingUpstream([chunked(*pieces)]) as up, Live(folder, up.port, up.ca_file, policy, **more) as live:
        seen = live.post(chat(f"Why was {CARD} declined?"))
        return seen, live.records()


def test_a_stream_is_handed_on_as_it_comes_and_has_one_record(tmp_path: Path) -> None:
    events = [sse(chunk("Hello ")), sse(chunk("world.")), sse(chunk(None, "stop")), DONE]
    seen, records = asked(tmp_path, *events)
    assert (seen.status, seen.body) == (200, b"".join(events))
    assert [(each["direction"], each["verdict"]) for each in records] == [("request", "rewrite"), ("response", "allow")]


def test_what_the_policy_redacts_is_counted_in_the_record(tmp_path: Path) -> None:
    seen, records = asked(tmp_path, sse(chunk(f"It is {IBAN[:5]}")), sse(chunk(f"{IBAN[5:]}, he said.")), DONE)
    assert said(seen.body) == "It is [IBAN_CODE removed], he said."
    (found,) = records[1]["findings"]
    assert (found["entity"], found["count"], found["addresses"]) == ("IBAN_CODE", 1, ["stream:content/index=0"])
