"""`grille.dialects.rpc`: remote procedure calls are not read, and are refused so that their clients show the text."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from goldens import LIMIT
from refusals import DENIAL

from grille.dialects import DIALECTS, read, rpc
from grille.exchange import Direction
from grille.framing.message import Message

GRPC = [
    "application/grpc",
    "application/grpc+proto",
    "Application/gRPC;charset=utf-8",
    "application/grpc-web-text+proto",
]


@pytest.mark.parametrize("content_type", GRPC)
def test_grpc_hears_it_in_the_trailers_of_an_answer_without_a_body(content_type: str) -> None:
    reply = rpc.refuse(DENIAL, content_type)
    assert reply is not None
    headers = dict(reply.headers)
    assert (reply.status, reply.body) == (200, b"")
    assert headers["Content-Type"] in ("application/grpc", "application/grpc-web-text")
    assert (headers["grpc-status"], headers["grpc-message"]) == ("7", DENIAL.text)


def test_a_message_of_grpc_is_percent_encoded_where_a_header_has_no_room() -> None:
    reply = rpc.refuse(replace(DENIAL, text="100 % — no\r\nx: y"), "application/grpc")
    assert reply is not None
    assert dict(reply.headers)["grpc-message"] == "100 %25 %E2%80%94 no%0D%0Ax: y"


def test_a_stream_of_connect_hears_it_in_its_last_message() -> None:
    reply = rpc.refuse(DENIAL, "application/connect+proto")
    assert reply is not None
    assert (reply.status, reply.headers) == (200, (("Content-Type", "application/connect+proto"),))
    flags, length, end = reply.body[0], int.from_bytes(reply.body[1:5]), reply.body[5:]
    assert (flags, length) == (2, len(end))
    assert json.loads(end) == {"error": {"code": "permission_denied", "message": DENIAL.text}}


@pytest.mark.parametrize("content_type", ["application/proto", "application/x-protobuf"])
def test_a_call_of_connect_hears_it_as_an_error(content_type: str) -> None:
    reply = rpc.refuse(DENIAL, content_type)
    assert reply is not None
    assert reply.status == 403
    assert json.loads(reply.body) == {"code": "permission_denied", "message": DENIAL.text}


@pytest.mark.parametrize(
    "content_type", ["", "application/json", "application/grpcx", "application/protocol", "text/x"]
)
def test_what_is_no_such_call_is_refused_by_its_dialect(content_type: str) -> None:
    assert rpc.refuse(DENIAL, content_type) is None
    assert not rpc.is_opaque(Message((("Content-Type", content_type),), b""))


@pytest.mark.parametrize("content_type", [*GRPC, "application/connect+json", "application/proto"])
@pytest.mark.parametrize("body", [b"\0\0\0\0\5\n\3abc", b"{}", b""])
def test_its_body_is_not_read_whatever_it_looks_like(content_type: str, body: bytes) -> None:
    message = Message((("Content-Type", content_type),), body, "/xai_api.Chat/GetCompletion")
    reading = read(DIALECTS["anyjson"], Direction.REQUEST, message, LIMIT)
    assert [(file.address, file.data) for file in reading.files] == [("body", b"\xff")]
    assert not [each for each in reading.segments if each.address == "body"]
