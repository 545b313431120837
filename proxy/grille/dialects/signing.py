"""Requests that their sender signed: AWS Signature Version 4 and 4A, and HTTP Message Signatures (RFC 9421).

AWS signs the digest of the body, so a changed byte makes the call fail with a message that nobody understands.
Whoever rewrites asks here first. A signature is recognised by its name and taken at its word: a payload that it
calls unsigned (`UNSIGNED-PAYLOAD`) is not changed either, because its length may be signed all the same.

This module must not verify a signature: it has no keys.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from grille.framing.message import Message

_AWS_SCHEME = re.compile(r"\s*AWS4-[A-Z0-9-]+(?:\s|\Z)", re.IGNORECASE)
_AWS_HEADERS = re.compile(r"SignedHeaders=([^,\s]*)", re.IGNORECASE)
_AWS_QUERY = re.compile(r"(?:\A|&)x-amz-(?:signature|algorithm)=", re.IGNORECASE)
_AWS_QUERY_HEADERS = re.compile(r"(?:\A|&)x-amz-signedheaders=([^&]*)", re.IGNORECASE)
_AWS_CHUNKS = re.compile(r"\s*STREAMING-", re.IGNORECASE)
_RFC9421_NAME = re.compile(r'"([^"]*)"')


def signed_headers(message: Message) -> frozenset[str] | None:
    """The names of the headers that the request's signatures cover, in lower case; None when it has none."""
    query = unquote(message.target.partition("?")[2])
    aws = [value for value in message.values("authorization") if _AWS_SCHEME.match(value)]
    inputs = message.values("signature-input")
    chunked = any(_AWS_CHUNKS.match(value) for value in message.values("x-amz-content-sha256"))
    if not aws and not inputs and not chunked and not _AWS_QUERY.search(query):
        return None
    lists = [names for value in aws for names in _AWS_HEADERS.findall(value)] + _AWS_QUERY_HEADERS.findall(query)
    names = [name for each in lists for name in each.split(";")]
    names += [name for value in inputs for name in _RFC9421_NAME.findall(value)]
    return frozenset(name.strip().lower() for name in names if name)
