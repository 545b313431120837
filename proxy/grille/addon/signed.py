"""The head of a request that its sender signed: what the signature covers is sent on as it came, or nothing is.

grille takes from a head what is meant for it alone and asks for an uncoded answer (`intake.prepare`), and in front
of one upstream it names that upstream as the host. A provider that checks the signature would answer any of that
with an error that says nothing of the reason; this module says it first.

It must not judge words, and the body is none of its business: `dialects/reading.py` keeps it as it was signed.
"""

from __future__ import annotations

from mitmproxy import http
from mitmproxy.proxy.mode_specs import ReverseMode

from grille.addon import intake
from grille.addon.refusal import Refused
from grille.addon.websockets import offer_no_extensions
from grille.dialects.signing import signed_headers
from grille.framing.message import Message

_DROPPED_LATER = frozenset({"expect"})
"""mitmproxy itself answers `Expect: 100-continue` when the hooks of the head are done."""


def prepare(flow: http.HTTPFlow) -> None:
    """Make the head ready to be sent on; raises `Refused` where a signature covers what would change."""
    before = intake.head(flow.request)
    covered = signed_headers(before)
    intake.prepare(flow.request, frozenset() if covered is None else covered)
    offer_no_extensions(flow.request)
    if covered is None:
        return
    changed = _changed(covered, before, intake.head(flow.request))
    if changed:
        text = (
            f"This was not sent: its signature covers the header {changed[0]}, which is not sent on. "
            "Leave it out of the signed headers, or send a bearer token in place of a signature."
        )
        raise Refused("signed_header", text)
    if isinstance(flow.client_conn.proxy_mode, ReverseMode) and flow.client_conn.sni != flow.request.host:
        text = (
            "This was not sent: its signature covers the host that the client called, which is not the upstream's. "
            "Use grille as a forward proxy (HTTPS_PROXY), or send a bearer token in place of a signature."
        )
        raise Refused("signed_host", text)


def _changed(covered: frozenset[str], before: Message, after: Message) -> list[str]:
    """Covered headers of which not every value is still there. All of them are names that grille itself knows:
    it changes no others."""
    return sorted(
        name
        for name in covered
        if before.values(name) != after.values(name) or (name in _DROPPED_LATER and before.values(name))
    )
