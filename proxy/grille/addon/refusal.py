"""What a caller sees instead of an answer: a sentence for people first, then what a program needs.

The shape is the caller's own dialect where one is known, else problem details (RFC 9457). Whoever asks
for support quotes the incident id, which stands in the text, in `x-grille-incident` and in the audit
record. `x-should-retry: false` stops the clients that would try the same thing again.

This module must not decide whether something is refused, and it never repeats anything of a message.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field

from mitmproxy import http

from grille.dialects import Denial, Dialect, rpc
from grille.errors import GrilleError
from grille.exchange import Outcome, Refusal, Source, Verdict

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: nothing in it is mistaken for something else when read over the telephone."""

_NAMELESS = "The policy does not let this message through."


class Refused(GrilleError):
    """A message that is stopped unjudged, for a reason of its own or, with `because`, for a row of the policy.

    `status` is the HTTP status when no dialect shapes the answer, and always when `bare`: 407 and 421
    mean something to HTTP clients themselves.
    """

    def __init__(self, code: str, text: str, status: int = 403, *, because: Source | None = None) -> None:
        super().__init__(text)
        self.code = code
        self.text = text
        self.status = status
        self.bare = status in (407, 421)
        self.because = because or Source("grille", 0, f"addon.{code}")

    def verdict(self, outcome: Outcome = Outcome.BLOCK) -> Verdict:
        """The same as a verdict, for the record."""
        return Verdict(outcome, refusals=(Refusal(self.code, self.text, self.because),))


@dataclass(frozen=True, slots=True)
class Answer:
    """A refusal as an HTTP response. `headers` do not include the length."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes = field(repr=False)

    def response(self, method: str = "") -> http.Response:
        """A new mitmproxy response; an answer to HEAD has no body (RFC 9110 §9.3.2)."""
        body = b"" if method == "HEAD" else self.body
        fields = [(name.encode(), value.encode()) for name, value in self.headers]
        return http.Response.make(self.status, body, http.Headers(fields))


def incident_id() -> str:
    """Eight random characters: 40 bits, enough to find one record among a day's."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(8))


def first(verdict: Verdict) -> Refused:
    """The refusal of a verdict that stops: the first, for a caller mends one thing at a time."""
    if not verdict.refusals:
        return Refused("blocked", _NAMELESS)
    return Refused(verdict.refusals[0].code, verdict.refusals[0].text)


def sentence(refused: Refused, policy: str, incident: str) -> str:
    """What a person reads: why, by which policy, and the number to quote."""
    return f"{refused.text} (grille policy {policy}, incident {incident})"


def answer(
    refused: Refused,
    policy: str,
    incident: str,
    dialect: Dialect | None = None,
    reply_to: str | None = "null",
    content_type: str = "",
) -> Answer:
    """The refusal as `dialect` says it, or the kind of remote procedure call that the request's `content_type`
    names; `reply_to` is the JSON-RPC id to repeat."""
    text = sentence(refused, policy, incident)
    ours = (("x-grille-incident", incident), ("x-should-retry", "false"))
    denial = Denial(refused.code, text, incident, reply_to)
    reply = None if refused.bare else rpc.refuse(denial, content_type)
    if reply is None and dialect is not None and not refused.bare:
        reply = dialect.refuse(denial)
    if reply is not None:
        theirs = tuple(pair for pair in reply.headers if pair[0].lower() not in ("x-should-retry", "connection"))
        return Answer(reply.status, (*theirs, *ours), reply.body)
    return problem(refused, text, incident)


def problem(refused: Refused, text: str, incident: str) -> Answer:
    """Problem details, for when nothing is known of the caller; `error` is where most SDKs look for the sentence."""
    details = {
        "type": "about:blank",
        "title": text,
        "status": refused.status,
        "code": refused.code,
        "incident": incident,
        "error": {"code": refused.code, "message": text},
    }
    headers = [
        ("Content-Type", "application/problem+json"),
        ("x-grille-incident", incident),
        ("x-should-retry", "false"),
    ]
    if refused.status == 407:
        headers.append(("Proxy-Authenticate", 'Basic realm="grille"'))
    return Answer(refused.status, tuple(headers), json.dumps(details).encode())
