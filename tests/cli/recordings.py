"""Recorded exchanges in every form, and a policy for them without a language model."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

from commands import CARD, SSN
from mitmproxy import http
from mitmproxy.io import FlowWriter
from mitmproxy.test import tflow, tutils

POLICY = """\
version: 1
policy: patterns
use: [entities/payment.yaml, entities/identity.yaml]
profiles:
  out: {US_SSN: block, CREDIT_CARD: tokenize, EMAIL_ADDRESS: tokenize}
  back: {CREDIT_CARD: {action: mask, keep_last: 4}}
endpoints:
  openai: {provider: openai, request: out, response: {profile: back, restore: text}}
clients:
  anybody: {match: anyone, endpoints: [openai]}
"""
SAID = ("nothing", f"my card {CARD}", f"SSN {SSN}", "mail jane@example.com")


def body(text: str) -> str:
    return json.dumps({"model": "m", "store": False, "messages": [{"role": "user", "content": text}]})


def reply(text: str) -> str:
    message = {"role": "assistant", "content": text}
    return json.dumps({"id": "a", "object": "chat.completion", "choices": [{"index": 0, "message": message}]})


def entry(text: str, answer: str | None = "fine") -> dict[str, object]:
    kind = {"name": "Content-Type", "value": "application/json"}
    asked = {
        "method": "POST", "url": "https://api.openai.com/v1/chat/completions", "httpVersion": "HTTP/1.1",
        "headers": [kind], "postData": {"mimeType": "application/json", "text": body(text)},
    }  # fmt: skip
    answered = {"status": 200, "httpVersion": "HTTP/1.1", "headers": [kind], "content": {"text": reply(answer or "")}}
    whole = {"startedDateTime": "2026-11-23T00:00:00.000Z", "time": 1, "request": asked, "response": answered}
    return whole if answer is not None else {"request": asked}


def har(texts: Sequence[str]) -> str:
    return json.dumps({"log": {"version": "1.2", "pages": [{"title": "entries"}], "entries": [*map(entry, texts)]}})


def flows(file: Path, texts: Sequence[str]) -> None:
    with file.open("wb") as out:
        writer = FlowWriter(out)
        for text in texts:
            asked = tutils.treq(
                method=b"POST", scheme=b"https", host="api.openai.com", port=443, path=b"/v1/chat/completions",
                headers=http.Headers(((b"Content-Type", b"application/json"),)), content=body(text).encode(),
            )  # fmt: skip
            writer.add(tflow.tflow(req=asked, resp=tutils.tresp(content=reply("fine").encode())))


def lines(texts: Sequence[str]) -> str:
    return "".join(f"{json.dumps(each)}\n" for each in texts)


type Make = Callable[[str, bytes], Path]
"""Write a file and say where."""
