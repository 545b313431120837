"""Each official SDK through one proxy, route by route: let through, rewritten, refused; and what leaks without.

What the provider gets is compared with what the very same call sends without a proxy.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

import pytest
from calls import CALLS, Call
from calls_elsewhere import CALLS_ELSEWHERE
from model_whole import model
from proxies import Proxy, environment, proxy
from saying import CARD, SSN

from oracle import leaks
from upstream import RecordingUpstream

POLICY = """
version: 1
policy: providers
mode: enforce
use: [entities/payment.yaml, entities/identity.yaml]
otherwise: {endpoint: block, client: block, body: block, failure: block}
profiles:
  out: {CREDIT_CARD: tokenize, US_SSN: block}
  back: {CREDIT_CARD: redact}
clients:
  anyone: {match: anyone, endpoints: [NAMES]}
endpoints:
"""
PROVIDERS = ["openai", "azure_openai", "anthropic", "gemini", "vertex", "bedrock", "mistral", "cohere"]
PROVIDERS += ["ollama_cloud", "groq"]
ENDPOINT = "  {name}: {{provider: {name}, request: out, response: {{profile: back, restore: text}}}}\n"
ALL = [*CALLS, *CALLS_ELSEWHERE]
SECRET = f"Why was card {CARD} declined?"
PLAIN = "Wie groß ist die Überweisung? 🙂 \\u00e9 1e400 </script>"
TOKEN = re.compile(rb"CREDIT_CARD_[A-Z][0-9A-Z]{7}")
_OF_THE_MOMENT = re.compile(rb"(?i)host|accept-encoding|amz-sdk-.*|content-length")
"""Headers that say where a call goes, differ from call to call, or are grille's: it asks for answers uncoded."""


@pytest.fixture(scope="module")
def witness() -> Iterator[RecordingUpstream]:
    with RecordingUpstream(model) as upstream:
        yield upstream


@pytest.fixture(scope="module")
def running(witness: RecordingUpstream, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    folder = tmp_path_factory.mktemp("providers")
    endpoints = "".join(ENDPOINT.format(name=name) for name in PROVIDERS)
    (folder / "policy.yaml").write_text(POLICY.replace("NAMES", ", ".join(PROVIDERS)) + endpoints)
    hosts = sorted({call.host for call in ALL})
    with proxy(folder, str(folder / "policy.yaml"), witness.port, witness.ca_file, hosts) as started:
        yield started


@pytest.fixture(autouse=True)
def _bearer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_BEARER_TOKEN_BEDROCK", "k")


def through(running: Proxy, call: Call, words: str) -> str | None:
    """The call as it is made behind the proxy, with its authority alone: the whole bundle takes long to read."""
    authority = str(running.state.certificate)
    trusted = {"SSL_CERT_FILE": authority, "AWS_CA_BUNDLE": authority}
    with environment(running.variables | trusted | _token()):
        return call.make(f"https://{call.host}", words)


def directly(witness: RecordingUpstream, call: Call, words: str) -> str | None:
    with environment({"SSL_CERT_FILE": witness.ca_file, "AWS_CA_BUNDLE": witness.ca_file} | _token()):
        return call.make(f"https://127.0.0.1:{witness.port}", words)


def _token() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name.startswith("AWS_BEARER")}


def _parts(request: bytes) -> tuple[bytes, set[bytes], bytes]:
    """Request line, the headers that say something, and body."""
    head, _, body = request.partition(b"\r\n\r\n")
    line, *headers = head.split(b"\r\n")
    return line, {each.lower() for each in headers if not _OF_THE_MOMENT.fullmatch(each.partition(b":")[0])}, body


@pytest.mark.parametrize("call", ALL, ids=lambda call: call.name)
def test_a_clean_call_leaves_as_its_sdk_wrote_it(running: Proxy, witness: RecordingUpstream, call: Call) -> None:
    before = len(witness.requests)
    expected = directly(witness, call, PLAIN)
    assert through(running, call, PLAIN) == expected
    written, sent = witness.requests[before:]
    assert _parts(sent) == _parts(written)


@pytest.mark.parametrize("call", ALL, ids=lambda call: call.name)
def test_a_card_is_a_token_upstream_and_a_card_again_for_the_caller(
    running: Proxy, witness: RecordingUpstream, call: Call
) -> None:
    before = len(witness.requests)
    expected = f"I read {CARD} and no more." if call.is_answered else None
    assert directly(witness, call, SECRET) == expected
    assert through(running, call, SECRET) == expected
    written, sent = witness.requests[before:]
    assert leaks(written, [CARD]) == {CARD}  # the negative control
    assert not leaks(sent, [CARD])
    line, _, body = _parts(sent)
    assert line == _parts(written)[0]
    tokens = TOKEN.findall(body)
    assert len(set(tokens)) == 1
    assert body.replace(tokens[0], CARD.encode()) == _parts(written)[2]


@pytest.mark.parametrize("call", ALL, ids=lambda call: call.name)
def test_a_forbidden_call_is_the_sdks_own_error_and_is_made_once(
    running: Proxy, witness: RecordingUpstream, call: Call
) -> None:
    before, records = len(witness.received), len(running.records())
    with pytest.raises(call.error, match="US_SSN") as caught:
        through(running, call, f"The SSN is {SSN}.")
    assert SSN not in str(caught.value)
    assert len(witness.received) == before
    assert [record["verdict"] for record in running.records()[records:]] == ["block"]
