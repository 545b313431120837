"""Whether a message to or from a host that nobody approved is a call to a model or to an MCP server.

By headers that only such calls have, by paths that only such servers have, and by the shape of the body
(`shapes.py`). A request whose body claims or begins to be JSON and cannot be read counts as a sign too: a server
may read it, and what cannot be read cannot be shown to be something else.

This module must not judge words, know a host or a policy, or repeat anything of a message. Accepted misses: a
call in a form, in a file or in another encoding than JSON, and one below the top of another document, as chat
applications of one's own send it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import unquote

from grille.dialects.shapes import Sign, shape
from grille.errors import Malformed, TooLarge
from grille.framing import encoding
from grille.framing.json_parser import parse
from grille.framing.json_spans import Array, Document, String, find
from grille.framing.message import Message

_MCP_HEADER = re.compile(r"mcp-(protocol-version|session-id|method|name|param-.+)")
_HEADERS = {
    "anthropic-version": "anthropic",
    "anthropic-beta": "anthropic",
    "openai-beta": "openai_chat",
    "openai-organization": "openai_chat",
    "openai-project": "openai_chat",
}
type _Paths = tuple[tuple[str, str], ...]
_OWN_PATHS: _Paths = (
    (r".*/chat/completions", "openai_chat"),
    (r".*/v1/(completions|embeddings)", "openai_text"),
    (r".*/v1/(audio/(speech|transcriptions|translations)|images/(generations|edits|variations))", "openai_text"),
    (r".*/v1/messages/(count_tokens|batches)", "anthropic"),
    (r".*/v1/responses/(compact|input_tokens)", "openai_responses"),
    (r".*/models/[^/]+:(generateContent|streamGenerateContent|countTokens|embedContent|batchEmbedContents)", "gemini"),
    (r".*/models/[^/]+:(rawPredict|streamRawPredict)", "anthropic"),
    (r".*/model/.+/(converse|converse-stream|invoke|invoke-with-response-stream)", "bedrock"),
    (r"/(xai_api|aiserver\.v1|google\.ai\.generativelanguage|google\.cloud\.aiplatform)\..*", "anyjson"),
)
"""Paths that name what is served; a POST to one of them is enough."""
_SHARED_PATHS: _Paths = (
    (r".*/v1/messages", "anthropic"),
    (r".*/responses", "openai_responses"),
    (r".*/v2/(chat|embed|rerank)", "cohere"),
    (r".*/api/(chat|generate|embed|embeddings)", "ollama"),
    (r".*/(converse|converse-stream)", "bedrock"),
    (r".*/(completion|completions|embeddings|moderations)", "openai_text"),
)
"""Paths that others have too: they say which dialect it is when the body is shaped like any, or names a model."""
_BEGINS_LIKE_JSON = re.compile(r'\ufeff?[ \t\r\n]*(?:\[[ \t\r\n]*)*\{[ \t\r\n]*["}]')
_CLAIMS_JSON = re.compile(r"[^;]*[/+]json\b", re.IGNORECASE)
_EVENT_ENDPOINT = re.compile(r"^event: ?endpoint\r?$", re.MULTILINE)
_EVENT_STREAM = "text/event-stream"


def asked(method: str, message: Message, limit: int) -> Sign | None:
    """The sign that a request is such a call; a body may be `limit` bytes large when it has to be read."""
    path = unquote(message.target.partition("?")[0]).rstrip("/")
    own = _dialect_at(path, _OWN_PATHS) if method == "POST" else None
    by_head = _by_header(message)
    try:
        documents = list(_documents(message, limit))
    except Malformed as error:
        found = Sign(own or _dialect_at(path, _SHARED_PATHS) or "anyjson", f"a JSON body that cannot be read ({error})")
        return by_head or found
    by_shape = next(filter(None, (_shaped(document) for document in documents)), None)
    if by_head is not None and by_head.dialect == "mcp":
        return replace(by_head, reply_to=_reply_to(documents[0]) if documents else "null")
    if own is not None:
        return Sign(own, "a path of an API of models")
    if by_shape is not None and by_shape.dialect != "mcp":
        return replace(by_shape, dialect=_dialect_at(path, _SHARED_PATHS) or by_shape.dialect)
    return by_shape or by_head or _by_path(method, path, message, documents)


def answered(message: Message, limit: int) -> Sign | None:
    """The sign that an answer is one of MCP: a request of the old transport says nothing of its own."""
    if any(_MCP_HEADER.fullmatch(name.lower()) for name, _ in message.headers):
        return Sign("mcp", "a header of MCP in the answer")
    if any(value.strip().lower().startswith(_EVENT_STREAM) for value in message.values("content-type")):
        text = message.body.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
        return Sign("mcp", "an endpoint event of MCP") if _EVENT_ENDPOINT.search(text) else None
    try:
        signs = [_shaped(document) for document in _documents(message, limit)]
    except Malformed:
        return None  # words leave with requests; what this is an answer to, was looked at
    return next((sign for sign in signs if sign is not None and sign.dialect == "mcp"), None)


def _by_header(message: Message) -> Sign | None:
    for name, _ in message.headers:
        if _MCP_HEADER.fullmatch(name.lower()):
            return Sign("mcp", "a header of MCP")
        if name.lower() in _HEADERS:
            return Sign(_HEADERS[name.lower()], f"a header {name.lower()}")
    return None


def _by_path(method: str, path: str, message: Message, documents: list[Document]) -> Sign | None:
    """Where the path alone is no sign, but is one beside something else."""
    if method == "GET" and path.endswith("/mcp"):
        streams = any(_EVENT_STREAM in value.lower() for value in message.values("accept"))
        return Sign("mcp", "a stream of events at a path of MCP") if streams else None
    dialect = _dialect_at(path, _SHARED_PATHS) if method == "POST" else None
    named = any(isinstance(find(document.root, "/model"), String) for document in documents)
    return Sign(dialect, "a path of an API of models, and a model") if dialect and named else None


def _dialect_at(path: str, paths: _Paths) -> str | None:
    return next((dialect for pattern, dialect in paths if re.fullmatch(pattern, path)), None)


def _shaped(document: Document) -> Sign | None:
    sign = shape(document.root)
    return replace(sign, reply_to=_reply_to(document)) if sign is not None and sign.dialect == "mcp" else sign


def _reply_to(document: Document) -> str | None:
    """The JSON-RPC id as it stands there, None when nobody waits for an answer."""
    root = document.root
    node = find(root, "/0/id" if isinstance(root, Array) else "/id")
    if node is None:
        return None
    quote = 1 if isinstance(node, String) else 0
    return document.source[node.start - quote : node.end + quote]


def _documents(message: Message, limit: int) -> Iterator[Document]:
    """The JSON documents of the body: one, or one a line; none when it is not JSON and does not claim to be.

    Raises `Malformed` for what claims or begins to be JSON, and is read by nobody or by each in another way.
    """
    claims = any(_CLAIMS_JSON.match(value) for value in message.values("content-type"))
    try:
        coded = any(value.strip() for value in message.values("content-encoding"))
        body = encoding.decode(message.body, message.values("content-encoding"), limit) if coded else message.body
    except Malformed:
        if claims or not message.values("content-type"):
            raise
        return
    # Servers in Python read JSON in UTF-16 and UTF-32 as well, so those hide nothing.
    text = body.decode(json.detect_encoding(body), "replace")
    if not text.strip() or not (claims or _BEGINS_LIKE_JSON.match(text)):
        return
    if len(text) > limit:
        raise TooLarge(f"it is larger than {limit // 1024} KiB")
    for document in _parsed(text):
        if document.duplicates:
            raise Malformed("a key stands twice in one object")
        yield document


def _parsed(text: str) -> list[Document]:
    try:
        return [parse(text)]
    except TooLarge:
        raise
    except Malformed:
        lines = [line for line in text.splitlines() if line.strip()]
        if len(lines) < 2:
            raise
        return [parse(line) for line in lines]
