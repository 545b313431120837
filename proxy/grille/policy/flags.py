"""Whether an exchange keeps the promises that its endpoint asks for: session-only, and encrypted.

Each promise has a file of its own. This module must not open a connection or read a body: facts and
fields are handed in.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from grille.exchange import Exchange, Flag
from grille.policy.encryption import encryption
from grille.policy.met import Met, together
from grille.policy.policy import Endpoint, Policy
from grille.policy.session_only import session_only
from grille.providers import Control, Route


def fields_needed(endpoint: Endpoint, route: Route) -> tuple[str, ...]:
    """The JSON pointers of every field that `require` will ask about."""
    fields: list[str] = []
    if asked := endpoint.requirements.session_only:
        if asked.field:
            fields.append(asked.field)
        elif route.retention.control is Control.FLAG:
            fields.append(route.retention.field)
        fields += route.retention.stateful
    if endpoint.requirements.encryption and endpoint.requirements.encryption.field:
        fields.append(endpoint.requirements.encryption.field)
    return tuple(dict.fromkeys(fields))


def require(
    policy: Policy,
    endpoint: Endpoint,
    route: Route,
    exchange: Exchange,
    flags: Mapping[str, Flag],
    today: date,
) -> Met:
    """Hold a request against its endpoint's promises; `flags` has all of `fields_needed`, or KeyError."""
    parts: list[Met] = []
    if asked := endpoint.requirements.session_only:
        parts.append(session_only(policy, endpoint, asked, route, flags, today))
    if said := endpoint.requirements.encryption:
        parts.append(encryption(endpoint, said, exchange, flags))
    return together(parts)
