"""`grille.dialects.recognise`: signs of a call to a model or an MCP server, and messages without any."""

from __future__ import annotations

import gzip
import json

import pytest

from grille.dialects import DIALECTS
from grille.dialects.recognise import answered, asked
from grille.framing.message import Message

LIMIT = 64 * 1024
JSON = (("Content-Type", "application/json"),)
TURNS = {"messages": [{"role": "user", "content": "hi"}]}
CALL = json.dumps({"jsonrpc": "2.0", "id": "a1", "method": "tools/call", "params": {}}).encode()


def request(target: str = "/", body: bytes | object = b"", headers: tuple[tuple[str, str], ...] = JSON) -> Message:
    return Message(headers, body if isinstance(body, bytes) else json.dumps(body).encode(), target)


PATHS = {
    "/v1/chat/completions": "openai_chat",
    "/gateway//v1/chat/completions/": "openai_chat",
    "/v1/chat%2Fcompletions?x=1": "openai_chat",
    "/openai/deployments/d/chat/completions?api-version=1": "openai_chat",
    "/v1/embeddings": "openai_text",
    "/v1/audio/transcriptions": "openai_text",
    "/v1/messages/count_tokens": "anthropic",
    "/v1beta/models/g:generateContent": "gemini",
    "/v1/projects/p/locations/l/publishers/google/models/g:streamGenerateContent": "gemini",
    "/model/acme.chat-v1%3A0/converse-stream": "bedrock",
    "/model/acme.chat-v1%3A0/invoke": "bedrock",
    "/xai_api.Chat/GetCompletion": "anyjson",
}


@pytest.mark.parametrize(("target", "dialect"), PATHS.items())
def test_a_path_that_names_what_is_served_is_enough_whatever_the_body(target: str, dialect: str) -> None:
    sign = asked("POST", request(target, b"\x00\x01", (("Content-Type", "application/octet-stream"),)), LIMIT)
    assert sign is not None
    assert sign.dialect == dialect
    assert asked("GET", request(target, b"", ()), LIMIT) is None


@pytest.mark.parametrize(
    ("target", "dialect"),
    [("/v1/messages", "anthropic"), ("/v1/responses", "openai_responses"), ("/api/chat", "ollama"),
     ("/api/generate", "ollama"), ("/v2/chat", "cohere"), ("/completion", "openai_text")],
)  # fmt: skip
def test_a_path_that_others_have_too_counts_beside_a_model_or_a_shape(target: str, dialect: str) -> None:
    for body in ({"model": "m", "x": 1}, TURNS):
        sign = asked("POST", request(target, body), LIMIT)
        assert sign is not None
        assert sign.dialect == dialect
    assert asked("POST", request(target, {"to": "+1 555-0100", "text": "hi"}), LIMIT) is None


@pytest.mark.parametrize(
    "name", ["MCP-Protocol-Version", "mcp-session-id", "Mcp-Method", "Mcp-Name", "Mcp-Param-Region"]
)
def test_a_header_of_mcp_is_enough_and_the_id_is_answered(name: str) -> None:
    sign = asked("POST", request("/", {"id": 7}, (*JSON, (name, "x"))), LIMIT)
    assert sign is not None
    assert (sign.dialect, sign.reply_to) == ("mcp", "7")
    bare = asked("DELETE", request("/", b"", ((name, "x"),)), LIMIT)
    assert bare is not None
    assert bare.dialect == "mcp"


def test_an_mcp_call_is_answered_with_its_id_and_a_notification_with_none() -> None:
    call = asked("POST", request("/anything", CALL), LIMIT)
    notice = asked("POST", request("/", {"jsonrpc": "2.0", "method": "notifications/initialized"}), LIMIT)
    assert call is not None
    assert notice is not None
    assert (call.reply_to, notice.reply_to) == ('"a1"', None)


def test_a_stream_of_events_at_a_path_of_mcp_is_one_of_mcp() -> None:
    streams = (("Accept", "text/event-stream"),)
    assert asked("GET", request("/mcp", b"", streams), LIMIT) is not None
    assert asked("GET", request("/mcp", b"", ()), LIMIT) is None
    assert asked("GET", request("/events", b"", streams), LIMIT) is None


@pytest.mark.parametrize("name", ["anthropic-version", "OpenAI-Organization"])
def test_a_header_that_only_one_vendor_has_is_enough(name: str) -> None:
    assert asked("POST", request("/", b"x", ((name, "x"),)), LIMIT) is not None


