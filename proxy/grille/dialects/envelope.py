"""The words of a request outside its body: path, query, headers.

Whatever stands there is judged like the body. Nothing there is rewritten, but for headers that mirror
a value of the body (MCP's `Mcp-Param-*`, 2026-07-28): those follow the body. This module knows no
policy and no dialect.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from urllib.parse import unquote, unquote_plus

from grille.errors import Malformed, TooLarge
from grille.exchange import Kind, Segment, Touch
from grille.framing.message import Message
from grille.framing.multipart import is_multipart

MAX_HEADER_BYTES = 64 * 1024

CREDENTIALS = frozenset({"authorization", "x-api-key", "api-key", "x-goog-api-key"})
"""The caller's own key to the provider: it is meant to arrive, and it is never looked at or recorded. These hold
where nobody has said which of them the provider takes; in another of them a key has no business, and is judged."""

ALWAYS = frozenset({"cookie", "proxy-authorization", "x-amz-security-token"})
"""A cookie goes back to whoever set it, the second is for proxies, and the third is a part of AWS's credentials."""

TRANSPORT = frozenset({"host", "content-length", "content-encoding", "transfer-encoding"})
"""Read by grille or by HTTP itself, and refused when there is anything else in them."""

_SETTINGS = frozenset(
    {"accept", "accept-encoding", "connection", "content-type", "keep-alive", "te", "upgrade", "sec-websocket-version"}
)
_USUAL = frozenset(
    {"*/*", "13", "application/json", "application/json, text/event-stream", "application/json; charset=utf-8",
     "gzip, deflate", "gzip, deflate, br", "gzip, deflate, br, zstd", "identity", "keep-alive", "text/event-stream",
     "trailers", "upgrade", "websocket"}
)  # fmt: skip
"""What settings of HTTP say in nearly every request. One that says something else is judged: it goes on whatever it
says."""

_DIGEST = re.compile(r"[0-9a-f]{64}")
_AT_RANDOM = "sec-websocket-key"
"""Judged by what it says: its name would make a secret of any sixteen bytes."""

_QUERY_CREDENTIALS = frozenset(
    {"key", "api_key", "access_token", "x-amz-credential", "x-amz-signature", "x-amz-security-token"}
)
_ANYWHERE = CREDENTIALS | {f"?{name}" for name in _QUERY_CREDENTIALS}
_WRAPPED = ("=?base64?", "?=")


@dataclass(frozen=True, slots=True)
class Mirror:
    """Header number `header` repeats a value of the body; `wrapped` if it stands there in base64."""

    header: int
    text: str
    wrapped: bool

    def write(self, text: str) -> str:
        """The header's value for `text`."""
        if self.wrapped or not (text.isascii() and text.isprintable()):
            return _WRAPPED[0] + base64.b64encode(text.encode()).decode() + _WRAPPED[1]
        return text


def segments(message: Message, credentials: frozenset[str] | None = None) -> list[Segment]:
    """Path, query names, and query values that are no `credentials` (see `Route`)."""
    credentials = _ANYWHERE if credentials is None else credentials
    path, _, query = message.target.partition("?")
    found = [Segment("path", Kind.NAME, unquote(path), "path", touch=Touch.FIXED)]
    for pair in filter(None, query.split("&")):
        name, _, value = pair.partition("=")
        label = unquote_plus(name)
        found.append(Segment(f"query:{label}~", Kind.NAME, label, label, touch=Touch.FIXED))
        if f"?{label.lower()}" not in credentials:
            found.append(Segment(f"query:{label}", Kind.NAME, unquote_plus(value), label, touch=Touch.FIXED))
    return found


def headers(
    message: Message, mirrored: tuple[str, ...], credentials: frozenset[str] | None = None
) -> tuple[list[Segment], list[Mirror]]:
    """The judged headers, and those whose names fit `mirrored` (lower-case globs) apart.

    Raises `TooLarge` over 64 KiB of headers, `Malformed` when a mirroring header stands twice.
    """
    if sum(len(name) + len(value) for name, value in message.headers) > MAX_HEADER_BYTES:
        raise TooLarge(f"the headers are larger than {MAX_HEADER_BYTES // 1024} KiB")
    unjudged = TRANSPORT | ALWAYS | (_ANYWHERE if credentials is None else credentials)
    judged: list[Segment] = []
    mirrors: list[Mirror] = []
    seen: set[str] = set()
    for number, (name, value) in enumerate(message.headers):
        lower = name.lower()
        if any(fnmatchcase(lower, glob) for glob in mirrored):
            if lower in seen:
                raise Malformed("a routing header stands twice", f"header number {number + 1}")
            seen.add(lower)
            mirrors.append(_mirror(number, value))
        elif lower not in unjudged and not _needs_no_look(lower, value):
            label = "" if lower == _AT_RANDOM else name
            judged.append(Segment(f"header:{name}", Kind.NAME, value, label, touch=Touch.FIXED))
            judged.append(Segment(f"header:{name}~", Kind.NAME, name, name, touch=Touch.FIXED))
    return judged, mirrors


def _needs_no_look(name: str, value: str) -> bool:
    """Whether a header says what everybody says, or what others judge: the type of a form by its parts (`forms.py`),
    and a digest by the body, because one in 20,000 of them passes for a card number. Who writes 32 other bytes there is
    an accepted miss."""
    if name in _SETTINGS and value.lower() in _USUAL:
        return True
    if name == "content-type":
        return is_multipart((value,))
    return name == "x-amz-content-sha256" and _DIGEST.fullmatch(value) is not None


def _mirror(number: int, value: str) -> Mirror:
    before, after = _WRAPPED
    if not (value.startswith(before) and value.endswith(after)):
        return Mirror(number, value, wrapped=False)
    try:
        text = base64.b64decode(value[len(before) : -len(after)], validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        raise Malformed("a mirrored header is not valid base64 of UTF-8", f"header number {number + 1}") from None
    return Mirror(number, text, wrapped=True)
