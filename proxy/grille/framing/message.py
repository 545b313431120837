"""One HTTP message as it stands on the wire, without the framing that HTTP itself adds.

It carries what was received and nothing derived: no decoded body, no parsed JSON.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Message:
    """`target` is the request target after the authority, path and query (`/v1/messages?beta=true`);
    empty for a response. `headers` keep order, case and duplicates. `body` is exactly as received,
    content codings included. `status` is 0 for a request."""

    headers: tuple[tuple[str, str], ...]
    body: bytes = field(repr=False)
    target: str = ""
    status: int = 0

    def values(self, name: str) -> tuple[str, ...]:
        """Every value of the header `name`, in order; names compare without case (RFC 9110 §5.1)."""
        wanted = name.lower()
        return tuple(value for key, value in self.headers if key.lower() == wanted)

    def with_body(self, body: bytes) -> Message:
        """The same message with `body` in the clear: identity coding, right length, and without the
        digests that described the former body (RFC 9530, RFC 1864)."""
        stale = {"content-encoding", "content-length", "content-md5", "digest", "content-digest", "repr-digest"}
        kept = tuple(pair for pair in self.headers if pair[0].lower() not in stale)
        return replace(self, headers=(*kept, ("Content-Length", str(len(body)))), body=body)
