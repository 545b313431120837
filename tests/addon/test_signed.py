"""Signed requests through real sockets: the signature that arrives is checked as a provider would check it."""

from __future__ import annotations

import gzip
import json
import ssl
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import boto3
import httpx
import httpx2
import openai
import pytest
from anthropic import AnthropicBedrock, AnthropicBedrockMantle, PermissionDeniedError
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.client import BaseClient
from botocore.compat import HTTPHeaders
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError
from live import Live
from mitmproxy import http
from mitmproxy.proxy.mode_specs import ProxyMode
from mitmproxy.test import tflow, tutils
from openai import BedrockOpenAI

from engines import CARD, POLICY, SSN
from grille.addon.refusal import Refused
from grille.addon.signed import prepare
from upstream import RecordingUpstream, answer

HOST, MANTLE = "bedrock-runtime.us-east-1.amazonaws.com", "bedrock-mantle.us-east-1.api.aws"
KEYS = Credentials("not-a-real-one", "nor-this")
SIGNING = POLICY.replace(
    "  ledger:",
    "  bedrock: {provider: bedrock, request: out, response: {profile: back, restore: text}}\n  ledger:",
    1,
).replace("[openai,", "[bedrock, openai,")
ANSWER = answer(
    {"output": {"message": {"role": "assistant", "content": [{"text": "hello"}]}}, "stopReason": "end_turn"}
)
MESSAGE = {"id": "m", "type": "message", "role": "assistant", "model": "m", "content": [], "stop_reason": "end_turn"}
MESSAGE |= {"stop_sequence": None, "usage": {"input_tokens": 1, "output_tokens": 1}}

HELLO: Any = [{"role": "user", "content": "hello"}]


@contextmanager
def live(folder: Path, upstream: RecordingUpstream, policy: str = SIGNING) -> Iterator[Live]:
    with Live(folder, upstream.port, upstream.ca_file, policy, hosts=(HOST, MANTLE)) as running:
        yield running


@contextmanager
def bedrock(running: Live) -> Iterator[Any]:
    config = Config(proxies={"https": f"http://127.0.0.1:{running.port}"})
    keys = {"aws_access_key_id": KEYS.access_key, "aws_secret_access_key": KEYS.secret_key}
    session = boto3.Session(region_name="us-east-1", **keys)
    with closing(session.client("bedrock-runtime", config=config, verify=running.ca)) as caller:
        assert isinstance(caller, BaseClient)
        yield caller


def verifies(raw: bytes, service: str = "bedrock") -> bool:
    """Whether the request that arrived has the signature that its own bytes ask for."""
    head, _, body = raw.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    method, path, _ = first.split(" ")
    fields = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
    _, _, rest = fields["authorization"].partition("SignedHeaders=")
    names, _, signature = rest.partition(", Signature=")
    again = AWSRequest(
        method, f"https://{fields['host']}{path}", {name: fields[name] for name in names.split(";")}, body
    )
    again.context["timestamp"] = fields["x-amz-date"]
    signer = SigV4Auth(KEYS, service, "us-east-1")
    if fields.get("x-amz-content-sha256", signer.payload(again)) != signer.payload(again):
        return False  # what the header says is signed, and botocore believes it
    canonical = signer.canonical_request(again)
    return signer.signature(signer.string_to_sign(again, canonical), again) == signature


def ask(text: str) -> list[dict[str, object]]:
    return [{"role": "user", "content": [{"text": text}]}]


def test_a_clean_request_arrives_with_a_signature_that_holds(folder: Path) -> None:
    with RecordingUpstream([ANSWER]) as up, live(folder, up) as running, bedrock(running) as caller:
        said = caller.converse(modelId="arn:aws:bedrock:us-east-1:1:inference-profile/us.m", messages=ask("hello"))
        assert said["output"]["message"]["content"][0]["text"] == "hello"
        (arrived,) = up.requests
        assert verifies(arrived)
        assert not verifies(arrived.replace(b'"hello"', b'"hullo"'))


@pytest.mark.parametrize(("text", "code"), [(CARD, "signed_body"), (SSN, "entity_blocked")])
def test_what_would_be_changed_is_refused_and_says_what_to_do(folder: Path, text: str, code: str) -> None:
    with RecordingUpstream([ANSWER]) as up, live(folder, up) as running, bedrock(running) as caller:
        with pytest.raises(caller.exceptions.AccessDeniedException) as raised:
            caller.converse(modelId="m", messages=ask(f"Card {text}."))
        assert up.requests == []
        said = raised.value.response["Error"]["Message"]
        assert ("AWS_BEARER_TOKEN_BEDROCK" in said) == (code == "signed_body")
        assert text not in said
        (record,) = running.records()
        assert (record["verdict"], record["reasons"][0]["code"]) == ("block", code)


