"""What went wrong with a connection or with HTTP itself, in a sentence for the caller.

mitmproxy and OpenSSL say it in texts of their own, some of which quote bytes. So a text is only ever
recognised here, and never passed on.

This module must not decide what becomes of a flow.
"""

from __future__ import annotations

from mitmproxy import http

from grille.addon.intake import METHODS
from grille.addon.refusal import Refused
from grille.exchange import Direction, Exchange

PIN = "certificate verify failed: unspecified"
"""OpenSSL's words for a chain that all is right with, refused by `pinning.verifier`."""

_CAUSES: tuple[tuple[str, str], ...] = (
    ("certificate verify failed: self-signed", "its certificate is not signed by a CA that is trusted here"),
    ("certificate verify failed: self signed", "its certificate is not signed by a CA that is trusted here"),
    ("certificate verify failed: unable to get", "its certificate is not signed by a CA that is trusted here"),
    ("certificate verify failed: hostname mismatch", "its certificate is for another name"),
    ("certificate verify failed: ip address mismatch", "its certificate is for another name"),
    ("certificate verify failed: certificate has expired", "its certificate has expired"),
    (PIN, "none of the keys that the policy pins is in its certificate chain"),
    ("certificate verify failed", "its certificate could not be verified"),
    ("does not speak tls", "it does not speak TLS"),
    ("wrong version number", "it does not speak TLS"),
    ("cannot agree on a tls version", "it does not speak the TLS version that the policy asks for"),
    ("protocol version", "it does not speak the TLS version that the policy asks for"),
    ("unsupported protocol", "it does not speak the TLS version that the policy asks for"),
    ("inappropriate fallback", "it was made to speak an older TLS than it can, by somebody in between"),
    ("cipher returned", "it chose a cipher that was not offered"),
    ("handshake failure", "it does not speak a TLS version and cipher that the policy asks for"),
    ("no ciphers available", "no cipher is allowed by every endpoint of the policy at this host"),
    ("certificate required", "it wants a client certificate"),
    ("refused http connect", "the proxy in between refused the connection"),
    ("error connecting to", "the proxy in between did not answer in HTTP"),
    ("connect call failed", "the connection was refused"),
    ("connection refused", "the connection was refused"),
    ("timed out", "it did not answer in time"),
    ("timeout", "it did not answer in time"),
    ("name or service not known", "its name could not be resolved"),
    ("name resolution", "its name could not be resolved"),
    ("no address associated", "its name could not be resolved"),
    ("nodename nor servname", "its name could not be resolved"),
)
_BY_CHANCE = frozenset(
    {
        "the connection was refused",
        "the proxy in between refused the connection",
        "it did not answer in time",
        "the connection failed",
    }
)
"""Causes that may be gone the next time."""
_GONE = ("client disconnected", "stream reset by client (cancel)")
"""How the texts begin; others quote bytes at their end. mitmproxy says `by client` of either side; a server
that cancels its answer is taken for the client."""
_TOO_LARGE = ("request body exceeds", "response body exceeds")


def unreachable(endpoint: str, error: str) -> Refused:
    """There is no connection; `error` is mitmproxy's text for it, `endpoint` the policy's name."""
    said = error.lower()
    cause = next((cause for sign, cause in _CAUSES if sign in said), "the connection failed")
    code = "encryption_pin" if PIN in said else "upstream_unreachable"
    owner = "Try again later, or" if cause in _BY_CHANCE else "Nothing in the request changes that:"
    return Refused(code, f"{endpoint} could not be reached: {cause}. {owner} tell the proxy's owner.", 502)


def broken(error: str, *, judged: bool, heard: bool) -> Refused | None:
    """An exchange that ended early; `judged` says that its request was, `heard` that the client is still
    there. None when it is not: then there is nobody to tell and no message to record."""
    said = error.lower()
    if not heard or said.startswith(_GONE):
        return None
    if said.startswith(_TOO_LARGE):
        return Refused("too_large", "This was not forwarded: the body is larger than grille accepts.", 413)
    if judged:
        text = "There is no answer: the other side closed the connection or did not send valid HTTP."
        return Refused("upstream_failed", text, 502)
    return Refused("malformed_request", "This was not sent: it is not valid HTTP.", 400)


def nowhere(flow: http.HTTPFlow) -> Exchange:
    """The exchange of a request that was refused before it could be described: without its words."""
    method = flow.request.method
    known = method in METHODS or method == "CONNECT"
    return Exchange(flow.id, Direction.REQUEST, "", "", flow.request.port, method if known else "", "")
