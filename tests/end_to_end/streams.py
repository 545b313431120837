"""The policy of the tests of streams, and the ways on which a client reaches a model.

Every provider stands in the policy under its own name, where everything is restored, and under one more for
each of `SETTINGS`. Nothing here judges anything.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator
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
LEDGER, STRICT_LEDGER, ASKED_LEDGER = "mcp.ledger.example", "strict.ledger.example", "asked.ledger.example"
SOCKETS, STRICT_SOCKETS, ASKED_SOCKETS = "sockets.example", "strict.sockets.example", "asked.sockets.example"

_GUARDED = "request: out, response: {profile: back, restore: all}"
_STRICT = "request: out, response: {profile: stopping, restore: all}"
SETTINGS = {
    "text": "request: out, response: {profile: back, restore: text}",
    "open": "request: nothing, response: nothing",
    "hard": _STRICT,
    "soft": f"{_STRICT}, stream: {{stop: soft}}",
    "collect": f"{_STRICT}, stream: collect",
    "judged": f"{_STRICT}, stream: {{judge: collect, stop: hard}}",
    "watched": f"{_STRICT}, mode: monitor",
    "names": "request: out, response: names",
}
"""What else is asked of a provider. `open` looks for nothing: the negative control."""

_POLICY = """\
version: 1
policy: streams
mode: enforce
use: [entities/payment.yaml, entities/identity.yaml]
profiles:
  out: {{CREDIT_CARD: tokenize, EMAIL_ADDRESS: tokenize, IBAN_CODE: tokenize}}
  back: {{CREDIT_CARD: redact, US_SSN: redact}}
  stopping: {{CREDIT_CARD: redact, US_SSN: block}}
  asked: {{CREDIT_CARD: tokenize, US_SSN: block}}
  names: {{PERSON: redact}}
  nothing: {{}}
clients:
  anyone: {{match: anyone, endpoints: [{names}]}}
endpoints:
{endpoints}
"""


def named(setting: str, provider: str) -> str:
    """The host under which `provider` has `setting`."""
    return f"{setting}.{provider.replace('_', '-')}.example"


def _endpoints() -> Iterator[tuple[str, str]]:
    for provider in HOSTS:
        yield provider, f"provider: {provider}, {_GUARDED}"
        for setting, text in SETTINGS.items():
            yield f"{provider}_{setting}", f"provider: {provider}, hosts: [{named(setting, provider)}], {text}"
    yield "sockets", f"provider: openai, hosts: [{SOCKETS}], {_GUARDED}"
    yield "sockets_strict", f"provider: openai, hosts: [{STRICT_SOCKETS}], {_STRICT}"
    yield "sockets_asked", f"provider: openai, hosts: [{ASKED_SOCKETS}], request: stopping, response: nothing"
    yield "ledger", f"dialect: mcp, hosts: [{LEDGER}], paths: [/mcp, /sse, /messages/], {_GUARDED}"
    yield "ledger_strict", f"dialect: mcp, hosts: [{STRICT_LEDGER}], paths: [/mcp], {_STRICT}"
    yield "ledger_asked", f"dialect: mcp, hosts: [{ASKED_LEDGER}], paths: [/mcp], request: asked, response: back"


POLICY = _POLICY.format(
    names=", ".join(name for name, _ in _endpoints()),
    endpoints="\n".join(f"  {name}: {{{text}}}" for name, text in _endpoints()),
)
SPEAKING = [*HOSTS.values(), *(named(setting, provider) for setting in SETTINGS for provider in HOSTS)]
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
            time.sleep(0.1)
            return [record for record in proxy.records()[since:] if record["direction"] == "response"]
        assert time.monotonic() < deadline, f"{len(found)} of {count} answers have a record"
        time.sleep(0.05)