def test_without_rows_the_same_request_arrives_and_its_signature_holds(folder: Path) -> None:
    with (
        RecordingUpstream([ANSWER]) as up,
        live(folder, up, SIGNING.replace("CREDIT_CARD: tokenize, ", "", 1)) as running,
    ):
        with bedrock(running) as caller:
            caller.converse(modelId="m", messages=ask(f"Card {CARD}."))
        (arrived,) = up.requests
        assert CARD.encode() in arrived
        assert verifies(arrived)


def test_in_monitor_mode_nothing_is_changed(folder: Path) -> None:
    policy = SIGNING.replace("mode: enforce", "mode: monitor", 1)
    with RecordingUpstream([ANSWER]) as up, live(folder, up, policy) as running, bedrock(running) as caller:
        caller.converse(modelId="m", messages=ask(f"Card {CARD}."))
        assert verifies(up.requests[0])


def test_a_bearer_token_in_its_place_may_be_rewritten(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_BEARER_TOKEN_BEDROCK", "k")
    with RecordingUpstream([ANSWER]) as up, live(folder, up) as running, bedrock(running) as caller:
        caller.converse(modelId="m", messages=ask(f"Card {CARD}."))
        assert CARD.encode() not in up.received
        assert b"CREDIT_CARD_" in up.received


def test_a_client_that_signs_every_header_gets_an_answer(folder: Path) -> None:
    """Anthropic's signs `Accept-Encoding` too, which grille else sets itself; its answer comes coded then."""
    raw = gzip.compress(json.dumps(MESSAGE).encode())
    coded = answer(raw, headers=(("Content-Encoding", "gzip"),))
    with RecordingUpstream([coded]) as up, live(folder, up) as running, mantle(running) as caller:
        said = caller.messages.create(model="m", max_tokens=9, messages=[{"role": "user", "content": "hello"}])
        assert said.id == "m"
        assert b"accept-encoding;" in up.requests[0].lower()
        assert verifies(up.requests[0], "bedrock-mantle")


def test_a_models_own_body_arrives_with_a_signature_that_holds(folder: Path) -> None:
    told = answer({"generation": "hello", "stop_reason": "stop"})
    with RecordingUpstream([told, answer(MESSAGE)]) as up, live(folder, up) as running:
        with bedrock(running) as caller:
            caller.invoke_model(modelId="meta.llama3-1-8b-instruct-v1:0", body=b'{ "prompt" : "hello" }')
        keys = {"aws_access_key": KEYS.access_key, "aws_secret_key": KEYS.secret_key}
        with AnthropicBedrock(**keys, aws_region="us-east-1", http_client=through(running)) as claude:
            claude.messages.create(model="us.anthropic.claude-x:0", max_tokens=9, messages=HELLO)
        assert [verifies(each) for each in up.requests] == [True, True]


def test_openais_client_signs_too(folder: Path) -> None:
    choice = {"index": 0, "message": {"role": "assistant", "content": "hello"}, "finish_reason": "stop"}
    told = answer({"id": "c", "object": "chat.completion", "created": 0, "model": "m", "choices": [choice]})
    with RecordingUpstream([told]) as up, live(folder, up) as running, openais(running) as caller:
        assert caller.chat.completions.create(model="m", messages=HELLO).choices[0].message.content == "hello"
        assert verifies(up.requests[0], "bedrock-mantle")
        assert not verifies(up.requests[0].replace(b'"hello"', b'"hullo"'), "bedrock-mantle")
        with pytest.raises(openai.PermissionDeniedError, match="signed over its body"):
            caller.chat.completions.create(model="m", messages=[{"role": "user", "content": CARD}])
        assert len(up.requests) == 1


@contextmanager
def openais(running: Live) -> Iterator[BedrockOpenAI]:
    keys = {"aws_access_key_id": KEYS.access_key, "aws_secret_access_key": KEYS.secret_key}
    with BedrockOpenAI(
        **keys, aws_region="us-east-1", base_url=f"https://{MANTLE}/openai/v1", http_client=through(running)
    ) as caller:
        yield caller


def test_a_client_that_signs_every_header_is_refused_in_its_own_words(folder: Path) -> None:
    with RecordingUpstream([]) as up, live(folder, up) as running, mantle(running) as caller:
        with pytest.raises(PermissionDeniedError, match="signed over its body"):
            caller.messages.create(model="m", max_tokens=9, messages=[{"role": "user", "content": CARD}])
        assert up.requests == []


def through(running: Live) -> httpx2.Client:
    trusted = ssl.create_default_context(cafile=running.ca)
    return httpx2.Client(proxy=f"http://127.0.0.1:{running.port}", verify=trusted)


@contextmanager
def mantle(running: Live) -> Iterator[AnthropicBedrockMantle]:
    keys = {"aws_access_key": KEYS.access_key, "aws_secret_key": KEYS.secret_key}
    with AnthropicBedrockMantle(**keys, aws_region="us-east-1", http_client=through(running)) as caller:
        yield caller


@pytest.mark.parametrize("name", ["x-grille-identity", "Proxy-Connection", "Expect"])
def test_a_signature_over_a_header_that_is_not_sent_on_is_refused(folder: Path, name: str) -> None:
    value = "100-continue" if name == "Expect" else "batch"
    with RecordingUpstream([]) as up, live(folder, up) as running:
        seen = running.raw(signed({name: value}), HOST)
        assert up.requests == []
        assert f"covers the header {name.lower()}" in json.loads(seen.rpartition(b"\r\n\r\n")[2])["message"]
        assert running.records()[0]["reasons"][0]["code"] == "signed_header"


def test_the_same_header_outside_of_the_signature_is_taken_off(folder: Path) -> None:
    with RecordingUpstream([ANSWER]) as up, live(folder, up) as running:
        running.raw(signed({}).replace(b"\r\n", b"\r\nx-grille-identity: batch\r\n", 1), HOST)
        assert verifies(up.requests[0])
        assert b"x-grille-identity" not in up.received


def test_a_coded_body_that_is_signed_is_refused(folder: Path) -> None:
    """What was decoded would go on, which is not what was signed."""
    body = gzip.compress(json.dumps({"messages": ask("hello")}).encode())
    with RecordingUpstream([]) as up, live(folder, up) as running:
        seen = running.raw(signed({"Content-Encoding": "gzip"}, body), HOST)
        assert up.requests == []
        assert "no Content-Encoding" in json.loads(seen.rpartition(b"\r\n\r\n")[2])["message"]


def test_a_body_in_signed_chunks_is_refused(folder: Path) -> None:
    chunks = {"Content-Encoding": "aws-chunked", "x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"}
    with RecordingUpstream([]) as up, live(folder, up) as running:
        assert b" 403 " in running.raw(signed(chunks), HOST).partition(b"\r\n")[0]
        assert up.requests == []


def test_in_front_of_one_upstream_a_signature_for_another_name_is_refused(folder: Path) -> None:
    with RecordingUpstream([ANSWER]) as up:
        with Live(folder, up.port, up.ca_file, SIGNING, reverse=f"https://{HOST}", hosts=(HOST,)) as running:
            seen = httpx.post(f"http://127.0.0.1:{running.port}/model/m/converse", content=b"{}", headers=dict(heads()))
        assert "covers the host" in seen.json()["message"]
        assert up.requests == []


def test_in_front_of_one_upstream_a_client_that_called_it_by_its_own_name_may_sign() -> None:
    """Its name service leads it here, and the name in the handshake is the one that it signed."""
    fields = [(name.encode(), value.encode()) for name, value in heads()]
    headers = http.Headers([(b"Host", HOST.encode()), *fields])
    flow = tflow.tflow(req=tutils.treq(host=HOST, headers=headers))
    flow.client_conn.proxy_mode = ProxyMode.parse(f"reverse:https://{HOST}")
    flow.client_conn.sni = HOST
    prepare(flow)
    flow.client_conn.sni = "grille.internal"
    with pytest.raises(Refused, match="covers the host"):
        prepare(flow)


def heads(more: dict[str, str] | None = None, body: bytes = b"{}") -> list[tuple[str, str]]:
    request = AWSRequest("POST", f"https://{HOST}/model/m/converse", {"Content-Type": "application/json"}, body)
    for name, value in (more or {}).items():
        request.headers[name] = value
    signer = SigV4Auth(KEYS, "bedrock", "us-east-1")
    signer.headers_to_sign = all_of
    signer.add_auth(request)
    return [(name, value) for name, value in request.headers.items()]


def all_of(request: AWSRequest) -> Any:
    """Botocore leaves out what it knows that others change; not every client does."""
    chosen = HTTPHeaders()
    for name, value in (*request.headers.items(), ("host", HOST)):
        chosen[name.lower()] = value
    return chosen


def signed(more: dict[str, str], body: bytes = b'{"messages": []}') -> bytes:
    lines = [f"{name}: {value}" for name, value in heads(more, body)]
    return (
        "\r\n".join(
            ["POST /model/m/converse HTTP/1.1", f"Host: {HOST}", *lines, f"Content-Length: {len(body)}", "", ""]
        ).encode()
        + body
    )


def test_a_client_error_is_never_retried(folder: Path) -> None:
    with RecordingUpstream([]) as up, live(folder, up) as running, bedrock(running) as caller:
        with pytest.raises(ClientError) as raised:
            caller.converse(modelId="m", messages=ask(CARD))
        assert raised.value.response["ResponseMetadata"]["RetryAttempts"] == 0
