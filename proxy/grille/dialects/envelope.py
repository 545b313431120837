"""The words of a request outside its body: path, query, headers.

Whatever stands there is judged like the body. Nothing there is rewritten, but for headers that mirror
a value of the body (MCP's `Mcp-Param-*`, 2026-07-28): those follow the body. This module knows no
policy and no dialect.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from fnmatch import fnmatchcase
from urllib.parse import unquote, unquote_plus

from grille.errors import Malformed, TooLarge
from grille.exchange import Kind, Segment, Touch
from grille.framing.message import Message

MAX_HEADER_BYTES = 64 * 1024

CREDENTIALS = frozenset({"authorization", "x-api-key", "api-key", "x-goog-api-key"})
"""The caller's own key to the provider: it is meant to arrive, and it is never looked at or recorded. These hold
where nobody has said which of them the provider takes; in another of them a key has no business, and is judged."""

ALWAYS = frozenset({"cookie", "proxy-authorization"})
"""A cookie goes back to whoever set it, and the other is for proxies."""

TRANSPORT = frozenset(
    {"host", "content-length", "content-type", "content-encoding", "transfer-encoding", "connection", "accept",
     "accept-encoding", "te", "upgrade", "keep-alive", "x-amz-content-sha256", "x-amz-date", "x-amz-security-token",
     "sec-websocket-key", "sec-websocket-version"}
)  # fmt: skip
"""Read by grille or by HTTP itself; the values have a grammar that has no room for words."""

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
        elif lower not in unjudged:
            judged.append(Segment(f"header:{name}", Kind.NAME, value, name, touch=Touch.FIXED))
            judged.append(Segment(f"header:{name}~", Kind.NAME, name, name, touch=Touch.FIXED))
    return judged, mirrors


def _mirror(number: int, value: str) -> Mirror:
    before, after = _WRAPPED
    if not (value.startswith(before) and value.endswith(after)):
        return Mirror(number, value, wrapped=False)
    try:
        text = base64.b64decode(value[len(before) : -len(after)], validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        raise Malformed("a mirrored header is not valid base64 of UTF-8", f"header number {number + 1}") from None
    return Mirror(number, text, wrapped=True)