HIDDEN = {
    "as text": request("/", TURNS, (("Content-Type", "text/plain"),)),
    "without a type": request("/", TURNS, ()),
    "compressed": request("/", gzip.compress(json.dumps(TURNS).encode()), (*JSON, ("Content-Encoding", "gzip"))),
    "in UTF-16": request("/", json.dumps(TURNS).encode("utf-16"), ()),
    "after a byte order mark": request("/", b"\xef\xbb\xbf" + json.dumps(TURNS).encode(), ()),
    "with escaped names": request("/", json.dumps(TURNS).replace("m", r"\u006d").encode(), ()),
    "in a list": request("/", [TURNS], ()),
    "one a line": request("/", b'{"a": 1}\n' + json.dumps(TURNS).encode(), ()),
}


@pytest.mark.parametrize("message", HIDDEN.values(), ids=HIDDEN)
def test_a_call_is_recognised_however_it_is_dressed(message: Message) -> None:
    sign = asked("POST", message, LIMIT)
    assert sign is not None
    assert sign.dialect == "openai_chat"


UNREADABLE = {
    "no JSON": request("/", b'{"a": NaN}'),
    "no JSON, and not said so": request("/", b'{"a": NaN}', (("Content-Type", "text/plain"),)),
    "too deep": request("/", b'{"a":' * 70 + b"1" + b"}" * 70, ()),
    "a key twice": request("/", b'{"messages": [], "messages": 1}'),
    "an unknown coding": request("/", b"x", (*JSON, ("Content-Encoding", "acme"))),
    "an unknown coding of nobody knows what": request("/", b"x", (("Content-Encoding", "acme"),)),
    "a false coding": request("/", b"x", (*JSON, ("Content-Encoding", "gzip"))),
    "too large": request("/", {"a": "b" * LIMIT}),
}


@pytest.mark.parametrize("message", UNREADABLE.values(), ids=UNREADABLE)
def test_json_that_cannot_be_read_counts_as_a_sign(message: Message) -> None:
    sign = asked("POST", message, LIMIT)
    assert sign is not None
    assert "cannot be read" in sign.seen


ORDINARY = {
    "JSON": request("/", {"name": "Ann"}),
    "lines of JSON": request("/_bulk", b'{"index": {}}\n{"name": "Ann"}\n'),
    "nothing": request("/", b""),
    "blanks that claim to be JSON": request("/", b" \n"),
    "a form": request("/", b"model=m&prompt=hi", (("Content-Type", "application/x-www-form-urlencoded"),)),
    "a multipart form": request("/", b'--x\r\n\r\n{"a":\r\n--x--', (("Content-Type", "multipart/form-data"),)),
    "a large file": request("/", b"\x1f\x8b" + bytes(2 * LIMIT), (("Content-Type", "application/gzip"),)),
    "chunks for a bucket": request("/", b"5;chunk-signature=0\r\nhello\r\n",
                                   (("Content-Type", "application/octet-stream"), ("Content-Encoding", "aws-chunked"))),
    "a log": request("/", b"[2026-11-22] started {x}", (("Content-Type", "text/plain"),)),
    "a template": request("/", b"{{ name }}", (("Content-Type", "text/plain"),)),
    "gRPC of somebody": request("/acme.Store/Put", b"\x00\x00\x00\x00\x02hi", (("Content-Type", "application/grpc"),)),
}  # fmt: skip


@pytest.mark.parametrize("message", ORDINARY.values(), ids=ORDINARY)
def test_what_has_none_of_the_signs_passes(message: Message) -> None:
    assert asked("POST", message, LIMIT) is None


def answer(content_type: str, body: bytes, *headers: tuple[str, str]) -> Message:
    return Message((("Content-Type", content_type), *headers), body, status=200)


@pytest.mark.parametrize(
    "message",
    [
        answer("application/json", b"{}", ("Mcp-Session-Id", "x")),
        answer("text/event-stream; charset=utf-8", b"event: endpoint\r\ndata: /messages?sessionId=1\r\n\r\n"),
        answer("text/event-stream", b":\n\nevent:endpoint\ndata: /m\n\n"),
        answer("application/json", b'{"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"x","serverInfo":{}}}'),
    ],
)
def test_an_answer_of_mcp_is_recognised(message: Message) -> None:
    sign = answered(message, LIMIT)
    assert sign is not None
    assert sign.dialect == "mcp"


@pytest.mark.parametrize(
    "message",
    [
        answer("application/json", b'{"jsonrpc":"2.0","id":1,"result":"0x1"}'),
        answer("application/json", b"{"),
        answer("text/event-stream", b"event: message\ndata: endpoint\n\n"),
        answer("text/html", b"<p>event: endpoint</p>"),
    ],
)
def test_other_answers_pass(message: Message) -> None:
    assert answered(message, LIMIT) is None


def test_every_sign_speaks_a_dialect_that_exists() -> None:
    assert set(PATHS.values()) | {"mcp", "ollama", "cohere", "openai_responses", "anthropic"} <= set(DIALECTS)
