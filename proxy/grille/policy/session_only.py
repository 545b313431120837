"""Whether nothing of an exchange outlives its session, as far as a request can show it.

What counts is the field that the provider acts on, at its place and with its value, or a contract that
somebody attested. What a provider really keeps cannot be seen from here: the evidence says what was seen
and nothing more. This module must not read a body: fields are handed in.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import assert_never

from grille.exchange import Flag, Scalar
from grille.policy.met import Met, named, refused, same, seen, together
from grille.policy.policy import Endpoint, Policy
from grille.policy.promises import Missing, SessionOnly
from grille.providers import Control, Route


def session_only(
    policy: Policy,
    endpoint: Endpoint,
    asked: SessionOnly,
    route: Route,
    flags: Mapping[str, Flag],
    today: date,
) -> Met:
    retention = route.retention
    parts = [_stateful(asked, flags[field]) for field in retention.stateful]
    if retention.control is Control.NEVER:
        text = "This path stores what it is sent, and can never be session-only: send the words in a request."
        parts.append(refused("session_only_never", text, asked))
    elif asked.field:
        parts.append(_flag(asked, flags[asked.field], asked.equals, None))
    else:
        match retention.control:
            case Control.FLAG:
                parts.append(_flag(asked, flags[retention.field], retention.equals, retention.default))
            case Control.ACCOUNT:
                parts.append(_attested(policy, endpoint, asked, today))
            case Control.ALWAYS:
                parts.append(seen("session_only: nothing is kept on this route"))
            case _:
                assert_never(retention.control)
    return together(parts)


def _stateful(asked: SessionOnly, flag: Flag) -> Met:
    """A field that refers to something kept, or makes something be kept. No setting lets it pass."""
    if not flag.present or flag.null or flag.value is False:
        return Met()
    text = f"Take {named(flag.field)} out: it needs something kept, and nothing may outlive the session."
    return refused("session_only_stateful", text, asked)


def _flag(asked: SessionOnly, flag: Flag, equals: Scalar, default: Scalar) -> Met:
    """The field that the provider acts on. A missing one may be set; a wrong value is never changed for
    the caller, who would get something else than they asked for. Where the provider's default is right,
    a field of the same name elsewhere is the caller's own data; where it is not, it is a mistake or a
    trick, and stops the exchange even where a missing field would only be logged."""
    absent = not flag.present or flag.null
    shown = json.dumps(equals)
    if not absent and same(flag.value, equals):
        return seen(f"session_only: {flag.field} is {shown} on the wire")
    if absent and default is not None and same(default, equals):
        return seen(f"session_only: {flag.field} is absent, and {shown} by default")
    if absent and flag.elsewhere:
        text = f"Set {named(flag.field)} to {shown} at exactly that place: the same name elsewhere does not count."
        return refused("session_only_misplaced", text, asked)
    if asked.missing is Missing.LOG:
        return seen(f"session_only: {flag.field} is {'missing' if absent else f'not {shown}'} (only logged)")
    if not absent:
        text = f"Set {named(flag.field)} to {shown}: with any other value the provider keeps what it is sent."
        return refused("session_only_wrong", text, asked)
    if asked.missing is Missing.SET:
        return Met((), (f"session_only: {flag.field} was set to {shown}",), ((flag.field, equals),))
    text = f"Set {named(flag.field)} to {shown}: without it the provider keeps what it is sent."
    return refused("session_only_missing", text, asked)


def _attested(policy: Policy, endpoint: Endpoint, asked: SessionOnly, today: date) -> Met:
    for each in policy.attestations:
        meant = each.endpoint == endpoint.name or (each.provider != "" and each.provider == endpoint.provider)
        if meant and today <= each.expires:
            return seen(f"session_only: attested {each.id}")
    if asked.missing is Missing.LOG:
        return seen("session_only: not attested (only logged)")
    text = f"No contract that {endpoint.name} keeps nothing is on record: use another, or ask for one."
    return refused("session_only_unattested", text, asked)
