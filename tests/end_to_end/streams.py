"""The policy of the tests of streams, and the ways on which a client reaches a model.

Every provider stands in the policy under three names: its own, where everything is restored; `text.…`, where
tool arguments keep their tokens; and `open.…`, where nothing is looked for: the negative control.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
import httpx2
from proxies import Proxy
from saying import READ, SAID, Names

from streaming_upstream import StreamingUpstream

HOSTS = {
    "openai": "api.openai.com",
    "anthropic": "api.anthropic.com",
    "gemini": "generativelanguage.googleapis.com",
    "ollama_cloud": "ollama.com",
    "bedrock": "bedrock-runtime.us-east-1.amazonaws.com",
}
SOCKETS, ASKED, LEDGER = "sockets.openai.example", "asked.openai.example", "mcp.ledger.example"

HEAD = """\
version: 1
policy: streams
mode: enforce
use: [entities/payment.yaml, entities/identity.yaml]
profiles:
  out: {CREDIT_CARD: tokenize, EMAIL_ADDRESS: tokenize, IBAN_CODE: tokenize}
  back: {CREDIT_CARD: redact, US_SSN: redact}
  stopping: {CREDIT_CARD: redact, US_SSN: block}
  names: {PERSON: redact}
  nothing: {}
clients:
  anyone: {match: anyone, endpoints: [%s]}
endpoints:
"""


def policy(endpoints: Mapping[str, str]) -> str:
    """A policy with these endpoints; their text is what stands between the braces."""
    return HEAD % ", ".join(endpoints) + "".join(f"  {name}: {{{text}}}\n" for name, text in endpoints.items())


def _endpoints() -> Iterator[tuple[str, str]]:
    guarded = "request: out, response: {profile: back, restore: all}"
    for provider in HOSTS:
        yield provider, f"provider: {provider}, {guarded}"
        text = guarded.replace("all", "text")
        yield f"{provider}_text", f"provider: {provider}, hosts: [{text_of(provider)}], {text}"
        yield (
            f"{provider}_open",
            f"provider: {provider}, hosts: [{open_of(provider)}], request: nothing, response: nothing",
        )
    yield "sockets", f"provider: openai, hosts: [{SOCKETS}], {guarded}"
    yield "ledger", f"dialect: mcp, hosts: [{LEDGER}], paths: [/mcp, /sse, /messages/], {guarded}"


def text_of(provider: str) -> str:
    return f"text.{provider.replace('_', '-')}.example"


def open_of(provider: str) -> str:
    return f"open.{provider.replace('_', '-')}.example"


POLICY = policy(dict(_endpoints()))
SPEAKING = [host for provider in HOSTS for host in (HOSTS[provider], text_of(provider), open_of(provider))]
"""The hosts that the one streaming upstream stands for."""


@dataclass(frozen=True)
class Way:
    """From a client to the upstream: through a proxy, or straight."""

    upstream: StreamingUpstream
    proxy: Proxy | None = None

    def to(self, host: str, port: int = 0) -> str:
        """The address of a host; without a proxy it is at this `port`, or at the streaming upstream's."""
        return f"https://{host}" if self.proxy else f"https://127.0.0.1:{port or self.upstream.port}"

    @property
    def reads(self) -> Names:
        """What a client must read when the model says everything that it knows."""
        return READ if self.proxy else SAID


@dataclass
class Heard:
    """Every byte of the answers that a client got: `httpx.Client(event_hooks=heard.hooks)`, or `httpx2`."""

    raw: bytes = field(default=b"", repr=False)

    @property
    def hooks(self) -> dict[str, list[Any]]:
        return {"response": [self._listen]}

    @property
    def async_hooks(self) -> dict[str, list[Any]]:
        return {"response": [self._listen_async]}

    def _listen(self, response: httpx.Response | httpx2.Response) -> None:
        response.stream = _Overheard(response.stream, self)

    async def _listen_async(self, response: httpx.Response | httpx2.Response) -> None:
        response.stream = _Overheard(response.stream, self)


class _Overheard(httpx.SyncByteStream, httpx.AsyncByteStream, httpx2.SyncByteStream, httpx2.AsyncByteStream):
    def __init__(self, stream: Any, heard: Heard) -> None:
        self._stream = stream
        self._heard = heard

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._stream:
            self._heard.raw += piece
            yield piece

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._stream:
            self._heard.raw += piece
            yield piece

    def close(self) -> None:
        self._stream.close()

    async def aclose(self) -> None:
        await self._stream.aclose()


def answers(proxy: Proxy, since: int, count: int = 1) -> list[dict[str, Any]]:
    """The records of answers that were written after the first `since` records, when there are `count`
    and no more come."""
    deadline = time.monotonic() + 10
    while True:
        found = [record for record in proxy.records()[since:] if record["direction"] == "response"]
        if len(found) >= count:
            time.sleep(0.2)
            return [record for record in proxy.records()[since:] if record["direction"] == "response"]
        assert time.monotonic() < deadline, f"{len(found)} of {count} answers have a record"
        time.sleep(0.05)
