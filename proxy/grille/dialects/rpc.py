"""Remote procedure calls over HTTP: gRPC, gRPC-Web and Connect. Their bodies cannot be read here, and each has a way
of its own to say no.

Source: github.com/grpc/grpc (PROTOCOL-HTTP2.md), connectrpc.com/docs/protocol. Which of them is spoken says the
content type of the request, at any host: xAI's SDK and Cursor's editor send protocol buffers, whose members have
numbers for names, so a table of places would be a guess.

This module must not decode a message.
"""

from __future__ import annotations

import json
import re
from urllib.parse import quote

from grille.dialects.base import Denial, Reply
from grille.framing.message import Message

_GRPC = re.compile(r"\s*(application/grpc(?:-web(?:-text)?)?)(?:[+;,\s]|\Z)", re.IGNORECASE)
_CONNECT_STREAM = re.compile(r"\s*(application/connect\+[a-z]{1,20})(?:[;,\s]|\Z)", re.IGNORECASE)
_CONNECT = re.compile(r"\s*application/(?:x-)?proto(?:buf)?(?:[;,\s]|\Z)", re.IGNORECASE)
_PERMISSION_DENIED = "7"
_PRINTABLE = "".join(chr(code) for code in range(0x20, 0x7F) if chr(code) != "%")
_END_OF_STREAM = b"\x02"


def is_opaque(message: Message) -> bool:
    """Whether the content type says that the body is a remote procedure call."""
    kinds = (_GRPC, _CONNECT_STREAM, _CONNECT)
    return any(kind.match(value) for value in message.values("content-type") for kind in kinds)


def refuse(denial: Denial, content_type: str) -> Reply | None:
    """The denial for a request of this content type; None for one that is no remote procedure call.

    gRPC and streams of Connect say it in an answer with the HTTP status 200, and clients show no text for another.
    """
    if called := _GRPC.match(content_type):
        status = ("grpc-status", _PERMISSION_DENIED), ("grpc-message", quote(denial.text, safe=_PRINTABLE))
        return Reply(200, (("Content-Type", called[1].lower()), *status), b"")
    error = {"code": "permission_denied", "message": denial.text}
    if called := _CONNECT_STREAM.match(content_type):
        end = json.dumps({"error": error}).encode()
        framed = _END_OF_STREAM + len(end).to_bytes(4) + end
        return Reply(200, (("Content-Type", called[1].lower()),), framed)
    if _CONNECT.match(content_type):
        return Reply(403, (("Content-Type", "application/json"),), json.dumps(error).encode())
    return None
